//! Plans: how the bytes of a value are validated and what is captured from them, in one pass. In: the emitter, from types.
//! Out: read by the scanner.
//!
//! A node accepts a set of JSON values in the normal form of the compiler's types: at most one alternative per JSON kind.
//! A captured node writes the value to a register. Inside a list the registers are relative to the element's frame.

use super::pool::StrId;
use crate::number::Decimal;
use alloc::vec::Vec;

/// Index into [`Plan::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeId(pub u32);

/// No register.
pub const NO_REGISTER: u16 = u16::MAX;
/// No check.
pub const NO_CHECK: u32 = u32::MAX;

/// All nodes and the checks they share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Nodes; entry 0 accepts any JSON value and captures nothing.
    pub nodes: Vec<Node>,
    /// Checks of numbers.
    pub numbers: Vec<NumberCheck>,
    /// Checks of text.
    pub strings: Vec<StringCheck>,
    /// Checks of arrays.
    pub lists: Vec<ListCheck>,
    /// Checks of objects.
    pub objects: Vec<ObjectCheck>,
}

/// What one place of a value may hold, and where it is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// Accepted kinds: a union of the `KIND_*` bits.
    pub kinds: u8,
    /// Only one boolean: 0 either, 1 only `false`, 2 only `true`.
    pub boolean: u8,
    /// Register (or frame offset inside a list), or [`NO_REGISTER`].
    pub capture: u16,
    /// Index into [`Plan::numbers`] or [`NO_CHECK`].
    pub number: u32,
    /// Index into [`Plan::strings`] or [`NO_CHECK`].
    pub string: u32,
    /// Index into [`Plan::lists`] or [`NO_CHECK`] (elements are then any value, captured nowhere).
    pub list: u32,
    /// Index into [`Plan::objects`] or [`NO_CHECK`] (members are then any value, captured nowhere).
    pub object: u32,
}

/// `null`.
pub const KIND_NULL: u8 = 1;
/// Booleans.
pub const KIND_BOOL: u8 = 2;
/// Numbers.
pub const KIND_NUMBER: u8 = 4;
/// Text.
pub const KIND_STRING: u8 = 8;
/// Arrays.
pub const KIND_LIST: u8 = 16;
/// Objects.
pub const KIND_OBJECT: u8 = 32;
/// Every kind.
pub const KIND_ANY: u8 = 63;

/// Constraints on a number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct NumberCheck {
    /// No fraction.
    pub integer: bool,
    /// Least value; `true`: the value itself is excluded.
    pub min: Option<(Decimal, bool)>,
    /// Greatest value; `true`: the value itself is excluded.
    pub max: Option<(Decimal, bool)>,
    /// Divisor, greater than zero.
    pub multiple_of: Option<Decimal>,
    /// The only values, sorted; empty: no such constraint.
    pub one_of: Vec<Decimal>,
}

/// Constraints on text, and how it is captured.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct StringCheck {
    /// Index into [`super::Program::string_sets`] of the only values.
    pub one_of: Option<u32>,
    /// Least length in code points.
    pub min_length: u32,
    /// Greatest length in code points.
    pub max_length: Option<u32>,
    /// Indexes into [`super::Program::patterns`]: each must match.
    pub patterns: Vec<u32>,
    /// What the text stands for; a capture then holds a number.
    pub role: Role,
    /// An empty text counts as absent: neither captured nor an error (optional host fields, semantics.md 28).
    pub empty_is_absent: bool,
}

/// What text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Role {
    /// Text.
    #[default]
    Text,
    /// RFC 3339, captured as UTC milliseconds.
    Timestamp,
    /// `YYYY-MM-DD`, captured as days since 1970-01-01.
    Date,
    /// `1h30m`, captured as milliseconds.
    Duration,
}

/// Constraints on an array, and the frame captured per element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListCheck {
    /// Node of every element; its captures are offsets into the element's frame.
    pub items: NodeId,
    /// Registers per element; 0: elements are not captured (only the count is).
    pub stride: u16,
    /// Least number of elements.
    pub min: u32,
    /// Greatest number of elements.
    pub max: Option<u32>,
    /// No two equal elements.
    pub unique: bool,
}

/// Constraints on an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectCheck {
    /// Declared keys, sorted by text.
    pub keys: Vec<Key>,
    /// What other keys may be.
    pub rest: Rest,
    /// Least number of members.
    pub min: u32,
    /// Greatest number of members.
    pub max: Option<u32>,
    /// Index into [`Plan::strings`]: every undeclared key must satisfy it.
    pub names: Option<u32>,
    /// Alternatives told apart by one key.
    pub variants: Option<Variants>,
    /// Capture members as a list (for `keys(m)`, `values(m)`, `m[k]`): the register of the list and its stride. A frame starts with
    /// the key's text at offset 0; the member node's captures are offsets ≥ 1. Only where `rest` is `Map`.
    pub entries: Option<(u16, u16)>,
}

/// A declared key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Its text.
    pub name: StrId,
    /// Node of its value.
    pub node: NodeId,
    /// Must be there.
    pub required: bool,
}

/// What undeclared keys may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rest {
    /// Not there.
    Closed,
    /// Anything; validated as JSON, captured nowhere.
    Open,
    /// Values of this node.
    Map(NodeId),
}

/// Object alternatives by the text under one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variants {
    /// Index into [`ObjectCheck::keys`]; that key is required and its node accepts text alone.
    pub tag: u32,
    /// Cases sorted by text.
    pub cases: Vec<Variant>,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The tag's text.
    pub value: StrId,
    /// Indexes into [`ObjectCheck::keys`] that must be there, ascending.
    pub required: Vec<u32>,
    /// Indexes that may be there, ascending; a superset of `required`.
    pub allowed: Vec<u32>,
}
