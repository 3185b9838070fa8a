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

use super::algebra::{Below, intersect_heads, is_never, never, overlap, union_heads};
use super::extract::children;
use super::literal::literals;
use super::note::{Note, NoteKind};
use super::refs::{self, Target};
use super::supported::{Treatment, is_annotation, treatment};
use crate::ty::{DefId, Kinds, Ty};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Most states of one document.
const STATES: usize = 50_000;
/// Most steps of work: alternatives combined, fields merged.
const WORK: u32 = 2_000_000;
/// Longest chain of references and combinations without a property or element in between.
const CHAIN: usize = 64;
/// Most combinations of alternatives that are kept apart.
const COMBINATIONS: usize = 4096;
/// Most `oneOf` alternatives that are compared pair by pair.
const PAIRS: usize = 64;
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
enum State {
    Place(usize),
    Any(Vec<DefId>),
    All(Vec<DefId>),
    Type(Ty),
}

/// The evaluation of one document.
#[derive(Debug)]
pub(super) struct States<'s> {
    root: &'s Value,
    /// The root's `$id`.
    base: Option<&'s str>,
    /// The document's draft ignores what stands beside `$ref` (draft 7 and older).
    lone_refs: bool,
    places: Vec<Place<'s>>,
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
    collapsing: bool,
    pub(super) notes: BTreeSet<Note>,
    pub(super) patterns: HashMap<&'s str, Result<Arc<str>, super::pattern::PatternError>>,
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
            notes: BTreeSet::new(),
            patterns: HashMap::new(),
        }
    }

    /// Evaluates the document: the root's type, every state's type by index ([`Ty::Dynamic`] where no value can reach it), and
    /// what was noted on the way.
    pub(super) fn run(mut self) -> (Ty, Vec<Ty>, BTreeSet<Note>) {
        let root = self.child(self.root, String::new());
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
        (root, heads, self.notes)
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

    fn state(&mut self, state: State) -> Ty {
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

    fn get(&self, id: DefId) -> Option<&State> {
        usize::try_from(id.0).ok().and_then(|index| self.states.get(index))
    }

    fn states_of(&mut self, children: Vec<Ty>) -> Vec<DefId> {
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

    fn exhaust(&mut self) {
        if !std::mem::replace(&mut self.exhausted, true) {
            self.note(
                NoteKind::Widened,
                "the schema is too large to model whole; what is left of it is `dynamic`",
            );
        }
    }

    /// Pays for work; `false` once the budget is spent.
    fn pay(&mut self, steps: usize) -> bool {
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

    fn pointer_of(&self, id: DefId) -> Option<Arc<str>> {
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

    fn unite(&mut self, alternatives: &[Ty]) -> Ty {
        let objects =
            alternatives.iter().filter(|ty| matches!(ty, Ty::Kinds(kinds) if kinds.object.is_some())).count();
        let fields = fields_in(alternatives);
        if alternatives.len() > 1 && !self.pay(objects.saturating_mul(objects.saturating_add(fields))) {
            return Ty::Dynamic;
        }
        union_heads(alternatives, self)
    }

    /// Conjunctions of keywords, of which a value of the state fits at least one.
    fn alternatives(&mut self, id: DefId) -> Arc<[Ty]> {
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

    /// The alternatives of a schema, all its keywords taken together.
    fn place(&mut self, place: &Place<'s>) -> Vec<Ty> {
        let map = match place.schema {
            Value::Object(map) => map,
            Value::Bool(admits) => return if *admits { vec![Ty::Dynamic] } else { Vec::new() },
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                self.note(NoteKind::Invalid, "a schema must be an object or a boolean; any value fits");
                return vec![Ty::Dynamic];
            }
        };
        if let Some(reason) = self.keywords(map) {
            self.note(NoteKind::Reference, reason);
            return vec![Ty::Dynamic];
        }
        let mut out = vec![Ty::Dynamic];
        if let Some(reference) = map.get("$ref") {
            let target = self.reference(reference);
            if let Ty::Ref(id) = target {
                out = self.alternatives(id).to_vec();
            } else {
                out.retain(|_| !is_never(&target));
            }
            if self.lone_refs {
                return out;
            }
        }
        let base = self.base(map, &place.pointer);
        out = self.cross(&out, &[base]);
        for (part, pointer) in self.members(map, "allOf", &place.pointer) {
            let alternatives = self.member(part, pointer);
            out = self.cross(&out, &alternatives);
        }
        for keyword in ["anyOf", "oneOf"] {
            out = self.alternate(&out, map, keyword, &place.pointer);
        }
        out.retain(|ty| !is_never(ty));
        if out.is_empty() {
            let empty = map.get("enum").and_then(Value::as_array).is_some_and(Vec::is_empty);
            self.note(
                NoteKind::Nothing,
                if empty { "`enum` is empty: no value fits" } else { "no value fits" },
            );
        }
        if map.get("nullable") == Some(&Value::Bool(true)) {
            out.push(literals(&[Value::Null], self));
        }
        out
    }

    /// Notes what the keywords of one schema leave out; a reason if the schema cannot be followed at all.
    fn keywords(&mut self, map: &'s Map<String, Value>) -> Option<&'static str> {
        let mut blocked = None;
        let lone = self.lone_refs && map.contains_key("$ref");
        for (keyword, value) in map {
            match treatment(keyword) {
                Treatment::Ignored if lone => {}
                Treatment::Modeled if lone && keyword != "$ref" => self.note(
                    NoteKind::Ignored,
                    format!("`{keyword}` stands beside `$ref`, where this draft of JSON Schema ignores it"),
                ),
                // Only `if` alone has an effect, and only with one of the others.
                Treatment::Ignored
                    if matches!(keyword.as_str(), "then" | "else" | "minContains" | "maxContains") => {}
                Treatment::Ignored => self.note(NoteKind::Ignored, format!("`{keyword}` is not enforced")),
                Treatment::Unknown => {
                    self.note(
                        NoteKind::Unknown,
                        format!("`{keyword}` is no keyword of JSON Schema; it has no effect"),
                    );
                }
                Treatment::Reference => blocked = Some("dynamic references are not followed; any value fits"),
                Treatment::Modeled | Treatment::Annotation => {}
            }
            let moves_base = keyword == "$id" && value.as_str().is_some_and(|id| !id.starts_with('#'));
            if moves_base && !self.here.is_empty() {
                blocked = Some("a schema with an `$id` of its own is another document; any value fits");
            }
        }
        blocked
    }

    /// The state that a `$ref` names.
    fn reference(&mut self, reference: &'s Value) -> Ty {
        let problem = match reference.as_str().map(|text| (text, refs::target(text, self.base))) {
            Some((text, Target::Pointer(pointer))) => match self.root.pointer(&pointer) {
                Some(schema) => return self.child(schema, pointer),
                None => format!("`{text}` is not in the document; any value fits"),
            },
            Some((text, Target::Anchor)) => {
                format!("`{text}` names an anchor, which is not followed; any value fits")
            }
            Some((text, Target::External)) => {
                format!("`{text}` is another document, which is never loaded; any value fits")
            }
            None => "`$ref` must be a string; any value fits".to_owned(),
        };
        self.note(NoteKind::Reference, problem);
        Ty::Dynamic
    }

    /// The schema that a `$ref` names, without evaluating it.
    fn peek(&self, reference: &Value) -> Option<&'s Value> {
        match refs::target(reference.as_str()?, self.base) {
            Target::Pointer(pointer) => self.root.pointer(&pointer),
            Target::Anchor | Target::External => None,
        }
    }

    /// `schema`, or what it refers to where it has no `keyword` of its own.
    pub(super) fn annotation(&self, schema: &'s Value, keyword: &str) -> Option<&'s Value> {
        let mut schema = schema;
        for _ in 0..8 {
            if let Some(value) = schema.get(keyword) {
                return Some(value);
            }
            schema = self.peek(schema.get("$ref")?)?;
        }
        None
    }

    fn members(
        &mut self,
        map: &'s Map<String, Value>,
        keyword: &str,
        pointer: &str,
    ) -> Vec<(&'s Value, String)> {
        let Some(value) = map.get(keyword) else { return Vec::new() };
        let pointer = refs::step(pointer, keyword);
        match value.as_array() {
            Some(members) if !members.is_empty() => members
                .iter()
                .enumerate()
                .map(|(index, member)| (member, format!("{pointer}/{index}")))
                .collect(),
            _ => {
                self.note(
                    NoteKind::Invalid,
                    format!("`{keyword}` must be a list with at least one schema; it has no effect"),
                );
                Vec::new()
            }
        }
    }

    fn member(&mut self, schema: &'s Value, pointer: String) -> Arc<[Ty]> {
        match self.child(schema, pointer) {
            Ty::Ref(id) => self.alternatives(id),
            other => [other].into(),
        }
    }

    /// Combines what is known so far with `anyOf` or `oneOf`.
    fn alternate(
        &mut self,
        known: &[Ty],
        map: &'s Map<String, Value>,
        keyword: &str,
        pointer: &str,
    ) -> Vec<Ty> {
        let members = self.members(map, keyword, pointer);
        if members.is_empty() {
            return known.to_vec();
        }
        let mut out = Vec::new();
        let mut apart: Vec<Arc<[Ty]>> = Vec::new();
        for (schema, pointer) in members {
            let alternatives = self.member(schema, pointer.clone());
            let combined = self.cross(known, &alternatives);
            if combined.is_empty() {
                let here = std::mem::replace(&mut self.here, pointer.into());
                self.note(NoteKind::Dropped, "no value fits this alternative");
                self.here = here;
            }
            apart.push(combined.clone().into());
            out.extend(combined);
        }
        if keyword == "oneOf" && !self.disjoint(&apart) {
            self.lose(
                NoteKind::Merged,
                "`oneOf` is read as `anyOf`: a value that fits several alternatives is not refused",
            );
        }
        out
    }

    fn disjoint(&mut self, groups: &[Arc<[Ty]>]) -> bool {
        if groups.len() > PAIRS {
            return false;
        }
        groups.iter().enumerate().all(|(index, group)| {
            let others = groups.iter().skip(index.saturating_add(1));
            others
                .flat_map(|other| other.iter())
                .all(|b| self.pay(1) && group.iter().all(|a| !overlap(a, b, self)))
        })
    }

    /// All combinations of two lists of alternatives.
    fn cross(&mut self, a: &[Ty], b: &[Ty]) -> Vec<Ty> {
        match (a, b) {
            ([Ty::Dynamic], _) => return b.to_vec(),
            (_, [Ty::Dynamic]) => return a.to_vec(),
            _ => {}
        }
        let combinations = a.len().saturating_mul(b.len());
        if combinations > COMBINATIONS
            || !self.pay(combinations.saturating_add(fields_in(a)).saturating_add(fields_in(b)))
        {
            self.lose(NoteKind::Widened, "too many combinations of alternatives to keep apart");
            let (a, b) = (self.collapse(a), self.collapse(b));
            return vec![intersect_heads(&a, &b, self)];
        }
        let mut out = Vec::with_capacity(combinations);
        for left in a {
            for right in b {
                out.push(intersect_heads(left, right, self));
            }
        }
        out.retain(|ty| !is_never(ty));
        out
    }

    /// One type for several alternatives that are going to be combined further.
    fn collapse(&mut self, alternatives: &[Ty]) -> Ty {
        let before = std::mem::replace(&mut self.collapsing, true);
        let out = self.unite(alternatives);
        self.collapsing = before;
        out
    }

    /// The enumerated strings of a schema, found without evaluating it (it may be under evaluation).
    fn enumerated(&self, schema: &'s Value) -> Option<Vec<Arc<str>>> {
        let mut schema = schema;
        for _ in 0..8 {
            if schema.get("nullable").is_some() {
                return None;
            }
            let reference = schema.get("$ref");
            let constant = schema.get("const").map(std::slice::from_ref);
            let values = constant.or_else(|| schema.get("enum")?.as_array().map(Vec::as_slice));
            match (values.filter(|_| reference.is_none() || !self.lone_refs), reference) {
                (Some(values), _) => {
                    let strings: Option<BTreeSet<Arc<str>>> =
                        values.iter().map(|value| value.as_str().map(Arc::from)).collect();
                    return strings.filter(|all| !all.is_empty()).map(|all| all.into_iter().collect());
                }
                (None, reference) => schema = self.peek(reference?)?,
            }
        }
        None
    }

    /// States in a union or intersection, without those of its own kind in between: recursive schemas then lead to the same few
    /// states again and again.
    fn flat(&mut self, children: Vec<Ty>, inner: fn(&State) -> Option<&Vec<DefId>>) -> Vec<DefId> {
        let mut members = Vec::new();
        for member in self.states_of(children) {
            match self.get(member).and_then(inner) {
                Some(inner) => members.extend(inner.iter().copied()),
                None => members.push(member),
            }
        }
        members.sort_unstable();
        members.dedup();
        members
    }

    /// The schema of a state that is a place in the document.
    fn schema(&self, ty: &Ty) -> Option<&'s Value> {
        let Ty::Ref(id) = ty else { return None };
        match self.get(*id)? {
            State::Place(place) => self.places.get(*place).map(|place| place.schema),
            State::Any(_) | State::All(_) | State::Type(_) => None,
        }
    }
}

/// Two schemas differ in annotations at most.
fn alike(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_object(), b.as_object()) else { return a == b };
    let restricting =
        |map: &'_ Map<String, Value>| map.iter().filter(|(keyword, _)| !is_annotation(keyword)).count();
    restricting(a) == restricting(b)
        && a.iter().all(|(keyword, value)| is_annotation(keyword) || b.get(keyword) == Some(value))
}

impl Below for States<'_> {
    fn any(&mut self, alternatives: Vec<Ty>) -> Ty {
        if alternatives.contains(&Ty::Dynamic) {
            return Ty::Dynamic;
        }
        let mut distinct: Vec<Ty> = Vec::new();
        for alternative in alternatives {
            if !is_never(&alternative) && !distinct.iter().any(|other| self.same(other, &alternative)) {
                distinct.push(alternative);
            }
        }
        let alternatives = distinct;
        let members = self.flat(alternatives, |state| match state {
            State::Any(members) => Some(members),
            State::Place(_) | State::All(_) | State::Type(_) => None,
        });
        match members.as_slice() {
            [] => never(),
            [only] => Ty::Ref(*only),
            _ => self.state(State::Any(members)),
        }
    }

    fn all(&mut self, parts: Vec<Ty>) -> Ty {
        if parts.iter().any(is_never) {
            return never();
        }
        let parts = parts.into_iter().filter(|ty| *ty != Ty::Dynamic).collect();
        let members = self.flat(parts, |state| match state {
            State::All(members) => Some(members),
            State::Place(_) | State::Any(_) | State::Type(_) => None,
        });
        match members.as_slice() {
            [] => Ty::Dynamic,
            [only] => Ty::Ref(*only),
            _ => self.state(State::All(members)),
        }
    }

    fn tags(&mut self, child: &Ty) -> Option<Vec<Arc<str>>> {
        let id = match child {
            Ty::Ref(id) => *id,
            Ty::Dynamic => return None,
            Ty::Kinds(kinds) => {
                let string = kinds.string.clone()?;
                let strings = Kinds { string: Some(string.clone()), ..Kinds::default() };
                return string.one_of.filter(|_| **kinds == strings);
            }
        };
        match self.get(id)?.clone() {
            State::Place(place) => self.enumerated(self.places.get(place)?.schema),
            State::Type(ty) => self.tags(&ty),
            State::All(members) => members.into_iter().find_map(|member| self.tags(&Ty::Ref(member))),
            State::Any(members) => {
                let tags: Option<Vec<_>> =
                    members.into_iter().map(|member| self.tags(&Ty::Ref(member))).collect();
                let tags: BTreeSet<Arc<str>> = tags?.into_iter().flatten().collect();
                Some(tags.into_iter().collect())
            }
        }
    }

    fn same(&self, a: &Ty, b: &Ty) -> bool {
        a == b || matches!((self.schema(a), self.schema(b)), (Some(a), Some(b)) if alike(a, b))
    }

    fn lose(&mut self, kind: NoteKind, reason: &'static str) {
        self.note(kind, reason);
    }

    fn open_is_any(&self) -> bool {
        self.collapsing
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

fn fields_in(alternatives: &[Ty]) -> usize {
    let fields = |ty: &Ty| match ty {
        Ty::Kinds(kinds) => kinds.object.as_ref().map_or(0, |object| object.fields.len()),
        Ty::Dynamic | Ty::Ref(_) => 0,
    };
    alternatives.iter().map(fields).fold(1, usize::saturating_add)
}
