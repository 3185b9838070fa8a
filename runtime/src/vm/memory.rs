//! What a run reads of what is remembered, and what it wants remembered. In: keys in registers, a store. Out: values in registers, the
//! versions that were read, and changes as data: nothing is written here.

use super::budget::Trap;
use super::machine::{Machine, State};
use super::remembered::{Bytes, Change, Charge, spec};
use crate::decision::Decision;
use crate::program::cost::MEMORY_UNITS;
use crate::program::instr::{Instr, Op};
use crate::program::memory::{Counting, Fact, FactKind, FactPart, Limit, Scope, Slot16};
use crate::state::clock::Clock;
use crate::state::fact::{self, Reading};
use crate::state::key;
use crate::state::window;
use crate::state::{Kind, Memory, Scalar, StateError, counter, label, set};
use crate::trace::Tracer;
use crate::value::{Slot, Store};
use alloc::vec::Vec;

/// Longest text that a fact keeps, in bytes: a longer one teaches nothing.
pub(crate) const MAX_FACT_TEXT: usize = 4_096;

impl<'m, T: Tracer> Machine<'m, T> {
    /// The statements so far deny, or permit nothing.
    pub(super) fn is_denied(&self) -> bool {
        self.state.matches.combination().decision() == Decision::Deny
    }

    /// The time, where anything depends on it; what does not, gets 0.
    fn now(&self) -> i64 {
        self.moment.unwrap_or_default()
    }

    pub(super) fn has_label(&mut self, index: u32) -> Result<bool, Trap> {
        self.budget.charge(MEMORY_UNITS)?;
        let Some(declared) = self.pdp.program().labels.get(index as usize) else { return Ok(true) };
        let (memory, now) = (self.memory()?, self.now());
        let remembered = &mut self.state.remembered;
        // Only a label that lasts for a number of calls needs the clock.
        let calls = if self.pdp.counts_calls() {
            remembered.clock(&memory, declared.scope)
        } else {
            Ok(Clock::default())
        };
        // A call that is decided again does not count as one after itself.
        let again = u64::from(self.state.admitted.is_some());
        let calls = self.checked(calls)?.calls.saturating_sub(again);
        let remembered = &mut self.state.remembered;
        remembered.begin(Kind::Label, &memory, declared.scope, &declared.slot);
        let key = remembered.keep_key();
        let mut found = Ok(true);
        let read = remembered.read(&memory, &key, &mut |cell| found = label::is_set(cell, now, calls));
        self.checked(read.and(found))
    }

    /// Whether the scalar in `a` is in a learned set; unknown if it or a key is no scalar.
    pub(super) fn in_learned_set(&mut self, instr: &Instr) -> Result<Option<bool>, Trap> {
        let Some(fact) = self.fact(instr.c) else { return Ok(None) };
        let Some((head, member)) = self.member_keys(fact, instr)? else { return Ok(None) };
        let (memory, now) = (self.memory()?, self.now());
        let remembered = &mut self.state.remembered;
        let mut found = Ok(None);
        let mut read = remembered.read(&memory, &member, &mut |cell| {
            found = cell.map(set::Member::read).transpose();
        });
        // What was never added need not be asked whether it was forgotten.
        let mut forgotten = Ok(0);
        if matches!(found, Ok(Some(_))) && read.is_ok() {
            read = remembered.read(&memory, &head, &mut |cell| forgotten = set::forgotten(cell));
        }
        self.checked(read)?;
        let (member, forgotten) = (self.checked(found)?, self.checked(forgotten)?);
        Ok(Some(member.is_some_and(|member| member.counts(forgotten, now))))
    }

