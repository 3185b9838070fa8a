//! One place of the document with all its keywords. In: a schema. Out: its alternatives, each a conjunction of keywords, of which
//! a value must fit at least one.

use super::algebra::{Below as _, intersect_heads, is_never, overlap};
use super::literal::literals;
use super::note::NoteKind;
use super::refs::{self, Target};
use super::states::{Place, States, fields_in};
use super::supported::{Treatment, treatment};
use crate::ty::{Kinds, ObjectTy, Ty};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most combinations of alternatives that are kept apart.
const COMBINATIONS: usize = 4096;
/// Most `oneOf` alternatives that are compared pair by pair.
const PAIRS: usize = 64;

impl<'s> States<'s> {
    /// The alternatives of a schema, all its keywords taken together.
    pub(super) fn place(&mut self, place: &Place<'s>) -> Vec<Ty> {
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
    pub(super) fn peek(&self, reference: &Value) -> Option<&'s Value> {
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
            return self.told_by_one_tag(groups);
        }
        groups.iter().enumerate().all(|(index, group)| {
            let others = groups.iter().skip(index.saturating_add(1));
            others
                .flat_map(|other| other.iter())
                .all(|b| self.pay(1) && group.iter().all(|a| !overlap(a, b, self)))
        })
    }

    /// All alternatives are objects with one required field that has other texts in each.
    fn told_by_one_tag(&mut self, groups: &[Arc<[Ty]>]) -> bool {
        let all = || groups.iter().flat_map(|group| group.iter());
        let Some(keys) = all().next().and_then(only_object).map(|first| first.fields.keys()) else {
            return false;
        };
        keys.into_iter().any(|key| {
            let mut seen = BTreeSet::new();
            all().all(|ty| {
                let field = only_object(ty).and_then(|object| object.fields.get(key));
                let Some(field) = field.filter(|field| field.required && self.pay(1)) else { return false };
                self.tags(&field.ty).is_some_and(|tags| tags.into_iter().all(|tag| seen.insert(tag)))
            })
        })
    }

    /// All combinations of two lists of alternatives.
    pub(super) fn cross(&mut self, a: &[Ty], b: &[Ty]) -> Vec<Ty> {
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
}

/// The object type of a type that admits nothing else.
fn only_object(ty: &Ty) -> Option<&ObjectTy> {
    let Ty::Kinds(kinds) = ty else { return None };
    let object = kinds.object.as_ref()?;
    (**kinds == Kinds { object: Some(object.clone()), ..Kinds::default() }).then_some(object)
}
