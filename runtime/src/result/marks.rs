//! What is redacted in a tree. In: a tree and the redactions that hold. Out: marks on its nodes; the tree stays as it is, since all
//! redactions read the original.

use super::Failure;
use super::fit::free;
use super::paths::Followed;
use super::report::{Place, PlaceStep};
use super::rules::Who;
use super::text::{Edit, Pass};
use super::write::write;
use crate::program::Caps;
use crate::scan::MAX_DEPTH;
use crate::scan::tree::{Tree, Value};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Digits that a double shows as they are spelled.
const SAFE_DIGITS: usize = 15;

/// What becomes of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Its text is another one.
    Text(Edit),
    /// All of it is replaced.
    Whole(Who),
}

/// Marks, by node.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) values: BTreeMap<usize, Mark>,
    pub(super) keys: BTreeMap<usize, Edit>,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.keys.is_empty()
    }

    /// The first redaction of all.
    pub(super) fn first(&self) -> Option<Who> {
        self.values.values().map(Mark::who).chain(self.keys.values().map(|edit| edit.who)).min()
    }
}

impl Mark {
    /// The first redaction that made it.
    pub(super) fn who(&self) -> Who {
        match self {
            Self::Text(edit) => edit.who,
            Self::Whole(who) => *who,
        }
    }
}

/// Marks the tree; with `paths`, its root is the result's root.
pub(super) fn mark(pass: &mut Pass<'_>, tree: &Tree<'_>, paths: bool) -> Result<Marks, Failure> {
    let followed = if paths { Followed::root(pass.active) } else { Followed::default() };
    let mut walk = Walk { pass, tree, marks: Marks::default(), outer: Vec::new(), place: Vec::new() };
    walk.node(0, &followed)?;
    Ok(walk.marks)
}

struct Walk<'w, 'r, 't> {
    pass: &'w mut Pass<'r>,
    tree: &'w Tree<'t>,
    marks: Marks,
    /// The steps to the text that the tree is read from, if it lies in another one.
    outer: Vec<PlaceStep>,
    /// The nodes from the root to the present one.
    place: Vec<usize>,
}

