//! Which values a type admits, said the plain way. In: a type and a JSON value. Out: whether it fits.
//!
//! The reference for the validation that the VM does in one pass over a request's bytes: a walk over two trees, slow and
//! without a plan. It shares nothing with the VM but the decimals and the syntax of patterns.

use super::algebra::{fits, length_and_values_fit};
use super::literal::decimal;
use super::pattern::for_engines;
use crate::json::canonical;
use crate::ty::{ArgsTy, DefId, Definitions, Kinds, ListTy, NumberTy, ObjectTy, Rest, StringTy, Ty};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Deepest value that is looked at; what is deeper does not fit.
const DEPTH: u32 = 256;

/// Whether `value` fits `args`.
///
/// - A number that is no exact decimal (language.md section 3) fits only where no constraint reads it.
/// - `null` fits only where the type says so; that it counts as absent in conditions is no matter of types.
/// - [`StringTy::format`] and [`StringTy::role`] are not looked at.
/// - A pattern that does not compile fits nothing.
#[must_use]
pub fn accepts(args: &ArgsTy, value: &Value) -> bool {
    Validator::new(&args.definitions).args(&args.root, value)
}

/// Validation against types over one set of definitions; compiles each pattern once.
#[derive(Debug)]
pub struct Validator<'t> {
    definitions: &'t Definitions,
    patterns: RefCell<BTreeMap<Arc<str>, Option<PikeVM>>>,
}

impl<'t> Validator<'t> {
    /// For types that refer to `definitions`.
    #[must_use]
    pub fn new(definitions: &'t Definitions) -> Self {
        Self { definitions, patterns: RefCell::default() }
    }

    /// Whether `value` is an object that fits `root`.
    #[must_use]
    pub fn args(&self, root: &ObjectTy, value: &Value) -> bool {
        value.as_object().is_some_and(|members| self.object(root, members, DEPTH))
    }

    /// Whether `value` fits `ty`.
    #[must_use]
    pub fn ty(&self, ty: &Ty, value: &Value) -> bool {
        self.value(ty, value, DEPTH)
    }

    fn value(&self, ty: &Ty, value: &Value, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match ty {
            Ty::Dynamic => true,
            Ty::Ref(id) => self.definition(*id).is_some_and(|ty| self.value(ty, value, depth)),
            Ty::Kinds(kinds) => self.kinds(kinds, value, depth),
        }
    }

    fn definition(&self, id: DefId) -> Option<&'t Ty> {
        self.definitions.0.get(usize::try_from(id.0).ok()?)
    }

    fn kinds(&self, kinds: &Kinds, value: &Value, depth: u32) -> bool {
        match value {
            Value::Null => kinds.null,
            Value::Bool(value) => {
                kinds.boolean.as_ref().is_some_and(|ty| ty.only.is_none_or(|only| only == *value))
            }
            Value::Number(value) => kinds.number.as_ref().is_some_and(|ty| number(ty, value)),
            Value::String(value) => kinds.string.as_ref().is_some_and(|ty| self.string(ty, value)),
            Value::Array(value) => kinds.list.as_ref().is_some_and(|ty| self.list(ty, value, depth)),
            Value::Object(value) => kinds.object.as_ref().is_some_and(|ty| self.object(ty, value, depth)),
        }
    }

    fn string(&self, ty: &StringTy, value: &str) -> bool {
        length_and_values_fit(value, ty) && ty.patterns.iter().all(|pattern| self.finds(pattern, value))
    }

    fn finds(&self, pattern: &Arc<str>, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let engine =
            patterns.entry(pattern.clone()).or_insert_with(|| PikeVM::new(&for_engines(pattern)).ok());
        engine.as_ref().is_some_and(|engine| engine.is_match(&mut engine.create_cache(), text))
    }

    fn list(&self, ty: &ListTy, value: &[Value], depth: u32) -> bool {
        let distinct = || value.iter().map(canonical).collect::<BTreeSet<String>>().len() == value.len();
        within(value.len(), ty.min_items, ty.max_items)
            && value.iter().all(|item| self.value(&ty.items, item, depth))
            && (!ty.unique || distinct())
    }

    fn object(&self, ty: &ObjectTy, value: &Map<String, Value>, depth: u32) -> bool {
        let required = ty.fields.iter().all(|(key, field)| !field.required || value.contains_key(&**key));
        let members = value.iter().all(|(key, member)| match (ty.fields.get(key.as_str()), &ty.rest) {
            (Some(field), _) => self.value(&field.ty, member, depth),
            (None, Rest::Closed) => false,
            (None, Rest::Open) => true,
            (None, Rest::Map(values)) => {
                ty.names.as_ref().is_none_or(|names| self.string(names, key))
                    && self.value(values, member, depth)
            }
        });
        required && members && within(value.len(), ty.min_properties, ty.max_properties) && variant(ty, value)
    }
}

fn within(count: usize, least: Option<u32>, most: Option<u32>) -> bool {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}

fn number(ty: &NumberTy, value: &Number) -> bool {
    decimal(value).map_or_else(|| *ty == NumberTy::default(), |value| fits(value, ty))
}

/// The declared keys are those of the case that the tag names.
fn variant(ty: &ObjectTy, value: &Map<String, Value>) -> bool {
    let Some(variants) = &ty.variants else { return true };
    let Some(tag) = value.get(&*variants.tag).and_then(Value::as_str) else { return false };
    let Some(case) = variants.cases.iter().find(|case| *case.value == *tag) else { return false };
    let allowed =
        |key: &str| !ty.fields.contains_key(key) || case.allowed.iter().any(|allowed| **allowed == *key);
    case.required.iter().all(|key| value.contains_key(&**key)) && value.keys().all(|key| allowed(key))
}
