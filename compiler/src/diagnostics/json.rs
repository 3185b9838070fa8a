//! Diagnostics for programs. In: a report and some of its diagnostics. Out: a JSON array, one object per diagnostic.
//!
//! ```json
//! [{ "code": "E0301", "slug": "unknown_field", "severity": "error", "message": "…", "file": "support.policy",
//!    "span": { "start": 120, "end": 126, "line": 7, "column": 14, "end_line": 7, "end_column": 20 },
//!    "hint": null, "labels": [{ "file": "…", "span": { … }, "message": "…" }], "notes": [], "help": "…", "fix": "amount" }]
//! ```
//! `start` and `end` are bytes, half-open, from 0; lines and columns count from 1, columns in code points, the end exclusive.

use super::sources::{Sources, in_order};
use super::{Diagnostic, Location};
use crate::report::Report;
use serde::Serialize;

/// A diagnostic's twin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonDiagnostic<'a> {
    /// `E0301`.
    pub code: &'a str,
    /// `unknown_field`.
    pub slug: &'a str,
    /// `error`, `warning` or `note`.
    pub severity: &'a str,
    /// What is wrong, on one line.
    pub message: &'a str,
    /// The file as it was named.
    pub file: &'a str,
    /// Where in it.
    pub span: JsonSpan,
    /// What stands at the place.
    pub hint: Option<&'a str>,
    /// Other places.
    pub labels: Vec<JsonLabel<'a>>,
    /// Further facts.
    pub notes: &'a [String],
    /// What to do.
    pub help: Option<&'a str>,
    /// Text that would mend the place.
    pub fix: Option<&'a str>,
}

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JsonSpan {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first code point.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Its column, exclusive.
    pub end_column: u32,
}

/// Another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonLabel<'a> {
    /// Its file.
    pub file: &'a str,
    /// Where in it.
    pub span: JsonSpan,
    /// What it has to do with the matter.
    pub message: &'a str,
}

/// The span of a place, as JSON carries it.
#[must_use]
pub fn json_span(sources: &Sources<'_>, at: &Location) -> JsonSpan {
    let place = sources.place(at);
    JsonSpan {
        start: at.span.start,
        end: at.span.end,
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    }
}

/// The twins of some diagnostics, in order.
#[must_use]
pub fn to_json<'a>(
    report: &'a Report,
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
) -> Vec<JsonDiagnostic<'a>> {
    let sources = Sources::new(report);
    in_order(diagnostics).into_iter().map(|diagnostic| twin(&sources, diagnostic)).collect()
}

fn twin<'a>(sources: &Sources<'a>, diagnostic: &'a Diagnostic) -> JsonDiagnostic<'a> {
    JsonDiagnostic {
        code: diagnostic.code.name(),
        slug: diagnostic.code.slug(),
        severity: diagnostic.level.word(),
        message: &diagnostic.message,
        file: &diagnostic.at.file,
        span: json_span(sources, &diagnostic.at),
        hint: diagnostic.hint.as_deref(),
        labels: diagnostic
            .labels
            .iter()
            .map(|label| JsonLabel {
                file: &label.at.file,
                span: json_span(sources, &label.at),
                message: &label.message,
            })
            .collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_deref(),
    }
}
