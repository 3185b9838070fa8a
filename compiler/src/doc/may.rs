//! What can come of a call of each tool, for one kind of principal, whatever the arguments, the session and the time. In: a policy and
//! [`Classes`]. Out: [`Chances`] per tool.
//!
//! Which conditions can hold for a principal is what the VM works out when it lists tools, so each condition is made a tool of a policy of
//! its own, four times, such that the tool is listed if the condition can be true, can be false, can be not false, can be not true.
//! Tests of anything but the fields that tell the kinds apart can come out either way.

use super::classes::{Classes, principal_of};
use crate::check::walk::{each, places, reads_now};
use crate::emit::{EmitOptions, emit};
use crate::ty::{ArgsTy, BoolTy, FieldTy, Kinds, ObjectTy, Ty};
use crate::typed::{
    Block, Expr, ExprKind, Origin, Place, Policy, PolicySource, Root, ServerInfo, Statement, ToolInfo,
};
use policyc_grammar::source::Span;
use policyc_runtime::program::{ApprovalTerms, Effect, StatementKind};
use policyc_runtime::{Pdp, Requirements, Vm};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Conditions at most; a policy with more gets no table.
const MOST: usize = 4_000;

/// What can come of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chances {
    /// It may be allowed.
    pub allow: bool,
    /// It may wait for approval.
    pub ask: bool,
    /// It may be denied, arguments that fit the tool's schema provided.
    pub deny: bool,
}

/// What a condition can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Facts {
    be_true: bool,
    be_false: bool,
    be_not_false: bool,
    be_not_true: bool,
}

/// Per kind of principal, the chances of each tool. `None` if there are too many conditions.
pub(super) fn chances(policy: &Policy, classes: &Classes) -> Option<Vec<Vec<Chances>>> {
    let mut conditions =
        Conditions { fields: &classes.fields, numbers: FxHashMap::default(), all: Vec::new() };
    let tools: Vec<Vec<Vec<(u32, usize)>>> = policy
        .rules
        .iter()
        .map(|blocks| blocks.iter().map(|block| conditions.numbered(block)).collect())
        .collect();
    if conditions.all.len() > MOST {
        return None;
    }
    let pdp = program(policy, classes, &conditions.all)?;
    let mut vm = Vm::new(&pdp);
    let mut out = Vec::with_capacity(classes.all.len());
    for class in &classes.all {
        let listed = vm.list(&pdp, class.principal.to_string().as_bytes()).ok()?;
        let mut facts = vec![Facts::default(); conditions.all.len()];
        for tool in listed {
            let number: usize = tool.name.parse().ok()?;
            let fact = facts.get_mut(number / 4)?;
            match number % 4 {
                0 => fact.be_true = true,
                1 => fact.be_false = true,
                2 => fact.be_not_false = true,
                _ => fact.be_not_true = true,
            }
        }
        out.push(tools.iter().map(|blocks| combined(policy, blocks, &facts)).collect());
    }
    Some(out)
}

/// Conditions, each once.
struct Conditions<'a> {
    fields: &'a [Arc<str>],
    numbers: FxHashMap<Expr, usize>,
    all: Vec<Expr>,
}

impl Conditions<'_> {
    /// A block's statements, in order, with their conditions' numbers.
    fn numbered(&mut self, block: &Block) -> Vec<(u32, usize)> {
        match block {
            Block::Rule(statement, condition) => vec![(*statement, self.number(condition))],
            Block::Decide(arms) => {
                arms.iter().map(|(statement, condition)| (*statement, self.number(condition))).collect()
            }
        }
    }

    fn number(&mut self, condition: &Expr) -> usize {
        let mut open = 0;
        let condition = self.narrowed(condition, &mut open);
        let next = self.all.len();
        let number = *self.numbers.entry(condition.clone()).or_insert(next);
        if number == next {
            self.all.push(condition);
        }
        number
    }

    /// The condition with every test of anything but the known fields left open.
    fn narrowed(&self, expr: &Expr, open: &mut usize) -> Expr {
        let all =
            |parts: &[Expr], open: &mut usize| parts.iter().map(|part| self.narrowed(part, open)).collect();
        let kind = match &expr.kind {
            ExprKind::And(parts) => ExprKind::And(all(parts, open)),
            ExprKind::Or(parts) => ExprKind::Or(all(parts, open)),
            ExprKind::Not(inner) => ExprKind::Not(Box::new(self.narrowed(inner, open))),
            _ if self.knows(expr) => expr.kind.clone(),
            _ => {
                *open += 1;
                let place = Place { root: Root::Args, steps: vec![argument(*open % OPEN)] };
                ExprKind::IsTrue(Box::new(Expr { kind: ExprKind::Place(place), span: Span::default() }))
            }
        };
        Expr { kind, span: Span::default() }
    }

    fn knows(&self, expr: &Expr) -> bool {
        let known = |place: &&Place| {
            place.root == Root::Principal
                && place.steps.first().is_some_and(|step| self.fields.contains(step))
        };
        !reads_now(expr) && !depends_on_order(expr) && places(expr).iter().all(known)
    }
}

/// A set is told apart by its members; which of them comes first is up to the host.
fn depends_on_order(expr: &Expr) -> bool {
    let mut found = false;
    each(expr, &mut |part| {
        found |= matches!(
            part.kind,
            ExprKind::First(_) | ExprKind::Last(_) | ExprKind::Quantifier { zip: Some(_), .. }
        );
    });
    found
}

