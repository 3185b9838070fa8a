//! Conditions to code. In: the IR. Out: short-circuit tests that go to one of two labels, and fall through where they can.
//!
//! Temporaries are taken as on a stack: what a condition computes is free again once it is decided, save the lists of loops that
//! are still running and the members of shared views.

use super::asm::{Assembler, Label, opposite};
use super::layout::Layouts;
use super::pools::Pools;
use crate::ir::share::Shared;
use crate::ir::{At, Cond, Loop, Test, TestKind, Unknown, Value};
use crate::typed::{Const, Policy};
use policyc_grammar::source::Span;
use policyc_runtime::program::SourceSpan;
use policyc_runtime::program::instr::{Compare, Instr, NEGATE, Op, UNKNOWN_IS_TRUE};
use policyc_runtime::program::plan::KIND_STRING;

/// The code of one entry under construction.
#[derive(Debug)]
pub(super) struct Coder<'e> {
    pub(super) policy: &'e Policy,
    pub(super) layouts: &'e Layouts,
    pub(super) pools: &'e mut Pools,
    pub(super) shared: &'e Shared,
    pub(super) asm: Assembler,
    /// The statement being coded.
    pub(super) statement: u32,
    /// Registers of locals.
    pub(super) locals: Vec<u16>,
    /// First register for members of shared views.
    pub(super) shared_registers: u32,
    /// Next free register.
    pub(super) next: u32,
    /// Most registers used so far.
    pub(super) most: u32,
}

impl<'e> Coder<'e> {
    pub(super) fn new(
        policy: &'e Policy,
        layouts: &'e Layouts,
        pools: &'e mut Pools,
        shared: &'e Shared,
    ) -> Self {
        let shared_registers = u32::from(layouts.taken);
        let next = shared_registers.saturating_add(u32::from(shared.registers));
        let asm = Assembler::default();
        let locals = Vec::new();
        Self {
            policy,
            layouts,
            pools,
            shared,
            asm,
            statement: u32::MAX,
            locals,
            shared_registers,
            next,
            most: next,
        }
    }

    /// What follows belongs to this statement; `u32::MAX`: to none.
    pub(super) fn begin(&mut self, statement: u32) {
        self.statement = statement;
        match self.policy.statements.get(statement as usize) {
            Some(head) => self.asm.comes_from(statement, super::absolute(head.origin, head.span)),
            None => self.asm.comes_from(u32::MAX, SourceSpan::default()),
        }
    }

    /// What follows comes from this text of the statement.
    fn at(&mut self, at: At) {
        if at.0 == Span::default() {
            return;
        }
        if let Some(head) = self.policy.statements.get(self.statement as usize) {
            self.asm.comes_from(self.statement, super::absolute(head.origin, at.0));
        }
    }

    /// A free register.
    pub(super) fn temporary(&mut self) -> u16 {
        let register = self.next;
        self.next = register.saturating_add(1);
        self.most = self.most.max(self.next);
        // Past the last register the tool is refused as a whole.
        u16::try_from(register).unwrap_or(0)
    }

    /// Code that goes to `yes` or `no`, of which `next` is what follows it.
    pub(super) fn cond(&mut self, condition: &Cond, yes: Label, no: Label, next: Label) {
        let before = self.next;
        match condition {
            Cond::Const(value) => {
                let target = if *value { yes } else { no };
                if target != next {
                    self.asm.jump(target);
                }
            }
            Cond::All(parts) => self.chain(parts, next, |after| (after, no), (yes, no)),
            Cond::Any(parts) => self.chain(parts, next, |after| (yes, after), (yes, no)),
            Cond::Test(test) => self.test(test, yes, no, next),
            Cond::Loop(inner) => self.quantifier(inner, yes, no, next),
            Cond::Let(local, value, body) => {
                let register = self.operand(value);
                let index = usize::try_from(*local).unwrap_or(usize::MAX);
                self.locals.truncate(index);
                self.locals.push(register);
                self.cond(body, yes, no, next);
                self.locals.truncate(index);
            }
        }
        self.next = before;
    }

