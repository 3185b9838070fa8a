//! What each part of a program is in the file: its fields, in order, once for both ways. In and out: see [`super::wire`].
//!
//! A change here is a change of the format: raise [`super::encode::FORMAT_VERSION`].

use super::instr::{Instr, Op};
use super::memory::{
    CalendarUnit, Counting, Fact, FactKind, FactPart, FactRead, Label, LabelSet, Lasts, Limit, Scope, Slot16,
    Window,
};
use super::plan::{
    Key, ListCheck, Node, NodeId, NumberCheck, ObjectCheck, Plan, Rest, Role, StringCheck, Variant, Variants,
};
use super::pool::{Const, Pattern, PatternShape, StrId, Switch, Table, ViewCall, ZoneTable};
use super::redact::Redaction;
use super::wire::{Reader, Wire, WireError, wire_enum, wire_struct};
use super::{
    ApprovalTerms, Caps, Cost, Digest, Disclaimer, Effect, Learning, Number, PcSpan, Program, ReplyCode,
    Server, Source, SourceSpan, Statement, StatementKind, Tool,
};
use crate::number::Decimal;
use alloc::string::String;
use alloc::vec::Vec;

// The first five fields are the header: tools read them without the rest (`super::decode::Header`).
wire_struct!(Program {
    name: String,
    edition: u16,
    cost: Cost,
    caps: Caps,
    guardrails: Vec<Digest>,
    sources: Vec<Source>,
    servers: Vec<Server>,
    tools: Vec<Tool>,
    statements: Vec<Statement>,
    strings: Vec<String>,
    numbers: Vec<Number>,
    string_sets: Vec<Vec<StrId>>,
    number_sets: Vec<Vec<Decimal>>,
    patterns: Vec<Pattern>,
    tables: Vec<Table>,
    views: Vec<ViewCall>,
    cidrs: Vec<StrId>,
    zones: Vec<ZoneTable>,
    switches: Vec<Switch>,
    facts: Vec<Fact>,
    fact_reads: Vec<FactRead>,
    labels: Vec<Label>,
    label_sets: Vec<LabelSet>,
    limits: Vec<Limit>,
    redactions: Vec<Redaction>,
    disclaimers: Vec<Disclaimer>,
    reply: Option<ReplyCode>,
    plan: Plan,
    principal: NodeId,
    session: NodeId,
    host_registers: u16,
    now: Option<u16>,
    code: Vec<Instr>,
    spans: Vec<PcSpan>,
});
wire_struct!(Cost { constant: u64, linear: u64, quadratic: u64, cubic: u64 });
wire_struct!(Caps { bytes: u32, depth: u16, elements: u32, instructions: u64 });
wire_struct!(Source { path: String, digest: Digest, lines: Vec<u32> });
wire_struct!(SourceSpan { source: u16, start: u32, end: u32 });
wire_struct!(PcSpan { pc: u32, statement: u32, span: SourceSpan });
wire_struct!(Server { identity: String, alias: String, lock: Digest });
wire_struct!(Tool {
    server: u16,
    name: String,
    digest: Digest,
    args: NodeId,
    entry: u32,
    list_entry: u32,
    admit_entry: Option<u32>,
    learning: Option<Learning>,
    input: bool,
    registers: u16,
    memos: u16,
});
wire_struct!(Learning {
    result: NodeId,
    text: Option<u16>,
    entry: u32,
    shown_entry: Option<u32>,
    promised: bool,
});
wire_struct!(ReplyCode { text: Option<u16>, entry: u32, registers: u16, memos: u16 });
wire_struct!(Disclaimer { statement: u32, text: StrId });
wire_enum!(Effect { 0 => Allow, 1 => Ask, 2 => Deny });
wire_enum!(StatementKind {
    0 => Rule,
    1 => Arm,
    2 => Hide,
    3 => Limit,
    4 => Result,
    5 => Redact,
    6 => Reply,
    7 => Append,
});
wire_struct!(Statement {
    id: String,
    effect: Effect,
    kind: StatementKind,
    guardrail: bool,
    shadow: bool,
    because: String,
    span: SourceSpan,
    terms: Option<ApprovalTerms>,
});
wire_struct!(ApprovalTerms { from: Vec<String>, quorum: u32, within_ms: Option<u64> });

