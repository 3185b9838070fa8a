//! Changes of expressions. In: an expression of a statement or a definition. Out: what a slip could have made of it: another operator, an
//! operand too few, a bound beside the one meant.

use super::collect::Collector;
use super::{Edit, Kind, bounds};
use policyc_grammar::ast::{AggregateKind, BinaryOp, Expr, ExprKind, QuantifierKind, UnaryOp};
use policyc_grammar::lexer::lex;
use policyc_grammar::source::Span;

impl Collector<'_> {
    /// An expression that is true, false or unknown.
    pub(super) fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner),
            ExprKind::And(operands) => self.junction(expr, operands, "and", "or"),
            ExprKind::Or(operands) => self.junction(expr, operands, "or", "and"),
            ExprKind::Unary(UnaryOp::Not, inner) => {
                let not = Span::new(expr.span.start, inner.span.start);
                self.replace(Kind::Negation, expr.span, not, "");
                // What is below is changed as what it is, not turned round once more.
                self.below_not(inner);
            }
            ExprKind::Binary(op, at, ..) => {
                self.comparison(expr, *op, *at);
                self.within(expr.span, |all| all.parts(expr));
            }
            ExprKind::Quantifier { .. } => self.parts(expr),
            ExprKind::Bool(_) => self.value(expr),
            _ => {
                self.negated(expr);
                self.parts(expr);
            }
        }
    }

    /// An expression of whatever type.
    pub(super) fn value(&mut self, expr: &Expr) {
        if is_condition(expr) {
            return self.condition(expr);
        }
        match &expr.kind {
            ExprKind::Bool(value) => {
                self.replace(Kind::Constant, expr.span, expr.span, (!value).to_string());
            }
            ExprKind::Number(text) => self.moved(expr, &bounds::number(text)),
            ExprKind::Duration(text) => self.moved(expr, &bounds::duration(text)),
            ExprKind::Date(text) => self.moved(expr, &bounds::date(text)),
            ExprKind::Timestamp(text) => self.moved(expr, &bounds::timestamp(text)),
            ExprKind::List(elements) => {
                let spans: Vec<Span> = elements.iter().map(|element| element.span).collect();
                self.drop_each(Kind::Element, self.shown(expr.span), &spans);
                // A number in a list names a case: it is no bound.
                elements
                    .iter()
                    .filter(|element| !is_literal(element))
                    .for_each(|element| self.value(element));
            }
            ExprKind::Table(entries) => {
                let spans: Vec<Span> = entries.iter().map(|(key, value)| key.span.to(value.span)).collect();
                self.drop_each(Kind::Element, self.shown(expr.span), &spans);
                for (key, value) in entries {
                    self.within(key.span.to(value.span), |all| all.value(value));
                }
            }
            ExprKind::Binary(..) => self.within(self.shown(expr.span), |all| all.parts(expr)),
            _ => self.parts(expr),
        }
    }

    /// The operand of a `not`, which was turned round already.
    fn below_not(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.below_not(inner),
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Unary(UnaryOp::Not, _) => self.condition(expr),
            ExprKind::Binary(op, at, ..) if !matches!(op, BinaryOp::Eq | BinaryOp::Ne) => {
                self.comparison(expr, *op, *at);
                self.within(expr.span, |all| all.parts(expr));
            }
            ExprKind::Binary(..) => self.within(expr.span, |all| all.parts(expr)),
            _ => self.parts(expr),
        }
    }

    fn junction(&mut self, expr: &Expr, operands: &[Expr], this: &str, other: &str) {
        let spans: Vec<Span> = operands.iter().map(|operand| operand.span).collect();
        self.drop_each(Kind::Operand, expr.span, &spans);
        let between = spans.windows(2).filter_map(|pair| match pair {
            [left, right] => Some(Span::new(left.end, right.start)),
            _ => None,
        });
        let edits: Vec<Edit> = between
            .filter_map(|span| {
                let text = self.text(span);
                // A comment beside the operator may hold the same word.
                let word = lex(text).tokens.into_iter().find(|token| token.text(text) == this)?;
                let at = Span::new(span.start + word.start, span.start + word.end);
                Some(Edit { span: at, text: other.to_owned() })
            })
            .collect();
        self.change(Kind::Operator, expr.span, edits);
        for operand in operands {
            self.condition(operand);
        }
    }

    /// What an operator could have been meant to be.
    fn comparison(&mut self, expr: &Expr, op: BinaryOp, at: Span) {
        let (kind, others): (Kind, &[&str]) = match op {
            BinaryOp::Eq => (Kind::Comparison, &["!="]),
            BinaryOp::Ne => (Kind::Comparison, &["=="]),
            BinaryOp::Lt => (Kind::Comparison, &["<=", ">="]),
            BinaryOp::Le => (Kind::Comparison, &["<", ">"]),
            BinaryOp::Gt => (Kind::Comparison, &[">=", "<="]),
            BinaryOp::Ge => (Kind::Comparison, &[">", "<"]),
            BinaryOp::In => (Kind::Negation, &["not in"]),
            BinaryOp::NotIn => (Kind::Negation, &["in"]),
            BinaryOp::Matches => (Kind::Pattern, &["finds"]),
            BinaryOp::Finds => (Kind::Pattern, &["matches"]),
            BinaryOp::StartsWith | BinaryOp::EndsWith => (Kind::Pattern, &["contains"]),
            BinaryOp::Contains => (Kind::Pattern, &["starts_with", "ends_with"]),
            BinaryOp::Like | BinaryOp::Under => (Kind::Pattern, &[]),
            // No conditions.
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Concat | BinaryOp::Mul | BinaryOp::Coalesce => return,
        };
        for other in others {
            self.replace(kind, expr.span, at, *other);
        }
        if kind == Kind::Pattern {
            self.negated(expr);
        }
    }

    fn negated(&mut self, expr: &Expr) {
        let text = format!("not ({})", self.text(expr.span));
        self.replace(Kind::Negation, expr.span, expr.span, text);
    }

    fn moved(&mut self, expr: &Expr, texts: &[String]) {
        for text in texts {
            self.replace(Kind::Bound, self.shown(expr.span), expr.span, text.clone());
        }
    }

    /// What an expression consists of.
    fn parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Regex { flags, .. } if !flags.is_empty() => {
                let end = expr.span.end;
                let flags = Span::new(end.saturating_sub(u32::try_from(flags.len()).unwrap_or(0)), end);
                self.replace(Kind::Pattern, expr.span, flags, "");
            }
            ExprKind::Error
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Number(_)
            | ExprKind::Str(_)
            | ExprKind::Regex { .. }
            | ExprKind::Duration(_)
            | ExprKind::Date(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Name(_)
            | ExprKind::Has(_)
            | ExprKind::HasLabel(..) => {}
            ExprKind::Field(base, _) => self.value(base),
            ExprKind::Is(inner, _) => self.value(inner),
            ExprKind::Index(base, index) => {
                self.value(base);
                self.value(index);
            }
            ExprKind::Call(_, all) | ExprKind::List(all) | ExprKind::And(all) | ExprKind::Or(all) => {
                all.iter().for_each(|one| self.value(one));
            }
            ExprKind::Table(entries) => entries.iter().for_each(|(_, value)| self.value(value)),
            ExprKind::Unary(_, inner) | ExprKind::Paren(inner) | ExprKind::Known(inner) => self.value(inner),
            ExprKind::Binary(op, at, left, right) => self.binary(expr, *op, *at, (left, right)),
            ExprKind::Quantifier { kind, domain, body, .. } => {
                let (this, other) = match kind {
                    QuantifierKind::Any => ("any", "all"),
                    QuantifierKind::All => ("all", "any"),
                };
                self.word(expr, this, other);
                let head = Span::new(expr.span.start, body.span.start);
                self.within(head, |all| all.value(domain));
                self.within(expr.span, |all| all.condition(body));
            }
            ExprKind::Aggregate { kind, domain, body, .. } => {
                self.value(domain);
                match kind {
                    AggregateKind::Count => self.condition(body),
                    AggregateKind::Sum => self.value(body),
                }
            }
        }
    }

    /// The word that an expression begins with.
    fn word(&mut self, expr: &Expr, this: &str, other: &str) {
        let end = expr.span.start.saturating_add(u32::try_from(this.len()).unwrap_or(0));
        self.replace(Kind::Negation, expr.span, Span::new(expr.span.start, end), other);
    }

    fn binary(&mut self, expr: &Expr, op: BinaryOp, at: Span, (left, right): (&Expr, &Expr)) {
        match op {
            BinaryOp::Concat => self.drop_each(Kind::Operand, expr.span, &[left.span, right.span]),
            BinaryOp::Coalesce => {
                self.replace(Kind::Operand, expr.span, Span::new(left.span.end, right.span.end), "");
            }
            BinaryOp::Add => self.replace(Kind::Operator, expr.span, at, "-"),
            BinaryOp::Sub => self.replace(Kind::Operator, expr.span, at, "+"),
            _ => {}
        }
        self.value(left);
        // What stands in for what is missing is there or not; one more or less would be the same slip.
        if op != BinaryOp::Coalesce || !is_literal(right) {
            self.value(right);
        }
    }
}

fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::Neg, inner) => is_literal(inner),
        ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::Date(_) | ExprKind::Timestamp(_) => true,
        _ => false,
    }
}

/// Whether an expression is a condition by its form, whatever its names stand for.
fn is_condition(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_condition(inner),
        ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Unary(UnaryOp::Not, _)
        | ExprKind::Has(_)
        | ExprKind::Known(_)
        | ExprKind::HasLabel(..)
        | ExprKind::Is(..)
        | ExprKind::Quantifier { .. } => true,
        ExprKind::Binary(op, ..) => !matches!(
            op,
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Concat | BinaryOp::Mul | BinaryOp::Coalesce
        ),
        _ => false,
    }
}
