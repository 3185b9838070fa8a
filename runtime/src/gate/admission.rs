//! Admission: everything that a call changes when it may run, in one transaction. In: what the decision read and asked for. Out: the
//! admitted call, or `None` if something changed meanwhile and the call has to be decided again.

use super::admitted::Admitted;
use super::approvals::Taken;
use super::{Consent, Consented, Gate, entries};
use crate::program::instr::Op;
use crate::program::memory::{Counting, Lasts, Scope};
use crate::request::{Call, Host};
use crate::state::clock::Clock;
use crate::state::key::NO_SLOT;
use crate::state::label::Hold;
use crate::state::open::key as open_key;
use crate::state::open::{Head, Mark, Writer};
use crate::state::transaction::Transaction;
use crate::state::window::Charge as Charged;
use crate::state::{AdmissionId, Key, Kind, StateError, Who, counter, fact, label, window};
use crate::vm::remembered::{Change, Charge, Remembered, spec};
use alloc::vec::Vec;

/// One event in the order of a session, and of its principal where that matters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The session's clock after the event.
    pub(super) session: Clock,
    /// The principal's; the session's where nothing is remembered of principals.
    pub(super) principal: Clock,
    /// UTC milliseconds; 0 where nothing depends on time.
    pub(super) now: i64,
}

impl Moment {
    pub(super) const fn clock(&self, scope: Scope) -> &Clock {
        match scope {
            Scope::Principal => &self.principal,
            Scope::Session | Scope::Everyone => &self.session,
        }
    }
}

