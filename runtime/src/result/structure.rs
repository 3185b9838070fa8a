//! `structuredContent`, and the text that repeats it. In: its bytes, the redactions and the output schema. Out: its redacted bytes; and
//! for a text block that repeats it, or a part of it, the same part of the redacted structure.
//!
//! Paths speak of `structuredContent`. A text beside it is not believed to say the same: with paths it is regenerated from what was
//! redacted, whatever it said. Servers write it in a few ways, so it is looked up as the whole, as the only member of the whole
//! (`{"result": …}`), and as an element of either.

use super::fit::{Misfit, Shape, Shapes, free, shapes};
use super::marks::{Mark, Marks, mark};
use super::text::Pass;
use super::write::write;
use super::{Failure, Output};
use crate::program::Caps;
use crate::scan::tree::{Tree, Value, write_text};
use crate::scan::{Spot, fits, put_in_order};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// A structure, redacted.
#[derive(Debug)]
pub(super) struct Structure<'t> {
    tree: Tree<'t>,
    shapes: Shapes,
    /// What the agent gets of it.
    pub(super) shown: Shown,
    /// Parts that a text may repeat, by their canonical form.
    twins: BTreeMap<Vec<u8>, usize>,
    /// The parts that others lie in.
    around: [usize; 2],
    caps: Caps,
    /// All of it was redacted: its marker.
    pub(super) marker: Option<String>,
    /// A text that did not repeat a part was replaced by all of it.
    told: bool,
}

/// What the agent gets of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// This JSON.
    Json(Vec<u8>),
    /// Nothing: all of it was redacted, and no schema asks for it.
    Nothing,
    /// Nothing: what was redacted leaves no value that the schema admits.
    Unfit,
}

/// What a text becomes beside a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Regenerated {
    /// It repeats a part: the same part, redacted.
    Same(String),
    /// It says something else: all of the structure, redacted, in its place.
    Other(String),
    /// It says something else, and nothing stands in its place.
    Nothing,
}

impl<'t> Structure<'t> {
    /// Redacts the structure in `bytes`.
    pub(super) fn new(
        pass: &mut Pass<'_>,
        bytes: &'t [u8],
        output: Option<Output<'_>>,
    ) -> Result<Self, Failure> {
        let caps = pass.caps;
        let tree = Tree::read(bytes, caps)?;
        let marks = mark(pass, &tree, true)?;
        let (shapes, shown) = show(pass, &tree, &marks, output)?;
        let marker = match marks.values.get(&0) {
            Some(Mark::Whole(who)) => Some(pass.marked(*who)?),
            _ => None,
        };
        let mut structure =
            Self { tree, shapes, shown, twins: BTreeMap::new(), around: [0; 2], caps, marker, told: false };
        structure.find_twins();
        Ok(structure)
    }

    /// The parts that a text may repeat. Should the structure not be shown, only all of it: the text must then stand for itself.
    fn find_twins(&mut self) {
        let mut parts = alloc::vec![0];
        if matches!(self.shown, Shown::Json(_)) {
            let mut members =
                self.tree.children(0).filter(|_| matches!(self.tree.value_of(0), Value::Object));
            let only = members.next().filter(|_| members.next().is_none());
            parts.extend(only);
            let list = only.unwrap_or_default();
            self.around = [0, list];
            parts
                .extend(self.tree.children(list).filter(|_| matches!(self.tree.value_of(list), Value::List)));
        }
        // An earlier part includes a later one, so that equal parts are redacted alike.
        for part in parts {
            let mut canonical = Vec::new();
            if put_in_order(self.tree.bytes(part), self.caps, &mut canonical).is_ok() {
                self.twins.entry(canonical).or_insert(part);
            }
        }
    }

    /// What a text becomes that is JSON (`json`) or not.
    pub(super) fn regenerate(&mut self, text: &str, json: bool) -> Regenerated {
        let mut canonical = Vec::new();
        if !json || put_in_order(text.as_bytes(), self.caps, &mut canonical).is_err() {
            return self.plain(text).map_or(Regenerated::Nothing, Regenerated::Same);
        }
        if let Some(part) = self.twins.get(&canonical) {
            return self.part(*part).map_or(Regenerated::Nothing, Regenerated::Same);
        }
        let shown = matches!(self.shown, Shown::Json(_)) && !core::mem::replace(&mut self.told, true);
        let whole = if shown { self.part(0) } else { None };
        whole.map_or(Regenerated::Nothing, Regenerated::Other)
    }

    /// What a text becomes that is a part as it stands, without quotes.
    fn plain(&self, text: &str) -> Option<String> {
        let mut json = Vec::new();
        write_text(text, &mut json);
        let part = *self.twins.get(&json)?;
        if self.is_hidden(part) {
            return None;
        }
        match self.shapes.values.get(&part) {
            None => Some(text.into()),
            Some(Shape::Text(new)) => Some(new.clone()),
            Some(Shape::Null | Shape::Dropped) => None,
        }
    }

    /// The JSON of a part; `None` if nothing of it can be shown.
    fn part(&self, part: usize) -> Option<String> {
        if self.is_hidden(part) || self.marker.is_some() {
            return None;
        }
        let mut json = Vec::new();
        write(&self.tree, part, &self.shapes, &mut json);
        String::from_utf8(json).ok()
    }

    /// It was dropped, or what it lies in was replaced as a whole.
    fn is_hidden(&self, part: usize) -> bool {
        let mut around = self.around.iter().filter(|around| **around < part);
        around.any(|around| self.shapes.values.contains_key(around))
            || self.shapes.values.get(&part) == Some(&Shape::Dropped)
    }
}

/// The shapes of a marked structure, and what is shown of it.
fn show(
    pass: &mut Pass<'_>,
    tree: &Tree<'_>,
    marks: &Marks,
    output: Option<Output<'_>>,
) -> Result<(Shapes, Shown), Failure> {
    let json = |shapes: &Shapes| {
        let mut json = Vec::new();
        write(tree, 0, shapes, &mut json);
        json
    };
    if marks.is_empty() {
        let shapes = Shapes::default();
        let shown = Shown::Json(json(&shapes));
        return Ok((shapes, shown));
    }
    let spot = output.map(|output| Spot::new(output.plans, output.node));
    let fit = match spot {
        // A node that is not there admits nothing.
        Some(None) => Err(Misfit::Unfit),
        Some(Some(spot)) => shapes(pass, tree, marks, Some(spot)),
        None => shapes(pass, tree, marks, None),
    };
    match fit {
        Ok(shapes) if output.is_none() && matches!(marks.values.get(&0), Some(Mark::Whole(_))) => {
            Ok((shapes, Shown::Nothing))
        }
        Ok(shapes) => {
            let json = json(&shapes);
            if output.is_none_or(|output| fits(output.plans, output.node, &json)) {
                return Ok((shapes, Shown::Json(json)));
            }
            Ok((free(pass, tree, marks)?, Shown::Unfit))
        }
        Err(Misfit::Unfit) => Ok((free(pass, tree, marks)?, Shown::Unfit)),
        Err(Misfit::Failed(failure)) => Err(failure),
    }
}
