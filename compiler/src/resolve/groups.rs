//! Groups: named tool lists that may name each other. In: declarations. Out: the tools of each group, resolved in the order of their
//! dependencies, and which groups are wrong themselves.

use super::anchor::{Found, Spot};
use super::declarations::GroupDecl;
use super::link::Linker;
use super::namespace::Namespace;
use super::tools;
use crate::diagnostics::Code;
use policyc_grammar::ast::{Text, ToolList, ToolPatternKind};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Linker<'_> {
    /// The namespace with its groups resolved.
    pub(super) fn groups(&self, index: usize, found: &mut Vec<Found>) -> Namespace {
        let mut out = self.world.namespaces.get(index).cloned().unwrap_or_default();
        let mut pending: BTreeMap<Text, (usize, GroupDecl)> = BTreeMap::new();
        for (file, scope) in out.files.iter().enumerate() {
            for group in &scope.declarations.groups {
                // A second one of the name was reported; the first holds.
                pending.entry(group.name.text.clone()).or_insert_with(|| (file, group.clone()));
            }
        }
        while !pending.is_empty() {
            let (ready, waiting): (BTreeMap<_, _>, BTreeMap<_, _>) = pending
                .clone()
                .into_iter()
                .partition(|(_, (_, group))| !named(&group.tools).any(|n| pending.contains_key(n)));
            pending = waiting;
            if ready.is_empty() {
                break_cycle(&mut pending, &mut out, found);
            }
            for (name, (file, group)) in ready {
                self.group(name, file, &group, &mut out, found);
            }
        }
        out
    }

    /// Resolves a group whose own groups are resolved.
    fn group(&self, name: Text, file: usize, group: &GroupDecl, out: &mut Namespace, found: &mut Vec<Found>) {
        let mut mine = Vec::new();
        let place = tools::Place { world: &self.world, namespace: out, file, anchor: &group.anchor };
        let selected = tools::select(place, &group.tools, &mut mine);
        if let Some(having) = group.tools.having.first() {
            let at = Spot { anchor: group.anchor.clone(), span: having.span };
            mine.push(Found::new(Code::E0301, at, "`having` stands in a statement, not in a group"));
        }
        if selected.by_hints {
            let at = Spot { anchor: group.anchor.clone(), span: group.tools.span };
            mine.push(
                Found::new(Code::E0507, at, "`where` stands in a restricting statement, not in a group")
                    .help("a group may be used by a grant, and hints are the server's own claims"),
            );
        }
        if selected.broken || !mine.is_empty() {
            out.broken_groups.insert(name.clone());
        }
        out.groups.insert(name, selected.tools.into_iter().collect());
        found.extend(mine);
    }
}

/// Reports one group that leads back to itself, and takes it out: those that only name it are resolved after it.
fn break_cycle(
    pending: &mut BTreeMap<Text, (usize, GroupDecl)>,
    out: &mut Namespace,
    found: &mut Vec<Found>,
) {
    let Some(name) = pending.keys().find(|name| leads_back(pending, name)).cloned() else { return };
    let Some((_, group)) = pending.remove(&name) else { return };
    let at = Spot { anchor: group.anchor.clone(), span: group.name.span };
    found.push(Found::new(Code::E0308, at, format!("group `{name}` contains itself")));
    out.broken_groups.insert(name.clone());
    out.groups.insert(name, Arc::from(Vec::new()));
}

/// Whether following the groups that `start` names comes to `start` again.
fn leads_back(pending: &BTreeMap<Text, (usize, GroupDecl)>, start: &Text) -> bool {
    let mut seen: Vec<&Text> = vec![start];
    let mut next = 0;
    while let Some(name) = seen.get(next).copied() {
        next += 1;
        let Some((_, group)) = pending.get(name) else { continue };
        for inner in named(&group.tools) {
            if inner == start {
                return true;
            }
            if !seen.contains(&inner) {
                seen.push(inner);
            }
        }
    }
    false
}

fn named(list: &ToolList) -> impl Iterator<Item = &Text> {
    list.patterns.iter().chain(&list.except).filter_map(|p| match &p.kind {
        ToolPatternKind::Group(name) => Some(&name.text),
        _ => None,
    })
}
