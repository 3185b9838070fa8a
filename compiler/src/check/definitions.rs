//! Definitions on their own: `let` and `fn`, used or not. In: a declaration. Out: what is wrong with it.

use super::cx::{Cx, Local};
use super::form::{Form, Value, expr};
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::namespace::{ScopeId, World};
use crate::resolve::types;
use crate::ty::Ty;
use crate::typed::{ExprKind, Place, Root, VarId};

/// Checks a `let`.
pub(crate) fn check_let(world: &World, scope: ScopeId, index: usize) -> Vec<Found> {
    let Some(decl) = world.namespace(scope).file(scope.file).declarations.lets.get(index) else {
        return Vec::new();
    };
    let mut cx = Cx::new(world, scope, &decl.anchor, None);
    cx.no_args = "a `let` cannot read `args`: write a `with` in the statement";
    cx.inlining.push(format!("let {} {scope:?}", decl.name.text));
    if let Form::Condition(condition) = cx.form(&decl.value) {
        cx.error_help(
            Code::E0401,
            condition.span,
            "a `let` names a value, not a condition",
            "write a `fn` that gives `bool`",
        );
    }
    cx.found
}

/// First number of the variables that stand for parameters while a function is checked on its own; bound variables count up from one.
const PARAMETERS: u32 = u32::MAX / 2;

/// A parameter of a function that is checked on its own: wherever a constant is needed, a use may pass one.
pub(crate) fn is_parameter(value: &Value) -> bool {
    matches!(&value.expr.kind, ExprKind::Place(Place { root: Root::Var(VarId(number)), .. }) if *number >= PARAMETERS)
}

/// Checks a `fn` with parameters of their declared types.
pub(crate) fn check_fn(world: &World, scope: ScopeId, index: usize) -> Vec<Found> {
    check_fn_within(world, scope, index, Vec::new())
}

/// The same while the functions in `visiting` are being checked on their own.
pub(crate) fn check_fn_within(
    world: &World,
    scope: ScopeId,
    index: usize,
    visiting: Vec<(ScopeId, usize)>,
) -> Vec<Found> {
    let Some(decl) = world.namespace(scope).file(scope.file).declarations.fns.get(index) else {
        return Vec::new();
    };
    let mut cx = Cx::new(world, scope, &decl.anchor, None);
    cx.visiting = visiting;
    cx.visiting.push((scope, index));
    cx.no_args = "a function cannot read `args`: give it a parameter";
    cx.inlining.push(format!("fn {} {scope:?}", decl.name.text));
    for (number, (name, ty)) in (1u32..).zip(&decl.params) {
        let mut found = Vec::new();
        let ty = types::read(ty, &decl.anchor, &mut found);
        cx.found.extend(found);
        let place = Place { root: Root::Var(VarId(PARAMETERS + number)), steps: Vec::new() };
        let value = Value { expr: expr(ExprKind::Place(place), name.span), ty, absent: true };
        cx.bind(name, Local::Value(value));
    }
    let mut found = Vec::new();
    let result = types::read(&decl.result, &decl.anchor, &mut found);
    cx.found.extend(found);
    if matches!(&result, Ty::Kinds(k) if k.boolean.is_some()) {
        cx.condition(&decl.body);
    } else {
        let form = cx.form(&decl.body);
        cx.given(form, &result, decl.body.span);
    }
    cx.found
}
