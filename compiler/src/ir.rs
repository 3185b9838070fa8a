//! The decision IR: what each tool's program decides, in two-valued conditions. In: the typed tree (`lower`). Out: read by
//! `emit`, by `print` and, later, by the analyzer.
//!
//! The three-valued conditions of the language are gone: each statement is lowered for the polarity that it needs (semantics.md
//! section 0), so a [`Cond`] is plain Boolean structure over [`Test`]s that say themselves what they make of unknown. Negation
//! is pushed into the tests. What is evaluated is a tree, short-circuit from left to right; jumps and registers come in `emit`.
//!
//! Places are captured ([`Offset::Captured`]): the tree of places that a tool's conditions read (`captures`) becomes its extraction plan.

pub mod captures;
pub mod cond;
pub mod error;
pub mod listing;
pub mod lower;
pub mod pattern;
pub mod print;
pub mod share;
pub mod views;
pub mod visit;

use crate::typed::{CivilPart, Const};
use captures::Place;
use pattern::Compiled;
use policyc_grammar::source::Span;
use policyc_runtime::program::instr::Compare;
use policyc_runtime::program::memory::{FactPart, Lasts};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A text's place in its item. Never part of a comparison: equal conditions at different places are equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct At(pub Span);

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

impl Hash for At {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// What can match on one tool, by phase: all units with a deny, then those with an ask, then the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolIr {
    /// Rules and hides that deny, and decides with a deny arm.
    pub denies: Vec<Unit>,
    /// Rules that ask, and decides with an ask arm but no deny arm.
    pub asks: Vec<Unit>,
    /// Everything else.
    pub allows: Vec<Unit>,
    /// What its calls count towards and change.
    pub memory: MemoryIr,
}

/// What the calls of one tool count towards and change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryIr {
    /// Limits, in the order of their statements.
    pub limits: Vec<LimitIr>,
    /// When a call is admitted.
    pub admit: Vec<ActionIr>,
    /// When it succeeded.
    pub learn: Vec<ActionIr>,
    /// Before any of its result is shown.
    pub shown: Vec<ActionIr>,
}

/// A limit that counts the tool's calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitIr {
    /// Index into [`crate::typed::Policy::limits`].
    pub limit: u32,
    /// Its statement.
    pub statement: u32,
    /// It counts the call.
    pub when: Cond,
    /// Its keys.
    pub keys: Vec<Value>,
    /// How much a call counts × 10^places.
    pub amount: (Value, u8),
}

/// A change of what is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionIr {
    /// Only where the condition holds.
    When(Cond, Vec<ActionIr>),
    /// For every element of a list.
    Loop {
        /// Depth of the element's frame.
        depth: u8,
        /// The list.
        list: Value,
        /// What to do with each.
        body: Vec<ActionIr>,
    },
    /// A label is set.
    SetLabel(u32, Lasts),
    /// What is known under the key depends on the outcome.
    Pend(u32, Vec<Value>),
    /// A counter grows by the amount × 10^-places.
    Tally(u32, Vec<Value>, (Value, u8)),
    /// A fact's fields become known.
    Learn(u32, Vec<Value>, Vec<Value>),
    /// A fact becomes unknown.
    Unlearn(u32, Vec<Value>),
    /// A value joins a set.
    Join(u32, Vec<Value>, Value),
    /// A fact is no longer known.
    Forget(u32, Vec<Value>),
    /// A statement about what is shown holds.
    Match(u32),
}

/// A part of a fact under its keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FactValue {
    /// Index into [`crate::typed::Policy::facts`].
    pub fact: u32,
    /// Its keys.
    pub keys: Vec<Value>,
    /// Which part.
    pub part: FactPart,
}

/// A rule, or the arms of a decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its arms, in order; a rule has one. After the first that matches the others are not looked at.
    pub arms: Vec<Arm>,
}

/// A statement and when it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Index into [`crate::typed::Policy::statements`].
    pub statement: u32,
    /// It matches: of an allow, its condition is true; of the others, not false.
    pub matches: Cond,
    /// Of an ask of the policy: its condition is true. `None` where that is never asked for.
    pub grants: Option<Cond>,
    /// Some zone's table is read, so evaluating the condition may deny by itself.
    pub reads_zone: bool,
}

/// A two-valued condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cond {
    /// Always or never.
    Const(bool),
    /// All hold; evaluated in order until one does not. Never empty, never nested directly.
    All(Vec<Cond>),
    /// One holds; evaluated in order until one does. Never empty, never nested directly.
    Any(Vec<Cond>),
    /// A single test.
    Test(Test),
    /// Over the elements of a list.
    Loop(Box<Loop>),
    /// The value is computed once, and known in the condition as [`Value::Local`] of that number.
    Let(u32, Box<Value>, Box<Cond>),
}

/// A test and what becomes of its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Test {
    /// What is tested.
    pub kind: TestKind,
    /// True and false are swapped.
    pub negate: bool,
    /// What unknown counts as, after that.
    pub unknown: Unknown,
    /// The condition's text.
    pub at: At,
}

/// What unknown counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// It cannot arise here.
    Never,
    /// False: where a grant reads.
    False,
    /// True: where a restriction reads.
    True,
}

/// `any` (or `all`) over the elements of a list; over no list or an empty one `any` fails and `all` holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loop {
    /// `all` rather than `any`.
    pub all: bool,
    /// Depth of the element's frame.
    pub depth: u8,
    /// The list.
    pub list: Value,
    /// Of a `zip`: the second list, its frame one deeper; the lengths are equal.
    pub zip: Option<Value>,
    /// The condition on the element.
    pub body: Cond,
    /// The quantifier's text.
    pub at: At,
}

