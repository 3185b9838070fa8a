//! `patternProperties`. In: its patterns. Out: what they say of the keys that `properties` or `required` names, and of all others: these
//! are read as a map whose keys match some pattern.

use super::algebra::Below as _;
use super::base::Keywords;
use super::keys::Others;
use super::note::NoteKind;
use super::pattern::for_engines;
use super::refs::step;
use super::states::States;
use crate::ty::{Rest, StringTy, Ty};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use std::sync::Arc;

/// Keys by pattern.
#[derive(Debug)]
pub(super) struct KeyPattern {
    /// In the type's spelling; nothing if no automaton decides it, so that it declares no key.
    spelled: Option<Arc<str>>,
    engine: Option<PikeVM>,
    ty: Ty,
}

impl KeyPattern {
    /// Whether a key matches, if that can be said.
    pub(super) fn matches(&self, key: &str) -> Option<bool> {
        let engine = self.engine.as_ref()?;
        Some(engine.is_match(&mut engine.create_cache(), key))
    }
}

impl<'s> States<'s> {
    /// The patterns of one schema.
    pub(super) fn key_patterns(&mut self, map: &'s Keywords, pointer: &str) -> Vec<KeyPattern> {
        let Some(value) = map.get("patternProperties") else { return Vec::new() };
        let Some(patterns) = value.as_object() else {
            self.invalid("patternProperties", "an object");
            return Vec::new();
        };
        let below = step(pointer, "patternProperties");
        let one = |(pattern, schema): (&'s String, &'s _)| {
            let spelled = self.spelled(pattern, "a key that only it declares is undeclared");
            let engine = spelled.as_ref().and_then(|spelled| PikeVM::new(&for_engines(spelled)).ok());
            KeyPattern { spelled, engine, ty: self.child(schema, step(&below, pattern)) }
        };
        patterns.iter().map(one).collect()
    }

    /// What a declared key holds: a value that fits `own` and every pattern that the key matches.
    pub(super) fn declared(&mut self, key: &str, own: Ty, patterns: &[KeyPattern]) -> Ty {
        let mut parts = vec![own];
        for pattern in patterns {
            match pattern.matches(key).filter(|_| self.pay(1)) {
                Some(true) => parts.push(pattern.ty.clone()),
                Some(false) => {}
                None => self.lose(
                    NoteKind::Merged,
                    "a pattern of `patternProperties` is not applied to the keys that are declared",
                ),
            }
        }
        if parts.len() == 1 { parts.remove(0) } else { self.all(parts) }
    }

    /// What keys may hold that are not declared. Exact for one pattern in an object that is closed to all other keys.
    pub(super) fn undeclared(&mut self, patterns: &[KeyPattern], others: Others) -> Others {
        if patterns.is_empty() {
            return others;
        }
        // Elsewhere a pattern that no automaton decides declares no key.
        let map = matches!(others.rest, Rest::Map(_));
        let known: Vec<&KeyPattern> = patterns.iter().filter(|one| map || one.spelled.is_some()).collect();
        let mut types: Vec<Ty> = known.iter().map(|pattern| pattern.ty.clone()).collect();
        types.dedup();
        let mut exact = types.len() == 1;
        let mut names = None;
        match others.rest {
            Rest::Closed | Rest::Open if known.is_empty() => return others,
            Rest::Closed | Rest::Open => {
                let spelled = known.iter().filter_map(|one| one.spelled.as_ref());
                let joined = spelled.map(|one| format!("(?:{one})")).collect::<Vec<_>>().join("|");
                names = Some(StringTy { patterns: vec![joined.into()], ..StringTy::default() });
            }
            Rest::Map(ty) => {
                exact &= types.contains(&ty);
                types.push(ty);
            }
        }
        if !exact {
            self.lose(
                NoteKind::Merged,
                "`patternProperties` is read as a map whose values may be of any pattern's type",
            );
        }
        Others { rest: Rest::Map(self.any(types)), names }
    }
}
