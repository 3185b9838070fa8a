//! Intersections. In: two types that a value must both fit. Out: one type; a reason where it admits more.

use super::object::told_apart;
use super::scalar::{intersect_booleans, intersect_numbers, intersect_strings, length_and_values_fit};
use super::{Below, from_kinds, is_never, never};
use crate::schema::note::NoteKind;
use crate::ty::{FieldTy, Kinds, ListTy, ObjectTy, Rest, StringTy, Ty, Variant, Variants};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The intersection of types whose children are only known to `below`. Neither is a [`Ty::Ref`].
pub(in crate::schema) fn intersect_heads(a: &Ty, b: &Ty, below: &mut impl Below) -> Ty {
    let (Ty::Kinds(x), Ty::Kinds(y)) = (a, b) else {
        return if *a == Ty::Dynamic { b.clone() } else { a.clone() };
    };
    let number = match (&x.number, &y.number) {
        (Some(x), Some(y)) => {
            let (number, exact) = intersect_numbers(x, y);
            if !exact {
                below.lose(
                    NoteKind::Merged,
                    "two `multipleOf` have no common multiple in range; only the first counts",
                );
            }
            number
        }
        _ => None,
    };
    from_kinds(Kinds {
        null: x.null && y.null,
        boolean: x.boolean.as_ref().zip(y.boolean.as_ref()).and_then(|(x, y)| intersect_booleans(x, y)),
        number,
        string: x.string.as_ref().zip(y.string.as_ref()).and_then(|(x, y)| intersect_strings(x, y)),
        list: x.list.as_ref().zip(y.list.as_ref()).and_then(|(x, y)| intersect_lists(x, y, below)),
        object: x
            .object
            .as_ref()
            .zip(y.object.as_ref())
            .and_then(|(x, y)| intersect_objects(x, y, below))
            .map(Arc::new),
    })
}

fn intersect_children(a: &Ty, b: &Ty, below: &mut impl Below) -> Ty {
    match (a, b) {
        (a, b) if a == b => a.clone(),
        (Ty::Dynamic, other) | (other, Ty::Dynamic) => other.clone(),
        (a, b) if is_never(a) || is_never(b) => never(),
        (a, b) => below.all(vec![a.clone(), b.clone()]),
    }
}

fn intersect_lists(a: &ListTy, b: &ListTy, below: &mut impl Below) -> Option<ListTy> {
    let out = ListTy {
        items: intersect_children(&a.items, &b.items, below),
        min_items: a.min_items.max(b.min_items),
        max_items: smaller(a.max_items, b.max_items),
        unique: a.unique || b.unique,
    };
    let empty = matches!((out.min_items, out.max_items), (Some(min), Some(max)) if min > max);
    (!empty).then_some(out)
}

