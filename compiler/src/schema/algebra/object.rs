//! Unions of objects. In: object types of which a value may fit any. Out: one object type, with variants where a string field
//! tells the alternatives apart, otherwise with every field optional that some alternative lacks.

use super::{Below, is_never};
use crate::schema::note::NoteKind;
use crate::ty::{FieldTy, ObjectTy, Rest, StringTy, Ty, Variant, Variants};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The union of at least one object type.
pub(super) fn union_objects(mut parts: Vec<ObjectTy>, below: &mut impl Below) -> ObjectTy {
    // An alternative that requires what it forbids admits no object; the first stays in case all are so.
    if let Some(index) = parts.iter().position(|part| !hopeless(part)) {
        parts.swap(0, index);
        let mut first = true;
        parts.retain(|part| std::mem::take(&mut first) || !hopeless(part));
    }
    let mut distinct: Vec<ObjectTy> = Vec::with_capacity(parts.len());
    for part in parts {
        if !distinct.iter().any(|other| alike(other, &part, below)) {
            distinct.push(part);
        }
    }
    let parts = distinct;
    if let [only] = parts.as_slice() {
        return only.clone();
    }
    if !below.open_is_any()
        && let Some(open) = open_record(&parts, below)
    {
        return open;
    }
    let variants = discriminate(&parts, below);
    let keys: BTreeSet<Arc<str>> = parts.iter().flat_map(|part| part.fields.keys().cloned()).collect();
    let mut mixed = variants.is_none();
    let mut fields = BTreeMap::new();
    for key in keys {
        let tag = variants.as_ref().is_some_and(|variants| variants.tag == key);
        let field = union_fields(&key, &parts, below, |distinct| mixed |= distinct && !tag);
        fields.insert(key, field);
    }
    let sizes = |of: fn(&ObjectTy) -> Option<u32>| parts.iter().map(of).collect::<Option<Vec<u32>>>();
    let min_properties = sizes(|part| part.min_properties).and_then(|all| all.into_iter().min());
    let max_properties = sizes(|part| part.max_properties).and_then(|all| all.into_iter().max());
    mixed |= parts
        .iter()
        .any(|part| (part.min_properties, part.max_properties) != (min_properties, max_properties));
    if mixed {
        below.lose(
            NoteKind::Merged,
            "alternative objects are read as one that may hold the fields of any of them",
        );
    }
    ObjectTy {
        fields,
        rest: union_rests(&parts, below),
        min_properties,
        max_properties,
        names: union_names(&parts),
        variants,
    }
}

/// "This record, or any object" is the record with further keys (semantics.md 23): what has a declared key has it with the
/// declared type. Otherwise such a union would be no more than a map of anything.
fn open_record(parts: &[ObjectTy], below: &mut impl Below) -> Option<ObjectTy> {
    let anything = ObjectTy { rest: Rest::Map(Ty::Dynamic), ..ObjectTy::default() };
    let records: Vec<ObjectTy> = parts.iter().filter(|part| **part != anything).cloned().collect();
    if records.len() == parts.len() || records.iter().any(|record| record.fields.is_empty()) {
        return None;
    }
    below.lose(
        NoteKind::OpenRecord,
        "a record or any object is read as the record with further keys: its own keys keep their types",
    );
    let mut record = union_objects(records, below);
    for field in record.fields.values_mut() {
        field.required = false;
    }
    Some(ObjectTy { fields: record.fields, ..anything })
}

/// The two admit the same objects; descriptions and defaults do not count.
fn alike(a: &ObjectTy, b: &ObjectTy, below: &impl Below) -> bool {
    let rest = match (&a.rest, &b.rest) {
        (Rest::Map(a), Rest::Map(b)) => below.same(a, b),
        (a, b) => a == b,
    };
    let sizes = |object: &ObjectTy| (object.min_properties, object.max_properties);
    rest && sizes(a) == sizes(b)
        && (&a.names, &a.variants) == (&b.names, &b.variants)
        && a.fields.len() == b.fields.len()
        && a.fields.iter().zip(&b.fields).all(|((key, field), (other_key, other))| {
            key == other_key && field.required == other.required && below.same(&field.ty, &other.ty)
        })
}

/// A required field admits nothing.
fn hopeless(object: &ObjectTy) -> bool {
    object.fields.values().any(|field| field.required && is_never(&field.ty))
}

