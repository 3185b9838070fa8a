//! Types as sets: unions and intersections in normal form. In: types. Out: a type, which for a union may admit more than
//! either side (types have one alternative per JSON kind), and for an intersection never less than the exact one.
//!
//! The importer computes with types whose children are not known yet, so what happens below the surface is asked of [`Below`].
//! [`union`] and [`intersect`] are the same operations on finished types.

mod finished;
mod intersect;
mod object;
mod scalar;
mod union;

pub use finished::{intersect, union};
pub(super) use intersect::intersect_heads;
pub(super) use scalar::{fits, length_and_values_fit, tighter};
pub(super) use union::{overlap, union_heads};

use crate::schema::note::NoteKind;
use crate::ty::{BoolTy, Kinds, ListTy, NumberTy, ObjectTy, Rest, StringTy, Ty};
use std::sync::Arc;

/// What a set operation needs to know about the children of the types that it combines.
pub(super) trait Below {
    /// The union of children.
    fn any(&mut self, alternatives: Vec<Ty>) -> Ty;
    /// The intersection of children.
    fn all(&mut self, parts: Vec<Ty>) -> Ty;
    /// The strings that `child` admits, if it admits nothing else and they are enumerated.
    fn tags(&mut self, child: &Ty) -> Option<Vec<Arc<str>>>;
    /// Two children are plainly the same type.
    fn same(&self, a: &Ty, b: &Ty) -> bool;
    /// The result admits more than the operation says, for this reason.
    fn lose(&mut self, kind: NoteKind, reason: &'static str);
    /// An undeclared key of an object with [`Rest::Open`] may hold anything. Otherwise it is denied in the end (semantics.md 5),
    /// and counts as denied.
    fn open_is_any(&self) -> bool;
}

/// No value.
pub(super) fn never() -> Ty {
    Ty::Kinds(Arc::default())
}

/// No value fits, which is plain from the surface.
pub(super) fn is_never(ty: &Ty) -> bool {
    matches!(ty, Ty::Kinds(kinds) if **kinds == Kinds::default())
}

/// Every value, kind by kind.
pub(super) fn everything() -> Kinds {
    Kinds {
        null: true,
        boolean: Some(BoolTy::default()),
        number: Some(NumberTy::default()),
        string: Some(StringTy::default()),
        list: Some(ListTy { items: Ty::Dynamic, min_items: None, max_items: None, unique: false }),
        object: Some(Arc::new(ObjectTy { rest: Rest::Map(Ty::Dynamic), ..ObjectTy::default() })),
    }
}

/// The type of `kinds`; [`Ty::Dynamic`] if that is every value.
pub(super) fn from_kinds(kinds: Kinds) -> Ty {
    if kinds.null && kinds == everything() { Ty::Dynamic } else { Ty::Kinds(Arc::new(kinds)) }
}
