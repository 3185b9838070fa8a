//! The texts that diagnostics point into. In: a report's files. Out: [`Sources`]: a path's text and the lines and columns of a place.

use super::positions::{Position, Positions};
use super::{Diagnostic, Location};
use crate::report::{FileText, Report};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A place in lines and columns; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceSpan {
    /// The first code point.
    pub start: Position,
    /// One past the last.
    pub end: Position,
}

/// Texts by path, each indexed when first asked for.
#[derive(Debug)]
pub struct Sources<'a>(BTreeMap<&'a str, (&'a FileText, OnceCell<Positions<'a>>)>);

impl<'a> Sources<'a> {
    /// The files of a report.
    #[must_use]
    pub fn new(report: &'a Report) -> Self {
        Self(report.files.iter().map(|file| (&*file.path, (file, OnceCell::new()))).collect())
    }

    /// The index of a file; none if it could not be read.
    #[must_use]
    pub fn positions(&self, path: &str) -> Option<&Positions<'a>> {
        let (file, index) = self.0.get(path)?;
        Some(index.get_or_init(|| Positions::new(&file.text)))
    }

    /// Lines and columns of a place. In a file that could not be read everything is at its beginning.
    #[must_use]
    pub fn place(&self, at: &Location) -> PlaceSpan {
        self.positions(&at.file).map_or_else(
            || PlaceSpan { start: Position { line: 1, column: 1 }, end: Position { line: 1, column: 1 } },
            |index| PlaceSpan {
                start: index.at(at.span.start),
                end: index.at(at.span.end.max(at.span.start)),
            },
        )
    }
}

/// The order in which diagnostics are told: file, place, level, code, message.
#[must_use]
pub fn in_order<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<&'d Diagnostic> {
    let mut sorted: Vec<_> = diagnostics.into_iter().collect();
    sorted.sort_by(|a, b| {
        (&a.at, a.level, a.code, &a.message).cmp(&(&b.at, b.level, b.code, &b.message)).then_with(|| a.cmp(b))
    });
    sorted
}
