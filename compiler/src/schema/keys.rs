//! The keywords of one schema that speak of objects: which keys there are, what they hold, and what other keys may hold. In: the
//! schema's members. Out: an object type, whose children are states.

use super::algebra::{Below as _, from_kinds, intersect_heads, is_never, never};
use super::base::Keywords;
use super::note::NoteKind;
use super::refs::step;
use super::states::{States, is_anything};
use crate::json::canonical;
use crate::ty::{FieldTy, Kinds, ObjectTy, Rest, StringTy, Ty};
use serde_json::{Map, Value};
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
        let mut fields = BTreeMap::new();
        let below = step(pointer, "properties");
        for (key, schema) in properties.into_iter().flatten() {
            let field = self.field(schema, step(&below, key));
            fields.insert(Arc::from(key.as_str()), field);
        }
        let (rest, mut names) = self.rest(map, properties, pointer);
        self.required(map, &mut fields, &rest);
        if let Some(schema) = map.get("propertyNames") {
            names = self.names(schema, step(pointer, "propertyNames"), names, !fields.is_empty());
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

    /// What undeclared keys may be, as far as this schema says, and which keys these are.
    ///
    /// [`Rest::Open`] means: nothing is said, and keys are denied in the end unless another part declares them.
    fn rest(
        &mut self,
        map: &'s Keywords,
        properties: Option<&Keywords>,
        pointer: &str,
    ) -> (Rest, Option<StringTy>) {
        let additional = map.get("additionalProperties");
        let says_any = additional.is_some_and(is_anything);
        let rest = match (additional, properties) {
            (Some(Value::Bool(false)), _) => Rest::Closed,
            (Some(schema), _) if !says_any => match self.child(schema, step(pointer, "additionalProperties"))
            {
                Ty::Dynamic => Rest::Map(Ty::Dynamic),
                ty => Rest::Map(ty),
            },
            (_, None) => Rest::Map(Ty::Dynamic),
            (Some(_), Some(properties)) if properties.is_empty() => Rest::Map(Ty::Dynamic),
            (_, Some(_)) => Rest::Open,
        };
        match map.get("patternProperties").map(|value| (value, value.as_object())) {
            Some((_, Some(patterns))) if !patterns.is_empty() => {
                self.pattern_rest(patterns, rest, !properties.is_none_or(Map::is_empty), pointer)
            }
            Some((_, None)) => {
                self.invalid("patternProperties", "an object");
                (rest, None)
            }
            _ => (rest, None),
        }
    }

    /// Keys by pattern are read as a map. Exact for one pattern that stands alone in a closed object.
    fn pattern_rest(
        &mut self,
        patterns: &'s Keywords,
        rest: Rest,
        declared: bool,
        pointer: &str,
    ) -> (Rest, Option<StringTy>) {
        let below = step(pointer, "patternProperties");
        let mut types: Vec<Ty> =
            patterns.iter().map(|(pattern, schema)| self.child(schema, step(&below, pattern))).collect();
        let mut exact = patterns.len() == 1 && !declared;
        let mut names = None;
        match rest {
            Rest::Closed => {
                let spelled: Option<Vec<Arc<str>>> =
                    patterns.keys().map(|pattern| self.pattern(pattern)).collect();
                exact &= spelled.is_some();
                let joined = spelled
                    .map(|all| all.iter().map(|one| format!("(?:{one})")).collect::<Vec<_>>().join("|"));
                names =
                    joined.map(|pattern| StringTy { patterns: vec![pattern.into()], ..StringTy::default() });
            }
            Rest::Map(ty) => {
                exact &= types.iter().all(|pattern| *pattern == ty);
                types.push(ty);
            }
            Rest::Open => exact = false,
        }
        if !exact {
            self.lose(
                NoteKind::Merged,
                "`patternProperties` is read as a map whose values may be of any pattern's type",
            );
        }
        (Rest::Map(self.any(types)), names)
    }

    fn required(&mut self, map: &'s Keywords, fields: &mut BTreeMap<Arc<str>, FieldTy>, rest: &Rest) {
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
            if map.contains_key("properties") {
                let message = format!(
                    "`required` names `{}`, which `properties` does not declare",
                    name.escape_debug()
                );
                self.note(NoteKind::Undeclared, message);
            }
            let ty = match rest {
                Rest::Map(ty) => ty.clone(),
                Rest::Open => Ty::Dynamic,
                Rest::Closed => never(),
            };
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
