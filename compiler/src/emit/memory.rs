//! What is remembered, to code. In: the memory IR of a tool. Out: its limits behind the statements, and the code that says what an
//! admission or a result changes.

use super::cond::Coder;
use crate::ir::{ActionIr, FactValue, LimitIr, Value};
use policyc_runtime::program::instr::{Instr, Op};
use policyc_runtime::program::memory::FactRead;

impl Coder<'_> {
    /// Every limit that counts the call.
    pub(super) fn limits(&mut self, limits: &[LimitIr]) {
        for limit in limits {
            self.begin(limit.statement);
            let (counts, end) = (self.asm.label(), self.asm.label());
            self.cond(&limit.when, counts, end, counts);
            self.asm.bind(counts);
            let before = self.next;
            let keys = self.run_of(&limit.keys);
            let amount = self.amount(&limit.amount);
            self.begin(limit.statement);
            self.asm.push(Op::Charge, amount, keys, limit.limit);
            self.next = before;
            self.asm.bind(end);
        }
    }

    /// Changes, one after the other.
    pub(super) fn actions(&mut self, actions: &[ActionIr]) {
        for action in actions {
            let before = self.next;
            self.action(action);
            self.next = before;
        }
    }

    fn action(&mut self, action: &ActionIr) {
        match action {
            ActionIr::When(condition, body) => {
                let (then, end) = (self.asm.label(), self.asm.label());
                self.cond(condition, then, end, then);
                self.asm.bind(then);
                self.actions(body);
                self.asm.bind(end);
            }
            ActionIr::Loop { depth, list, body } => {
                let list = self.operand(list);
                let (start, end) = (self.asm.label(), self.asm.label());
                let depth = u32::from(*depth);
                let enter = Instr { op: Op::Loop, flags: 0, a: list, b: depth, c: u32::MAX, target: 0 };
                self.asm.branch(enter, end);
                self.asm.bind(start);
                self.actions(body);
                let next = Instr { op: Op::Next, flags: 0, a: 0, b: depth, c: 0, target: 0 };
                self.asm.branch(next, start);
                self.asm.bind(end);
            }
            ActionIr::SetLabel(label, lasts) => {
                let set = self.pools.label_set(*label, *lasts);
                self.asm.push(Op::SetLabel, 0, 0, set);
            }
            ActionIr::Pend(fact, keys) => self.keyed(Op::Pend, 0, *fact, keys),
            ActionIr::Unlearn(fact, keys) => self.keyed(Op::Unlearn, 0, *fact, keys),
            ActionIr::Match(statement) => self.matched(*statement, 0),
            ActionIr::Forget(fact, keys) => self.keyed(Op::Forget, 0, *fact, keys),
            ActionIr::Tally(fact, keys, amount) => {
                let amount = self.amount(amount);
                self.keyed(Op::Tally, amount, *fact, keys);
            }
            ActionIr::Join(fact, keys, value) => {
                let value = self.operand(value);
                self.keyed(Op::Join, value, *fact, keys);
            }
            ActionIr::Learn(fact, keys, fields) => {
                let fields = u16::try_from(self.run_of(fields)).unwrap_or_default();
                self.keyed(Op::Learn, fields, *fact, keys);
            }
        }
    }

    fn keyed(&mut self, op: Op, a: u16, fact: u32, keys: &[Value]) {
        let keys = self.run_of(keys);
        self.asm.push(op, a, keys, fact);
    }

    /// Leaves the values in registers one after the other; returns the first, 0 if there are none.
    pub(super) fn run_of(&mut self, values: &[Value]) -> u32 {
        let registers: Vec<u16> = values.iter().map(|_| self.temporary()).collect();
        for (value, register) in values.iter().zip(&registers) {
            self.store(value, *register);
        }
        registers.first().copied().map_or(0, u32::from)
    }

    /// An amount whose fraction was cleared, in units again.
    fn amount(&mut self, (value, places): &(Value, u8)) -> u16 {
        if *places == 0 {
            return self.operand(value);
        }
        let register = self.temporary();
        self.store(value, register);
        self.asm.push(Op::Unscale, register, 0, u32::from(*places));
        register
    }

    /// A part of a fact, in a register of its own.
    pub(super) fn fact(&mut self, fact: &FactValue, to: u16) {
        let keys = self.run_of(&fact.keys);
        let read = self.pools.fact_read(FactRead { fact: fact.fact, part: fact.part });
        self.asm.push(Op::FactGet, to, keys, read);
    }
}
