//! Lists, membership and tables. In: operands. Out: typed expressions.

use super::admits::Candidates;
use super::coalesce::{among, joined};
use super::compare::constant_of;
use super::cx::Cx;
use super::form::{Classes, Form, Value, deref, describe, expr};
use crate::diagnostics::Code;
use crate::resolve::types;
use crate::ty::{Kinds, ListTy, Rest, Ty};
use crate::typed::{Const, Expr, ExprKind};
use policyc_grammar::ast::{self, Name};
use policyc_grammar::source::Span;
use policyc_runtime::views::table::ViewId;
use std::sync::Arc;

impl Cx<'_> {
    /// `[a, b]`.
    pub(crate) fn list_literal(&mut self, items: &[ast::Expr], span: Span) -> Form {
        let mut values: Vec<Value> = Vec::new();
        for item in items {
            let form = self.form(item);
            let Some(value) = self.scalar(form, item.span) else { return Form::Error };
            if let Some(first) = values.first()
                && !Classes::of(&first.ty, self.definitions()).has(Classes::of(&value.ty, self.definitions()))
            {
                let message = format!(
                    "this list starts with {} and goes on with {}",
                    describe(&first.ty),
                    describe(&value.ty)
                );
                return self.error(Code::E0401, item.span, message);
            }
            values.push(value);
        }
        let items_ty =
            values.iter().map(|v| v.ty.clone()).reduce(|a, b| joined(&a, &b)).unwrap_or(Ty::Dynamic);
        let count = u32::try_from(values.len()).ok();
        let ty = Ty::of(Kinds {
            list: Some(ListTy { items: items_ty, min_items: count, max_items: count, unique: false }),
            ..Kinds::default()
        });
        let absent = values.iter().any(|v| v.absent);
        let kind = ExprKind::List(values.into_iter().map(|v| v.expr).collect());
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent })
    }

    /// `{ "gold": 3 }`.
    pub(crate) fn table_literal(&mut self, entries: &[(Name, ast::Expr)], span: Span) -> Form {
        let mut out: Vec<(Arc<str>, Const)> = Vec::new();
        let mut ty: Option<Ty> = None;
        for (key, value) in entries {
            let form = self.form(value);
            let Some(found) = self.scalar(form, value.span) else { return Form::Error };
            let Some(constant) = found.as_const().cloned() else {
                return self.error(Code::E0410, value.span, "the values of a table are constants");
            };
            let classes = Classes::of(&found.ty, self.definitions());
            if ty.as_ref().is_some_and(|t| !Classes::of(t, self.definitions()).has(classes)) {
                return self.error(Code::E0401, value.span, "the values of a table are of one type");
            }
            ty = Some(ty.map_or(found.ty.clone(), |known| joined(&known, &found.ty)));
            if out.iter().any(|(k, _)| **k == *key.text) {
                return self.error(Code::E0304, key.span, format!("key `{}` stands twice", key.text));
            }
            out.push((Arc::from(key.text.as_str()), constant));
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        if out.is_empty() {
            return self.error(Code::E0410, span, "a table has at least one entry");
        }
        let ty = among(out.iter().map(|(_, value)| value), &ty.unwrap_or(Ty::Dynamic));
        Form::Table(Arc::new(out), ty)
    }

    /// `allowance[principal.tier]`.
    pub(crate) fn table_lookup(
        &mut self,
        entries: &Arc<Vec<(Arc<str>, Const)>>,
        ty: Ty,
        index: &ast::Expr,
        span: Span,
    ) -> Form {
        let form = self.form(index);
        let Some(key) = self.scalar(form, index.span) else { return Form::Error };
        if !Classes::of(&key.ty, self.definitions()).has(Classes::TEXT) {
            return self.error(
                Code::E0401,
                index.span,
                format!("a table is read by a text, this is {}", describe(&key.ty)),
            );
        }
        if let Some(Const::Text(text)) = key.as_const() {
            let hit = entries.iter().find(|(k, _)| k == text).map(|(_, v)| v.clone());
            return match hit {
                Some(value) => Form::Value(Value { ty, ..Value::constant(value, self.span(span)) }),
                None => self.error(Code::E0301, index.span, format!("the table has no key `{text}`")),
            };
        }
        self.admits_any(&key, &keys(entries), index.span);
        let kind = ExprKind::Table(entries.clone(), Box::new(key.expr));
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent: true })
    }

    /// `args.labels[principal.team]`.
    pub(crate) fn map_lookup(&mut self, map: Value, index: &ast::Expr, span: Span) -> Form {
        let Some(value_ty) = self.map_value(&map) else {
            let message =
                format!("{} is {}; only maps and tables are indexed", self.named(&map), describe(&map.ty));
            return self.error(Code::E0401, span, message);
        };
        let form = self.form(index);
        let Some(key) = self.scalar(form, index.span) else { return Form::Error };
        if !Classes::of(&key.ty, self.definitions()).has(Classes::TEXT) {
            return self.error(
                Code::E0401,
                index.span,
                format!("a map is read by a text, this is {}", describe(&key.ty)),
            );
        }
        let kind = ExprKind::MapGet(Box::new(map.expr), Box::new(key.expr));
        Form::Value(Value { expr: expr(kind, self.span(span)), ty: value_ty, absent: true })
    }

    /// The type of a map's values.
    pub(crate) fn map_value(&self, map: &Value) -> Option<Ty> {
        match deref(&map.ty, self.definitions()) {
            Ty::Kinds(kinds) => match &kinds.object.as_ref()?.rest {
                Rest::Map(value) => Some(value.clone()),
                Rest::Open => Some(Ty::Dynamic),
                Rest::Closed => None,
            },
            Ty::Dynamic | Ty::Ref(_) => None,
        }
    }

    /// A form as a list value, with the type of its elements.
    pub(crate) fn as_list(&mut self, form: Form, span: Span) -> Option<(Value, Ty)> {
        let value = self.plain(form, span)?;
        if self.learned_set(&value.expr).is_some() {
            self.error_help(
                Code::E0412,
                span,
                "a learned set can only be asked whether something is in it",
                "write `x in seen(k)`, or `subset(xs, seen(k))`",
            );
            return None;
        }
        match deref(&value.ty, self.definitions()) {
            Ty::Dynamic | Ty::Ref(_) => Some((value, Ty::Dynamic)),
            Ty::Kinds(kinds) => {
                if let Some(list) = &kinds.list {
                    let items = list.items.clone();
                    return Some((value, items));
                }
                let help = if kinds.object.is_some() {
                    "range over `keys(m)` or `values(m)`"
                } else {
                    "a list stands here"
                };
                let message = format!("{} is {}, not a list", self.named(&value), describe(&value.ty));
                self.error_help(Code::E0412, span, message, help);
                None
            }
        }
    }

    /// `xs ++ ys`.
    pub(crate) fn concat(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        let (x, y) = (self.as_list(left, a.span), self.as_list(right, b.span));
        let (Some((x, xt)), Some((y, yt))) = (x, y) else { return Form::Error };
        let (xc, yc) = (Classes::of(&xt, self.definitions()), Classes::of(&yt, self.definitions()));
        if !xc.has(yc) {
            let message = format!("a list of {} is joined with a list of {}", describe(&xt), describe(&yt));
            return self.error(Code::E0401, span, message);
        }
        let mut parts = Vec::new();
        for part in [x.expr, y.expr] {
            match part.kind {
                ExprKind::Concat(inner) => parts.extend(inner),
                kind => parts.push(Expr { kind, span: part.span }),
            }
        }
        let absent = x.absent || y.absent;
        let items = if xt == yt { xt } else { Ty::Dynamic };
        Form::Value(Value {
            expr: expr(ExprKind::Concat(parts), self.span(span)),
            ty: types::list(items),
            absent,
        })
    }

    /// `x in xs`, `ip(x) in cidr "…"`.
    pub(crate) fn membership(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        match (left, right) {
            (Form::Error, _) | (_, Form::Error) => Form::Error,
            (Form::View { view, subject, .. }, Form::Cidr(block)) if view == ViewId::Ip as u16 => {
                Form::Condition(expr(ExprKind::InCidr(Box::new(subject), block), self.span(span)))
            }
            (_, Form::Cidr(_)) => self.error_help(
                Code::E0401,
                a.span,
                "an address block holds addresses",
                "write `ip(x) in cidr \"…\"`",
            ),
            (left, Form::Table(entries, _)) => {
                let Some(value) = self.scalar(left, a.span) else { return Form::Error };
                if !Classes::of(&value.ty, self.definitions()).has(Classes::TEXT) {
                    let message = format!(
                        "{} is {}, the keys of a table are texts",
                        self.named(&value),
                        describe(&value.ty)
                    );
                    return self.error(Code::E0401, a.span, message);
                }
                let keys = keys(&entries);
                self.admits_any(&value, &keys, b.span);
                Form::Condition(expr(ExprKind::InConsts(Box::new(value.expr), keys), self.span(span)))
            }
            (left, right) => {
                let Some(value) = self.scalar(left, a.span) else { return Form::Error };
                if let Form::Value(set) = &right
                    && let Some(used) = self.learned_set(&set.expr)
                {
                    let kind = ExprKind::InSet(Box::new(value.expr), used);
                    return Form::Condition(expr(kind, self.span(span)));
                }
                let Some((list, items)) = self.as_list(right, b.span) else { return Form::Error };
                self.in_list(&value, list, &items, a, b, span)
            }
        }
    }

    fn in_list(
        &mut self,
        value: &Value,
        list: Value,
        items: &Ty,
        a: &ast::Expr,
        b: &ast::Expr,
        span: Span,
    ) -> Form {
        let empty = matches!(&list.expr.kind, ExprKind::List(all) if all.is_empty());
        if empty {
            return self.error_help(
                Code::E0402,
                b.span,
                "nothing is in an empty list",
                "name at least one value",
            );
        }
        let (vc, ic) = (Classes::of(&value.ty, self.definitions()), Classes::of(items, self.definitions()));
        if !vc.has(ic) {
            let message = format!(
                "{} is {}, the elements are {}",
                self.named(value),
                describe(&value.ty),
                describe(items)
            );
            return self.error(Code::E0401, span, message);
        }
        if let ExprKind::List(all) = &list.expr.kind
            && let Some(consts) = all.iter().map(|e| constant_of(e).cloned()).collect::<Option<Vec<_>>>()
        {
            let fractional = written_with_fraction(items, &consts);
            self.admits_all(value, &Candidates { consts: &consts, written: b, fractional });
            return Form::Condition(expr(
                ExprKind::InConsts(Box::new(value.expr.clone()), consts),
                self.span(span),
            ));
        }
        let element = Value { expr: list.expr.clone(), ty: items.clone(), absent: false };
        match value.as_const() {
            Some(Const::Text(text)) => self.admits_text(&element, text, a.span),
            Some(Const::Number(units)) => {
                self.admits_number(&element, *units, value.is_fraction(), a.span);
            }
            Some(Const::Bool(_)) => {}
            None => self.disjoint_enums(value, &element, span),
        }
        let kind = ExprKind::InList(Box::new(value.expr.clone()), Box::new(list.expr));
        Form::Condition(expr(kind, self.span(span)))
    }
}

/// The keys of a table.
fn keys(entries: &[(Arc<str>, Const)]) -> Vec<Const> {
    entries.iter().map(|(key, _)| Const::Text(key.clone())).collect()
}

/// Numbers of which some was written with a fraction, while their values do not tell which.
pub(crate) fn written_with_fraction(items: &Ty, consts: &[Const]) -> bool {
    let whole = |c: &Const| matches!(c, Const::Number(units) if units % policyc_runtime::number::SCALE == 0);
    matches!(items, Ty::Kinds(kinds) if kinds.number.as_ref().is_some_and(|n| !n.integer))
        && consts.iter().all(whole)
}
