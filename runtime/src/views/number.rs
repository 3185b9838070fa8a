//! `number(s)`. In: text. Out: the exact decimal that it spells, if it spells one as JSON does (RFC 8259 §6).
//!
//! No leading `+`, no leading zeros, no separators, no white space, no digits beyond ASCII: `1,000` is a thousand to some
//! and one to others. What a decimal cannot hold exactly is absent, never rounded.

use crate::number::{Decimal, SCALE};

/// Decimal places that a decimal keeps: `SCALE` is ten to this power.
const PLACES: i64 = 9;

/// Reads one number.
#[must_use]
pub fn number(text: &str) -> Option<Decimal> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (body, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let plain = are_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    if !plain || !fraction.is_none_or(are_digits) {
        return None;
    }
    let digits = Digits::read(whole, fraction.unwrap_or_default())?;
    let units = digits.units(exponent)?;
    Decimal::from_units(if negative { units.checked_neg()? } else { units })
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !are_digits(digits) {
        return None;
    }
    let size = digits
        .bytes()
        .fold(0i64, |sum, b| sum.saturating_mul(10).saturating_add(i64::from(b.saturating_sub(b'0'))));
    Some(if text.starts_with('-') { size.saturating_neg() } else { size })
}

/// `significand × 10^exponent`, the significand without trailing zeros.
struct Digits {
    significand: i128,
    exponent: i64,
}

impl Digits {
    fn read(whole: &str, fraction: &str) -> Option<Self> {
        let (mut significand, mut zeros) = (0i128, 0u32);
        for b in whole.bytes().chain(fraction.bytes()) {
            if b == b'0' {
                // Zeros count only once a digit follows: so any number of them at the end costs nothing.
                zeros = zeros.checked_add(u32::from(significand != 0))?;
                continue;
            }
            let power = 10i128.checked_pow(zeros.checked_add(1)?)?;
            significand = significand.checked_mul(power)?.checked_add(i128::from(b.saturating_sub(b'0')))?;
            zeros = 0;
        }
        let exponent = i64::from(zeros).checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Self { significand, exponent })
    }

    /// The value in units of a decimal, if that is whole and in range.
    fn units(&self, exponent: i64) -> Option<i128> {
        if self.significand == 0 {
            return Some(0);
        }
        let shift = self.exponent.saturating_add(exponent).saturating_add(PLACES);
        let shift = u32::try_from(shift).ok()?;
        self.significand.checked_mul(10i128.checked_pow(shift)?)
    }
}

const _: () = assert!(SCALE == 1_000_000_000, "PLACES says how many zeros SCALE has");
