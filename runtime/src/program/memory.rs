//! What a policy remembers: facts, labels and limits, as tables of the program. In: the emitter. Out: read by the VM, which looks them
//! up under keys, and by the gate, which writes what a call changes.
//!
//! Nothing of what is remembered is in the program: a table says what there can be and where it is kept ([`Slot16`]).

use super::Number;
use alloc::string::String;

/// Names what is remembered under one declaration: the first half of a digest over its qualified id and its signature, so that a
/// declaration that means something else starts afresh (semantics.md 38).
pub type Slot16 = [u8; 16];

/// Most keys of a fact or a limit.
pub const MAX_KEYS: u8 = 8;
/// Most fields of a fact.
pub const MAX_FIELDS: u8 = 32;

/// Whose a thing remembered is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One session's.
    Session,
    /// One principal's, over all sessions.
    Principal,
    /// Everyone's; keys tell things apart.
    Everyone,
}

/// What is known under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// Scalars, one per field; how many: 1 for a scalar.
    Value(u8),
    /// A set of scalars.
    Set,
    /// A number, 0 at first, charged when a call is admitted.
    Counter,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Qualified id.
    pub id: String,
    /// Where it is kept.
    pub slot: Slot16,
    /// Whose it is: never [`Scope::Everyone`].
    pub scope: Scope,
    /// What is known under a key.
    pub kind: FactKind,
    /// How many keys it has; at most [`MAX_KEYS`].
    pub keys: u8,
    /// Milliseconds after which it is forgotten.
    pub expires_ms: Option<u64>,
}

/// A part of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactRead {
    /// Index into [`super::Program::facts`].
    pub fact: u32,
    /// Which part.
    pub part: FactPart,
}

/// Which part of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactPart {
    /// A field of a value; 0 of a scalar and of a counter.
    Field(u8),
    /// When it was learned, in UTC milliseconds; missing if the host gave no time then.
    LearnedAt,
    /// `true`, whatever its fields are.
    Known,
}

/// A label: taint that only restricts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Qualified id.
    pub id: String,
    /// Where it is kept.
    pub slot: Slot16,
    /// Whose it is: never [`Scope::Everyone`].
    pub scope: Scope,
    /// Some tool sets it; otherwise the host does.
    pub sourced: bool,
}

/// A label set by a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet {
    /// Index into [`super::Program::labels`].
    pub label: u32,
    /// For how long.
    pub lasts: Lasts,
}

/// How long a label stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lasts {
    /// As long as its session or principal is remembered.
    Forever,
    /// Milliseconds.
    Time(u64),
    /// Admitted calls after the one that set it.
    Calls(u32),
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Its statement: the effect is what an exceeded limit adds.
    pub statement: u32,
    /// Where it is kept.
    pub slot: Slot16,
    /// Whose it is.
    pub scope: Scope,
    /// How many keys it has; at most [`MAX_KEYS`].
    pub keys: u8,
    /// How much at most, in units of 10⁻⁹.
    pub max: Number,
    /// Over which time.
    pub window: Window,
    /// What is counted.
    pub counting: Counting,
    /// A call that fails stays counted.
    pub keeps_failures: bool,
}

/// Over which time a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// Any interval of so many milliseconds.
    Trailing(u64),
    /// As long as its scope is remembered.
    Session,
    /// A civil hour, day, week (from Monday) or month in a zone: index into [`super::Program::zones`].
    Calendar(CalendarUnit, u16),
}

/// A unit of civil time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarUnit {
    /// An hour.
    Hour,
    /// A day: 23 to 25 hours.
    Day,
    /// Monday to Sunday.
    Week,
    /// A month.
    Month,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// Calls, or the sum of an amount per call.
    Sum,
    /// Distinct values.
    Distinct,
}
