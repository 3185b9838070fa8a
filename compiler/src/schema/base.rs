//! The keywords of one schema that speak of its own surface. In: the schema's members. Out: one type per JSON kind, whose
//! children are states.

use super::algebra::{Below as _, everything, from_kinds, intersect_heads, is_never, never, tighter};
use super::literal::{decimal, literals};
use super::note::NoteKind;
use super::pattern::import_pattern;
use super::refs::step;
use super::states::{States, is_anything};
use crate::json::canonical;
use crate::ty::{BoolTy, Bound, FieldTy, Kinds, ListTy, NumberTy, ObjectTy, Rest, StringTy, Ty};
use policyc_runtime::number::Decimal;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

type Keywords = Map<String, Value>;

impl<'s> States<'s> {
    /// The type that `type`, `enum`, `const` and the constraints of each kind describe together.
    ///
    /// A keyword constrains the kinds that it speaks of and leaves the others alone: `{"minLength": 1}` admits numbers.
    pub(super) fn base(&mut self, map: &'s Keywords, pointer: &str) -> Ty {
        let mut kinds = self.kinds(map);
        if let Some(number) = &mut kinds.number {
            self.numbers(map, number);
        }
        if let Some(string) = &mut kinds.string {
            self.strings(map, string);
        }
        if kinds.list.is_some() {
            kinds.list = self.lists(map, pointer);
        }
        if kinds.object.is_some() {
            kinds.object = Some(self.objects(map, pointer));
        }
        let mut out = from_kinds(kinds);
        match map.get("enum").map(|values| (values, values.as_array())) {
            Some((_, Some(values))) => {
                let values = literals(values, self);
                out = intersect_heads(&out, &values, self);
            }
            Some((_, None)) => self.invalid("enum", "a list"),
            None => {}
        }
        if let Some(value) = map.get("const") {
            let value = literals(std::slice::from_ref(value), self);
            out = intersect_heads(&out, &value, self);
        }
        out
    }

    fn invalid(&mut self, keyword: &str, wanted: &str) {
        self.note(NoteKind::Invalid, format!("`{keyword}` must be {wanted}; it has no effect"));
    }

    /// The kinds that `type` names, unconstrained.
    fn kinds(&mut self, map: &'s Keywords) -> Kinds {
        let names: Vec<&Value> = match map.get("type") {
            None => return everything(),
            Some(Value::Array(names)) => names.iter().collect(),
            Some(name) => vec![name],
        };
        let all = everything();
        let mut kinds = Kinds::default();
        let mut fractions = false;
        for name in &names {
            match name.as_str() {
                Some("null") => kinds.null = true,
                Some("boolean") => kinds.boolean = Some(BoolTy::default()),
                Some("integer") => {
                    kinds.number = Some(NumberTy { integer: !fractions, ..NumberTy::default() })
                }
                Some("number") => {
                    fractions = true;
                    kinds.number = Some(NumberTy::default());
                }
                Some("string") => kinds.string = Some(StringTy::default()),
                Some("array") => kinds.list.clone_from(&all.list),
                Some("object") => kinds.object.clone_from(&all.object),
                _ => {
                    let message = format!(
                        "`type` says {}, which is no type of JSON Schema; any value fits",
                        canonical(name)
                    );
                    self.note(NoteKind::Invalid, message);
                    return all;
                }
            }
        }
        if names.is_empty() {
            self.invalid("type", "a type or a list with at least one");
            return all;
        }
        kinds
    }

    fn numbers(&mut self, map: &'s Keywords, out: &mut NumberTy) {
        for (keyword, exclusive, side) in [
            ("minimum", "exclusiveMinimum", Ordering::Greater),
            ("maximum", "exclusiveMaximum", Ordering::Less),
        ] {
            let mut bound = self.decimal(map, keyword).map(|value| Bound { value, exclusive: false });
            match map.get(exclusive) {
                // Draft 4 has a boolean that speaks of the other keyword.
                Some(Value::Bool(exclusive)) => {
                    bound = bound.map(|bound| Bound { exclusive: *exclusive, ..bound });
                }
                Some(_) => {
                    let other = self.decimal(map, exclusive).map(|value| Bound { value, exclusive: true });
                    bound = tighter(bound, other, side);
                }
                None => {}
            }
            *(if keyword == "minimum" { &mut out.min } else { &mut out.max }) = bound;
        }
        if let Some(divisor) = self.decimal(map, "multipleOf") {
            if divisor > Decimal::ZERO {
                out.integer |= divisor.is_integer();
                out.multiple_of = Some(divisor);
            } else {
                self.invalid("multipleOf", "above zero");
            }
        }
    }

