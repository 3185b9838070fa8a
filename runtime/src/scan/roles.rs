//! Text that stands for a time. In: the text. Out: a number in units of 10⁻⁹; `None` where the text has not exactly one meaning.

use crate::number::{Decimal, SCALE};
use crate::program::plan::Role;

/// Milliseconds in a day.
const DAY: i128 = 86_400_000;

/// The number that `text` stands for under `role`; `None` if it is not spelled so, and for [`Role::Text`].
#[must_use]
pub fn role_value(role: Role, text: &[u8]) -> Option<Decimal> {
    match role {
        Role::Text => None,
        Role::Timestamp => timestamp(text),
        Role::Date => match date(text)? {
            (days, []) => Decimal::from_int(days),
            _ => None,
        },
        Role::Duration => duration(text),
    }
}

/// RFC 3339 section 5.6 (`2027-01-01T09:00:00.5+01:00`), as UTC milliseconds. A fraction is kept exactly, so it has at most
/// twelve digits that count. A leap second (`:60`) has no one meaning in milliseconds and is refused.
fn timestamp(text: &[u8]) -> Option<Decimal> {
    let (days, rest) = date(text)?;
    let [b'T' | b't', rest @ ..] = rest else { return None };
    let (hour, rest) = two(rest, 23)?;
    let (minute, rest) = two(rest.strip_prefix(b":")?, 59)?;
    let (second, rest) = two(rest.strip_prefix(b":")?, 59)?;
    let (picos, rest) = fraction(rest)?;
    let offset = match rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = two(rest, 23)?;
            let (minutes, rest) = two(rest.strip_prefix(b":")?, 59)?;
            if !rest.is_empty() {
                return None;
            }
            let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
            if *sign == b'-' { minutes.checked_neg()? } else { minutes }
        }
        _ => return None,
    };
    let minutes = hour.checked_mul(60)?.checked_add(minute)?.checked_sub(offset)?;
    let seconds = i128::from(minutes).checked_mul(60)?.checked_add(i128::from(second))?;
    let millis = i128::from(days).checked_mul(DAY)?.checked_add(seconds.checked_mul(1_000)?)?;
    Decimal::from_units(millis.checked_mul(SCALE)?.checked_add(picos)?)
}

/// An optional `.digits` in units of 10⁻¹² seconds (10⁻⁹ milliseconds).
fn fraction(text: &[u8]) -> Option<(i128, &[u8])> {
    let Some(mut rest) = text.strip_prefix(b".") else { return Some((0, text)) };
    let (mut picos, mut unit) = (0_i128, 1_000_000_000_000_i128);
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        unit = unit.checked_div(10)?;
        let digit = i128::from(digit.checked_sub(b'0')?);
        if unit == 0 && digit != 0 {
            return None;
        }
        picos = picos.checked_add(digit.checked_mul(unit)?)?;
        rest = tail;
    }
    Some((picos, rest))
}

/// `YYYY-MM-DD` at the head of `text`, as days since 1970-01-01, and the rest.
fn date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (century, rest) = two(text, 99)?;
    let (year, rest) = two(rest, 99)?;
    let year = century.checked_mul(100)?.checked_add(year)?;
    let (month, rest) = two(rest.strip_prefix(b"-")?, 12)?;
    let (day, rest) = two(rest.strip_prefix(b"-")?, 31)?;
    let divides = |n: i64| year.checked_rem(n) == Some(0);
    let leap = divides(4) && (!divides(100) || divides(400));
    let last = match month {
        2 => 28_i64.checked_add(i64::from(leap))?,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > last {
        return None;
    }
    // Days up to March 1 of the year (years begin in March here, so that the leap day is the last), then up to the day.
    let (from_march, march_year) =
        if month > 2 { (month.checked_sub(3)?, year) } else { (month.checked_add(9)?, year.checked_sub(1)?) };
    let leaps = march_year
        .div_euclid(4)
        .checked_sub(march_year.div_euclid(100))?
        .checked_add(march_year.div_euclid(400))?;
    let months = from_march.checked_mul(153)?.checked_add(2)?.checked_div(5)?;
    let days = march_year.checked_mul(365)?.checked_add(leaps)?.checked_add(months)?.checked_add(day)?;
    // 1970-01-01 is day 719,469 of this count.
    Some((days.checked_sub(719_469)?, rest))
}

/// Two digits at the head of `text`, at most `max`, and the rest.
fn two(text: &[u8], max: i64) -> Option<(i64, &[u8])> {
    let [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] = text else { return None };
    let digit = |byte: &u8| i64::from(byte.wrapping_sub(b'0'));
    let value = digit(tens).checked_mul(10)?.checked_add(digit(ones))?;
    (value <= max).then_some((value, rest))
}

/// The language's durations: whole numbers with units from `w` down to `ms`, each at most once (`1h30m`), as milliseconds.
fn duration(text: &[u8]) -> Option<Decimal> {
    let mut rest = text;
    let (mut total, mut above) = (0_i64, i64::MAX);
    while !rest.is_empty() {
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, tail) = rest.split_at_checked(count)?;
        let value: i64 = core::str::from_utf8(digits).ok()?.parse().ok()?;
        let (unit, tail) = match tail {
            [b'm', b's', tail @ ..] => (1, tail),
            [b's', tail @ ..] => (1_000, tail),
            [b'm', tail @ ..] => (60_000, tail),
            [b'h', tail @ ..] => (3_600_000, tail),
            [b'd', tail @ ..] => (86_400_000, tail),
            [b'w', tail @ ..] => (604_800_000, tail),
            _ => return None,
        };
        if unit >= above {
            return None;
        }
        above = unit;
        total = total.checked_add(value.checked_mul(unit)?)?;
        rest = tail;
    }
    if text.is_empty() { None } else { Decimal::from_int(total) }
}
