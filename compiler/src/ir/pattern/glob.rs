//! Globs to expressions (semantics.md 29). In: the text of a `like`. Out: an expression that stands for the whole text.
//!
//! `*` is any text and `?` one code point; nothing else is special. Of a path, both stay within a segment, and `**` as a whole
//! segment is any number of segments, none included: `src/**` does not match `src`, `src/**/x` matches `src/x`.
//! (The globset crate, which serves as the oracle of the tests, reads bytes where this language reads code points.)

use super::{PatternError, regex};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Repetition};
use std::sync::Arc;

/// A glob over any text.
pub(super) fn text(source: &Arc<str>, ignore_case: bool) -> Result<Hir, PatternError> {
    if source.contains("**") {
        return Err(PatternError::DoubleStar(source.clone()));
    }
    let any = || Hir::dot(Dot::AnyChar);
    Ok(Hir::concat(wildcards(source, ignore_case, &any)))
}

/// A glob over a path.
pub(super) fn path(source: &str, ignore_case: bool) -> Hir {
    let segments: Vec<&str> = source.split('/').collect();
    let last = segments.len().saturating_sub(1);
    let mut parts = Vec::new();
    // Whether the slash before the next segment is already part of what was written.
    let mut slash_written = true;
    for (index, segment) in segments.iter().enumerate() {
        let deep = *segment == "**";
        if deep && index > 0 && !slash_written && index < last {
            // `a/**/b`: one slash, or two with anything between them.
            parts.push(Hir::alternation(vec![literal("/"), between()]));
            slash_written = true;
            continue;
        }
        if !slash_written {
            parts.push(literal("/"));
        }
        slash_written = false;
        match (deep, index == last) {
            (true, true) => parts.push(star(Hir::dot(Dot::AnyChar))),
            (true, false) => {
                // `**/b` at the start, or after another `**`.
                let deeper = Hir::concat(vec![star(Hir::dot(Dot::AnyChar)), literal("/")]);
                parts.push(Hir::alternation(vec![Hir::empty(), literal("/"), deeper]));
                slash_written = true;
            }
            (false, _) => parts.extend(wildcards(segment, ignore_case, &within_segment)),
        }
    }
    Hir::concat(parts)
}

/// `/.*/`
fn between() -> Hir {
    Hir::concat(vec![literal("/"), star(Hir::dot(Dot::AnyChar)), literal("/")])
}

/// Literals, `*` and `?` over the given characters.
fn wildcards(source: &str, ignore_case: bool, any: &dyn Fn() -> Hir) -> Vec<Hir> {
    let mut parts = Vec::new();
    for piece in source.split_inclusive(['*', '?']) {
        let (text, wildcard) = match (piece.strip_suffix('*'), piece.strip_suffix('?')) {
            (Some(text), _) => (text, Some(star(any()))),
            (_, Some(text)) => (text, Some(any())),
            (None, None) => (piece, None),
        };
        if ignore_case {
            parts.extend(text.chars().map(regex::either_case));
        } else if !text.is_empty() {
            parts.push(literal(text));
        }
        parts.extend(wildcard);
    }
    parts
}

fn within_segment() -> Hir {
    let ranges = [ClassUnicodeRange::new('\0', '.'), ClassUnicodeRange::new('0', char::MAX)];
    Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
}

fn literal(text: &str) -> Hir {
    Hir::literal(text.as_bytes())
}

fn star(sub: Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(sub) })
}
