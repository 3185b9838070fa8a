//! Numbers of the input. In: the position of the first byte. Out: where the number ends and its exact value; refused where two
//! readers could disagree about it (semantics.md 30).

use super::bytes::byte;
use super::reject::What;
use super::{Scan, Stop};
use crate::number::Decimal;
use core::fmt::Write as _;

/// The exact value `±digits × 10^exponent` of an accepted number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) negative: bool,
    /// Fewer than 10¹⁷.
    pub(super) digits: u64,
    pub(super) exponent: i32,
}

/// The greatest whole number that every reader takes exactly, 2⁵³ − 1.
const MAX_SAFE: u64 = 9_007_199_254_740_991;
/// Digits that every double keeps.
const SAFE_DIGITS: usize = 15;
/// Most digits of the shortest decimal of a double.
const MAX_DIGITS: u32 = 17;
/// Numbers whose first digit stands at this power of ten or above have all digits of a normal double.
const NORMAL: i64 = -300;
/// Exponents are clamped to ± this: beyond any double, below overflow.
const EXPONENT_CAP: i64 = 1 << 60;

impl Number {
    /// The value as a decimal; `None` if it needs more than nine places or is out of range.
    pub(super) fn decimal(self) -> Option<Decimal> {
        let number = if self.exponent < -9 { self.shortest() } else { self };
        let shift = u32::try_from(number.exponent.checked_add(9)?);
        let units = match (number.digits, shift) {
            (0, _) => 0,
            (digits, Ok(shift)) => i128::from(digits).checked_mul(10_i128.checked_pow(shift)?)?,
            (_, Err(_)) => return None,
        };
        Decimal::from_units(if number.negative { units.wrapping_neg() } else { units })
    }

    /// The same value with digits that do not end in a zero; zero is `0 × 10⁰` without a sign.
    pub(super) fn shortest(mut self) -> Self {
        if self.digits == 0 {
            return Self { negative: false, digits: 0, exponent: 0 };
        }
        while self.digits.checked_rem(10) == Some(0) {
            self.digits = self.digits.checked_div(10).unwrap_or_default();
            self.exponent = self.exponent.wrapping_add(1);
        }
        self
    }
}

impl Scan<'_> {
    /// Reads the number whose sign or first digit is at `start`.
    #[inline(always)]
    pub(super) fn number(&mut self, start: usize) -> Result<(usize, Number), Stop> {
        let negative = byte(self.input, start) == b'-';
        let first = start.wrapping_add(usize::from(negative));
        let mut digits = 0;
        let mut at = self.digits(first, &mut digits);
        let mut count = at.wrapping_sub(first);
        if count == 0 || (count > 1 && byte(self.input, first) == b'0') {
            return Err(self.bad_number(start, at));
        }
        let mut exponent = 0;
        if byte(self.input, at) == b'.' {
            let point = at;
            at = self.digits(point.wrapping_add(1), &mut digits);
            let places = at.wrapping_sub(point).wrapping_sub(1);
            if places == 0 {
                return Err(self.bad_number(start, at));
            }
            count = count.wrapping_add(places);
            // Only used below if it is at most 15.
            exponent = i32::try_from(places).unwrap_or_default().wrapping_neg();
        }
        if count <= SAFE_DIGITS && byte(self.input, at) | 0x20 != b'e' {
            return Ok((at, Number { negative, digits, exponent }));
        }
        self.long_number(start)
    }

    /// Appends the digits from `at` to `value` (which wraps if there are too many); the position after them.
    #[inline(always)]
    fn digits(&self, mut at: usize, value: &mut u64) -> usize {
        loop {
            let digit = byte(self.input, at).wrapping_sub(b'0');
            if digit > 9 {
                return at;
            }
            *value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            at = at.wrapping_add(1);
        }
    }

    /// A number with an exponent or with many digits.
    #[inline(never)]
    fn long_number(&mut self, start: usize) -> Result<(usize, Number), Stop> {
        let rest = self.input.get(start..).unwrap_or_default();
        let mut long = Long::default();
        let (len, fits) = long.read(rest);
        let end = start.wrapping_add(len);
        if !fits {
            return Err(self.bad_number(start, end));
        }
        match long.value(rest.get(..len).unwrap_or_default()) {
            Ok(number) => Ok((end, number)),
            Err(_) if self.lenient => Ok((end, Number { negative: false, digits: 0, exponent: 0 })),
            Err(what) => Err(self.stop(what, start)),
        }
    }

    /// `at` is where the spelling went wrong.
    fn bad_number(&mut self, start: usize, at: usize) -> Stop {
        if at >= self.input.len() {
            self.stop(What::UnexpectedEnd, at)
        } else {
            self.stop(What::InvalidNumber, start)
        }
    }
}

/// A number of any length, being read.
#[derive(Debug, Default)]
struct Long {
    negative: bool,
    /// The significant digits without trailing zeros, as far as they are kept.
    digits: u64,
    /// How many those are.
    count: u32,
    /// More than [`MAX_DIGITS`] are significant.
    more: bool,
    /// Zeros read since the last other digit.
    zeros: u32,
    /// Power of ten of the last digit read.
    exponent: i64,
}

