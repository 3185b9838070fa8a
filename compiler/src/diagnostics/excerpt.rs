//! What of a file is drawn under a diagnostic. In: places. Out: ariadne sources in which one code point of the drawn text stands for
//! one of the file, and the places as ranges of them.
//!
//! A file whose lines are short is prepared once and shared by all diagnostics. A place on a very long line (a minified lock) gets a
//! source of its own in which the line is cut around the place.

use super::Location;
use super::positions::Positions;
use super::sources::Sources;
use ariadne::{Cache, Source};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Lines of more bytes than this are cut.
const LONG: u32 = 400;
/// Bytes kept before and after a place on a long line.
const AROUND: u32 = 60;
/// Lines that may be prepared for single diagnostics, over a whole rendering; beyond, places on long lines are named without an excerpt.
const LINES: usize = 20_000_000;

/// The excerpts of one rendering.
pub(super) struct Excerpts<'s, 'a> {
    sources: &'s Sources<'a>,
    /// Prepared whole files.
    whole: BTreeMap<Arc<str>, Source<String>>,
    /// Sources of the diagnostic being drawn, where lines had to be cut.
    cut: BTreeMap<Arc<str>, Source<String>>,
    /// Lines still to be prepared for single diagnostics.
    lines_left: usize,
}

impl<'s, 'a> Excerpts<'s, 'a> {
    pub(super) const fn new(sources: &'s Sources<'a>) -> Self {
        Self { sources, whole: BTreeMap::new(), cut: BTreeMap::new(), lines_left: LINES }
    }

    /// Prepares the files of one diagnostic; the range of each place in its file's source, or none where there is nothing to show.
    pub(super) fn select<'l>(
        &mut self,
        places: impl Iterator<Item = &'l Location> + Clone,
    ) -> Vec<Option<Range<usize>>> {
        self.cut.clear();
        let mut by_file: BTreeMap<&Arc<str>, Vec<&Location>> = BTreeMap::new();
        for at in places.clone() {
            by_file.entry(&at.file).or_default().push(at);
        }
        let mut ranges = BTreeMap::new();
        for (file, places) in by_file {
            let Some(index) = self.sources.positions(file) else { continue };
            let lines: Vec<Line> = places.iter().map(|at| Line::of(index, at)).collect();
            if lines.iter().all(|line| line.end - line.start <= LONG) {
                if !self.whole.contains_key(file) {
                    self.whole.insert(file.clone(), Source::from(drawn(index.text())));
                }
                ranges.extend(places.iter().zip(&lines).map(|(at, line)| (*at, line.whole(index))));
            } else if let Some(last) = lines.iter().map(|line| line.number).max()
                && let Some(left) = self.lines_left.checked_sub(last + 1)
            {
                self.lines_left = left;
                let (source, found) = cut_lines(index, &lines, last);
                self.cut.insert(file.clone(), source);
                ranges.extend(places.iter().copied().zip(found));
            }
        }
        places.map(|at| ranges.get(at).cloned()).collect()
    }
}

impl Cache<Arc<str>> for Excerpts<'_, '_> {
    type Storage = String;

    fn fetch(&mut self, file: &Arc<str>) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.cut.get(file).or_else(|| self.whole.get(file)).ok_or("no text")
    }

    fn display<'d>(&self, file: &'d Arc<str>) -> Option<impl std::fmt::Display + 'd> {
        Some(file)
    }
}

/// The line that a place is shown on.
struct Line {
    /// Counted from 0.
    number: usize,
    /// Its bytes, without the line end.
    start: u32,
    end: u32,
    /// The part of the place on it.
    from: u32,
    to: u32,
}

impl Line {
    fn of(index: &Positions<'_>, at: &Location) -> Self {
        let from = index.floor(at.span.start);
        let number = index.line_index(from);
        let (start, end) = index.line_span(number);
        // A place may begin at the line end itself (`\r\n`), behind what is shown.
        let from = from.min(end);
        let to = index.floor(at.span.end).clamp(from, end);
        Self { number, start, end, from, to }
    }

    fn whole(&self, index: &Positions<'_>) -> Range<usize> {
        index.chars_before(self.from) as usize..index.chars_before(self.to) as usize
    }
}

/// A source with the given lines cut around their places, and empty lines before and between, so that line numbers stay.
fn cut_lines(index: &Positions<'_>, lines: &[Line], last: usize) -> (Source<String>, Vec<Range<usize>>) {
    let mut windows: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for line in lines {
        let from = index.floor(line.from.saturating_sub(AROUND)).max(line.start);
        let to = index.floor(line.to.min(line.from + LONG).saturating_add(AROUND).min(line.end)).max(from);
        let window = windows.entry(line.number).or_insert((from, to));
        // Places far apart on one line: only the first one's surroundings are kept.
        if to.max(window.1) - from.min(window.0) <= LONG {
            *window = (from.min(window.0), to.max(window.1));
        }
    }
    let mut text = String::new();
    let mut starts = BTreeMap::new();
    let mut count = 0;
    for number in 0..=last {
        if let Some((from, to)) = windows.get(&number) {
            let (start, end) = index.line_span(number);
            let piece = index.text().get(*from as usize..*to as usize).unwrap_or_default();
            let before = if *from > start { "… " } else { "" };
            let after = if *to < end { " …" } else { "" };
            let line = format!("{before}{}{after}", drawn(piece));
            starts.insert(number, count + before.chars().count());
            count += line.chars().count();
            text.push_str(&line);
        }
        text.push('\n');
        count += 1;
    }
    let place = |line: &Line| {
        let (from, to) = windows.get(&line.number).copied().unwrap_or_default();
        let base = starts.get(&line.number).copied().unwrap_or_default();
        let at = |offset: u32| {
            base + (index.chars_before(offset.clamp(from, to)) - index.chars_before(from)) as usize
        };
        at(line.from)..at(line.to)
    };
    let ranges = lines.iter().map(place).collect();
    (Source::from(text), ranges)
}

/// Text as it is drawn: what would move the cursor or hide is shown as a symbol, one for one; tabs and line ends stay.
fn drawn(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let line_end = c == '\n' || c == '\r' && chars.peek() == Some(&'\n');
        out.push(if line_end { c } else { shown(c) });
    }
    out
}

/// The symbol for a control or invisible character; other characters and tabs stand for themselves.
pub(crate) fn shown(c: char) -> char {
    match c {
        '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        _ => c,
    }
}
