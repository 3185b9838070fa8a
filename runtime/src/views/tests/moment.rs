//! `number`, `date`, `time`, civil time.

use super::{check, check_absent, show};
use crate::views::{Civil, OutsideTables, Param, Transition, WEEKDAYS, Wanted, Zone, civil, time};
use alloc::format;

#[test]
fn numbers() {
    check(
        "number",
        &[
            ("0", "0u"),
            ("-0", "0u"),
            ("1", "1000000000u"),
            ("-49.99", "-49990000000u"),
            ("1e3", "1000000000000u"),
            ("1E+3", "1000000000000u"),
            ("1.50e-2", "15000000u"),
            ("0.000000001", "1u"),
            ("0.0000000010000", "1u"),
            ("10e-10", "1u"),
            ("999999999999999999.999999999", "999999999999999999999999999u"),
            ("0e99999999999999999999", "0u"),
        ],
    );
    check("number", &[(&format!("1{}", "0".repeat(17)), "100000000000000000000000000u")]);
    check("number", &[(&format!("1.{}", "0".repeat(100_000)), "1000000000u")]);
    check("number", &[(&format!("1{}e-100000", "0".repeat(100_000)), "1000000000u")]);
}

#[test]
fn what_is_no_number_or_none_that_fits() {
    check_absent(
        "number",
        &[
            "",
            "-",
            "+1",
            "01",
            "-01",
            ".5",
            "1.",
            "1,000",
            "1 000",
            " 1",
            "1 ",
            "1e",
            "1e+",
            "0x10",
            "NaN",
            "Infinity",
            "１",
            "1_000",
            "--1",
            "1.5.1",
            "1e1e1",
            "1\0",
            "0.0000000001",
            "1000000000000000000",
            "1e18",
            "1e400",
            "1e-400",
            "1e99999999999999999999",
            "-1e18",
            "$5",
        ],
    );
    check_absent("number", &[&"9".repeat(100_000)]);
}

#[test]
fn dates() {
    check(
        "date",
        &[
            ("1970-01-01", "0"),
            ("1969-12-31", "-1"),
            ("2000-02-29", "11016"),
            ("2027-01-01", "20819"),
            ("0001-01-01", "-719162"),
            ("9999-12-31", "2932896"),
        ],
    );
    check_absent(
        "date",
        &[
            "",
            "2027-1-1",
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-01-00",
            "2027-04-31",
            "0000-01-01",
            "20270101",
            "2027/01/01",
            "2027-01-01T",
            "+2027-01-1",
            "2027-01-01-",
            "２027-01-0",
        ],
    );
}

#[test]
fn days_agree_with_counting() {
    let mut days = -719_162i64;
    for year in 1..=9999u32 {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        for (month, length) in
            [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].iter().enumerate()
        {
            for day in [1, *length] {
                let text = format!("{year:04}-{:02}-{day:02}", month + 1);
                assert_eq!(crate::views::date(&text), Some(days + i64::from(day) - 1), "{text}");
            }
            days += i64::from(*length);
        }
    }
}

#[test]
fn moments_with_an_offset() {
    check(
        "time",
        &[
            ("1970-01-01T00:00:00Z", "0"),
            ("2027-01-01T09:00Z", "1798794000000"),
            ("2027-01-01 09:00:00+00:00", "1798794000000"),
            ("2027-01-01T10:30:00.5+01:30", "1798794000500"),
            ("2027-01-01T00:00:00.123999-09:00", "1798794000123"),
            ("1969-12-31T23:59:59.999Z", "-1"),
            ("2027-01-01T09:00:00-00:00", "1798794000000"),
        ],
    );
    check_absent(
        "time",
        &[
            "",
            "2027-01-01",
            "2027-01-01T09:00",
            "2027-01-01T09Z",
            "2027-01-01t09:00z",
            "2027-01-01T24:00Z",
            "2027-01-01T09:60Z",
            "2027-01-01T23:59:60Z",
            "2027-01-01T09:00:00.Z",
            "2027-01-01T09:00:00.1234567890Z",
            "2027-01-01T09:00+1:00",
            "2027-01-01T09:00+24:00",
            "2027-01-01T09:00+0100",
            "2027-01-01T09:00Z[UTC]",
            "2027-01-01T09:00Z ",
            " 2027-01-01T09:00Z",
            "2027-02-30T09:00Z",
            "2027-01-01  09:00Z",
            "tomorrow",
            "1798794000",
            "2027-01-01T09:00−01:00",
        ],
    );
}

