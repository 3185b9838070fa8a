//! Regular expressions as this language reads them. In: the text between the slashes. Out: an expression over code points whose
//! classes, word boundaries and case folding are ASCII.
//!
//! regex-syntax has no such mixture (without its Unicode flag, `.` would match bytes), so the syntax tree is rewritten before
//! it is translated.

use super::{MAX_NESTING, PatternError};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Ast, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassSetRange,
    ClassSetUnion, Flag, Flags, FlagsItem, FlagsItemKind, Group, GroupKind, Literal, LiteralKind, Span,
};
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};
use std::sync::Arc;

/// How to read an expression.
#[derive(Debug)]
pub(super) struct Options {
    /// ASCII letters match in either case.
    pub(super) ignore_case: bool,
    /// `.` matches newlines.
    pub(super) dot_newline: bool,
}

/// Parses an expression; `source` is how messages name it.
pub(super) fn parse(pattern: &str, source: &Arc<str>, options: &Options) -> Result<Hir, PatternError> {
    let syntax = |reason: String| PatternError::Syntax { pattern: source.clone(), reason };
    let mut ast = ParserBuilder::new()
        .nest_limit(MAX_NESTING)
        .build()
        .parse(pattern)
        .map_err(|error| syntax(place(error.kind().to_string(), error.span())))?;
    Rewrite { ignore_case: options.ignore_case }
        .ast(&mut ast)
        .map_err(|InlineFlags| PatternError::InlineFlags(source.clone()))?;
    TranslatorBuilder::new()
        .utf8(true)
        .dot_matches_new_line(options.dot_newline)
        .build()
        .translate(pattern, &ast)
        .map_err(|error| syntax(place(error.kind().to_string(), error.span())))
}

fn place(reason: String, span: &Span) -> String {
    format!("{reason} (at character {})", span.start.column)
}

/// One character, in either case if it is an ASCII letter.
pub(super) fn either_case(letter: char) -> Hir {
    let ranges = cases(letter).map(|letter| ClassUnicodeRange::new(letter, letter));
    Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
}

fn cases(letter: char) -> [char; 2] {
    [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()]
}

struct InlineFlags;

struct Rewrite {
    ignore_case: bool,
}

impl Rewrite {
    /// Recursion is bounded by the parser's nesting limit.
    fn ast(&self, ast: &mut Ast) -> Result<(), InlineFlags> {
        match ast {
            Ast::Flags(_) => return Err(InlineFlags),
            Ast::Literal(literal) if self.ignore_case && literal.c.is_ascii_alphabetic() => {
                let set = letters(literal);
                *ast = Ast::class_bracketed(bracketed(set, false, literal_span(ast)));
            }
            Ast::ClassPerl(class) => *ast = Ast::class_bracketed(perl(class)),
            Ast::ClassBracketed(class) => self.class(class),
            Ast::Assertion(assertion) => {
                let span = assertion.span;
                let boundary = core::mem::replace(ast, Ast::empty(span));
                *ast = ascii(boundary, span);
            }
            Ast::Repetition(repetition) => self.ast(&mut repetition.ast)?,
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &group.kind
                    && !flags.items.is_empty()
                {
                    return Err(InlineFlags);
                }
                self.ast(&mut group.ast)?;
            }
            Ast::Alternation(alternation) => alternation.asts.iter_mut().try_for_each(|ast| self.ast(ast))?,
            Ast::Concat(concat) => concat.asts.iter_mut().try_for_each(|ast| self.ast(ast))?,
            Ast::Empty(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::ClassUnicode(_) => {}
        }
        Ok(())
    }

    fn class(&self, class: &mut ClassBracketed) {
        self.set(&mut class.kind);
    }

    fn set(&self, set: &mut ClassSet) {
        match set {
            ClassSet::Item(item) => self.item(item),
            ClassSet::BinaryOp(operation) => {
                self.set(&mut operation.lhs);
                self.set(&mut operation.rhs);
            }
        }
    }

    fn item(&self, item: &mut ClassSetItem) {
        match item {
            ClassSetItem::Perl(class) => *item = ClassSetItem::Bracketed(Box::new(perl(class))),
            ClassSetItem::Bracketed(class) => self.class(class),
            ClassSetItem::Union(union) => union.items.iter_mut().for_each(|item| self.item(item)),
            ClassSetItem::Literal(literal) if self.ignore_case && literal.c.is_ascii_alphabetic() => {
                *item = ClassSetItem::Union(letters(literal));
            }
            ClassSetItem::Range(range) if self.ignore_case => *item = ClassSetItem::Union(both_cases(range)),
            ClassSetItem::Ascii(class) if self.ignore_case => {
                if matches!(class.kind, ClassAsciiKind::Lower | ClassAsciiKind::Upper) {
                    class.kind = ClassAsciiKind::Alpha;
                }
            }
            ClassSetItem::Empty(_)
            | ClassSetItem::Literal(_)
            | ClassSetItem::Range(_)
            | ClassSetItem::Ascii(_)
            | ClassSetItem::Unicode(_) => {}
        }
    }
}

fn literal_span(ast: &Ast) -> Span {
    *ast.span()
}

fn verbatim(span: Span, c: char) -> Literal {
    Literal { span, kind: LiteralKind::Verbatim, c }
}

/// Both cases of a letter.
fn letters(literal: &Literal) -> ClassSetUnion {
    let items = cases(literal.c).map(|c| ClassSetItem::Literal(verbatim(literal.span, c)));
    ClassSetUnion { span: literal.span, items: items.into() }
}

/// A range, and what its ASCII letters are in the other case.
fn both_cases(range: &ClassSetRange) -> ClassSetUnion {
    let mut items = vec![ClassSetItem::Range(range.clone())];
    for (from, to, other) in [('a', 'z', 'A'), ('A', 'Z', 'a')] {
        let (start, end) = (range.start.c.max(from), range.end.c.min(to));
        if start <= end {
            let shifted = |letter: char| {
                let letter =
                    if other == 'A' { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
                verbatim(range.span, letter)
            };
            items.push(ClassSetItem::Range(ClassSetRange {
                span: range.span,
                start: shifted(start),
                end: shifted(end),
            }));
        }
    }
    ClassSetUnion { span: range.span, items }
}

/// `\d`, `\s`, `\w` and their negations, over code points, with ASCII members.
fn perl(class: &ClassPerl) -> ClassBracketed {
    let span = class.span;
    let ranges: &[(char, char)] = match class.kind {
        ClassPerlKind::Digit => &[('0', '9')],
        ClassPerlKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
    };
    let items = ranges.iter().map(|(start, end)| {
        let (start, end) = (verbatim(span, *start), verbatim(span, *end));
        ClassSetItem::Range(ClassSetRange { span, start, end })
    });
    bracketed(ClassSetUnion { span, items: items.collect() }, class.negated, span)
}

fn bracketed(set: ClassSetUnion, negated: bool, span: Span) -> ClassBracketed {
    ClassBracketed { span, negated, kind: ClassSet::union(set) }
}

/// `(?-u:…)`: a word boundary counts ASCII letters, digits and `_`.
fn ascii(assertion: Ast, span: Span) -> Ast {
    let items = [FlagsItemKind::Negation, FlagsItemKind::Flag(Flag::Unicode)];
    let flags = Flags { span, items: items.map(|kind| FlagsItem { span, kind }).into() };
    Ast::group(Group { span, kind: GroupKind::NonCapturing(flags), ast: Box::new(assertion) })
}
