//! The places that conditions read. In: `lower` names them as it meets them. Out: the tree that `emit` turns into the extraction
//! plan and into register numbers.
//!
//! One tree per root. Below an [`Step::Element`] or [`Step::Entry`] places are relative to the frame of a list element.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A tree of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// The call's arguments; one tree per tool.
    Args,
    /// The host's principal; one tree per policy.
    Principal,
    /// The host's session; one tree per policy.
    Session,
    /// The call's result; one tree per tool.
    Result,
}

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The tree.
    pub tree: Tree,
    /// Its node; 0 is the root.
    pub node: u32,
}

/// A step from a place to one below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value under a key.
    Key(Arc<str>),
    /// Each element of a list: a frame.
    Element,
    /// The value of each member of a map: a frame whose offset 0 is the key.
    Entry,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// The place above.
    pub parent: Option<u32>,
    /// The value itself is read.
    pub wanted: bool,
    /// The members of the map are read as a list.
    pub entries: bool,
    /// Places below.
    pub below: BTreeMap<Step, u32>,
}

/// A tree of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    nodes: Vec<Node>,
}

impl Default for Captures {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Captures {
    /// All nodes; a node comes after its parent.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node of that number.
    #[must_use]
    pub fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }

    /// The place one step below, made if need be.
    pub fn below(&mut self, node: u32, step: Step) -> u32 {
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let Some(parent) = self.nodes.get_mut(node as usize) else { return 0 };
        let child = *parent.below.entry(step).or_insert(next);
        if child == next {
            self.nodes.push(Node { parent: Some(node), ..Node::default() });
        }
        child
    }

    /// The value at the place is read.
    pub fn want(&mut self, node: u32) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.wanted = true;
        }
    }

    /// The map at the place is read as a list of entries.
    pub fn want_entries(&mut self, node: u32) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.entries = true;
        }
    }

    /// The map at the place is known to be read as a list of entries.
    #[must_use]
    pub fn has_entries(&self, node: u32) -> bool {
        self.node(node).is_some_and(|node| node.entries)
    }

    /// Something at or below the node is captured.
    #[must_use]
    pub fn is_live(&self, node: u32) -> bool {
        self.node(node).is_some_and(|node| {
            node.wanted || node.entries || node.below.values().any(|child| self.is_live(*child))
        })
    }

    /// A tree that knows no more than which maps are read as lists of entries: lowering with it from the start reads their
    /// members under constant keys from those entries too, since a member is captured in one way only.
    #[must_use]
    pub fn entry_maps(&self) -> Self {
        let mut seed = Self::default();
        self.copy_entry_maps(0, &mut seed, 0);
        seed
    }

    fn copy_entry_maps(&self, from: u32, seed: &mut Self, to: u32) {
        let Some(node) = self.node(from) else { return };
        if node.entries {
            seed.want_entries(to);
        }
        for (step, child) in &node.below {
            if self.has_entries_below(*child) {
                let child_to = seed.below(to, step.clone());
                self.copy_entry_maps(*child, seed, child_to);
            }
        }
    }

    fn has_entries_below(&self, node: u32) -> bool {
        self.node(node).is_some_and(|node| {
            node.entries || node.below.values().any(|child| self.has_entries_below(*child))
        })
    }
}
