//! Labels: taint that only restricts. In: a label's cell, the scope's time and number of admitted calls. Out: whether it is set, and
//! the cell that sets it.
//!
//! Setting a label again extends it and never shortens it: of an end in time and an end in calls, it holds until both are over.

use super::{Kind, StateError, wire, wire::Reader};
use alloc::vec::Vec;

/// How long a label holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// As long as its scope lives.
    Forever,
    /// For so many milliseconds: `now < set + ms`.
    Millis(u64),
    /// While the next so many calls of its scope are decided.
    Calls(u64),
}

/// Ends of a label, exclusive; the greatest value never comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    ms: i64,
    calls: u64,
}

impl Ends {
    const UNSET: Self = Self { ms: i64::MIN, calls: 0 };

    fn read(cell: Option<&[u8]>) -> Result<Self, StateError> {
        let Some(cell) = cell else { return Ok(Self::UNSET) };
        let mut reader = Reader::open(cell, Kind::Label)?;
        let ends = Self { ms: reader.i64()?, calls: reader.u64()? };
        reader.end()?;
        Ok(ends)
    }

    const fn hold(self, now: i64, calls: u64) -> bool {
        now < self.ms || calls < self.calls || self.ms == i64::MAX || self.calls == u64::MAX
    }
}

/// The label is set at `now`, after `calls` admitted calls of its scope ([`super::clock::Clock::calls`]).
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn is_set(cell: Option<&[u8]>, now: i64, calls: u64) -> Result<bool, StateError> {
    Ok(Ends::read(cell)?.hold(now, calls))
}

/// Sets the label. `calls` counts the call that sets it, once that is admitted. A hold too long to state is forever.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn set(
    cell: Option<&[u8]>,
    now: i64,
    calls: u64,
    hold: Hold,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    let mut ends = Ends::read(cell)?;
    match hold {
        Hold::Forever => ends.ms = i64::MAX,
        Hold::Millis(ms) => ends.ms = ends.ms.max(now.saturating_add_unsigned(ms)),
        Hold::Calls(more) => ends.calls = ends.calls.max(calls.saturating_add(more)),
    }
    wire::begin(out, Kind::Label);
    out.extend_from_slice(&ends.ms.to_be_bytes());
    out.extend_from_slice(&ends.calls.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_label_holds_for_the_next_calls() {
        let mut cell = Vec::new();
        set(None, 0, 3, Hold::Calls(2), &mut cell).unwrap();
        let holds = |calls| is_set(Some(&cell), 0, calls).unwrap();
        assert_eq!((holds(3), holds(4), holds(5)), (true, true, false));
        assert_eq!(is_set(None, 0, 0), Ok(false));
    }

    #[test]
    fn a_hold_without_end_never_ends() {
        for hold in [Hold::Forever, Hold::Millis(u64::MAX), Hold::Calls(u64::MAX)] {
            let mut cell = Vec::new();
            set(None, 0, 1, hold, &mut cell).unwrap();
            assert_eq!(is_set(Some(&cell), i64::MAX, u64::MAX), Ok(true), "{hold:?}");
        }
    }

    fn holds() -> impl Strategy<Value = Hold> {
        prop_oneof![Just(Hold::Forever), (0_u64..50).prop_map(Hold::Millis), (0_u64..5).prop_map(Hold::Calls),]
    }

    proptest! {
        #[test]
        fn a_label_is_set_while_one_of_its_settings_holds(
            settings in prop::collection::vec((0_i64..30, holds()), 1..6),
            now in 0_i64..100,
            calls in 0_u64..20,
        ) {
            let (mut cell, mut out) = (None::<Vec<u8>>, Vec::new());
            let mut expected = false;
            for (index, (at, hold)) in (1..).zip(&settings) {
                set(cell.as_deref(), *at, index, *hold, &mut out).unwrap();
                cell = Some(out.clone());
                expected |= match hold {
                    Hold::Forever => true,
                    Hold::Millis(ms) => now < at + i64::try_from(*ms).unwrap(),
                    Hold::Calls(more) => calls < index + more,
                };
            }
            prop_assert_eq!(is_set(cell.as_deref(), now, calls), Ok(expected));
        }

        #[test]
        fn other_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let legal = bytes.len() == 18 && bytes.starts_with(&[wire::FORMAT, Kind::Label as u8]);
            prop_assert_eq!(is_set(Some(&bytes), 0, 0).is_ok(), legal);
        }
    }
}
