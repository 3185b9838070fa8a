//! Any JSON value as a tree, for those who change it. In: bytes. Out: its nodes in the order of the text, or a [`Reject`].
//!
//! As strict as every other reader here, save that numbers which readers disagree about pass, in the spelling that they have: a
//! tree is shown to someone, not decided by. All other numbers are in their canonical spelling, and no text has escapes.

use super::bytes::{byte, skip_space};
use super::canonical::write_number;
use super::numbers::exact;
use super::reject::Reject;
use super::strict;
use super::strings::{Str, decode};
use super::walk::{string_at, value_end};
use crate::program::Caps;
use alloc::vec::Vec;

/// A value. Node 0 is the root.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    input: &'a [u8],
    /// Text that stands otherwise in the input.
    decoded: Vec<u8>,
    nodes: Vec<Node>,
}

/// A part of the value. What lies in it follows it, up to [`Node::after`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// Its key, if it is a member.
    pub(crate) key: Option<Piece>,
    /// What it is.
    pub(crate) value: Value,
    /// The node after all that lies in this one.
    pub(crate) after: usize,
    /// Its first byte in the input.
    start: usize,
}

/// What a node is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number's spelling.
    Number(Piece),
    /// Text.
    Text(Piece),
    /// An array; its elements follow.
    List,
    /// An object; its members follow.
    Object,
}

/// Text of a tree: [`Tree::text`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    start: u32,
    end: u32,
    decoded: bool,
}

impl<'a> Tree<'a> {
    /// Reads one value.
    pub(crate) fn read(input: &'a [u8], caps: Caps) -> Result<Self, Reject> {
        strict(input, caps, true)?;
        let mut tree = Self { input, decoded: Vec::new(), nodes: Vec::new() };
        tree.value(None, skip_space(input, 0));
        Ok(tree)
    }

    /// A node; `None` past the last one.
    pub(crate) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// What a node is; `null` past the last one.
    pub(crate) fn value_of(&self, index: usize) -> Value {
        self.nodes.get(index).map_or(Value::Null, |node| node.value)
    }

    /// The bytes of a node, as they came.
    pub(crate) fn bytes(&self, index: usize) -> &'a [u8] {
        let start = self.nodes.get(index).map_or(self.input.len(), |node| node.start);
        self.input.get(start..value_end(self.input, start)).unwrap_or_default()
    }

    /// The elements or members of a node.
    pub(crate) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes.get(index).map_or(0, |node| node.after);
        let mut next = index.saturating_add(1);
        core::iter::from_fn(move || {
            let found = (next < end).then_some(next)?;
            next = self.nodes.get(found)?.after;
            Some(found)
        })
    }

    /// The member of that name.
    pub(crate) fn member(&self, index: usize, name: &str) -> Option<usize> {
        let object = matches!(self.value_of(index), Value::Object);
        let mut members = self.children(index).filter(|_| object);
        members.find(|member| self.key(*member) == Some(name))
    }

    /// A node's key, if it is a member.
    pub(crate) fn key(&self, index: usize) -> Option<&str> {
        self.nodes.get(index)?.key.map(|key| self.text(key))
    }

    /// The text of a node, if it is text.
    pub(crate) fn text_of(&self, index: usize) -> Option<&str> {
        match self.value_of(index) {
            Value::Text(text) => Some(self.text(text)),
            _ => None,
        }
    }

    /// What a piece stands for.
    pub(crate) fn text(&self, piece: Piece) -> &str {
        let from = if piece.decoded { &*self.decoded } else { self.input };
        let bytes = from.get(piece.start as usize..piece.end as usize).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Adds the value at `at`; the position after it.
    fn value(&mut self, key: Option<Piece>, at: usize) -> usize {
        let input = self.input;
        let index = self.nodes.len();
        self.nodes.push(Node { key, value: Value::Null, after: index, start: at });
        let (value, end) = match byte(input, at) {
            b'"' => {
                let string = string_at(input, at.wrapping_add(1));
                (Value::Text(self.string(string)), string.end.wrapping_add(1))
            }
            b'{' => (Value::Object, self.object(at)),
            b'[' => (Value::List, self.list(at)),
            b't' => (Value::Bool(true), value_end(input, at)),
            b'f' => (Value::Bool(false), value_end(input, at)),
            b'n' => (Value::Null, value_end(input, at)),
            _ => {
                let end = value_end(input, at);
                (Value::Number(self.number(at, end)), end)
            }
        };
        let after = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(index) {
            (node.value, node.after) = (value, after);
        }
        end
    }

    fn object(&mut self, open: usize) -> usize {
        let input = self.input;
        let mut at = skip_space(input, open.wrapping_add(1));
        while at < input.len() && byte(input, at) != b'}' {
            let key = string_at(input, at.wrapping_add(1));
            let colon = skip_space(input, key.end.wrapping_add(1));
            let key = self.string(key);
            at = self.next(Some(key), skip_space(input, colon.wrapping_add(1)));
        }
        at.wrapping_add(1)
    }

    fn list(&mut self, open: usize) -> usize {
        let input = self.input;
        let mut at = skip_space(input, open.wrapping_add(1));
        while at < input.len() && byte(input, at) != b']' {
            at = self.next(None, at);
        }
        at.wrapping_add(1)
    }

    /// Adds an element or member; where the next one, or the container's end, is.
    fn next(&mut self, key: Option<Piece>, at: usize) -> usize {
        let end = self.value(key, at);
        let at = skip_space(self.input, end);
        if byte(self.input, at) == b',' { skip_space(self.input, at.wrapping_add(1)) } else { at }
    }

    fn string(&mut self, string: Str) -> Piece {
        if !string.escaped {
            return piece(string.start, string.end, false);
        }
        let start = self.decoded.len();
        decode(self.input.get(string.start..string.end).unwrap_or_default(), &mut self.decoded);
        piece(start, self.decoded.len(), true)
    }

    fn number(&mut self, start: usize, end: usize) -> Piece {
        let Some(number) = exact(self.input.get(start..end).unwrap_or_default()) else {
            return piece(start, end, false);
        };
        let start = self.decoded.len();
        write_number(number, &mut self.decoded);
        piece(start, self.decoded.len(), true)
    }
}

/// A canonical spelling takes at most five times the bytes of another one. Should that be beyond 32 bits, the piece is empty.
fn piece(start: usize, end: usize, decoded: bool) -> Piece {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Piece { start, end, decoded },
        _ => Piece { start: 0, end: 0, decoded },
    }
}

/// Appends text as a JSON string, with the fewest escapes.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for plain in text.split_inclusive(|c| c < ' ' || c == '"' || c == '\\') {
        let mut chars = plain.chars();
        match chars.next_back() {
            Some(last) if last < ' ' || last == '"' || last == '\\' => {
                out.extend_from_slice(chars.as_str().as_bytes());
                super::canonical::write_char(last, out);
            }
            _ => out.extend_from_slice(plain.as_bytes()),
        }
    }
    out.push(b'"');
}
