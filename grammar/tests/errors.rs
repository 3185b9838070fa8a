//! Every report, as an author sees it. In: `cases/*.policy`, small broken files under `===` titles. Out: snapshots of
//! each file with the reports under its lines and the tree that is left.

use policyc_grammar::error::{Severity, SyntaxCode};
use policyc_grammar::parse::{Parse, parse};
use policyc_grammar::source::LineIndex;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The text with reports under its lines, then the tree.
fn render(text: &str, parsed: &Parse) -> String {
    let mut out = String::new();
    let lines = LineIndex::new(text);
    for (number, line) in text.split('\n').enumerate() {
        let shown: String =
            line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect();
        _ = writeln!(out, "{shown}");
        for error in &parsed.errors {
            let (from, to) = (lines.line_col(error.span.start), lines.line_col(error.span.end));
            if from.line as usize != number {
                continue;
            }
            let width = if from.line == to.line { (to.column - from.column) as usize } else { 1 };
            let mark = if width == 0 { "|".to_owned() } else { "^".repeat(width) };
            let level = if error.severity == Severity::Warning { " (warning)" } else { "" };
            let indent = " ".repeat(from.column as usize);
            _ = writeln!(out, "{indent}{mark} {}{level}: {}", error.code.slug(), error.message);
            if let Some((span, what)) = &error.label {
                let at = lines.line_col(span.start);
                _ = writeln!(out, "{indent}  {}:{}: {what}", at.line + 1, at.column + 1);
            }
            if let Some(help) = &error.help {
                _ = writeln!(out, "{indent}  help: {help}");
            }
        }
    }
    let tree = policyc_grammar::ast::dump::ast(&parsed.ast);
    tree.lines().for_each(|line| _ = writeln!(out, "    {line}"));
    out
}

fn cases(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n=== ")
        .map(|case| case.strip_prefix("=== ").unwrap_or(case))
        .map(|case| case.split_once('\n').unwrap_or((case, "")))
}

const FILES: [(&str, &str); 3] = [
    ("lexical", include_str!("cases/lexical.policy")),
    ("expressions", include_str!("cases/expressions.policy")),
    ("statements", include_str!("cases/statements.policy")),
];

#[test]
fn reports() {
    for (name, text) in FILES {
        let rendered: String = cases(text)
            .map(|(title, case)| {
                let case = case.trim_end_matches('\n');
                format!("=== {title}\n{}\n", render(case, &parse(case)))
            })
            .collect();
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, rendered) });
    }
}

/// Each code is reported by a case here, or by the test named beside it.
#[test]
fn every_code_has_a_case() {
    let mut seen: BTreeSet<SyntaxCode> = FILES
        .iter()
        .flat_map(|(_, text)| cases(text))
        .flat_map(|(_, case)| parse(case).errors)
        .map(|error| error.code)
        .collect();
    // tests/stress.rs: bytes_that_are_not_utf8_are_placed, too_large_is_refused, nesting_of_every_kind_is_bounded
    seen.extend([SyntaxCode::InvalidUtf8, SyntaxCode::TooLarge, SyntaxCode::TooDeep]);
    let missing: Vec<_> = SyntaxCode::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn ten_mistakes_are_ten_lines() {
    let Some((_, case)) = cases(include_str!("cases/statements.policy")).next() else {
        panic!("the first case")
    };
    let parsed = parse(case);
    let lines = LineIndex::new(case);
    let reported: Vec<u32> =
        parsed.errors.iter().map(|error| lines.line_col(error.span.start).line + 1).collect();
    assert_eq!(reported, [3, 4, 5, 6, 7, 9, 10, 14, 17, 20]);
    let tree = policyc_grammar::ast::dump::ast(&parsed.ast);
    for kept in [
        "(edition 2026)",
        "(policy p",
        "(rule fine_one",
        "(because \"kept\")",
        "(arm one",
        "(arm three",
        "(session",
        "(rule fine_two",
    ] {
        assert!(tree.contains(kept), "{kept} in {tree}");
    }
}
