//! Facts that nothing can teach. In: the linked policy. Out: findings.

use super::assemble::Placed;
use crate::check::walk;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::namespace::World;
use crate::resolve::suggest::listing;
use crate::typed::{Expr, ExprKind, Policy};
use policyc_runtime::program::Effect;
use policyc_runtime::program::memory::FactKind;
use std::collections::BTreeSet;

/// One finding per fact that a condition reads and that no permitted call teaches.
pub(super) fn findings(world: &World, policy: &Policy, placed: &[Placed<'_>]) -> Vec<Found> {
    let mut read: BTreeSet<u32> = BTreeSet::new();
    let mut note = |expr: &Expr| {
        walk::each(expr, &mut |part| match &part.kind {
            ExprKind::Fact(used, _) | ExprKind::InSet(_, used) => _ = read.insert(used.fact),
            _ => {}
        });
    };
    for one in placed {
        one.checked.tools.iter().flat_map(|(_, conditions)| conditions.iter()).for_each(|e| note(e));
        one.checked.counts.iter().for_each(|(_, when, ..)| note(when));
    }
    let permitted: Vec<bool> = (0..world.tools.len()).map(|tool| is_permitted(policy, tool)).collect();
    let mut out = Vec::new();
    for fact in read.iter().filter_map(|index| world.facts.get(*index as usize)) {
        // A counter is known from the start.
        let teaches = |tool: &u32| permitted.get(*tool as usize).copied().unwrap_or(false);
        if fact.kind == FactKind::Counter || fact.taught_by.iter().any(teaches) {
            continue;
        }
        let tools = fact.taught_by.iter().filter_map(|tool| world.tools.get(*tool as usize));
        let names: Vec<&str> = tools.map(|tool| &*tool.name).collect();
        let help = match names.len() {
            0 => "say what teaches it: `after TOOLS: …`".to_owned(),
            _ => format!("permit what teaches it: {}", listing(names, 4)),
        };
        let message = format!("no permitted tool teaches the fact `{}`, so it is never known", fact.name);
        out.push(Found::new(Code::W0809, fact.at.clone(), message).help(help));
    }
    out
}

/// Some statement of the policy can permit the tool.
fn is_permitted(policy: &Policy, tool: usize) -> bool {
    let blocks = policy.rules.get(tool).into_iter().flatten();
    blocks.flat_map(|block| block.statements()).any(|number| {
        let statement = policy.statements.get(number as usize);
        statement.is_some_and(|s| !s.guardrail && !s.shadow && s.effect != Effect::Deny)
    })
}
