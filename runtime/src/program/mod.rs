//! The program: what a policy is compiled to. In: the compiler's emitter, or bytes (`decode`, then `verify`). Out: data that the
//! VM runs as it stands. Nothing here refers to source syntax; spans are a side table.
//!
//! A program is linked against its tool locks: every tool of every lock has an entry, and a tool without one is `unknown_tool`.

pub mod cost;
pub mod decode;
pub mod encode;
mod flow;
pub mod instr;
mod layout;
pub mod listing;
pub mod memory;
pub mod plan;
pub mod pool;
pub mod redact;
pub mod verify;
mod wire;

use crate::number::Decimal;
use alloc::string::String;
use alloc::vec::Vec;
use instr::Instr;
use memory::{Fact, FactRead, Label, LabelSet, Limit};
use plan::{NodeId, Plan};
use pool::{Pattern, StrId, Switch, Table, ViewCall, ZoneTable};
use redact::Redaction;

/// A 32-byte blake3 digest.
pub type Digest = [u8; 32];

/// An executable policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The root policy's name.
    pub name: String,
    /// Language edition, for example 2026.
    pub edition: u16,
    /// Bounds on requests; part of the program, so that two hosts cannot differ (semantics.md 10).
    pub caps: Caps,
    /// Worst-case cost of one decision.
    pub cost: Cost,
    /// Digests of the guardrails files compiled in (semantics.md 12), sorted.
    pub guardrails: Vec<Digest>,
    /// Source files that spans refer to.
    pub sources: Vec<Source>,
    /// Servers, sorted by identity.
    pub servers: Vec<Server>,
    /// Tools, sorted by (server index, name).
    pub tools: Vec<Tool>,
    /// Statements, sorted: guardrails first, then by id. The index is the statement's number.
    pub statements: Vec<Statement>,
    /// Text constants, sorted, without duplicates; [`StrId`] indexes it.
    pub strings: Vec<String>,
    /// Number constants; instructions index it.
    pub numbers: Vec<Number>,
    /// Sets of text: each sorted by text, without duplicates.
    pub string_sets: Vec<Vec<StrId>>,
    /// Sets of numbers: each sorted.
    pub number_sets: Vec<Vec<Decimal>>,
    /// Patterns (anchored or search), each a serialized sparse DFA or a simple shape.
    pub patterns: Vec<Pattern>,
    /// Constant tables (`let allowance = { "gold": 3 }`).
    pub tables: Vec<Table>,
    /// Calls of typed views.
    pub views: Vec<ViewCall>,
    /// Address blocks, canonical text such as `10.0.0.0/8` (parsed once at load).
    pub cidrs: Vec<StrId>,
    /// Time zones used, with their transitions up to a stated horizon (semantics.md 52).
    pub zones: Vec<ZoneTable>,
    /// Jump tables.
    pub switches: Vec<Switch>,
    /// Facts, sorted by id.
    pub facts: Vec<Fact>,
    /// Parts of facts that conditions read.
    pub fact_reads: Vec<FactRead>,
    /// Labels, sorted by id.
    pub labels: Vec<Label>,
    /// Labels as calls set them.
    pub label_sets: Vec<LabelSet>,
    /// Limits, in the order of their statements.
    pub limits: Vec<Limit>,
    /// Redactions, in the order of their statements.
    pub redactions: Vec<Redaction>,
    /// Disclaimers, in the order of their statements.
    pub disclaimers: Vec<Disclaimer>,
    /// What judges replies, if anything does.
    pub reply: Option<ReplyCode>,
    /// Validation and extraction plans.
    pub plan: Plan,
    /// Plan of the host's principal object.
    pub principal: NodeId,
    /// Plan of the host's session object.
    pub session: NodeId,
    /// Registers `0..host_registers` are filled from principal and session (and hold for every tool); the next ones belong to the tool.
    pub host_registers: u16,
    /// Register that holds the time in UTC milliseconds, if any statement reads it; below `host_registers`.
    pub now: Option<u16>,
    /// All code; tools point into it.
    pub code: Vec<Instr>,
    /// Which source text each instruction came from: sorted by `pc`; an entry holds up to the next one.
    pub spans: Vec<PcSpan>,
}

/// A place in a source file, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'p> {
    /// Path relative to the root policy's directory.
    pub path: &'p str,
    /// Line, from 1.
    pub line: usize,
    /// Byte within the line, from 1.
    pub column: usize,
}

impl core::fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl Program {
    /// Where a span begins; `None` if it is in no source of this program.
    #[must_use]
    pub fn position(&self, span: SourceSpan) -> Option<Position<'_>> {
        let source = self.sources.get(usize::from(span.source))?;
        let line = source.lines.partition_point(|start| *start <= span.start);
        let start = line.checked_sub(1).and_then(|index| source.lines.get(index))?;
        let column = usize::try_from(span.start.checked_sub(*start)?).ok()?.saturating_add(1);
        Some(Position { path: &source.path, line, column })
    }
}

/// A number constant: units of 10⁻⁹, wider than [`Decimal`] since it may be a coefficient or a cleared fraction.
pub type Number = i128;

/// Bounds on one request. Exceeding one is `bad_request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Bytes of the arguments, and of each host value.
    pub bytes: u32,
    /// Nesting of arrays and objects.
    pub depth: u16,
    /// Elements of arrays and members of objects, counted over the whole value.
    pub elements: u32,
    /// Instructions per decision; beyond is `budget_exceeded`.
    pub instructions: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { bytes: 4 << 20, depth: 64, elements: 1_000_000, instructions: 50_000_000 }
    }
}

