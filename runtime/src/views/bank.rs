//! `iban(s)` and `card(s)`. In: text. Out: the parts of one account or card number whose check digits are right.

use super::sink::Scratch;
use core::fmt::Write as _;
use iban::IbanLike as _;

/// One IBAN (ISO 13616): country format and check digits are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Iban<'a> {
    /// ISO 3166 code in capital letters.
    pub country: &'a str,
    /// Without spaces, in capital letters: what to compare accounts by.
    pub electronic: &'a str,
}

/// Reads one IBAN, in electronic form or in groups of four.
#[must_use]
pub fn iban<'a>(text: &'a str, scratch: &'a mut Scratch) -> Option<Iban<'a>> {
    let parsed: iban::Iban = text.parse().ok()?;
    let electronic = if parsed.electronic_str() == text {
        text
    } else {
        scratch.text.clear();
        scratch.text.write_str(parsed.electronic_str()).ok()?;
        &scratch.text
    };
    Some(Iban { country: electronic.get(..2)?, electronic })
}

/// One payment card number (ISO/IEC 7812-1): 12 to 19 digits, the last one right by Luhn's formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card<'a> {
    /// The digits alone.
    pub digits: &'a str,
    /// The last four digits.
    pub last4: &'a str,
    /// One of [`BRANDS`].
    pub brand: &'static str,
}

/// What `card(s).brand` may be.
pub const BRANDS: [&str; 8] =
    ["visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay", "other"];

/// Reads one card number, its digits together or in groups with one space or one dash between them.
#[must_use]
pub fn card<'a>(text: &'a str, scratch: &'a mut Scratch) -> Option<Card<'a>> {
    if text.len() > 40 || !text.split([' ', '-']).all(is_group) || (text.contains(' ') && text.contains('-'))
    {
        return None;
    }
    let digits = if is_group(text) {
        text
    } else {
        scratch.text.clear();
        scratch.text.extend(text.chars().filter(char::is_ascii_digit));
        &scratch.text
    };
    let right = (12..=19).contains(&digits.len()) && luhn(digits);
    let last4 = digits.get(digits.len().checked_sub(4)?..)?;
    right.then(|| Card { digits, last4, brand: brand(digits) })
}

fn is_group(group: &str) -> bool {
    !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit())
}

/// The formula of ISO/IEC 7812-1 annex B: every second digit from the right doubled, cross sums added, divisible by ten. A
/// number of zeros alone passes the formula and is no card.
fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0u32, |sum, (place, b)| {
        let digit = u32::from(b.saturating_sub(b'0'));
        let doubled = digit.saturating_mul(2);
        let crossed = if doubled > 9 { doubled.saturating_sub(9) } else { doubled };
        sum.saturating_add(if place & 1 == 1 { crossed } else { digit })
    });
    sum > 0 && sum.is_multiple_of(10)
}

/// The issuer by the first digits, as the networks publish them.
fn brand(digits: &str) -> &'static str {
    let first =
        |count: usize| digits.get(..count).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let length = digits.len();
    match (first(2), first(3), first(4)) {
        (40..=49, ..) if matches!(length, 13 | 16 | 19) => "visa",
        (51..=55, ..) | (.., 2221..=2720) if length == 16 => "mastercard",
        (34 | 37, ..) if length == 15 => "amex",
        (30 | 36 | 38 | 39, ..) if length == 14 => "diners",
        (65, ..) | (_, 644..=649, _) | (.., 6011) if (16..=19).contains(&length) => "discover",
        (.., 3528..=3589) if (16..=19).contains(&length) => "jcb",
        (62, ..) if (16..=19).contains(&length) => "unionpay",
        _ => "other",
    }
}
