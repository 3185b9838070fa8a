//! The texts of a result. In: texts in their order, and the structure that they may repeat. Out: the texts that the agent sees.
//!
//! Text that parses as JSON is redacted as JSON and stays as it is where nothing is found. With paths it is regenerated, and text
//! without structure is withheld: nothing tells where in it the places of a path are. Texts that follow each other are also searched
//! as one, since the agent reads them so.

use super::marks::{self, Marks, mark};
use super::report::Place;
use super::rules::{Rule, Who};
use super::structure::{Regenerated, Structure};
use super::text::{Hit, Pass};
use super::{Failure, WITHHELD};
use crate::program::Caps;
use crate::scan::tree::{Tree, Value};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// A text, and what other texts say about it.
#[derive(Debug)]
pub(super) struct Text<'t> {
    text: &'t str,
    json: Option<Tree<'t>>,
    /// Found where texts are read as one.
    hits: Vec<Hit>,
    /// All of it must go.
    whole: Option<Who>,
}

/// What is done with text in which no structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// With paths it is withheld.
    Content,
    /// It is searched, with paths too: what went wrong must be told.
    Message,
}

impl Plain {
    fn place(self) -> Place {
        match self {
            Self::Content => Place::Result(Vec::new()),
            Self::Message => Place::Error,
        }
    }
}

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t str, caps: Caps) -> Self {
        let json = Tree::read(text.as_bytes(), caps).ok();
        Self { text, json, hits: Vec::new(), whole: None }
    }

    /// The text that the agent sees.
    pub(super) fn redact(
        mut self,
        pass: &mut Pass<'_>,
        structure: Option<&mut Structure<'_>>,
        plain: Plain,
    ) -> Result<String, Failure> {
        // Said by this phase itself.
        if self.text == WITHHELD {
            return Ok(self.text.into());
        }
        if let Some(who) = self.whole {
            return pass.marked(who);
        }
        let hits = core::mem::take(&mut self.hits);
        match (pass.active.with_paths(), structure) {
            (Some(who), structure) if plain == Plain::Content => self.regenerated(pass, structure, hits, who),
            (paths, _) => self.searched(pass, hits, paths.is_some(), plain.place()),
        }
    }

    /// The text without what patterns find; with `paths`, without what they name in its structure either.
    fn searched(
        self,
        pass: &mut Pass<'_>,
        mut hits: Vec<Hit>,
        paths: bool,
        place: Place,
    ) -> Result<String, Failure> {
        let Some(tree) = &self.json else {
            hits.extend(pass.find(self.text)?);
            let edit = pass.replace(self.text, hits, || place.clone())?;
            return Ok(edit.map_or_else(|| self.text.into(), |edit| edit.text));
        };
        let marks = mark(pass, tree, paths)?;
        if marks.is_empty() { Ok(self.text.into()) } else { json(pass, tree, &marks) }
    }

    /// The text as it follows from redacted structure. `who` is the first redaction that names paths.
    fn regenerated(
        self,
        pass: &mut Pass<'_>,
        structure: Option<&mut Structure<'_>>,
        hits: Vec<Hit>,
        who: Who,
    ) -> Result<String, Failure> {
        // What goes on in the next text is in no structure.
        let crosses = |hit: &Hit| hit.part.start == 0 || hit.part.end == self.text.len();
        let crosses = hits.iter().any(crosses);
        if pass.active.is_marker(self.text) && !crosses {
            return pass.safe(self.text);
        }
        let regenerated = match (structure, &self.json) {
            (Some(structure), json) => structure.regenerate(self.text, json.is_some()),
            (None, Some(tree)) if matches!(tree.value_of(0), Value::List | Value::Object) => {
                let marks = mark(pass, tree, true)?;
                return json(pass, tree, &marks);
            }
            (None, _) => Regenerated::Nothing,
        };
        let instead = match regenerated {
            Regenerated::Same(text) if !crosses => {
                pass.take(text.len())?;
                return Ok(text);
            }
            Regenerated::Other(text) => Some(text),
            Regenerated::Same(_) | Regenerated::Nothing => None,
        };
        pass.replaced(Rule::has_paths, 1, &Place::Result(Vec::new()));
        let found = self.lost(pass, hits)?;
        match instead {
            Some(text) => {
                pass.take(text.len())?;
                Ok(text)
            }
            None => pass.marked(found.map_or(who, |found| found.min(who))),
        }
    }

    /// Counts what patterns find in a text of which nothing stays; the first redaction that finds something.
    fn lost(&self, pass: &mut Pass<'_>, mut hits: Vec<Hit>) -> Result<Option<Who>, Failure> {
        if let Some(tree) = &self.json {
            return Ok(mark(pass, tree, false)?.first());
        }
        hits.extend(pass.find(self.text)?);
        pass.tell(&hits, || Place::Result(Vec::new()));
        Ok(hits.iter().map(|hit| hit.who).min())
    }
}

/// The JSON of a marked text; the marker alone if all of it is redacted.
fn json(pass: &mut Pass<'_>, tree: &Tree<'_>, marks: &Marks) -> Result<String, Failure> {
    match (marks::json(pass, tree, marks)?, marks.values.get(&0)) {
        (None, Some(mark)) => pass.marked(mark.who()),
        (text, _) => Ok(text.unwrap_or_default()),
    }
}

/// Searches texts that follow each other as one. A part found in several of them is redacted in each; where one of these is JSON, which
/// parts cannot be cut out of, all of it goes.
pub(super) fn join(pass: &mut Pass<'_>, run: &mut [Text<'_>]) -> Result<(), Failure> {
    if run.len() < 2 {
        return Ok(());
    }
    let joined: String = run.iter().map(|text| text.text).collect();
    let mut ends = Vec::new();
    for text in run.iter() {
        ends.push(text.text.len().saturating_add(ends.last().copied().unwrap_or_default()));
    }
    for hit in pass.find(&joined)? {
        let first = ends.partition_point(|end| *end <= hit.part.start);
        for (text, end) in run.iter_mut().zip(&ends).skip(first) {
            let start = end.saturating_sub(text.text.len());
            if start >= hit.part.end {
                break;
            }
            let within = hit.part.start >= start && hit.part.end <= *end;
            if text.json.is_none() {
                text.hits.push(Hit { part: shifted(&hit.part, start, *end), who: hit.who });
            } else if !within {
                pass.report.add(hit.who, 1, || Place::Result(Vec::new()));
                pass.report.found = pass.report.found.saturating_add(1);
                text.whole = Some(text.whole.map_or(hit.who, |who| who.min(hit.who)));
            }
        }
    }
    Ok(())
}

/// The part of a range that lies in `start..end`, counted from `start`.
fn shifted(part: &Range<usize>, start: usize, end: usize) -> Range<usize> {
    part.start.max(start).saturating_sub(start)..part.end.min(end).saturating_sub(start)
}
