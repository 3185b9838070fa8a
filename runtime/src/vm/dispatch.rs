//! The instructions. In: a machine. Out: the machine after one run of code. What each does is said in [`crate::program::instr`].

use super::budget::Trap;
use super::code::unpacked;
use super::machine::{Frame, Machine};
use crate::program::StatementHead;
use crate::program::instr::{Compare, GRANTS, Instr, NEGATE, Op, UNKNOWN_IS_TRUE};
use crate::trace::{Event, Tracer, Truth};
use crate::value::{Slot, Source, Store, Text};

impl<T: Tracer> Machine<'_, T> {
    /// Runs the code from `entry` to its end.
    #[expect(clippy::too_many_lines, reason = "one arm per operation, so that dispatch is one jump")]
    pub(crate) fn run(&mut self, entry: u32) -> Result<(), Trap> {
        let (program, code) = (self.pdp.program(), self.pdp.code());
        let mut pc = entry as usize;
        while let Some(instr) = code.at(pc) {
            self.budget.charge(1)?;
            if T::ACTIVE {
                self.trace_statement(pc);
            }
            let (a, b, c) = (instr.a, instr.b, instr.c);
            let next = pc.wrapping_add(1);
            let truth: Option<bool> = match instr.op {
                Op::Jump => {
                    pc = instr.target as usize;
                    continue;
                }
                Op::End => return Ok(()),
                Op::Match => {
                    self.matched(c, unpacked(b), instr.flags & GRANTS != 0);
                    pc = next;
                    continue;
                }
                Op::EndDenies => {
                    if !T::ACTIVE && self.state.matches.denied() {
                        return Ok(());
                    }
                    pc = next;
                    continue;
                }
                Op::Switch => {
                    pc = self.switch(a, c);
                    continue;
                }
                Op::Loop => {
                    pc = if self.enter(pc, instr) { next } else { instr.target as usize };
                    continue;
                }
                Op::Next => {
                    pc = if self.advance(pc, instr) { instr.target as usize } else { next };
                    continue;
                }
                Op::MemoTest => {
                    pc = self.memo_test(pc, instr);
                    continue;
                }
                Op::MemoSet => {
                    if let Some(memo) = self.state.memos.get_mut(c as usize) {
                        *memo = u8::try_from(b).unwrap_or_default().saturating_add(1);
                    }
                    pc = next;
                    continue;
                }
                Op::Present => Some(!matches!(self.read(a), Slot::Missing | Slot::Null)),
                Op::IsNull => Some(matches!(self.read(a), Slot::Null)),
                Op::IsKind => Some(self.kinds(self.read(a)) & c != 0),
                Op::IsTrue => {
                    if let Slot::Bool(value) = self.read(a) {
                        Some(value)
                    } else {
                        None
                    }
                }
                Op::EqString => self.bytes(self.read(a)).map(|text| text == self.range(c, b)),
                Op::CompareNumber => {
                    let constant = program.numbers.get(c as usize);
                    let ordering =
                        self.units(self.read(a)).zip(constant).map(|(left, right)| left.cmp(right));
                    ordering.zip(Compare::from_code(b)).map(|(ordering, compare)| compare.holds(ordering))
                }
                Op::EqRegs => self.same(self.read(a), self.read_wide(b))?,
                Op::CompareRegs => {
                    let ordering = self.state.store.compare(self.read(a), self.read_wide(b));
                    ordering.zip(Compare::from_code(c)).map(|(ordering, compare)| compare.holds(ordering))
                }
                Op::InStrings => self.in_strings(self.read(a), c),
                Op::InNumbers => self.in_numbers(self.read(a), c),
                Op::ListHasString | Op::ListHasNumber => self.list_has_constant(instr)?,
                Op::ListHasReg => self.list_has(self.read(a), self.read_wide(b))?,
                Op::StartsWith => self.bytes(self.read(a)).map(|text| text.starts_with(self.range(c, b))),
                Op::EndsWith => self.bytes(self.read(a)).map(|text| text.ends_with(self.range(c, b))),
                Op::Contains => self.contains(self.read(a), Slot::Text(constant(instr)))?,
                Op::StartsWithReg => self.two_texts(self.read(a), self.read_wide(b), <[u8]>::starts_with)?,
                Op::EndsWithReg => self.two_texts(self.read(a), self.read_wide(b), <[u8]>::ends_with)?,
                Op::ContainsReg => self.contains(self.read(a), self.read_wide(b))?,
                Op::Matches => self.matches(self.read(a), c)?,
                Op::Under => self.under(self.read(a), c)?,
                Op::InCidr => self.in_cidr(self.read(a), c)?,
                Op::Mentions => self.mentions(self.read(a), self.read_wide(b))?,
                Op::SubsetStrings => self.subset_strings(self.read(a), c)?,
                Op::SubsetRegs => self.subset(self.read(a), self.read_wide(b))?,
                Op::SameLength => {
                    let lists = self.list(self.read(a)).zip(self.list(self.read_wide(b)));
                    lists.map(|(left, right)| left.len == right.len)
                }
                Op::EndStatements => {
                    // A trace stops here too: what is denied counts towards no limit.
                    if self.is_denied() {
                        return Ok(());
                    }
                    pc = next;
                    continue;
                }
                Op::HasLabel => Some(self.has_label(c)?),
                Op::InSet => self.in_learned_set(instr)?,
                Op::Charge
                | Op::SetLabel
                | Op::Pend
                | Op::Tally
                | Op::Learn
                | Op::Unlearn
                | Op::Join
                | Op::Forget => {
                    self.remember(instr)?;
                    pc = next;
                    continue;
                }
                Op::Clear
                | Op::LoadBool
                | Op::LoadNumber
                | Op::LoadString
                | Op::Move
                | Op::Coalesce
                | Op::AddScaled
                | Op::AddNumber
                | Op::Length
                | Op::Count
                | Op::First
                | Op::Last
                | Op::Lower
                | Op::View
                | Op::TableGet
                | Op::MapGet
                | Op::Hour
                | Op::Weekday
                | Op::CivilDate
                | Op::Negate
                | Op::Unscale
                | Op::FactGet => {
                    self.compute(instr)?;
                    pc = next;
                    continue;
                }
            };
            pc = if self.holds(pc, instr, truth) { next } else { instr.target as usize };
        }
        // A verified program ends with `End`.
        Err(Trap::BudgetExceeded)
    }

    /// What a test's value comes to under the instruction's flags.
    #[inline]
    fn holds(&mut self, pc: usize, instr: &Instr, truth: Option<bool>) -> bool {
        let holds = match truth {
            Some(value) => value != (instr.flags & NEGATE != 0),
            None => instr.flags & UNKNOWN_IS_TRUE != 0,
        };
        if T::ACTIVE {
            let event = Event::Test { pc: number(pc), value: Truth::from(truth), holds };
            self.tracer.event(event);
        }
        holds
    }

    pub(super) fn matched(&mut self, index: u32, head: StatementHead, grants: bool) {
        self.state.matches.add(index, head, grants);
        if T::ACTIVE {
            self.tracer.event(Event::Matched { statement: index, grants });
        }
    }

    /// Where the switch on the text in `a` goes.
    fn switch(&self, a: u16, index: u32) -> usize {
        let Some((switch, cases)) = self.pdp.switch(index) else { return usize::MAX };
        let target = match self.bytes(self.read(a)) {
            Some(text) => cases.get(text).unwrap_or(switch.default),
            None => switch.missing,
        };
        target as usize
    }

    /// Enters a loop; `false` if there is nothing to go through.
    fn enter(&mut self, pc: usize, instr: &Instr) -> bool {
        let first = self.list(self.read(instr.a));
        let second = if instr.c == u32::MAX { None } else { Some(self.list(self.read_wide(instr.c))) };
        let depth = instr.b as usize;
        let Some(list) = first.filter(|list| list.len > 0) else { return false };
        match second {
            Some(Some(other)) if other.len == list.len => self.set_frame(depth.wrapping_add(1), other, 0),
            Some(_) => return false,
            None => {}
        }
        self.set_frame(depth, list, 0);
        self.trace_element(pc, depth);
        true
    }

    /// Goes to the next element; `false` past the last one.
    fn advance(&mut self, pc: usize, instr: &Instr) -> bool {
        let depth = instr.b as usize;
        let Some(Frame { list, index }) = self.frames.get(depth).copied() else { return false };
        let next = index.saturating_add(1);
        if next >= list.len {
            return false;
        }
        self.set_frame(depth, list, next);
        // A zip goes on in both lists; where there is no second one, the frame above is not in use.
        let start = (instr.target as usize).wrapping_sub(1);
        let zip = self.pdp.code().at(start).is_some_and(|start| start.c != u32::MAX);
        if let (true, Some(second)) = (zip, self.frames.get_mut(depth.wrapping_add(1))) {
            second.index = next;
        }
        self.trace_element(pc, depth);
        true
    }

    fn set_frame(&mut self, depth: usize, list: crate::value::List, index: u32) {
        if let Some(frame) = self.frames.get_mut(depth) {
            *frame = Frame { list, index };
        }
    }

    fn memo_test(&mut self, pc: usize, instr: &Instr) -> usize {
        let truth = match self.state.memos.get(instr.c as usize) {
            Some(1) => Some(false),
            Some(2) => Some(true),
            Some(3) => None,
            _ => return pc.wrapping_add(1),
        };
        let holds = self.holds(pc, instr, truth);
        if holds { instr.b as usize } else { instr.target as usize }
    }

    /// A slot for a constant of the program.
    pub(super) fn number(&mut self, index: u32) -> Slot {
        let units = self.pdp.program().numbers.get(index as usize).copied();
        units.map_or(Slot::Missing, |units| self.state.store.number(units))
    }

    #[cold]
    fn trace_statement(&mut self, pc: usize) {
        let spans = &self.pdp.program().spans;
        let after = spans.partition_point(|entry| entry.pc as usize <= pc);
        let entry = after.checked_sub(1).and_then(|index| spans.get(index));
        let statement = entry.map_or(u32::MAX, |entry| entry.statement);
        if statement != self.traced && statement != u32::MAX {
            self.tracer.event(Event::Statement { statement, pc: number(pc) });
        }
        self.traced = statement;
    }

    fn trace_element(&mut self, pc: usize, depth: usize) {
        if let (true, Some(frame)) = (T::ACTIVE, self.frames.get(depth)) {
            let (index, len) = (frame.index, frame.list.len);
            self.tracer.event(Event::Element { pc: number(pc), index, len });
        }
    }
}

/// The text constant of an instruction that carries its range ([`super::code`]).
#[inline]
pub(super) const fn constant(instr: &Instr) -> Text {
    Text { source: Source::Program, offset: instr.c, len: instr.b }
}

/// Programs have fewer than 2³² instructions.
fn number(pc: usize) -> u32 {
    u32::try_from(pc).unwrap_or(u32::MAX)
}

/// A whole number as a slot; missing beyond 2⁶³, which no count reaches.
pub(super) fn whole(value: usize) -> Slot {
    i64::try_from(value).map_or(Slot::Missing, Store::whole)
}
