//! Exact decimals (language.md section 3). In: the text of a JSON number or literal. Out: [`Decimal`].
//!
//! One scale everywhere: the VM, the state and the analyzer read the same `i128`. Text that has no exact value at that scale
//! has no [`Decimal`]; nothing is ever rounded or saturated.

use core::fmt;

/// A fixed-point number: `units × 10⁻⁹`, `|value| < 10¹⁸`. No rounding happens anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal {
    units: i128,
}

/// Units in one.
pub const SCALE: i128 = 1_000_000_000;
/// Exclusive bound of `|units|`.
pub const LIMIT: i128 = SCALE * 1_000_000_000_000_000_000;

/// Decimal places of the scale.
const PLACES: i64 = 9;
/// Digits of the largest coefficient below [`LIMIT`].
const MAX_DIGITS: u32 = 27;
/// Exponents are clamped here: far beyond any exact value, far below overflow when lengths are added.
const EXPONENT_CAP: i64 = 1 << 60;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { units: 0 };
    /// One.
    pub const ONE: Self = Self { units: SCALE };

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

    /// From the text of one JSON number (RFC 8259 section 6), exponents included; the whole text must be that number.
    ///
    /// `None` when the text is no JSON number, needs more than nine decimal places, or is out of range. Zeros that add no
    /// value are free: `1.50`, `1.5000000000000` and `15e-1` are one value, and `-0` is `0`.
    #[must_use]
    pub fn parse_json(text: &str) -> Option<Self> {
        Self::parse_json_bytes(text.as_bytes())
    }

    /// [`Decimal::parse_json`] for text that is still bytes.
    #[must_use]
    pub fn parse_json_bytes(text: &[u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let mut digits = Digits::default();
        let (rest, whole) = digits.take(rest)?;
        if whole == 0 || (whole > 1 && matches!(text, [b'0', ..] | [b'-', b'0', ..])) {
            return None;
        }
        let (rest, fraction) = match rest {
            [b'.', rest @ ..] => match digits.take(rest)? {
                (_, 0) => return None,
                taken => taken,
            },
            _ => (rest, 0),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => parse_exponent(rest)?,
            _ => return None,
        };
        let units = digits.units(exponent.checked_sub(fraction)?)?;
        Self::from_units(if negative { units.checked_neg()? } else { units })
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

    /// The value as a whole number; `None` if it has a fraction. Every integral value of the range fits.
    #[must_use]
    pub fn to_int(self) -> Option<i64> {
        if self.is_integer() { i64::try_from(self.units.checked_div(SCALE)?).ok() } else { None }
    }

    /// The sum; `None` out of range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.units.checked_add(other.units) {
            Some(units) => Self::from_units(units),
            None => None,
        }
    }

    /// The difference; `None` out of range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.units.checked_sub(other.units) {
            Some(units) => Self::from_units(units),
            None => None,
        }
    }

    /// The product with a whole number; `None` out of range.
    #[must_use]
    pub const fn checked_mul_int(self, factor: i64) -> Option<Self> {
        match self.units.checked_mul(factor as i128) {
            Some(units) => Self::from_units(units),
            None => None,
        }
    }

    /// The value with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        // The range is symmetric, so zero is only a formality here.
        match self.units.checked_neg() {
            Some(units) => Self { units },
            None => Self::ZERO,
        }
    }

    /// The value is a whole multiple of `divisor` (JSON Schema `multipleOf`); `false` for a divisor of zero.
    #[must_use]
    pub const fn is_multiple_of(self, divisor: Self) -> bool {
        matches!(self.units.checked_rem(divisor.units), Some(0))
    }
}

impl fmt::Display for Decimal {
    /// Canonical text: no exponent, no zeros that add no value, `-` only before a value below zero. Parses back to itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.units.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        let whole = magnitude.checked_div(scale).unwrap_or_default();
        let mut fraction = magnitude.checked_rem(scale).unwrap_or_default();
        if self.units < 0 {
            f.write_str("-")?;
        }
        write!(f, "{whole}")?;
        if fraction == 0 {
            return Ok(());
        }
        let mut places = usize::try_from(PLACES).unwrap_or_default();
        while fraction.checked_rem(10) == Some(0) {
            fraction = fraction.checked_div(10).unwrap_or_default();
            places = places.saturating_sub(1);
        }
        write!(f, ".{fraction:0places$}")
    }
}

/// The digits read so far: `coefficient × 10^zeros`, where the coefficient does not end in a zero.
#[derive(Default)]
struct Digits {
    coefficient: i128,
    /// Significant digits in `coefficient`.
    count: u32,
    /// Zeros read since the last other digit.
    zeros: u32,
}

impl Digits {
    /// Reads the leading digits of `text`; returns what follows and how many there were. `None` when no exact value can follow.
    fn take<'a>(&mut self, text: &'a [u8]) -> Option<(&'a [u8], i64)> {
        let mut rest = text;
        let mut taken: i64 = 0;
        while let [digit @ b'0'..=b'9', tail @ ..] = rest {
            self.push(digit.checked_sub(b'0')?)?;
            taken = taken.checked_add(1)?;
            rest = tail;
        }
        Some((rest, taken))
    }

    fn push(&mut self, digit: u8) -> Option<()> {
        if digit == 0 {
            if self.count > 0 {
                self.zeros = self.zeros.checked_add(1)?;
            }
            return Some(());
        }
        let shift = self.zeros.checked_add(1)?;
        let count = self.count.checked_add(if self.count == 0 { 1 } else { shift })?;
        if count > MAX_DIGITS {
            return None;
        }
        self.coefficient =
            self.coefficient.checked_mul(10_i128.checked_pow(shift)?)?.checked_add(i128::from(digit))?;
        self.count = count;
        self.zeros = 0;
        Some(())
    }

    /// The value times 10^exponent, in units; `None` if not exact or far out of range.
    fn units(&self, exponent: i64) -> Option<i128> {
        if self.coefficient == 0 {
            return Some(0);
        }
        let shift = exponent.checked_add(i64::from(self.zeros))?.checked_add(PLACES)?;
        // A negative shift would cut digits, since the coefficient does not end in a zero.
        self.coefficient.checked_mul(10_i128.checked_pow(u32::try_from(shift).ok()?)?)
    }
}

/// The digits after `e`, with their sign; clamped to ±[`EXPONENT_CAP`].
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        let digit = i64::from(digit.checked_sub(b'0')?);
        value = value.saturating_mul(10).saturating_add(digit).min(EXPONENT_CAP);
    }
    if negative { value.checked_neg() } else { Some(value) }
}

#[cfg(test)]
mod tests;
