//! Findings that need no search over calls: what omission does, guards that let absence slip, stand-ins that contradict the schema,
//! arguments that nobody reads. In: the typed conditions of one tool. Out: warnings and notes.

use super::form;
use super::omission::{Lack, Truths, truths};
use super::reach::{Reach, Step, lookup, may_be_absent, spelled};
use super::slips::slips;
use super::unread::unread;
use super::walk::{each, places};
use crate::diagnostics::Code;
use crate::ty::ArgsTy;
use crate::typed::{Block, Const, Expr, ExprKind, Place, Root, Statement};
use policyc_grammar::source::Span;
use policyc_runtime::program::Effect;
use serde_json::Value;

/// One statement on one tool: who it is and what it asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnTool<'a> {
    /// Number of the statement in the policy.
    pub statement: u32,
    pub effect: Effect,
    pub guardrail: bool,
    pub shadow: bool,
    pub condition: &'a Expr,
}

/// A finding before it has a place: the statement, the span in its item, and the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub statement: u32,
    pub span: Span,
    pub code: Code,
    /// The argument whose default it is about, of W0802.
    pub about: String,
    pub message: String,
    pub help: Option<String>,
}

/// All findings on the tool of these arguments.
pub(crate) fn on_tool(args: &ArgsTy, statements: &[Statement], blocks: &[Block]) -> Vec<Finding> {
    let blocks: Vec<Vec<OnTool<'_>>> = blocks.iter().map(|block| arms(statements, block)).collect();
    let mut out = Vec::new();
    for one in blocks.iter().flatten() {
        for place in places(one.condition) {
            let path: Vec<Step> = place.steps.iter().cloned().map(Step::Key).collect();
            if place.root == Root::Args && may_be_absent(args, &path) {
                out.extend(omission(one, place, &Lack::Value(path)));
            }
        }
        out.extend(defaults(args, one));
    }
    out.extend(slips(args, &blocks));
    out.extend(unread(args, &blocks));
    out
}

/// The arms of a decide in order; of a rule, itself.
fn arms<'a>(statements: &[Statement], block: &'a Block) -> Vec<OnTool<'a>> {
    let arm = |statement: u32, condition: &'a Expr| {
        let head = statements.get(statement as usize);
        OnTool {
            statement,
            effect: head.map_or(Effect::Deny, |s| s.effect),
            guardrail: head.is_some_and(|s| s.guardrail),
            shadow: head.is_some_and(|s| s.shadow),
            condition,
        }
    };
    match block {
        Block::Rule(statement, condition) => vec![arm(*statement, condition)],
        Block::Decide(arms) => arms.iter().map(|(statement, condition)| arm(*statement, condition)).collect(),
    }
}

fn omission(one: &OnTool<'_>, place: &Place, lack: &Lack) -> Option<Finding> {
    let result = truths(one.condition, lack);
    let what = match one.effect {
        Effect::Deny if result.only(Truths::MATCHES) => "denies",
        Effect::Ask if result.only(Truths::TRUE) && !one.guardrail => "asks",
        // Unknown, or of a guardrail, it is no consent.
        Effect::Ask if result.only(Truths::MATCHES) => "asks only where something else permits",
        Effect::Allow if !result.may(Truths::TRUE) => "does not grant",
        Effect::Deny if result.only(Truths::FALSE) => "does not deny",
        Effect::Ask if result.only(Truths::FALSE) => "does not ask",
        Effect::Allow if result.only(Truths::TRUE) => "grants",
        _ => return None,
    };
    Some(Finding {
        statement: one.statement,
        span: one.condition.span,
        code: Code::N0901,
        about: String::new(),
        message: format!("when the agent omits `{}`: {what}", form::spelled(place)),
        help: None,
    })
}

/// `x ?? d` where the schema says that the server assumes something else.
fn defaults(args: &ArgsTy, one: &OnTool<'_>) -> Vec<Finding> {
    let reach = Reach::new(one.condition);
    let mut out = Vec::new();
    each(one.condition, &mut |e| {
        let ExprKind::Coalesce(a, b) = &e.kind else { return };
        for path in reach.paths(a) {
            let Some(default) = lookup(args, &path).and_then(|f| f.default) else { continue };
            let Ok(value) = serde_json::from_str::<Value>(&default) else { continue };
            if value.is_null() || says(b, &value) != Some(false) {
                continue;
            }
            out.push(Finding {
                statement: one.statement,
                span: e.span,
                code: Code::W0802,
                about: spelled(&path),
                message: format!(
                    "the schema's default of `{}` is {default}, not what `??` says",
                    spelled(&path)
                ),
                help: Some(
                    "the server acts on its own default when the argument is omitted: say the same here"
                        .to_owned(),
                ),
            });
        }
    });
    out
}

/// Whether an expression is this JSON value; `None` if it is no constant.
fn says(expr: &Expr, value: &Value) -> Option<bool> {
    match &expr.kind {
        ExprKind::Const(Const::Bool(own)) => Some(value.as_bool() == Some(*own)),
        ExprKind::Const(Const::Text(own)) => Some(value.as_str() == Some(&**own)),
        ExprKind::Const(Const::Number(units)) => {
            let number = value.is_number().then(|| value.to_string());
            let parsed = number.and_then(|n| policyc_runtime::number::Decimal::parse_json(&n));
            Some(parsed.is_some_and(|d| d.units() == *units))
        }
        ExprKind::List(items) => {
            let all = value.as_array().map_or(&[][..], Vec::as_slice);
            let mut same = value.is_array() && all.len() == items.len();
            for (item, value) in items.iter().zip(all) {
                same &= says(item, value)?;
            }
            Some(same)
        }
        _ => None,
    }
}
