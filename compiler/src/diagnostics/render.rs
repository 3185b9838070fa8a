//! Diagnostics for people. In: a report, some of its diagnostics, a style. Out: text with excerpts of every file concerned (tool locks
//! included), help, notes, and a line that counts them. Drawn by ariadne, which nothing outside this file sees.
//!
//! Two things are done for ariadne: a place that runs over several lines is shown by its first line (bracketed blocks hide more than
//! they show), and control characters of the text are shown as symbols, so that a file cannot steer the terminal.

use super::excerpt::Excerpts;
use super::sources::{Sources, in_order};
use super::{Diagnostic, Level, Location};
use crate::report::Report;
use ariadne::{CharSet, Color, Config, IndexType, Label, ReportKind};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// ANSI colors.
    pub color: bool,
    /// ASCII instead of box-drawing characters.
    pub ascii: bool,
}

/// A place for ariadne: the file, and code points of its excerpt.
type At = (Arc<str>, std::ops::Range<usize>);

/// All diagnostics, in order of file and place, and their count at the end. Empty without diagnostics.
#[must_use]
pub fn render<'a>(
    report: &'a Report,
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    style: Style,
) -> String {
    let sorted = in_order(diagnostics);
    let sources = Sources::new(report);
    let mut excerpts = Excerpts::new(&sources);
    let mut out = String::new();
    for diagnostic in &sorted {
        draw(&mut excerpts, diagnostic, style, &mut out);
        out.push('\n');
    }
    if let Some(summary) = summary(sorted.iter().copied()) {
        out.push_str(&summary);
        out.push('\n');
    }
    out
}

/// `3 errors, 1 warning in 2 files`; none if there is nothing to count.
#[must_use]
pub fn summary<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> Option<String> {
    let mut counts = [(Level::Error, 0_usize), (Level::Warning, 0), (Level::Note, 0)];
    let mut files = BTreeSet::new();
    for diagnostic in diagnostics {
        files.insert(&*diagnostic.at.file);
        for (level, count) in &mut counts {
            *count += usize::from(*level == diagnostic.level);
        }
    }
    let parts: Vec<String> =
        counts.iter().filter(|(_, n)| *n > 0).map(|(level, n)| counted(*n, level.word())).collect();
    (!parts.is_empty()).then(|| format!("{} in {}", parts.join(", "), counted(files.len(), "file")))
}

/// `1 file`, `2 files`.
#[must_use]
pub fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// User text on a terminal: control and invisible characters as symbols, one for one; line ends stay.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { super::excerpt::shown(c) }).collect()
}

/// The same within a line: line ends are symbols, too, so that nothing in it can begin a line of its own.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(super::excerpt::shown).collect()
}

fn draw(excerpts: &mut Excerpts<'_, '_>, diagnostic: &Diagnostic, style: Style, out: &mut String) {
    let (kind, color, code) = match diagnostic.level {
        Level::Error => (ReportKind::Error, Color::Red, 31),
        Level::Warning => (ReportKind::Warning, Color::Yellow, 33),
        Level::Note => (ReportKind::Advice, Color::Cyan, 36),
    };
    let head = format!("{}[{}]", diagnostic.level.word(), diagnostic.code.name());
    let message = visible(&diagnostic.message);
    let _ = if style.color {
        writeln!(out, "\u{1b}[1;{code}m{head}\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m")
    } else {
        writeln!(out, "{head}: {message}")
    };
    let places =
        excerpts.select(std::iter::once(&diagnostic.at).chain(diagnostic.labels.iter().map(|l| &l.at)));
    let mut places = places.into_iter();
    let primary = places.next().flatten();
    let first: At = (diagnostic.at.file.clone(), primary.clone().unwrap_or(0..0));
    let config = Config::new()
        .with_color(style.color)
        .with_index_type(IndexType::Char)
        .with_char_set(if style.ascii { CharSet::Ascii } else { CharSet::Unicode });
    let mut report = ariadne::Report::build(kind, first.clone()).with_config(config);
    let mut labels = Vec::new();
    if primary.is_some() {
        let text = diagnostic.hint.as_deref().unwrap_or("here");
        labels.push((&diagnostic.at, Label::new(first).with_message(visible(text)).with_color(color)));
    }
    let mut notes = diagnostic.notes.clone();
    for (label, place) in diagnostic.labels.iter().zip(places) {
        match place {
            Some(range) => labels.push((
                &label.at,
                Label::new((label.at.file.clone(), range))
                    .with_message(visible(&label.message))
                    .with_color(Color::Blue),
            )),
            None => notes.push(format!("{}: {}", label.at.file, label.message)),
        }
    }
    // ariadne opens a new section whenever a label of the same file goes back, so they are given file by file and top down, the
    // diagnostic's own file first.
    labels.sort_by_key(|(at, _)| (at.file != diagnostic.at.file, (*at).clone()));
    let drawn = !labels.is_empty();
    report = report.with_labels(labels.into_iter().map(|(_, label)| label));
    if drawn {
        report.with_helps(diagnostic.help.iter().map(|text| visible(text)));
        report.with_notes(notes.iter().map(|text| visible(text)));
    }
    let mut drawing = Vec::new();
    // Writing to memory cannot fail.
    let _ = report.finish().write(excerpts, &mut drawing);
    // ariadne colors a head of other words than its own even without color, so its head is left out and ours stands.
    let drawing = String::from_utf8_lossy(&drawing);
    for line in drawing.lines().skip(1) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if !drawn {
        without_excerpt(&diagnostic.at, diagnostic.help.as_deref(), &notes, out);
    }
}

/// What follows the head of a diagnostic whose file has no text to show.
fn without_excerpt(at: &Location, help: Option<&str>, notes: &[String], out: &mut String) {
    let lines = std::iter::once(("File", &*at.file))
        .chain(help.map(|help| ("Help", help)))
        .chain(notes.iter().map(|note| ("Note", &**note)));
    for (prefix, text) in lines {
        let _ = writeln!(out, "  {prefix}: {}", visible(text));
    }
}
