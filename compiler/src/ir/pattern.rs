//! Patterns to what the VM runs: byte compares where that is all they say, anchored automata otherwise.
//!
//! In: a [`Pattern`] as an author wrote it, or a JSON Schema `pattern`. Out: [`Compiled`], or [`PatternError`] in words for
//! the author. Pure: the same pattern always compiles to the same bytes.
//!
//! Meaning (semantics.md 29): `.` is any code point, newline included; `\d \w \s` and `\b` are ASCII; `^` and `$` are the ends
//! of the text; flag `i` concerns ASCII letters. In a schema's `pattern`, which is not the author's, `.` excludes the newline.

mod automaton;
mod glob;
mod reach;
mod regex;

use crate::typed::{Pattern, PatternKind};
pub(crate) use reach::Read;
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::sync::Arc;

/// Largest automaton, and most memory while one is built, in bytes.
pub const MAX_AUTOMATON: usize = 1 << 20;
/// Deepest nesting of groups, repetitions and classes.
const MAX_NESTING: u32 = 100;

/// A pattern, ready for the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Compiled {
    /// As it is written in a policy: `like "a*"`, `/a.*/i`.
    pub source: Arc<str>,
    /// How it is run.
    pub shape: Shape,
}

/// How a pattern is run; the text forms of `runtime::program::pool::PatternShape`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// The whole text equals.
    Exact(Arc<str>),
    /// The text starts with.
    Prefix(Arc<str>),
    /// The text ends with.
    Suffix(Arc<str>),
    /// The text contains.
    Contains(Arc<str>),
    /// Starts with the first, ends with the second, without overlap.
    PrefixSuffix(Arc<str>, Arc<str>),
    /// A serialized sparse automaton, anchored at the start.
    Automaton(Arc<[u8]>),
}

/// Why a pattern cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not a regular expression.
    #[error("`{pattern}` is no regular expression: {reason}")]
    Syntax {
        /// The pattern.
        pattern: Arc<str>,
        /// What is wrong, and where.
        reason: String,
    },
    /// Flags inside the pattern.
    #[error("`{0}` sets flags inside the pattern; write them after the closing slash, as in `/…/i`")]
    InlineFlags(Arc<str>),
    /// A feature that no automaton has.
    #[error("`{pattern}` cannot run in linear time: {reason}")]
    Unsupported {
        /// The pattern.
        pattern: Arc<str>,
        /// The feature.
        reason: String,
    },
    /// The automaton would be too large.
    #[error(
        "`{pattern}` needs more than {limit} bytes as an automaton; bound its repetitions more tightly, or test the length with `length(…)`"
    )]
    TooLarge {
        /// The pattern.
        pattern: Arc<str>,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A pattern of a redaction that matches where nothing is.
    #[error("`{0}` matches empty text, of which nothing can be redacted; ask for at least one character")]
    MatchesEmpty(Arc<str>),
    /// `**` in a `like` that is not of a path.
    #[error("`**` in `{0}` means nothing more than `*`; only `path(…) like` tells them apart")]
    DoubleStar(Arc<str>),
}

impl Compiled {
    /// The pattern matches `text`, exactly as the VM would say.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Exact(whole) => text == &**whole,
            Shape::Prefix(prefix) => text.starts_with(&**prefix),
            Shape::Suffix(suffix) => text.ends_with(&**suffix),
            Shape::Contains(part) => text.contains(&**part),
            Shape::PrefixSuffix(prefix, suffix) => {
                text.strip_prefix(&**prefix).is_some_and(|rest| rest.ends_with(&**suffix))
            }
            Shape::Automaton(bytes) => automaton::is_match(bytes, text),
        }
    }
}

/// Compiles a pattern of a policy.
///
/// # Errors
/// The pattern's own mistakes, each in one line for its author.
pub fn compile(pattern: &Pattern) -> Result<Compiled, PatternError> {
    let read = read(pattern)?;
    let source = spelled(pattern);
    let shape = shape(read.hir, read.whole, &source)?;
    Ok(Compiled { source, shape })
}

/// Compiles a pattern of a policy to what redaction takes out of a text: every place where it matches, not only whether it does
/// (`runtime::program::redact::PatternId`). A `finds` pattern stands for the places, any other for the whole text.
///
/// # Errors
/// As [`compile`]; also a pattern that matches empty text, of which nothing can be taken out.
pub fn compile_found(pattern: &Pattern) -> Result<Compiled, PatternError> {
    let Read { hir, whole } = read(pattern)?;
    let source = spelled(pattern);
    if hir.properties().minimum_len() == Some(0) {
        return Err(PatternError::MatchesEmpty(source));
    }
    let literal = match hir.kind() {
        HirKind::Literal(literal) if !whole => core::str::from_utf8(&literal.0).ok(),
        _ => None,
    };
    let shape = match literal {
        Some(text) => Shape::Contains(text.into()),
        None => Shape::Automaton(automaton::build_found(hir, whole, &source)?),
    };
    Ok(Compiled { source, shape })
}

