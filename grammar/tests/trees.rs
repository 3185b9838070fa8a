//! Trees, places and layouts of files without mistakes. In: `samples/*.policy`. Out: snapshots of tree and layout.

use policyc_grammar::ast::{self, ExprKind, ItemKind};
use policyc_grammar::format::{FormatError, format};
use policyc_grammar::lexer::lex;
use policyc_grammar::parse::parse;
use policyc_grammar::source::{LineCol, LineIndex, Span};
use policyc_grammar::trivia::CommentKind;

const SAMPLES: [(&str, &str); 3] = [
    ("page_one", include_str!("samples/page_one.policy")),
    ("every_form", include_str!("samples/every_form.policy")),
    ("memory", include_str!("samples/memory.policy")),
];

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

#[test]
fn trees() {
    for (name, text) in SAMPLES {
        let parsed = parse(text);
        assert_eq!(parsed.errors, []);
        insta::assert_snapshot!(format!("{name}_tree"), ast::dump::ast(&parsed.ast));
    }
}

#[test]
fn layouts() {
    for (name, text) in SAMPLES {
        let formatted = format(text).unwrap_or_else(|error| error.to_string());
        assert_eq!(format(&formatted).as_ref(), Ok(&formatted));
        insta::assert_snapshot!(format!("{name}_layout"), formatted);
    }
}

/// Text that moves without changing gives equal statements.
#[test]
fn places_count_from_the_statement() {
    for (_, text) in SAMPLES {
        let before = parse(text).ast.items;
        let mut after = parse(&format!("// moved\n\nlet first = 1\n{text}")).ast.items;
        after.remove(0);
        assert_eq!(before.len(), after.len());
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(new.start - old.start, 24);
            assert_eq!((&old.kind, &old.docs, old.span), (&new.kind, &new.docs, new.span));
        }
    }
}

#[test]
fn places_cover_their_text() {
    let text = "\n/// Doc.\nrule aa: allow bb.cc when not args.\"d d\" == \"x\"\n";
    let parsed = parse(text);
    let [item] = parsed.ast.items.as_slice() else { panic!("one statement") };
    let at = |span: Span| slice(text, Span::new(item.start + span.start, item.start + span.end));
    let ItemKind::Rule { name, effect_span, tools, clauses, .. } = &item.kind else { panic!("a rule") };
    assert_eq!(at(item.span), text.trim_end().lines().last().unwrap_or_default());
    assert_eq!((at(name.span), at(*effect_span), at(tools.span)), ("aa", "allow", "bb.cc"));
    assert_eq!(at(clauses[0].span), "when not args.\"d d\" == \"x\"");
    let ast::ClauseKind::When(condition) = &clauses[0].kind else { panic!("a condition") };
    assert_eq!((at(condition.span), condition.depth), ("not args.\"d d\" == \"x\"", 4));
    let ExprKind::Unary(_, comparison) = &condition.kind else { panic!("a negation") };
    let ExprKind::Binary(_, sign, left, right) = &comparison.kind else { panic!("a comparison") };
    assert_eq!((at(*sign), at(left.span), at(right.span)), ("==", "args.\"d d\"", "\"x\""));
    let ExprKind::Field(_, field) = &left.kind else { panic!("a field") };
    assert_eq!((field.text.as_str(), at(field.span)), ("d d", "\"d d\""));
}

#[test]
fn documentation_is_what_stands_right_above() {
    let docs = |text: &str| -> Vec<Vec<String>> {
        let items = parse(text).ast.items;
        items.iter().map(|item| item.docs.iter().map(ToString::to_string).collect()).collect()
    };
    assert_eq!(docs("/// One.\n///   Two.\n///\nrule a: deny *"), [vec!["One.", "  Two.", ""]]);
    assert_eq!(docs("/// Far.\n\nrule a: deny *"), [Vec::<&str>::new()]);
    assert_eq!(docs("/// Cut.\n// plain\n/// Near.\nrule a: deny *"), [vec!["Near."]]);
    assert_eq!(docs("//// four\nrule a: deny *"), [Vec::<&str>::new()]);
    assert_eq!(docs("/// A.\r\nrule a: deny * /// behind\nrule b: deny *"), [vec!["A."], vec![]]);
    assert_eq!(docs("/// Of the whole.\n@x(y)\nshadow rule a: deny *"), [vec!["Of the whole."]]);
}

#[test]
fn trivia_knows_comments_and_blank_lines() {
    let text = "// a\n\n\n/// b\nrule c: deny * // d\n\n";
    let trivia = lex(text).trivia;
    let found: Vec<_> = trivia.comments.iter().map(|c| (slice(text, c.span), c.kind, c.own_line)).collect();
    let (plain, doc) = (CommentKind::Plain, CommentKind::Doc);
    assert_eq!(found, [("// a", plain, true), ("/// b", doc, true), ("// d", plain, false)]);
    assert_eq!(trivia.blank_lines, [7, 34]);
    assert!(trivia.blank_line_before(7) && !trivia.blank_line_before(13));
    assert_eq!(trivia.comments_between(5, 29).len(), 2);
}

#[test]
fn lines_and_columns() {
    let text = "ab\nß😀c\r\nd";
    let lines = LineIndex::new(text);
    let place = |line, column| LineCol { line, column };
    assert_eq!(lines.line_col(0), place(0, 0));
    assert_eq!(lines.line_col(2), place(0, 2));
    assert_eq!(lines.line_col(9), place(1, 6));
    assert_eq!(lines.line_col_utf16(9), place(1, 3));
    // Inside a character: its first byte; behind the end: the end.
    assert_eq!(lines.line_col(7), place(1, 2));
    assert_eq!(lines.line_col(99), place(2, 1));
    assert_eq!(lines.offset(place(1, 6)), Some(9));
    assert_eq!(lines.offset_utf16(place(1, 3)), Some(9));
    assert_eq!(lines.offset(place(7, 0)), None);
}

#[test]
fn layout_of_line_ends() {
    for text in [
        "",
        "\n",
        "\r\n\r\n",
        "// c",
        "rule a: deny *",
        "rule a: deny *\r\n\r\n\r\n\r\nrule b: deny *\r\n// end\r\n",
    ] {
        let formatted = format(text).unwrap_or_else(|error| error.to_string());
        let expected = text.replace("\r\n", "\n").replace("\n\n\n", "\n\n").replace("\n\n\n", "\n\n");
        let expected = expected.trim();
        let end = if expected.is_empty() { "" } else { "\n" };
        assert_eq!(formatted, format!("{expected}{end}"));
    }
}

#[test]
fn files_with_errors_are_not_formatted() {
    let refused = format("rule a: allow b.c when (x\nrule b: deny *\n");
    let Err(FormatError::Syntax(errors)) = &refused else { panic!("{refused:?}") };
    assert_eq!(errors.len(), 1);
    let message = refused.map_err(|error| error.to_string());
    let expected =
        "the file has syntax errors (1), the first: expected `)` here: the `(` before is not closed";
    assert_eq!(message, Err(expected.to_owned()));
    // A warning is no error.
    assert!(format("rule a: deny * because \"\u{200f}\"").is_ok());
}
