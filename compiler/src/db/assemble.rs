//! Puts a report together. In: the queries. Out: diagnostics with absolute places, the linked [`Policy`], the tests.

use super::convert::{self, Starts};
use super::queries::{self, SourceFile, checked, items, parsed, starts};
use super::{Db, annotations, grants};
use crate::check::findings;
use crate::check::{Checked, definitions, testing};
use crate::diagnostics::{Code, Diagnostic, Level, Location};
use crate::report::{FileText, Report, Test, TestStep};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::lost;
use crate::resolve::namespace::{Namespace, ScopeId, World};
use crate::resolve::paths;
use crate::resolve::suggest::listing;
use crate::typed::{Block, Expr, Origin, Policy, PolicySource, ServerInfo, Statement, ToolInfo};
use policyc_grammar::ast::{Item, Text};
use policyc_grammar::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A checked statement and where it stands.
pub(super) struct Placed<'a> {
    pub(super) namespace: usize,
    pub(super) anchor: Anchor,
    pub(super) checked: &'a Checked,
}

/// The report of the policy at `root`.
pub(crate) fn assemble(db: &dyn Db, root: SourceFile) -> Report {
    let world = match queries::world(db, root) {
        Ok(world) => world,
        Err(problem) => return unreadable(db, root, problem),
    };
    let mut out = Report::default();
    let mut at: Starts = BTreeMap::new();
    for path in &world.files {
        let file = db.source(path);
        let parse = parsed(db, file);
        out.files.push(FileText { path: path.clone(), text: parse.text.clone() });
        out.diagnostics.extend(parse.errors.iter().map(|e| convert::syntax(path, e)));
        at.insert(path.clone(), starts(db, file).clone());
    }
    for path in &world.locks {
        if let Ok(bytes) = db.source(path).contents(db) {
            out.files.push(FileText { path: path.clone(), text: Arc::from(String::from_utf8_lossy(bytes)) });
        }
    }
    let mut found = world.found.clone();
    if parsed(db, root).items.is_empty() && !out.diagnostics.is_empty() {
        // Nothing could be read: what is missing is not the author's doing.
        found.retain(|f| f.code != Code::E0206);
    }
    let placed = statements(db, root, world);
    for one in &placed {
        found.extend(one.checked.found.iter().cloned());
    }
    found.extend(definition_complaints(world));
    if out.diagnostics.iter().all(|d| d.level != Level::Error) {
        // A statement that does not read may be the one that uses the name.
        let clashes: BTreeSet<Spot> =
            found.iter().filter(|f| f.code == Code::E0304).map(|f| f.at.clone()).collect();
        found.extend(unused(world, &placed).into_iter().filter(|f| !clashes.contains(&f.at)));
    }
    let ids: Vec<Arc<str>> = placed
        .iter()
        .flat_map(|p| p.checked.heads.iter().map(|h| qualified(world, p.namespace, &h.id)))
        .collect();
    out.tests = tests(db, world, &ids, &at, &mut found);
    let policy = link(world, &placed, &out.files, &at);
    found.extend(tool_findings(world, &policy, &placed));
    found.extend(widened(world, &policy.0));
    let refused = grants::opened(world, &placed);
    found.retain(|f| f.code != Code::N0903 || refused.iter().all(|r| r.at != f.at));
    found.extend(refused);
    found.extend(grants::swept(world, &policy.0, &placed));
    lost::quiet(world, &mut found);
    annotations::apply(all_items(db, world).into_iter(), &mut found);
    out.diagnostics.extend(found.iter().map(|f| convert::found(f, &at)));
    out.diagnostics.sort();
    out.diagnostics.dedup();
    if out.diagnostics.iter().all(|d| d.level != Level::Error) {
        out.policy = Some(Arc::new(policy.0));
    }
    out
}

/// Every item of every policy file.
fn all_items<'db>(db: &'db dyn Db, world: &World) -> Vec<(Anchor, &'db Arc<Item>)> {
    let mut out = Vec::new();
    for path in &world.files {
        for node in items(db, db.source(path)) {
            out.push((Anchor { file: path.clone(), item: node.key(db).clone() }, node.item(db)));
        }
    }
    out
}

fn unreadable(db: &dyn Db, root: SourceFile, problem: &crate::resolve::namespace::Unusable) -> Report {
    let file = root.path(db).clone();
    let at = Location { file: file.clone(), span: Span::default() };
    let mut diagnostic = Diagnostic::new(Code::E0201, at, format!("`{file}`: {}", problem.message));
    diagnostic.help.clone_from(&problem.help);
    Report { diagnostics: vec![diagnostic], ..Report::default() }
}

fn statements<'db>(db: &'db dyn Db, root: SourceFile, world: &World) -> Vec<Placed<'db>> {
    let mut out = Vec::new();
    for (namespace, one) in world.namespaces.iter().enumerate() {
        for (index, scope) in one.files.iter().enumerate() {
            let file = db.source(&scope.declarations.path);
            for node in items(db, file).iter().filter(|node| is_statement(node.key(db))) {
                if let Some(result) = checked(db, root, file, *node, namespace, index) {
                    let anchor = Anchor { file: file.path(db).clone(), item: node.key(db).clone() };
                    out.push(Placed { namespace, anchor, checked: result });
                }
            }
        }
    }
    out
}

