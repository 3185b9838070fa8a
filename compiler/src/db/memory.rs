//! What the linked policy remembers. In: the world's facts and labels, checked statements. Out: the tables of the typed policy, and per
//! tool what its calls count towards and change.

use super::assemble::{Placed, qualified};
use super::convert::Starts;
use crate::check::Section;
use crate::resolve::anchor::Spot;
use crate::resolve::namespace::World;
use crate::typed::{
    Disclaimer, Expr, Fact, Label, Limit, LimitUse, Origin, Redaction, Statement, ToolMemory,
};
use policyc_runtime::program::StatementKind;
use policyc_runtime::program::memory::Slot16;
use std::sync::Arc;

/// Facts, sorted by id.
pub(super) fn facts(world: &World, at: &Starts) -> Vec<Fact> {
    let fact = |fact: &crate::resolve::namespace::FactEntry| {
        let keys = u8::try_from(fact.keys.len()).unwrap_or(u8::MAX);
        let types = (&fact.keys, &fact.fields);
        let signature = format!("fact {:?} {:?} {:?} {types:?}", fact.kind, fact.scope, fact.expires_ms);
        Fact {
            id: fact.id.clone(),
            slot: slot(&fact.id, &signature),
            scope: fact.scope,
            kind: fact.kind,
            fields: fact.fields.iter().map(|(name, _)| name.clone()).collect(),
            keys,
            expires_ms: fact.expires_ms,
            origin: origin(world, &fact.at, at),
            span: fact.at.span,
        }
    };
    world.facts.iter().map(fact).collect()
}

/// Labels, sorted by id. A label keeps its place whatever sets it: taint outlives an edit (semantics.md 38).
pub(super) fn labels(world: &World, at: &Starts) -> Vec<Label> {
    let label = |label: &crate::resolve::namespace::LabelEntry| Label {
        id: label.id.clone(),
        slot: slot(&label.id, &format!("label {:?}", label.scope)),
        scope: label.scope,
        sourced: !label.set_by.is_empty(),
        origin: origin(world, &label.at, at),
        span: label.at.span,
    };
    world.labels.iter().map(label).collect()
}

/// Limits in the order of their statements, and for each placed item the limit that it is.
pub(super) fn limits(
    world: &World,
    placed: &[Placed<'_>],
    statements: &[Statement],
) -> (Vec<Limit>, Vec<Option<u32>>) {
    let mut out = Vec::new();
    let mut numbers = vec![None; placed.len()];
    for (statement, head) in (0_u32..).zip(statements).filter(|(_, head)| head.kind == StatementKind::Limit) {
        let own = placed.iter().position(|one| {
            let id = one.checked.heads.first().map(|own| qualified(world, one.namespace, &own.id));
            one.checked.limit.is_some() && id.as_ref() == Some(&head.id)
        });
        let Some((own, shape)) = own.and_then(|own| Some((own, placed.get(own)?.checked.limit.as_ref()?)))
        else {
            continue;
        };
        if let Some(number) = numbers.get_mut(own) {
            *number = u32::try_from(out.len()).ok();
        }
        let what = (shape.scope, shape.keys, shape.max, &shape.window, shape.counting, shape.keeps_failures);
        let signature = format!("limit {what:?}");
        out.push(Limit {
            statement,
            slot: slot(&head.id, &signature),
            scope: shape.scope,
            keys: shape.keys,
            max: shape.max,
            window: shape.window.clone(),
            counting: shape.counting,
            keeps_failures: shape.keeps_failures,
        });
    }
    (out, numbers)
}

/// What says what the agent sees, by the numbers of its statements.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) redactions: Vec<Redaction>,
    pub(super) disclaimers: Vec<Disclaimer>,
    pub(super) reply: Vec<(u32, Arc<Expr>)>,
}

/// Redactions, disclaimers and what judges replies; `numbers` are the statements of each placed item.
pub(super) fn seen(placed: &[Placed<'_>], numbers: &[Vec<u32>]) -> Seen {
    let mut out = Seen::default();
    for (one, numbers) in placed.iter().zip(numbers) {
        let Some(&statement) = numbers.first() else { continue };
        if let Some(shape) = one.checked.redaction.clone() {
            out.redactions.push(Redaction {
                statement,
                paths: shape.paths,
                patterns: shape.patterns,
                marker: shape.marker,
                keep_images: shape.keep_images,
            });
        }
        let text = one.checked.disclaimer.clone();
        out.disclaimers.extend(text.map(|text| Disclaimer { statement, text }));
        out.reply.extend(one.checked.reply.clone().map(|when| (statement, when)));
    }
    out.redactions.sort_by_key(|redaction| redaction.statement);
    out.disclaimers.sort_by_key(|disclaimer| disclaimer.statement);
    out.reply.sort_by_key(|(statement, _)| *statement);
    out
}

/// What the calls of each tool count towards and change, and what of their results is shown.
pub(super) fn tools(
    world: &World,
    placed: &[Placed<'_>],
    limits: &[Option<u32>],
    numbers: &[Vec<u32>],
) -> Vec<ToolMemory> {
    let mut out = vec![ToolMemory::default(); world.tools.len()];
    for (one, numbers) in placed.iter().zip(numbers) {
        for (tool, when) in &one.checked.shown {
            if let (Some(memory), Some(statement)) = (out.get_mut(*tool as usize), numbers.first()) {
                memory.shows.push((*statement, when.clone()));
            }
        }
    }
    for (one, limit) in placed.iter().zip(limits) {
        for (tool, section, action) in &one.checked.actions {
            let Some(memory) = out.get_mut(*tool as usize) else { continue };
            match section {
                Section::Admit => memory.admit.push(action.clone()),
                Section::Learn => memory.learn.push(action.clone()),
                Section::Shown => memory.shown.push(action.clone()),
            }
        }
        for (tool, when, keys, amount) in &one.checked.counts {
            if let (Some(memory), Some(limit)) = (out.get_mut(*tool as usize), limit) {
                let (when, keys, amount) = (when.clone(), keys.clone(), amount.clone());
                memory.limits.push(LimitUse { limit: *limit, when, keys, amount });
            }
        }
    }
    for (memory, tool) in out.iter_mut().zip(&world.tools) {
        memory.limits.sort_by_key(|used| used.limit);
        memory.shows.sort_by_key(|(statement, _)| *statement);
        if !memory.learn.is_empty() || !memory.shown.is_empty() || !memory.shows.is_empty() {
            memory.result.clone_from(&tool.result);
        }
    }
    out
}

fn slot(id: &str, signature: &str) -> Slot16 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&u64::try_from(id.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(id.as_bytes());
    hasher.update(signature.as_bytes());
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

fn origin(world: &World, spot: &Spot, at: &Starts) -> Origin {
    let path = &spot.anchor.file;
    let source = world.files.iter().position(|file| file == path);
    let start = at.get(path).and_then(|starts| starts.get(&spot.anchor.item)).copied().unwrap_or(0);
    Origin { source: source.and_then(|index| u16::try_from(index).ok()).unwrap_or(0), start }
}
