//! What is remembered, and where it may stand. In: a condition and whether its truth grants. Out: complaints about places where not knowing
//! something, taking a label away or charging a counter would let a call pass (semantics.md 2, 19, 35).
//!
//! A position grants if making it true can only relax the decision, and restricts if it can only tighten it; `not` turns one into the
//! other. An `allow` grants with its `when`; every other statement restricts with it.

use super::cx::Cx;
use super::walk;
use crate::diagnostics::{Code, Level};
use crate::resolve::anchor::Found;
use crate::typed::{Comparison, Expr, ExprKind, FactUse};
use policyc_grammar::source::Span;
use policyc_runtime::program::instr::Compare;
use policyc_runtime::program::memory::{FactKind, FactPart};

/// Where a part of a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Its truth can only relax the decision.
    Grants,
    /// Its truth can only tighten it.
    Restricts,
    /// Both: within a number that is compared.
    Both,
}

impl Position {
    const fn turned(self) -> Self {
        match self {
            Self::Grants => Self::Restricts,
            Self::Restricts => Self::Grants,
            Self::Both => Self::Both,
        }
    }
}

/// Checks the condition of a statement; `allows`: it is that of an `allow`.
pub(crate) fn check(cx: &mut Cx<'_>, condition: &Expr, allows: bool) {
    if cx.world.facts.is_empty() && cx.world.labels.is_empty() {
        return;
    }
    let position = if allows { Position::Grants } else { Position::Restricts };
    Checker { cx, allows }.condition(condition, position);
}

struct Checker<'c, 'w> {
    cx: &'c mut Cx<'w>,
    allows: bool,
}

impl Checker<'_, '_> {
    fn condition(&mut self, expr: &Expr, at: Position) {
        match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, at.turned()),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part, at));
            }
            ExprKind::Quantifier { domain, zip, body, .. } => {
                self.value(domain, at);
                zip.iter().for_each(|(_, list)| self.value(list, at));
                self.condition(body, at);
            }
            ExprKind::HasLabel(_) if at != Position::Restricts => self.label(expr.span),
            ExprKind::InSet(value, used) => {
                self.value(value, at);
                used.keys.iter().for_each(|key| self.value(key, at));
                if at != Position::Grants {
                    self.in_set(used, expr.span);
                }
            }
            ExprKind::Has(inner) if at != Position::Grants && is_value(inner) => self.known(expr.span),
            ExprKind::Compare(comparison) => self.comparison(comparison, at, expr.span),
            ExprKind::Equal(left, right) => {
                for side in [left, right] {
                    if self.counter(side) {
                        self.counter_equal(expr.span);
                    }
                    self.value(side, at);
                }
            }
            ExprKind::InConsts(inner, _) if self.counter(inner) => self.counter_equal(expr.span),
            ExprKind::InList(inner, _) if self.counter(inner) => self.counter_equal(expr.span),
            _ => walk::each_child(expr, &mut |child| self.value(child, at)),
        }
    }

    /// A value: conditions within it may work both ways.
    fn value(&mut self, expr: &Expr, at: Position) {
        match &expr.kind {
            ExprKind::Coalesce(first, second) => {
                if at == Position::Grants && self.allows && reads_fact(first) {
                    self.assumed(expr.span);
                }
                self.value(first, at);
                self.value(second, at);
            }
            ExprKind::HasLabel(_) => self.label(expr.span),
            ExprKind::InSet(_, used) => self.in_set(used, expr.span),
            ExprKind::Has(inner) if is_value(inner) => self.known(expr.span),
            ExprKind::CountIf(_, domain, body) => {
                self.value(domain, at);
                self.condition(body, Position::Both);
            }
            _ => walk::each_child(expr, &mut |child| self.value(child, at)),
        }
    }

    /// A comparison with a counter: charging it must not loosen anything.
    fn comparison(&mut self, comparison: &Comparison, at: Position, span: Span) {
        for (coefficient, term) in &comparison.terms {
            self.value(term, at);
            if !self.counter(term) {
                continue;
            }
            // Whether the comparison turns true as the counter grows.
            let rises = match (comparison.op, *coefficient > 0) {
                (Compare::Gt | Compare::Ge, positive) => positive,
                (Compare::Lt | Compare::Le, positive) => !positive,
                (Compare::Eq | Compare::Ne, _) => {
                    self.counter_equal(span);
                    continue;
                }
            };
            match (rises, at) {
                (true, Position::Restricts) | (false, Position::Grants) => {}
                (true, _) => {
                    let message = "this turns true as the counter grows, and would grant";
                    self.error(Code::E0512, span, message, "a grant asks that it is small: `n(k) < 3`");
                }
                (false, _) => {
                    let message = "this turns false as the counter grows, and would no longer restrict";
                    self.error(
                        Code::E0512,
                        span,
                        message,
                        "a restriction asks that it is large: `n(k) >= 3`",
                    );
                }
            }
        }
    }

    fn counter(&self, expr: &Expr) -> bool {
        let ExprKind::Fact(used, _) = &expr.kind else { return false };
        self.cx.world.facts.get(used.fact as usize).is_some_and(|fact| fact.kind == FactKind::Counter)
    }

    fn counter_equal(&mut self, span: Span) {
        let message = "a counter that is equal to a number will not be once it is charged";
        self.error(Code::E0512, span, message, "compare with `<` in a grant, with `>=` in a restriction");
    }

    fn label(&mut self, span: Span) {
        let message = "a label only restricts, and here it would grant";
        self.error(
            Code::E0510,
            span,
            message,
            "a session without the label has more rights, never fewer: `deny … when session has label …`, or `not (…)` in an `allow`",
        );
    }

    fn known(&mut self, span: Span) {
        let message = "where the fact was not learned this lets the call pass";
        self.error(
            Code::E0511,
            span,
            message,
            "leave it out: a condition on a fact that is not known restricts, and grants nothing",
        );
    }

    fn in_set(&mut self, used: &FactUse, span: Span) {
        let fact = self.cx.world.facts.get(used.fact as usize);
        let name = fact.map_or("the set", |fact| fact.name.as_str());
        if self.allows {
            let message = format!("what was never learned is not in `{name}`, so this grants by ignorance");
            self.error(
                Code::E0511,
                span,
                message,
                "a learned set says what is known to be good: `x in …` in a grant",
            );
            return;
        }
        let message = format!("what was never learned is not in `{name}`, and passes");
        let help = "learn what is good instead, `fact ok(k): bool`, and `deny … unless ok(k) == true`; what was done before is counted: `n(k) += 1`";
        self.finding(Code::W0810, span, message, help.to_owned());
    }

    fn assumed(&mut self, span: Span) {
        let message = "a grant takes this value for a fact that was not learned".to_owned();
        self.finding(
            Code::W0811,
            span,
            message,
            "leave `??` out: what is not known grants nothing".to_owned(),
        );
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.cx.error_help(code, span, message, help);
    }

    /// A warning; an error in guardrails, which nobody looks over again.
    fn finding(&mut self, code: Code, span: Span, message: String, help: String) {
        let mut found = Found::new(code, self.cx.spot(span), message).help(help);
        if self.cx.namespace().guardrail {
            found.level = Level::Error;
        }
        self.cx.report(found);
    }
}

/// A value that a fact holds, or that it is known.
fn is_value(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Fact(_, FactPart::Field(_) | FactPart::Known | FactPart::LearnedAt))
}

fn reads_fact(expr: &Expr) -> bool {
    let mut found = false;
    walk::each(expr, &mut |part| found |= matches!(part.kind, ExprKind::Fact(..)));
    found
}
