//! Which values of a call an expression reads. In: a typed condition. Out: [`Path`]s from the arguments, through the lists that
//! variables range over.
//!
//! `any o in args.items: o.sku == "x"` reads `args.items[*].sku`. A variable over `xs ++ ys` stands for elements of both.

use super::form::deref;
use super::walk::each;
use crate::ty::{ArgsTy, FieldTy, Kinds, ObjectTy, Rest, Ty};
use crate::typed::{Expr, ExprKind, Place, Root, VarId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One step from the arguments to a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(Arc<str>),
    /// Some element of a list.
    Element,
}

/// The steps from the arguments to a value, outermost first.
pub(crate) type Path = Vec<Step>;

/// What the variables of one condition range over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach(BTreeMap<VarId, Vec<Path>>);

impl Reach {
    pub(crate) fn new(condition: &Expr) -> Self {
        let mut out = Self::default();
        each(condition, &mut |e| match &e.kind {
            ExprKind::Quantifier { var, domain, zip, .. } => {
                out.bind(*var, domain);
                if let Some((second, other)) = zip {
                    out.bind(*second, other);
                }
            }
            ExprKind::CountIf(var, domain, _) | ExprKind::Sum(var, domain, _) => out.bind(*var, domain),
            _ => {}
        });
        out
    }

    /// The walk meets a variable's domain before its uses.
    fn bind(&mut self, var: VarId, domain: &Expr) {
        let mut elements = self.paths(domain);
        for path in &mut elements {
            path.push(Step::Element);
        }
        self.0.insert(var, elements);
    }

    /// Where a variable's elements stand.
    pub(crate) fn of_var(&self, var: VarId) -> &[Path] {
        self.0.get(&var).map_or(&[], Vec::as_slice)
    }

    /// Where a place is in the arguments; none for what the host fills in.
    pub(crate) fn of_place(&self, place: &Place) -> Vec<Path> {
        let below = || place.steps.iter().cloned().map(Step::Key);
        match place.root {
            Root::Args => vec![below().collect()],
            Root::Var(var) => {
                self.of_var(var).iter().map(|base| base.iter().cloned().chain(below()).collect()).collect()
            }
            Root::Principal | Root::Session | Root::Result | Root::ResultText => Vec::new(),
        }
    }

    /// Where a value comes from, if it is taken from the arguments as it stands.
    pub(crate) fn paths(&self, value: &Expr) -> Vec<Path> {
        match &value.kind {
            ExprKind::Place(place) => self.of_place(place),
            ExprKind::Coalesce(a, b) => self.paths(a).into_iter().chain(self.paths(b)).collect(),
            ExprKind::Concat(parts) => parts.iter().flat_map(|part| self.paths(part)).collect(),
            _ => Vec::new(),
        }
    }
}

/// The declared type of what stands there, and its field entry if the last step is a key.
pub(crate) fn lookup(args: &ArgsTy, path: &[Step]) -> Option<FieldTy> {
    let (first, rest) = match path {
        [] => {
            return Some(plain(Ty::of(Kinds { object: Some(args.root.clone()), ..Kinds::default() }), true));
        }
        [Step::Element, ..] => return None,
        [Step::Key(first), rest @ ..] => (first, rest),
    };
    rest.iter().try_fold(member(&args.root, first)?, |current, step| {
        let Ty::Kinds(kinds) = deref(&current.ty, &args.definitions) else { return None };
        match step {
            Step::Element => Some(plain(kinds.list.as_ref()?.items.clone(), true)),
            Step::Key(key) => member(kinds.object.as_deref()?, key),
        }
    })
}

fn plain(ty: Ty, required: bool) -> FieldTy {
    FieldTy { ty, required, default: None, description: None }
}

/// What an object says of a key; `None` if nothing.
fn member(object: &ObjectTy, key: &Arc<str>) -> Option<FieldTy> {
    match (object.fields.get(key), &object.rest) {
        (Some(field), _) => Some(field.clone()),
        (None, Rest::Map(value)) => Some(plain(value.clone(), false)),
        (None, Rest::Open | Rest::Closed) => None,
    }
}

/// Whether a call may lack it: it or something above it is optional, may be null or is of no known type.
pub(crate) fn may_be_absent(args: &ArgsTy, path: &[Step]) -> bool {
    (1..=path.len()).any(|end| {
        lookup(args, path.get(..end).unwrap_or_default()).is_none_or(|field| {
            !field.required
                || match deref(&field.ty, &args.definitions) {
                    Ty::Kinds(kinds) => kinds.null,
                    Ty::Dynamic | Ty::Ref(_) => true,
                }
        })
    })
}

/// As an author writes it: `args.items[*].sku`.
pub(crate) fn spelled(path: &[Step]) -> String {
    let mut out = "args".to_owned();
    for step in path {
        match step {
            Step::Element => out.push_str("[*]"),
            Step::Key(key) => {
                let place = Place { root: Root::Args, steps: vec![key.clone()] };
                out.push_str(super::form::spelled(&place).strip_prefix("args").unwrap_or_default());
            }
        }
    }
    out
}
