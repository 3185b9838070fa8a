//! Tests of patterns: an ECMA-262 expression in; texts that it is found in, or why it is refused, out.

use super::{PatternError, build, import_pattern};
use crate::ir::pattern::compile_schema;
use proptest::prelude::*;
use regex_automata::Input;
use regex_automata::dfa::Automaton as _;
use std::sync::Arc;

fn finds(pattern: &str, text: &str) -> bool {
    let translated = import_pattern(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let automaton = build(&translated).unwrap();
    automaton.try_search_fwd(&Input::new(text)).unwrap().is_some()
}

/// The pattern is found in every text of `yes` and in none of `no`.
fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(finds(pattern, text), "{pattern} is not found in {text:?}");
    }
    for text in no {
        assert!(!finds(pattern, text), "{pattern} is found in {text:?}");
    }
}

#[test]
fn classes_are_ecmas() {
    check(r"^\d+$", &["0129"], &["٣", "1\n", ""]);
    check(r"^\w+$", &["aZ_9"], &["é", "a-b"]);
    check(r"^\s$", &[" ", "\u{a0}", "\u{feff}", "\u{2029}"], &["a", "\u{200b}"]);
    check(r"^[^\s]$", &["é"], &["\u{3000}"]);
    check(r"^[\D]$", &["a", "٣"], &["5"]);
    check(r"^[\w-]+$", &["a-b"], &["a b"]);
    check(r"^[\w-.]+$", &["a-.b"], &["a,b"]);
    check(r"^.$", &["é", "😀"], &["\n", "\r", "\u{2028}"]);
    check(r"\bcat\b", &["a cat", "écat"], &["cats"]);
    check(r"^\B", &["-"], &["a"]);
}

#[test]
fn brackets_and_braces_read_by_annex_b() {
    check(r"^[[a]$", &["[", "a"], &["b"]);
    check(r"^[a&&b]$", &["a", "&"], &["&&"]);
    check(r"^[a-z--b]$", &["q", "-", "b", "A"], &["{", ","]);
    check(r"^[]-]$|^[]$", &[], &["]", "-", ""]);
    check(r"^[^]$", &["\n", "a"], &[""]);
    check(r"^a{$", &["a{"], &["a"]);
    check(r"^a{,3}$", &["a{,3}"], &["aa"]);
    check(r"^{a}]$", &["{a}]"], &["a"]);
    check(r"^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]);
    check(r"^[\b]\x41\u0042\u{1F600}\uD83D\uDE00\cJ\0$", &["\u{8}AB😀😀\n\0"], &["b"]);
    check(r"^\<\>\#\/\-\_\~$", &["<>#/-_~"], &[]);
    check(r"^[~#& ]$", &["~", "#", "&", " "], &["x"]);
    check(r"^(?<year>\d{4})-(?:\d{2})$", &["2026-11"], &["26-11"]);
    check(r"^\p{Lu}[\p{Ll}\d]$", &["Éa", "É1"], &["ea"]);
}

#[test]
fn stays_unanchored() {
    check("b", &["abc"], &["ac"]);
    check("^b|c$", &["bx", "xc"], &["xbx"]);
    check("", &["", "a"], &[]);
}

#[test]
fn what_no_automaton_decides_is_named() {
    let error = |pattern: &str| import_pattern(pattern).unwrap_err();
    for pattern in ["^(?!-)a", "(?=a)", "(?<=a)b", "(?<!a)b"] {
        assert_eq!(error(pattern), PatternError::LookAround, "{pattern}");
    }
    for pattern in [r"(a)\1", r"(?<n>a)\k<n>"] {
        assert_eq!(error(pattern), PatternError::BackReference, "{pattern}");
    }
    for pattern in [
        "(",
        ")",
        "[",
        "[b-a]",
        "*",
        r"\",
        "(?i)a",
        "(?P<n>a)",
        r"\uD800",
        r"\p{Nope}",
        "a{3,2}",
        "a{99999999999}",
    ] {
        assert_eq!(error(pattern), PatternError::Syntax, "{pattern}");
    }
    for pattern in ["^.{0,5000}$", "(a|b)*a(a|b){30}", "((a{100}){100}){100}"] {
        assert_eq!(error(pattern), PatternError::TooLarge, "{pattern}");
    }
    assert_eq!(error(&"(".repeat(100_000)), PatternError::Syntax);
}

#[test]
fn patterns_near_the_limit_compile_for_programs() {
    let mut refused = 0;
    for unit in [".", r"\w", r"[^,]", "é", r"\S"] {
        for count in (50..2000).step_by(150) {
            match import_pattern(&format!("^{unit}{{0,{count}}}$")) {
                Ok(translated) => {
                    let compiled = compile_schema(&Arc::from(translated.as_str()));
                    assert!(compiled.is_ok(), "{unit} {count}: {compiled:?}");
                }
                Err(error) => {
                    assert_eq!(error, PatternError::TooLarge);
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 0, "the limit was not reached");
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    let deepest = (1..300).rev().find_map(|depth| import_pattern(&nested(depth)).ok()).unwrap();
    assert!(compile_schema(&Arc::from(deepest.as_str())).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_translated_or_refused(pattern in "[a\\[\\]{}()|*+?^$.\\\\\\-0-9,<>=!:kuxdwsbBpP&~ é]{0,16}") {
        if let Ok(translated) = import_pattern(&pattern) {
            prop_assert!(build(&translated).is_ok());
        }
    }

    /// The compiler takes every pattern that is imported, and reads it alike.
    #[test]
    fn imported_patterns_compile_for_programs(
        pattern in "(\\^|)(a|\\\\b|\\\\B|\\\\d|\\\\w|\\\\s|\\\\W|[.]|\\[[^]a^\\\\-]{0,4}\\]|\\(\\?:|\\)|[|]|[*?]|\\{1,3\\}|é|<|#){0,8}([$]|)",
        texts in prop::collection::vec("[a1_ é\n\u{2028}<#]{0,6}", 8),
    ) {
        if let Ok(translated) = import_pattern(&pattern) {
            let compiled = compile_schema(&Arc::from(translated.as_str()));
            prop_assert!(compiled.is_ok(), "{} as {}: {:?}", pattern, translated, compiled);
            let (compiled, automaton) = (compiled.unwrap(), build(&translated).unwrap());
            for text in texts {
                let ours = automaton.try_search_fwd(&Input::new(&text)).unwrap().is_some();
                prop_assert_eq!(compiled.is_match(&text), ours, "{} as {} in {:?}", pattern, translated, text);
            }
        }
    }
}
