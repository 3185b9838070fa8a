//! Literals. In: the text of a number, duration, date or timestamp. Out: the exact number that it stands for.

use jiff::civil;
use policyc_runtime::number::{Decimal, SCALE};

/// A number literal in units of 10⁻⁹; `None` with more than nine places or out of range.
pub(crate) fn number(text: &str) -> Option<i128> {
    Decimal::parse_json(text).map(Decimal::units)
}

/// `1h30m` in milliseconds. Units must descend and may not repeat.
pub(crate) fn duration_ms(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    let mut previous = i64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|&at| at > 0)?;
        let (count, tail) = rest.split_at_checked(digits)?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, after) = tail.split_at_checked(end)?;
        let unit = unit_ms(unit).filter(|&ms| ms < previous)?;
        previous = unit;
        total = count.parse::<i64>().ok()?.checked_mul(unit).and_then(|ms| total.checked_add(ms))?;
        rest = after;
    }
    (previous != i64::MAX && total < 1_000_000_000_000_000).then_some(total)
}

fn unit_ms(unit: &str) -> Option<i64> {
    Some(match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    })
}

/// `2027-01-01` in days since 1970-01-01.
pub(crate) fn date_days(text: &str) -> Option<i64> {
    let date: civil::Date = text.parse().ok()?;
    if text.len() != 10 {
        return None;
    }
    let epoch = civil::date(1970, 1, 1);
    Some(i64::from(epoch.until(date).ok()?.get_days()))
}

/// `2027-01-01T09:00Z` in UTC milliseconds; seconds may be left out, the offset may not.
pub(crate) fn timestamp_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// A whole number of milliseconds or days as a constant.
pub(crate) fn units(whole: i64) -> i128 {
    i128::from(whole) * SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_descend() {
        for (text, expected) in [
            ("15m", Some(900_000)),
            ("1h30m", Some(5_400_000)),
            ("2w1d", Some(15 * 86_400_000)),
            ("250ms", Some(250)),
            ("30m1h", None),
            ("1h1h", None),
            ("5y", None),
            ("", None),
            ("h", None),
            ("99999999999999999999s", None),
        ] {
            assert_eq!(duration_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_are_days_and_timestamps_milliseconds() {
        assert_eq!(date_days("1970-01-02"), Some(1));
        assert_eq!(date_days("2027-01-01"), Some(20_819));
        assert_eq!(date_days("2027-02-30"), None);
        assert_eq!(timestamp_ms("1970-01-01T00:00:01Z"), Some(1_000));
        assert_eq!(timestamp_ms("2027-01-01T09:00Z"), Some(1_798_794_000_000));
        assert_eq!(timestamp_ms("2027-01-01T09:00+01:00"), Some(1_798_790_400_000));
        assert_eq!(timestamp_ms("2027-01-01T09:00"), None);
    }
}
