//! What stands in the place of what is redacted (semantics.md 48). In: a tree with its marks, and what the output schema admits. Out:
//! the shape of each changed node: its new text, else the marker, else null, else it is dropped; or nothing if one has no such shape.

use super::keys::{self, Renamed};
use super::marks::{Mark, Marks};
use super::rules::Who;
use super::text::Pass;
use super::{Failure, text::Edit};
use crate::scan::tree::{Tree, Value};
use crate::scan::{MemberSpot, Spot};
use alloc::collections::BTreeMap;
use alloc::string::String;

/// What a changed node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// This text.
    Text(String),
    /// `null`
    Null,
    /// Not there, key and all.
    Dropped,
}

/// The changed nodes of a tree.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    pub(super) values: BTreeMap<usize, Shape>,
    /// New keys of members.
    pub(super) keys: BTreeMap<usize, String>,
}

/// Why a tree has no shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The schema admits nothing in the place of something.
    Unfit,
    /// See there.
    Failed(Failure),
}

impl From<Failure> for Misfit {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The shapes of a marked tree, whose root stands at `spot`; without one everything is admitted.
pub(super) fn shapes(
    pass: &mut Pass<'_>,
    tree: &Tree<'_>,
    marks: &Marks,
    spot: Option<Spot<'_>>,
) -> Result<Shapes, Misfit> {
    let mut fit = Fit { pass, tree, marks, shapes: Shapes::default() };
    if !marks.is_empty() {
        fit.node(0, spot, false)?;
    }
    Ok(fit.shapes)
}

/// The shapes that text takes, which no schema binds.
pub(super) fn free(pass: &mut Pass<'_>, tree: &Tree<'_>, marks: &Marks) -> Result<Shapes, Failure> {
    shapes(pass, tree, marks, None).map_err(|misfit| match misfit {
        Misfit::Failed(failure) => failure,
        // Everything is admitted where no schema says otherwise.
        Misfit::Unfit => Failure::Unsettled,
    })
}

struct Fit<'w, 'r, 't> {
    pass: &'w mut Pass<'r>,
    tree: &'w Tree<'t>,
    marks: &'w Marks,
    shapes: Shapes,
}

impl Fit<'_, '_, '_> {
    fn node(&mut self, index: usize, spot: Option<Spot<'_>>, optional: bool) -> Result<(), Misfit> {
        let (edit, who) = match self.marks.values.get(&index) {
            None => return self.inside(index, spot),
            Some(Mark::Text(Edit { text, who })) => (Some(text), *who),
            Some(Mark::Whole(who)) => (None, *who),
        };
        let shape = self.shape(edit.map(String::as_str), who, spot, optional)?;
        if let Shape::Text(text) = &shape {
            self.pass.take(text.len())?;
        }
        self.shapes.values.insert(index, shape);
        Ok(())
    }

    fn shape(
        &mut self,
        edit: Option<&str>,
        who: Who,
        spot: Option<Spot<'_>>,
        optional: bool,
    ) -> Result<Shape, Misfit> {
        let admits = |text: &str| spot.is_none_or(|spot| spot.admits_text(text));
        if let Some(text) = edit.filter(|text| admits(text)) {
            return Ok(Shape::Text(text.into()));
        }
        let marker = self.pass.marked(who)?;
        if admits(&marker) {
            Ok(Shape::Text(marker))
        } else if spot.is_none_or(|spot| spot.admits_null()) {
            Ok(Shape::Null)
        } else if optional {
            Ok(Shape::Dropped)
        } else {
            Err(Misfit::Unfit)
        }
    }

    /// What lies in a node that is not changed itself.
    fn inside(&mut self, index: usize, spot: Option<Spot<'_>>) -> Result<(), Misfit> {
        let tree = self.tree;
        match tree.value_of(index) {
            Value::List => {
                let spot = spot.map(|spot| spot.element());
                tree.children(index).try_for_each(|child| self.node(child, spot, false))
            }
            Value::Object => {
                let renamed = keys::rename(self.pass, tree, index, &self.marks.keys)?;
                tree.children(index).try_for_each(|child| self.member(child, spot, &renamed))
            }
            _ => Ok(()),
        }
    }

    fn member(&mut self, index: usize, spot: Option<Spot<'_>>, renamed: &Renamed) -> Result<(), Misfit> {
        let key = self.tree.key(index).unwrap_or_default();
        let (at, optional) = match spot.map(|spot| spot.member(key)) {
            None => (None, true),
            Some(MemberSpot::Declared { spot, required }) => (Some(spot), !required),
            Some(MemberSpot::Other(spot)) => (Some(spot), true),
            // What does not fit as it came is not made to fit here.
            Some(MemberSpot::Refused) => return Err(Misfit::Unfit),
        };
        let Some(new) = renamed.get(&index) else { return self.node(index, at, optional) };
        if !optional {
            return Err(Misfit::Unfit);
        }
        let at = new.as_ref().and_then(|new| match spot.map(|spot| spot.member(new)) {
            None => Some((new, None)),
            Some(MemberSpot::Other(spot)) => Some((new, Some(spot))),
            Some(MemberSpot::Declared { .. } | MemberSpot::Refused) => None,
        });
        let Some((new, at)) = at else {
            self.shapes.values.insert(index, Shape::Dropped);
            return Ok(());
        };
        self.shapes.keys.insert(index, new.clone());
        self.node(index, at, true)
    }
}
