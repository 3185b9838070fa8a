//! `x is T`. In: a path and a type expression. Out: a test of the value's kind, or the complaint that the schema already decides it.

use super::cx::Cx;
use super::form::{Classes, Form, expr};
use crate::diagnostics::Code;
use crate::resolve::types;
use crate::ty::{Rest, StringRole, Ty};
use crate::typed::{Const, ExprKind};
use policyc_grammar::ast::{self, TypeKind};
use policyc_grammar::source::Span;
use policyc_runtime::program::instr::KIND_INTEGER;
use policyc_runtime::program::plan;
use std::sync::Arc;

impl Cx<'_> {
    pub(crate) fn is(&mut self, inner: &ast::Expr, ty: &ast::TypeExpr, span: Span) -> Form {
        let value = match self.form(inner) {
            Form::Value(value) => value,
            Form::Error => return Form::Error,
            _ => return self.error(Code::E0401, span, "`is` asks for the type of a path"),
        };
        if self.is_cleared(&value, inner.span) {
            return Form::Error;
        }
        if matches!(&ty.kind, TypeKind::Named(n) if n.text == "null") {
            return Form::Condition(expr(ExprKind::IsNull(Box::new(value.expr)), self.span(span)));
        }
        let wanted = types::read(ty, self.anchor, &mut self.found);
        let (mask, texts) = kind_mask(&wanted);
        if mask == 0 || !is_plain(&wanted) {
            return self.error_help(
                Code::E0401,
                ty.span,
                "`is` cannot ask for this type",
                "ask for null, bool, int, decimal, string, an enum, list<dynamic> or {}",
            );
        }
        let possible = Classes::of(&value.ty, self.definitions());
        let asked = Classes::of(&wanted, self.definitions());
        if !possible.has(asked) {
            let message = format!(
                "{} is {}, never {}",
                self.named(&value),
                super::form::describe(&value.ty),
                super::form::describe(&wanted)
            );
            return self.error(Code::E0402, span, message);
        }
        if asked.only(Classes::TEXT)
            && let Some(texts) = &texts
        {
            let consts: Vec<Const> = texts.iter().cloned().map(Const::Text).collect();
            self.admits_any(&value, &consts, ty.span);
        }
        Form::Condition(expr(ExprKind::IsKind(Box::new(value.expr), mask, texts), self.span(span)))
    }
}

/// A type that `is` can ask for: the kind of a value, never what its elements or fields are.
fn is_plain(ty: &Ty) -> bool {
    let Ty::Kinds(kinds) = ty else { return true };
    let list = kinds.list.as_ref().is_none_or(|l| matches!(l.items, Ty::Dynamic) && !l.unique);
    let object = kinds.object.as_ref().is_none_or(|o| {
        o.fields.is_empty() && !matches!(&o.rest, Rest::Map(value) if !matches!(value, Ty::Dynamic))
    });
    let text = kinds.string.as_ref().is_none_or(|s| s.role == StringRole::Text);
    list && object && text
}

/// Kind bits for `is T`, and the texts of an enum.
fn kind_mask(ty: &Ty) -> (u32, Option<Vec<Arc<str>>>) {
    let Ty::Kinds(kinds) = ty else { return (u32::from(plan::KIND_ANY), None) };
    let mut mask = 0;
    let mut texts = None;
    if kinds.null {
        mask |= u32::from(plan::KIND_NULL);
    }
    if kinds.boolean.is_some() {
        mask |= u32::from(plan::KIND_BOOL);
    }
    if let Some(number) = &kinds.number {
        mask |= if number.integer { KIND_INTEGER } else { u32::from(plan::KIND_NUMBER) };
    }
    if let Some(text) = &kinds.string {
        mask |= u32::from(plan::KIND_STRING);
        texts.clone_from(&text.one_of);
    }
    if kinds.list.is_some() {
        mask |= u32::from(plan::KIND_LIST);
    }
    if kinds.object.is_some() {
        mask |= u32::from(plan::KIND_OBJECT);
    }
    (mask, texts)
}
