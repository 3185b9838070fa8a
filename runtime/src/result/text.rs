//! One text. In: the text and the redactions that hold. Out: the text with what was found replaced, or nothing if nothing was found.
//!
//! What is found in any form of the text is replaced in the text itself. Should the new text match again (what is left stands next to
//! a marker, or closes up over an empty one), all of it is replaced; should even the marker match, nothing can be shown.

use super::Failure;
use super::forms::{forms, origin};
use super::report::{Place, Report};
use super::rules::{Active, Rule, Who};
use crate::pattern::Work;
use crate::program::Caps;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// A part of a text to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) part: Range<usize>,
    pub(super) who: Who,
}

/// A text in which something was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) text: String,
    /// The first of those that replaced something.
    pub(super) who: Who,
}

/// What all steps of one pass share.
#[derive(Debug)]
pub(super) struct Pass<'r> {
    pub(super) active: &'r Active<'r>,
    pub(super) work: &'r mut Work,
    pub(super) report: Report,
    /// Bytes that new text may still take.
    pub(super) room: usize,
    /// Bounds on the answer, and on JSON in it.
    pub(super) caps: Caps,
}

impl Pass<'_> {
    /// The parts of `text` that patterns of any redaction find, in no order.
    pub(super) fn find(&mut self, text: &str) -> Result<Vec<Hit>, Failure> {
        let mut hits = Vec::new();
        if self.active.rules.iter().all(|rule| rule.patterns.is_empty()) {
            return Ok(hits);
        }
        let mut parts = Vec::new();
        for form in forms(text) {
            for (who, rule) in self.active.rules.iter().enumerate() {
                for pattern in rule.patterns.iter().filter_map(|id| self.active.redactor.patterns.get(id)) {
                    parts.clear();
                    pattern.find(&form.bytes, self.work, &mut parts)?;
                    hits.extend(parts.drain(..).map(|part| Hit { part: origin(&form, part, text), who }));
                }
            }
        }
        Ok(hits)
    }

    /// The text with what is found replaced; `None` if nothing is.
    pub(super) fn redact(&mut self, text: &str, place: impl Fn() -> Place) -> Result<Option<Edit>, Failure> {
        let hits = self.find(text)?;
        self.replace(text, hits, place)
    }

    /// The text with these parts replaced; `None` if there are none.
    pub(super) fn replace(
        &mut self,
        text: &str,
        mut hits: Vec<Hit>,
        place: impl Fn() -> Place,
    ) -> Result<Option<Edit>, Failure> {
        let Some(who) = hits.iter().map(|hit| hit.who).min() else { return Ok(None) };
        self.tell(&hits, place);
        hits.sort_by_key(|hit| (hit.part.start, hit.part.end, hit.who));
        let mut new = String::new();
        let mut copied = 0;
        for Hit { part, who } in united(hits) {
            new.push_str(text.get(copied..part.start).unwrap_or_default());
            new.push_str(self.active.marker(who));
            self.fits(new.len())?;
            copied = part.end;
        }
        new.push_str(text.get(copied..).unwrap_or_default());
        if !self.find(&new)?.is_empty() {
            new = self.marked(who)?;
        }
        self.take(new.len())?;
        Ok(Some(Edit { text: new, who }))
    }

    /// The marker alone.
    pub(super) fn marked(&mut self, who: Who) -> Result<String, Failure> {
        let marker = self.active.marker(who);
        self.fits(marker.len())?;
        self.safe(marker)
    }

    /// A text in which nothing may be found.
    pub(super) fn safe(&mut self, text: &str) -> Result<String, Failure> {
        if self.find(text)?.is_empty() { Ok(text.into()) } else { Err(Failure::Unsettled) }
    }

    fn fits(&self, len: usize) -> Result<(), Failure> {
        if len > self.room { Err(Failure::TooLarge) } else { Ok(()) }
    }

    /// Takes the room of new text.
    pub(super) fn take(&mut self, len: usize) -> Result<(), Failure> {
        self.room = self.room.checked_sub(len).ok_or(Failure::TooLarge)?;
        Ok(())
    }

    /// Counts something that all of these redactions take out as a whole.
    pub(super) fn replaced(&mut self, by: impl Fn(&Rule) -> bool, count: u64, place: &Place) {
        for (who, rule) in self.active.rules.iter().enumerate() {
            if by(rule) {
                self.report.add(who, count, || place.clone());
            }
        }
    }

    /// Counts what each redaction found: parts that overlap are one.
    pub(super) fn tell(&mut self, hits: &[Hit], place: impl Fn() -> Place) {
        for who in 0..self.active.rules.len() {
            let mut own: Vec<Hit> = hits.iter().filter(|hit| hit.who == who).cloned().collect();
            if own.is_empty() {
                continue;
            }
            own.sort_by_key(|hit| (hit.part.start, hit.part.end));
            let count = u64::try_from(united(own).len()).unwrap_or(u64::MAX);
            self.report.found = self.report.found.saturating_add(count);
            self.report.add(who, count, &place);
        }
    }
}

/// Unites hits, which are sorted, where they touch (semantics.md 17).
fn united(hits: Vec<Hit>) -> Vec<Hit> {
    let mut out: Vec<Hit> = Vec::new();
    for hit in hits {
        match out.last_mut() {
            Some(last) if last.part.end >= hit.part.start => {
                last.part.end = last.part.end.max(hit.part.end);
                last.who = last.who.min(hit.who);
            }
            _ => out.push(hit),
        }
    }
    out
}
