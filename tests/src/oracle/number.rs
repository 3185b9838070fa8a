//! Exact numbers. In: the text of a JSON number. Out: its value without any loss, whether every reader agrees about it
//! (semantics.md 30), and its value in units of 10⁻⁹ if it has one.

/// `±digits × 10^exponent`, where the digits neither start nor end with a zero; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exact {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// The greatest integer that a double and all integers below it hold exactly.
const MAX_SAFE: u128 = 9_007_199_254_740_991;

impl Exact {
    /// From the text of a JSON number (RFC 8259 section 6), the whole of it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || (whole.len() > 1 && whole.starts_with('0'))
            || !digits(whole)
            || !digits(fraction)
        {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).ok()?);
        let kept = all.trim_end_matches('0');
        let zeros = i64::try_from(all.len() - kept.len()).ok()?;
        let kept = kept.trim_start_matches('0');
        if kept.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        Some(Self { negative, digits: kept.to_owned(), exponent: exponent.saturating_add(zeros) })
    }

    /// It has no fraction.
    #[must_use]
    pub const fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// Every reader takes it for the same value: an integer of at most 2⁵³ − 1, or the shortest decimal of its nearest double.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        if self.is_integer() {
            let zeros = u32::try_from(self.exponent).ok().and_then(|zeros| 10_u128.checked_pow(zeros));
            let digits = if self.digits.is_empty() { Some(0) } else { self.digits.parse::<u128>().ok() };
            return digits.zip(zeros).and_then(|(d, z)| d.checked_mul(z)).is_some_and(|n| n <= MAX_SAFE);
        }
        let Ok(double) = self.spelled().parse::<f64>() else { return false };
        Self::parse(&format!("{double:e}")).as_ref() == Some(self)
    }

    /// The value in units of 10⁻⁹; `None` unless it is a decimal: at most nine places, |v| < 10¹⁸.
    #[must_use]
    pub fn units(&self) -> Option<i128> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let zeros = u32::try_from(self.exponent.checked_add(9)?).ok()?;
        let units = self.digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?)?;
        let limit = 10_i128.pow(27);
        (units < limit).then_some(if self.negative { -units } else { units })
    }

    /// One spelling per value, as a JSON number.
    #[must_use]
    pub fn spelled(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}e{}", self.digits, self.exponent)
    }
}

/// The digits after `e`, with their sign; saturating far beyond every double.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse::<i64>().unwrap_or(i64::MAX / 4);
    Some(if negative { -value } else { value })
}
