//! Puts a report together. In: the queries. Out: diagnostics with absolute places, the linked [`Policy`], the tests.

use super::convert::{self, Starts};
use super::queries::{self, SourceFile, checked, items, parsed, starts};
use super::{Db, annotations, grants, learnable, linked, lints, on_tools};
use crate::check::{Checked, definitions, testing};
use crate::diagnostics::{Code, Diagnostic, Level, Location};
use crate::report::{FileText, Report, Test, TestStep};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::lost;
use crate::resolve::namespace::{ScopeId, World};
use crate::typed::Policy;
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
    let (policy, owners) = linked::policy(world, &placed, &out.files, &at);
    found.extend(on_tools::findings(world, &policy, &owners, &placed));
    found.extend(widened(world, &policy));
    found.extend(learnable::findings(world, &policy, &placed));
    let refused = grants::opened(world, &placed);
    found.retain(|f| f.code != Code::N0903 || refused.iter().all(|r| r.at != f.at));
    found.extend(refused);
    found.extend(grants::swept(world, &policy, &placed));
    lost::quiet(world, &mut found);
    let items = all_items(db, world);
    if out.diagnostics.iter().all(|d| d.level != Level::Error)
        && found.iter().all(|f| f.level != Level::Error)
    {
        found.extend(lints::findings(world, &policy, &placed, &items));
    }
    annotations::apply(items.into_iter(), &mut found);
    out.diagnostics.extend(found.iter().map(|f| convert::found(f, &at)));
    out.diagnostics.sort();
    out.diagnostics.dedup();
    if out.diagnostics.iter().all(|d| d.level != Level::Error) {
        out.policy = Some(Arc::new(policy));
    }
    out
}

/// Every item of every policy file.
fn all_items<'db>(db: &'db dyn Db, world: &World) -> Vec<(Anchor, &'db Arc<Item>)> {
    let mut out = Vec::new();
    for path in &world.files {
        // The report reads the whole tree anyway: a dependency on each item would say nothing more.
        let parse = parsed(db, db.source(path));
        let anchors = parse.keys.iter().map(|key| Anchor { file: path.clone(), item: key.clone() });
        out.extend(anchors.zip(&parse.items));
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
    ["rule:", "decide:", "hide:", "limit:", "redact:", "append:", "fact:", "label:"]
        .iter()
        .any(|form| key.starts_with(form))
}

pub(super) fn qualified(world: &World, namespace: usize, id: &Arc<str>) -> Arc<str> {
    match world.namespaces.get(namespace) {
        Some(one) if !one.prefix.is_empty() => Arc::from(format!("{}.{id}", one.prefix)),
        _ => id.clone(),
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
        for node in items(db, file).iter().filter(|node| node.key(db).starts_with("test:")) {
            let anchor = Anchor { file: file.path(db).clone(), item: node.key(db).clone() };
            let scope = ScopeId { library: false, namespace: 0, file: index };
            if let Some((mut test, complaints)) = testing::check(world, scope, &anchor, node.item(db), ids) {
                let start = at.get(&anchor.file).and_then(|s| s.get(&anchor.item)).copied().unwrap_or(0);
                test.span = test.span.shifted(i64::from(start));
                for step in &mut test.steps {
                    let span = match step {
                        TestStep::Call(call) => &mut call.span,
                        TestStep::Answer(answer) => &mut answer.span,
                        TestStep::Reply(reply) => &mut reply.span,
                        _ => continue,
                    };
                    *span = span.shifted(i64::from(start));
                }
                found.extend(complaints);
                out.push(test);
            }
        }
    }
    out
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
