//! The schema as a system of equations. In: one JSON Schema document. Out: for every place that arguments can reach, its type
//! as far as its surface, whose children are other places.
//!
//! A *state* is a place in the document, or a union or intersection of states. Evaluating a state gives a type whose children
//! are states again (written `Ty::Ref` of the state's index), so recursion needs no special care: each state is evaluated once,
//! and `extract` turns the finite system into a type. References, `allOf`, `anyOf` and `oneOf` add no structure and are
//! resolved during evaluation: first all combinations of alternatives, then their union, because what is undeclared in one part
//! of an `allOf` may be declared in another (semantics.md 5).
//!
//! Every loop is bounded by budgets; what passes them becomes `dynamic`, with a note.

use super::algebra::{is_never, never, union_heads};
use super::extract::children;
use super::note::{Note, NoteKind};
use super::refs::{self, Target};
use super::supported::is_annotation;
use crate::ty::{DefId, Ty};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Most states of one document.
const STATES: usize = 50_000;
/// Most steps of work: alternatives combined, fields merged.
const WORK: u32 = 2_000_000;
/// Longest chain of references and combinations without a property or element in between.
const CHAIN: usize = 64;
/// Most alternatives of one place.
const ALTERNATIVES: usize = 16_384;
/// Deepest nesting of unions and intersections of states.
const NESTING: u32 = 32;

/// Where a schema stands in the document.
#[derive(Debug, Clone)]
pub(super) struct Place<'s> {
    pub(super) schema: &'s Value,
    pub(super) pointer: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum State {
    Place(usize),
    Any(Vec<DefId>),
    All(Vec<DefId>),
    Type(Ty),
}

/// The evaluation of one document.
#[derive(Debug)]
pub(super) struct States<'s> {
    pub(super) root: &'s Value,
    /// The root's `$id`.
    pub(super) base: Option<&'s str>,
    /// The document's draft ignores what stands beside `$ref` (draft 7 and older).
    pub(super) lone_refs: bool,
    pub(super) places: Vec<Place<'s>>,
    by_pointer: HashMap<Arc<str>, usize>,
    states: Vec<State>,
    /// How many unions and intersections each state has below it, at most.
    depths: Vec<u32>,
    by_state: HashMap<State, DefId>,
    alternatives: HashMap<DefId, Arc<[Ty]>>,
    /// The states that are being evaluated, outermost first.
    active: Vec<DefId>,
    work: u32,
    exhausted: bool,
    /// The pointer that losses are reported at.
    pub(super) here: Arc<str>,
    pub(super) collapsing: bool,
    /// Where the root of arguments is written; none for any other schema.
    root_at: Option<Arc<str>>,
    /// The root lets in the keys that match its patterns, and no others.
    pub(super) keyed_root: bool,
    pub(super) notes: BTreeSet<Note>,
    pub(super) patterns: HashMap<&'s str, Result<Arc<str>, super::pattern::PatternError>>,
}

/// An evaluated document.
#[derive(Debug)]
pub(super) struct Evaluated {
    /// The root's type.
    pub(super) root: Ty,
    /// Every state's type by index; [`Ty::Dynamic`] where no value can reach it.
    pub(super) heads: Vec<Ty>,
    /// What was noted on the way.
    pub(super) notes: BTreeSet<Note>,
    /// The root of these arguments lets in the keys that match its patterns, and no others.
    pub(super) keyed_root: bool,
}

impl<'s> States<'s> {
    pub(super) fn new(root: &'s Value) -> Self {
        let text = |key: &str| root.get(key).and_then(Value::as_str);
        let draft = text("$schema").unwrap_or_default();
        Self {
            root,
            base: text("$id"),
            lone_refs: ["draft-03", "draft-04", "draft-06", "draft-07"]
                .iter()
                .any(|name| draft.contains(name)),
            places: Vec::new(),
            by_pointer: HashMap::new(),
            states: Vec::new(),
            depths: Vec::new(),
            by_state: HashMap::new(),
            alternatives: HashMap::new(),
            active: Vec::new(),
            work: WORK,
            exhausted: false,
            here: "".into(),
            collapsing: false,
            root_at: None,
            keyed_root: false,
            notes: BTreeSet::new(),
            patterns: HashMap::new(),
        }
    }