/// Keys begin with the item's form.
fn is_statement(key: &str) -> bool {
    ["rule:", "decide:", "hide:"].iter().any(|form| key.starts_with(form))
}

pub(super) fn qualified(world: &World, namespace: usize, id: &str) -> Arc<str> {
    match world.namespaces.get(namespace) {
        Some(one) if !one.prefix.is_empty() => Arc::from(format!("{}.{id}", one.prefix)),
        _ => Arc::from(id),
    }
}

fn definition_complaints(world: &World) -> Vec<Found> {
    let mut out = Vec::new();
    for (namespace, one) in world.namespaces.iter().enumerate() {
        for (file, scope) in one.files.iter().enumerate() {
            let at = ScopeId { library: false, namespace, file };
            for index in 0..scope.declarations.lets.len() {
                out.extend(definitions::check_let(world, at, index));
            }
            for index in 0..scope.declarations.fns.len() {
                out.extend(definitions::check_fn(world, at, index));
            }
        }
    }
    out
}

/// Definitions that nothing uses.
fn unused(world: &World, placed: &[Placed<'_>]) -> Vec<Found> {
    let mut out = Vec::new();
    for (number, namespace) in world.namespaces.iter().enumerate() {
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for one in placed.iter().filter(|p| p.namespace == number) {
            used.extend(one.checked.used.iter().map(String::as_str));
        }
        for scope in &namespace.files {
            let file = &scope.declarations;
            let mentioned = |name: &Text| {
                let files = || namespace.files.iter().map(|f| &f.declarations);
                let in_lets = files().flat_map(|f| &f.lets).any(|d| crate::check::mentions(&d.value, name));
                let in_fns = files()
                    .flat_map(|f| &f.fns)
                    .any(|d| crate::check::mentions(&d.body, name) || crate::check::calls(&d.body, name));
                let in_groups = namespace
                    .files
                    .iter()
                    .flat_map(|f| &f.declarations.groups)
                    .any(|g| crate::check::groups(&g.tools, name));
                in_lets || in_fns || in_groups
            };
            let named = file.names().filter(|(_, what, _)| *what != "statement");
            let library = file.std.iter().flat_map(|i| i.names.iter().map(move |n| (n, "import", &i.anchor)));
            // A name that the library does not have was reported as that.
            let library = library.filter(|(name, _, _)| scope.library.contains_key(&name.text));
            for (name, what, anchor) in named.chain(library) {
                let key = format!("{}:{}", if what == "import" { "std" } else { what }, name.text);
                if !used.contains(key.as_str()) && !mentioned(&name.text) {
                    let at = Spot { anchor: anchor.clone(), span: name.span };
                    let message = format!("{what} `{}` is never used", name.text);
                    out.push(Found::new(Code::W0803, at, message).help("remove it, or use it"));
                }
            }
        }
    }
    out
}

fn tests(db: &dyn Db, world: &World, ids: &[Arc<str>], at: &Starts, found: &mut Vec<Found>) -> Vec<Test> {
    let mut out = Vec::new();
    let Some(namespace) = world.namespaces.first() else { return out };
    for (index, scope) in namespace.files.iter().enumerate() {
        let file = db.source(&scope.declarations.path);
        for node in items(db, file) {
            let anchor = Anchor { file: file.path(db).clone(), item: node.key(db).clone() };
            let scope = ScopeId { library: false, namespace: 0, file: index };
            if let Some((mut test, complaints)) = testing::check(world, scope, &anchor, node.item(db), ids) {
                let start = at.get(&anchor.file).and_then(|s| s.get(&anchor.item)).copied().unwrap_or(0);
                test.span = test.span.shifted(i64::from(start));
                for step in &mut test.steps {
                    if let TestStep::Call(call) = step {
                        call.span = call.span.shifted(i64::from(start));
                    }
                }
                found.extend(complaints);
                out.push(test);
            }
        }
    }
    out
}

/// The linked policy, and for each statement number the index of its [`Placed`].
fn link(world: &World, placed: &[Placed<'_>], files: &[FileText], at: &Starts) -> (Policy, Vec<usize>) {
    let sources: Vec<PolicySource> = world
        .files
        .iter()
        .filter_map(|path| files.iter().find(|f| f.path == *path))
        .map(|f| PolicySource {
            path: Arc::from(paths::relative(&world.root, &f.path)),
            text: f.text.clone(),
        })
        .collect();
    let number = |path: &Arc<str>| {
        world.files.iter().position(|f| f == path).and_then(|i| u16::try_from(i).ok()).unwrap_or(0)
    };
    let mut heads: Vec<Numbered> = Vec::new();
    for (index, one) in placed.iter().enumerate() {
        let guardrail = world.is_guardrail(one.namespace);
        let start = at.get(&one.anchor.file).and_then(|s| s.get(&one.anchor.item)).copied().unwrap_or(0);
        for (part, head) in one.checked.heads.iter().enumerate() {
            let statement = Statement {
                id: qualified(world, one.namespace, &head.id),
                effect: head.effect,
                kind: head.kind,
                guardrail,
                shadow: head.shadow,
                because: head.because.clone(),
                terms: head.terms.clone(),
                docs: head.docs.clone(),
                origin: Origin { source: number(&one.anchor.file), start },
                span: head.span,
            };
            heads.push((statement, index, part));
        }
    }
    heads.sort_by(|(a, ..), (b, ..)| (!a.guardrail, &a.id).cmp(&(!b.guardrail, &b.id)));
    let rules = blocks(world, placed, &heads);
    let header =
        world.namespaces.first().and_then(|n| n.files.first()).and_then(|f| f.declarations.policy.clone());
    let guardrails: BTreeSet<[u8; 32]> =
        world.namespaces.iter().filter(|n| n.guardrail).map(|n| guardrails_digest(n, files)).collect();
    let owners = heads.iter().map(|(_, index, _)| *index).collect();
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
            .map(|t| ToolInfo {
                server: t.server,
                name: t.name.clone(),
                digest: t.digest,
                args: t.args.clone(),
                summary: t.summary.clone(),
            })
            .collect(),
        principal: world.principal.clone(),
        session: world.session.clone(),
        statements: heads.into_iter().map(|(s, ..)| s).collect(),
        rules,
        guardrails: guardrails.into_iter().collect(),
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

/// A statement, the index of its item among the placed ones, and its part of that item.
type Numbered = (Statement, usize, usize);

/// What can match on each tool, in the order of statement numbers.
fn blocks(world: &World, placed: &[Placed<'_>], heads: &[Numbered]) -> Vec<Vec<Block>> {
    let mut numbers: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for (n, (_, index, part)) in (0u32..).zip(heads) {
        numbers.insert((*index, *part), n);
    }
    let mut rules: Vec<Vec<Block>> = vec![Vec::new(); world.tools.len()];
    for (index, one) in placed.iter().enumerate() {
        for (tool, conditions) in &one.checked.tools {
            let Some(slot) = rules.get_mut(*tool as usize) else { continue };
            let numbered: Vec<(u32, Expr)> = conditions
                .iter()
                .enumerate()
                .filter_map(|(part, condition)| Some((*numbers.get(&(index, part))?, condition.clone())))
                .collect();
            if one.checked.ordered {
                slot.push(Block::Decide(numbered));
            } else {
                slot.extend(numbered.into_iter().map(|(n, condition)| Block::Rule(n, condition)));
            }
        }
    }
    for blocks in &mut rules {
        blocks.sort_by_key(|block| match block {
            Block::Rule(n, _) => *n,
            Block::Decide(arms) => arms.iter().map(|(n, _)| *n).min().unwrap_or(0),
        });
    }
    rules
}

/// What the types of tools in use leave out of their schemas; the place is the tool in its lock.
fn widened(world: &World, policy: &Policy) -> Vec<Found> {
    let in_use = world.tools.iter().zip(&policy.rules).filter(|(_, blocks)| !blocks.is_empty());
    in_use
        .flat_map(|(tool, _)| tool.widened.iter().map(move |what| (tool, what)))
        .map(|(tool, what)| {
            let anchor = Anchor { file: tool.lock.clone(), item: Arc::from("") };
            Found::new(Code::N0902, Spot { anchor, span: tool.span }, format!("`{}`: {what}", tool.name))
        })
        .collect()
}

/// Findings on each tool, merged: one statement says the same thing once, however many tools it is about.
fn tool_findings(world: &World, linked: &(Policy, Vec<usize>), placed: &[Placed<'_>]) -> Vec<Found> {
    let (policy, owners) = linked;
    let mut all: BTreeMap<findings::Finding, Vec<String>> = BTreeMap::new();
    let mut reach: BTreeMap<u32, usize> = BTreeMap::new();
    for (tool, blocks) in world.tools.iter().zip(&policy.rules) {
        for block in blocks {
            match block {
                Block::Rule(n, _) => *reach.entry(*n).or_default() += 1,
                Block::Decide(arms) => arms.iter().for_each(|(n, _)| *reach.entry(*n).or_default() += 1),
            }
        }
        let alias = policy.servers.get(usize::from(tool.server)).map_or("", |server| &*server.alias);
        for finding in findings::on_tool(&tool.args, &policy.statements, blocks) {
            all.entry(finding).or_default().push(format!("{alias}.{}", tool.name));
        }
    }
    all.into_iter()
        .filter_map(|(finding, tools)| {
            let owner = placed.get(*owners.get(finding.statement as usize)?)?;
            let at = Spot { anchor: owner.anchor.clone(), span: finding.span };
            let mut found = Found::new(finding.code, at, finding.message);
            found.help = finding.help;
            if reach.get(&finding.statement).is_some_and(|reached| *reached > tools.len()) {
                let about = listing(tools.iter().map(String::as_str), 4);
                found.notes.push(format!("of the statement's tools, this is about {about}"));
            }
            let guardrail = world.is_guardrail(owner.namespace);
            if guardrail && found.level == Level::Warning {
                found.level = Level::Error;
            }
            Some(found)
        })
        .collect()
}
