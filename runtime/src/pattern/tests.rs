//! Shapes and automata against texts; broken automata are refused.

use super::*;
use alloc::format;
use alloc::vec;
use proptest::prelude::*;
use regex_automata::dfa::dense;
use regex_automata::nfa::thompson;
use std::string::ToString;

/// The serialized form that a compiler stores.
fn automaton(regex: &str, quit: Option<u8>) -> Vec<u8> {
    let mut config = dense::Config::new().start_kind(regex_automata::dfa::StartKind::Anchored);
    if let Some(byte) = quit {
        config = config.quit(byte, true);
    }
    dense::Builder::new()
        .configure(config)
        .thompson(thompson::Config::new().utf8(true))
        .build(regex)
        .unwrap()
        .to_sparse()
        .unwrap()
        .to_bytes_little_endian()
}

fn pattern(shape: PatternShape) -> Pattern {
    Pattern { source: "source".to_string(), shape }
}

/// Each text with whether the shape (over the strings `ab`, `bc`) matches it.
fn check(shape: PatternShape, texts: &[(&str, bool)]) {
    let strings = ["ab".to_string(), "bc".to_string()];
    let set = PatternSet::new(&[pattern(shape.clone())], &strings).unwrap();
    for (text, want) in texts {
        assert_eq!(set.is_match(0, text.as_bytes()), *want, "{shape:?} on {text:?}");
    }
    assert!(!set.is_match(1, b"ab"));
}

#[test]
fn simple_shapes() {
    check(PatternShape::Exact(StrId(0)), &[("ab", true), ("abc", false), ("", false)]);
    check(PatternShape::Prefix(StrId(0)), &[("abc", true), ("cab", false)]);
    check(PatternShape::Suffix(StrId(0)), &[("cab", true), ("abc", false)]);
    check(PatternShape::Contains(StrId(0)), &[("xabx", true), ("ab", true), ("ba", false), ("", false)]);
    check(PatternShape::PrefixSuffix(StrId(0), StrId(1)), &[("abbc", true), ("ab-bc", true), ("abc", false)]);
}

#[test]
fn automata() {
    let whole = PatternShape::Dfa(automaton(r"(?-u)\A(?:[a-z]+@example\.com)\z", None));
    check(
        whole,
        &[
            ("joe@example.com", true),
            ("joe@example.com.evil.io", false),
            ("x joe@example.com", false),
            ("", false),
        ],
    );
    let finds = PatternShape::Dfa(automaton(r"(?s:.)*?(?i:drop|TRUNCATE)", None));
    check(finds, &[("please Drop it", true), ("ünïcode\ntruncate", true), ("dro p", false)]);
    check(PatternShape::Dfa(automaton(r"\A\z", None)), &[("", true), ("a", false)]);
}

/// The answer of the automaton itself.
fn searched(bytes: &[u8], text: &str) -> bool {
    let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
    matches!(DFA::from_bytes(bytes).unwrap().0.try_search_fwd(&input), Ok(Some(_)))
}

/// The form in which an automaton runs.
fn form(regex: &str) -> &'static str {
    match Matcher::new(&PatternShape::Dfa(automaton(regex, None)), &[]).unwrap() {
        Matcher::Runs(_) => "runs",
        Matcher::Flat(_) => "table",
        Matcher::Dfa(_) => "automaton",
        other => panic!("{other:?}"),
    }
}

#[test]
fn forms_are_chosen_by_states_and_ranges() {
    for (regex, want) in [
        (r"\ASELECT [a-z_, ]+ FROM t LIMIT [0-9]{1,3}\z", "runs"),
        (r"\A[ab]*a[ab]{5}\z", "runs"),
        (r"\A(?:a{200}|b)\z", "runs"),
        // A code point that is not `a` begins with one of eight ranges of bytes.
        (r"\A[^a]+\z", "table"),
        (r"\A[ab]*a[ab]{8}\z", "automaton"),
    ] {
        assert_eq!(form(regex), want, "{regex}");
    }
}

