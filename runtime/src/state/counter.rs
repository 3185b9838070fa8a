//! Counters: `n(args.id) += 1` (semantics.md 35). In: the cell of a counter for one key. Out: its value, and the cell with a charge
//! or without.
//!
//! Charged at admission; a failure gives back, an unknown outcome keeps. A counter that was never charged reads 0. With an
//! expiry each charge counts for that long. Its cell is that of a limit without a maximum; without an expiry its entries have their
//! places in the order of admissions for times, so that forgetting leaves what was charged by calls admitted later.

use super::window::{self, Charge, Spec, Window};
use super::{AdmissionId, Seq, StateError};
use crate::number::LIMIT;
use alloc::vec::Vec;

/// Charges of a counter without expiry that can still be given back: more calls than any session has in flight.
const IN_FLIGHT: u32 = 64;

const fn spec(expiry_ms: Option<u64>) -> Spec<'static> {
    let (window, cap) = match expiry_ms {
        Some(ms) => (Window::Duration(ms), window::CAP),
        None => (Window::Session, IN_FLIGHT),
    };
    Spec { max: LIMIT, window, distinct: false, cap }
}

/// What the counter shows, in units.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn value(cell: Option<&[u8]>, expiry_ms: Option<u64>, now: i64) -> Result<i128, StateError> {
    window::usage(cell, &spec(expiry_ms), now)
}

/// What the counter shows at `now` without what the call `own` charged, whose outcome is not told yet.
///
/// # Errors
/// As [`value`].
pub fn value_beside(
    cell: Option<&[u8]>,
    expiry_ms: Option<u64>,
    own: Option<&AdmissionId>,
    now: i64,
) -> Result<i128, StateError> {
    let Some(own) = own else { return value(cell, expiry_ms, now) };
    let mut without = Vec::new();
    if give_back(cell, *own, &mut without)? {
        value(Some(&without).filter(|cell| !cell.is_empty()).map(Vec::as_slice), expiry_ms, now)
    } else {
        value(cell, expiry_ms, now)
    }
}

/// Charges a call admitted as `admitted` at `now`: `units` of 10⁻⁹, at least 0. Returns what the counter shows with it.
///
/// # Errors
/// As [`value`]; `OutOfRange` if the amount is below zero, or the sum no decimal.
pub fn charge(
    cell: Option<&[u8]>,
    expiry_ms: Option<u64>,
    (now, admitted): (i64, Seq),
    units: i128,
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<i128, StateError> {
    let at = if expiry_ms.is_some() { now } else { place(admitted) };
    window::reserve(cell, &spec(expiry_ms), at, Charge::Amount(units), id, out)
}

/// A successful call says `forget`: the counter begins anew, but for what calls charged that were admitted later (semantics.md T8). Of a
/// counter with an expiry, what was charged at an earlier time is forgotten, and what the call itself charged.
///
/// # Errors
/// As [`value`].
pub fn forget(
    cell: Option<&[u8]>,
    expiry_ms: Option<u64>,
    (at_ms, admitted): (i64, Seq),
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    let until = if expiry_ms.is_some() { at_ms.saturating_sub(1) } else { place(admitted) };
    window::release_until(cell, until, id, out)
}

/// A place in the order of admissions, where a cell keeps a time.
fn place(admitted: Seq) -> i64 {
    i64::try_from(admitted).unwrap_or(i64::MAX)
}

/// Takes the charges of a failed call back. Returns whether there were some.
///
/// # Errors
/// As [`value`].
pub fn give_back(cell: Option<&[u8]>, id: AdmissionId, out: &mut Vec<u8>) -> Result<bool, StateError> {
    window::release(cell, false, id, out)
}

/// The counter shows 0 at `now` and later, so its cell can be deleted. Never, without expiry.
///
/// # Errors
/// As [`value`].
pub fn idle(cell: &[u8], expiry_ms: Option<u64>, now: i64) -> Result<bool, StateError> {
    window::idle(cell, &spec(expiry_ms), now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::SCALE;
    use alloc::vec;

    fn id(n: u8) -> AdmissionId {
        AdmissionId::from_bytes([n; 16])
    }

    #[test]
    fn failures_give_back_and_charges_expire() {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        assert_eq!(value(None, None, 0), Ok(0));
        assert_eq!(charge(None, Some(10), (0, 1), SCALE, id(1), &mut a), Ok(SCALE));
        assert_eq!(charge(Some(&a), Some(10), (5, 2), 2 * SCALE, id(2), &mut b), Ok(3 * SCALE));
        assert_eq!(value(Some(&b), Some(10), 10), Ok(2 * SCALE));
        assert_eq!(give_back(Some(&b), id(2), &mut a), Ok(true));
        assert_eq!(value(Some(&a), Some(10), 9), Ok(SCALE));
        assert_eq!(idle(&a, Some(10), 14), Ok(false.max(value(Some(&a), Some(10), 14) == Ok(0))));
        assert_eq!(charge(None, None, (0, 1), -1, id(1), &mut a), Err(StateError::OutOfRange));
    }

    #[test]
    fn forgetting_leaves_what_was_charged_later() {
        for expiry in [None, Some(100)] {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            charge(None, expiry, (10, 1), SCALE, id(1), &mut a).unwrap();
            charge(Some(&a), expiry, (20, 2), SCALE, id(2), &mut b).unwrap();
            charge(Some(&b), expiry, (30, 3), 2 * SCALE, id(3), &mut a).unwrap();
            forget(Some(&a), expiry, (20, 2), id(2), &mut b).unwrap();
            assert_eq!(value(Some(&b), expiry, 40), Ok(2 * SCALE), "{expiry:?}");
            assert_eq!(give_back(Some(&b), id(3), &mut a), Ok(true));
            assert_eq!(value(Some(&a), expiry, 40), Ok(0));
        }
        let mut out = vec![1];
        forget(None, None, (0, 1), id(1), &mut out).unwrap();
        assert!(out.is_empty());
    }

    #[test]
    fn a_counter_without_expiry_keeps_all_charges_in_a_short_cell() {
        let (mut cell, mut out) = (None::<Vec<u8>>, Vec::new());
        for n in 0..500_u32 {
            let mut name = [0xff; 16];
            name[..4].copy_from_slice(&n.to_be_bytes());
            let name = AdmissionId::from_bytes(name);
            let sum = charge(cell.as_deref(), None, (0, u64::from(n)), SCALE, name, &mut out).unwrap();
            assert_eq!(sum, i128::from(n + 1) * SCALE);
            cell = Some(out.clone());
        }
        assert!(cell.is_some_and(|cell| cell.len() < 3_000));
    }
}
