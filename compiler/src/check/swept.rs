//! What an `allow` without a condition sweeps in. In: its tool list and what the list selects. Out: the tools that only a pattern
//! selects and that are not known to be harmless.
//!
//! What counts as harmless is what a first policy allows (`init`), and what the server says does not destroy: a tool whose name is
//! written down, here or in a group, is its author's choice and none of this.

use crate::init::words::{Deed, common, deed};
use crate::resolve::namespace::Hints;
use crate::resolve::tools::Place;
use policyc_grammar::ast::{Text, ToolList, ToolPatternKind};
use std::collections::{BTreeMap, BTreeSet};

/// What is known against a tool; the worse first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Risk {
    /// Its hints or its name say that it takes things away.
    Destroys,
    /// Nothing says that it only reads.
    Writes,
}

impl Risk {
    /// A tool's, by its hints and, where they are silent, what its name says.
    fn of(hints: Hints, by_name: Deed) -> Option<Self> {
        match (hints.read_only, hints.destructive, by_name) {
            (Some(true), _, _) | (_, Some(false), _) | (None, None, Deed::Read) => None,
            (_, Some(true), _) | (_, None, Deed::Destroy) => Some(Self::Destroys),
            (_, None, Deed::Read | Deed::Unknown | Deed::Write) => Some(Self::Writes),
        }
    }
}

/// Of the selected tools, those that are swept in.
pub(crate) fn swept(place: Place<'_>, list: &ToolList, selected: &BTreeSet<u32>) -> Vec<(Risk, u32)> {
    let mut named = BTreeSet::new();
    names(place, place.file, list, &mut named, &mut BTreeSet::new());
    let mut prefixes: BTreeMap<u16, usize> = BTreeMap::new();
    let mut prefix = |server: u16| {
        let names = || place.world.tools.iter().filter(|t| t.server == server).map(|t| &*t.name);
        *prefixes.entry(server).or_insert_with(|| common(names()))
    };
    let risk = |tool: u32| {
        let entry = place.world.tools.get(tool as usize)?;
        let written = named.contains(&(entry.server, &*entry.name));
        let by_name = deed(&entry.name, prefix(entry.server));
        let risk = Risk::of(entry.hints, by_name).filter(|_| !written)?;
        // Who takes some out has looked at the rest; what destroys was overlooked all the same.
        (risk == Risk::Destroys || list.except.is_empty()).then_some((risk, tool))
    };
    selected.iter().copied().filter_map(risk).collect()
}

/// The tools that a list, seen from `file`, names one by one, itself or through groups.
fn names<'a>(
    place: Place<'a>,
    file: usize,
    list: &'a ToolList,
    out: &mut BTreeSet<(u16, &'a str)>,
    seen: &mut BTreeSet<&'a Text>,
) {
    for pattern in &list.patterns {
        match &pattern.kind {
            ToolPatternKind::Exact(alias, tool) => {
                if let Some(server) = place.namespace.file(file).aliases.get(&alias.text) {
                    out.insert((*server, &tool.text));
                }
            }
            ToolPatternKind::Group(group) if seen.insert(&group.text) => {
                for (file, scope) in place.namespace.files.iter().enumerate() {
                    let own = scope.declarations.groups.iter().filter(|g| g.name.text == group.text);
                    own.for_each(|g| names(place, file, &g.tools, out, seen));
                }
            }
            ToolPatternKind::Group(_) | ToolPatternKind::Glob(..) | ToolPatternKind::Every => {}
        }
    }
}
