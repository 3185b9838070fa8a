//! Hostile input on a small stack. In: generated text. Out: trees and reports of bounded size, never a crash.
#![expect(clippy::print_stdout, reason = "the times are worth seeing")]

use policyc_grammar::ast::{Expr, ExprKind, ItemKind};
use policyc_grammar::error::SyntaxCode;
use policyc_grammar::parse::{MAX_DEPTH, MAX_FILE_BYTES, Parse, parse, parse_bytes};
use std::time::Instant;

/// Runs `work` on a thread with a stack of 2 MB, as small as any that the tools use.
fn on_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, work);
        match spawned.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => std::panic::resume_unwind(Box::new(error)),
        }
    })
}

/// Parses, clones, compares, prints and drops on a small stack; the codes reported.
fn codes(text: &str) -> Vec<SyntaxCode> {
    on_small_stack(|| {
        let started = Instant::now();
        let parsed = parse(text);
        println!(
            "{} bytes in {:?}: {:?}",
            text.len(),
            started.elapsed(),
            text.chars().take(30).collect::<String>()
        );
        let twin = parsed.clone();
        assert!(parsed == twin);
        assert!(policyc_grammar::ast::dump::ast(&parsed.ast).len() <= 64 * text.len() + 1024);
        check_spans(&parsed, text);
        parsed.errors.iter().map(|error| error.code).collect()
    })
}

fn check_spans(parsed: &Parse, text: &str) {
    for error in &parsed.errors {
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
    }
    for item in &parsed.ast.items {
        assert_eq!(item.span.start, 0);
        assert!(text.get(item.start as usize..(item.start + item.span.end) as usize).is_some());
    }
}

fn rule(condition: &str) -> String {
    format!("rule a: allow crm.x\nrule deep: allow crm.y when {condition}\nrule b: allow crm.z\n")
}

#[test]
fn nesting_of_every_kind_is_bounded() {
    let n = 100_000;
    let deep = [
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        "(".repeat(n),
        ")".repeat(n),
        "[".repeat(n),
        format!("{}1{}", "[".repeat(n), "]".repeat(n)),
        format!("{}1{}", "{a: ".repeat(n), "}".repeat(n)),
        format!("{}x", "not ".repeat(n)),
        format!("{}x", "- ".repeat(n)),
        format!("x{}", " + x".repeat(n)),
        format!("x{}", " * x".repeat(n)),
        format!("x{}", " ++ x".repeat(n)),
        format!("x{}", " ?? x".repeat(n)),
        format!("x{}", ".f".repeat(n)),
        format!("x{}", "[0]".repeat(n)),
        format!("{}x", "f(".repeat(n)),
        format!("{}x{}", "f(".repeat(n), ")".repeat(n)),
        format!("{}x", "any a in b: ".repeat(n)),
        format!("x is {}int{}", "list<".repeat(n), ">".repeat(n)),
        format!("x is int{}", "?".repeat(n)),
        format!("x is {}int{}", "{a: ".repeat(n), "}".repeat(n)),
        format!("{}x", "not (".repeat(n)),
        format!("x{}", " and (x".repeat(n)),
        format!("x{}", " and (any a in b: x".repeat(n)),
    ];
    for condition in deep {
        let text = rule(&condition);
        let found = codes(&text);
        let first: String = text.chars().take(90).collect();
        assert!(!found.is_empty() && found.len() <= 3, "{first}: {found:?}");
        let items = parse(&text).ast.items;
        assert!(matches!(&items[0].kind, ItemKind::Rule { name, .. } if name.text == "a"), "{first}");
        let last = &items[items.len() - 1].kind;
        assert!(matches!(last, ItemKind::Rule { name, .. } if name.text == "b"), "{first}");
    }
}

#[test]
fn flat_chains_are_not_deep() {
    for (word, count) in [("and", 50_000), ("or", 50_000)] {
        assert_eq!(codes(&rule(&format!("x{}", format!(" {word} x == 1").repeat(count)))), []);
    }
    assert_eq!(codes(&rule(&format!("x in [{}]", "1, ".repeat(50_000)))), []);
    assert_eq!(codes(&rule(&format!("x is {}\"z\"", "\"a\" | ".repeat(50_000)))), []);
    assert_eq!(codes(&rule(&format!("{}x", "not (x) and ".repeat(50_000)))), []);
    assert_eq!(codes(&rule(&format!("x in [{}]", "- 1 ?? 2, ".repeat(70_000)))), []);
    assert_eq!(codes(&rule(&format!("x in [{}]", "(a < b) ?? c, ".repeat(70_000)))), []);
}

