//! Digests of tools. In: a tool as its server lists it. Out: BLAKE3 over its canonical JSON.

use super::prose::{is_volatile_pointer, remove};
use crate::json::{canonical, canonical_object};
use serde_json::{Map, Value};
use std::fmt;

/// The members of a tool that its digest covers; `_meta`, `icons` and whatever else a server adds are not (semantics.md 51).
pub(super) const MEMBERS: [&str; 7] =
    ["name", "title", "description", "inputSchema", "outputSchema", "annotations", "execution"];

/// A BLAKE3 digest. Its text is `blake3:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a value's canonical JSON.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        Self(blake3::hash(canonical(value).as_bytes()).into())
    }

    /// The digest of an object with these members.
    pub(super) fn of_object<'a, K: AsRef<str> + 'a>(
        members: impl IntoIterator<Item = (K, &'a Value)>,
    ) -> Self {
        Self(blake3::hash(canonical_object(members).as_bytes()).into())
    }

    /// From its text; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix("blake3:")?;
        let lower = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        blake3::Hash::from_hex(hex).ok().filter(|_| lower).map(|hash| Self(hash.into()))
    }

    /// The digest's bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a tool as a server lists it, for comparison with [`super::Tool::digest`] of the pinned tool whose `volatile`
/// pointers these are. Members that the digest does not cover are ignored, and a member that is `null` counts as absent.
#[must_use]
pub fn tool_digest<P: AsRef<str>>(tool: &Value, volatile: &[P]) -> Digest {
    Digest::of(&Value::Object(covered(tool, volatile)))
}

/// What a tool's digest covers.
pub(super) fn covered<P: AsRef<str>>(tool: &Value, volatile: &[P]) -> Map<String, Value> {
    let present = |member: &&str| tool.get(*member).is_some_and(|value| !value.is_null());
    let members = MEMBERS.into_iter().filter(present);
    let mut out = Value::Object(
        members.filter_map(|member| Some((member.to_owned(), tool.get(member)?.clone()))).collect(),
    );
    for pointer in volatile.iter().map(AsRef::as_ref).filter(|pointer| is_volatile_pointer(pointer)) {
        remove(&mut out, pointer);
    }
    let Value::Object(mut out) = out else { return Map::new() };
    if !volatile.is_empty() {
        out.insert(
            "volatile".to_owned(),
            volatile.iter().map(|pointer| Value::from(pointer.as_ref())).collect(),
        );
    }
    out
}
