//! Semantics 30: which numbers all readers agree on, and their values.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// What a scan makes of a number that is read: its value, or the refusal.
fn read(text: &str) -> String {
    let program = build::program(r##"{"k": "o", "object": {"keys": {"n": {"k": "#", "c": 0}}}}"##);
    let outcome = outcome(&program, format!("{{\"n\":{text}}}").as_bytes());
    outcome.split('@').next().unwrap().to_owned()
}

/// The canonical spelling of a number that nobody reads, or the refusal.
fn spelled(text: &str) -> Result<String, What> {
    let mut out = Vec::new();
    canonicalize(text.as_bytes(), crate::program::Caps::default(), &mut out).map_err(|reject| reject.what)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn semantics_30_numbers_that_are_read() {
    for (text, want) in [
        ("0", "0=0"),
        ("-0", "0=0"),
        ("-0.0e7", "0=0"),
        ("0e999999999999999999999", "0=0"),
        ("1.0", "0=1"),
        ("1e0", "0=1"),
        ("100e-2", "0=1"),
        ("1.50E+1", "0=15"),
        ("9007199254740991", "0=9007199254740991"),
        ("-9007199254740991.000", "0=-9007199254740991"),
        ("9007199254740992", "bad_request UnsafeInteger"),
        ("9007199254740993", "bad_request UnsafeInteger"),
        ("9.007199254740993e15", "bad_request UnsafeInteger"),
        ("18446744073709551617", "bad_request UnsafeInteger"),
        ("100000000000000000000000000000000000000000", "bad_request UnsafeInteger"),
        ("1e300", "bad_request UnsafeInteger"),
        ("1e99999999999999999999", "bad_request UnsafeInteger"),
        ("49.99", "0=49.99"),
        ("0.1", "0=0.1"),
        ("0.30000000000000004", "bad_request NotDecimal"),
        ("0.30000000000000001", "bad_request InexactNumber"),
        ("49.9999999999999999999", "bad_request InexactNumber"),
        ("1.0000000000000000000000000000001", "bad_request InexactNumber"),
        ("4503599627370495.5", "0=4503599627370495.5"),
        ("4503599627370496.5", "bad_request InexactNumber"),
        ("123456789.123456789", "bad_request InexactNumber"),
        ("123456.123456789", "0=123456.123456789"),
        ("0.000000001", "0=0.000000001"),
        ("0.0000000010", "0=0.000000001"),
        ("0.0000000001", "bad_request NotDecimal"),
        ("1e-9", "0=0.000000001"),
        ("0.00000000000000000000000000000001e32", "0=1"),
        ("1000000000000000000000000000000e-30", "0=1"),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn semantics_30_numbers_that_nobody_reads() {
    use What::{InexactNumber, UnsafeInteger};
    for (text, want) in [
        ("1e-10", Ok("1e-10")),
        ("0.30000000000000004", Ok("0.30000000000000004")),
        ("0.300000000000000040", Ok("0.30000000000000004")),
        ("3.0000000000000004e-1", Ok("0.30000000000000004")),
        ("0.30000000000000001", Err(InexactNumber)),
        ("5e-324", Ok("5e-324")),
        ("4e-324", Err(InexactNumber)),
        ("4.9406564584124654e-324", Err(InexactNumber)),
        ("2.2250738585072014e-308", Ok("2.2250738585072014e-308")),
        ("2.225073858507201e-308", Ok("2.225073858507201e-308")),
        ("1e-323", Ok("1e-323")),
        ("1.2e-323", Err(InexactNumber)),
        ("1e-400", Err(InexactNumber)),
        ("1e-99999999999999999999", Err(InexactNumber)),
        ("1e400", Err(UnsafeInteger)),
        ("0.000001", Ok("0.000001")),
        ("0.0000001", Ok("1e-7")),
        ("0.00000012", Ok("1.2e-7")),
        ("120", Ok("120")),
        ("-0", Ok("0")),
    ] {
        assert_eq!(spelled(text), want.map(str::to_owned), "{text}");
    }
}

/// The rule of semantics 30, as it is written, on the digits of the text.
fn rule(text: &str) -> bool {
    let value: f64 = text.parse().unwrap();
    let (digits, exponent) = split(text);
    if digits == "0" || exponent >= 0 {
        return digits.len() as i64 + exponent <= 16
            && format!("{digits}{}", "0".repeat(exponent as usize)).parse::<u64>().unwrap()
                <= 9_007_199_254_740_991;
    }
    (digits, exponent) == split(&format!("{value:e}"))
}

/// The significant digits of a number and the power of ten of the last one.
fn split(text: &str) -> (String, i64) {
    let text = text.trim_start_matches('-').to_ascii_lowercase();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    let stripped = digits.trim_end_matches('0');
    if stripped.is_empty() {
        return ("0".to_owned(), 0);
    }
    let zeros = (digits.len() - stripped.len()) as i64;
    (stripped.to_owned(), exponent.parse::<i64>().unwrap() - fraction.len() as i64 + zeros)
}

fn spelling() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?",
        "-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,3}",
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:e}")),
        (0.0..1e9).prop_map(|value: f64| format!("{value}")),
        any::<i64>().prop_map(|value| format!("{value}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn the_rule_is_kept(text in spelling()) {
        prop_assert_eq!(spelled(&text).is_ok(), rule(&text), "{}", text);
    }

    /// Theorem T12 for numbers: exact and double readings of what is accepted are one value, and so is its canonical spelling.
    #[test]
    fn all_readers_agree(text in spelling()) {
        if let Ok(canonical) = spelled(&text) {
            prop_assert_eq!(text.parse::<f64>().unwrap() + 0.0, canonical.parse::<f64>().unwrap());
            prop_assert_eq!(split(&text), split(&canonical));
            prop_assert_eq!(spelled(&canonical).unwrap(), canonical.clone());
            let serde: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde.as_f64().unwrap() + 0.0, canonical.parse::<f64>().unwrap());
        }
    }

    #[test]
    fn what_is_read_is_exact(text in spelling()) {
        match Decimal::parse_json(&text) {
            Some(value) if rule(&text) => prop_assert_eq!(read(&text), format!("0={value}")),
            Some(_) => prop_assert!(read(&text).starts_with("bad_request"), "{}", text),
            None => prop_assert!(read(&text).starts_with("bad_request"), "{}", text),
        }
    }

    #[test]
    fn every_short_decimal_is_accepted(digits in 0_u64..1_000_000_000_000_000, places in 0_usize..=9, negative: bool) {
        let sign = if negative { "-" } else { "" };
        let text = format!("{digits:0>10}");
        let (whole, fraction) = text.split_at(text.len() - places);
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let point = if places == 0 { "" } else { "." };
        let text = format!("{sign}{whole}{point}{fraction}");
        prop_assert_eq!(read(&text), format!("0={}", Decimal::parse_json(&text).unwrap()));
    }
}
