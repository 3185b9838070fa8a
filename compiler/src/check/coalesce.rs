//! Stand-ins (`x ?? d`) and forms used as plain values. In: operands. Out: values.

use super::admits::number_within;
use super::compare::constant_of;
use super::cx::Cx;
use super::form::{Classes, Form, Sum, Unit, Value, deref, describe, expr};
use super::linear;
use super::range::Range;
use crate::diagnostics::Code;
use crate::resolve::types;
use crate::ty::{Alphabet, Kinds, ListTy, StringRole, StringTy, Ty};
use crate::typed::{Const, ExprKind};
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
        if y.is_fraction() && self.is_integer(&x) {
            let message = format!("{} is an integer, its stand-in a fraction", self.named(&x));
            return self.error_help(Code::E0404, b.span, message, "is it in cents? write a whole number");
        }
        let ty = if empty_list { or_empty(&x.ty) } else { joined(&present(&x.ty), &narrowed(&y)) };
        Form::Value(Value {
            expr: expr(ExprKind::Coalesce(Box::new(x.expr), Box::new(y.expr)), self.span(span)),
            ty,
            absent: y.absent,
        })
    }

    fn is_integer(&self, value: &Value) -> bool {
        matches!(deref(&value.ty, self.definitions()), Ty::Kinds(kinds) if kinds.number.as_ref().is_some_and(|n| n.integer))
            && value.as_const().is_none()
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
                        ty: type_of(&sum),
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

/// The type of a sum as a value.
fn type_of(sum: &Sum) -> Ty {
    match sum.unit {
        Unit::Plain => {
            Ty::of(Kinds { number: Some(number_within(sum.grain.integer(), sum.range)), ..Kinds::default() })
        }
        Unit::Time => types::time(StringRole::Timestamp),
        Unit::Date => types::time(StringRole::Date),
        Unit::Duration => types::time(StringRole::Duration),
    }
}

/// The type of a value that is not null.
fn present(ty: &Ty) -> Ty {
    match ty {
        Ty::Kinds(kinds) if kinds.null => Ty::of(Kinds { null: false, ..Kinds::clone(kinds) }),
        other => other.clone(),
    }
}

/// A list or the empty one.
fn or_empty(ty: &Ty) -> Ty {
    let Ty::Kinds(kinds) = present(ty) else { return ty.clone() };
    let list = kinds.list.clone().map(|list| ListTy { min_items: None, ..list });
    Ty::of(Kinds { list, ..Kinds::clone(&kinds) })
}

/// The type of what may be of either type, kind by kind of the first.
pub(crate) fn joined(x: &Ty, y: &Ty) -> Ty {
    let (Ty::Kinds(a), Ty::Kinds(b)) = (x, y) else {
        return if x == y { x.clone() } else { Ty::Dynamic };
    };
    let mut kinds = Kinds::clone(a);
    if let (Some(text), Some(other)) = (&kinds.string, &b.string) {
        kinds.string = Some(joined_texts(text, other));
    }
    if let (Some(number), Some(other)) = (&kinds.number, &b.number) {
        let range = Range::of(number).hull(Range::of(other));
        kinds.number = Some(number_within(number.integer && other.integer, range));
    }
    if let (Some(truth), Some(other)) = (&mut kinds.boolean, &b.boolean)
        && truth != other
    {
        truth.only = None;
    }
    if let (Some(list), Some(other)) = (&kinds.list, &b.list) {
        kinds.list = Some(ListTy {
            items: joined(&list.items, &other.items),
            min_items: list.min_items.min(other.min_items),
            max_items: list.max_items.zip(other.max_items).map(|(x, y)| x.max(y)),
            unique: list.unique && other.unique,
        });
    }
    Ty::Kinds(Arc::new(kinds))
}

fn joined_texts(x: &StringTy, y: &StringTy) -> StringTy {
    let lengths = |ty: &StringTy| match &ty.one_of {
        Some(all) => {
            let all = || all.iter().map(|v| u32::try_from(v.chars().count()).unwrap_or(u32::MAX));
            (all().min(), all().max())
        }
        None => (ty.min_length, ty.max_length),
    };
    let fits = |ty: &StringTy, other: &StringTy| {
        ty.one_of.as_ref().is_some_and(|all| all.iter().all(|v| other.alphabet.stranger(v).is_none()))
    };
    let ((low_x, high_x), (low_y, high_y)) = (lengths(x), lengths(y));
    StringTy {
        one_of: x.one_of.as_ref().zip(y.one_of.as_ref()).map(|(a, b)| {
            let mut all: Vec<Arc<str>> = a.iter().chain(b).cloned().collect();
            all.sort();
            all.dedup();
            all
        }),
        min_length: low_x.min(low_y),
        max_length: high_x.zip(high_y).map(|(a, b)| a.max(b)),
        patterns: x.patterns.iter().filter(|pattern| y.patterns.contains(pattern)).cloned().collect(),
        format: None,
        role: x.role,
        alphabet: match (x.alphabet == y.alphabet || fits(y, x), fits(x, y)) {
            (true, _) => x.alphabet,
            (false, true) => y.alphabet,
            (false, false) => Alphabet::ALL,
        },
    }
}

/// The type of a value: of constants, those alone.
pub(crate) fn narrowed(value: &Value) -> Ty {
    match &value.expr.kind {
        ExprKind::Const(constant) => among([constant], &value.ty),
        ExprKind::List(items) => {
            let consts: Option<Vec<&Const>> = items.iter().map(constant_of).collect();
            let (Some(consts), Ty::Kinds(kinds)) = (consts, &value.ty) else { return value.ty.clone() };
            let list = kinds.list.clone().map(|list| ListTy { items: among(consts, &list.items), ..list });
            Ty::of(Kinds { list, ..Kinds::default() })
        }
        _ => value.ty.clone(),
    }
}

/// The members of `ty` that are among the constants.
pub(crate) fn among<'a>(consts: impl IntoIterator<Item = &'a Const>, ty: &Ty) -> Ty {
    let Ty::Kinds(kinds) = ty else { return ty.clone() };
    let (mut texts, mut range): (Vec<Arc<str>>, Option<Range>) = (Vec::new(), None);
    for constant in consts {
        match constant {
            Const::Text(text) => texts.push(text.clone()),
            Const::Number(units) => {
                let point = Range::point(*units);
                range = Some(range.map_or(point, |known| known.hull(point)));
            }
            Const::Bool(_) => {}
        }
    }
    texts.sort();
    texts.dedup();
    let mut kinds = Kinds::clone(kinds);
    if let Some(string) = kinds.string.as_mut().filter(|_| !texts.is_empty()) {
        string.one_of = Some(texts);
    }
    if let (Some(number), Some(range)) = (&mut kinds.number, range) {
        *number = number_within(number.integer, range);
    }
    Ty::of(kinds)
}
