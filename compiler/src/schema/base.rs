//! The keywords of one schema that speak of its own surface. In: the schema's members. Out: one type per JSON kind, whose
//! children are states.

use super::algebra::{Below as _, everything, from_kinds, intersect_heads, never, tighter};
use super::literal::{decimal, literals};
use super::note::NoteKind;
use super::pattern::import_pattern;
use super::refs::step;
use super::states::States;
use crate::json::canonical;
use crate::ty::{BoolTy, Bound, Kinds, ListTy, NumberTy, StringTy, Ty};
use policyc_runtime::number::Decimal;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// The members of a schema.
pub(super) type Keywords = Map<String, Value>;

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
            kinds.object = Some(Arc::new(self.objects(map, pointer)));
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

    pub(super) fn invalid(&mut self, keyword: &str, wanted: &str) {
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
            // Gemini's interface writes `STRING`.
            let capitals = name.as_str().filter(|name| name.bytes().all(|byte| byte.is_ascii_uppercase()));
            let lower = capitals.map(str::to_ascii_lowercase);
            match lower.as_deref().or(name.as_str()) {
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
    pub(super) fn count(&mut self, map: &'s Keywords, keyword: &str) -> Option<u32> {
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
    pub(super) fn pattern(&mut self, pattern: &'s str) -> Option<Arc<str>> {
        self.spelled(pattern, "any string fits")
    }

    /// The same, with what follows where no automaton decides it.
    pub(super) fn spelled(&mut self, pattern: &'s str, otherwise: &str) -> Option<Arc<str>> {
        let known =
            self.patterns.entry(pattern).or_insert_with(|| import_pattern(pattern).map(Arc::from)).clone();
        match known {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let message =
                    format!("the pattern `{}` is not enforced, {otherwise}: {error}", pattern.escape_debug());
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
}
