//! What a policy lets in wholesale. In: the world and its statements. Out: objects opened beside what a guardrail reads.

use super::assemble::{Placed, qualified};
use crate::check::walk::places;
use crate::diagnostics::Code;
use crate::resolve::anchor::{Found, Spot};
use crate::resolve::namespace::{Opened, World};
use crate::typed::{Expr, Root};
use std::sync::Arc;

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
