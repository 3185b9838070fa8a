//! Paths into a value. In: its bytes and a position. Out: the keys and indexes that lead there, for messages.

use super::bytes::byte;
use super::table::{FastRest, Scanner};
use super::walk::{string_at, text};
use crate::program::plan::{Node, NodeId};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Characters of a key that a message shows.
const SHOWN: usize = 64;
/// Deepest path that is followed.
const DEEPEST: usize = super::MAX_DEPTH as usize;

/// A place in a value: `items[2].name`; odd keys are quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// An object or array that is open.
struct Open {
    is_object: bool,
    key: Option<String>,
    index: usize,
}

impl Path {
    /// To the value, or to the key, at `offset`. Bytes that are not JSON are read as far as they make sense.
    pub(super) fn to(input: &[u8], offset: u32) -> Self {
        let offset = offset as usize;
        let mut open: Vec<Open> = Vec::new();
        let mut at = 0;
        while at < offset.min(input.len()) {
            match byte(input, at) {
                symbol @ (b'{' | b'[') if open.len() < DEEPEST => {
                    open.push(Open { is_object: symbol == b'{', key: None, index: 0 });
                }
                b'}' | b']' => {
                    open.pop();
                }
                b',' => {
                    if let Some(top) = open.last_mut() {
                        top.index = top.index.wrapping_add(1);
                        top.key = None;
                    }
                }
                b'"' => {
                    let string = string_at(input, at.wrapping_add(1));
                    if let Some(top) = open.last_mut()
                        && top.is_object
                        && top.key.is_none()
                    {
                        top.key = Some(text(input, string).into_owned());
                    }
                    at = string.end;
                }
                _ => {}
            }
            at = at.wrapping_add(1);
        }
        // Of an object without a key the place is the object itself.
        let steps = open.into_iter().filter_map(|open| match (open.is_object, open.key) {
            (true, key) => key.map(Step::Key),
            (false, _) => Some(Step::Index(open.index)),
        });
        Self { steps: steps.collect() }
    }

    /// The path to a member of what this one leads to.
    pub(super) fn with(&self, key: &str) -> Self {
        let mut steps = self.steps.clone();
        steps.push(Step::Key(key.to_owned()));
        Self { steps }
    }

    /// The nodes of the last container on the way and of the value at the end, as far as the plan speaks about them.
    pub(super) fn nodes<'p>(&self, plans: &'p Scanner, root: NodeId) -> (Option<&'p Node>, Option<&'p Node>) {
        let root = plans.nodes.get(root.0 as usize).map(|root| &root.node);
        let (mut parent, mut current) = (None, root);
        for step in &self.steps {
            parent = current;
            current = current.and_then(|at| match step {
                Step::Index(_) => Some(&plans.lists.get(at.list as usize)?.items.node),
                Step::Key(key) => {
                    let object = plans.objects.get(at.object as usize)?;
                    match object.keys.iter().find(|declared| *declared.name == **key) {
                        Some(declared) => Some(&declared.node.node),
                        None => match &object.rest {
                            FastRest::Map(node) => Some(&node.node),
                            FastRest::Closed | FastRest::Open => None,
                        },
                    }
                }
            });
        }
        (parent, current)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    if is_plain(key) { f.write_str(key)? } else { write!(f, "\"{}\"", Shown(key))? }
                }
            }
        }
        Ok(())
    }
}

/// A name that needs no quotes in a path.
fn is_plain(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !key.is_empty() && key.len() <= SHOWN && key.bytes().all(plain)
}

/// `text` between back quotes, made safe to print.
pub(super) fn quoted(text: &str) -> String {
    alloc::format!("`{}`", Shown(text))
}

/// Text of strangers: cut, and everything but plain printable characters escaped.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, shown) in self.0.chars().enumerate() {
            if at == SHOWN {
                return f.write_str("…");
            }
            if shown == '`' { f.write_str("\\u{60}")? } else { write!(f, "{}", shown.escape_debug())? }
        }
        Ok(())
    }
}