impl Gate<'_> {
    /// The next event: an admission counts a call.
    pub(super) fn event(
        &self,
        transaction: &mut Transaction,
        who: &Who<'_>,
        now_ms: Option<i64>,
        admits: bool,
    ) -> Result<Moment, StateError> {
        let mut key = Vec::new();
        let mut tick = |scope: Scope, host_ms: i64| {
            let key = Key::begin(&mut key, Kind::Clock, &who.scope(scope), &NO_SLOT).finish();
            transaction.change(self.store, key, |cell, out| {
                let mut clock = Clock::read(cell)?;
                let now = clock.now(host_ms);
                if admits {
                    clock.admit(now)?
                } else {
                    clock.tick(now)?
                };
                clock.write(out);
                Ok((clock, now))
            })
        };
        let (session, now) = tick(Scope::Session, now_ms.unwrap_or_default())?;
        if !self.pdp.remembers_principals() {
            return Ok(Moment { session, principal: session, now });
        }
        // The decision's time is the latest that either has seen.
        let (principal, now) = tick(Scope::Principal, now)?;
        Ok(Moment { session, principal, now })
    }

    /// Admits a call that was decided just before.
    pub(super) fn admission(
        &self,
        transaction: &mut Transaction,
        (call, host, who): (&Call<'_>, &Host<'_>, &Who<'_>),
        remembered: &Remembered,
        asked: &Consented<'_>,
    ) -> Result<(Taken, Admitted), StateError> {
        let mut admitted = Admitted::new(who);
        let learns = self.pdp.tool(call.server, call.tool).is_some_and(|tool| tool.learning.is_some());
        let approved = asked.consent == Consent::Approved && !asked.asks.is_empty();
        let idle = remembered.changes.is_empty() && remembered.charges.is_empty() && !learns && !approved;
        if idle && !self.pdp.counts_calls() {
            return Ok((Taken::Consent, admitted));
        }
        let moment = self.event(transaction, who, host.now_ms, true)?;
        let id = AdmissionId::new(&who.session(), moment.session.seq, moment.now);
        admitted.id = Some(id);
        admitted.session_seq = moment.session.seq;
        admitted.principal_seq = if self.pdp.remembers_principals() { moment.principal.seq } else { 0 };
        let mut cell = Vec::new();
        let head = Head {
            id,
            program: *self.pdp.digest(),
            tool: self.pdp.tool_number(call.server, call.tool).unwrap_or(u32::MAX),
            at_ms: moment.now,
            session_seq: admitted.session_seq,
            principal_seq: admitted.principal_seq,
        };
        let mut open = Writer::begin(&head, &mut cell);
        if approved {
            let (taken, key) = self.take_approval(transaction, (call, who), asked.asks, moment.now, id)?;
            if taken != Taken::Consent {
                return Ok((taken, admitted));
            }
            open.mark(Mark::Approved, &key)?;
        }
        for charge in &remembered.charges {
            self.charge(transaction, charge, remembered, &moment, id, who, &mut open)?;
        }
        for change in &remembered.changes {
            self.on_admission(transaction, change, remembered, &moment, id, who, &mut open)?;
        }
        let mut key = Vec::new();
        let key = open_key(&mut key, &who.session(), id);
        transaction.change(self.store, key, |_, out| {
            out.extend_from_slice(&cell);
            Ok(())
        })?;
        Ok((Taken::Consent, admitted))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one admission")]
    fn charge(
        &self,
        transaction: &mut Transaction,
        charge: &Charge,
        remembered: &Remembered,
        moment: &Moment,
        id: AdmissionId,
        who: &Who<'_>,
        open: &mut Writer<'_>,
    ) -> Result<(), StateError> {
        let program = self.pdp.program();
        let Some(limit) = program.limits.get(charge.limit as usize) else { return Ok(()) };
        let shadow = program.statements.get(limit.statement as usize).is_none_or(|s| s.shadow);
        if shadow {
            return Ok(());
        }
        let (key, value) = (remembered.slice(&charge.key), remembered.slice(&charge.value));
        let spec = spec(self.pdp, limit)?;
        let (amount, mark) = match limit.counting {
            Counting::Sum => (Charged::Amount(charge.amount), Mark::Charged),
            Counting::Distinct => (Charged::Value(value), Mark::ChargedValue),
        };
        let scope = who.scope(limit.scope);
        let at = entries::charged_at(self.store, transaction, (key, moment.now), &scope, &limit.slot)?;
        let is_new = transaction.change(self.store, key, |cell, out| {
            window::reserve(cell, &spec, at, amount, id, out)?;
            Ok(cell.is_none())
        })?;
        if is_new {
            entries::enter(self.store, transaction, &scope, &limit.slot)?;
        }
        // What a failure keeps is not given back.
        if limit.keeps_failures { Ok(()) } else { open.mark(mark, key) }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one admission")]
    fn on_admission(
        &self,
        transaction: &mut Transaction,
        change: &Change,
        remembered: &Remembered,
        moment: &Moment,
        id: AdmissionId,
        who: &Who<'_>,
        open: &mut Writer<'_>,
    ) -> Result<(), StateError> {
        let key = remembered.slice(&change.key);
        let declared = self.pdp.program().facts.get(change.index as usize);
        match (change.op, declared) {
            (Op::SetLabel, _) => self.set_label_by_call(transaction, change, key, moment),
            (Op::Pend, Some(declared)) => {
                let is_new = transaction.change(self.store, key, |cell, out| {
                    fact::pend(cell, id, out)?;
                    Ok(cell.is_none())
                })?;
                if is_new {
                    entries::enter(self.store, transaction, &who.scope(declared.scope), &declared.slot)?;
                }
                open.mark(Mark::Pended, key)
            }
            (Op::Tally, Some(declared)) => {
                let (scope, slot) = (who.scope(declared.scope), &declared.slot);
                let at = entries::charged_at(self.store, transaction, (key, moment.now), &scope, slot)?;
                let place = (at, moment.clock(declared.scope).seq);
                let is_new = transaction.change(self.store, key, |cell, out| {
                    counter::charge(cell, declared.expires_ms, place, change.amount, id, out)?;
                    Ok(cell.is_none())
                })?;
                if is_new {
                    entries::enter(self.store, transaction, &who.scope(declared.scope), &declared.slot)?;
                }
                open.mark(Mark::Counted, key)
            }
            _ => Ok(()),
        }
    }

    /// A label that a call sets.
    pub(super) fn set_label_by_call(
        &self,
        transaction: &mut Transaction,
        change: &Change,
        key: &[u8],
        moment: &Moment,
    ) -> Result<(), StateError> {
        let program = self.pdp.program();
        let Some(set) = program.label_sets.get(change.index as usize) else { return Ok(()) };
        let scope = program.labels.get(set.label as usize).map_or(Scope::Session, |label| label.scope);
        let hold = match set.lasts {
            Lasts::Forever => Hold::Forever,
            Lasts::Time(ms) => Hold::Millis(ms),
            Lasts::Calls(calls) => Hold::Calls(calls.into()),
        };
        let calls = moment.clock(scope).calls;
        transaction.change(self.store, key, |cell, out| label::set(cell, moment.now, calls, hold, out))
    }
}
