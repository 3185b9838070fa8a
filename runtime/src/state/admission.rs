//! Names of admitted calls. In: scope, sequence number and time of an admission. Out: 16 bytes that no other admission has.

use super::key::Scope;

/// A place in the order of admissions and outcomes of one scope, given out by its [`super::clock::Clock`]; from 1.
pub type Seq = u64;

/// An admitted call, whichever scope's cells it appears in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdmissionId([u8; 16]);

impl AdmissionId {
    /// No call: what a cell holds in place of an admission that cannot be taken back any more.
    pub const NONE: Self = Self([0; 16]);

    /// The call admitted as number `seq` of its session at `now_ms`. The time is in it so that a session whose state was
    /// forgotten does not give out a name again.
    #[must_use]
    pub fn new(session: &Scope<'_>, seq: Seq, now_ms: i64) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("policyc admission 1");
        hasher.update(&seq.to_be_bytes()).update(&now_ms.to_be_bytes());
        session.each_part(|part| {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()).update(part);
        });
        let digest = hasher.finalize();
        digest.as_bytes().first_chunk().map_or(Self::NONE, |head| Self(*head))
    }

    /// A name as [`AdmissionId::bytes`] gave it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The name, for keys and logs.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_scope_number_and_time() {
        let a = Scope::Session { principal: b"ab", session: b"c" };
        let b = Scope::Session { principal: b"a", session: b"bc" };
        let names = [
            AdmissionId::new(&a, 1, 7),
            AdmissionId::new(&b, 1, 7),
            AdmissionId::new(&a, 2, 7),
            AdmissionId::new(&a, 1, 8),
            AdmissionId::new(&Scope::Everyone, 1, 7),
            AdmissionId::NONE,
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(names[index + 1..].iter().all(|other| other != name));
        }
        assert_eq!(AdmissionId::new(&a, 1, 7), names[0]);
    }
}
