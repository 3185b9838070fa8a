//! Stand-ins (`x ?? d`) and forms used as plain values. In: operands. Out: values.

use super::cx::Cx;
use super::form::{Classes, Form, Value, describe, expr};
use super::linear;
use crate::diagnostics::Code;
use crate::ty::{NumberTy, Ty};
use crate::typed::ExprKind;
use policyc_grammar::ast;
use policyc_grammar::source::Span;
use std::sync::Arc;

impl Cx<'_> {
    /// `x ?? d`.
    pub(crate) fn coalesce(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        let left = self.plain(left, a.span);
        let right = self.plain(right, b.span);
        let (Some(x), Some(y)) = (left, right) else { return Form::Error };
        let (xc, yc) = (Classes::of(&x.ty, self.definitions()), Classes::of(&y.ty, self.definitions()));
        let empty_list = matches!(&y.expr.kind, ExprKind::List(items) if items.is_empty());
        let stands_in = xc.has(yc) || (empty_list && xc.has(Classes::LIST));
        if !stands_in {
            let message =
                format!("{} is {}, its stand-in is {}", self.named(&x), describe(&x.ty), describe(&y.ty));
            return self.error(Code::E0401, span, message);
        }
        let ty = if empty_list { x.ty.clone() } else { joined(&x.ty, &y.ty) };
        Form::Value(Value {
            expr: expr(ExprKind::Coalesce(Box::new(x.expr), Box::new(y.expr)), self.span(span)),
            ty,
            absent: y.absent,
        })
    }

    /// A form as a value, a view that is a value of its own included.
    pub(crate) fn plain(&mut self, form: Form, span: Span) -> Option<Value> {
        match form {
            Form::Value(value) => Some(value),
            Form::Error => None,
            Form::View { view, subject, param } => {
                let value = self.whole(view, subject, param, span);
                if value.is_none() {
                    self.error_help(
                        Code::E0401,
                        span,
                        "a member of this view is needed",
                        "for example `.domain`",
                    );
                }
                value
            }
            Form::Sum(sum) => {
                let span = sum.span;
                match linear::clear(&sum.terms, sum.constant) {
                    Some(linear) => Some(Value {
                        expr: expr(ExprKind::Linear(linear), span),
                        ty: crate::resolve::types::number(sum.integer),
                        absent: true,
                    }),
                    None => {
                        self.error(Code::E0405, span, "this arithmetic may leave the exact range");
                        None
                    }
                }
            }
            _ => {
                self.error(Code::E0401, span, "a value is needed here");
                None
            }
        }
    }
}

/// The type of a value or its stand-in: the value's, unless a constant lies outside its constraints.
fn joined(x: &Ty, y: &Ty) -> Ty {
    match (x, y) {
        (Ty::Kinds(a), Ty::Kinds(b)) => {
            let mut kinds = (**a).clone();
            kinds.null = false;
            if let (Some(text), Some(other)) = (&mut kinds.string, &b.string) {
                match (&mut text.one_of, &other.one_of) {
                    (Some(mine), Some(theirs)) => {
                        mine.extend(theirs.iter().cloned());
                        mine.sort();
                        mine.dedup();
                    }
                    _ => text.one_of = None,
                }
                text.min_length = None;
                text.max_length = None;
            }
            if let (Some(number), Some(other)) = (&mut kinds.number, &b.number) {
                *number = NumberTy { integer: number.integer && other.integer, ..NumberTy::default() };
            }
            if let Some(list) = &mut kinds.list {
                list.min_items = None;
            }
            Ty::Kinds(Arc::new(kinds))
        }
        _ => Ty::Dynamic,
    }
}
