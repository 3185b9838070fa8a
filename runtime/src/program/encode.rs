//! A program as a file. In: a [`Program`]. Out: bytes that [`Program::from_bytes`] reads back.
//!
//! `PLCY` · format version (u16) · length of the whole file (u32), both little-endian · the fields of the program in the order of
//! [`super::layout`], of which name, edition, cost, caps and guardrails come first · the blake3 digest of everything before it.
//! Equal programs have equal bytes, and no other bytes decode to them.

use super::wire::Wire;
use super::{Digest, Program};
use alloc::vec::Vec;

/// First bytes of a program file.
pub const MAGIC: [u8; 4] = *b"PLCY";
/// Version of the format that this crate reads and writes. Not the crate's and not the language's.
pub const FORMAT_VERSION: u16 = 2;
/// Most bytes of a program file: 256 MiB.
pub const MAX_BYTES: usize = 256 << 20;
/// Bytes before the first field.
pub(crate) const PREFIX: usize = 10;
/// Bytes of the digest at the end.
pub(crate) const SUFFIX: usize = 32;

impl Program {
    /// The program file. A program of more than [`MAX_BYTES`] gets bytes that no loader accepts.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        let length_at = out.len();
        out.extend_from_slice(&[0; 4]);
        self.write(&mut out);
        let length = u32::try_from(out.len().saturating_add(SUFFIX)).unwrap_or(u32::MAX);
        if let Some(place) = out.get_mut(length_at..PREFIX) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        let digest = digest_of(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// The program's digest: the last 32 bytes of its file. Approvals, logs and hosts name a program by it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.to_bytes().last_chunk().copied().unwrap_or_default()
    }
}

/// The digest of the bytes before it.
pub(crate) fn digest_of(bytes: &[u8]) -> Digest {
    *blake3::hash(bytes).as_bytes()
}
