//! What types say of places. In: schema types. Out: which kinds of value can stand at a place, and the type one step below.

use crate::ty::{Definitions, FieldTy, Kinds, ListTy, ObjectTy, Rest, StringRole, StringTy, Ty};
use policyc_runtime::program::plan::{
    KIND_ANY, KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING,
};
use std::sync::Arc;

/// The type of a place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Any JSON value.
    Any,
    /// An object of this type.
    Object(&'a ObjectTy, &'a Definitions),
    /// A value of these kinds.
    Kinds(&'a Kinds, &'a Definitions),
}

/// What a key leads to.
#[derive(Debug)]
pub(crate) enum Below<'a> {
    /// A declared key.
    Field(&'a FieldTy, Shape<'a>),
    /// A key that is not declared, but may be there.
    Other(Shape<'a>),
    /// No value has this key.
    Never,
}

impl<'a> Shape<'a> {
    /// Of a type and the definitions it refers to.
    pub(crate) fn of(ty: &'a Ty, definitions: &'a Definitions) -> Self {
        let mut ty = ty;
        // A chain of references without anything in between fits nothing; it is taken for any value, which constrains less.
        for _ in 0..=definitions.0.len() {
            match ty {
                Ty::Dynamic => return Self::Any,
                Ty::Kinds(kinds) => return Self::Kinds(kinds, definitions),
                Ty::Ref(id) => match definitions.0.get(id.0 as usize) {
                    Some(target) => ty = target,
                    None => return Self::Any,
                },
            }
        }
        Self::Any
    }

    /// Kinds of value that a register filled from the place can hold.
    pub(crate) fn kinds(self) -> u8 {
        match self {
            Self::Any => KIND_ANY,
            Self::Object(..) => KIND_OBJECT,
            Self::Kinds(kinds, _) => {
                let text = match &kinds.string {
                    None => 0,
                    Some(StringTy { role: StringRole::Text, .. }) => KIND_STRING,
                    // Read as a number.
                    Some(_) => KIND_NUMBER,
                };
                let bit = |present: bool, kind: u8| if present { kind } else { 0 };
                text | bit(kinds.null, KIND_NULL)
                    | bit(kinds.boolean.is_some(), KIND_BOOL)
                    | bit(kinds.number.is_some(), KIND_NUMBER)
                    | bit(kinds.list.is_some(), KIND_LIST)
                    | bit(kinds.object.is_some(), KIND_OBJECT)
            }
        }
    }

    /// As a list; `None` if it cannot be one or any list will do.
    pub(crate) fn list(self) -> Option<(&'a ListTy, &'a Definitions)> {
        match self {
            Self::Kinds(kinds, definitions) => kinds.list.as_ref().map(|list| (list, definitions)),
            Self::Any | Self::Object(..) => None,
        }
    }

    /// The type of elements.
    pub(crate) fn items(self) -> Self {
        self.list().map_or(Self::Any, |(list, definitions)| Self::of(&list.items, definitions))
    }

    /// As an object; `None` if it cannot be one or any object will do.
    pub(crate) fn object(self) -> Option<(&'a ObjectTy, &'a Definitions)> {
        match self {
            Self::Object(object, definitions) => Some((object, definitions)),
            Self::Kinds(kinds, definitions) => kinds.object.as_deref().map(|object| (object, definitions)),
            Self::Any => None,
        }
    }

    /// What stands under a key.
    pub(crate) fn below(self, key: &Arc<str>) -> Below<'a> {
        let Some((object, definitions)) = self.object() else {
            return if matches!(self, Self::Any) { Below::Other(Self::Any) } else { Below::Never };
        };
        if let Some(field) = object.fields.get(key) {
            return Below::Field(field, Self::of(&field.ty, definitions));
        }
        match &object.rest {
            Rest::Closed => Below::Never,
            Rest::Open => Below::Other(Self::Any),
            Rest::Map(ty) if may_be_named(object.names.as_ref(), key) => {
                Below::Other(Self::of(ty, definitions))
            }
            Rest::Map(_) => Below::Never,
        }
    }

    /// Values under keys that are not declared; `None` if there are none.
    pub(crate) fn others(self) -> Option<Self> {
        match self.object() {
            None => matches!(self, Self::Any).then_some(Self::Any),
            Some((object, definitions)) => match &object.rest {
                Rest::Closed => None,
                Rest::Open => Some(Self::Any),
                Rest::Map(ty) => Some(Self::of(ty, definitions)),
            },
        }
    }

    /// The declared keys.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'a Arc<str>> {
        self.object().into_iter().flat_map(|(object, _)| object.fields.keys())
    }
}

/// The key satisfies `propertyNames`. A pattern that cannot be compiled is no constraint in the plan either.
fn may_be_named(names: Option<&StringTy>, key: &Arc<str>) -> bool {
    let Some(names) = names else { return true };
    let length = u32::try_from(key.chars().count()).unwrap_or(u32::MAX);
    names.one_of.as_ref().is_none_or(|only| only.contains(key))
        && names.min_length.is_none_or(|least| length >= least)
        && names.max_length.is_none_or(|greatest| length <= greatest)
        && names.patterns.iter().all(|pattern| {
            crate::ir::pattern::compile_schema(pattern).map_or(true, |compiled| compiled.is_match(key))
        })
}
