//! Findings about what a policy remembers that no statement shows by itself. In: the linked policy, its items. Out: warnings, each silenced
//! by an annotation of its name (language.md section 5, semantics.md sections 5 to 8).

mod limits;
mod pins;
mod results;
mod taint;

use super::assemble::Placed;
use crate::init::words::{Deed, common, deed};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::World;
use crate::typed::{Block, Expr, Policy};
use policyc_grammar::ast::Item;
use policyc_runtime::program::Effect;
use std::sync::Arc;

/// All of them.
pub(super) fn findings(
    world: &World,
    policy: &Policy,
    placed: &[Placed<'_>],
    items: &[(Anchor, &Arc<Item>)],
) -> Vec<Found> {
    let lints = Lints { world, policy, placed, items };
    let mut out = limits::findings(&lints);
    out.extend(taint::findings(&lints));
    out.extend(results::findings(&lints));
    out
}

/// What is looked at.
struct Lints<'a> {
    world: &'a World,
    policy: &'a Policy,
    placed: &'a [Placed<'a>],
    items: &'a [(Anchor, &'a Arc<Item>)],
}

/// A statement on one tool.
struct OnTool<'a> {
    effect: Effect,
    guardrail: bool,
    id: &'a str,
    condition: &'a Expr,
}

impl OnTool<'_> {
    /// It can permit a call.
    fn permits(&self) -> bool {
        self.effect != Effect::Deny && !self.guardrail
    }
}

impl<'a> Lints<'a> {
    /// The decisive statements on a tool.
    fn on(&self, tool: u32) -> Vec<OnTool<'a>> {
        let mut out = Vec::new();
        for block in self.policy.rules.get(tool as usize).into_iter().flatten() {
            let arms: Vec<(u32, &Expr)> = match block {
                Block::Rule(statement, condition) => vec![(*statement, condition)],
                Block::Decide(arms) => {
                    arms.iter().map(|(number, condition)| (*number, &**condition)).collect()
                }
            };
            for (number, condition) in arms {
                let Some(head) = self.policy.statements.get(number as usize).filter(|head| !head.shadow)
                else {
                    continue;
                };
                out.push(OnTool { effect: head.effect, guardrail: head.guardrail, id: &head.id, condition });
            }
        }
        out
    }

    fn is_permitted(&self, tool: u32) -> bool {
        self.on(tool).iter().any(OnTool::permits)
    }

    fn name(&self, tool: u32) -> &'a str {
        self.world.tools.get(tool as usize).map_or("?", |tool| &*tool.name)
    }

    /// Its locked hint says so, or else its name.
    fn only_reads(&self, tool: u32) -> bool {
        let Some(entry) = self.world.tools.get(tool as usize) else { return false };
        entry.hints.read_only.unwrap_or_else(|| {
            let own = self.world.tools.iter().filter(|other| other.server == entry.server);
            deed(&entry.name, common(own.map(|other| &*other.name))) == Deed::Read
        })
    }

    /// The item of an anchor.
    fn item(&self, anchor: &Anchor) -> Option<&'a Item> {
        self.items.iter().find(|(own, _)| own == anchor).map(|(_, item)| &***item)
    }
}

fn spot(anchor: &Anchor, span: policyc_grammar::source::Span) -> Spot {
    Spot { anchor: anchor.clone(), span }
}