impl Long {
    /// Reads a JSON number at the head of `text`: its length, or where it went wrong and `false`.
    fn read(&mut self, text: &[u8]) -> (usize, bool) {
        let at = |rest: &[u8]| text.len().wrapping_sub(rest.len());
        let mut rest = text;
        if let [b'-', tail @ ..] = rest {
            self.negative = true;
            rest = tail;
        }
        let (zero_first, before) = (matches!(rest, [b'0', ..]), rest.len());
        rest = self.take(rest, 0);
        let whole = before.wrapping_sub(rest.len());
        if whole == 0 || (zero_first && whole > 1) {
            return (at(rest), false);
        }
        if let [b'.', tail @ ..] = rest {
            rest = self.take(tail, 1);
            if rest.len() == tail.len() {
                return (at(rest), false);
            }
        }
        if let [b'e' | b'E', tail @ ..] = rest {
            let (negative, tail) = match tail {
                [b'-', tail @ ..] => (true, tail),
                [b'+', tail @ ..] => (false, tail),
                _ => (false, tail),
            };
            let mut value = 0_i64;
            rest = tail;
            while let [digit @ b'0'..=b'9', tail @ ..] = rest {
                let digit = i64::from(digit.wrapping_sub(b'0'));
                value = value.saturating_mul(10).saturating_add(digit).min(EXPONENT_CAP);
                rest = tail;
            }
            if rest.len() == tail.len() {
                return (at(rest), false);
            }
            self.exponent =
                self.exponent.saturating_add(if negative { value.saturating_neg() } else { value });
        }
        (at(rest), true)
    }

    /// Takes the digits at the head of `text`, each of which lowers the exponent by `places`.
    fn take<'a>(&mut self, mut text: &'a [u8], places: i64) -> &'a [u8] {
        while let [digit @ b'0'..=b'9', rest @ ..] = text {
            self.push(u64::from(digit.wrapping_sub(b'0')));
            self.exponent = self.exponent.saturating_sub(places);
            text = rest;
        }
        text
    }

    fn push(&mut self, digit: u64) {
        if digit == 0 {
            if self.count > 0 {
                self.zeros = self.zeros.saturating_add(1);
            }
            return;
        }
        let shift = self.zeros.saturating_add(1);
        self.zeros = 0;
        self.count = self.count.saturating_add(if self.count == 0 { 1 } else { shift });
        if self.count > MAX_DIGITS {
            self.more = true;
        } else {
            let scale = 10_u64.saturating_pow(if self.digits == 0 { 0 } else { shift });
            self.digits = self.digits.saturating_mul(scale).saturating_add(digit);
        }
    }

    /// The value, if every reader agrees about it; `text` is its spelling.
    fn value(&self, text: &[u8]) -> Result<Number, What> {
        if self.count == 0 {
            return Ok(Number { negative: false, digits: 0, exponent: 0 });
        }
        // Power of ten of the last digit that is not zero.
        let exponent = self.exponent.saturating_add(i64::from(self.zeros));
        if exponent >= 0 {
            let whole = u32::try_from(exponent).ok().and_then(|exponent| 10_u64.checked_pow(exponent));
            let whole = whole.and_then(|scale| self.digits.checked_mul(scale)).filter(|_| !self.more);
            return match whole {
                Some(digits) if digits <= MAX_SAFE => {
                    Ok(Number { negative: self.negative, digits, exponent: 0 })
                }
                _ => Err(What::UnsafeInteger),
            };
        }
        let number = match i32::try_from(exponent) {
            Ok(exponent) if !self.more => Number { negative: self.negative, digits: self.digits, exponent },
            _ => return Err(What::InexactNumber),
        };
        let first = exponent.saturating_add(i64::from(self.count));
        let safe = self.count as usize <= SAFE_DIGITS && first > NORMAL;
        if safe || is_shortest(text, number) { Ok(number) } else { Err(What::InexactNumber) }
    }
}

/// The value of `text` if it is a number that a strict pass accepts.
pub(super) fn exact(text: &[u8]) -> Option<Number> {
    let mut long = Long::default();
    if long.read(text) == (text.len(), true) { long.value(text).ok() } else { None }
}

/// `number`, spelled `text`, is the shortest decimal of its nearest double.
///
/// The double is only an intermediate spelling here: it is read correctly rounded and printed shortest by the core library, the
/// same on every platform, and nothing is computed with it.
fn is_shortest(text: &[u8], number: Number) -> bool {
    let Ok(double) = core::str::from_utf8(text).unwrap_or_default().parse::<f64>() else { return false };
    let mut printed = Printed::default();
    // Scientific notation of a double takes at most 24 bytes.
    if write!(printed, "{double:e}").is_err() {
        return false;
    }
    let mut long = Long::default();
    let spelled = printed.text.get(..printed.len).unwrap_or_default();
    long.read(spelled) == (spelled.len(), true)
        && !long.more
        && long.digits == number.digits
        && long.exponent.checked_add(i64::from(long.zeros)) == Some(i64::from(number.exponent))
}

/// A short text on the stack.
#[derive(Default)]
struct Printed {
    text: [u8; 32],
    len: usize,
}

impl core::fmt::Write for Printed {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(core::fmt::Error)?;
        self.text.get_mut(self.len..end).ok_or(core::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
