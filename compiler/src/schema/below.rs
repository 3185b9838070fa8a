//! What set operations ask of the system of states. In: children, which are states. Out: the states of their unions and
//! intersections, and what can be said of them without evaluating them (they may be under evaluation).

use super::algebra::{Below, is_never, never};
use super::note::NoteKind;
use super::states::{State, States};
use super::supported::is_annotation;
use crate::ty::{DefId, Kinds, Ty};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

impl<'s> States<'s> {
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
            State::All(members) => {
                let known = members.into_iter().filter_map(|member| self.tags(&Ty::Ref(member)));
                known.reduce(|mut tags, other| {
                    tags.retain(|tag| other.contains(tag));
                    tags
                })
            }
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
