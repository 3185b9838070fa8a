//! The linked policy. In: checked statements and the world they were checked against. Out: [`Policy`], its statements numbered.

use super::assemble::{Placed, qualified};
use super::convert::Starts;
use super::memory;
use crate::report::FileText;
use crate::resolve::namespace::{Namespace, World};
use crate::resolve::paths;
use crate::typed::{Block, Origin, Policy, PolicySource, ServerInfo, Statement, ToolInfo};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A head with its place in the policy's order.
struct Numbered {
    /// From a guardrails file.
    guardrail: bool,
    /// Qualified id.
    id: Arc<str>,
    /// Index of its item among the placed ones.
    owner: usize,
    /// Its part of that item.
    part: usize,
}

/// Every head, in the order of statement numbers: guardrails first, then by id.
fn numbered(world: &World, placed: &[Placed<'_>]) -> Vec<Numbered> {
    let mut out = Vec::with_capacity(placed.len());
    for (owner, one) in placed.iter().enumerate() {
        let guardrail = world.is_guardrail(one.namespace);
        out.extend(one.checked.heads.iter().enumerate().map(|(part, head)| Numbered {
            guardrail,
            id: qualified(world, one.namespace, &head.id),
            owner,
            part,
        }));
    }
    out.sort_by(|a, b| (!a.guardrail, &a.id).cmp(&(!b.guardrail, &b.id)));
    out
}

fn statements(world: &World, placed: &[Placed<'_>], heads: Vec<Numbered>, at: &Starts) -> Vec<Statement> {
    let mut out = Vec::with_capacity(heads.len());
    for Numbered { guardrail, id, owner, part } in heads {
        let Some((one, head)) = placed.get(owner).and_then(|one| Some((one, one.checked.heads.get(part)?)))
        else {
            continue;
        };
        let path = &one.anchor.file;
        let source = world.files.iter().position(|file| file == path);
        let start = at.get(path).and_then(|starts| starts.get(&one.anchor.item)).copied().unwrap_or(0);
        out.push(Statement {
            id,
            effect: head.effect,
            kind: head.kind,
            guardrail,
            shadow: head.shadow,
            because: head.because.clone(),
            terms: head.terms.clone(),
            docs: head.docs.clone(),
            origin: Origin { source: source.and_then(|i| u16::try_from(i).ok()).unwrap_or(0), start },
            span: head.span,
        });
    }
    out
}

/// The linked policy, and for each statement number the index of its [`Placed`].
pub(super) fn policy(
    world: &World,
    placed: &[Placed<'_>],
    files: &[FileText],
    at: &Starts,
) -> (Policy, Vec<usize>) {
    let sources: Vec<PolicySource> = world
        .files
        .iter()
        .filter_map(|path| files.iter().find(|f| f.path == *path))
        .map(|f| PolicySource {
            path: Arc::from(paths::relative(&world.root, &f.path)),
            text: f.text.clone(),
        })
        .collect();
    let heads = numbered(world, placed);
    let numbers = numbers(placed, &heads);
    let rules = blocks(world, placed, &numbers);
    let header =
        world.namespaces.first().and_then(|n| n.files.first()).and_then(|f| f.declarations.policy.clone());
    let guardrails: BTreeSet<[u8; 32]> =
        world.namespaces.iter().filter(|n| n.guardrail).map(|n| guardrails_digest(n, files)).collect();
    let owners = heads.iter().map(|head| head.owner).collect();
    let statements = statements(world, placed, heads, at);
    let (limits, limit_numbers) = memory::limits(world, placed, &statements);
    let seen = memory::seen(placed, &numbers);
    let policy = Policy {
        name: header.as_ref().map(|h| Arc::from(h.name.as_str())).unwrap_or_default(),
        title: header.as_ref().map(|h| Arc::from(h.title.as_str())).unwrap_or_default(),
        edition: 2026,
        sources,
        servers: world
            .servers
            .iter()
            .map(|s| ServerInfo { identity: s.identity.clone(), alias: s.alias.clone(), lock: s.digest })
            .collect(),
        tools: world
            .tools
            .iter()
            .zip(0_u32..)
            .map(|(t, number)| ToolInfo {
                input: world.inputs.contains(&number),
                server: t.server,
                name: t.name.clone(),
                digest: t.digest,
                args: t.args.clone(),
                summary: t.summary.clone(),
            })
            .collect(),
        principal: world.principal.clone(),
        session: world.session.clone(),
        statements,
        rules,
        guardrails: guardrails.into_iter().collect(),
        facts: memory::facts(world, at),
        labels: memory::labels(world, at),
        limits,
        memory: memory::tools(world, placed, &limit_numbers, &numbers),
        redactions: seen.redactions,
        disclaimers: seen.disclaimers,
        reply: seen.reply,
    };
    (policy, owners)
}

/// What a host requires guardrails by: the digest of the file; where it imports other files, of the digests of all of them in the
/// order met, so that nothing that it says can change unseen.
fn guardrails_digest(namespace: &Namespace, files: &[FileText]) -> [u8; 32] {
    let digests: Vec<[u8; 32]> = namespace
        .files
        .iter()
        .filter_map(|scope| files.iter().find(|f| f.path == scope.declarations.path))
        .map(|f| *blake3::hash(f.text.as_bytes()).as_bytes())
        .collect();
    match digests.as_slice() {
        [one] => *one,
        all => *blake3::hash(all.concat().as_slice()).as_bytes(),
    }
}

/// Per placed item, the numbers of its statements.
fn numbers(placed: &[Placed<'_>], heads: &[Numbered]) -> Vec<Vec<u32>> {
    let mut numbers: Vec<Vec<u32>> = placed.iter().map(|one| vec![0; one.checked.heads.len()]).collect();
    for (n, head) in (0u32..).zip(heads) {
        if let Some(slot) = numbers.get_mut(head.owner).and_then(|parts| parts.get_mut(head.part)) {
            *slot = n;
        }
    }
    numbers
}

/// What can match on each tool, in the order of statement numbers.
fn blocks(world: &World, placed: &[Placed<'_>], numbers: &[Vec<u32>]) -> Vec<Vec<Block>> {
    let mut rules: Vec<Vec<Block>> = vec![Vec::new(); world.tools.len()];
    for (one, numbers) in placed.iter().zip(numbers) {
        for (tool, conditions) in &one.checked.tools {
            let Some(slot) = rules.get_mut(*tool as usize) else { continue };
            let numbered = numbers.iter().copied().zip(conditions.iter().cloned());
            if one.checked.ordered {
                slot.push(Block::Decide(numbered.collect()));
            } else {
                slot.extend(numbered.map(|(n, condition)| Block::Rule(n, condition)));
            }
        }
    }
    for blocks in &mut rules {
        blocks.sort_by_key(|block| block.statements().min().unwrap_or(0));
    }
    rules
}
