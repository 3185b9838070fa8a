//! What changed between two locks. In: an old and a new lock. Out: every change, tool by tool.

use super::prose::{same, split, step};
use super::{Digest, Lock, Tool};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One change of one tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// The tool; empty where the server itself is another one.
    pub tool: Arc<str>,
    /// What changed.
    pub kind: ChangeKind,
    /// JSON pointers into the tool: the outermost values that were added, removed or replaced. Empty if the tool is new or gone,
    /// and where prose changed that a lock does not hold.
    pub pointers: Vec<String>,
}

/// Kinds of [`Change`], with stable slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// The server has another identity: no tool of one lock is one of the other.
    Identity,
    /// Only the new lock has the tool.
    Added,
    /// Only the old lock has it.
    Removed,
    /// `inputSchema` restricts values differently, or has other defaults.
    InputSchema,
    /// `outputSchema` differs.
    OutputSchema,
    /// Prose differs: descriptions and titles, anywhere in the tool.
    Description,
    /// `annotations` differ, apart from their title.
    Annotations,
    /// `execution` differs.
    Execution,
    /// Other places are exempt from comparison.
    Volatile,
}

impl ChangeKind {
    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::InputSchema => "input_schema",
            Self::OutputSchema => "output_schema",
            Self::Description => "description",
            Self::Annotations => "annotations",
            Self::Execution => "execution",
            Self::Volatile => "volatile",
        }
    }
}

/// Every difference between two locks, sorted by tool and kind. Of what is said of the servers only the identity counts: it is part of
/// each tool's name.
///
/// A lock without prose can be compared with one that has it: then a change of prose is known by its digest.
#[must_use]
pub fn diff(old: &Lock, new: &Lock) -> Vec<Change> {
    let names: BTreeSet<&Arc<str>> = old.tools.iter().chain(&new.tools).map(|tool| &tool.name).collect();
    let mut out = Vec::new();
    if old.server.identity != new.server.identity {
        let pointers = vec!["/server/identity".to_owned()];
        out.push(Change { tool: Arc::from(""), kind: ChangeKind::Identity, pointers });
    }
    for name in names {
        let mut change = |kind, pointers| out.push(Change { tool: name.clone(), kind, pointers });
        match (old.tool(name), new.tool(name)) {
            (Some(old), Some(new)) => compare(old, new, &mut change),
            (None, _) => change(ChangeKind::Added, Vec::new()),
            (_, None) => change(ChangeKind::Removed, Vec::new()),
        }
    }
    out
}

fn compare(old: &Tool, new: &Tool, change: &mut impl FnMut(ChangeKind, Vec<String>)) {
    let ((old_facts, old_prose), (new_facts, new_prose)) = (split(&old.members()), split(&new.members()));
    let members = [
        ("inputSchema", ChangeKind::InputSchema),
        ("outputSchema", ChangeKind::OutputSchema),
        ("annotations", ChangeKind::Annotations),
        ("execution", ChangeKind::Execution),
    ];
    for (member, kind) in members {
        let mut pointers = Vec::new();
        differ(old_facts.get(member), new_facts.get(member), &format!("/{member}"), &mut pointers);
        // A lock without prose may have lost all of the annotations with their title.
        let empty = |facts: &Map<String, Value>| {
            facts.get(member).is_none_or(|value| *value == Value::Object(Map::new()))
        };
        let lost = member == "annotations" && empty(&old_facts) && empty(&new_facts);
        if !pointers.is_empty() && !lost {
            change(kind, pointers);
        }
    }
    let kept = |tool: &Tool| tool.without_prose.is_none();
    if kept(old) && kept(new) {
        let mut pointers = Vec::new();
        let prose: BTreeSet<&String> = old_prose.keys().chain(new_prose.keys()).collect();
        for pointer in prose {
            match (old_prose.get(pointer), new_prose.get(pointer)) {
                (Some(old), Some(new)) if same(old, new) => {}
                _ => pointers.push(pointer.clone()),
            }
        }
        if !pointers.is_empty() {
            change(ChangeKind::Description, pointers);
        }
    } else {
        let digest = |tool: &Tool, prose: Map<String, Value>| {
            tool.without_prose
                .as_ref()
                .map_or_else(|| Digest::of(&Value::Object(prose)), |digests| digests.prose)
        };
        if digest(old, old_prose) != digest(new, new_prose) {
            change(ChangeKind::Description, Vec::new());
        }
    }
    if old.volatile != new.volatile {
        let in_one = |pointer: &&Arc<str>| old.volatile.contains(*pointer) != new.volatile.contains(*pointer);
        let pointers: BTreeSet<&Arc<str>> = old.volatile.iter().chain(&new.volatile).filter(in_one).collect();
        change(ChangeKind::Volatile, pointers.into_iter().map(ToString::to_string).collect());
    }
}

/// The outermost places where two values differ.
fn differ(old: Option<&Value>, new: Option<&Value>, pointer: &str, out: &mut Vec<String>) {
    match (old, new) {
        (None, None) => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                differ(old.get(key), new.get(key), &step(pointer, key), out);
            }
        }
        // Lists of one length that hold objects are alternatives or tuples; any other list is read as a whole.
        (Some(Value::Array(old)), Some(Value::Array(new)))
            if old.len() == new.len() && old.iter().chain(new).all(Value::is_object) =>
        {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differ(Some(old), Some(new), &format!("{pointer}/{index}"), out);
            }
        }
        (Some(old), Some(new)) if same(old, new) => {}
        _ => out.push(pointer.to_owned()),
    }
}