/// Arguments of the tools made up here: as many as tests are told apart in one condition.
const OPEN: usize = 64;

fn argument(number: usize) -> Arc<str> {
    format!("x{number}").into()
}

/// The program in which tool 4n + k is listed if condition n can be true, false, not false, not true.
fn program(policy: &Policy, classes: &Classes, conditions: &[Expr]) -> Option<Pdp> {
    let boolean = Kinds { boolean: Some(BoolTy { only: None }), ..Kinds::default() };
    let field = || FieldTy {
        ty: Ty::Kinds(Arc::new(boolean.clone())),
        required: false,
        default: None,
        description: None,
    };
    let root =
        ObjectTy { fields: (0..OPEN).map(|n| (argument(n), field())).collect(), ..ObjectTy::default() };
    let args = Arc::new(ArgsTy { root: Arc::new(root), ..ArgsTy::default() });
    let mut made = Policy {
        name: policy.name.clone(),
        edition: policy.edition,
        sources: vec![PolicySource { path: "".into(), text: "".into() }],
        servers: vec![ServerInfo { identity: "s".into(), alias: "".into(), lock: [0; 32] }],
        principal: principal_of(policy, &classes.fields),
        ..Policy::default()
    };
    let always = || Arc::new(Expr { kind: ExprKind::And(Vec::new()), span: Span::default() });
    for (number, condition) in (0..).step_by(4).zip(conditions) {
        let opposite = Expr { kind: ExprKind::Not(Box::new(condition.clone())), span: Span::default() };
        for (k, condition) in [condition, &opposite, condition, &opposite].into_iter().enumerate() {
            let name = format!("{:08}", number + k);
            made.tools.push(ToolInfo {
                server: 0,
                name: name.as_str().into(),
                digest: [0; 32],
                args: args.clone(),
                summary: None,
                input: false,
            });
            let mut add = |letter: char, effect: Effect| {
                made.statements.push(statement(format!("{name}{letter}"), effect));
                u32::try_from(made.statements.len() - 1).unwrap_or(u32::MAX)
            };
            made.rules.push(if k < 2 {
                vec![Block::Rule(add('a', Effect::Allow), Arc::new(condition.clone()))]
            } else {
                // The deny stands in the way of the allow unless the ask may match.
                let arms = vec![
                    (add('a', Effect::Ask), Arc::new(condition.clone())),
                    (add('b', Effect::Deny), always()),
                ];
                vec![Block::Decide(arms), Block::Rule(add('c', Effect::Allow), always())]
            });
        }
    }
    let program = emit(&made, &EmitOptions { index: false }).ok()?.program;
    Pdp::from_program(program, &Requirements::default()).ok()
}

fn statement(id: String, effect: Effect) -> Statement {
    let terms = ApprovalTerms { from: vec!["nobody".to_owned()], quorum: 1, within_ms: None };
    Statement {
        id: id.into(),
        effect,
        kind: StatementKind::Rule,
        guardrail: false,
        shadow: false,
        because: "".into(),
        terms: (effect == Effect::Ask).then_some(terms),
        docs: "".into(),
        origin: Origin::default(),
        span: Span::default(),
    }
}

/// What statements can and must do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    may_deny: bool,
    must_deny: bool,
    may_ask: bool,
    must_ask: bool,
    /// Some allow may match.
    may_allow: bool,
    /// Something may permit: an allow, or an ask whose condition is true.
    may_grant: bool,
    must_grant: bool,
}

fn combined(policy: &Policy, blocks: &[Vec<(u32, usize)>], facts: &[Facts]) -> Chances {
    let mut sum = Sum::default();
    for block in blocks {
        sum.add(policy, block, facts);
    }
    Chances {
        allow: sum.may_allow && !sum.must_deny && !sum.must_ask,
        ask: sum.may_ask && sum.may_grant && !sum.must_deny,
        deny: sum.may_deny || !sum.must_grant,
    }
}

impl Sum {
    /// The arms of one block, in order.
    fn add(&mut self, policy: &Policy, arms: &[(u32, usize)], facts: &[Facts]) {
        // No arm before may have matched; every arm that may have matched so far grants.
        let (mut surely_reached, mut grants) = (true, true);
        for (statement, condition) in arms {
            let Some(head) = policy.statements.get(*statement as usize) else { continue };
            let facts = facts.get(*condition).copied().unwrap_or_default();
            if head.shadow {
                return;
            }
            let allows = head.effect == Effect::Allow;
            let may = if allows { facts.be_true } else { facts.be_not_false };
            let must = if allows { !facts.be_not_true } else { !facts.be_false };
            if !may {
                continue;
            }
            let certain = must && surely_reached;
            match head.effect {
                Effect::Deny => {
                    self.may_deny = true;
                    self.must_deny |= certain;
                    grants = false;
                }
                Effect::Ask => {
                    self.may_ask = true;
                    self.must_ask |= certain;
                    self.may_grant |= facts.be_true && !head.guardrail;
                    grants &= !facts.be_not_true && !head.guardrail;
                }
                Effect::Allow => {
                    self.may_allow = true;
                    self.may_grant = true;
                }
            }
            if must {
                self.must_grant |= grants;
                return;
            }
            surely_reached = false;
        }
    }
}