    /// A part of a fact; missing if it is not known.
    pub(super) fn fact_get(&mut self, keys: u32, index: u32) -> Result<Slot, Trap> {
        let read = self.pdp.program().fact_reads.get(index as usize).copied();
        let Some((read, fact)) = read.and_then(|read| Some((read, self.fact(read.fact)?))) else {
            return Ok(Slot::Missing);
        };
        let kind = if fact.kind == FactKind::Counter { Kind::Counter } else { Kind::Fact };
        let Some(key) = self.key(kind, fact.scope, &fact.slot, keys, fact.keys)? else {
            return Ok(Slot::Missing);
        };
        let (memory, now) = (self.memory()?, self.now());
        let State { store, remembered, admitted, .. } = &mut *self.state;
        let own = admitted.as_ref();
        let mut found = Ok(Slot::Missing);
        let done = remembered.read(&memory, &key, &mut |cell| {
            found = match kind {
                Kind::Counter => {
                    counter::value_beside(cell, fact.expires_ms, own, now).map(|units| store.number(units))
                }
                _ => fact::read_beside(cell, own, now).and_then(|reading| part(&reading, read.part, store)),
            };
        });
        let slot = self.checked(done.and(found))?;
        if let Slot::Text(text) = slot {
            self.budget.charge_text(text.len as usize)?;
            self.check_memory()?;
        }
        Ok(slot)
    }

    /// Charges a limit, or notes a change.
    pub(super) fn remember(&mut self, instr: &Instr) -> Result<(), Trap> {
        self.budget.charge(MEMORY_UNITS)?;
        match instr.op {
            Op::Charge => self.charge(instr),
            Op::SetLabel => {
                let program = self.pdp.program();
                let set = program.label_sets.get(instr.c as usize);
                let Some(label) = set.and_then(|set| program.labels.get(set.label as usize)) else {
                    return Ok(());
                };
                let memory = self.memory()?;
                self.state.remembered.begin(Kind::Label, &memory, label.scope, &label.slot);
                let key = self.state.remembered.keep_key();
                self.change(instr, key, 0..0, 0);
                Ok(())
            }
            Op::Join => {
                let Some(fact) = self.fact(instr.c) else { return Ok(()) };
                if let Some((head, member)) = self.member_keys(fact, instr)? {
                    self.change(instr, member, head, 0);
                }
                Ok(())
            }
            _ => self.fact_change(instr),
        }
    }

    fn fact_change(&mut self, instr: &Instr) -> Result<(), Trap> {
        let Some(fact) = self.fact(instr.c) else { return Ok(()) };
        let kind = match fact.kind {
            FactKind::Value(_) => Kind::Fact,
            FactKind::Set => Kind::Set,
            FactKind::Counter => Kind::Counter,
        };
        let Some(key) = self.key(kind, fact.scope, &fact.slot, instr.b, fact.keys)? else {
            // A key that is not known names nothing to change; but what is not counted must not run.
            self.state.remembered.unmeasurable |= instr.op == Op::Tally;
            return Ok(());
        };
        let (mut value, mut amount) = (0..0, 0);
        match instr.op {
            Op::Tally => match self.amount(instr.a) {
                Some(units) => amount = units,
                None => {
                    self.state.remembered.unmeasurable = true;
                    return Ok(());
                }
            },
            Op::Learn => match self.fields(instr.a, fact)? {
                Some(fields) => value = fields,
                None => {
                    // What does not fit teaches nothing: the key is unknown.
                    let unlearn = Instr { op: Op::Unlearn, ..*instr };
                    self.change(&unlearn, key, 0..0, 0);
                    return Ok(());
                }
            },
            _ => {}
        }
        self.change(instr, key, value, amount);
        Ok(())
    }

    fn change(&mut self, instr: &Instr, key: Bytes, value: Bytes, amount: i128) {
        let change = Change { op: instr.op, index: instr.c, key, value, amount };
        self.state.remembered.changes.push(change);
    }

