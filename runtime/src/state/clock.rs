//! Time and order of one scope. In: its clock cell and the host's time. Out: a time that never runs backwards, sequence numbers
//! of admissions and outcomes, the number of calls admitted.
//!
//! Every decision in a scope that reads time, facts or labels reads its clock; every admission and outcome writes it, which
//! puts them in one order. A call is admitted in its session, and in its principal too if the program keeps facts or labels there:
//! each scope has its own numbers.

use super::{Kind, Seq, StateError, wire, wire::Reader};
use alloc::vec::Vec;

/// The clock of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Greatest time seen, UTC milliseconds.
    pub last_ms: i64,
    /// The last sequence number given out; 0 before the first.
    pub seq: Seq,
    /// Calls admitted.
    pub calls: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { last_ms: i64::MIN, seq: 0, calls: 0 }
    }
}

impl Clock {
    /// Reads the cell; without one the clock has not started.
    ///
    /// # Errors
    /// `Unreadable`, `OtherFormat`.
    pub fn read(cell: Option<&[u8]>) -> Result<Self, StateError> {
        let Some(cell) = cell else { return Ok(Self::default()) };
        let mut reader = Reader::open(cell, Kind::Clock)?;
        let clock = Self { last_ms: reader.i64()?, seq: reader.u64()?, calls: reader.u64()? };
        reader.end()?;
        if clock.calls > clock.seq { Err(StateError::Unreadable) } else { Ok(clock) }
    }

    /// The time to use where the host says `host_ms`.
    #[must_use]
    pub fn now(&self, host_ms: i64) -> i64 {
        host_ms.max(self.last_ms)
    }

    /// A call is admitted at `now_ms`: its sequence number.
    ///
    /// # Errors
    /// `OutOfRange`: there are no numbers left.
    pub fn admit(&mut self, now_ms: i64) -> Result<Seq, StateError> {
        let seq = self.tick(now_ms)?;
        self.calls = self.calls.checked_add(1).ok_or(StateError::OutOfRange)?;
        Ok(seq)
    }

    /// Something else happens at `now_ms` (an outcome, an eviction): its sequence number.
    ///
    /// # Errors
    /// `OutOfRange`: there are no numbers left.
    pub fn tick(&mut self, now_ms: i64) -> Result<Seq, StateError> {
        self.seq = self.seq.checked_add(1).ok_or(StateError::OutOfRange)?;
        self.last_ms = self.last_ms.max(now_ms);
        Ok(self.seq)
    }

    /// Writes the cell.
    pub fn write(&self, out: &mut Vec<u8>) {
        wire::begin(out, Kind::Clock);
        out.extend_from_slice(&self.last_ms.to_be_bytes());
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.calls.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clock_counts_and_never_turns_back() {
        let mut clock = Clock::read(None).unwrap();
        assert_eq!(clock.now(-5), -5);
        assert_eq!(clock.admit(100), Ok(1));
        assert_eq!(clock.tick(40), Ok(2));
        assert_eq!((clock.now(50), clock.now(101), clock.calls), (100, 101, 1));
        clock.seq = u64::MAX;
        assert_eq!(clock.tick(1), Err(StateError::OutOfRange));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(last_ms: i64, seq: u64, calls: u64) {
            let clock = Clock { last_ms, seq: seq.max(calls), calls: seq.min(calls) };
            let mut out = Vec::new();
            clock.write(&mut out);
            prop_assert_eq!(Clock::read(Some(&out)), Ok(clock));
            for len in 0..out.len() {
                prop_assert!(Clock::read(out.get(..len)).is_err());
            }
            out.push(0);
            prop_assert!(Clock::read(Some(&out)).is_err());
        }
    }
}
