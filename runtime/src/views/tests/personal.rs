//! Patterns of personal data: what each finds in a text, by the engine that programs use.

use crate::views::{PII, PiiPattern, pii};
use alloc::string::String;
use alloc::vec::Vec;
use regex_automata::Input;
use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::dense::{Config, DFA};
use regex_automata::dfa::regex::Regex;
use regex_automata::util::syntax;

/// Everything that a pattern finds.
fn find(pattern: PiiPattern, text: &str) -> Vec<String> {
    let regex = Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(pattern.regex)
        .expect("the pattern compiles");
    regex.find_iter(text).map(|found| String::from(&text[found.range()])).collect()
}

#[track_caller]
fn check(pattern: PiiPattern, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(find(pattern, text), *expected, "{} in {text:?}", pattern.name);
    }
}

#[test]
fn mail_addresses_are_found() {
    check(
        pii::EMAIL_ADDRESS,
        &[
            ("write to ann.lee+x@corp.co.uk, please", &["ann.lee+x@corp.co.uk"]),
            ("<a@b.com>;c@d.org", &["a@b.com", "c@d.org"]),
            ("mailto:a@b.com?subject=x", &["a@b.com"]),
            ("a@b", &[]),
            ("a @ b.com", &[]),
            ("@handle and 5@ 3.50", &[]),
        ],
    );
}

#[test]
fn telephone_numbers_are_found() {
    for (text, found) in [
        ("+44 20 7946 0958", true),
        ("+442079460958", true),
        ("0044 20 7946 0958", true),
        ("+1 (555) 010-0199", true),
        ("(555) 010-0199", true),
        ("555-010-0199", false),
        ("212-555-0199", true),
        ("212.555.0199", true),
        ("1-212-555-0199", true),
        ("020 7946 0958", true),
        ("030/901820", true),
        ("+49 (0)30 901820", true),
        ("2027-01-01", false),
        ("12:30:45", false),
        ("v1.2.3", false),
        ("order 12345678", false),
        ("EUR 1,234.56", false),
    ] {
        assert_eq!(!find(pii::PHONE_NUMBER, text).is_empty(), found, "{text}");
    }
    check(pii::PHONE_NUMBER, &[("call +44 20 7946 0958 today", &["+44 20 7946 0958"])]);
}

#[test]
fn cards_and_accounts_are_found() {
    check(
        pii::CARD_NUMBER,
        &[
            ("card 4111 1111 1111 1111.", &["4111 1111 1111 1111"]),
            ("4111-1111-1111-1111", &["4111-1111-1111-1111"]),
            ("378282246310005", &["378282246310005"]),
            ("order 12345678901", &[]),
            ("2027-01-01 10:00", &[]),
        ],
    );
    check(
        pii::IBAN_NUMBER,
        &[
            ("to DE44 5001 0517 5407 3249 31.", &["DE44 5001 0517 5407 3249 31"]),
            ("DE44500105175407324931", &["DE44500105175407324931"]),
            ("NO9386011117947", &["NO9386011117947"]),
            ("HTTP20 and ISO9001", &[]),
        ],
    );
}

#[test]
fn patterns_make_small_automata() {
    for pattern in PII {
        let dfa = DFA::builder()
            .configure(Config::new().dfa_size_limit(Some(1 << 20)))
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build(&alloc::format!("(?s-u:.)*(?:{})", pattern.regex))
            .expect("within a megabyte");
        let sparse = dfa.to_sparse().expect("a sparse automaton").memory_usage();
        assert!(sparse < 64 << 10, "{}: {sparse} bytes", pattern.name);
        let mut state = dfa.start_state_forward(&Input::new("")).expect("a start");
        state = dfa.next_eoi_state(state);
        assert!(!dfa.is_match_state(state), "{} matches the empty text", pattern.name);
    }
}

#[test]
fn markers_are_not_found_again() {
    for pattern in PII {
        assert!(find(pattern, "[redacted] ***").is_empty(), "{}", pattern.name);
        assert!(!pattern.doc.is_empty());
    }
    assert!(PII.is_sorted_by(|a, b| a.name < b.name));
}
