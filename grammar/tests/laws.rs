//! Laws of parser and formatter over random input. In: random policies, token soups, mutations of the sample files. Out:
//! nothing, or a counterexample.

mod common;

use policyc_grammar::error::{Severity, SyntaxError};
use policyc_grammar::format::{FormatError, format};
use policyc_grammar::lexer::lex;
use policyc_grammar::parse::{Parse, parse, parse_bytes};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Every report is inside the text, one error per line, in order; every item is inside the text.
fn check_reports(text: &str, parsed: &Parse) {
    let mut lines = BTreeSet::new();
    for error in &parsed.errors {
        let line = text.get(..error.span.start as usize).map(|before| before.matches('\n').count());
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
        assert!(error.severity == Severity::Warning || lines.insert(line), "two errors on a line: {error:?}");
        check_wording(error);
    }
    assert!(parsed.errors.is_sorted_by_key(|error| error.span));
    for item in &parsed.ast.items {
        assert_eq!(item.span.start, 0);
        assert!((item.start + item.span.end) as usize <= text.len());
    }
}

fn check_wording(error: &SyntaxError) {
    let message = &error.message;
    assert!(!message.is_empty() && !message.contains('\n') && !message.ends_with('.'), "{message}");
    let first = message.chars().next();
    assert!(first.is_some_and(|c| !c.is_uppercase() || message.starts_with("U+")), "{message}");
}

fn comments(text: &str) -> Vec<String> {
    let lexed = lex(text);
    let slice = |span: policyc_grammar::source::Span| text.get(span.start as usize..span.end as usize);
    lexed.trivia.comments.iter().map(|c| slice(c.span).unwrap_or_default().trim_end().to_owned()).collect()
}

/// Formats twice: nothing is lost, the second time changes nothing.
fn check_format(text: &str) -> Result<(), TestCaseError> {
    match format(text) {
        Ok(once) => {
            prop_assert_eq!(comments(text), comments(&once));
            let twice = format(&once).map_err(|error| TestCaseError::fail(format!("{error}\n{once}")))?;
            prop_assert_eq!(&once, &twice);
            prop_assert!(!once.contains("\n\n\n") && !once.contains(" \n") && !once.contains('\r'));
            prop_assert!(once.is_empty() || once.ends_with('\n') && !once.starts_with('\n'));
            Ok(())
        }
        Err(FormatError::Syntax(errors)) => {
            prop_assert!(errors.iter().any(|error| error.severity == Severity::Error));
            Ok(())
        }
        Err(error @ FormatError::Unsound(_)) => Err(TestCaseError::fail(format!("{error}\n{text}"))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn valid_files_parse_and_format(text in common::file()) {
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.errors, &[]);
        check_reports(&text, &parsed);
        prop_assert!(format(&text).is_ok());
        check_format(&text)?;
    }

    #[test]
    fn layout_does_not_change_the_tree(text in common::file()) {
        let formatted = format(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let dump = |text: &str| {
            let mut ast = parse(text).ast;
            // A comment line that comes to stand right above a statement documents it; places may change that.
            ast.items.iter_mut().for_each(|item| item.docs.clear());
            policyc_grammar::ast::dump::ast(&ast)
        };
        let bare = |text: String| text.replace("(paren ", "(");
        // Parentheses may be added around `??` and nowhere else.
        if !text.contains("??") {
            prop_assert_eq!(bare(dump(&text)), bare(dump(&formatted)));
        }
    }

    #[test]
    fn token_soup_never_panics(text in common::soup()) {
        check_reports(&text, &parse(&text));
        check_format(&text)?;
    }

    #[test]
    fn text_never_panics(text in "\\PC*") {
        check_reports(&text, &parse(&text));
        check_format(&text)?;
    }

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let parsed = parse_bytes(&bytes);
        prop_assert!(parsed.errors.iter().all(|error| error.span.end as usize <= bytes.len()));
    }

    #[test]
    fn one_broken_statement_leaves_the_others(text in common::file(), junk in common::soup()) {
        let before = parse(&text).ast.items.len();
        let junk: String = junk.replace(['\n', '\r', '@'], " ").replace("shadow", "x");
        let around = format!("rule first: allow a.b\n{text}\nrule second: allow a.b when {junk}\nrule last: allow a.b\n");
        let parsed = parse(&around);
        check_reports(&around, &parsed);
        prop_assert!(parsed.ast.items.len() >= before + 2);
        let dump = policyc_grammar::ast::dump::ast(&parsed.ast);
        prop_assert!(dump.starts_with("(rule first allow [a/b])\n"), "{}", dump);
        prop_assert!(dump.ends_with("(rule last allow [a/b])\n"), "{}", dump);
    }
}

/// One-token changes of a sample file: no panic, few reports, most statements kept.
fn mutate(text: &str) {
    let lexed = lex(text);
    let whole = parse(text).ast.items.len();
    let replacements =
        ["when", "rule", ")", "(", "{", "}", ",", ":", "x", "42", "\"s\"", "==", ".", "deny", "in", "\u{0}"];
    let (mut cases, mut reports, mut lost) = (0_usize, 0_usize, 0_usize);
    let cycled = replacements.iter().cycle();
    let choices = cycled.clone().zip(cycled.skip(5).step_by(3));
    for (token, (replacement, inserted)) in lexed.tokens.iter().zip(choices) {
        let (start, end) = (token.start as usize, token.end as usize);
        let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { continue };
        let kept = token.text(text);
        for changed in [
            format!("{before}{after}"),
            format!("{before}{replacement} {after}"),
            format!("{before}{inserted} {kept}{after}"),
        ] {
            let parsed = parse(&changed);
            check_reports(&changed, &parsed);
            let context = || {
                format!(
                    "{} {kept} {}",
                    before.lines().last().unwrap_or(""),
                    after.lines().next().unwrap_or("")
                )
            };
            assert!(parsed.errors.len() <= 5, "{} -> {:#?}", context(), parsed.errors);
            cases += 1;
            reports += parsed.errors.len();
            lost += whole.saturating_sub(parsed.ast.items.len());
        }
    }
    // A change costs about one report, and hardly ever a statement.
    assert!(reports <= cases * 3 / 2, "{reports} reports for {cases} changes");
    assert!(lost <= cases / 5, "{lost} statements lost in {cases} changes");
}

#[test]
fn mutations_are_reported_once() {
    for text in [
        include_str!("samples/page_one.policy"),
        include_str!("samples/every_form.policy"),
        include_str!("samples/memory.policy"),
    ] {
        mutate(text);
    }
}
