//! Tests of exact decimals: text in, canonical text out; `rust_decimal` is the oracle.

use super::{Decimal, LIMIT, SCALE};
use proptest::prelude::*;
use rust_decimal::Decimal as Oracle;
use std::string::{String, ToString};

fn check(text: &str, canonical: Option<&str>) {
    let parsed = Decimal::parse_json(text).map(|value| value.to_string());
    assert_eq!(parsed.as_deref(), canonical, "{text}");
}

#[test]
fn one_value_has_one_spelling() {
    for (text, canonical) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("0e999999999999999999999", "0"),
        ("1", "1"),
        ("1.0", "1"),
        ("1e0", "1"),
        ("1E+2", "100"),
        ("15e-1", "1.5"),
        ("1.50", "1.5"),
        ("1.5000000000000000000000000000000000000000", "1.5"),
        ("-0.000000001", "-0.000000001"),
        ("0.100000001", "0.100000001"),
        ("100000000000000000000000000000e-20", "1000000000"),
        ("0.00000000000000000000000000001e29", "1"),
        ("999999999999999999.999999999", "999999999999999999.999999999"),
        ("-999999999999999999.999999999", "-999999999999999999.999999999"),
        ("999999999999999999999999999e-9", "999999999999999999.999999999"),
    ] {
        check(text, Some(canonical));
    }
}

#[test]
fn what_is_not_exact_or_not_json_has_no_value() {
    for text in [
        "",
        "-",
        "+1",
        "01",
        "-01",
        "00",
        ".5",
        "1.",
        "1.e1",
        "1e",
        "1e+",
        "1e1.5",
        "0x1",
        "1_0",
        " 1",
        "1 ",
        "NaN",
        "Infinity",
        "1e٣",
        "١",
        "--1",
        "1-",
        "0.0000000001",
        "1.0000000001",
        "1e-10",
        "1000000000000000000",
        "-1000000000000000000",
        "1e18",
        "1e400",
        "1e-400",
        "1e99999999999999999999999",
        "1e-99999999999999999999999",
        "9999999999999999999999999999",
    ] {
        check(text, None);
    }
}

#[test]
fn a_megabyte_of_digits_is_read_in_one_pass() {
    let zeros = "0".repeat(1_000_000);
    check(&["1.", &zeros].concat(), Some("1"));
    check(&["0.", &zeros, "1"].concat(), None);
    check(&["1", &zeros, "e-1000000"].concat(), Some("1"));
    check(&["9".repeat(1_000_000).as_str(), "e-999999"].concat(), None);
}

#[test]
fn arithmetic_ends_at_the_range() {
    let top = Decimal::from_units(LIMIT - 1).unwrap();
    let unit = Decimal::from_units(1).unwrap();
    assert_eq!(top.checked_add(unit), None);
    assert_eq!(top.negated().checked_sub(unit), None);
    assert_eq!(top.checked_mul_int(2), None);
    assert_eq!(top.checked_mul_int(-1), Some(top.negated()));
    assert_eq!(Decimal::from_units(LIMIT), None);
    assert_eq!(Decimal::from_int(i64::MAX), None);
    assert_eq!(Decimal::from_int(-7).and_then(Decimal::to_int), Some(-7));
    assert_eq!(unit.to_int(), None);
    assert!(!top.is_multiple_of(Decimal::ZERO));
}

#[test]
fn multiples_are_exact() {
    let divides = |value: &str, divisor: &str| {
        Decimal::parse_json(value).unwrap().is_multiple_of(Decimal::parse_json(divisor).unwrap())
    };
    assert!(divides("1.13", "0.01"));
    assert!(divides("-19.99", "0.01"));
    assert!(!divides("19.995", "0.01"));
    assert!(divides("0", "7"));
}

/// JSON numbers of every shape, many of them at the edges of the range.
fn number() -> impl Strategy<Value = String> {
    ("-?(0|[1-9][0-9]{0,19})", prop::option::of("\\.[0-9]{1,11}"), prop::option::of(-14_i32..14)).prop_map(
        |(whole, fraction, exponent)| {
            let exponent = exponent.map(|exponent| std::format!("e{exponent}"));
            [whole, fraction.unwrap_or_default(), exponent.unwrap_or_default()].concat()
        },
    )
}

/// The oracle's value in our units, if it has one exactly.
fn oracle(text: &str) -> Option<i128> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let value = Oracle::from_str_exact(mantissa).ok()?.normalize();
    let shift = exponent.parse::<i32>().ok()? + 9 - i32::try_from(value.scale()).ok()?;
    if value.is_zero() {
        return Some(0);
    }
    let mut units = value.mantissa();
    for _ in 0..shift.unsigned_abs() {
        if shift > 0 {
            units = units.checked_mul(10)?;
        } else if units % 10 == 0 {
            units /= 10;
        } else {
            return None;
        }
    }
    (units.abs() < LIMIT).then_some(units)
}

proptest! {
    #[test]
    fn parsing_agrees_with_the_oracle(text in number()) {
        // The oracle holds 28 digits; a longer mantissa is beyond it, not beyond us.
        prop_assume!(Oracle::from_str_exact(text.split('e').next().unwrap_or_default()).is_ok());
        prop_assert_eq!(Decimal::parse_json(&text).map(Decimal::units), oracle(&text));
    }

    #[test]
    fn printing_parses_back(units in -LIMIT + 1..LIMIT) {
        let value = Decimal::from_units(units).unwrap();
        prop_assert_eq!(Decimal::parse_json(&value.to_string()), Some(value));
        prop_assert_eq!(Oracle::from_str_exact(&value.to_string()).unwrap().normalize().to_string(), value.to_string());
    }

    #[test]
    fn sums_and_products_agree_with_the_oracle(a in -LIMIT + 1..LIMIT, b in -LIMIT + 1..LIMIT, factor in -1000_i64..1000) {
        let (x, y) = (Decimal::from_units(a).unwrap(), Decimal::from_units(b).unwrap());
        let (ox, oy) = (Oracle::from_i128_with_scale(a, 9), Oracle::from_i128_with_scale(b, 9));
        let show = |value: Oracle| value.normalize().to_string();
        if let Some(sum) = x.checked_add(y) {
            prop_assert_eq!(sum.to_string(), show(ox + oy));
        } else {
            prop_assert!((a + b).abs() >= LIMIT);
        }
        if let Some(difference) = x.checked_sub(y) {
            prop_assert_eq!(difference.to_string(), show(ox - oy));
        } else {
            prop_assert!((a - b).abs() >= LIMIT);
        }
        prop_assert_eq!(x.checked_mul_int(factor).map(Decimal::units), Some(a * i128::from(factor)).filter(|p| p.abs() < LIMIT));
        prop_assert_eq!(x.cmp(&y), ox.cmp(&oy));
    }

    #[test]
    fn any_text_is_read_without_panic(text in ".{0,40}") {
        if let Some(value) = Decimal::parse_json(&text) {
            prop_assert!(value.units().abs() < LIMIT);
        }
    }

    #[test]
    fn integers_are_the_multiples_of_one(units in -10 * SCALE..10 * SCALE) {
        let value = Decimal::from_units(units).unwrap();
        prop_assert_eq!(value.is_integer(), value.is_multiple_of(Decimal::ONE));
    }
}
