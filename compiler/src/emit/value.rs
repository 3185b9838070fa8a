//! Values to code. In: the IR. Out: instructions that leave the value in a register, or the register in which it stands already.

use super::cond::Coder;
use super::pools::View;
use crate::ir::{Fold, FoldPart, Step, Value, ViewMember, views};
use crate::typed::{CivilPart, Const};
use policyc_runtime::number::SCALE;
use policyc_runtime::program::instr::{Instr, Op, Reg};

impl Coder<'_> {
    /// A register that holds the value.
    pub(super) fn operand(&mut self, value: &Value) -> u16 {
        match value {
            Value::Plain(offset) => self.layouts.offset(*offset),
            Value::Element(depth, offset) => Reg::element(*depth, self.layouts.offset(*offset)).0,
            Value::Now => self.layouts.now.unwrap_or_default(),
            Value::Local(local) => {
                let local = usize::try_from(*local).unwrap_or(usize::MAX);
                self.locals.get(local).copied().unwrap_or_default()
            }
            Value::View(member) => self.member(member),
            Value::ResultText => self.layouts.text.unwrap_or_default(),
            Value::Missing
            | Value::Const(_)
            | Value::Coalesce(..)
            | Value::Choose(..)
            | Value::Linear(..)
            | Value::Length(_)
            | Value::Lower(_)
            | Value::Count(_)
            | Value::Fold(_)
            | Value::First(..)
            | Value::Last(..)
            | Value::Table(..)
            | Value::MapGet { .. }
            | Value::Civil(..)
            | Value::Fact(_) => {
                let register = self.temporary();
                self.store(value, register);
                register
            }
        }
    }

    /// Leaves the value in a register of its own. What is computed on the way is free again afterwards.
    pub(super) fn store(&mut self, value: &Value, to: u16) {
        let before = self.next;
        match value {
            Value::Missing => self.asm.push(Op::Clear, to, 0, 0),
            Value::Const(Const::Bool(value)) => self.asm.push(Op::LoadBool, to, 0, u32::from(*value)),
            Value::Const(Const::Number(number)) => {
                let number = self.pools.number(*number);
                self.asm.push(Op::LoadNumber, to, 0, number);
            }
            Value::Const(Const::Text(text)) => {
                let text = self.pools.string(text);
                self.asm.push(Op::LoadString, to, 0, text);
            }
            Value::Fact(fact) => self.fact(fact, to),
            Value::Plain(_)
            | Value::Element(..)
            | Value::Now
            | Value::Local(_)
            | Value::View(_)
            | Value::ResultText => {
                self.apply(Op::Move, to, value, 0);
            }
            Value::Coalesce(first, second) => {
                self.store(first, to);
                self.apply(Op::Coalesce, to, second, 0);
            }
            Value::Choose(condition, yes, no) => {
                let (then, otherwise, end) = (self.asm.label(), self.asm.label(), self.asm.label());
                self.cond(condition, then, otherwise, then);
                self.asm.bind(then);
                self.store(yes, to);
                self.asm.jump(end);
                self.asm.bind(otherwise);
                self.store(no, to);
                self.asm.bind(end);
            }
            Value::Linear(terms, constant) => {
                let constant = self.pools.number(*constant);
                self.asm.push(Op::LoadNumber, to, 0, constant);
                self.add(terms, 0, to);
            }
            Value::Length(text) => self.apply(Op::Length, to, text, 0),
            Value::Lower(text) => self.apply(Op::Lower, to, text, 0),
            Value::Count(list) => self.apply(Op::Count, to, list, 0),
            Value::Fold(fold) => self.fold(fold, to),
            Value::First(list, part) => {
                let part = u32::from(self.layouts.offset(*part));
                self.apply(Op::First, to, list, part);
            }
            Value::Last(list, part) => {
                let part = u32::from(self.layouts.offset(*part));
                self.apply(Op::Last, to, list, part);
            }
            Value::Table(table, key) => {
                let table = self.pools.table(table);
                self.apply(Op::TableGet, to, key, table);
            }
            Value::MapGet { entries, key, part } => {
                self.store(key, to);
                let part = u32::from(self.layouts.offset(*part));
                self.apply(Op::MapGet, to, entries, part);
            }
            Value::Civil(part, time, zone) => {
                let zone = self.pools.zone(zone);
                let op = match part {
                    CivilPart::Hour => Op::Hour,
                    CivilPart::Weekday => Op::Weekday,
                    CivilPart::Date => Op::CivilDate,
                };
                self.apply(op, to, time, zone);
            }
        }
        self.next = before;
    }

    /// `to` := the operation on another register.
    fn apply(&mut self, op: Op, to: u16, from: &Value, c: u32) {
        let from = u32::from(self.operand(from));
        self.asm.push(op, to, from, c);
    }

    /// Adds Σ coefficient × value + constant.
    fn add(&mut self, terms: &[(i64, Value)], constant: i128, to: u16) {
        for (coefficient, value) in terms {
            let before = self.next;
            let factor = self.pools.number(i128::from(*coefficient).saturating_mul(SCALE));
            self.apply(Op::AddScaled, to, value, factor);
            self.next = before;
        }
        if constant != 0 {
            let constant = self.pools.number(constant);
            self.asm.push(Op::AddNumber, to, 0, constant);
        }
    }

    /// The register of a view's member; the view is called first, unless it is shared and was called before.
    fn member(&mut self, member: &ViewMember) -> u16 {
        let ViewMember { call, member } = member;
        let zone = views::takes_zone(call.view);
        let view = |members| View { view: call.view, param: call.param.clone(), zone, members };
        let Some(shared) = self.shared.of_view(call).cloned() else {
            let register = self.temporary();
            let subject = u32::from(self.operand(&call.subject));
            let call = self.pools.view(view(vec![(*member, register)]));
            self.asm.push(Op::View, 0, subject, call);
            return register;
        };
        let first = self.shared_registers.saturating_add(u32::from(shared.first));
        let registers = (first..).map(|register| u16::try_from(register).unwrap_or_default());
        let members: Vec<(u8, u16)> = shared.members.iter().copied().zip(registers).collect();
        let place = members.iter().find(|(known, _)| known == member).map_or(0, |(_, register)| *register);
        let (done, anew) = (self.asm.label(), self.asm.label());
        self.asm.memo_test(shared.cell, 0, done, anew);
        self.asm.bind(anew);
        let before = self.next;
        let subject = u32::from(self.operand(&call.subject));
        self.next = before;
        let call = self.pools.view(view(members));
        self.asm.push(Op::View, 0, subject, call);
        self.asm.push(Op::MemoSet, 0, 1, u32::from(shared.cell));
        self.asm.bind(done);
        place
    }

    fn fold(&mut self, fold: &Fold, to: u16) {
        let (present, none, end) = (self.asm.label(), self.asm.label(), self.asm.label());
        self.cond(&fold.present, present, none, present);
        self.asm.bind(present);
        let zero = self.pools.number(0);
        self.asm.push(Op::LoadNumber, to, 0, zero);
        for part in &fold.parts {
            self.fold_part(part, to, none);
        }
        self.asm.jump(end);
        self.asm.bind(none);
        self.asm.push(Op::Clear, to, 0, 0);
        self.asm.bind(end);
    }

    fn fold_part(&mut self, part: &FoldPart, to: u16, none: super::asm::Label) {
        let before = self.next;
        match part {
            FoldPart::Loop { depth, list, body } => {
                let list = self.operand(list);
                let resets = self.shared.reset_in(*depth, false, &mut |each| each.fold(body));
                let (start, end) = (self.asm.label(), self.asm.label());
                let depth = u32::from(*depth);
                let instr = Instr { op: Op::Loop, flags: 0, a: list, b: depth, c: u32::MAX, target: 0 };
                self.asm.branch(instr, end);
                self.asm.bind(start);
                self.forget(&resets);
                for part in body {
                    self.fold_part(part, to, none);
                }
                let next = Instr { op: Op::Next, flags: 0, a: 0, b: depth, c: 0, target: 0 };
                self.asm.branch(next, start);
                self.asm.bind(end);
            }
            FoldPart::When(condition, parts) => {
                let (then, end) = (self.asm.label(), self.asm.label());
                self.cond(condition, then, end, then);
                self.asm.bind(then);
                for part in parts {
                    self.fold_part(part, to, none);
                }
                self.asm.bind(end);
            }
            FoldPart::Once(Step::Add(terms, constant)) => self.add(terms, *constant, to),
            FoldPart::Once(Step::Count(counted)) => {
                let (yes, no, end) = (self.asm.label(), self.asm.label(), self.asm.label());
                self.cond(&counted.yes, yes, no, yes);
                self.asm.bind(yes);
                let one = self.pools.number(SCALE);
                self.asm.push(Op::AddNumber, to, 0, one);
                self.asm.jump(end);
                self.asm.bind(no);
                if counted.maybe != counted.yes {
                    self.cond(&counted.maybe, none, end, end);
                }
                self.asm.bind(end);
            }
        }
        self.next = before;
    }
}