/// What is tested: the tests of the instruction set, with values for registers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TestKind {
    /// Present and not null.
    Present(Value),
    /// Present and null.
    IsNull(Value),
    /// Of one of these kinds.
    IsKind(Value, u32),
    /// The boolean `true`.
    IsTrue(Value),
    /// Text equals.
    EqText(Value, Arc<str>),
    /// Number against a constant in units of 10⁻⁹.
    CompareNumber(Value, Compare, i128),
    /// Two scalars are equal.
    Equal(Value, Value),
    /// Two numbers in order.
    CompareValues(Value, Compare, Value),
    /// Text is one of these, sorted.
    InTexts(Value, Vec<Arc<str>>),
    /// Number is one of these, sorted, in units of 10⁻⁹.
    InNumbers(Value, Vec<i128>),
    /// An element (at offset 0) equals the text.
    ListHasText(Value, Arc<str>),
    /// An element (at offset 0) equals the number.
    ListHasNumber(Value, i128),
    /// An element (at offset 0) equals the scalar.
    ListHas(Value, Value),
    /// Text starts with.
    StartsWith(Value, Value),
    /// Text ends with.
    EndsWith(Value, Value),
    /// Text contains.
    Contains(Value, Value),
    /// The second text occurs in the first as whole words.
    Mentions(Value, Value),
    /// A pattern matches text.
    Matches(Value, Arc<Compiled>),
    /// A path is under a root.
    Under(Value, Arc<str>),
    /// An address is in a block.
    InCidr(Value, Arc<str>),
    /// Every element (at offset 0) is one of these texts, sorted.
    SubsetTexts(Value, Vec<Arc<str>>),
    /// Every element (at offset 0) equals one of the second list.
    Subset(Value, Value),
    /// Two lists have the same number of elements.
    SameLength(Value, Value),
    /// The label is set.
    HasLabel(u32),
    /// The scalar is in the set that the fact holds under these keys.
    InSet(Value, u32, Vec<Value>),
}

/// A place in a value that was captured, or in the frame of a list's element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offset {
    /// What stands at the captured place.
    Captured(Place),
    /// The members of the map at the captured place, as a list of entries.
    Entries(Place),
    /// A fixed offset: the key of an entry (0), or a field of a view's record.
    Fixed(u16),
}

/// A value, or nothing where it cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing.
    Missing,
    /// A constant.
    Const(Const),
    /// The time of the decision.
    Now,
    /// A captured value outside of lists.
    Plain(Offset),
    /// Part of the element that the loop of this depth stands on.
    Element(u8, Offset),
    /// What a [`Cond::Let`] computed.
    Local(u32),
    /// The first, or the second where the first is missing or null.
    Coalesce(Box<Value>, Box<Value>),
    /// One of two.
    Choose(Box<Cond>, Box<Value>, Box<Value>),
    /// Σ coefficient × value + constant, in units of 10⁻⁹.
    Linear(Vec<(i64, Value)>, i128),
    /// Code points.
    Length(Box<Value>),
    /// ASCII lower case.
    Lower(Box<Value>),
    /// Elements of a list.
    Count(Box<Value>),
    /// A count or sum over elements.
    Fold(Box<Fold>),
    /// Part of the first element.
    First(Box<Value>, Offset),
    /// Part of the last element.
    Last(Box<Value>, Offset),
    /// A constant table under a text key, its entries sorted.
    Table(Arc<Vec<(Arc<str>, Const)>>, Box<Value>),
    /// Part of the entry (of a list of entries) under a text key.
    MapGet {
        /// The list of entries.
        entries: Box<Value>,
        /// The key.
        key: Box<Value>,
        /// The part.
        part: Offset,
    },
    /// Civil time in a zone.
    Civil(CivilPart, Box<Value>, Arc<str>),
    /// A member of a view.
    View(Box<ViewMember>),
    /// A part of a fact.
    Fact(Box<FactValue>),
    /// The plain text of the result.
    ResultText,
}

/// A member of a view of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ViewMember {
    /// The view, its parameter and its text.
    pub call: ViewCall,
    /// Stable number of the member.
    pub member: u8,
}

/// A view of a text, all members at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ViewCall {
    /// Stable number of the view.
    pub view: u16,
    /// Constant parameter.
    pub param: Option<Arc<str>>,
    /// The text.
    pub subject: Value,
}

/// A number accumulated over elements: missing unless the lists are there and every step has a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fold {
    /// The lists are there.
    pub present: Cond,
    /// What is gone through, in order.
    pub parts: Vec<FoldPart>,
}

/// A part of a [`Fold`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FoldPart {
    /// Every element of a list.
    Loop {
        /// Depth of the element's frame.
        depth: u8,
        /// The list.
        list: Value,
        /// What to do with each.
        body: Vec<FoldPart>,
    },
    /// Only where the condition holds.
    When(Cond, Vec<FoldPart>),
    /// One element.
    Once(Step),
}

/// What to do with one element of a [`Fold`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Count it if its condition is true; if that is unknown, the whole has no value.
    Count(Box<Counted>),
    /// Add Σ coefficient × value + constant.
    Add(Vec<(i64, Value)>, i128),
}

/// A condition for both polarities.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    /// It is true.
    pub yes: Cond,
    /// It is not false.
    pub maybe: Cond,
}