/// Worst-case instructions for a request of n bytes: `constant + linear·n + quadratic·n² + cubic·n³`, saturating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Instructions outside loops.
    pub constant: u64,
    /// Instructions in loops over one list, per byte.
    pub linear: u64,
    /// In doubly nested loops.
    pub quadratic: u64,
    /// In triply nested loops.
    pub cubic: u64,
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the root policy's directory, with `/`.
    pub path: String,
    /// Digest of its text.
    pub digest: Digest,
    /// Byte offsets at which lines start; the first is 0.
    pub lines: Vec<u32>,
}

/// A range of source bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SourceSpan {
    /// Index into [`Program::sources`].
    pub source: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// An entry of the span table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PcSpan {
    /// First instruction it holds for.
    pub pc: u32,
    /// The statement being evaluated, or `u32::MAX`.
    pub statement: u32,
    /// The condition's text.
    pub span: SourceSpan,
}

/// A server that tools are pinned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its identity, from the lock.
    pub identity: String,
    /// The root policy's spelling of it; empty if only a guardrails file imports it.
    pub alias: String,
    /// Digest of the lock's contents.
    pub lock: Digest,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Index into [`Program::servers`].
    pub server: u16,
    /// Exact name.
    pub name: String,
    /// Digest of the locked definition, compared with the live one.
    pub digest: Digest,
    /// Plan of its arguments: an object node.
    pub args: NodeId,
    /// First instruction of its decision code. Equal code is shared by tools.
    pub entry: u32,
    /// First instruction of its listing code: reads principal registers alone. `Match` of a deny: hidden for this principal;
    /// otherwise `Match` of an ask or allow: listed; neither: not listed.
    pub list_entry: u32,
    /// First instruction of what happens when a call is admitted: labels set, counters charged, keys that its outcome decides.
    pub admit_entry: Option<u32>,
    /// What a call's result teaches.
    pub learning: Option<Learning>,
    /// A call may have later rounds, in which an agent answers what the server asked (`accept input on`).
    pub input: bool,
    /// Registers used, host registers included; at most [`instr::MAX_REGISTERS`].
    pub registers: u16,
    /// Memo cells used.
    pub memos: u16,
}

/// What a call's result teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Learning {
    /// Plan of the result: one that it does not accept teaches nothing.
    pub result: NodeId,
    /// Register of the result's plain text, if it is read.
    pub text: Option<u16>,
    /// First instruction of what a success teaches.
    pub entry: u32,
    /// First instruction of what happens with any outcome that has a result or an error to show: labels whose condition reads the
    /// result are set, and `Match` of a result rule withholds it, of a redaction redacts it.
    pub shown_entry: Option<u32>,
    /// The server itself promises what the plan says (its `outputSchema`), so what is shown of it must still fit.
    pub promised: bool,
}

/// The code that judges the host's own replies: `Match` of a reply rule denies, of a disclaimer appends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyCode {
    /// Register of the reply's text, if it is read.
    pub text: Option<u16>,
    /// First instruction.
    pub entry: u32,
    /// Registers used, host registers included; at most [`instr::MAX_REGISTERS`].
    pub registers: u16,
    /// Memo cells used.
    pub memos: u16,
}

/// `append NAME on reply: "text"`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclaimer {
    /// Its statement.
    pub statement: u32,
    /// What is appended.
    pub text: pool::StrId,
}

/// What a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `allow`
    Allow,
    /// `ask`
    Ask,
    /// `deny`, and `hide`.
    Deny,
}

/// The form of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementKind {
    /// `rule`
    Rule,
    /// An arm of a `decide`.
    Arm,
    /// `hide`
    Hide,
    /// `limit`: its effect is what it adds when it is exceeded.
    Limit,
    /// `rule … deny result of`: withholds a result.
    Result,
    /// `redact`: takes something out of a result.
    Redact,
    /// `rule … deny reply`: the host's own text does not go out.
    Reply,
    /// `append … on reply`: adds a disclaimer to the host's own text.
    Append,
}

impl StatementKind {
    /// Its word in the language, or of what it is a part.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Arm => "arm",
            Self::Hide => "hide",
            Self::Limit => "limit",
            Self::Result => "result rule",
            Self::Redact => "redact",
            Self::Reply => "reply rule",
            Self::Append => "append",
        }
    }

    /// It takes part in decisions on calls.
    #[must_use]
    pub const fn decides_calls(self) -> bool {
        matches!(self, Self::Rule | Self::Arm | Self::Hide | Self::Limit)
    }
}

/// A statement that can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Qualified id: `refunds.small`; of a guardrails file: `org_security/no_delete` (file stem, slash, id).
    pub id: String,
    /// Its effect.
    pub effect: Effect,
    /// Its form.
    pub kind: StatementKind,
    /// Comes from a guardrails file: restricts, never grants.
    pub guardrail: bool,
    /// Evaluated and reported, never decisive.
    pub shadow: bool,
    /// The author's `because`, or empty.
    pub because: String,
    /// Where it stands.
    pub span: SourceSpan,
    /// Terms of an `ask`.
    pub terms: Option<ApprovalTerms>,
}

impl Statement {
    /// What of it decides.
    #[must_use]
    pub const fn head(&self) -> StatementHead {
        StatementHead { effect: self.effect, guardrail: self.guardrail, shadow: self.shadow }
    }
}

/// What of a statement decides; the rest explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementHead {
    /// Its effect.
    pub effect: Effect,
    /// Comes from a guardrails file: restricts, never grants.
    pub guardrail: bool,
    /// Evaluated and reported, never decisive.
    pub shadow: bool,
}

/// Terms of an `ask` (semantics.md 44).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalTerms {
    /// Who may approve; sorted, at least one.
    pub from: Vec<String>,
    /// How many distinct approvers; at least 1.
    pub quorum: u32,
    /// Milliseconds from request to use.
    pub within_ms: Option<u64>,
}
