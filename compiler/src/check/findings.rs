//! Findings that need no search over calls: what omission does, guards that let absence slip, stand-ins that contradict the schema,
//! arguments that nobody reads. In: the typed conditions of one tool. Out: warnings and notes.

use super::field::lookup;
use super::form::spelled;
use super::omission::{Truths, guarded, truths};
use super::walk::{each, places};
use crate::diagnostics::Code;
use crate::ty::{ArgsTy, Ty};
use crate::typed::{Const, Expr, ExprKind, Place, Root};
use policyc_grammar::source::Span;
use policyc_runtime::program::Effect;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One statement on one tool: who it is and what it asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnTool<'a> {
    /// Number of the statement in the policy.
    pub statement: u32,
    pub effect: Effect,
    /// Arms before it in its decide, by position in the slice; empty for rules.
    pub earlier: &'a [(Effect, &'a Expr)],
    pub condition: &'a Expr,
}

/// A finding before it has a place: the statement, the span in its item, and the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub statement: u32,
    pub span: Span,
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
}

/// All findings on one tool.
pub(crate) fn on_tool(args: &ArgsTy, statements: &[OnTool<'_>]) -> Vec<Finding> {
    let mut out = Vec::new();
    for one in statements {
        for place in places(one.condition) {
            if place.root == Root::Args && may_be_absent(args, place) {
                out.extend(omission(one, place));
                if one.effect != Effect::Allow && slips(one, place) && !caught(statements, one, place) {
                    out.push(slip(one, place));
                }
            }
        }
        out.extend(defaults(args, one));
    }
    out.extend(unread(args, statements));
    out
}

/// Optional, or below something optional or of unknown type.
fn may_be_absent(args: &ArgsTy, place: &Place) -> bool {
    (1..=place.steps.len()).any(|end| {
        let Some(steps) = place.steps.get(..end) else { return true };
        lookup(args, steps).is_none_or(|field| !field.required || matches!(field.ty, Ty::Dynamic))
    })
}

fn omission(one: &OnTool<'_>, place: &Place) -> Option<Finding> {
    let result = truths(one.condition, place);
    let what = match one.effect {
        Effect::Deny if result.only(Truths::MATCHES) => "denies",
        Effect::Ask if result.only(Truths::MATCHES) => "asks",
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
        message: format!("when the agent omits `{}`: {what}", spelled(place)),
        help: None,
    })
}

/// Omitting the path makes a restriction false although it tests the path.
fn slips(one: &OnTool<'_>, place: &Place) -> bool {
    guarded(one.condition, place) && truths(one.condition, place).only(Truths::FALSE)
}

/// Some restriction on the same tool certainly takes the calls that omit the path.
fn caught(statements: &[OnTool<'_>], one: &OnTool<'_>, place: &Place) -> bool {
    let certain = |effect: Effect, condition: &Expr| {
        effect != Effect::Allow && truths(condition, place).only(Truths::MATCHES)
    };
    one.earlier.iter().any(|(effect, condition)| certain(*effect, condition))
        || statements.iter().any(|s| {
            s.statement != one.statement
                && s.earlier.is_empty()
                && s.effect >= one.effect
                && certain(s.effect, s.condition)
        })
}

fn slip(one: &OnTool<'_>, place: &Place) -> Finding {
    let name = spelled(place);
    Finding {
        statement: one.statement,
        span: one.condition.span,
        code: Code::W0801,
        message: format!("a call that omits `{name}` slips through this restriction"),
        help: Some(format!(
            "drop the guard: without it an omitted `{name}` is restricted too; or say what omission means: `({name} ?? …)`"
        )),
    }
}

/// `x ?? d` where the schema says that the server assumes something else.
fn defaults(args: &ArgsTy, one: &OnTool<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    each(one.condition, &mut |e| {
        let ExprKind::Coalesce(a, b) = &e.kind else { return };
        let (ExprKind::Place(place), ExprKind::Const(constant)) = (&a.kind, &b.kind) else { return };
        if place.root != Root::Args {
            return;
        }
        let Some(default) = lookup(args, &place.steps).and_then(|f| f.default) else { return };
        if &*default != "null" && !equals(&default, constant) {
            out.push(Finding {
                statement: one.statement,
                span: e.span,
                code: Code::W0802,
                message: format!(
                    "the schema's default of `{}` is {default}, not what `??` says",
                    spelled(place)
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

fn equals(default: &str, constant: &Const) -> bool {
    match constant {
        Const::Bool(value) => default == if *value { "true" } else { "false" },
        Const::Number(units) => {
            policyc_runtime::number::Decimal::parse_json(default).is_some_and(|d| d.units() == *units)
        }
        Const::Text(text) => serde_json::from_str::<String>(default).is_ok_and(|d| d == **text),
    }
}

/// Arguments of list type that no statement reads while a sibling of the same type is constrained (to, cc, bcc).
fn unread(args: &ArgsTy, statements: &[OnTool<'_>]) -> Vec<Finding> {
    if !statements.iter().any(|s| s.effect != Effect::Deny) {
        return Vec::new();
    }
    let mut read: BTreeMap<Arc<str>, (u32, Span)> = BTreeMap::new();
    let mut whole = false;
    for one in statements {
        for place in places(one.condition).into_iter().filter(|p| p.root == Root::Args) {
            match place.steps.first() {
                Some(step) => {
                    read.entry(step.clone()).or_insert((one.statement, one.condition.span));
                }
                None => whole = true,
            }
        }
    }
    let mut out = Vec::new();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for (name, field) in &args.root.fields {
        if whole || read.contains_key(name) || !addresses(&field.ty) {
            continue;
        }
        let sibling =
            args.root.fields.iter().find(|(other, f)| f.ty == field.ty && read.contains_key(*other));
        if let Some((sibling, _)) = sibling
            && reported.insert(name)
            && let Some((statement, span)) = read.get(sibling)
        {
            out.push(Finding {
                statement: *statement,
                span: *span,
                code: Code::W0804,
                message: format!(
                    "`args.{sibling}` is constrained, `args.{name}` of the same type is read by no statement"
                ),
                help: Some(format!("join them: `args.{sibling} ++ (args.{name} ?? [])`")),
            });
        }
    }
    out
}

/// A list of strings.
fn addresses(ty: &Ty) -> bool {
    let Ty::Kinds(kinds) = ty else { return false };
    kinds.list.as_ref().is_some_and(
        |l| matches!(&l.items, Ty::Kinds(k) if k.string.as_ref().is_some_and(|s| s.one_of.is_none())),
    )
}
