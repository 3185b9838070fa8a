//! How much of one declaration is remembered in one scope. In: its entries cell. Out: whether one more key fits, and a floor below
//! which nothing may be believed, since cells were deleted.
//!
//! A new key at the cap denies (semantics.md 34); keys whose cells say nothing any more can be swept first. A sweep raises the
//! floor: a call that was admitted before it must not teach a key whose history is gone, and time does not go back behind it.

use super::{Kind, Seq, StateError, wire, wire::Reader};
use alloc::vec::Vec;

/// The entries of a declaration in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entries {
    /// Keys that have a cell.
    pub count: u32,
    /// The order of the last sweep; 0 before the first.
    pub floor: Seq,
    /// The time of the last sweep: use no earlier one for a key without cell.
    pub floor_ms: i64,
}

impl Default for Entries {
    fn default() -> Self {
        Self { count: 0, floor: 0, floor_ms: i64::MIN }
    }
}

impl Entries {
    /// Reads the cell; without one there are no entries.
    ///
    /// # Errors
    /// `Unreadable`, `OtherFormat`.
    pub fn read(cell: Option<&[u8]>) -> Result<Self, StateError> {
        let Some(cell) = cell else { return Ok(Self::default()) };
        let mut reader = Reader::open(cell, Kind::Entries)?;
        let entries = Self { count: reader.u32()?, floor: reader.u64()?, floor_ms: reader.i64()? };
        reader.end()?;
        Ok(entries)
    }

    /// A key without cell gets one.
    ///
    /// # Errors
    /// `Capped`: there are `cap` already.
    pub fn enter(&mut self, cap: u32) -> Result<(), StateError> {
        self.count = self.count.checked_add(1).filter(|count| *count <= cap).ok_or(StateError::Capped)?;
        Ok(())
    }

    /// A cell that held nothing was deleted.
    pub const fn leave(&mut self) {
        self.count = self.count.saturating_sub(1);
    }

    /// `gone` cells were deleted since they said nothing any more at `now`, in the order of `seq`.
    pub fn sweep(&mut self, gone: u32, seq: Seq, now: i64) {
        self.count = self.count.saturating_sub(gone);
        self.floor = self.floor.max(seq);
        self.floor_ms = self.floor_ms.max(now);
    }

    /// Writes the cell.
    pub fn write(&self, out: &mut Vec<u8>) {
        wire::begin(out, Kind::Entries);
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.floor.to_be_bytes());
        out.extend_from_slice(&self.floor_ms.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cap_refuses_and_a_sweep_makes_room() {
        let mut entries = Entries::read(None).unwrap();
        assert_eq!(
            (entries.enter(2), entries.enter(2), entries.enter(2)),
            (Ok(()), Ok(()), Err(StateError::Capped))
        );
        assert_eq!(entries.count, 2);
        entries.sweep(1, 9, 100);
        entries.sweep(0, 8, 99);
        assert_eq!(entries, Entries { count: 1, floor: 9, floor_ms: 100 });
        entries.leave();
        entries.leave();
        assert_eq!(entries.count, 0);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(count: u32, floor: u64, floor_ms: i64) {
            let (entries, mut out) = (Entries { count, floor, floor_ms }, Vec::new());
            entries.write(&mut out);
            prop_assert_eq!(Entries::read(Some(&out)), Ok(entries));
            for len in 0..out.len() {
                prop_assert!(Entries::read(out.get(..len)).is_err());
            }
        }
    }
}
