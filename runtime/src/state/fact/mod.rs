//! Facts with one value per key (semantics.md 39). In: the fact's cell for a key, and calls as they are admitted and end. Out: the
//! value, or why it is unknown.
//!
//! A key computed from a call's arguments is unknown from its admission to its outcome ([`pend`]). Calls that overlap in time and
//! assign different values make the key unknown; otherwise the later admitted wins. A failure assigns nothing; an unknown
//! outcome, or a result that does not fit, makes the key unknown ([`settle`]). So what a fact says never depends on which answer came
//! first: it is what the calls would have taught one after the other as they were admitted, or unknown.

mod cell;
mod change;

pub use change::{assign, forget, idle, pend, settle};

use super::scalar::Fields;
use super::{AdmissionId, Seq, StateError};
use cell::{Cell, State};

/// A call that teaches, in the order of the fact's scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Teacher {
    /// Which call.
    pub id: AdmissionId,
    /// When it was admitted.
    pub admitted: Seq,
    /// When its outcome is recorded: greater than every number given out before.
    pub outcome: Seq,
}

/// Why a fact is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No call has taught it, or what one taught was evicted.
    NeverLearned,
    /// A call that may change it has no outcome yet.
    InFlight,
    /// Calls that overlapped in time, or one result, gave it different values.
    Conflict,
    /// A call that may have changed it has an unknown outcome, or its result did not fit, or whether it assigns is unknown.
    Doubt,
    /// Its time is over.
    Expired,
    /// A call said `forget`.
    Forgotten,
}

impl core::fmt::Display for Why {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NeverLearned => "was never learned",
            Self::InFlight => "is not known: a call that may change it has no outcome yet",
            Self::Conflict => "is not known: it was given different values at one time",
            Self::Doubt => {
                "is not known: a call may have changed it, and its outcome is unknown or its result did not fit"
            }
            Self::Expired => "is not known any more: its time is over",
            Self::Forgotten => "was forgotten",
        })
    }
}

/// What a fact says.
#[derive(Debug, Clone, Copy)]
pub enum Reading<'c> {
    /// Nothing.
    Unknown(Why),
    /// A value.
    Value(Known<'c>),
}

/// A value that was learned.
#[derive(Debug, Clone, Copy)]
pub struct Known<'c> {
    /// The fields of the value; one for a scalar.
    pub fields: Fields<'c>,
    /// When it was learned last, UTC milliseconds. `age` is `now` less this.
    pub learned_ms: i64,
    /// From when on it is unknown; the greatest value never comes.
    pub expires_ms: i64,
    /// When the call that taught it last was admitted.
    pub admitted: Seq,
    /// When its outcome was recorded.
    pub outcome: Seq,
}

impl Known<'_> {
    const fn is_over(&self, now: i64) -> bool {
        now >= self.expires_ms && self.expires_ms != i64::MAX
    }
}

/// What the fact says at `now`.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn read(cell: Option<&[u8]>, now: i64) -> Result<Reading<'_>, StateError> {
    read_beside(cell, None, now)
}

/// What the fact says at `now` to the call `own`, whose outcome is not told yet: it does not wait for itself.
///
/// # Errors
/// As [`read`].
pub fn read_beside<'c>(
    cell: Option<&'c [u8]>,
    own: Option<&AdmissionId>,
    now: i64,
) -> Result<Reading<'c>, StateError> {
    let cell = Cell::read(cell)?;
    if cell.in_flight.iter().any(|call| own.is_none_or(|own| call != own.bytes())) {
        return Ok(Reading::Unknown(Why::InFlight));
    }
    Ok(match cell.state {
        State::Empty => Reading::Unknown(Why::NeverLearned),
        State::Lost { why, until: _ } => Reading::Unknown(why),
        State::Value { known, .. } if known.is_over(now) => Reading::Unknown(Why::Expired),
        State::Value { known, .. } => Reading::Value(known),
    })
}

#[cfg(test)]
mod tests;