#[test]
fn the_limit_is_exact() {
    let depth = usize::from(MAX_DEPTH);
    let nested = |n: usize| rule(&format!("{}x{}", "(".repeat(n), ")".repeat(n)));
    assert_eq!(codes(&nested(depth - 1)), []);
    assert_eq!(codes(&nested(depth)), [SyntaxCode::TooDeep]);
    let chain = |n: usize| rule(&format!("x{}", " + x".repeat(n)));
    assert_eq!(codes(&chain(depth - 1)), []);
    assert_eq!(codes(&chain(depth)), [SyntaxCode::TooDeep]);
    let Some(ItemKind::Let(_, expr)) =
        parse(&format!("let x = {}x", "- ".repeat(3))).ast.items.pop().map(|i| i.kind)
    else {
        panic!("a let")
    };
    assert_eq!(height(&expr), expr.depth);
}

fn height(expr: &Expr) -> u16 {
    match &expr.kind {
        ExprKind::Unary(_, operand) => height(operand) + 1,
        _ => 1,
    }
}

#[test]
fn ten_megabytes() {
    let line =
        "rule r: allow crm.get_contact when args.id == session.customer_id and not (args.x in [1, 2])\n";
    assert_eq!(codes(&line.repeat(10_000_000 / line.len())), []);
    let broken = "rule r: allow crm.get_contact when args.id == == session.customer_id\n";
    assert_eq!(codes(&broken.repeat(3_000_000 / broken.len())).len(), 10_000);
    let one_line = "rule r: allow crm.x when == ".repeat(300_000 / 28);
    assert_eq!(codes(&one_line).len(), 1);
    for junk in [
        "\0", "é", "(", "not ", "\"", "'", "/ ", "/*", "@", "@a(", "rule ", "shadow ", "a:", "- ", "\r",
        "-\n", ";\n", "\u{202e}", "#",
    ] {
        let found = codes(&junk.repeat(300_000 / junk.len()));
        assert!(!found.is_empty() && found.len() <= 10_000, "{junk:?}: {}", found.len());
    }
    assert_eq!(codes(&" \n".repeat(5_000_000)), []);
    assert_eq!(codes(&"// c\n".repeat(2_000_000)), []);
}

#[test]
fn too_large_is_refused() {
    assert_eq!(codes(&" ".repeat(MAX_FILE_BYTES)), []);
    assert_eq!(codes(&" ".repeat(MAX_FILE_BYTES + 1)), [SyntaxCode::TooLarge]);
    assert_eq!(parse_bytes(&vec![0xff; MAX_FILE_BYTES + 1]).errors[0].code, SyntaxCode::TooLarge);
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let parsed = parse_bytes(b"rule a: allow crm.x\n// \xff\n");
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(parsed.errors[0].code, SyntaxCode::InvalidUtf8);
    assert_eq!(parsed.errors[0].span, policyc_grammar::source::Span::new(23, 24));
    assert_eq!(parsed.errors[0].message, "byte 0xFF at offset 23 is not UTF-8");
    assert!(parse_bytes("rule a: allow crm.x".as_bytes()).errors.is_empty());
    assert_eq!(parse_bytes(b"rule a \xe2\x82").errors[0].span, policyc_grammar::source::Span::new(7, 9));
}

/// The highest trees that parse are formatted, checked and dropped on a small stack.
#[test]
fn the_highest_trees_are_formatted() {
    let n = usize::from(MAX_DEPTH) - 2;
    let deep = [
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        format!("{}1{}", "[".repeat(n), "]".repeat(n)),
        format!("{}1{}", "{a: ".repeat(n), "}".repeat(n)),
        format!("{}x", "not ".repeat(n)),
        format!("{}x", "- ".repeat(n)),
        format!("x{}", " + x".repeat(n)),
        format!("x{}", " ?? x".repeat(n)),
        format!("x{}", ".f".repeat(n)),
        format!("x{}", "[0]".repeat(n)),
        format!("{}x{}", "f(".repeat(n), ")".repeat(n)),
        format!("{}x", "any a in b: ".repeat(n)),
        format!("x is {}int{}", "list<".repeat(n), ">".repeat(n)),
        format!("x is {}int{}", "{a: ".repeat(n), "}".repeat(n)),
        format!("{}x{}", "(x and ".repeat(n / 2), ")".repeat(n / 2)),
        format!("{}x{}", "count(a in b: ".repeat(n), ")".repeat(n)),
        // The parentheses that the formatter adds make the innermost sum one higher.
        format!("{}x{}", "(x ?? x + ".repeat(n / 2 - 1), ")".repeat(n / 2 - 1)),
    ];
    for condition in deep {
        let text = rule(&condition);
        let first: String = text.chars().skip(40).take(50).collect();
        assert_eq!(codes(&text), [], "{first}");
        let formatted = on_small_stack(|| policyc_grammar::format::format(&text));
        assert!(formatted.is_ok(), "{first}: {formatted:?}");
    }
}