#[test]
fn runs_are_as_long_as_a_length_can_say() {
    for length in [253, 254, 255, 256, 511] {
        let bytes = automaton(&format!(r"\A(?:xy)?a{{{length}}}\z"), None);
        let matcher = Matcher::new(&PatternShape::Dfa(bytes), &[]).unwrap();
        for (text, want) in [
            ("a".repeat(length), true),
            (format!("xy{}", "a".repeat(length)), true),
            ("a".repeat(length - 1), false),
            ("a".repeat(length + 1), false),
            (format!("{}b", "a".repeat(length - 1)), false),
        ] {
            assert_eq!(matcher.is_match(text.as_bytes()), want, "{length}: {} bytes", text.len());
        }
    }
}

proptest! {
    #[test]
    fn every_form_answers_as_its_automaton(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..6),
        whole: bool,
        texts in prop::collection::vec("(ab0( a)?|[abABü 0\\n\u{1F600}]){0,8}", 1..20),
    ) {
        let body = pieces.concat();
        let regex = if whole { format!(r"\A(?:{body})\z") } else { format!("(?s:.)*?(?:{body})") };
        let bytes = automaton(&regex, None);
        let matcher = Matcher::new(&PatternShape::Dfa(bytes.clone()), &[]).unwrap();
        for text in &texts {
            prop_assert_eq!(matcher.is_match(text.as_bytes()), searched(&bytes, text), "{} on {:?}", regex, text);
        }
    }
}

/// What a policy's patterns are made of.
const PIECES: &[&str] = &[
    "a", "ab0", "ab0 a", "[ab]+", "(?:a|B)?", "(?i:ab)", ".*", "[^a]", "ü", "\\d{1,2}", "(?:b a)*", "(?s:.)",
    "^a", "b$", "", "|b",
];

#[test]
fn what_cannot_run_is_refused() {
    let good = automaton(r"\Aab*\z", None);
    let mut longer = good.clone();
    longer.push(0);
    for (shape, what) in [
        (PatternShape::Exact(StrId(2)), "it refers to a string that is not there"),
        (PatternShape::Dfa(vec![]), "it is no automaton of the format that this version reads"),
        (
            PatternShape::Dfa(good[..good.len() - 1].to_vec()),
            "it is no automaton of the format that this version reads",
        ),
        (PatternShape::Dfa(longer), "bytes follow the automaton"),
        (PatternShape::Dfa(automaton(r"\Aab*\z", Some(b'x'))), "the automaton gives up on some texts"),
    ] {
        let strings = ["ab".to_string(), "bc".to_string()];
        let patterns = [pattern(PatternShape::Prefix(StrId(0))), pattern(shape)];
        let error = PatternSet::new(&patterns, &strings).unwrap_err();
        assert_eq!(error, BadPattern { index: 1, what });
        assert_eq!(PatternSet::check(&patterns, &strings), Err(error));
        assert_eq!(error.to_string(), std::format!("pattern 1 of the program cannot be run: {what}"));
    }
}

#[test]
fn no_changed_byte_of_an_automaton_panics() {
    let good = automaton(r"\A(?:ab*|[x-z]{2})\z", None);
    let mut refused = 0;
    for at in 0..good.len() {
        for change in [1, 0x80, 0xFF] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            let patterns = [pattern(PatternShape::Dfa(bytes))];
            let set = PatternSet::new(&patterns, &[]);
            assert_eq!(PatternSet::check(&patterns, &[]).is_ok(), set.is_ok(), "byte {at}");
            match set {
                Ok(set) => {
                    for text in ["", "a", "abb", "xyz", "\u{7f}\u{10FFFF}"] {
                        let _ = set.is_match(0, text.as_bytes());
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > good.len(), "{refused} of {}", good.len() * 3);
}