    /// Parts one after the other: all but the last go to the following one in one of the two cases.
    fn chain(
        &mut self,
        parts: &[Cond],
        next: Label,
        inner: impl Fn(Label) -> (Label, Label),
        (yes, no): (Label, Label),
    ) {
        let Some((last, parts)) = parts.split_last() else { return };
        for part in parts {
            let after = self.asm.label();
            let (yes, no) = inner(after);
            self.cond(part, yes, no, after);
            self.asm.bind(after);
        }
        self.cond(last, yes, no, next);
    }

    fn test(&mut self, test: &Test, yes: Label, no: Label, next: Label) {
        let flags = flags(test);
        match self.shared.of_test(&test.kind) {
            None => {
                self.at(test.at);
                let (instr, _) = self.instr(&test.kind);
                self.at(test.at);
                self.branch(instr, flags, test.unknown != Unknown::Never, (yes, no, next));
            }
            Some(cell) => self.shared_test(test, cell, yes, no),
        }
    }

    /// A test that is made at most once: its cell holds whether it is true, false or unknown.
    fn shared_test(&mut self, test: &Test, cell: u16, yes: Label, no: Label) {
        self.at(test.at);
        self.asm.memo_test(cell, flags(test), yes, no);
        let (instr, operand) = self.instr(&test.kind);
        self.at(test.at);
        let (is_false, unknown) = (self.asm.label(), self.asm.label());
        self.asm.branch(instr, is_false);
        self.remember(cell, 1, if test.negate { no } else { yes });
        self.asm.bind(is_false);
        let is_text =
            Instr { op: Op::IsKind, flags: 0, a: operand, b: 0, c: u32::from(KIND_STRING), target: 0 };
        self.asm.branch(is_text, unknown);
        self.remember(cell, 0, if test.negate { yes } else { no });
        self.asm.bind(unknown);
        self.remember(cell, 2, if test.unknown == Unknown::True { yes } else { no });
    }

    fn remember(&mut self, cell: u16, truth: u32, target: Label) {
        self.asm.push(Op::MemoSet, 0, truth, u32::from(cell));
        self.asm.jump(target);
    }

    /// A test that falls through to whichever label is next.
    fn branch(
        &mut self,
        instr: Instr,
        flags: u8,
        can_be_unknown: bool,
        (yes, no, next): (Label, Label, Label),
    ) {
        if no == next {
            self.asm.branch(Instr { flags: opposite(flags, can_be_unknown), ..instr }, yes);
            return;
        }
        self.asm.branch(Instr { flags, ..instr }, no);
        if yes != next {
            self.asm.jump(yes);
        }
    }

    fn quantifier(&mut self, inner: &Loop, yes: Label, no: Label, next: Label) {
        let Some((cell, opposite)) = self.shared.of_loop(inner) else {
            self.run_loop(inner, yes, no, next);
            return;
        };
        self.at(inner.at);
        self.asm.memo_test(cell, if opposite { NEGATE } else { 0 }, yes, no);
        let (holds, fails) = (self.asm.label(), self.asm.label());
        self.run_loop(inner, holds, fails, fails);
        self.asm.bind(fails);
        self.remember(cell, u32::from(opposite), no);
        self.asm.bind(holds);
        self.remember(cell, u32::from(!opposite), yes);
    }

    fn run_loop(&mut self, inner: &Loop, yes: Label, no: Label, next: Label) {
        let Loop { all, depth, list, zip, body, at } = inner;
        let list = self.operand(list);
        let second = zip.as_ref().map_or(u32::MAX, |list| u32::from(self.operand(list)));
        self.at(*at);
        let origin = self.asm.origin();
        let resets = self.shared.reset_in(inner.depth, zip.is_some(), &mut |each| each.cond(body));
        let (start, step, end) = (self.asm.label(), self.asm.label(), self.asm.label());
        let depth = u32::from(*depth);
        self.asm.branch(Instr { op: Op::Loop, flags: 0, a: list, b: depth, c: second, target: 0 }, end);
        self.asm.bind(start);
        self.forget(&resets);
        // `any` stops at the first element that satisfies the body, `all` at the first that does not.
        if *all {
            self.cond(body, step, no, step);
        } else {
            self.cond(body, yes, step, step);
        }
        self.asm.bind(step);
        self.asm.comes_from(origin.0, origin.1);
        self.asm.branch(Instr { op: Op::Next, flags: 0, a: 0, b: depth, c: 0, target: 0 }, start);
        self.asm.bind(end);
        let after = if *all { yes } else { no };
        if after != next {
            self.asm.jump(after);
        }
    }

