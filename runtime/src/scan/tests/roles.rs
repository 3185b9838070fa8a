//! Timestamps, dates and durations: text in, milliseconds or days out.

use super::*;
use crate::program::plan::Role;
use proptest::prelude::*;

fn read(role: Role, cases: &[(&str, Option<&str>)]) {
    for (text, want) in cases {
        let got = role_value(role, text.as_bytes()).map(|value| format!("{value}"));
        assert_eq!(got.as_deref(), *want, "{text}");
    }
}

#[test]
fn timestamps() {
    read(
        Role::Timestamp,
        &[
            ("1970-01-01T00:00:00Z", Some("0")),
            ("1970-01-01t00:00:00z", Some("0")),
            ("2027-01-01T09:00:00Z", Some("1798794000000")),
            ("2027-01-01T09:00:00.25+01:30", Some("1798788600250")),
            ("2027-01-01T09:00:00-00:00", Some("1798794000000")),
            ("1969-12-31T23:59:59.999Z", Some("-1")),
            ("0000-01-01T00:00:00Z", Some("-62167219200000")),
            ("9999-12-31T23:59:59Z", Some("253402300799000")),
            ("2024-02-29T00:00:00Z", Some("1709164800000")),
            ("1970-01-01T00:00:00.000000000001Z", Some("0.000000001")),
            ("1970-01-01T00:00:00.0000000000010Z", Some("0.000000001")),
            ("1970-01-01T00:00:00.0000000000001Z", None),
            ("2023-02-29T00:00:00Z", None),
            ("1900-02-29T00:00:00Z", None),
            ("2016-12-31T23:59:60Z", None),
            ("2027-01-01T24:00:00Z", None),
            ("2027-01-01T09:60:00Z", None),
            ("2027-01-01 09:00:00Z", None),
            ("2027-01-01T09:00Z", None),
            ("2027-01-01T09:00:00", None),
            ("2027-01-01T09:00:00.Z", None),
            ("2027-01-01T09:00:00+0100", None),
            ("2027-01-01T09:00:00+24:00", None),
            ("2027-01-01T09:00:00Z ", None),
            ("2027-01-01T09:00:00Z[UTC]", None),
            ("2027-13-01T09:00:00Z", None),
            ("2027-00-01T09:00:00Z", None),
            ("2027-01-00T09:00:00Z", None),
            ("+2027-01-01T09:00:00Z", None),
            ("２027-01-01T09:00:00Z", None),
            ("", None),
        ],
    );
}

#[test]
fn dates() {
    read(
        Role::Date,
        &[
            ("1970-01-01", Some("0")),
            ("1969-12-31", Some("-1")),
            ("2000-02-29", Some("11016")),
            ("2100-02-29", None),
            ("2027-04-31", None),
            ("2027-4-1", None),
            ("2027-01-01T", None),
            ("20270101", None),
        ],
    );
}

#[test]
fn durations() {
    read(
        Role::Duration,
        &[
            ("0s", Some("0")),
            ("15m", Some("900000")),
            ("1h30m", Some("5400000")),
            ("2w1d", Some("1296000000")),
            ("1s500ms", Some("1500")),
            ("250ms", Some("250")),
            ("30m1h", None),
            ("1h1h", None),
            ("1.5h", None),
            ("-1h", None),
            ("+1h", None),
            ("1 h", None),
            ("h", None),
            ("15", None),
            ("1y", None),
            ("99999999999999999999d", None),
            ("999999999999999d", None),
            ("", None),
        ],
    );
}

#[test]
fn text_stands_for_nothing_else() {
    read(Role::Text, &[("2027-01-01", None)]);
}

/// The day after `year-month-day`, by counting.
fn next(year: u32, month: u32, day: u32) -> (u32, u32, u32) {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let last = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month as usize - 1];
    match (month, day) {
        (12, 31) => (year + 1, 1, 1),
        _ if day == last => (year, month + 1, 1),
        _ => (year, month, day + 1),
    }
}

#[test]
fn days_follow_each_other() {
    let mut date = (0, 1, 1);
    let mut want = -719_528;
    while date.0 < 10_000 {
        let (year, month, day) = date;
        let text = format!("{year:04}-{month:02}-{day:02}");
        assert_eq!(role_value(Role::Date, text.as_bytes()), Decimal::from_int(want), "{text}");
        date = next(year, month, day);
        want += 1;
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[0-9TZtz:+.wdhms-]{0,30}") {
        for role in [Role::Timestamp, Role::Date, Role::Duration] {
            let _ = role_value(role, text.as_bytes());
        }
    }
}