fn smaller(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn intersect_objects(a: &ObjectTy, b: &ObjectTy, below: &mut impl Below) -> Option<ObjectTy> {
    if told_apart(a, b, below) {
        return None;
    }
    let mut fields = BTreeMap::new();
    for (key, field) in &a.fields {
        if let Some(field) = intersect_field(key, field, b, below) {
            fields.insert(key.clone(), field);
        }
    }
    for (key, field) in &b.fields {
        if !a.fields.contains_key(key)
            && let Some(field) = intersect_field(key, field, a, below)
        {
            fields.insert(key.clone(), field);
        }
    }
    let variants = intersect_variants(a, b, &fields, below);
    let out = ObjectTy {
        fields,
        rest: intersect_rests(&a.rest, &b.rest, below),
        min_properties: a.min_properties.max(b.min_properties),
        max_properties: smaller(a.max_properties, b.max_properties),
        names: intersect_names(a.names.as_ref(), b.names.as_ref()),
        variants,
    };
    let empty = matches!((out.min_properties, out.max_properties), (Some(min), Some(max)) if min > max);
    (!empty).then_some(out)
}

/// What is left of a field when `other` has its say; `None` if no value may stand under the key.
fn intersect_field(key: &str, field: &FieldTy, other: &ObjectTy, below: &mut impl Below) -> Option<FieldTy> {
    let forbidden = FieldTy { ty: never(), ..field.clone() };
    let left = match (other.fields.get(key), &other.rest) {
        (Some(twin), _) => FieldTy {
            ty: intersect_children(&field.ty, &twin.ty, below),
            required: field.required || twin.required,
            default: field.default.clone().or_else(|| twin.default.clone()),
            description: field.description.clone().or_else(|| twin.description.clone()),
        },
        (None, Rest::Open) => field.clone(),
        (None, Rest::Closed) => forbidden,
        (None, Rest::Map(ty)) => match &other.names {
            Some(names) if !length_and_values_fit(key, names) => forbidden,
            names => {
                if names.as_ref().is_some_and(|names| !names.patterns.is_empty()) {
                    below.lose(
                        NoteKind::Merged,
                        "patterns for keys are not applied to the keys that another part declares",
                    );
                }
                FieldTy { ty: intersect_children(&field.ty, ty, below), ..field.clone() }
            }
        },
    };
    // A required field that admits nothing stays: it is what makes the object impossible.
    (left.required || !is_never(&left.ty)).then_some(left)
}

fn intersect_rests(a: &Rest, b: &Rest, below: &mut impl Below) -> Rest {
    match (a, b) {
        (Rest::Closed, _) | (_, Rest::Closed) => Rest::Closed,
        (Rest::Map(a), Rest::Map(b)) => Rest::Map(intersect_children(a, b, below)),
        // A part that says nothing of keys leaves it to the other whether undeclared ones are denied in the end.
        (Rest::Open, Rest::Map(Ty::Dynamic) | Rest::Open) | (Rest::Map(Ty::Dynamic), Rest::Open) => {
            Rest::Open
        }
        (Rest::Open, Rest::Map(ty)) | (Rest::Map(ty), Rest::Open) => Rest::Map(ty.clone()),
    }
}

fn intersect_names(a: Option<&StringTy>, b: Option<&StringTy>) -> Option<StringTy> {
    match (a, b) {
        // Empty: no undeclared key fits, which an empty enumeration says.
        (Some(a), Some(b)) => Some(
            intersect_strings(a, b).unwrap_or(StringTy { one_of: Some(Vec::new()), ..StringTy::default() }),
        ),
        (a, b) => a.or(b).cloned(),
    }
}

/// Keeps the alternatives of one side, with what the other side adds and forbids.
fn intersect_variants(
    a: &ObjectTy,
    b: &ObjectTy,
    fields: &BTreeMap<Arc<str>, FieldTy>,
    below: &mut impl Below,
) -> Option<Variants> {
    let (side, variants) = match (&a.variants, &b.variants) {
        (Some(variants), other) => {
            if other.as_ref().is_some_and(|other| other != variants) {
                below.lose(NoteKind::Merged, "of two sets of alternatives only the first is told apart");
            }
            (a, variants)
        }
        (None, Some(variants)) => (b, variants),
        (None, None) => return None,
    };
    let required = || fields.iter().filter(|(_, field)| field.required).map(|(key, _)| key);
    let cases = variants.cases.iter().filter_map(|case| {
        let allowed: Vec<Arc<str>> = fields
            .keys()
            .filter(|key| !side.fields.contains_key(*key) || case.allowed.contains(key))
            .cloned()
            .collect();
        let mut needed: Vec<Arc<str>> = case.required.iter().chain(required()).cloned().collect();
        needed.sort_unstable();
        needed.dedup();
        let possible = needed.iter().all(|key| allowed.binary_search(key).is_ok());
        possible.then_some(Variant { value: case.value.clone(), required: needed, allowed })
    });
    Some(Variants { tag: variants.tag.clone(), cases: cases.collect() })
}
