//! The keywords of one schema that speak of objects: which keys there are, what they hold, and what other keys may hold. In: the
//! schema's members. Out: an object type, whose children are states.

use super::algebra::{from_kinds, intersect_heads, is_never, never};
use super::base::Keywords;
use super::key_patterns::KeyPattern;
use super::note::{CLOSED_ROOT, NoteKind};
use super::refs::step;
use super::states::{States, is_anything};
use crate::json::canonical;
use crate::ty::{FieldTy, Kinds, ObjectTy, Rest, StringTy, Ty};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

impl<'s> States<'s> {
    pub(super) fn objects(&mut self, map: &'s Keywords, pointer: &str) -> ObjectTy {
        let properties = match map.get("properties").map(|value| (value, value.as_object())) {
            Some((_, Some(properties))) => Some(properties),
            Some((_, None)) => {
                self.invalid("properties", "an object");
                None
            }
            None => None,
        };
        let patterns = self.key_patterns(map, pointer);
        let others = self.others(map, properties, pointer);
        let mut fields = BTreeMap::new();
        let below = step(pointer, "properties");
        for (key, schema) in properties.into_iter().flatten() {
            let mut field = self.field(schema, step(&below, key));
            field.ty = self.declared(key, field.ty, &patterns);
            fields.insert(Arc::from(key.as_str()), field);
        }
        self.required(map, &mut fields, &others.rest, &patterns);
        let Others { rest, mut names } = self.undeclared(&patterns, others);
        if let Some(schema) = map.get("propertyNames") {
            names = self.names(schema, step(pointer, "propertyNames"), names, !fields.is_empty());
        }
        if rest == Rest::Open && self.is_root(pointer) {
            enumerated(names.as_ref(), &mut fields);
        }
        let names = names.filter(|_| matches!(rest, Rest::Map(_)));
        let min_properties = self.count(map, "minProperties").filter(|least| *least > 0);
        ObjectTy {
            fields,
            rest,
            min_properties,
            max_properties: self.count(map, "maxProperties"),
            names,
            variants: None,
        }
    }

    fn field(&mut self, schema: &'s Value, pointer: String) -> FieldTy {
        let description = self.annotation(schema, "description").and_then(Value::as_str);
        let default = self.annotation(schema, "default").map(canonical);
        FieldTy {
            ty: self.child(schema, pointer),
            required: false,
            default: default.map(Arc::from),
            description: description.map(Arc::from),
        }
    }

    /// What keys may be that neither `properties` nor a pattern speaks of, as far as this schema says.
    ///
    /// [`Rest::Open`] means: nothing is said, and keys are denied in the end unless another part declares them.
    fn others(&mut self, map: &'s Keywords, properties: Option<&Keywords>, pointer: &str) -> Others {
        let additional = map.get("additionalProperties");
        let says_any = additional.is_some_and(is_anything);
        let rest = match (additional, properties) {
            (Some(Value::Bool(false)), _) => Rest::Closed,
            (Some(schema), _) if !says_any => {
                Rest::Map(self.child(schema, step(pointer, "additionalProperties")))
            }
            (_, None) => Rest::Map(Ty::Dynamic),
            (Some(_), Some(properties)) if properties.is_empty() => Rest::Map(Ty::Dynamic),
            (_, Some(_)) => Rest::Open,
        };
        let rest = if rest == Rest::Map(Ty::Dynamic) && self.is_root(pointer) {
            self.closed_root(map)
        } else {
            rest
        };
        Others { rest, names: None }
    }

    /// A free form at the root of arguments: it is opened path by path, in sight of the policy's reader (semantics.md 5).
    fn closed_root(&mut self, map: &Keywords) -> Rest {
        // Alone, it is seen where the whole root is known.
        let told = ["patternProperties", "propertyNames"].iter().any(|keyword| map.contains_key(*keyword));
        if !told {
            return Rest::Map(Ty::Dynamic);
        }
        self.keyed_root = map.contains_key("patternProperties");
        self.note(NoteKind::ClosedRoot, CLOSED_ROOT);
        Rest::Open
    }

    fn required(
        &mut self,
        map: &'s Keywords,
        fields: &mut BTreeMap<Arc<str>, FieldTy>,
        rest: &Rest,
        patterns: &[KeyPattern],
    ) {
        let Some(required) = map.get("required") else { return };
        let Some(names) = required.as_array() else {
            self.invalid("required", "a list of property names");
            return;
        };
        for name in names {
            let Some(name) = name.as_str() else {
                self.invalid("required", "a list of property names");
                continue;
            };
            if let Some(field) = fields.get_mut(name) {
                field.required = true;
                continue;
            }
            let other = patterns.iter().all(|pattern| pattern.matches(name) == Some(false));
            if other && map.contains_key("properties") {
                let message = format!(
                    "`required` names `{}`, which `properties` does not declare",
                    name.escape_debug()
                );
                self.note(NoteKind::Undeclared, message);
            }
            let own = match rest {
                Rest::Map(ty) if other => ty.clone(),
                Rest::Closed if other => never(),
                Rest::Map(_) | Rest::Closed | Rest::Open => Ty::Dynamic,
            };
            let ty = self.declared(name, own, patterns);
            fields.insert(name.into(), FieldTy { ty, required: true, default: None, description: None });
        }
    }

    /// `propertyNames`, as a constraint on undeclared keys.
    fn names(
        &mut self,
        schema: &'s Value,
        pointer: String,
        known: Option<StringTy>,
        declared: bool,
    ) -> Option<StringTy> {
        let head = match self.child(schema, pointer) {
            Ty::Ref(id) => self.head(id),
            other => other,
        };
        let string = match &head {
            Ty::Dynamic | Ty::Ref(_) => return known,
            Ty::Kinds(kinds) => kinds.string.clone(),
        };
        if declared {
            self.note(
                NoteKind::Ignored,
                "`propertyNames` is not applied to the keys that `properties` or `required` names",
            );
        }
        let none = StringTy { one_of: Some(Vec::new()), ..StringTy::default() };
        let Some(known) = known else { return Some(string.unwrap_or(none)) };
        let kinds = |string| from_kinds(Kinds { string, ..Kinds::default() });
        match intersect_heads(&kinds(Some(known)), &kinds(string), self) {
            ty if is_never(&ty) => Some(none),
            Ty::Kinds(kinds) => kinds.string.clone(),
            Ty::Dynamic | Ty::Ref(_) => None,
        }
    }
}

/// What undeclared keys may be.
#[derive(Debug)]
pub(super) struct Others {
    pub(super) rest: Rest,
    /// A constraint on these keys.
    pub(super) names: Option<StringTy>,
}

/// The keys that `propertyNames` lists one by one are as good as declared.
fn enumerated(names: Option<&StringTy>, fields: &mut BTreeMap<Arc<str>, FieldTy>) {
    for name in names.iter().filter_map(|names| names.one_of.as_ref()).flatten() {
        let field = FieldTy { ty: Ty::Dynamic, required: false, default: None, description: None };
        fields.entry(name.clone()).or_insert(field);
    }
}
