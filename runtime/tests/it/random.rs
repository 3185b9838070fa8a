//! Programs without rhyme or reason, for laws that hold for any program. In: a seed. Out: a program that no verifier accepts.

use policyc_runtime::number::Decimal;
use policyc_runtime::program::instr::{Instr, Op};
use policyc_runtime::program::memory::{
    CalendarUnit, Counting, Fact, FactKind, FactPart, FactRead, Label, LabelSet, Lasts, Limit, Scope, Slot16,
    Window,
};
use policyc_runtime::program::plan::*;
use policyc_runtime::program::pool::*;
use policyc_runtime::program::redact::{self, PatternId, Redaction, Step};
use policyc_runtime::program::*;

/// Numbers from a seed (splitmix64).
pub(crate) struct Source(pub(crate) u64);

impl Source {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn flag(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// Of any size, small ones often.
    fn number(&mut self) -> u64 {
        let bits = self.below(65) as u32;
        self.next().checked_shr(64 - bits).unwrap_or(0)
    }

    fn u32(&mut self) -> u32 {
        self.number() as u32
    }

    fn u16(&mut self) -> u16 {
        self.number() as u16
    }

    fn wide(&mut self) -> i128 {
        let wide = (u128::from(self.number()) << 64) | u128::from(self.number());
        if self.flag() { wide as i128 } else { i128::from(self.number() as i64) }
    }

    fn decimal(&mut self) -> Decimal {
        Decimal::from_units(self.wide() % policyc_runtime::number::LIMIT).unwrap()
    }

    fn text(&mut self) -> String {
        let length = self.below(6);
        (0..length).map(|_| ['a', 'B', '0', ' ', 'é', '"', '😀'][self.below(7)]).collect()
    }

    fn digest(&mut self) -> Digest {
        core::array::from_fn(|_| self.next() as u8)
    }

    fn span(&mut self) -> SourceSpan {
        SourceSpan { source: self.u16(), start: self.u32(), end: self.u32() }
    }

    fn vec<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.below(4);
        (0..length).map(|_| item(self)).collect()
    }

    fn option<T>(&mut self, item: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| item(self))
    }

    fn id(&mut self) -> StrId {
        StrId(self.u32())
    }

    fn slot(&mut self) -> Slot16 {
        self.wide().to_le_bytes()
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.u32())
    }
}

/// A program of nothing but well-formed parts.
pub(crate) fn program(seed: u64) -> Program {
    let s = &mut Source(seed);
    Program {
        name: s.text(),
        edition: s.u16(),
        caps: Caps { bytes: s.u32(), depth: s.u16(), elements: s.u32(), instructions: s.number() },
        cost: Cost { constant: s.number(), linear: s.number(), quadratic: s.number(), cubic: s.number() },
        guardrails: s.vec(Source::digest),
        sources: s.vec(|s| policyc_runtime::program::Source {
            path: s.text(),
            digest: s.digest(),
            lines: s.vec(Source::u32),
        }),
        servers: s.vec(|s| Server { identity: s.text(), alias: s.text(), lock: s.digest() }),
        tools: s.vec(tool),
        statements: s.vec(statement),
        strings: s.vec(Source::text),
        numbers: s.vec(Source::wide),
        string_sets: s.vec(|s| s.vec(Source::id)),
        number_sets: s.vec(|s| s.vec(Source::decimal)),
        patterns: s.vec(|s| Pattern { source: s.text(), shape: shape(s) }),
        tables: s.vec(|s| Table { keys: s.vec(Source::id), values: s.vec(constant) }),
        views: s.vec(|s| ViewCall {
            view: s.u16(),
            param: s.option(Source::id),
            zone: s.option(Source::u16),
            members: s.vec(|s| (s.next() as u8, s.u16())),
        }),
        cidrs: s.vec(Source::id),
        zones: s.vec(|s| ZoneTable {
            name: s.text(),
            initial_offset: s.number() as i32,
            transitions: s.vec(|s| (s.number() as i64, s.next() as i32)),
            horizon: s.next() as i64,
        }),
        redactions: s.vec(redaction),
        disclaimers: s.vec(|s| Disclaimer { statement: s.u32(), text: s.id() }),
        reply: s.option(|s| ReplyCode {
            text: s.option(Source::u16),
            entry: s.u32(),
            registers: s.u16(),
            memos: s.u16(),
        }),
        switches: s.vec(|s| Switch {
            cases: s.vec(|s| (s.id(), s.u32())),
            default: s.u32(),
            missing: s.u32(),
        }),
        facts: s.vec(fact),
        fact_reads: s.vec(|s| FactRead {
            fact: s.u32(),
            part: [FactPart::Field(s.next() as u8), FactPart::LearnedAt, FactPart::Known][s.below(3)],
        }),
        labels: s.vec(|s| Label { id: s.text(), slot: s.slot(), scope: scope(s), sourced: s.flag() }),
        label_sets: s.vec(|s| LabelSet {
            label: s.u32(),
            lasts: [Lasts::Forever, Lasts::Time(s.number()), Lasts::Calls(s.u32())][s.below(3)],
        }),
        limits: s.vec(limit),
        plan: plan(s),
        principal: s.node(),
        session: s.node(),
        host_registers: s.u16(),
        now: s.option(Source::u16),
        code: s.vec(|s| Instr {
            op: Op::ALL[s.below(Op::ALL.len())],
            flags: s.next() as u8,
            a: s.u16(),
            b: s.u32(),
            c: s.u32(),
            target: s.u32(),
        }),
        spans: s.vec(|s| PcSpan { pc: s.u32(), statement: s.u32(), span: s.span() }),
    }
}

