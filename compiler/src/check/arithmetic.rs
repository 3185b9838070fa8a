//! Exact arithmetic: sums of numbers, times, dates and durations, products with constants. In: operands. Out: [`Sum`]s, or the
//! complaint that the units do not fit.

use super::cx::Cx;
use super::form::{Classes, Form, Grain, Sum, Unit, Value, deref, describe};
use super::range::Range;
use crate::diagnostics::Code;
use crate::ty::Ty;
use crate::typed::{Const, ExprKind};
use policyc_grammar::ast::{self, BinaryOp};
use policyc_grammar::source::Span;
use policyc_runtime::number::SCALE;

impl Cx<'_> {
    /// An operand of arithmetic or of a comparison as a sum.
    pub(crate) fn sum_of(&mut self, form: Form, span: Span) -> Option<Sum> {
        match form {
            Form::Sum(sum) => Some(sum),
            Form::Error => None,
            Form::Value(value) => self.value_sum(value, span),
            Form::View { view, subject, param } => match self.whole(view, subject, param, span) {
                Some(value) => self.value_sum(value, span),
                None => {
                    self.error(Code::E0401, span, "a view of a text is no number");
                    None
                }
            },
            _ => {
                self.error(Code::E0401, span, "a number, time, date or duration is needed here");
                None
            }
        }
    }

    fn value_sum(&mut self, value: Value, span: Span) -> Option<Sum> {
        let classes = Classes::of(&value.ty, self.definitions());
        let Some(unit) = classes.unit() else {
            let message = format!(
                "{} is {}, not a number, time, date or duration",
                self.named(&value),
                describe(&value.ty)
            );
            if let Some(Const::Text(text)) = value.as_const() {
                let help = if super::literal::number(text).is_some() {
                    format!("a number is written without quotes: `{text}`")
                } else {
                    "texts are compared with `==`".to_owned()
                };
                self.error_help(Code::E0401, span, format!("`\"{text}\"` is a text, not a number"), help);
                return None;
            }
            let help = if classes.has(Classes::TEXT) {
                "texts and enum values are compared with `==`; a number in a text is read by `number(…)` of std.number"
            } else {
                "take its length with `count(…)`, or compare a field"
            };
            self.error_help(Code::E0401, span, message, help);
            return None;
        };
        let (integer, range) = match deref(&value.ty, self.definitions()) {
            Ty::Kinds(kinds) => match &kinds.number {
                Some(number) if unit == Unit::Plain => (number.integer, Range::of(number)),
                _ => (true, Range::default()),
            },
            _ => (false, Range::default()),
        };
        let span = self.span(span);
        Some(match value.as_const() {
            Some(Const::Number(units)) => {
                let grain = Grain { fraction: !integer, ..Grain::default() };
                let (constant, range) = (*units, Range::point(*units));
                Sum { terms: Vec::new(), constant, unit, span, grain, range }
            }
            _ => {
                // What a table says was written by the author, like any constant.
                let grain = match &value.expr.kind {
                    ExprKind::Table(..) => Grain { fraction: !integer, ..Grain::default() },
                    _ => Grain { whole: integer, parted: !integer, fraction: false },
                };
                Sum { terms: vec![(SCALE, value.expr)], constant: 0, unit, span, grain, range }
            }
        })
    }

    /// `+`, `-`, `*` by a constant.
    pub(crate) fn arithmetic(&mut self, op: BinaryOp, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        let (Some(x), Some(y)) = (self.sum_of(left, a.span), self.sum_of(right, b.span)) else {
            return Form::Error;
        };
        if op == BinaryOp::Mul {
            return self.product(x, y, span);
        }
        let Some(unit) = combined(op, x.unit, y.unit) else {
            let message = format!("`{}` of {} and {}", op.spelling(), unit_word(x.unit), unit_word(y.unit));
            return self.error(Code::E0401, span, message);
        };
        let (x, y) = match (self.days(x, unit, span), self.days(y, unit, span)) {
            (Some(x), Some(y)) => (x, y),
            _ => return Form::Error,
        };
        let y = if op == BinaryOp::Sub { y.scaled(-SCALE) } else { Some(y) };
        let Some(y) = y else {
            return self.error(Code::E0405, span, "this arithmetic leaves the exact range");
        };
        let Some(constant) = x.constant.checked_add(y.constant) else {
            return self.error(Code::E0405, span, "this arithmetic leaves the exact range");
        };
        let mut terms = x.terms;
        terms.extend(y.terms);
        Form::Sum(Sum {
            terms,
            constant,
            unit,
            span: self.span(span),
            grain: x.grain.with(y.grain),
            range: x.range.plus(y.range),
        })
    }

    /// A constant duration added to a date counts in days.
    fn days(&mut self, sum: Sum, unit: Unit, span: Span) -> Option<Sum> {
        if unit != Unit::Date || sum.unit != Unit::Duration {
            return Some(sum);
        }
        let day = 86_400_000 * SCALE;
        if !sum.terms.is_empty() || sum.constant % day != 0 {
            self.error_help(
                Code::E0401,
                span,
                "a date moves by whole days",
                "write the duration in days: `7d`",
            );
            return None;
        }
        let constant = sum.constant / 86_400_000;
        Some(Sum { constant, unit: Unit::Date, range: Range::point(constant), ..sum })
    }

    fn product(&mut self, x: Sum, y: Sum, span: Span) -> Form {
        let (factor, sum) = match (x.terms.is_empty(), y.terms.is_empty()) {
            (true, _) if x.unit == Unit::Plain => (x, y),
            (_, true) if y.unit == Unit::Plain => (y, x),
            _ => {
                return self.error_help(
                    Code::E0406,
                    span,
                    "a product of two paths is not linear",
                    "one factor of `*` is a constant number",
                );
            }
        };
        if !matches!(sum.unit, Unit::Plain | Unit::Duration) {
            return self.error(Code::E0401, span, format!("{} is not multiplied", unit_word(sum.unit)));
        }
        let grain = if factor.grain.fraction && !sum.terms.is_empty() {
            Grain { parted: true, ..Grain::default() }
        } else {
            sum.grain.with(factor.grain)
        };
        match self.scaled(sum, factor.constant, span) {
            Form::Sum(sum) => Form::Sum(Sum { grain, ..sum }),
            other => other,
        }
    }

    /// A sum times a factor, or the complaint that it is not exact.
    pub(crate) fn scaled(&mut self, sum: Sum, factor: i128, span: Span) -> Form {
        match sum.scaled(factor) {
            Some(sum) => Form::Sum(sum),
            None => self.error(
                Code::E0405,
                span,
                "this product needs more than nine decimal places, or leaves the exact range",
            ),
        }
    }
}

