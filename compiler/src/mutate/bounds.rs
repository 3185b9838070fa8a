//! Literals moved by one unit. In: a number, duration, date or timestamp as written. Out: its neighbors, as an author would write them.

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

/// A number without underscores, unsigned: its last digit counts one.
pub(super) fn number(text: &str) -> Vec<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Ok(units) = format!("{whole}{fraction}").parse::<i128>() else { return Vec::new() };
    let moved = [units.checked_add(1), units.checked_sub(1)];
    moved.into_iter().flatten().map(|units| with_point(units, fraction.len())).collect()
}

fn with_point(units: i128, places: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// `1h30m`: its last number is moved; none of them becomes 0.
pub(super) fn duration(text: &str) -> Vec<String> {
    let unit = text.len() - text.chars().rev().take_while(char::is_ascii_alphabetic).count();
    let Some((head, unit)) = text.split_at_checked(unit) else { return Vec::new() };
    let count = head.len() - head.chars().rev().take_while(char::is_ascii_digit).count();
    let Some((head, count)) = head.split_at_checked(count) else { return Vec::new() };
    let Ok(count) = count.parse::<u64>() else { return Vec::new() };
    let moved = [count.checked_add(1), count.checked_sub(1).filter(|count| *count > 0)];
    moved.into_iter().flatten().map(|count| format!("{head}{count}{unit}")).collect()
}

/// A day later, a day earlier.
pub(super) fn date(text: &str) -> Vec<String> {
    let Ok(date) = text.parse::<Date>() else { return Vec::new() };
    let moved = |by: Span| date.checked_add(by).ok().map(|date| date.to_string());
    [moved(1.day()), moved((-1).day())].into_iter().flatten().collect()
}

/// A minute later, a minute earlier; seconds and zone stay as they are written.
pub(super) fn timestamp(text: &str) -> Vec<String> {
    const MINUTES: usize = "2027-01-01T09:00".len();
    let Some((head, rest)) = text.split_at_checked(MINUTES) else { return Vec::new() };
    let Ok(time) = head.parse::<DateTime>() else { return Vec::new() };
    let moved = |by: Span| {
        let moved = time.checked_add(by).ok()?;
        Some(format!("{}{rest}", moved.strftime("%Y-%m-%dT%H:%M")))
    };
    [moved(1.minute()), moved((-1).minute())].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_two_neighbors() {
        assert_eq!(number("50"), ["51", "49"]);
        assert_eq!(number("49.99"), ["50.00", "49.98"]);
        assert_eq!(number("0.01"), ["0.02", "0.00"]);
        assert_eq!(number("0"), ["1", "-1"]);
        assert_eq!(duration("15m"), ["16m", "14m"]);
        assert_eq!(duration("1h30m"), ["1h31m", "1h29m"]);
        assert_eq!(duration("1d"), ["2d"]);
        assert_eq!(duration("500ms"), ["501ms", "499ms"]);
        assert_eq!(date("2027-02-28"), ["2027-03-01", "2027-02-27"]);
        assert_eq!(timestamp("2027-01-01T00:00Z"), ["2027-01-01T00:01Z", "2026-12-31T23:59Z"]);
        assert_eq!(
            timestamp("2027-01-01T09:00:30+01:00"),
            ["2027-01-01T09:01:30+01:00", "2027-01-01T08:59:30+01:00"]
        );
    }

    #[test]
    fn what_is_no_literal_has_none() {
        for text in ["", "x", "2027", "d", "99999999999999999999999999999999999999999"] {
            assert!(number(text).len() + date(text).len() + timestamp(text).len() <= 2, "{text}");
        }
        assert!(duration("d").is_empty() && duration("").is_empty());
    }
}
