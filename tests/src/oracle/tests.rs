//! Tests of the reference evaluator's own parts: its readers against others, its matchers against tables.

use super::fits::{Verdict, judge_args};
use super::json::{Caps, parse};
use super::number::Exact;
use super::reads::Reads;
use super::regex::Regex;
use super::schema_pattern::SchemaPatterns;
use super::value::Number;
use super::{glob, zone};
use crate::generate::{Requests, Rng, build, policy};
use policyc_compiler::schema::accepts;

#[test]
fn numbers_that_every_reader_reads_alike() {
    for (text, agreed, units) in [
        ("0", true, Some(0)),
        ("-0", true, Some(0)),
        ("1.50", true, Some(1_500_000_000)),
        ("15e-1", true, Some(1_500_000_000)),
        ("1e3", true, Some(1_000_000_000_000)),
        ("0.000000001", true, Some(1)),
        ("0.0000000001", true, None),
        ("9007199254740991", true, Some(9_007_199_254_740_991_000_000_000)),
        ("9007199254740992", false, Some(9_007_199_254_740_992_000_000_000)),
        ("9007199254740991.0", true, Some(9_007_199_254_740_991_000_000_000)),
        ("49.9999999999999999999", false, None),
        ("0.30000000000000004", true, None),
        ("0.1", true, Some(100_000_000)),
        ("1e400", false, None),
        ("1e-400", false, None),
        ("5e-324", true, None),
        ("4e-324", false, None),
    ] {
        let exact = Exact::parse(text).unwrap();
        assert_eq!((exact.is_agreed(), exact.units()), (agreed, units), "{text}");
    }
    for text in ["", "-", "01", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "1_0"] {
        assert_eq!(Exact::parse(text), None, "{text}");
    }
}

#[test]
fn sums_are_exact_and_ordered() {
    let half = Number::scaled(5, 1);
    assert_eq!(half.plus(half), Some(Number::units(1)));
    assert!(half < Number::units(1) && Number::units(0) < half && Number::units(-1) < half);
    assert!(Number::units(i128::MAX) > half && Number::units(i128::MIN) < half);
    assert_eq!(half.times(4), Some(Number::units(2)));
}

#[test]
fn strict_json() {
    let reads = |text: &str| parse(text.as_bytes(), Caps::default()).is_some();
    for text in ["{}", " [1, 2.5,\"a\\u00e9\\ud83d\\ude00\"] ", "null", "{\"a\":{\"a\":1}}"] {
        assert!(reads(text), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let wrong = [
        "",
        "{",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "[1,]",
        "1 2",
        "\u{feff}{}",
        "\"\u{1}\"",
        "tru",
        "[01]",
        "{'a':1}",
        "[9007199254740993]",
        "\"\\x\"",
        &deep,
    ];
    for text in wrong {
        assert!(!reads(text), "{text}");
    }
    assert!(parse(b"\"\xff\"", Caps::default()).is_none());
    assert!(reads(deep.get(1..129).unwrap()));
}

#[test]
fn globs() {
    for (pattern, text, expected) in [
        ("*", "a\n/b", true),
        ("a?c", "aéc", true),
        ("a?c", "ac", false),
        ("*.rs", "x.rs", true),
        ("a*b*c", "a1b2b3c", true),
        ("", "", true),
    ] {
        assert_eq!(glob::like(pattern, text), expected, "{pattern} on {text}");
    }
    for (pattern, text, expected) in [
        ("src/**", "src/a/b", true),
        ("src/**", "src", false),
        ("src/**/b.rs", "src/b.rs", true),
        ("src/*", "src/a/b", false),
        ("**/*.rs", "b.rs", true),
        ("**/*.rs", "a/b.rs", true),
        ("**", "/a/b", true),
        ("/srv/*/x", "/srv//x", true),
    ] {
        assert_eq!(glob::path_like(pattern, text), expected, "{pattern} on {text}");
    }
}

#[test]
fn regular_expressions() {
    for (pattern, flag, text, whole, part) in [
        ("a+b", false, "aab", true, true),
        ("a+b", false, "xaab", false, true),
        (".", false, "\n", true, true),
        ("\\d+", false, "٣", false, false),
        ("k", true, "\u{212a}", false, false),
        ("K", true, "k", true, true),
        ("^a|b$", false, "ab", false, true),
        ("(a|ab)(c|bcd)", false, "abcd", true, true),
        ("[^a-c]+", false, "xyz", true, true),
        ("\\bcus_1\\b", false, "x cus_1!", false, true),
        ("\\bcus_1\\b", false, "cus_12", false, false),
        ("a{2,3}", false, "aaaa", false, true),
        ("(?:)", false, "", true, true),
        ("x*", false, "y", false, true),
        ("[a\\]-]", false, "]", true, true),
        ("-?\\d+(\\.\\d+)?", false, "-3.5", true, true),
    ] {
        let regex = Regex::parse(pattern, flag).unwrap();
        assert_eq!((regex.matches(text), regex.finds(text)), (whole, part), "{pattern} on {text}");
    }
    assert_eq!(Regex::parse("(?i)a", false), None);
}

#[test]
fn civil_time() {
    let spring = zone::civil("Europe/London", 1_806_195_600_000).unwrap();
    // 2027-03-28T01:00Z, when London's clocks go forward.
    assert_eq!((spring.days, spring.hour, spring.weekday), (20_905, 2, "sun"));
    assert!(zone::civil("Europe/Nowhere", 0).is_none());
}

/// The importer's own reference for validation says the same of generated arguments.
#[test]
fn validation_agrees_with_the_importers() {
    let mut rng = Rng::new(7);
    let (mut fits, mut compared) = (0, 0);
    for _ in 0..25 {
        let Some(built) = build(policy(&mut rng)) else { continue };
        let requests = Requests::new(&built.source);
        let patterns = SchemaPatterns::default();
        for _ in 0..80 {
            let request = requests.next(&mut rng);
            let tool = built.tool(&request.server, &request.tool);
            let (Some(tool), Some(json)) = (tool, parse(&request.args, Caps::default())) else { continue };
            let verdict = judge_args(&tool.args, &json, &Reads::default(), &patterns);
            let value: serde_json::Value = serde_json::from_slice(&request.args).unwrap();
            let text = String::from_utf8_lossy(&request.args);
            assert_eq!(
                verdict == Verdict::Fits,
                accepts(&tool.args, &value),
                "{verdict:?} {text}\n{:?}",
                tool.args
            );
            compared += 1;
            fits += usize::from(verdict == Verdict::Fits);
        }
    }
    println!("{compared} arguments, {fits} fit");
    assert!(fits > 500 && compared - fits > 100);
}
