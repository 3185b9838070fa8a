//! Tests of patterns: a pattern, and texts with what it says of them.

use super::{Compiled, PatternError, Shape, compile, compile_found, compile_schema};
use crate::typed::{Pattern, PatternKind};
use proptest::prelude::*;
use std::sync::Arc;

fn pattern(kind: PatternKind, source: &str, ignore_case: bool) -> Result<Compiled, PatternError> {
    compile(&Pattern { kind, source: Arc::from(source), ignore_case })
}

/// Asserts what a pattern matches and what it does not.
fn check(kind: PatternKind, source: &str, ignore_case: bool, yes: &[&str], no: &[&str]) {
    let compiled = pattern(kind, source, ignore_case).unwrap();
    for text in yes {
        assert!(compiled.is_match(text), "`{source}` should match {text:?}");
    }
    for text in no {
        assert!(!compiled.is_match(text), "`{source}` should not match {text:?}");
    }
}

#[test]
fn semantics_29_globs_cross_slashes_and_newlines() {
    check(
        PatternKind::Like,
        "feat/*",
        false,
        &["feat/", "feat/a", "feat/a/b", "feat/\n"],
        &["feat", "afeat/"],
    );
    check(PatternKind::Like, "a?c", false, &["abc", "aéc", "a\nc", "a/c"], &["ac", "abbc"]);
    check(PatternKind::Like, "*.env", false, &[".env", "a/.env"], &[".envx"]);
    check(PatternKind::Like, "[x]{y}\\", false, &["[x]{y}\\"], &["x"]);
    check(PatternKind::Like, "", false, &[""], &["a"]);
}

#[test]
fn globs_fold_ascii_case_alone() {
    check(PatternKind::Like, "Ab*É", true, &["aB-É"], &["aB-é"]);
}

#[test]
fn semantics_29_double_star_is_of_paths_alone() {
    assert_eq!(
        pattern(PatternKind::Like, "a**", false).unwrap_err().to_string(),
        "`**` in `a**` means nothing more than `*`; only `path(…) like` tells them apart"
    );
}

#[test]
fn path_globs_stay_within_segments() {
    check(PatternKind::PathLike, "src/*.rs", false, &["src/a.rs", "src/é.rs"], &["src/a/b.rs", "src/a.rs/"]);
    check(PatternKind::PathLike, "src/**", false, &["src/a", "src/a/b", "src/"], &["src", "srcs/a"]);
    check(PatternKind::PathLike, "src/**/x", false, &["src/x", "src/a/x", "src/a/b/x"], &["src/ax", "x"]);
    check(PatternKind::PathLike, "**/x", false, &["x", "/x", "a/x", "/a/b/x"], &["ax", "a/ax"]);
    check(PatternKind::PathLike, "/a/?", false, &["/a/é"], &["/a//", "/a/bc"]);
}

#[test]
fn semantics_29_regexes_read_whole_texts_of_code_points() {
    check(PatternKind::Matches, "a.c", false, &["abc", "a\nc", "aéc"], &["abcd", "xabc", "abc\n"]);
    check(PatternKind::Matches, "a|b", false, &["a", "b"], &["ab"]);
    check(PatternKind::Finds, "^b|c$", false, &["bx", "xc"], &["xb", "cx", "x\nb\n"]);
    check(PatternKind::Finds, "b.d", false, &["abcde", "b\nd"], &["bd"]);
}

#[test]
fn classes_and_boundaries_are_ascii() {
    check(PatternKind::Matches, r"\d+", false, &["123"], &["٣", ""]);
    check(PatternKind::Matches, r"\w+", false, &["a_1"], &["é"]);
    check(PatternKind::Matches, r"\W", false, &["é", "-"], &["a"]);
    check(PatternKind::Matches, r"[^\d]", false, &["é", "٣"], &["1"]);
    check(PatternKind::Matches, r"\s", false, &[" ", "\u{b}"], &["\u{a0}"]);
    check(PatternKind::Finds, r"\bdrop\b", false, &["drop it", "a drop", "édropé"], &["drops", "a_drop"]);
}

#[test]
fn flag_i_folds_ascii_letters_alone() {
    check(PatternKind::Finds, "drop|K", true, &["DrOp", "k"], &["\u{212a}", "dro"]);
    check(PatternKind::Matches, "[^a-f]", true, &["g", "é"], &["A", "f"]);
    check(PatternKind::Matches, "[[:upper:]][x-z&&[y]]", true, &["ay", "AY"], &["1y", "ax"]);
    check(PatternKind::Matches, "é", true, &["é"], &["É"]);
}