impl Walk<'_, '_, '_> {
    /// Marks a node and what lies in it; the first redaction that hit any of it.
    fn node(&mut self, index: usize, followed: &Followed) -> Result<Option<Who>, Failure> {
        let mut first = self.value(index, followed)?;
        // A marker that stands there already stays: it may be that of another redaction, which touched the place.
        let marked = self.tree.text_of(index).is_some_and(|text| self.pass.active.is_marker(text));
        if let Some(hit) = followed.hit.first().filter(|_| !marked) {
            let who = first.map_or(*hit, |first| first.min(*hit));
            for who in &followed.hit {
                let place = self.place();
                self.pass.report.add(*who, 1, || place);
            }
            self.marks.values.insert(index, Mark::Whole(who));
            first = Some(who);
        }
        Ok(first)
    }

    fn value(&mut self, index: usize, followed: &Followed) -> Result<Option<Who>, Failure> {
        let tree = self.tree;
        match tree.value_of(index) {
            Value::Null | Value::Bool(_) => Ok(None),
            Value::Text(text) => self.string(index, tree.text(text), followed),
            Value::Number(number) => self.number(index, tree.text(number)),
            Value::List => self.children(index, |walk, _| Ok((followed.element(walk.pass.active), None))),
            Value::Object => self.children(index, |walk, member| {
                let key = walk.tree.key(member).unwrap_or_default();
                let below = followed.member(walk.pass.active, key);
                walk.key(member, key).map(|who| (below, who))
            }),
        }
    }

    /// Text is searched as it stands; before that, as JSON, if it holds an object or a list.
    fn string(&mut self, index: usize, text: &str, followed: &Followed) -> Result<Option<Who>, Failure> {
        let inner = if is_structure(text) { self.inner(text, followed)? } else { None };
        let edit = match &inner {
            Some(Mark::Whole(_)) => None,
            Some(Mark::Text(inner)) => self.redact(&inner.text)?,
            None => self.redact(text)?,
        };
        let first = inner.iter().map(Mark::who).chain(edit.as_ref().map(|edit| edit.who)).min();
        let mark = edit.map(Mark::Text).or(inner);
        if let (Some(who), Some(mark)) = (first, mark) {
            let mark = match mark {
                Mark::Text(edit) => Mark::Text(Edit { who, ..edit }),
                Mark::Whole(_) => Mark::Whole(who),
            };
            self.marks.values.insert(index, mark);
        }
        Ok(first)
    }

    /// What becomes of text that may be JSON. What is followed is followed into it, as if it stood there without quotes. The cap on
    /// depth holds for all that lies in each other; where it ends and a path may lead further, all of the text goes.
    fn inner(&mut self, text: &str, followed: &Followed) -> Result<Option<Mark>, Failure> {
        let outer = self.steps();
        let used = u16::try_from(outer.len()).unwrap_or(u16::MAX);
        let depth = self.pass.caps.depth.min(MAX_DEPTH).saturating_sub(used);
        let tree = match Tree::read(text.as_bytes(), Caps { depth, ..self.pass.caps }) {
            Ok(tree) => tree,
            Err(reject) if Failure::from(reject) == Failure::TooLarge => {
                return Ok(followed.first().map(Mark::Whole));
            }
            Err(_) => return Ok(None),
        };
        let mut walk =
            Walk { pass: self.pass, tree: &tree, marks: Marks::default(), outer, place: Vec::new() };
        let first = walk.node(0, &followed.inside())?;
        let marks = walk.marks;
        let Some(who) = first else { return Ok(None) };
        Ok(Some(match json(self.pass, &tree, &marks)? {
            Some(text) => Mark::Text(Edit { text, who }),
            None => Mark::Whole(who),
        }))
    }

    /// Marks what lies in a container, each with what is followed into it.
    fn children(
        &mut self,
        index: usize,
        below: impl Fn(&mut Self, usize) -> Result<(Followed, Option<Who>), Failure>,
    ) -> Result<Option<Who>, Failure> {
        let tree = self.tree;
        let mut first: Option<Who> = None;
        for child in tree.children(index) {
            self.place.push(child);
            let (followed, of_key) = below(self, child)?;
            let of_value = self.node(child, &followed)?;
            self.place.pop();
            first = first.into_iter().chain(of_key).chain(of_value).min();
        }
        Ok(first)
    }

    fn key(&mut self, member: usize, key: &str) -> Result<Option<Who>, Failure> {
        let hits = self.pass.find(key)?;
        let Some(first) = hits.iter().map(|hit| hit.who).min() else { return Ok(None) };
        // The place must not tell the key.
        let mut steps = self.steps();
        steps.pop();
        steps.push(PlaceStep::Key(self.pass.active.marker(first).into()));
        if let Some(edit) = self.pass.replace(key, hits, || Place::Result(steps.clone()))? {
            self.marks.keys.insert(member, edit);
        }
        Ok(Some(first))
    }

    /// A number is found in its canonical spelling. One that readers disagree about is also looked for as a reader of doubles shows it.
    fn number(&mut self, index: usize, spelled: &str) -> Result<Option<Who>, Failure> {
        let mut hit = self.redact(spelled)?;
        let plain = spelled.len() <= SAFE_DIGITS && !spelled.contains(['e', 'E']);
        if hit.is_none()
            && !plain
            && let Ok(double) = spelled.parse::<f64>()
        {
            hit = self.redact(&alloc::format!("{double}"))?;
        }
        let who = hit.map(|edit| edit.who);
        if let Some(who) = who {
            self.marks.values.insert(index, Mark::Whole(who));
        }
        Ok(who)
    }

    fn redact(&mut self, text: &str) -> Result<Option<Edit>, Failure> {
        let hits = self.pass.find(text)?;
        if hits.is_empty() {
            return Ok(None);
        }
        let place = self.place();
        self.pass.replace(text, hits, || place.clone())
    }

    fn place(&self) -> Place {
        Place::Result(self.steps())
    }

    /// The steps to the present place. Keys that were redacted stand there as they are shown.
    fn steps(&self) -> Vec<PlaceStep> {
        let step = |node: &usize| match (self.marks.keys.get(node), self.tree.key(*node)) {
            (Some(edit), _) => PlaceStep::Key(edit.text.clone()),
            (None, Some(key)) => PlaceStep::Key(String::from(key)),
            (None, None) => PlaceStep::Every,
        };
        self.outer.iter().cloned().chain(self.place.iter().map(step)).collect()
    }
}

/// The text may be an object or a list.
fn is_structure(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The JSON of a marked tree that no schema binds; `None` if all of it is redacted.
pub(super) fn json(pass: &mut Pass<'_>, tree: &Tree<'_>, marks: &Marks) -> Result<Option<String>, Failure> {
    if matches!(marks.values.get(&0), Some(Mark::Whole(_))) {
        return Ok(None);
    }
    let shapes = free(pass, tree, marks)?;
    let mut json = Vec::new();
    write(tree, 0, &shapes, &mut json);
    pass.take(json.len())?;
    // What is written of text is text.
    String::from_utf8(json).map(Some).map_err(|_| Failure::Unsettled)
}