    fn charge(&mut self, instr: &Instr) -> Result<(), Trap> {
        let program = self.pdp.program();
        // An admitted call is counted already.
        if self.state.admitted.is_some() {
            return Ok(());
        }
        let Some(limit) = program.limits.get(instr.c as usize) else { return Ok(()) };
        let Some(statement) = program.statements.get(limit.statement as usize) else { return Ok(()) };
        let Some((key, value, amount)) = self.counted(instr, limit)? else {
            self.state.remembered.unmeasurable |= !statement.shadow;
            return Ok(());
        };
        let spec = self.checked(spec(self.pdp, limit))?;
        let (memory, now) = (self.memory()?, self.now());
        let bytes = core::mem::take(&mut self.state.remembered.bytes);
        let charge = match limit.counting {
            Counting::Sum => window::Charge::Amount(amount),
            Counting::Distinct => window::Charge::Value(bytes.get(value.clone()).unwrap_or_default()),
        };
        let mut found = Ok((0, false));
        let version = memory.store.read(bytes.get(key.clone()).unwrap_or_default(), &mut |cell| {
            let used = window::usage(cell, &spec, now);
            found = used.and_then(|used| Ok((used, window::would_exceed(cell, &spec, now, charge)?)));
        });
        self.state.remembered.bytes = bytes;
        let version = self.checked(version)?;
        let (used, exceeded) = self.checked(found)?;
        self.state.remembered.reads.push((key.clone(), version));
        if exceeded {
            self.matched(limit.statement, statement.head(), false);
        }
        let charge = Charge { limit: instr.c, key, value, amount, used, exceeded };
        self.state.remembered.charges.push(charge);
        Ok(())
    }

    /// The cell of a limit, the distinct value that is counted, and the amount; `None` if one of them is unknown.
    fn counted(&mut self, instr: &Instr, limit: &Limit) -> Result<Option<(Bytes, Bytes, i128)>, Trap> {
        let Some(key) = self.key(Kind::Limit, limit.scope, &limit.slot, instr.b, limit.keys)? else {
            return Ok(None);
        };
        Ok(match limit.counting {
            Counting::Sum => self.amount(instr.a).map(|amount| (key, 0..0, amount)),
            Counting::Distinct => {
                self.state.remembered.key.clear();
                if !self.push(self.read(instr.a))? {
                    return Ok(None);
                }
                let value = self.state.remembered.keep_key();
                Some((key, value, 0))
            }
        })
    }

    /// An amount that can be counted: a number, not negative, in the range of numbers.
    fn amount(&self, register: u16) -> Option<i128> {
        let units = self.units(self.read(register))?;
        crate::number::Decimal::from_units(units).filter(|_| units >= 0).map(crate::number::Decimal::units)
    }

