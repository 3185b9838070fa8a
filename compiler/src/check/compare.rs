//! Comparisons and arithmetic. In: two operands. Out: an exact linear comparison, an equality, or the complaint that the types do not
//! fit or that the schema already decides the matter.

use super::admits::hundredfold;
use super::arithmetic::unit_word;
use super::cx::Cx;
use super::form::{Classes, Form, Sum, Unit, Value, describe, expr, not};
use super::range::Range;
use super::{linear, literal};
use crate::diagnostics::Code;
use crate::typed::{Comparison, Const, Expr, ExprKind, Place, Root};
use policyc_grammar::ast::{self, BinaryOp};
use policyc_grammar::source::Span;
use policyc_runtime::number::SCALE;
use policyc_runtime::program::instr::Compare;

/// A count or length beside 0 or 1: the usual guard against the empty list or text, right also where the schema rules that out.
pub(super) fn asks_for_nothing<'a>(terms: impl IntoIterator<Item = &'a Expr>, bound: i128) -> bool {
    let counts =
        |expr: &Expr| matches!(expr.kind, ExprKind::Count(_) | ExprKind::CountIf(..) | ExprKind::Length(_));
    (0..=SCALE).contains(&bound) && terms.into_iter().all(counts)
}

impl Cx<'_> {
    /// `==`, `!=` and the orders.
    pub(crate) fn compare(
        &mut self,
        op: BinaryOp,
        [left, right]: [Form; 2],
        a: &ast::Expr,
        b: &ast::Expr,
        span: Span,
    ) -> Form {
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
        let only_text = matches!(value.expr.kind, ExprKind::Place(Place { root: Root::ResultText, .. }));
        let help = match (only_text, self.reply) {
            (true, true) => "its text is `reply.text`",
            (true, false) => "its text is `result.text`",
            _ if classes.has(Classes::LIST) => "write `x in list`, `any x in list: …` or `subset(a, b)`",
            _ => "compare its fields",
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

    fn compare_numbers(
        &mut self,
        op: BinaryOp,
        left: Form,
        right: Form,
        a: &ast::Expr,
        b: &ast::Expr,
        span: Span,
    ) -> Form {
        if self.quoted_time(&left, &right, a.span) || self.quoted_time(&right, &left, b.span) {
            return Form::Error;
        }
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
            (Some(value), None) if op == Compare::Eq && y.terms.is_empty() => {
                self.admits_number(&value, y.constant, y.grain.fraction, b.span);
            }
            (None, Some(value)) if op == Compare::Eq && x.terms.is_empty() => {
                self.admits_number(&value, x.constant, x.grain.fraction, a.span);
            }
            single => self.decided(single, op, &x, &y, [a.span, b.span]),
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

    /// Complains about a time, date or duration in quotes, compared with one.
    fn quoted_time(&mut self, form: &Form, other: &Form, span: Span) -> bool {
        let Form::Value(value) = form else { return false };
        let Some(Const::Text(text)) = value.as_const() else { return false };
        let unit = match other {
            Form::Sum(sum) => Some(sum.unit),
            Form::Value(value) => Classes::of(&value.ty, self.definitions()).unit(),
            _ => None,
        };
        let Some((what, written)) = unit.and_then(|unit| unquoted(unit, text)) else { return false };
        let message = format!("`\"{text}\"` is a text, not {what}");
        self.error_help(Code::E0401, span, message, format!("{what} is written without quotes: `{written}`"));
        true
    }

    /// A value that is no constant.
    fn bare(&self, form: &Form) -> Option<Value> {
        match form {
            Form::Value(value) if value.as_const().is_none() => Some(value.clone()),
            _ => None,
        }
    }

    /// A fraction against integers, or a comparison that the bounds of both sides decide.
    fn decided(
        &mut self,
        single: (Option<Value>, Option<Value>),
        op: Compare,
        x: &Sum,
        y: &Sum,
        spans: [Span; 2],
    ) {
        if x.unit == Unit::Plain && x.grain.with(y.grain).is_mixed() {
            self.unit_mismatch(single, x, y, spans);
            return;
        }
        if x.terms.is_empty() && y.terms.is_empty() {
            return;
        }
        let range = |sum: &Sum, other: &Sum| {
            let guard = other.terms.is_empty()
                && asks_for_nothing(sum.terms.iter().map(|(_, term)| term), other.constant);
            if guard { sum.range.hull(Range::point(0)) } else { sum.range }
        };
        let difference = range(x, y).plus(range(y, x).times(-SCALE));
        let span = if x.terms.is_empty() { spans[0] } else { spans[1] };
        if difference.never(op, 0) {
            let message = format!("this is never true: {}", self.bounds_in_words(single, x, y));
            self.error(Code::E0403, span, message);
        } else if self.negated && difference.never(opposite(op), 0) {
            let message =
                format!("this is always true, its negation never: {}", self.bounds_in_words(single, x, y));
            self.error(Code::E0403, span, message);
        }
    }

    fn bounds_in_words(&self, single: (Option<Value>, Option<Value>), x: &Sum, y: &Sum) -> String {
        let of = |single: Option<Value>, sum: &Sum| match single {
            Some(value) if matches!(&value.expr.kind, ExprKind::Place(_)) => {
                format!("the schema says that {} is {}", self.named(&value), sum.range.words())
            }
            _ => format!("what is compared is {}", sum.range.words()),
        };
        match (x.terms.is_empty(), y.terms.is_empty()) {
            (false, true) => of(single.0, x),
            (true, false) => of(single.1, y),
            _ => format!("one side is {}, the other {}", x.range.words(), y.range.words()),
        }
    }

    fn unit_mismatch(&mut self, single: (Option<Value>, Option<Value>), x: &Sum, y: &Sum, spans: [Span; 2]) {
        let (value, fraction, span) =
            if y.grain.fraction { (single.0, y, spans[1]) } else { (single.1, x, spans[0]) };
        let (name, help) = match value {
            Some(value) if fraction.terms.is_empty() => (self.named(&value), hundredfold(fraction.constant)),
            Some(value) => (self.named(&value), "are these cents? write whole numbers".to_owned()),
            None => ("this".to_owned(), "is it in cents? write a whole number".to_owned()),
        };
        let message = format!("{name} is an integer, compared with a fraction");
        self.error_help(Code::E0404, span, message, help);
    }
}

/// What a time, date or duration is called, and a text as one; an example where the text is none.
fn unquoted(unit: Unit, text: &str) -> Option<(&'static str, String)> {
    let or = |written: Option<String>, example: &str| written.unwrap_or_else(|| example.to_owned());
    let day = literal::date_days(text);
    let written = match unit {
        Unit::Plain => return None,
        Unit::Time => {
            let own = literal::timestamp_ms(text).map(|_| text.to_owned());
            or(own.or(day.map(|_| format!("{text}T00:00Z"))), "2027-01-31T09:00Z")
        }
        Unit::Date => or(day.map(|_| text.to_owned()), "2027-01-31"),
        Unit::Duration => or(literal::duration_ms(text).map(|_| text.to_owned()), "1h30m"),
    };
    Some((unit_word(unit), written))
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

/// The comparison that holds where this one does not.
fn opposite(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
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

/// Used by lists of constants as well: an expression that is a constant.
pub(crate) fn constant_of(expr: &Expr) -> Option<&Const> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}
