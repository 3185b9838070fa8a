//! Which tools are listed (semantics.md 8). In: a policy and a principal. Out: for each tool, whether the decision can be Allow or Ask
//! with the principal known and args, session, state and time unknown.
//!
//! A test that reads anything but the principal can come out in every way, each test on its own. So the answer errs towards
//! listing, never towards hiding.

use super::combine::Oracle;
use super::condition::Scope;
use super::truth::Truth;
use super::value::Value;
use policyc_compiler::typed::{Block, Expr, ExprKind, Root};
use policyc_runtime::program::Effect;
use std::collections::BTreeSet;

type Truths = BTreeSet<Truth>;

impl Oracle<'_> {
    /// The names of the tools that this principal may see, as indexes into the policy's; `None` if the principal does not fit.
    #[must_use]
    pub fn list(&self, principal: &[u8]) -> Option<Vec<usize>> {
        let principal = self.principal(principal)?;
        let mut scope = self.scope(Value::Ill, principal, Value::Ill, None);
        let listed = (0..self.policy.tools.len()).filter(|tool| self.can_be_permitted(*tool, &mut scope));
        Some(listed.collect())
    }

    fn can_be_permitted(&self, tool: usize, scope: &mut Scope<'_>) -> bool {
        let mut permits = false;
        for block in self.policy.rules.get(tool).into_iter().flatten() {
            let outcomes = self.outcomes(block, scope);
            if outcomes.iter().all(|outcome| *outcome == Some((Effect::Deny, false))) {
                return false;
            }
            permits |= outcomes.iter().any(|outcome| matches!(outcome, Some((_, true))));
        }
        permits
    }

    /// What a block can come to: an effect and whether it permits, or nothing.
    fn outcomes(&self, block: &Block, scope: &mut Scope<'_>) -> Vec<Option<(Effect, bool)>> {
        let arms: Vec<(u32, &Expr)> = match block {
            Block::Rule(number, condition) => vec![(*number, &**condition)],
            Block::Decide(arms) => arms.iter().map(|(number, condition)| (*number, &**condition)).collect(),
        };
        let mut outcomes = Vec::new();
        for (number, condition) in arms {
            let Some(statement) = self.policy.statements.get(number as usize) else { continue };
            let truths = possible(condition, scope);
            let permits = truths.contains(&Truth::True)
                && statement.effect != Effect::Deny
                && !statement.guardrail
                && !statement.shadow;
            let (may_match, may_pass) = match statement.effect {
                Effect::Allow => (truths.contains(&Truth::True), truths.iter().any(|t| *t != Truth::True)),
                Effect::Ask | Effect::Deny => {
                    (truths.iter().any(|t| *t != Truth::False), truths.contains(&Truth::False))
                }
            };
            if may_match {
                outcomes.push(if statement.shadow { None } else { Some((statement.effect, permits)) });
            }
            if !may_pass {
                return outcomes;
            }
        }
        outcomes.push(None);
        outcomes
    }
}

/// The truth values that a condition can have.
fn possible(condition: &Expr, scope: &mut Scope<'_>) -> Truths {
    match &condition.kind {
        ExprKind::Not(inner) => possible(inner, scope).into_iter().map(Truth::not).collect(),
        ExprKind::And(parts) => combined(parts, scope, Truth::True, Truth::min),
        ExprKind::Or(parts) => combined(parts, scope, Truth::False, Truth::max),
        _ if reads_more(condition) => [Truth::False, Truth::Unknown, Truth::True].into(),
        _ => [scope.truth(condition)].into(),
    }
}

fn combined(parts: &[Expr], scope: &mut Scope<'_>, start: Truth, with: fn(Truth, Truth) -> Truth) -> Truths {
    parts.iter().fold(Truths::from([start]), |so_far, part| {
        let next = possible(part, scope);
        so_far.iter().flat_map(|a| next.iter().map(|b| with(*a, *b))).collect()
    })
}

/// It reads something besides the principal.
fn reads_more(expr: &Expr) -> bool {
    reads_now(expr)
        || some(expr, &|e| matches!(e.kind, ExprKind::Fact(..) | ExprKind::InSet(..) | ExprKind::HasLabel(_)))
        || some(
            expr,
            &|e| matches!(&e.kind, ExprKind::Place(place) if matches!(place.root, Root::Args | Root::Session)),
        )
}

/// It reads the time.
pub(super) fn reads_now(expr: &Expr) -> bool {
    some(expr, &|e| e.kind == ExprKind::Now)
}

/// Some part of the expression satisfies `test`.
fn some(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    test(expr) || parts(expr).into_iter().any(|part| some(part, test))
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Place(_) | ExprKind::Now | ExprKind::HasLabel(_) => Vec::new(),
        ExprKind::Fact(used, _) => used.keys.iter().collect(),
        ExprKind::InSet(value, used) => std::iter::once(&**value).chain(&used.keys).collect(),
        ExprKind::Not(a)
        | ExprKind::Has(a)
        | ExprKind::IsNull(a)
        | ExprKind::IsKind(a, ..)
        | ExprKind::IsTrue(a)
        | ExprKind::InConsts(a, _)
        | ExprKind::Matches(a, _)
        | ExprKind::Under(a, _)
        | ExprKind::InCidr(a, _)
        | ExprKind::Length(a)
        | ExprKind::Lower(a)
        | ExprKind::Count(a)
        | ExprKind::First(a)
        | ExprKind::Last(a)
        | ExprKind::Table(_, a)
        | ExprKind::Civil(_, a, _)
        | ExprKind::Keys(a)
        | ExprKind::Values(a)
        | ExprKind::Member(a, _) => vec![a],
        ExprKind::View(view) => vec![&view.subject],
        ExprKind::Equal(a, b)
        | ExprKind::TextTest(_, a, b)
        | ExprKind::MapGet(a, b)
        | ExprKind::Coalesce(a, b)
        | ExprKind::InList(a, b)
        | ExprKind::Subset(a, b)
        | ExprKind::CountIf(_, a, b) => vec![a, b],
        ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) | ExprKind::Concat(all) => {
            all.iter().collect()
        }
        ExprKind::Compare(comparison) => comparison.terms.iter().map(|(_, term)| term).collect(),
        ExprKind::Linear(linear) => linear.terms.iter().map(|(_, term)| term).collect(),
        ExprKind::Sum(_, list, linear) => {
            std::iter::once(&**list).chain(linear.terms.iter().map(|(_, term)| term)).collect()
        }
        ExprKind::Quantifier { domain, zip, body, .. } => {
            let mut all: Vec<&Expr> = vec![domain, body];
            all.extend(zip.iter().map(|(_, list)| &**list));
            all
        }
    }
}