fn tool(s: &mut Source) -> Tool {
    Tool {
        server: s.u16(),
        name: s.text(),
        digest: s.digest(),
        args: s.node(),
        entry: s.u32(),
        list_entry: s.u32(),
        admit_entry: s.option(Source::u32),
        input: s.flag(),
        learning: s.option(|s| Learning {
            result: s.node(),
            text: s.option(Source::u16),
            entry: s.u32(),
            shown_entry: s.option(Source::u32),
            promised: s.flag(),
        }),
        registers: s.u16(),
        memos: s.u16(),
    }
}

fn redaction(s: &mut Source) -> Redaction {
    Redaction {
        statement: s.u32(),
        id: s.text(),
        guardrail: s.flag(),
        paths: s.vec(|s| {
            let steps = s.vec(|s| match s.below(3) {
                0 => Step::Key(s.id()),
                1 => Step::Deep(s.id()),
                _ => Step::Every,
            });
            redact::Path(steps)
        }),
        patterns: s.vec(|s| PatternId(s.u32())),
        marker: s.id(),
        keep_images: s.flag(),
    }
}

fn scope(s: &mut Source) -> Scope {
    [Scope::Session, Scope::Principal, Scope::Everyone][s.below(3)]
}

fn fact(s: &mut Source) -> Fact {
    Fact {
        id: s.text(),
        slot: s.slot(),
        scope: scope(s),
        kind: [FactKind::Value(s.next() as u8), FactKind::Set, FactKind::Counter][s.below(3)],
        keys: s.next() as u8,
        expires_ms: s.option(Source::number),
    }
}

fn limit(s: &mut Source) -> Limit {
    let units = [CalendarUnit::Hour, CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month];
    Limit {
        statement: s.u32(),
        slot: s.slot(),
        scope: scope(s),
        keys: s.next() as u8,
        max: s.wide(),
        window: [Window::Trailing(s.number()), Window::Session, Window::Calendar(units[s.below(4)], s.u16())]
            [s.below(3)],
        counting: [Counting::Sum, Counting::Distinct][s.below(2)],
        keeps_failures: s.flag(),
    }
}

fn statement(s: &mut Source) -> Statement {
    Statement {
        id: s.text(),
        effect: [Effect::Allow, Effect::Ask, Effect::Deny][s.below(3)],
        kind: [
            StatementKind::Rule,
            StatementKind::Arm,
            StatementKind::Hide,
            StatementKind::Limit,
            StatementKind::Result,
            StatementKind::Redact,
            StatementKind::Reply,
            StatementKind::Append,
        ][s.below(8)],
        guardrail: s.flag(),
        shadow: s.flag(),
        because: s.text(),
        span: s.span(),
        terms: s.option(|s| ApprovalTerms {
            from: s.vec(Source::text),
            quorum: s.u32(),
            within_ms: s.option(Source::number),
        }),
    }
}

fn shape(s: &mut Source) -> PatternShape {
    match s.below(6) {
        0 => PatternShape::Exact(s.id()),
        1 => PatternShape::Prefix(s.id()),
        2 => PatternShape::Suffix(s.id()),
        3 => PatternShape::Contains(s.id()),
        4 => PatternShape::PrefixSuffix(s.id(), s.id()),
        _ => PatternShape::Dfa(s.vec(|s| s.next() as u8)),
    }
}

fn constant(s: &mut Source) -> Const {
    match s.below(3) {
        0 => Const::Bool(s.flag()),
        1 => Const::Number(s.wide()),
        _ => Const::Str(s.id()),
    }
}

fn plan(s: &mut Source) -> Plan {
    Plan {
        nodes: s.vec(|s| Node {
            kinds: s.next() as u8,
            boolean: s.next() as u8,
            capture: s.u16(),
            number: s.u32(),
            string: s.u32(),
            list: s.u32(),
            object: s.u32(),
        }),
        numbers: s.vec(|s| NumberCheck {
            integer: s.flag(),
            min: s.option(|s| (s.decimal(), s.flag())),
            max: s.option(|s| (s.decimal(), s.flag())),
            multiple_of: s.option(Source::decimal),
            one_of: s.vec(Source::decimal),
        }),
        strings: s.vec(|s| StringCheck {
            one_of: s.option(Source::u32),
            min_length: s.u32(),
            max_length: s.option(Source::u32),
            patterns: s.vec(Source::u32),
            role: [Role::Text, Role::Timestamp, Role::Date, Role::Duration][s.below(4)],
            empty_is_absent: s.flag(),
        }),
        lists: s.vec(|s| ListCheck {
            items: s.node(),
            stride: s.u16(),
            min: s.u32(),
            max: s.option(Source::u32),
            unique: s.flag(),
        }),
        objects: s.vec(|s| ObjectCheck {
            keys: s.vec(|s| Key { name: s.id(), node: s.node(), required: s.flag() }),
            rest: match s.below(3) {
                0 => Rest::Closed,
                1 => Rest::Open,
                _ => Rest::Map(s.node()),
            },
            min: s.u32(),
            max: s.option(Source::u32),
            names: s.option(Source::u32),
            variants: s.option(|s| Variants {
                tag: s.u32(),
                cases: s.vec(|s| Variant {
                    value: s.id(),
                    required: s.vec(Source::u32),
                    allowed: s.vec(Source::u32),
                }),
            }),
            entries: s.option(|s| (s.u16(), s.u16())),
        }),
    }
}
