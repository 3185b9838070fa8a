//! Comparisons and arithmetic. In: two operands. Out: an exact linear comparison, an equality, or the complaint that the types do not
//! fit or that the schema already decides the matter.

use super::arithmetic::unit_word;
use super::cx::Cx;
use super::form::{Classes, Form, Sum, Value, deref, describe, expr, not};
use super::linear;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::suggest::{did_you_mean, listing, nearest};
use crate::ty::{NumberTy, Ty};
use crate::typed::{Comparison, Const, Expr, ExprKind};
use policyc_grammar::ast::{self, BinaryOp};
use policyc_grammar::source::Span;
use policyc_runtime::number::{Decimal, SCALE};
use policyc_runtime::program::instr::Compare;

impl Cx<'_> {
    /// `==`, `!=` and the orders.
    pub(crate) fn compare(&mut self, op: BinaryOp, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        if matches!(left, Form::Error) || matches!(right, Form::Error) {
            return Form::Error;
        }
        for (form, side) in [(&left, a), (&right, b)] {
            if matches!(form, Form::Condition(_)) {
                return self.error_help(
                    Code::E0401,
                    side.span,
                    "a condition is not compared",
                    "join conditions with `and`, `or`, `not`",
                );
            }
        }
        let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        if self.numeric(&left) || self.numeric(&right) || !equality {
            return self.compare_numbers(op, left, right, a, b, span);
        }
        let (Some(x), Some(y)) = (self.scalar(left, a.span), self.scalar(right, b.span)) else {
            return Form::Error;
        };
        self.equal(x, y, a.span, b.span, op == BinaryOp::Ne, span)
    }

    /// A number, time, date or duration and nothing else.
    fn numeric(&self, form: &Form) -> bool {
        match form {
            Form::Sum(_) => true,
            Form::Value(value) => {
                let classes = Classes::of(&value.ty, self.definitions());
                let numeric = [Classes::NUMBER, Classes::TIME, Classes::DATE, Classes::DURATION];
                numeric.into_iter().any(|class| classes.has(class) && classes.only(class))
            }
            _ => false,
        }
    }

    /// Complains about a number that stands as a multiple of itself, since the fraction of a constant factor was cleared: only
    /// comparisons know that factor.
    pub(crate) fn is_cleared(&mut self, value: &Value, span: Span) -> bool {
        let cleared = linear::inner_scale(&value.expr) > 0;
        if cleared {
            self.error_help(
                Code::E0401,
                span,
                "arithmetic with fractions is compared with numbers only",
                "compare it with `==`, `<`, `<=`, `>` or `>=`",
            );
        }
        cleared
    }

    /// A value that is no list or record.
    pub(crate) fn scalar(&mut self, form: Form, span: Span) -> Option<Value> {
        let value = match form {
            Form::Value(value) => value,
            Form::Error => return None,
            Form::View { view, subject, param } => match self.whole(view, subject, param, span) {
                Some(value) => value,
                None => {
                    self.error_help(
                        Code::E0401,
                        span,
                        "a view of a text is not compared as a whole",
                        "compare one of its members, for example `.domain`",
                    );
                    return None;
                }
            },
            Form::Sum(_) => {
                self.error(Code::E0401, span, "arithmetic is compared with numbers only");
                return None;
            }
            _ => {
                self.error(Code::E0401, span, "a text, number, boolean, time or enum value is needed here");
                return None;
            }
        };
        if self.is_cleared(&value, span) {
            return None;
        }
        let classes = Classes::of(&value.ty, self.definitions());
        let scalar =
            [Classes::BOOL, Classes::NUMBER, Classes::TEXT, Classes::TIME, Classes::DATE, Classes::DURATION];
        if scalar.into_iter().any(|class| classes.has(class)) {
            return Some(value);
        }
        let help = if classes.has(Classes::LIST) {
            "write `x in list`, `any x in list: …` or `subset(a, b)`"
        } else {
            "compare its fields"
        };
        let message =
            format!("{} is {} and is not compared as a whole", self.named(&value), describe(&value.ty));
        self.error_help(Code::E0401, span, message, help);
        None
    }

    fn equal(&mut self, x: Value, y: Value, xs: Span, ys: Span, negate: bool, span: Span) -> Form {
        let (xc, yc) = (Classes::of(&x.ty, self.definitions()), Classes::of(&y.ty, self.definitions()));
        if !xc.has(yc) {
            let message =
                format!("{} is {}, and never equal to {}", self.named(&x), describe(&x.ty), describe(&y.ty));
            return self.error_help(
                Code::E0401,
                span,
                message,
                "values of different types are never equal; the comparison would be unknown",
            );
        }
        if let Some(Const::Text(text)) = y.as_const() {
            self.admits_text(&x, text, ys);
        }
        if let Some(Const::Text(text)) = x.as_const() {
            self.admits_text(&y, text, xs);
        }
        self.disjoint_enums(&x, &y, span);
        let equal = expr(ExprKind::Equal(Box::new(x.expr), Box::new(y.expr)), self.span(span));
        Form::Condition(if negate { not(equal) } else { equal })
    }

    /// Complains about a constant that the type of `value` does not admit.
    pub(crate) fn admits_text(&mut self, value: &Value, text: &str, span: Span) {
        let Ty::Kinds(kinds) = deref(&value.ty, self.definitions()) else { return };
        let Some(ty) = &kinds.string else { return };
        let name = self.named(value);
        if let Some(all) = &ty.one_of {
            if all.iter().any(|v| &**v == text) {
                return;
            }
            let near = nearest(text, all.iter().map(|v| &**v)).map(str::to_owned);
            let help = did_you_mean(text, all.iter().map(|v| &**v))
                .unwrap_or_else(|| format!("it is one of {}", listing(all.iter().map(|v| &**v), 8)));
            let found = Found::new(Code::E0402, self.spot(span), format!("{name} is never `{text}`"))
                .help(help)
                .fix(near.map(|n| format!("\"{n}\"")));
            self.report(found);
            return;
        }
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if ty.min_length.is_some_and(|min| length < min) {
            let min = ty.min_length.unwrap_or_default();
            self.error(
                Code::E0402,
                span,
                format!("{name} has at least {min} characters, `{text}` has {length}"),
            );
        } else if ty.max_length.is_some_and(|max| length > max) {
            let max = ty.max_length.unwrap_or_default();
            self.error(
                Code::E0402,
                span,
                format!("{name} has at most {max} characters, `{text}` has {length}"),
            );
        }
    }

    fn disjoint_enums(&mut self, x: &Value, y: &Value, span: Span) {
        let members = |ty: &Ty| match deref(ty, self.definitions()) {
            Ty::Kinds(kinds) => kinds.string.as_ref().and_then(|s| s.one_of.clone()),
            _ => None,
        };
        if let (Some(a), Some(b)) = (members(&x.ty), members(&y.ty))
            && !a.iter().any(|v| b.contains(v))
        {
            let message = format!("{} and {} have no value in common", self.named(x), self.named(y));
            self.error(Code::E0402, span, message);
        }
    }

    fn compare_numbers(
        &mut self,
        op: BinaryOp,
        left: Form,
        right: Form,
        a: &ast::Expr,
        b: &ast::Expr,
        span: Span,
    ) -> Form {
        let single = (self.bare(&left), self.bare(&right));
        let (Some(x), Some(y)) = (self.sum_of(left, a.span), self.sum_of(right, b.span)) else {
            return Form::Error;
        };
        if !units_fit(&x, &y) {
            let message = format!("{} is compared with {}", unit_word(x.unit), unit_word(y.unit));
            return self.error(Code::E0401, span, message);
        }
        let op = compare_op(op);
        match single {
            (Some(value), None) if y.terms.is_empty() => {
                self.decided(&value, op, y.constant, y.fractional, b.span)
            }
            (None, Some(value)) if x.terms.is_empty() => {
                self.decided(&value, flipped(op), x.constant, x.fractional, a.span)
            }
            _ => self.unit_mismatch(&x, &y, a.span, b.span),
        }
        let mut terms = x.terms;
        for (coefficient, term) in y.terms {
            terms.push((-coefficient, term));
        }
        let constant = y.constant.checked_sub(x.constant);
        let cleared = constant.and_then(|c| linear::clear(&terms, c));
        let Some(cleared) = cleared else {
            return self.error_help(
                Code::E0405,
                span,
                "this arithmetic may leave the exact range",
                "use smaller constant factors",
            );
        };
        if cleared.terms.is_empty() {
            let value = holds(op, 0, cleared.constant);
            return Form::Condition(super::form::truth(value, self.span(span)));
        }
        let comparison = Comparison { terms: cleared.terms, op, constant: cleared.constant };
        Form::Condition(expr(ExprKind::Compare(comparison), self.span(span)))
    }

    /// A value that is no constant.
    fn bare(&self, form: &Form) -> Option<Value> {
        match form {
            Form::Value(value) if value.as_const().is_none() => Some(value.clone()),
            _ => None,
        }
    }

    /// A fraction against an integer, or a bound that the schema decides.
    fn decided(&mut self, value: &Value, op: Compare, constant: i128, fractional: bool, span: Span) {
        let Ty::Kinds(kinds) = deref(&value.ty, self.definitions()) else { return };
        let Some(number) = kinds.number.clone() else { return };
        let name = self.named(value);
        if number.integer && fractional {
            let hundredfold = constant.checked_mul(100).filter(|c| c % SCALE == 0).map(|c| c / SCALE);
            let help = hundredfold
                .map(|c| format!("is it in cents? write `{c}`; otherwise compare with a whole number"))
                .unwrap_or_else(|| "compare with a whole number".to_owned());
            self.error_help(
                Code::E0404,
                span,
                format!("{name} is an integer, compared with a fraction"),
                help,
            );
            return;
        }
        if let Some(range) = never(&number, op, constant) {
            let message = format!("this is never true: the schema says that {name} is {range}");
            self.error(Code::E0403, span, message);
        }
    }

    fn unit_mismatch(&mut self, x: &Sum, y: &Sum, xs: Span, ys: Span) {
        for (fraction, integer, span) in [(x, y, xs), (y, x, ys)] {
            if fraction.terms.is_empty()
                && fraction.fractional
                && integer.integer
                && !integer.terms.is_empty()
            {
                self.error_help(
                    Code::E0404,
                    span,
                    "an integer is compared with a fraction",
                    "is it in cents? write a whole number",
                );
            }
        }
    }
}

