//! Diagnostics as GitHub Actions workflow commands. In: a report and some of its diagnostics. Out: one `::error …::…` line each, which
//! GitHub shows beside the changed line. Escapes: GitHub's toolkit, `core.ExportVariable` and `command.ts` (`%`, CR, LF; in properties
//! also `:` and `,`). Control and invisible characters are shown as symbols: a log is read on a terminal, too.

use super::render::{one_line, visible};
use super::sources::{PlaceSpan, Sources, in_order};
use super::{Diagnostic, Level};
use crate::report::Report;
use std::fmt::Write as _;

/// Annotations, one line per diagnostic.
#[must_use]
pub fn github<'a>(report: &'a Report, diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let sources = Sources::new(report);
    let mut out = String::new();
    for diagnostic in in_order(diagnostics) {
        let title = format!("{} {}", diagnostic.code.name(), diagnostic.code.slug());
        let mut message = diagnostic.message.clone();
        for line in diagnostic.notes.iter().chain(&diagnostic.help) {
            message.push('\n');
            message.push_str(line);
        }
        let level = match diagnostic.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        annotation(
            &mut out,
            level,
            &diagnostic.at.file,
            Some(sources.place(&diagnostic.at)),
            &title,
            &message,
        );
    }
    out
}

/// Appends one annotation line. `level` is `error`, `warning` or `notice`.
pub fn annotation(
    out: &mut String,
    level: &str,
    file: &str,
    place: Option<PlaceSpan>,
    title: &str,
    message: &str,
) {
    let _ = write!(out, "::{level} file={}", property(file));
    if let Some(PlaceSpan { start, end }) = place {
        let _ = write!(out, ",line={},endLine={}", start.line, end.line);
        // GitHub takes columns only for places within one line.
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let _ = writeln!(out, ",title={}::{}", property(title), data(message));
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}