/// A text as a regular expression that finds it.
pub(crate) fn quoted(text: &str) -> String {
    regex_syntax::escape(text)
}

/// Whether a pattern is found anywhere in a text.
pub(crate) fn finds(pattern: &Pattern, text: &str) -> bool {
    let pattern = Pattern { kind: PatternKind::Finds, ..pattern.clone() };
    compile(&pattern).is_ok_and(|compiled| compiled.is_match(text))
}

/// Reads a pattern of a policy, without making it an automaton.
///
/// # Errors
/// As [`compile`], save that a pattern may still be too large.
pub(crate) fn read(pattern: &Pattern) -> Result<Read, PatternError> {
    let hir = match pattern.kind {
        PatternKind::Like => glob::text(&pattern.source, pattern.ignore_case)?,
        PatternKind::PathLike => glob::path(&pattern.source, pattern.ignore_case),
        PatternKind::Matches | PatternKind::Finds => {
            let options = regex::Options { ignore_case: pattern.ignore_case, dot_newline: true };
            regex::parse(&pattern.source, &spelled(pattern), &options)?
        }
    };
    Ok(Read { hir, whole: pattern.kind != PatternKind::Finds })
}

/// Reads a JSON Schema `pattern`; `None` if this language cannot.
pub(crate) fn read_schema(pattern: &Arc<str>) -> Option<Read> {
    let options = regex::Options { ignore_case: false, dot_newline: false };
    let hir = regex::parse(pattern, pattern, &options).ok()?;
    Some(Read { hir, whole: false })
}

/// Compiles a JSON Schema `pattern`: found anywhere in the text.
///
/// # Errors
/// As [`compile`]; the caller drops the constraint and says so.
pub fn compile_schema(pattern: &Arc<str>) -> Result<Compiled, PatternError> {
    let hir = regex::parse(pattern, pattern, &regex::Options { ignore_case: false, dot_newline: false })?;
    Ok(Compiled { source: pattern.clone(), shape: shape(hir, false, pattern)? })
}

/// The pattern as its author writes it.
pub(crate) fn spelled(pattern: &Pattern) -> Arc<str> {
    let flag = if pattern.ignore_case { "i" } else { "" };
    match pattern.kind {
        PatternKind::Like | PatternKind::PathLike => pattern.source.clone(),
        PatternKind::Matches | PatternKind::Finds => format!("/{}/{flag}", pattern.source).into(),
    }
}

/// A piece of a pattern that byte compares can run.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Arc<str>),
    Anything,
}

/// Byte compares if they say the same, else an automaton.
fn shape(hir: Hir, whole: bool, source: &Arc<str>) -> Result<Shape, PatternError> {
    match pieces(&hir, whole).as_deref().and_then(simple) {
        Some(shape) => Ok(shape),
        None => automaton::build(hir, whole, source).map(Shape::Automaton),
    }
}

fn simple(pieces: &[Piece]) -> Option<Shape> {
    use Piece::{Anything, Text};
    match pieces {
        [] => Some(Shape::Exact(Arc::from(""))),
        [Text(text)] => Some(Shape::Exact(text.clone())),
        [Anything] => Some(Shape::Prefix(Arc::from(""))),
        [Text(text), Anything] => Some(Shape::Prefix(text.clone())),
        [Anything, Text(text)] => Some(Shape::Suffix(text.clone())),
        [Anything, Text(text), Anything] => Some(Shape::Contains(text.clone())),
        [Text(prefix), Anything, Text(suffix)] => Some(Shape::PrefixSuffix(prefix.clone(), suffix.clone())),
        _ => None,
    }
}

/// The pattern as literals and `.*`, over the whole text; `None` if there is more to it.
fn pieces(hir: &Hir, whole: bool) -> Option<Vec<Piece>> {
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => core::slice::from_ref(hir),
    };
    let start = parts.first().is_some_and(|part| *part.kind() == HirKind::Look(Look::Start));
    let end = parts.last().is_some_and(|part| *part.kind() == HirKind::Look(Look::End));
    let inner = parts.get(usize::from(start)..)?;
    let inner = inner.get(..inner.len().saturating_sub(usize::from(end && !inner.is_empty())))?;
    let mut pieces = Vec::new();
    if !whole && !start {
        pieces.push(Piece::Anything);
    }
    for part in inner {
        match part.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                pieces.push(Piece::Text(core::str::from_utf8(&literal.0).ok()?.into()))
            }
            HirKind::Repetition(repetition) if is_anything(repetition) => pieces.push(Piece::Anything),
            _ => return None,
        }
    }
    if !whole && !end {
        pieces.push(Piece::Anything);
    }
    pieces.dedup_by(|next, previous| *next == Piece::Anything && *previous == Piece::Anything);
    Some(pieces)
}

fn is_anything(repetition: &regex_syntax::hir::Repetition) -> bool {
    let any = match repetition.sub.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().first().is_some_and(|range| range.start() == '\0' && range.end() == char::MAX)
        }
        _ => false,
    };
    any && repetition.min == 0 && repetition.max.is_none()
}

#[cfg(test)]
mod tests;