#[test]
fn simple_patterns_are_byte_compares() {
    let shape = |kind, source| pattern(kind, source, false).unwrap().shape;
    let text = |text: &str| Arc::<str>::from(text);
    assert_eq!(shape(PatternKind::Like, "a"), Shape::Exact(text("a")));
    assert_eq!(shape(PatternKind::Like, "a*"), Shape::Prefix(text("a")));
    assert_eq!(shape(PatternKind::Like, "*a"), Shape::Suffix(text("a")));
    assert_eq!(shape(PatternKind::Like, "*a*"), Shape::Contains(text("a")));
    assert_eq!(shape(PatternKind::Like, "a*b"), Shape::PrefixSuffix(text("a"), text("b")));
    assert_eq!(shape(PatternKind::Like, "*"), Shape::Prefix(text("")));
    assert_eq!(shape(PatternKind::Matches, "abc"), Shape::Exact(text("abc")));
    assert_eq!(shape(PatternKind::Finds, "abc"), Shape::Contains(text("abc")));
    assert_eq!(shape(PatternKind::Finds, "^abc"), Shape::Prefix(text("abc")));
    assert_eq!(shape(PatternKind::Finds, "abc$"), Shape::Suffix(text("abc")));
    assert_eq!(shape(PatternKind::Matches, "a.*b"), Shape::PrefixSuffix(text("a"), text("b")));
    assert!(matches!(shape(PatternKind::Like, "a*b*c"), Shape::Automaton(_)));
    assert!(!pattern(PatternKind::Like, "ab*ba", false).unwrap().is_match("aba"));
}

#[test]
fn what_no_automaton_can_do_is_said() {
    let error = |source| pattern(PatternKind::Finds, source, false).unwrap_err().to_string();
    insta::assert_snapshot!(
        [error("a(?=b)"), error("(a"), error("(?i)a"), error(r"(a)\1"), error("x{900}{900}")].join("\n"),
        @r"
    `/a(?=b)/` is no regular expression: look-around, including look-ahead and look-behind, is not supported (at character 2)
    `/(a/` is no regular expression: unclosed group (at character 1)
    `/(?i)a/` sets flags inside the pattern; write them after the closing slash, as in `/…/i`
    `/(a)\1/` is no regular expression: backreferences are not supported (at character 4)
    `/x{900}{900}/` needs more than 1048576 bytes as an automaton; bound its repetitions more tightly, or test the length with `length(…)`
    "
    );
}

#[test]
fn large_automata_are_refused_within_bounds() {
    let error = pattern(PatternKind::Finds, "[ab]*a[ab]{40}", false).unwrap_err();
    assert!(matches!(error, PatternError::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("1048576 bytes"), "{error}");
}

#[test]
fn schema_patterns_search_and_keep_newlines_out_of_dot() {
    let compiled = compile_schema(&Arc::from("^a.c")).unwrap();
    assert!(compiled.is_match("abcd"));
    assert!(!compiled.is_match("a\nc"));
    assert!(!compiled.is_match("xabc"));
}

proptest! {
    /// Path globs agree with the globset crate on ASCII, where bytes are code points.
    #[test]
    fn path_globs_agree_with_globset(
        segments in prop::collection::vec("\\*\\*|[ab*?]{0,3}", 1..5),
        path in "[ab/]{0,8}",
    ) {
        let glob = segments.join("/");
        // Two stars within a segment are not this language's, and globset reads runs of slashes in its own way.
        prop_assume!(segments.iter().all(|segment| *segment == "**" || !segment.contains("**")));
        prop_assume!(!glob.contains("//") && !glob.contains("**/**") && !glob.ends_with('/'));
        let oracle = globset::GlobBuilder::new(&glob).literal_separator(true).build().unwrap().compile_matcher();
        let ours = pattern(PatternKind::PathLike, &glob, false).unwrap();
        prop_assert_eq!(ours.is_match(&path), oracle.is_match(&path), "`{}` of {:?}", glob, path);
    }

    /// Any text is a glob that matches itself once its wildcards are gone, and compiling never panics.
    #[test]
    fn globs_without_wildcards_match_themselves(text in "\\PC{0,12}") {
        prop_assume!(!text.contains(['*', '?']));
        let glob = pattern(PatternKind::Like, &text, false).unwrap();
        prop_assert!(glob.is_match(&text));
    }

    /// Compiling arbitrary text as an expression gives a pattern or a message of one line.
    #[test]
    fn any_text_compiles_or_is_refused(text in "\\PC{0,24}") {
        match pattern(PatternKind::Finds, &text, true) {
            Ok(compiled) => { let _ = compiled.is_match(&text); }
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }
}

fn found(kind: PatternKind, source: &str) -> Result<Compiled, PatternError> {
    compile_found(&Pattern { kind, source: Arc::from(source), ignore_case: false })
}

#[test]
fn what_is_redacted_is_an_automaton_of_the_expression_alone() {
    let digits = found(PatternKind::Finds, "[0-9]{2,3}").unwrap();
    assert!(matches!(digits.shape, Shape::Automaton(_)));
    assert!(digits.is_match("123") && !digits.is_match("a123"), "it is anchored at its start");
    assert_eq!(digits.source, Arc::from("/[0-9]{2,3}/"));
    let whole = found(PatternKind::Matches, "[0-9]+").unwrap();
    assert!(whole.is_match("12") && !whole.is_match("12a"));
}

#[test]
fn a_redacted_literal_is_looked_for_as_it_is() {
    assert_eq!(found(PatternKind::Finds, "secret").unwrap().shape, Shape::Contains("secret".into()));
    assert!(matches!(found(PatternKind::Matches, "secret").unwrap().shape, Shape::Automaton(_)));
}

#[test]
fn nothing_can_be_redacted_of_empty_text() {
    for source in ["a*", "", r"\b", "(a|b?)"] {
        let told = found(PatternKind::Finds, source).unwrap_err().to_string();
        assert!(told.contains("matches empty text"), "{source}: {told}");
    }
}
