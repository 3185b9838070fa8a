//! Fuel: what a decision may still cost. In: charges in instructions. Out: a trap when they exceed the program's cap.
//!
//! Fuel is counted in work units and never in time, so that it ends at the same instruction on every machine (semantics.md 10).

use crate::program::cost::{PATTERN_UNIT, TEXT_UNIT};
use crate::views::table::Cost;

/// Why a decision stopped without an answer; each is a denial with its own reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trap {
    /// The instruction cap, or the memory that goes with it, is exhausted.
    BudgetExceeded,
    /// A zone's table says nothing about a moment.
    StateUnavailable,
}

/// What is left of the instruction cap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    left: u64,
    cap: u64,
}

impl Budget {
    pub(crate) const fn new(cap: u64) -> Self {
        Self { left: cap, cap }
    }

    /// Instructions charged.
    pub(crate) const fn used(self) -> u64 {
        self.cap.saturating_sub(self.left)
    }

    #[inline]
    pub(crate) fn charge(&mut self, units: u64) -> Result<(), Trap> {
        match self.left.checked_sub(units) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Trap::BudgetExceeded)
            }
        }
    }

    /// For comparing or searching `bytes` bytes of text.
    #[inline]
    pub(crate) fn charge_text(&mut self, bytes: usize) -> Result<(), Trap> {
        if bytes < TEXT_UNIT { Ok(()) } else { self.charge_per(bytes, TEXT_UNIT) }
    }

    /// For running a pattern over `bytes` bytes of text.
    #[inline]
    pub(crate) fn charge_pattern(&mut self, bytes: usize) -> Result<(), Trap> {
        self.charge_per(bytes, PATTERN_UNIT)
    }

    /// For a view or a test of one over `bytes` bytes of text.
    pub(crate) fn charge_view(&mut self, cost: Cost, bytes: usize) -> Result<(), Trap> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.charge(u64::from(cost.fixed).saturating_add(u64::from(cost.per_byte).saturating_mul(bytes)))
    }

    fn charge_per(&mut self, bytes: usize, unit: usize) -> Result<(), Trap> {
        let units = bytes.checked_div(unit).unwrap_or(bytes);
        self.charge(u64::try_from(units).unwrap_or(u64::MAX))
    }
}