impl Sum {
    /// Times a factor in units of 10⁻⁹; `None` where the product needs more than nine places or leaves i128.
    pub(crate) fn scaled(mut self, factor: i128) -> Option<Self> {
        let times = |units: i128| {
            let product = units.checked_mul(factor)?;
            (product % SCALE == 0).then_some(product / SCALE)
        };
        for (coefficient, _) in &mut self.terms {
            *coefficient = times(*coefficient)?;
        }
        self.constant = times(self.constant)?;
        self.range = self.range.times(factor);
        Some(self)
    }
}

/// The unit of a sum or difference.
fn combined(op: BinaryOp, x: Unit, y: Unit) -> Option<Unit> {
    match (op, x, y) {
        (_, a, b) if a == b && matches!(a, Unit::Plain | Unit::Duration) => Some(a),
        (BinaryOp::Sub, Unit::Time, Unit::Time) => Some(Unit::Duration),
        (_, Unit::Time, Unit::Duration) | (BinaryOp::Add, Unit::Duration, Unit::Time) => Some(Unit::Time),
        (_, Unit::Date, Unit::Duration) | (BinaryOp::Add, Unit::Duration, Unit::Date) => Some(Unit::Date),
        _ => None,
    }
}

pub(super) fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Plain => "a number",
        Unit::Time => "a timestamp",
        Unit::Date => "a date",
        Unit::Duration => "a duration",
    }
}
