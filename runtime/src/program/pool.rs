//! Constants that instructions refer to by index. In: the emitter. Out: read by the VM, the verifier and the listing.

use super::Number;
use alloc::string::String;
use alloc::vec::Vec;

/// Index into [`super::Program::strings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrId(pub u32);

/// A pattern over text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As the author wrote it, for listings and messages.
    pub source: String,
    /// How it is run.
    pub shape: PatternShape,
}

/// How a pattern is run. Simple shapes are byte compares; everything else is a DFA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternShape {
    /// The whole text equals.
    Exact(StrId),
    /// The text starts with.
    Prefix(StrId),
    /// The text ends with.
    Suffix(StrId),
    /// The text contains.
    Contains(StrId),
    /// Starts with the first, ends with the second, without overlap: `a*b`.
    PrefixSuffix(StrId, StrId),
    /// A serialized little-endian `regex_automata::dfa::sparse::DFA`, anchored at the start, matching only at the end of text
    /// (`matches`, `like`) or, for `finds`, with a `.*` prefix compiled in; validated once at load.
    Dfa(Vec<u8>),
}

/// A constant table: text to one kind of constant; keys sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Keys, sorted by text, without duplicates.
    pub keys: Vec<StrId>,
    /// One value per key.
    pub values: Vec<Const>,
}

/// A constant that a register can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Const {
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Str(StrId),
}

/// One call of a typed view: which members are wanted and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewCall {
    /// Stable number of the view (`views::table`).
    pub view: u16,
    /// Constant parameter: dialect of `sql`, zone name of `time`, root of `path … under`; or none.
    pub param: Option<StrId>,
    /// Index into [`super::Program::zones`] where the parameter is a zone.
    pub zone: Option<u16>,
    /// Wanted members (stable numbers, ascending) and the register each is written to. A list member's elements are captured
    /// with one register per element field, in the order of the view's table.
    pub members: Vec<(u8, u16)>,
}

/// Civil time of one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneTable {
    /// IANA name.
    pub name: String,
    /// Offset in seconds before the first transition.
    pub initial_offset: i32,
    /// (UTC milliseconds from which it holds, offset in seconds), ascending.
    pub transitions: Vec<(i64, i32)>,
    /// UTC milliseconds from which the table says nothing: zone functions then deny with `state_unavailable`.
    pub horizon: i64,
}

/// A jump table on the text in a register. Each is used by one instruction alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Sorted by text: where to go on equality. Targets lie after the `Switch` instruction.
    pub cases: Vec<(StrId, u32)>,
    /// Where to go on any other text.
    pub default: u32,
    /// Where to go when the register holds no text (missing, null, another kind).
    pub missing: u32,
}
