//! Changing a fact's cell. In: a cell, and a call that is admitted, teaches, forgets or ends. Out: the new cell in a buffer; empty if
//! there is nothing to remember.

use super::cell::{Cell, State};
use super::{Known, Teacher, Why};
use crate::state::scalar::Fields;
use crate::state::{AdmissionId, Outcome, Seq, StateError};
use alloc::vec::Vec;

/// Calls in flight per key; one more is denied.
const IN_FLIGHT: usize = 64;
/// Bytes of a value; a longer one is not learned, and makes the key unknown.
const LONGEST: usize = 65_536;

/// A call that may change the key was admitted: the key is unknown until [`settle`], [`assign`] or [`forget`] names it.
///
/// # Errors
/// `Unreadable`, `OtherFormat`; `Capped`: 64 calls are in flight for this key.
pub fn pend(cell: Option<&[u8]>, id: AdmissionId, out: &mut Vec<u8>) -> Result<(), StateError> {
    let cell = Cell::read(cell)?;
    if cell.in_flight.len() >= IN_FLIGHT && !cell.in_flight.contains(id.bytes()) {
        return Err(StateError::Capped);
    }
    cell.write(id, Some(id), out)
}

/// A successful call teaches a value ([`crate::state::scalar::encode`]) at `now`; it stays for `for_ms`, or for good. `floor` is that
/// of the fact's entries ([`crate::state::entries::Entries::floor`]): a call admitted before it teaches no key whose history was swept.
///
/// # Errors
/// `Unreadable`, `OtherFormat`; `Unreadable` too if `value` is none.
pub fn assign(
    cell: Option<&[u8]>,
    teacher: Teacher,
    value: &[u8],
    now: i64,
    for_ms: Option<u64>,
    floor: Seq,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    let cell = Cell::read(cell)?;
    let fields = Fields::read(value)?;
    let taught = |other: Seq| State::Value {
        known: Known {
            fields,
            learned_ms: now,
            expires_ms: for_ms.map_or(i64::MAX, |ms| now.saturating_add_unsigned(ms)),
            admitted: teacher.admitted,
            outcome: teacher.outcome,
        },
        bytes: value,
        other,
    };
    let lost = |why| State::Lost { why, until: teacher.outcome };
    let overlaps = |outcome: Seq| teacher.admitted <= outcome;
    let state = match cell.state {
        _ if value.len() > LONGEST => lost(Why::Doubt),
        State::Empty if overlaps(floor) => lost(Why::NeverLearned),
        State::Empty => taught(0),
        State::Lost { why, until } if overlaps(until) => lost(why),
        State::Lost { why: _, until } => taught(until),
        State::Value { bytes, other, .. } if bytes == value && !overlaps(other) => taught(other),
        State::Value { bytes, .. } if bytes == value => lost(Why::Conflict),
        State::Value { known, .. } if overlaps(known.outcome) => lost(Why::Conflict),
        State::Value { known, .. } => taught(known.outcome),
    };
    Cell { state, ..cell }.write(teacher.id, None, out)
}

/// A successful call says `forget`, or the fact's `when` was unknown for a key: nothing is believed that is not learned after it.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn forget(cell: Option<&[u8]>, teacher: Teacher, why: Why, out: &mut Vec<u8>) -> Result<(), StateError> {
    let cell = Cell::read(cell)?;
    let why = match cell.state {
        State::Lost { why: before, until } if teacher.admitted <= until => before,
        State::Empty | State::Lost { .. } | State::Value { .. } => why,
    };
    let state = State::Lost { why, until: teacher.outcome };
    Cell { state, ..cell }.write(teacher.id, None, out)
}

/// The call has an outcome. Success and failure leave the key as it is without the call (what a success teaches is said by
/// [`assign`]); an unknown outcome, or a result that does not fit, makes it unknown.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn settle(
    cell: Option<&[u8]>,
    teacher: Teacher,
    outcome: Outcome,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    match outcome {
        Outcome::Success | Outcome::Failure => Cell::read(cell)?.write(teacher.id, None, out),
        Outcome::Unknown => forget(cell, teacher, Why::Doubt, out),
    }
}

/// The cell says nothing at `now` or later that [`super::read`] would not say without it, and no call in flight needs it. A sweep that
/// deletes it has to raise the floor of the fact's entries.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn idle(cell: &[u8], now: i64) -> Result<bool, StateError> {
    let cell = Cell::read(Some(cell))?;
    let silent = match cell.state {
        State::Empty | State::Lost { .. } => true,
        State::Value { known, .. } => known.is_over(now),
    };
    Ok(silent && cell.in_flight.is_empty())
}