    /// Views of the element are to be called anew.
    pub(super) fn forget(&mut self, cells: &[u16]) {
        for cell in cells {
            self.asm.push(Op::MemoSet, 0, 0, u32::from(*cell));
        }
    }

    /// The instruction of a test, its flags and target to be set; also its first operand.
    fn instr(&mut self, test: &TestKind) -> (Instr, u16) {
        let (op, a, b, c) = match test {
            TestKind::Present(a) => (Op::Present, self.operand(a), 0, 0),
            TestKind::IsNull(a) => (Op::IsNull, self.operand(a), 0, 0),
            TestKind::IsKind(a, kinds) => (Op::IsKind, self.operand(a), 0, *kinds),
            TestKind::IsTrue(a) => (Op::IsTrue, self.operand(a), 0, 0),
            TestKind::EqText(a, text) => (Op::EqString, self.operand(a), 0, self.pools.string(text)),
            TestKind::CompareNumber(a, op, number) => {
                (Op::CompareNumber, self.operand(a), compare(*op), self.pools.number(*number))
            }
            TestKind::Equal(a, b) => (Op::EqRegs, self.operand(a), self.second(b), 0),
            TestKind::CompareValues(a, op, b) => {
                (Op::CompareRegs, self.operand(a), self.second(b), compare(*op))
            }
            TestKind::InTexts(a, texts) => (Op::InStrings, self.operand(a), 0, self.pools.string_set(texts)),
            TestKind::InNumbers(a, numbers) => {
                (Op::InNumbers, self.operand(a), 0, self.pools.number_set(numbers))
            }
            TestKind::ListHasText(a, text) => {
                (Op::ListHasString, self.operand(a), 0, self.pools.string(text))
            }
            TestKind::ListHasNumber(a, number) => {
                (Op::ListHasNumber, self.operand(a), 0, self.pools.number(*number))
            }
            TestKind::ListHas(a, b) => (Op::ListHasReg, self.operand(a), self.second(b), 0),
            TestKind::StartsWith(a, b) => self.text_test(Op::StartsWith, Op::StartsWithReg, a, b),
            TestKind::EndsWith(a, b) => self.text_test(Op::EndsWith, Op::EndsWithReg, a, b),
            TestKind::Contains(a, b) => self.text_test(Op::Contains, Op::ContainsReg, a, b),
            TestKind::Mentions(a, b) => (Op::Mentions, self.operand(a), self.second(b), 0),
            TestKind::Matches(a, pattern) => (Op::Matches, self.operand(a), 0, self.pools.pattern(pattern)),
            TestKind::Under(a, root) => (Op::Under, self.operand(a), 0, self.pools.string(root)),
            TestKind::InCidr(a, block) => (Op::InCidr, self.operand(a), 0, self.pools.cidr(block)),
            TestKind::SubsetTexts(a, texts) => {
                (Op::SubsetStrings, self.operand(a), 0, self.pools.string_set(texts))
            }
            TestKind::Subset(a, b) => (Op::SubsetRegs, self.operand(a), self.second(b), 0),
            TestKind::HasLabel(label) => (Op::HasLabel, 0, 0, *label),
            TestKind::InSet(a, fact, keys) => {
                let keys = self.run_of(keys);
                (Op::InSet, self.operand(a), keys, *fact)
            }
            TestKind::SameLength(a, b) => (Op::SameLength, self.operand(a), self.second(b), 0),
        };
        (Instr { op, flags: 0, a, b, c, target: 0 }, a)
    }

    fn second(&mut self, value: &Value) -> u32 {
        u32::from(self.operand(value))
    }

    /// Text against a constant, or against a register.
    fn text_test(&mut self, constant: Op, register: Op, a: &Value, b: &Value) -> (Op, u16, u32, u32) {
        let first = self.operand(a);
        match b {
            Value::Const(Const::Text(text)) => (constant, first, 0, self.pools.string(text)),
            _ => (register, first, self.second(b), 0),
        }
    }
}

fn flags(test: &Test) -> u8 {
    let negate = if test.negate { NEGATE } else { 0 };
    if test.unknown == Unknown::True { negate | UNKNOWN_IS_TRUE } else { negate }
}

const fn compare(op: Compare) -> u32 {
    op as u32
}