fn union_fields(
    key: &str,
    parts: &[ObjectTy],
    below: &mut impl Below,
    mut differ: impl FnMut(bool),
) -> FieldTy {
    let declared: Vec<&FieldTy> = parts.iter().filter_map(|part| part.fields.get(key)).collect();
    let mut types: Vec<Ty> = Vec::new();
    for part in parts {
        let ty = match (part.fields.get(key), &part.rest) {
            (Some(field), _) => field.ty.clone(),
            (None, Rest::Map(ty)) => ty.clone(),
            (None, Rest::Open) if below.open_is_any() => Ty::Dynamic,
            (None, Rest::Open | Rest::Closed) => continue,
        };
        if !types.iter().any(|other| below.same(other, &ty)) {
            types.push(ty);
        }
    }
    differ(types.len() > 1);
    let shared = |of: fn(&FieldTy) -> &Option<Arc<str>>| {
        let first = declared.first().and_then(|field| of(field).clone());
        first.filter(|first| declared.iter().all(|field| of(field).as_ref() == Some(first)))
    };
    FieldTy {
        ty: match types.len() {
            1 => types.remove(0),
            _ => below.any(types),
        },
        required: parts.iter().all(|part| part.fields.get(key).is_some_and(|field| field.required)),
        default: shared(|field| &field.default),
        description: shared(|field| &field.description)
            .or_else(|| declared.iter().find_map(|field| field.description.clone())),
    }
}

fn union_rests(parts: &[ObjectTy], below: &mut impl Below) -> Rest {
    let maps: Vec<Ty> = parts
        .iter()
        .filter_map(|part| match &part.rest {
            Rest::Map(ty) => Some(ty.clone()),
            Rest::Closed | Rest::Open => None,
        })
        .collect();
    if below.open_is_any() && parts.iter().any(|part| part.rest == Rest::Open) {
        return Rest::Open;
    }
    if maps.is_empty() {
        // INVARIANT: closed for good; nothing is intersected with a union of alternatives afterwards.
        return Rest::Closed;
    }
    Rest::Map(below.any(maps))
}

/// The constraint on undeclared keys, if all alternatives that admit any share it.
fn union_names(parts: &[ObjectTy]) -> Option<StringTy> {
    let mut names = parts.iter().filter(|part| part.rest != Rest::Closed).map(|part| &part.names);
    let first = names.next()?.clone()?;
    names.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Finds the field whose value says which alternative an object is.
fn discriminate(parts: &[ObjectTy], below: &mut impl Below) -> Option<Variants> {
    let closed = |part: &ObjectTy| match part.rest {
        Rest::Closed => true,
        Rest::Open => !below.open_is_any(),
        Rest::Map(_) => false,
    };
    if !parts.iter().all(closed) {
        return None;
    }
    let candidates: Vec<Arc<str>> = parts.first()?.fields.keys().cloned().collect();
    candidates.into_iter().find_map(|tag| {
        let mut cases: BTreeMap<Arc<str>, Variant> = BTreeMap::new();
        for part in parts {
            for case in cases_by(part, &tag, below)? {
                if cases.insert(case.value.clone(), case).is_some() {
                    return None;
                }
            }
        }
        Some(Variants { tag, cases: cases.into_values().collect() })
    })
}

/// The cases of one alternative by `tag`; `None` if it is not told by it.
fn cases_by(part: &ObjectTy, tag: &str, below: &mut impl Below) -> Option<Vec<Variant>> {
    if let Some(variants) = part.variants.as_ref().filter(|variants| *variants.tag == *tag) {
        return Some(variants.cases.clone());
    }
    let field = part.fields.get(tag).filter(|field| field.required)?;
    let required: Vec<Arc<str>> =
        part.fields.iter().filter(|(_, field)| field.required).map(|(key, _)| key.clone()).collect();
    let allowed: Vec<Arc<str>> = part.fields.keys().cloned().collect();
    let case = |value| Variant { value, required: required.clone(), allowed: allowed.clone() };
    Some(below.tags(&field.ty)?.into_iter().map(case).collect())
}

/// No object fits both, because a required string field differs.
pub(super) fn told_apart(a: &ObjectTy, b: &ObjectTy, below: &mut impl Below) -> bool {
    a.fields.iter().any(|(key, field)| {
        let Some(other) = b.fields.get(key).filter(|other| field.required && other.required) else {
            return false;
        };
        match (below.tags(&field.ty), below.tags(&other.ty)) {
            (Some(a), Some(b)) => a.iter().all(|tag| !b.contains(tag)),
            _ => false,
        }
    })
}
