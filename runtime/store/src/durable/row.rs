//! A cell as it stands in the file. In: key, version and cell. Out: one row, and back, checked.
//!
//! `version | digest | cell`. The digest covers the key too, so that no row passes for another.

use policyc_runtime::state::{StateError, Version};

/// Bytes of the digest that are kept: enough against decay; whoever can write the file can do worse than forge rows.
const KEPT: usize = 8;

/// Writes a row into `out`, which loses what it held.
pub(super) fn write(key: &[u8], version: Version, cell: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&version.to_be_bytes());
    out.extend_from_slice(&digest(key, version, cell));
    out.extend_from_slice(cell);
}

/// Reads a row.
pub(super) fn read<'r>(key: &[u8], row: &'r [u8]) -> Result<(Version, &'r [u8]), StateError> {
    let (version, rest) = row.split_first_chunk().ok_or(StateError::Unreadable)?;
    let (kept, cell) = rest.split_first_chunk::<KEPT>().ok_or(StateError::Unreadable)?;
    let version = Version::from_be_bytes(*version);
    if *kept == digest(key, version, cell) { Ok((version, cell)) } else { Err(StateError::Unreadable) }
}

fn digest(key: &[u8], version: Version, cell: &[u8]) -> [u8; KEPT] {
    let mut hasher = blake3::Hasher::new();
    let len = u64::try_from(key.len()).unwrap_or(u64::MAX);
    hasher.update(&version.to_be_bytes()).update(&len.to_be_bytes()).update(key).update(cell);
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_changed_row_is_refused(
            key in prop::collection::vec(any::<u8>(), 0..20),
            cell in prop::collection::vec(any::<u8>(), 0..40),
            version: u64,
            at: prop::sample::Index,
            flip in 1_u8..,
        ) {
            let mut row = Vec::new();
            write(&key, version, &cell, &mut row);
            prop_assert_eq!(read(&key, &row), Ok((version, cell.as_slice())));
            prop_assert_eq!(read(&[&key[..], b"x"].concat(), &row), Err(StateError::Unreadable));
            for len in 0..row.len() {
                prop_assert_eq!(read(&key, &row[..len]), Err(StateError::Unreadable));
            }
            let at = at.index(row.len());
            row[at] ^= flip;
            prop_assert_eq!(read(&key, &row), Err(StateError::Unreadable));
        }
    }
}
