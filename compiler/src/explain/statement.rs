//! The statements of one tool in one decision. In: the traced decision. Out: a [`StatementView`] of each, with its conditions.

use super::probe::Probes;
use super::seen::{Env, Inputs};
use super::tree::{self, Node};
use super::{Clause, Outcome, StatementView, Truth};
use crate::author::{Author, Said, Words};
use crate::typed::{Block, Expr, ExprKind, Policy, Statement};
use policyc_grammar::source::Span;
use policyc_runtime::program::{Effect, StatementKind};
use policyc_runtime::{BuiltIn, Call, Decided, Host};
use std::collections::BTreeMap;

/// What the views are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) policy: &'a Policy,
    pub(super) author: &'a Author,
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) tool: usize,
}

/// A statement before its conditions were evaluated.
struct Draft<'a> {
    head: &'a Statement,
    words: Words,
    number: u32,
    /// The arm that matched before it.
    skipped_by: Option<u32>,
    clauses: Vec<(&'static str, Node)>,
    /// The whole condition, to be compared with what the program did.
    whole: usize,
}

/// Every statement of the tool, in the order of the typed tree.
pub(super) fn views(
    context: &Context<'_>,
    decided: &Decided<'_>,
    call: &Call<'_>,
    host: &Host<'_>,
) -> Vec<StatementView> {
    let reached = decided.built_in().is_none_or(|reason| reason == BuiltIn::DefaultDeny);
    let matched: BTreeMap<u32, bool> =
        decided.matched().iter().map(|matched| (matched.statement, matched.grants)).collect();
    let determining: Vec<String> = decided.reasons().map(|reason| reason.id().to_owned()).collect();
    let mut probes = Probes::new(context.policy, context.tool);
    let mut drafts = Vec::new();
    for block in context.policy.rules.get(context.tool).map(Vec::as_slice).unwrap_or_default() {
        match block {
            Block::Rule(number, condition) => drafts.extend(draft(context, *number, condition, &mut probes)),
            Block::Decide(arms) => {
                let mut before = None;
                for (number, condition) in arms {
                    let mut one = draft(context, *number, condition, &mut probes);
                    if let Some(one) = &mut one {
                        one.skipped_by = before;
                    }
                    drafts.extend(one);
                    before = before.or_else(|| matched.contains_key(number).then_some(*number));
                }
            }
        }
    }
    let answers = if reached { probes.run(call, host, &context.inputs.known.memory) } else { Vec::new() };
    drafts
        .into_iter()
        .map(|draft| {
            let grants = matched.get(&draft.number).copied();
            if reached && draft.skipped_by.is_none() {
                check(&draft, grants, &answers);
            }
            finish(context, draft, grants, reached, &determining, &answers)
        })
        .collect()
}

/// The program and the condition by itself agree on whether the statement matches.
fn check(draft: &Draft<'_>, grants: Option<bool>, answers: &[Option<Truth>]) {
    let Some(answer) = answers.get(draft.whole).copied().flatten() else { return };
    let expected = match draft.head.effect {
        Effect::Allow => answer == Truth::True,
        Effect::Ask | Effect::Deny => answer != Truth::False,
    };
    debug_assert_eq!(grants.is_some(), expected, "`{}` is {answer:?} by itself", draft.head.id);
}

fn draft<'a>(
    context: &Context<'a>,
    number: u32,
    condition: &Expr,
    probes: &mut Probes<'_>,
) -> Option<Draft<'a>> {
    let head = context.policy.statements.get(number as usize)?;
    let words = context.author.words(head);
    let env = Env::new(context.inputs);
    let whole = probes.add(condition.clone());
    let place = tree::Place { author: context.author, source: words.source, start: head.origin.start };
    let clauses = clauses(&words, condition)
        .into_iter()
        .map(|(word, said, condition)| (word, tree::node(&condition, &said.text, &env, &place, probes)))
        .collect();
    Some(Draft { head, words, number, skipped_by: None, clauses, whole })
}

/// The conditions after `when` and `unless`, as the author put them: that of `unless` is negated in the tree.
fn clauses<'w>(words: &'w Words, condition: &Expr) -> Vec<(&'static str, &'w Said, Expr)> {
    match (&words.when, &words.unless) {
        (None, None) => Vec::new(),
        (Some(when), None) => vec![("when", when, condition.clone())],
        (None, Some(unless)) => vec![("unless", unless, opposite(condition))],
        (Some(when), Some(unless)) => match &condition.kind {
            ExprKind::And(parts) => match parts.as_slice() {
                [a, b] => vec![("when", when, a.clone()), ("unless", unless, opposite(b))],
                _ => vec![("when", when, condition.clone())],
            },
            _ => vec![("when", when, condition.clone())],
        },
    }
}

fn opposite(condition: &Expr) -> Expr {
    let span = condition.span;
    match &condition.kind {
        ExprKind::Not(inner) => Expr { span, ..(**inner).clone() },
        ExprKind::And(all) if all.is_empty() => Expr { kind: ExprKind::Or(Vec::new()), span },
        ExprKind::Or(all) if all.is_empty() => Expr { kind: ExprKind::And(Vec::new()), span },
        _ => Expr { kind: ExprKind::Not(Box::new(condition.clone())), span },
    }
}

fn finish(
    context: &Context<'_>,
    draft: Draft<'_>,
    grants: Option<bool>,
    reached: bool,
    determining: &[String],
    answers: &[Option<Truth>],
) -> StatementView {
    let head = draft.head;
    let consents = head.effect == Effect::Ask && !head.guardrail;
    let outcome = match (reached, draft.skipped_by, grants) {
        (false, ..) => Outcome::NotReached,
        (true, Some(_), _) => Outcome::Skipped,
        (true, None, Some(false)) if consents => Outcome::Restricts,
        (true, None, Some(_)) => Outcome::Matched,
        (true, None, None) => Outcome::NotMatched,
    };
    let looked_at = matches!(outcome, Outcome::Matched | Outcome::Restricts | Outcome::NotMatched);
    let answers = if looked_at { answers } else { &[] };
    let (line, source) = excerpt(context.author.source(draft.words.source), draft.words.span);
    let file = context.policy.sources.get(usize::from(draft.words.source));
    let skipped_by = draft.skipped_by.and_then(|number| context.policy.statements.get(number as usize));
    StatementView {
        id: head.id.to_string(),
        effect: effect(head.effect),
        kind: kind(head.kind),
        guardrail: head.guardrail,
        shadow: head.shadow,
        outcome,
        value: answers.get(draft.whole).copied().flatten(),
        skipped_by: skipped_by.map(|head| head.id.to_string()),
        determining: !head.shadow && determining.iter().any(|id| **id == *head.id),
        because: head.because.to_string(),
        file: file.map(|file| file.path.to_string()).unwrap_or_default(),
        line,
        source,
        conditions: draft
            .clauses
            .into_iter()
            .map(|(clause, node)| Clause { clause, condition: node.finish(answers) })
            .collect(),
    }
}

/// A statement's effect as it is written.
pub(crate) const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allow",
        Effect::Ask => "ask",
        Effect::Deny => "deny",
    }
}

/// A statement's form.
pub(crate) const fn kind(kind: StatementKind) -> &'static str {
    kind.word()
}

/// The line on which the span starts, from 1, and the text from the beginning of that line to the end of the span.
fn excerpt(text: &str, span: Span) -> (usize, String) {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before.get(line_start..).unwrap_or_default();
    let lead = if lead.trim().is_empty() { lead } else { "" };
    let body = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    (before.matches('\n').count() + 1, format!("{lead}{body}"))
}