fn compare_op(op: BinaryOp) -> Compare {
    match op {
        BinaryOp::Ne => Compare::Ne,
        BinaryOp::Lt => Compare::Lt,
        BinaryOp::Le => Compare::Le,
        BinaryOp::Gt => Compare::Gt,
        BinaryOp::Ge => Compare::Ge,
        _ => Compare::Eq,
    }
}

/// The comparison with its sides swapped.
fn flipped(op: Compare) -> Compare {
    match op {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        Compare::Eq | Compare::Ne => op,
    }
}

/// Whether `a op b`.
pub(crate) fn holds(op: Compare, a: i128, b: i128) -> bool {
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

fn units_fit(x: &Sum, y: &Sum) -> bool {
    x.unit == y.unit
}

/// The range in words if no member of it satisfies `member op constant`.
fn never(number: &NumberTy, op: Compare, constant: i128) -> Option<String> {
    let low = number.min.map(|b| (b.value.units(), b.exclusive));
    let high = number.max.map(|b| (b.value.units(), b.exclusive));
    let above = |(bound, open): (i128, bool)| constant > bound || (constant == bound && open);
    let below = |(bound, open): (i128, bool)| constant < bound || (constant == bound && open);
    let impossible = match op {
        Compare::Eq => high.is_some_and(above) || low.is_some_and(below),
        Compare::Lt => low.is_some_and(|(bound, _)| constant <= bound),
        Compare::Le => low.is_some_and(|b| constant < b.0 || (constant == b.0 && b.1)),
        Compare::Gt => high.is_some_and(|(bound, _)| constant >= bound),
        Compare::Ge => high.is_some_and(|b| constant > b.0 || (constant == b.0 && b.1)),
        Compare::Ne => false,
    };
    impossible.then(|| range_words(number))
}

fn range_words(number: &NumberTy) -> String {
    let bound = |value: Decimal, exclusive: bool, words: [&str; 2]| {
        format!("{} {value}", if exclusive { words[0] } else { words[1] })
    };
    let parts: Vec<String> = [
        number.min.map(|b| bound(b.value, b.exclusive, ["more than", "at least"])),
        number.max.map(|b| bound(b.value, b.exclusive, ["less than", "at most"])),
    ]
    .into_iter()
    .flatten()
    .collect();
    parts.join(" and ")
}

/// Used by lists of constants as well: an expression that is a constant.
pub(crate) fn constant_of(expr: &Expr) -> Option<&Const> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}
