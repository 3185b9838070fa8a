//! Groups: named tool lists that may name each other. In: declarations. Out: the tools of each group, resolved in the order of their
//! dependencies.

use super::anchor::{Found, Spot};
use super::link::Linker;
use super::namespace::Namespace;
use super::tools;
use crate::diagnostics::Code;
use policyc_grammar::ast::{Text, ToolList, ToolPatternKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Linker<'_> {
    /// Groups may name groups: resolved in the order of their dependencies.
    pub(super) fn groups(&self, index: usize, found: &mut Vec<Found>) -> BTreeMap<Text, Arc<[u32]>> {
        let Some(namespace) = self.world.namespaces.get(index) else { return BTreeMap::new() };
        let mut pending: Vec<(usize, usize)> = namespace
            .files
            .iter()
            .enumerate()
            .flat_map(|(file, scope)| (0..scope.declarations.groups.len()).map(move |i| (file, i)))
            .collect();
        let mut resolved = Namespace { groups: BTreeMap::new(), ..namespace.clone() };
        let names: BTreeSet<Text> = namespace
            .files
            .iter()
            .flat_map(|f| f.declarations.groups.iter().map(|g| g.name.text.clone()))
            .collect();
        loop {
            let before = pending.len();
            let mut later = Vec::new();
            for (file, i) in pending {
                let Some(group) = namespace.file(file).declarations.groups.get(i) else { continue };
                let waits =
                    named_groups(&group.tools).any(|n| names.contains(n) && !resolved.groups.contains_key(n));
                if waits {
                    later.push((file, i));
                    continue;
                }
                let place =
                    tools::Place { world: &self.world, namespace: &resolved, file, anchor: &group.anchor };
                let mut mine = Vec::new();
                let selected = tools::select(place, &group.tools, &mut mine);
                if let Some(having) = group.tools.having.first() {
                    let at = Spot { anchor: group.anchor.clone(), span: having.span };
                    mine.push(Found::new(Code::E0301, at, "`having` stands in a statement, not in a group"));
                }
                if selected.by_hints {
                    let at = Spot { anchor: group.anchor.clone(), span: group.tools.span };
                    mine.push(
                        Found::new(
                            Code::E0507,
                            at,
                            "`where` stands in a restricting statement, not in a group",
                        )
                        .help("a group may be used by a grant, and hints are the server's own claims"),
                    );
                }
                found.extend(mine);
                resolved.groups.insert(group.name.text.clone(), selected.tools.into_iter().collect());
            }
            if later.is_empty() {
                return resolved.groups;
            }
            if later.len() == before {
                for (file, i) in &later {
                    let Some(group) = namespace.file(*file).declarations.groups.get(*i) else { continue };
                    let at = Spot { anchor: group.anchor.clone(), span: group.name.span };
                    found.push(Found::new(
                        Code::E0308,
                        at,
                        format!("group `{}` contains itself", group.name.text),
                    ));
                    resolved.groups.insert(group.name.text.clone(), Arc::from(Vec::new()));
                }
                return resolved.groups;
            }
            pending = later;
        }
    }
}

fn named_groups(list: &ToolList) -> impl Iterator<Item = &Text> {
    list.patterns.iter().chain(&list.except).filter_map(|p| match &p.kind {
        ToolPatternKind::Group(name) => Some(&name.text),
        _ => None,
    })
}
