//! Limits over time. In: the cell of a limit for one key, the limit's window, a time and what a call would add. Out: how much is
//! used, whether the call would exceed the limit, and the cell with the call in it, or without.
//!
//! A trailing window is half-open, (t − D, t], and in *no* interval of that length is more than N admitted. A cell keeps one entry
//! per admission; past the cap the two oldest merge into the later time, so that a cell counts too much at worst, never too little
//! (semantics.md 37). Time that runs backwards is clamped to the latest time of the cell.
//!
//! Amounts are units of 10⁻⁹ and never below zero; a call counts as [`crate::number::SCALE`]. With `distinct`, a value that is
//! in the window already adds nothing, but its time is renewed: otherwise it would leave the window too early, and
//! some interval would hold N + 1 values.

mod calendar;
mod cell;
mod change;
mod cutoff;

pub use calendar::{Calendar, Unit};
pub use change::{idle, release, release_until, reserve};
pub use cutoff::Window;

use super::StateError;
use crate::number::SCALE;
use cell::Cell;

/// What a limit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec<'z> {
    /// Units that may be used in one window, inclusive.
    pub max: i128,
    /// When what was admitted stops to count.
    pub window: Window<'z>,
    /// Counts different values instead of adding amounts.
    pub distinct: bool,
    /// Entries kept per key; [`CAP`] unless there is a reason. Fewer than 2 are 2.
    pub cap: u32,
}

/// Usual number of entries per key.
pub const CAP: u32 = 1_024;

/// What a call adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge<'a> {
    /// Units of 10⁻⁹, at least 0; a call counts as [`SCALE`].
    Amount(i128),
    /// For `distinct`: the value, as [`super::key::push_value`] spells it.
    Value(&'a [u8]),
}

/// What the window that ends at `now` holds, in units.
///
/// # Errors
/// `Unreadable`, `OtherFormat`; `OutsideTables` of a calendar.
pub fn usage(cell: Option<&[u8]>, spec: &Spec<'_>, now: i64) -> Result<i128, StateError> {
    let Some(cell) = Cell::open(cell, spec.distinct)? else { return Ok(0) };
    cell.sum_after(spec.window.cutoff(cell.clamp(now))?)
}

/// Whether the window that ends at `now` would hold more than `spec.max` units with this call in it.
///
/// # Errors
/// As [`usage`]; `OutOfRange` if the amount is below zero or no decimal, or the sum would be none.
pub fn would_exceed(
    cell: Option<&[u8]>,
    spec: &Spec<'_>,
    now: i64,
    charge: Charge<'_>,
) -> Result<bool, StateError> {
    let Some(cell) = Cell::open(cell, spec.distinct)? else {
        return Ok(added(&Cell::empty(spec.distinct), spec, None, charge)? > spec.max);
    };
    let cutoff = spec.window.cutoff(cell.clamp(now))?;
    let used = cell.sum_after(cutoff)?;
    Ok(cell::sum(used, added(&cell, spec, cutoff, charge)?)? > spec.max)
}

/// Units that a call adds to what lies after `cutoff`.
fn added(
    cell: &Cell<'_>,
    spec: &Spec<'_>,
    cutoff: Option<i64>,
    charge: Charge<'_>,
) -> Result<i128, StateError> {
    match charge {
        Charge::Amount(units) if !spec.distinct => cell::sum(0, units),
        Charge::Value(value) if spec.distinct => {
            Ok(if cell.holds(&cell::digest(value), cutoff) { 0 } else { SCALE })
        }
        // The limit's program is not the one that counts.
        Charge::Amount(_) | Charge::Value(_) => Err(StateError::Unreadable),
    }
}

#[cfg(test)]
mod tests;
