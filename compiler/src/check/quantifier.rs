//! Quantifiers and aggregates. In: `any x in xs: p`, `count(x in xs: p)`. Out: typed expressions over a bound variable.

use super::cx::{Cx, Local, MAX_QUANTIFIERS};
use super::form::{Form, Value, expr};
use super::linear;
use crate::diagnostics::Code;
use crate::resolve::types;
use crate::ty::Ty;
use crate::typed::{Expr, ExprKind, Place, Root, VarId};
use policyc_grammar::ast::{self, AggregateKind, Name, QuantifierKind};
use policyc_grammar::source::Span;

impl Cx<'_> {
    pub(crate) fn quantifier(
        &mut self,
        kind: QuantifierKind,
        vars: &[Name],
        domain: &ast::Expr,
        body: &ast::Expr,
        span: Span,
    ) -> Form {
        let all = kind == QuantifierKind::All;
        let form = self.form(domain);
        match (vars, form) {
            (_, Form::Error) => Form::Error,
            ([first, second], Form::Zip(a, b)) => {
                let (Some((a, at)), Some((b, bt))) =
                    (self.as_list(Form::Value(*a), domain.span), self.as_list(Form::Value(*b), domain.span))
                else {
                    return Form::Error;
                };
                let (x, y) = (self.fresh(), self.fresh());
                let names = [(first, x, at), (second, y, bt)];
                let Some(body) = self.under_binders(&names, span, |cx| cx.condition(body)) else {
                    return Form::Error;
                };
                self.quantified(all, x, a.expr, Some((y, b.expr)), body, span)
            }
            ([first], form) if !matches!(form, Form::Zip(..)) => {
                let Some((list, items)) = self.as_list(form, domain.span) else { return Form::Error };
                let var = self.fresh();
                let Some(body) = self.under_binders(&[(first, var, items)], span, |cx| cx.condition(body))
                else {
                    return Form::Error;
                };
                self.quantified(all, var, list.expr, None, body, span)
            }
            (_, Form::Zip(..)) => self.error_help(
                Code::E0310,
                span,
                "`zip` goes with two names",
                "write `all a, b in zip(xs, ys): …`",
            ),
            _ => self.error_help(
                Code::E0310,
                span,
                "two names go with `zip`",
                "write `all a, b in zip(xs, ys): …`",
            ),
        }
    }

    fn quantified(
        &self,
        all: bool,
        var: VarId,
        domain: Expr,
        zip: Option<(VarId, Expr)>,
        body: Expr,
        span: Span,
    ) -> Form {
        let zip = zip.map(|(var, list)| (var, Box::new(list)));
        let kind = ExprKind::Quantifier { all, var, domain: Box::new(domain), zip, body: Box::new(body) };
        Form::Condition(expr(kind, self.span(span)))
    }

    /// Runs with names bound to elements.
    pub(crate) fn under_binders<T>(
        &mut self,
        names: &[(&Name, VarId, Ty)],
        span: Span,
        run: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        if self.quantifiers + names.len() > MAX_QUANTIFIERS {
            self.error_help(
                Code::E0411,
                span,
                format!("quantifiers are nested more than {MAX_QUANTIFIERS} deep"),
                "split the condition into several rules",
            );
            return None;
        }
        for (name, var, ty) in names {
            let place = Place { root: Root::Var(*var), steps: Vec::new() };
            let nullable = matches!(ty, Ty::Dynamic) || matches!(ty, Ty::Kinds(k) if k.null);
            let value = Value {
                expr: expr(ExprKind::Place(place), self.span(name.span)),
                ty: ty.clone(),
                absent: nullable,
            };
            self.bind(name, Local::Value(value));
        }
        self.quantifiers += names.len();
        let out = run(self);
        self.quantifiers -= names.len();
        self.locals.truncate(self.locals.len() - names.len());
        Some(out)
    }

    /// `count(x in xs: p)`, `sum(x in xs: e)`.
    pub(crate) fn aggregate(
        &mut self,
        kind: AggregateKind,
        name: &Name,
        domain: &ast::Expr,
        body: &ast::Expr,
        span: Span,
    ) -> Form {
        let form = self.form(domain);
        let Some((list, items)) = self.as_list(form, domain.span) else { return Form::Error };
        let var = self.fresh();
        let binder = [(name, var, items)];
        let absent = true;
        match kind {
            AggregateKind::Count => {
                let Some(body) = self.under_binders(&binder, span, |cx| cx.condition(body)) else {
                    return Form::Error;
                };
                let ty = self.part_of(&list);
                let kind = ExprKind::CountIf(var, Box::new(list.expr), Box::new(body));
                Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent })
            }
            AggregateKind::Sum => {
                let summed = self.under_binders(&binder, span, |cx| {
                    let form = cx.form(body);
                    cx.sum_of(form, body.span)
                });
                let Some(Some(sum)) = summed else { return Form::Error };
                let Some(linear) = linear::clear(&sum.terms, sum.constant) else {
                    return self.error(Code::E0405, span, "this sum may leave the exact range");
                };
                let integer = sum.grain.integer();
                let kind = ExprKind::Sum(var, Box::new(list.expr), linear);
                Form::Value(Value { expr: expr(kind, self.span(span)), ty: types::number(integer), absent })
            }
        }
    }
}