    fn decimal(&mut self, map: &'s Keywords, keyword: &str) -> Option<Decimal> {
        let value = map.get(keyword)?;
        let Some(number) = value.as_number() else {
            self.invalid(keyword, "a number");
            return None;
        };
        let exact = decimal(number);
        if exact.is_none() {
            let message = format!(
                "`{keyword}` is out of the range or precision of numbers ({number}); it is not enforced"
            );
            self.note(NoteKind::Ignored, message);
        }
        exact
    }

    /// A length or count. What no value can reach is cut to the greatest that the type can say.
    fn count(&mut self, map: &'s Keywords, keyword: &str) -> Option<u32> {
        let value = map.get(keyword)?;
        let whole = value.as_number().and_then(|number| {
            number.as_u64().or_else(|| {
                decimal(number).and_then(Decimal::to_int).and_then(|whole| u64::try_from(whole).ok())
            })
        });
        match whole {
            Some(whole) => Some(u32::try_from(whole).unwrap_or(u32::MAX)),
            None => {
                self.invalid(keyword, "a whole number that is not negative");
                None
            }
        }
    }

    fn strings(&mut self, map: &'s Keywords, out: &mut StringTy) {
        out.min_length = self.count(map, "minLength").filter(|least| *least > 0);
        out.max_length = self.count(map, "maxLength");
        out.format = map.get("format").and_then(Value::as_str).map(Arc::from);
        match map.get("pattern").map(|pattern| (pattern, pattern.as_str())) {
            Some((_, Some(pattern))) => out.patterns.extend(self.pattern(pattern)),
            Some((_, None)) => self.invalid("pattern", "a string"),
            None => {}
        }
    }

    /// A pattern in the type's spelling; noted and left out if no automaton decides it.
    fn pattern(&mut self, pattern: &'s str) -> Option<Arc<str>> {
        let known =
            self.patterns.entry(pattern).or_insert_with(|| import_pattern(pattern).map(Arc::from)).clone();
        match known {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let message = format!(
                    "the pattern `{}` is not enforced, any string fits: {error}",
                    pattern.escape_debug()
                );
                self.note(NoteKind::Pattern, message);
                None
            }
        }
    }

    fn lists(&mut self, map: &'s Keywords, pointer: &str) -> Option<ListTy> {
        let min_items = self.count(map, "minItems").filter(|least| *least > 0);
        let mut max_items = self.count(map, "maxItems");
        let tuple = ["prefixItems", "items"]
            .into_iter()
            .find(|keyword| map.get(*keyword).is_some_and(Value::is_array));
        let tail = match tuple {
            // Before 2020-12 a list of schemas stands under `items`, and the rest under `additionalItems`.
            Some("items") => "additionalItems",
            _ => "items",
        };
        let tail_ty = match map.get(tail) {
            Some(schema) => self.child(schema, step(pointer, tail)),
            None => Ty::Dynamic,
        };
        let items = match tuple {
            None => tail_ty,
            Some(keyword) => {
                let schemas =
                    map.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let length = u32::try_from(schemas.len()).unwrap_or(u32::MAX);
                if tail_ty == never() {
                    max_items = Some(max_items.map_or(length, |most| most.min(length)));
                }
                let pointer = step(pointer, keyword);
                let reached = max_items.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
                let mut types: Vec<Ty> = Vec::new();
                for (index, schema) in schemas.iter().enumerate().take(reached) {
                    let ty = self.child(schema, format!("{pointer}/{index}"));
                    if !types.contains(&ty) {
                        types.push(ty);
                    }
                }
                if max_items.is_none_or(|most| most > length) && !types.contains(&tail_ty) {
                    types.push(tail_ty);
                }
                if types.len() > 1 {
                    self.lose(
                        NoteKind::Merged,
                        "a tuple is read as a list whose elements may be of any position's type",
                    );
                }
                self.any(types)
            }
        };
        let unique = map.get("uniqueItems") == Some(&Value::Bool(true));
        let empty = matches!((min_items, max_items), (Some(least), Some(most)) if least > most);
        // Nothing fits the elements: the empty list is the only one.
        let max_items = if items == never() { Some(0) } else { max_items };
        (!empty).then_some(ListTy { items, min_items, max_items, unique })
    }

    fn objects(&mut self, map: &'s Keywords, pointer: &str) -> ObjectTy {
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