wire_struct!(StrId(u32));
wire_struct!(Pattern { source: String, shape: PatternShape });
wire_enum!(PatternShape {
    0 => Exact(text: StrId),
    1 => Prefix(text: StrId),
    2 => Suffix(text: StrId),
    3 => Contains(text: StrId),
    4 => PrefixSuffix(prefix: StrId, suffix: StrId),
    5 => Dfa(bytes: Vec<u8>),
});
wire_struct!(Table { keys: Vec<StrId>, values: Vec<Const> });
wire_enum!(Const { 0 => Bool(value: bool), 1 => Number(value: Number), 2 => Str(value: StrId) });
wire_struct!(ViewCall { view: u16, param: Option<StrId>, zone: Option<u16>, members: Vec<(u8, u16)> });
wire_struct!(ZoneTable { name: String, initial_offset: i32, transitions: Vec<(i64, i32)>, horizon: i64 });
wire_struct!(Switch { cases: Vec<(StrId, u32)>, default: u32, missing: u32 });

wire_enum!(Scope { 0 => Session, 1 => Principal, 2 => Everyone });
wire_struct!(Fact {
    id: String,
    slot: Slot16,
    scope: Scope,
    kind: FactKind,
    keys: u8,
    expires_ms: Option<u64>,
});
wire_enum!(FactKind { 0 => Value(fields: u8), 1 => Set, 2 => Counter });
wire_enum!(FactPart { 0 => Field(field: u8), 1 => LearnedAt, 2 => Known });
wire_struct!(FactRead { fact: u32, part: FactPart });
wire_struct!(Label { id: String, slot: Slot16, scope: Scope, sourced: bool });
wire_struct!(LabelSet { label: u32, lasts: Lasts });
wire_enum!(Lasts { 0 => Forever, 1 => Time(ms: u64), 2 => Calls(count: u32) });
wire_struct!(Limit {
    statement: u32,
    slot: Slot16,
    scope: Scope,
    keys: u8,
    max: Number,
    window: Window,
    counting: Counting,
    keeps_failures: bool,
});
wire_enum!(Window { 0 => Trailing(ms: u64), 1 => Session, 2 => Calendar(unit: CalendarUnit, zone: u16) });
wire_enum!(CalendarUnit { 0 => Hour, 1 => Day, 2 => Week, 3 => Month });
wire_enum!(Counting { 0 => Sum, 1 => Distinct });

wire_struct!(NodeId(u32));
wire_struct!(Plan {
    nodes: Vec<Node>,
    numbers: Vec<NumberCheck>,
    strings: Vec<StringCheck>,
    lists: Vec<ListCheck>,
    objects: Vec<ObjectCheck>,
});
wire_struct!(Node { kinds: u8, boolean: u8, capture: u16, number: u32, string: u32, list: u32, object: u32 });
wire_struct!(NumberCheck {
    integer: bool,
    min: Option<(Decimal, bool)>,
    max: Option<(Decimal, bool)>,
    multiple_of: Option<Decimal>,
    one_of: Vec<Decimal>,
});
wire_struct!(StringCheck {
    one_of: Option<u32>,
    min_length: u32,
    max_length: Option<u32>,
    patterns: Vec<u32>,
    role: Role,
    empty_is_absent: bool,
});
wire_enum!(Role { 0 => Text, 1 => Timestamp, 2 => Date, 3 => Duration });
wire_struct!(ListCheck { items: NodeId, stride: u16, min: u32, max: Option<u32>, unique: bool });
wire_struct!(ObjectCheck {
    keys: Vec<Key>,
    rest: Rest,
    min: u32,
    max: Option<u32>,
    names: Option<u32>,
    variants: Option<Variants>,
    entries: Option<(u16, u16)>,
});
wire_struct!(Key { name: StrId, node: NodeId, required: bool });
wire_enum!(Rest { 0 => Closed, 1 => Open, 2 => Map(node: NodeId) });
wire_struct!(Variants { tag: u32, cases: Vec<Variant> });
wire_struct!(Variant { value: StrId, required: Vec<u32>, allowed: Vec<u32> });

impl Wire for Decimal {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        self.units().write(out);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let start = reader.error("a decimal below 10^18");
        Self::from_units(i128::read(reader)?).ok_or(start)
    }
}

impl Wire for Instr {
    const MIN: usize = 16;
    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.op.code());
        out.push(self.flags);
        out.extend_from_slice(&self.a.to_le_bytes());
        for field in [self.b, self.c, self.target] {
            out.extend_from_slice(&field.to_le_bytes());
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let start = reader.error("an operation");
        let [code, flags] = reader.array()?;
        Ok(Self {
            op: Op::from_code(code).ok_or(start)?,
            flags,
            a: u16::from_le_bytes(reader.array()?),
            b: u32::from_le_bytes(reader.array()?),
            c: u32::from_le_bytes(reader.array()?),
            target: u32::from_le_bytes(reader.array()?),
        })
    }
}