const HOUR: i64 = 3_600_000;
/// 2027-03-28T01:00Z and 2027-10-31T01:00Z: the European Union's changes of that year.
const SPRING: i64 = 1_806_195_600_000;
const AUTUMN: i64 = 1_824_944_400_000;

/// London in 2027, from 2027-01-01 to 2028-01-01.
const LONDON: [Transition; 3] = [
    Transition { at_ms: 1_798_761_600_000, offset_s: 0 },
    Transition { at_ms: SPRING, offset_s: 3_600 },
    Transition { at_ms: AUTUMN, offset_s: 0 },
];

fn london() -> Zone<'static> {
    Zone::new(&LONDON, 1_830_297_600_000).expect("the table is sound")
}

#[test]
fn local_times_are_read_in_the_zone() {
    for (input, expected) in [
        ("2027-01-15T12:00", "1800014400000"),
        ("2027-07-15T12:00", "1815649200000"),
        ("2027-07-15T12:00Z", "1815652800000"),
        ("2027-03-28T00:59:59.999", &format!("{}", SPRING - 1)),
        ("2027-03-28T01:00", "absent"),
        ("2027-03-28T01:59:59.999", "absent"),
        ("2027-03-28T02:00", &format!("{SPRING}")),
        ("2027-10-31T00:59:59.999", &format!("{}", AUTUMN - HOUR - 1)),
        ("2027-10-31T01:00", "absent"),
        ("2027-10-31T01:30", "absent"),
        ("2027-10-31T02:00", &format!("{}", AUTUMN + HOUR)),
        ("2026-06-01T12:00", "outside tables"),
        ("2028-06-01T12:00", "outside tables"),
        ("2028-06-01T12:00Z", "1843473600000"),
    ] {
        assert_eq!(show("time", input, Param::Zone(london()), Wanted::ALL), expected, "{input}");
    }
}

#[test]
fn every_local_hour_of_a_year_comes_back() {
    let zone = london();
    for step in 48..(363 * 48) {
        let ms = LONDON[0].at_ms + step * HOUR / 2;
        let local = civil(ms, &zone).expect("inside the table");
        let shift = local.days * 24 * HOUR + local.ms_of_day - ms;
        let twice = (AUTUMN - HOUR..AUTUMN + HOUR).contains(&ms);
        let minutes = local.ms_of_day / 60_000;
        let day = (1..=12)
            .flat_map(|month| (1..=31).map(move |day| format!("2027-{month:02}-{day:02}")))
            .find(|text| crate::views::date(text) == Some(local.days))
            .expect("a day of 2027");
        let text = format!("{day}T{:02}:{:02}", minutes / 60, minutes % 60);
        assert_eq!(time(&text, Some(&zone)), Ok((!twice).then_some(ms)), "{text} shift {shift}");
    }
}

#[test]
fn clocks_on_the_wall() {
    let zone = london();
    let at = |ms| civil(ms, &zone);
    assert_eq!(at(SPRING - 1).map(Civil::hour), Ok(0));
    assert_eq!(at(SPRING).map(Civil::hour), Ok(2));
    assert_eq!(at(AUTUMN - 1).map(Civil::hour), Ok(1));
    assert_eq!(at(AUTUMN).map(Civil::hour), Ok(1));
    assert_eq!(at(SPRING).map(|local| WEEKDAYS[local.weekday()]), Ok("sun"));
    assert_eq!(at(LONDON[0].at_ms).map(|local| (local.days, WEEKDAYS[local.weekday()])), Ok((20819, "fri")));
    assert_eq!(at(LONDON[0].at_ms - 1), Err(OutsideTables));
    assert_eq!(at(1_830_297_600_000), Err(OutsideTables));
    assert_eq!(at(i64::MAX), Err(OutsideTables));
    assert_eq!(at(i64::MIN), Err(OutsideTables));
}

#[test]
fn unsound_tables_are_refused() {
    let t = |at_ms, offset_s| Transition { at_ms, offset_s };
    for (table, horizon) in [
        (&[][..], 10),
        (&[t(5, 0), t(5, 60)][..], 10),
        (&[t(5, 0), t(4, 60)][..], 10),
        (&[t(5, 0)][..], 5),
        (&[t(0, 86_400)][..], 10),
        (&[t(0, i32::MIN)][..], 10),
    ] {
        assert_eq!(Zone::new(table, horizon), None, "{table:?}");
    }
}
