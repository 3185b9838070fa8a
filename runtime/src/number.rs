//! Exact decimals (language.md section 3). In: the text of a JSON number or literal. Out: [`Decimal`].

/// A fixed-point number: `units × 10⁻⁹`, `|value| < 10¹⁸`. No rounding happens anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal {
    units: i128,
}

/// Units in one.
pub const SCALE: i128 = 1_000_000_000;
/// Exclusive bound of `|units|`.
pub const LIMIT: i128 = SCALE * 1_000_000_000_000_000_000;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { units: 0 };

    /// From units of 10⁻⁹; `None` outside the range.
    #[must_use]
    pub const fn from_units(units: i128) -> Option<Self> {
        if units > -LIMIT && units < LIMIT { Some(Self { units }) } else { None }
    }

    /// From a whole number; `None` outside the range.
    #[must_use]
    pub const fn from_int(value: i64) -> Option<Self> {
        match (value as i128).checked_mul(SCALE) {
            Some(units) => Self::from_units(units),
            None => None,
        }
    }

    /// The value in units of 10⁻⁹.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.units
    }

    /// No fraction.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self.units.checked_rem(SCALE), Some(0))
    }
}
