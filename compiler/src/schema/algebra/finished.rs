//! Set operations on finished types, as the checker needs them. In: types and the definitions that they refer to. Out: a type
//! over the same definitions.

use super::{Below, intersect_heads, union_heads};
use crate::schema::note::NoteKind;
use crate::ty::{Definitions, Kinds, Ty};
use std::sync::Arc;

/// How many children one operation combines before it stops looking closer.
const FUEL: u32 = 10_000;
/// How deep it looks.
const DEPTH: usize = 64;

/// A type that every member of `a` and every member of `b` fits.
///
/// It may admit more: a type has one alternative per JSON kind. Where two recursive types would need a new definition, the
/// place is [`Ty::Dynamic`].
#[must_use]
pub fn union(a: &Ty, b: &Ty, definitions: &Definitions) -> Ty {
    Finished::new(definitions).any(vec![a.clone(), b.clone()])
}

/// A type that every common member of `a` and `b` fits; it may admit more only where [`union`] says so.
#[must_use]
pub fn intersect(a: &Ty, b: &Ty, definitions: &Definitions) -> Ty {
    Finished::new(definitions).all(vec![a.clone(), b.clone()])
}

struct Finished<'d> {
    definitions: &'d Definitions,
    /// The operands that are being combined, outermost first.
    active: Vec<Vec<Ty>>,
    fuel: u32,
}

impl<'d> Finished<'d> {
    fn new(definitions: &'d Definitions) -> Self {
        Self { definitions, active: Vec::new(), fuel: FUEL }
    }

    /// The type that `ty` stands for.
    fn head(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Ref(id) => {
                let definition = usize::try_from(id.0).ok().and_then(|index| self.definitions.0.get(index));
                match definition {
                    Some(Ty::Ref(_)) | None => Ty::Dynamic,
                    Some(definition) => definition.clone(),
                }
            }
            Ty::Dynamic | Ty::Kinds(_) => ty.clone(),
        }
    }

    /// Whether to combine `operands` below the surface; says no once they recur.
    fn enter(&mut self, operands: &[Ty]) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        let deeper = self.fuel > 0
            && self.active.len() < DEPTH
            && !self.active.iter().any(|active| active == operands);
        if deeper {
            self.active.push(operands.to_vec());
        }
        deeper
    }
}

fn distinct(operands: Vec<Ty>) -> Vec<Ty> {
    let mut out = Vec::with_capacity(operands.len());
    for operand in operands {
        if !out.contains(&operand) {
            out.push(operand);
        }
    }
    out
}

impl Below for Finished<'_> {
    fn any(&mut self, alternatives: Vec<Ty>) -> Ty {
        let alternatives = distinct(alternatives);
        if let [only] = alternatives.as_slice() {
            return only.clone();
        }
        if !self.enter(&alternatives) {
            return Ty::Dynamic;
        }
        let heads: Vec<Ty> = alternatives.iter().map(|ty| self.head(ty)).collect();
        let out = union_heads(&heads, self);
        self.active.pop();
        out
    }

    fn all(&mut self, parts: Vec<Ty>) -> Ty {
        let parts = distinct(parts);
        let Some((first, rest)) = parts.split_first() else { return Ty::Dynamic };
        if rest.is_empty() || !self.enter(&parts) {
            return first.clone();
        }
        let mut out = self.head(first);
        for part in rest {
            let head = self.head(part);
            out = intersect_heads(&out, &head, self);
        }
        self.active.pop();
        out
    }

    fn tags(&mut self, child: &Ty) -> Option<Vec<Arc<str>>> {
        let Ty::Kinds(kinds) = self.head(child) else { return None };
        let string = kinds.string.clone()?;
        let only_strings = *kinds == Kinds { string: Some(string.clone()), ..Kinds::default() };
        string.one_of.filter(|_| only_strings)
    }

    fn same(&self, a: &Ty, b: &Ty) -> bool {
        a == b
    }

    fn lose(&mut self, _kind: NoteKind, _reason: &'static str) {}

    fn open_is_any(&self) -> bool {
        true
    }
}
