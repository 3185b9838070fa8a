//! Unions. In: types of which a value may fit any. Out: one type in normal form, and a reason for every loss.

use super::object::union_objects;
use super::scalar::{union_booleans, union_numbers, union_strings};
use super::{Below, from_kinds, never};
use crate::schema::note::NoteKind;
use crate::ty::{Kinds, ListTy, Ty};
use std::sync::Arc;

/// The union of types whose children are only known to `below`. No alternative is a [`Ty::Ref`].
pub(in crate::schema) fn union_heads(alternatives: &[Ty], below: &mut impl Below) -> Ty {
    let mut parts: Vec<&Kinds> = Vec::new();
    for alternative in alternatives {
        match alternative {
            Ty::Kinds(kinds) => parts.push(kinds),
            Ty::Dynamic | Ty::Ref(_) => return Ty::Dynamic,
        }
    }
    match alternatives {
        [] => return never(),
        [only] => return only.clone(),
        _ => {}
    }
    let strings: Vec<_> = parts.iter().filter_map(|part| part.string.clone()).collect();
    let string = (!strings.is_empty()).then(|| union_strings(&strings));
    let mut number = None;
    for part in parts.iter().filter_map(|part| part.number.as_ref()) {
        number = Some(match number {
            None => (part.clone(), true),
            Some((sum, exact)) => {
                let (sum, both) = union_numbers(&sum, part);
                (sum, both && exact)
            }
        });
    }
    if matches!(string, Some((_, false))) {
        below.lose(
            NoteKind::Merged,
            "alternative strings are read as one, with the constraints that all of them share",
        );
    }
    if matches!(number, Some((_, false))) {
        below.lose(NoteKind::Merged, "alternative ranges of numbers are read as one that spans them all");
    }
    let lists: Vec<&ListTy> = parts.iter().filter_map(|part| part.list.as_ref()).collect();
    let objects: Vec<_> = parts.iter().filter_map(|part| part.object.as_deref().cloned()).collect();
    from_kinds(Kinds {
        null: parts.iter().any(|part| part.null),
        boolean: parts.iter().filter_map(|part| part.boolean.clone()).reduce(|a, b| union_booleans(&a, &b)),
        number: number.map(|(number, _)| number),
        string: string.map(|(string, _)| string),
        list: union_lists(&lists, below),
        object: if objects.is_empty() { None } else { Some(Arc::new(union_objects(objects, below))) },
    })
}

fn union_lists(lists: &[&ListTy], below: &mut impl Below) -> Option<ListTy> {
    let first = *lists.first()?;
    if lists.iter().all(|list| *list == first) {
        return Some(first.clone());
    }
    let wider = |outer: &ListTy, inner: &ListTy| {
        (below.same(&outer.items, &inner.items) || outer.items == Ty::Dynamic)
            && outer.min_items.is_none_or(|min| min == 0 || inner.min_items.is_some_and(|inner| inner >= min))
            && outer.max_items.is_none_or(|max| inner.max_items.is_some_and(|inner| inner <= max))
            && (!outer.unique || inner.unique)
    };
    if let Some(widest) = lists.iter().find(|outer| lists.iter().all(|inner| wider(outer, inner))) {
        return Some((*widest).clone());
    }
    below.lose(
        NoteKind::Merged,
        "alternative lists are read as one whose elements may be of any alternative's type",
    );
    Some(ListTy {
        items: below.any(lists.iter().map(|list| list.items.clone()).collect()),
        min_items: lists.iter().map(|list| list.min_items).min().flatten(),
        max_items: lists
            .iter()
            .map(|list| list.max_items)
            .collect::<Option<Vec<u32>>>()
            .and_then(|all| all.into_iter().max()),
        unique: lists.iter().all(|list| list.unique),
    })
}

/// A value may fit both, as far as their surfaces say.
pub(in crate::schema) fn overlap(a: &Ty, b: &Ty, below: &mut impl Below) -> bool {
    let (Ty::Kinds(a), Ty::Kinds(b)) = (a, b) else { return true };
    let booleans = match (&a.boolean, &b.boolean) {
        (Some(x), Some(y)) => x.only.is_none() || y.only.is_none() || x.only == y.only,
        _ => false,
    };
    let numbers = match (&a.number, &b.number) {
        (Some(x), Some(y)) => super::scalar::intersect_numbers(x, y).0.is_some(),
        _ => false,
    };
    let strings = match (&a.string, &b.string) {
        (Some(x), Some(y)) => super::scalar::intersect_strings(x, y).is_some(),
        _ => false,
    };
    let objects = match (&a.object, &b.object) {
        (Some(x), Some(y)) => !super::object::told_apart(x, y, below),
        _ => false,
    };
    (a.null && b.null) || booleans || numbers || strings || objects || (a.list.is_some() && b.list.is_some())
}
