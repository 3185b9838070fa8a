//! What a policy lets in wholesale. In: the world, the linked policy and its statements. Out: allows without a condition that sweep
//! tools in, and objects opened beside what a guardrail reads.

use super::assemble::{Placed, qualified};
use crate::check::omission::{Lack, Truths, truths};
use crate::check::swept::Risk;
use crate::check::walk::places;
use crate::diagnostics::Code;
use crate::resolve::anchor::{Found, Spot};
use crate::resolve::namespace::{Opened, World};
use crate::resolve::suggest::listing;
use crate::typed::{Block, Expr, Policy, Root};
use policyc_runtime::program::Effect;
use std::sync::Arc;

/// Allows without a condition that sweep in tools which may write, unless the policy restricts those elsewhere.
pub(super) fn swept(world: &World, policy: &Policy, placed: &[Placed<'_>]) -> Vec<Found> {
    let mut out = Vec::new();
    for one in placed {
        let mut risks = one.checked.swept.clone();
        risks.retain(|(risk, tool)| !restricted(policy, *tool, *risk));
        risks.sort();
        let names = risks.iter().filter_map(|(_, tool)| world.tools.get(*tool as usize)).map(|t| &*t.name);
        let why = match risks.iter().map(|(risk, _)| *risk).max() {
            Some(Risk::Destroys) => "though their hints or names say that they destroy",
            Some(Risk::Writes) => "though nothing says that they only read",
            None => continue,
        };
        let at = Spot { anchor: one.anchor.clone(), span: one.checked.swept_at };
        let message = format!("this allows {} without a condition, {why}", listing(names, 4));
        let help = "name the tools that you mean, add a `when`, or take them out with `except`";
        out.push(Found::new(Code::W0808, at, message).help(help));
    }
    out
}

/// Whether other statements show that the tool was thought of. Of one that destroys only a restriction of every call does.
fn restricted(policy: &Policy, tool: u32, risk: Risk) -> bool {
    let restricts = |statement: u32, condition: &Expr| {
        let head = policy.statements.get(statement as usize);
        head.is_some_and(|s| s.effect != Effect::Allow && !s.shadow)
            && (risk == Risk::Writes || truths(condition, &Lack::Nothing).only(Truths::MATCHES))
    };
    policy.rules.get(tool as usize).into_iter().flatten().any(|block| match block {
        Block::Rule(statement, condition) => restricts(*statement, condition),
        Block::Decide(arms) => {
            let first = if risk == Risk::Writes { arms.len() } else { 1 };
            arms.iter().take(first).any(|(statement, condition)| restricts(*statement, condition))
        }
    })
}

/// Objects that the policy opens although a guardrail looks into them (semantics.md 13).
pub(super) fn opened(world: &World, placed: &[Placed<'_>]) -> Vec<Found> {
    let mut out = Vec::new();
    for open in &world.opened {
        let Some((id, at)) = reader(world, placed, open) else { continue };
        let tool = world.tools.get(open.tool as usize).map_or("", |t| &*t.name);
        let message = format!("this lets in arguments of `{tool}` that guardrail `{id}` does not know of");
        out.push(
            Found::new(Code::E0604, open.at.clone(), message)
                .label(at, "it judges what stands in this object")
                .help("open an object that no guardrail looks into, or send only what the schema declares"),
        );
    }
    out
}

/// The first guardrail that reads the opened object, or something in or above it.
fn reader(world: &World, placed: &[Placed<'_>], open: &Opened) -> Option<(Arc<str>, Spot)> {
    let reads = |condition: &Expr| {
        places(condition).into_iter().any(|p| {
            p.root == Root::Args && (p.steps.starts_with(&open.steps) || open.steps.starts_with(&p.steps))
        })
    };
    placed.iter().filter(|p| world.is_guardrail(p.namespace)).find_map(|one| {
        let (_, conditions) = one.checked.tools.iter().find(|(tool, _)| *tool == open.tool)?;
        let (head, _) = one.checked.heads.iter().zip(&**conditions).find(|(_, c)| reads(c))?;
        let at = Spot { anchor: one.anchor.clone(), span: head.span };
        Some((qualified(world, one.namespace, &head.id), at))
    })
}
