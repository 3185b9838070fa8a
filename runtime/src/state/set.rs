//! Learned sets: `after … add e`, `x in known`. In: the cell of one element, and the cell that says when the set was forgotten last.
//! Out: whether the element is in the set.
//!
//! A set is one cell per element, so that it has no size of its own, and one head, so that `forget` is one write. Membership is
//! never unknown. Of an `add` and a `forget` that overlap in time, the call that was admitted later wins.

use super::{Kind, Seq, StateError, wire, wire::Reader};
use alloc::vec::Vec;

/// An element that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// When the latest call that added it was admitted, in the order of the set's scope.
    pub admitted: Seq,
    /// When it was learned last, UTC milliseconds.
    pub learned_ms: i64,
    /// From when on it is no element any more; the greatest value never comes.
    pub expires_ms: i64,
}

impl Member {
    /// Reads an element's cell.
    ///
    /// # Errors
    /// `Unreadable`, `OtherFormat`.
    pub fn read(cell: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::open(cell, Kind::Member)?;
        let member = Self { admitted: reader.u64()?, learned_ms: reader.i64()?, expires_ms: reader.i64()? };
        reader.end()?;
        if member.expires_ms < member.learned_ms { Err(StateError::Unreadable) } else { Ok(member) }
    }

    /// It is an element at `now` of the set whose head was read as `forgotten`.
    #[must_use]
    pub const fn counts(&self, forgotten: Seq, now: i64) -> bool {
        self.admitted > forgotten && (now < self.expires_ms || self.expires_ms == i64::MAX)
    }
}

/// Reads a set's head: the admission of the last call that forgot it, or 0.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn forgotten(head: Option<&[u8]>) -> Result<Seq, StateError> {
    let Some(head) = head else { return Ok(0) };
    let mut reader = Reader::open(head, Kind::Set)?;
    let seq = reader.u64()?;
    reader.end()?;
    Ok(seq)
}

/// The element whose cell is `member` is in the set with this head.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn contains(head: Option<&[u8]>, member: Option<&[u8]>, now: i64) -> Result<bool, StateError> {
    let forgotten = forgotten(head)?;
    member.map_or(Ok(false), |cell| Ok(Member::read(cell)?.counts(forgotten, now)))
}

/// Adds an element that a call admitted as `admitted` taught at `now`; it stays for `for_ms`, or for good.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn add(
    member: Option<&[u8]>,
    admitted: Seq,
    now: i64,
    for_ms: Option<u64>,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    let before = member.map(Member::read).transpose()?;
    let expires_ms = for_ms.map_or(i64::MAX, |ms| now.saturating_add_unsigned(ms));
    wire::begin(out, Kind::Member);
    out.extend_from_slice(&before.map_or(admitted, |before| before.admitted.max(admitted)).to_be_bytes());
    out.extend_from_slice(&now.to_be_bytes());
    out.extend_from_slice(&expires_ms.to_be_bytes());
    Ok(())
}

/// Forgets all elements that were added by calls admitted before `admitted`. Writes the head.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn forget(head: Option<&[u8]>, admitted: Seq, out: &mut Vec<u8>) -> Result<(), StateError> {
    let seq = forgotten(head)?.max(admitted);
    wire::begin(out, Kind::Set);
    out.extend_from_slice(&seq.to_be_bytes());
    Ok(())
}

/// The element's cell says nothing at `now` or later: its time is over.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn idle(member: &[u8], now: i64) -> Result<bool, StateError> {
    Member::read(member).map(|member| now >= member.expires_ms && member.expires_ms != i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_expire() {
        let mut cell = Vec::new();
        add(None, 1, 100, Some(10), &mut cell).unwrap();
        assert_eq!(contains(None, Some(&cell), 109), Ok(true));
        assert_eq!(contains(None, Some(&cell), 110), Ok(false));
        add(None, 1, 100, None, &mut cell).unwrap();
        assert_eq!(contains(None, Some(&cell), i64::MAX), Ok(true));
        assert_eq!(contains(None, None, 0), Ok(false));
    }

    proptest! {
        /// Whatever the order of outcomes: as if the calls had run one after the other, as they were admitted.
        #[test]
        fn the_later_admitted_wins(order in Just((1..=6_u64).collect::<Vec<_>>()).prop_shuffle(), forgets in any::<[bool; 6]>()) {
            let (mut head, mut member, mut out) = (None::<Vec<u8>>, None::<Vec<u8>>, Vec::new());
            for seq in order {
                let place = if forgets[usize::try_from(seq - 1).unwrap()] {
                    forget(head.as_deref(), seq, &mut out).unwrap();
                    &mut head
                } else {
                    add(member.as_deref(), seq, 0, None, &mut out).unwrap();
                    &mut member
                };
                *place = Some(out.clone());
            }
            prop_assert_eq!(contains(head.as_deref(), member.as_deref(), 0), Ok(!forgets[5]));
        }

        #[test]
        fn other_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let is = |kind: Kind, len| bytes.len() == len && bytes.starts_with(&[wire::FORMAT, kind as u8]);
            prop_assert!(Member::read(&bytes).is_err() || is(Kind::Member, 26));
            prop_assert!(forgotten(Some(&bytes)).is_err() || is(Kind::Set, 10));
        }
    }
}