    /// Evaluates the document; `args` if it describes arguments.
    pub(super) fn run(mut self, args: bool) -> Evaluated {
        let root = self.child(self.root, String::new());
        if let (Ty::Ref(id), true) = (&root, args) {
            self.root_at = self.pointer_of(*id);
        }
        let mut heads: Vec<Ty> = Vec::new();
        let mut seen: BTreeSet<DefId> = BTreeSet::new();
        let mut waiting: VecDeque<DefId> = children(&root).into();
        while let Some(id) = waiting.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            let head = self.head(id);
            waiting.extend(children(&head));
            let index = usize::try_from(id.0).unwrap_or_default();
            if heads.len() <= index {
                heads.resize(index.saturating_add(1), Ty::Dynamic);
            }
            if let Some(slot) = heads.get_mut(index) {
                *slot = head;
            }
        }
        self.settle(&mut heads);
        Evaluated { root, heads, notes: self.notes, keyed_root: self.keyed_root }
    }

    /// `pointer` is where the root of arguments is written.
    pub(super) fn is_root(&self, pointer: &str) -> bool {
        self.root_at.as_deref() == Some(pointer)
    }

    /// The child type for a schema at `pointer`. A bare reference is its target.
    pub(super) fn child(&mut self, schema: &'s Value, pointer: String) -> Ty {
        let (schema, pointer) = self.followed(schema, pointer);
        if is_anything(schema) {
            return Ty::Dynamic;
        }
        if *schema == Value::Bool(false) {
            return never();
        }
        let pointer: Arc<str> = pointer.into();
        let place = match self.by_pointer.get(&pointer) {
            Some(place) => *place,
            None => {
                self.by_pointer.insert(pointer.clone(), self.places.len());
                self.places.push(Place { schema, pointer });
                self.places.len().saturating_sub(1)
            }
        };
        self.state(State::Place(place))
    }

    /// Follows references that stand alone, as long as they lead somewhere.
    fn followed(&self, schema: &'s Value, pointer: String) -> (&'s Value, String) {
        let mut here = (schema, pointer);
        for _ in 0..CHAIN {
            let Some(map) = here.0.as_object() else { return here };
            let alone = map.keys().all(|keyword| keyword == "$ref" || is_annotation(keyword));
            let reference = map.get("$ref").and_then(Value::as_str).filter(|_| alone);
            let Some(Target::Pointer(pointer)) = reference.map(|text| refs::target(text, self.base)) else {
                return here;
            };
            let Some(target) = self.root.pointer(&pointer) else { return here };
            here = (target, pointer);
        }
        here
    }

    pub(super) fn state(&mut self, state: State) -> Ty {
        if let Some(id) = self.by_state.get(&state) {
            return Ty::Ref(*id);
        }
        let depth = match &state {
            State::Place(_) | State::Type(_) => 0,
            State::Any(members) | State::All(members) => {
                let deepest =
                    members.iter().filter_map(|id| self.depths.get(usize::try_from(id.0).ok()?)).max();
                deepest.copied().unwrap_or_default().saturating_add(1)
            }
        };
        match u32::try_from(self.states.len()) {
            Ok(id) if self.states.len() < STATES && depth <= NESTING => {
                self.states.push(state.clone());
                self.depths.push(depth);
                self.by_state.insert(state, DefId(id));
                Ty::Ref(DefId(id))
            }
            _ => {
                self.exhaust();
                Ty::Dynamic
            }
        }
    }

    pub(super) fn get(&self, id: DefId) -> Option<&State> {
        usize::try_from(id.0).ok().and_then(|index| self.states.get(index))
    }

    pub(super) fn states_of(&mut self, children: Vec<Ty>) -> Vec<DefId> {
        let mut out = Vec::with_capacity(children.len());
        for child in children {
            match child {
                Ty::Ref(id) => out.push(id),
                Ty::Dynamic | Ty::Kinds(_) => {
                    if let Ty::Ref(id) = self.state(State::Type(child)) {
                        out.push(id);
                    }
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    pub(super) fn exhaust(&mut self) {
        if !std::mem::replace(&mut self.exhausted, true) {
            self.note(
                NoteKind::Widened,
                "the schema is too large to model whole; what is left of it is `dynamic`",
            );
        }
    }

    /// Pays for work; `false` once the budget is spent.
    pub(super) fn pay(&mut self, steps: usize) -> bool {
        match u32::try_from(steps).ok().and_then(|steps| self.work.checked_sub(steps)) {
            Some(left) => {
                self.work = left;
                true
            }
            None => {
                self.work = 0;
                self.exhaust();
                false
            }
        }
    }

    pub(super) fn note(&mut self, kind: NoteKind, message: impl Into<String>) {
        self.notes.insert(Note { pointer: self.here.clone(), kind, message: message.into() });
    }

    pub(super) fn pointer_of(&self, id: DefId) -> Option<Arc<str>> {
        match self.get(id)? {
            State::Place(place) => self.places.get(*place).map(|place| place.pointer.clone()),
            State::Any(members) | State::All(members) => {
                members.iter().find_map(|member| self.pointer_of(*member))
            }
            State::Type(_) => None,
        }
    }

    /// The surface of a state; never a [`Ty::Ref`].
    pub(super) fn head(&mut self, id: DefId) -> Ty {
        let alternatives = self.alternatives(id);
        let here = self.pointer_of(id).unwrap_or_else(|| self.here.clone());
        let before = std::mem::replace(&mut self.here, here);
        let head = self.unite(&alternatives);
        self.here = before;
        head
    }

    pub(super) fn unite(&mut self, alternatives: &[Ty]) -> Ty {
        let objects =
            alternatives.iter().filter(|ty| matches!(ty, Ty::Kinds(kinds) if kinds.object.is_some())).count();
        let fields = fields_in(alternatives);
        if alternatives.len() > 1 && !self.pay(objects.saturating_mul(objects.saturating_add(fields))) {
            return Ty::Dynamic;
        }
        union_heads(alternatives, self)
    }

    /// Conjunctions of keywords, of which a value of the state fits at least one.
    pub(super) fn alternatives(&mut self, id: DefId) -> Arc<[Ty]> {
        if let Some(done) = self.alternatives.get(&id) {
            return done.clone();
        }
        if self.active.contains(&id) {
            self.note(
                NoteKind::Reference,
                "refers to itself without a property or element in between; any value fits",
            );
            return [Ty::Dynamic].into();
        }
        if self.active.len() >= CHAIN {
            self.note(
                NoteKind::Reference,
                format!("a chain of more than {CHAIN} references; any value fits"),
            );
            return [Ty::Dynamic].into();
        }
        let state = self.get(id).cloned();
        let here = self.pointer_of(id).unwrap_or_else(|| self.here.clone());
        let before = std::mem::replace(&mut self.here, here);
        self.active.push(id);
        let mut out = match state {
            Some(State::Place(place)) => match self.places.get(place).cloned() {
                Some(place) => self.place(&place),
                None => vec![Ty::Dynamic],
            },
            Some(State::Type(ty)) => vec![ty],
            Some(State::Any(members)) => {
                let mut out = Vec::new();
                for member in members {
                    out.extend(self.alternatives(member).iter().cloned());
                }
                out
            }
            Some(State::All(members)) => {
                let mut out = vec![Ty::Dynamic];
                for member in members {
                    let alternatives = self.alternatives(member);
                    out = self.cross(&out, &alternatives);
                }
                out
            }
            None => vec![Ty::Dynamic],
        };
        if !self.pay(out.len().saturating_add(1)) || out.len() > ALTERNATIVES {
            self.exhaust();
            out = vec![Ty::Dynamic];
        }
        out.retain(|ty| !is_never(ty));
        self.active.pop();
        self.here = before;
        let out: Arc<[Ty]> = out.into();
        self.alternatives.insert(id, out.clone());
        out
    }
}

/// The schema admits every value, and says so by having no keyword that restricts.
pub(crate) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(admits) => *admits,
        Value::Object(map) => map.keys().all(|keyword| is_annotation(keyword)),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}

pub(super) fn fields_in(alternatives: &[Ty]) -> usize {
    let fields = |ty: &Ty| match ty {
        Ty::Kinds(kinds) => kinds.object.as_ref().map_or(0, |object| object.fields.len()),
        Ty::Dynamic | Ty::Ref(_) => 0,
    };
    alternatives.iter().map(fields).fold(1, usize::saturating_add)
}