    fn fact(&self, index: u32) -> Option<&'m Fact> {
        self.pdp.program().facts.get(index as usize)
    }

    /// The keys of a set's head and of the member in `a`; `None` if a value of them is no scalar.
    fn member_keys(&mut self, fact: &Fact, instr: &Instr) -> Result<Option<(Bytes, Bytes)>, Trap> {
        let Some(head) = self.key(Kind::Set, fact.scope, &fact.slot, instr.b, fact.keys)? else {
            return Ok(None);
        };
        let Some(_) = self.key(Kind::Member, fact.scope, &fact.slot, instr.b, fact.keys)? else {
            return Ok(None);
        };
        if !self.push(self.read(instr.a))? {
            return Ok(None);
        }
        let member = self.state.remembered.keep_key();
        Ok(Some((head, member)))
    }

    /// The key of a cell; `None` if a value of it is no scalar.
    fn key(
        &mut self,
        kind: Kind,
        scope: Scope,
        slot: &Slot16,
        first: u32,
        count: u8,
    ) -> Result<Option<Bytes>, Trap> {
        let memory = self.memory()?;
        self.state.remembered.begin(kind, &memory, scope, slot);
        for register in (first..).take(count.into()) {
            if !self.push(self.read_wide(register))? {
                return Ok(None);
            }
        }
        Ok(Some(self.state.remembered.keep_key()))
    }

    /// Appends a scalar to the key in the making; `false` if it is none.
    fn push(&mut self, slot: Slot) -> Result<bool, Trap> {
        let value = match slot {
            Slot::Bool(value) => Scalar::Bool(value),
            Slot::Text(text) => {
                let bytes = self.state.store.bytes(&self.inputs, text);
                self.budget.charge_text(bytes.len())?;
                Scalar::Text(bytes)
            }
            Slot::Number { .. } | Slot::Wide(_) => match self.state.store.units(slot) {
                Some(units) => Scalar::Number(units),
                None => return Ok(false),
            },
            Slot::Missing | Slot::Null | Slot::List(_) | Slot::Object => return Ok(false),
        };
        key::push_value(&mut self.state.remembered.key, value);
        if self.state.remembered.bytes.len() > self.memory_cap() {
            Err(Trap::BudgetExceeded)
        } else {
            Ok(true)
        }
    }

    /// The fields of a fact from a register on; `None` if one is neither a scalar that fits nor absent, or all are absent: what teaches
    /// no value at all leaves nothing to know.
    fn fields(&mut self, first: u16, fact: &Fact) -> Result<Option<Bytes>, Trap> {
        let count = if let FactKind::Value(fields) = fact.kind { fields } else { 0 };
        let mut absent = true;
        for register in (first..).take(count.into()) {
            let slot = self.read(register);
            absent &= matches!(slot, Slot::Missing | Slot::Null);
            match slot {
                Slot::List(_) | Slot::Object => return Ok(None),
                Slot::Text(text) if text.len as usize > MAX_FACT_TEXT => return Ok(None),
                Slot::Text(text) => self.budget.charge_text(text.len as usize)?,
                _ => {}
            }
        }
        if absent {
            return Ok(None);
        }
        let slots = (first..).take(count.into()).map(|register| self.read(register));
        let fields = slots.map(|slot| match slot {
            Slot::Bool(value) => Some(Scalar::Bool(value)),
            Slot::Text(text) => Some(Scalar::Text(self.state.store.bytes(&self.inputs, text))),
            Slot::Number { .. } | Slot::Wide(_) => self.state.store.units(slot).map(Scalar::Number),
            Slot::Missing | Slot::Null | Slot::List(_) | Slot::Object => None,
        });
        let mut out = Vec::new();
        if crate::state::scalar::encode(fields, &mut out).is_err() {
            return Ok(None);
        }
        Ok(Some(self.state.remembered.keep(&out)))
    }

    fn memory(&mut self) -> Result<Memory<'m>, Trap> {
        match self.memory {
            Some(memory) => Ok(memory),
            None => self.fail(StateError::NoStore),
        }
    }

    fn fail<V>(&mut self, error: StateError) -> Result<V, Trap> {
        self.state.remembered.error.get_or_insert(error);
        Err(Trap::StateUnavailable)
    }

    fn checked<V>(&mut self, result: Result<V, StateError>) -> Result<V, Trap> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => self.fail(error),
        }
    }
}

/// A part of a fact, in a slot.
fn part(reading: &Reading<'_>, part: FactPart, store: &mut Store) -> Result<Slot, StateError> {
    let Reading::Value(known) = reading else { return Ok(Slot::Missing) };
    let field = match part {
        FactPart::Field(field) => field,
        FactPart::LearnedAt => return Ok(Store::whole(known.learned_ms)),
        FactPart::Known => return Ok(Slot::Bool(true)),
    };
    Ok(match known.fields.get(field.into()) {
        None => Slot::Missing,
        Some(Scalar::Bool(value)) => Slot::Bool(value),
        Some(Scalar::Number(units)) => store.number(units),
        Some(Scalar::Text(text)) => {
            let text = core::str::from_utf8(text).map_err(|_| StateError::Unreadable)?;
            store.push_text(text).map_or(Slot::Missing, Slot::Text)
        }
    })
}
