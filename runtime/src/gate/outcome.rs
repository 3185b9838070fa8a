//! Outcomes. In: an admitted call and what came of it. Out: limits given back or kept, facts learned, labels set, all in one step.

use super::admission::Moment;
use super::admitted::Admitted;
use super::noted::{Noted, noted};
use super::{Gate, entries};
use crate::program::instr::Op;
use crate::program::memory::{Fact, FactKind};
use crate::request::{Call, Host};
use crate::state::fact::{self, Teacher, Why};
use crate::state::open::key as open_key;
use crate::state::open::{Mark, Open};
use crate::state::transaction::Transaction;
use crate::state::{self, AdmissionId, Memory, StateError, counter, key, set, window};
use crate::vm::remembered::{Change, Remembered};
use crate::vm::{ResultBytes, Vm};
use alloc::string::String;
use alloc::vec::Vec;

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'o> {
    /// The server answered without an error.
    Success {
        /// The structured content, or the JSON that the text is; empty if there is none.
        result: &'o [u8],
        /// The plain text; empty if there is none.
        text: &'o [u8],
    },
    /// The server itself answered an error.
    Failure,
    /// Nobody knows: a time-out, a lost connection, a crash.
    Unknown,
    /// Not a byte of the call was sent: the connection was refused. A failure, and an approval can be used again.
    Unsent,
}

/// What an outcome has taught.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Learned {
    /// Why the result teaches nothing, if it does not fit what the policy declares of it.
    pub unfit: Option<String>,
    /// Its changes to facts and labels.
    pub changes: Vec<Noted>,
}

impl Gate<'_> {
    /// Tells the outcome of an admitted call, before any byte of its result is shown to the agent. `call` and `host` are those of the
    /// admission, but for the time, which is that of the outcome. Told again, or when the call has been settled as lost, an outcome teaches
    /// nothing; labels that it sets are set all the same, since its result may be read.
    ///
    /// # Errors
    /// The store failed, or others kept changing the same cells: nothing is learned, and keys that the call may have changed stay
    /// unknown. Tell it again.
    pub fn outcome(
        &self,
        vm: &mut Vm,
        admitted: &Admitted,
        call: &Call<'_>,
        host: &Host<'_>,
        outcome: &Outcome<'_>,
    ) -> Result<Learned, StateError> {
        let Some(id) = admitted.id else { return Ok(Learned::default()) };
        let result = match outcome {
            Outcome::Success { result, text } => ResultBytes { json: result, text, failed: false },
            Outcome::Failure | Outcome::Unknown | Outcome::Unsent => {
                ResultBytes { failed: true, ..ResultBytes::default() }
            }
        };
        let told = Told { admitted, id, outcome, now_ms: host.now_ms, fits: true };
        self.settled(vm, told, |vm, memory| vm.learn(self.pdp, call, host, memory, result))
    }

    /// Tells the outcome of an admitted call from a log: what it taught stands in place of its result, which may be cut. `unfit` is why
    /// the result taught nothing then.
    ///
    /// # Errors
    /// As [`Gate::outcome`]. `Unreadable`: the program declares something else under a name that was noted.
    pub fn retell(
        &self,
        vm: &mut Vm,
        admitted: &Admitted,
        (outcome, now_ms): (&Outcome<'_>, Option<i64>),
        unfit: Option<&str>,
        noted: &[Noted],
    ) -> Result<Learned, StateError> {
        let Some(id) = admitted.id else { return Ok(Learned::default()) };
        let told = Told { admitted, id, outcome, now_ms, fits: unfit.is_none() };
        self.settled(vm, told, |vm, memory| {
            let known = vm.remembered_mut().retold(self.pdp, memory, noted);
            if known { Ok(unfit.map(Into::into)) } else { Err(StateError::Unreadable) }
        })
    }

    /// Settles a call by the changes that `learn` leaves in the machine, as often as it takes.
    fn settled(
        &self,
        vm: &mut Vm,
        mut told: Told<'_>,
        mut learn: impl FnMut(&mut Vm, &Memory<'_>) -> Result<Option<String>, StateError>,
    ) -> Result<Learned, StateError> {
        let memory = Memory { store: self.store, who: told.admitted.who() };
        let mut transaction = Transaction::new();
        for _ in 0..super::ATTEMPTS {
            transaction.clear();
            let unfit = learn(vm, &memory)?;
            told.fits = unfit.is_none();
            match self.settle(&mut transaction, &told, vm.remembered()) {
                Ok(Some(changes)) => return Ok(Learned { unfit, changes }),
                Ok(None) => {}
                Err(StateError::Capped) if self.make_room(&memory.who, told.now_ms)? => {}
                Err(error) => return Err(error),
            }
        }
        Err(StateError::Conflicts)
    }

    /// Settles a call: the changes, or `None` if something else changed meanwhile.
    fn settle(
        &self,
        transaction: &mut Transaction,
        told: &Told<'_>,
        remembered: &Remembered,
    ) -> Result<Option<Vec<Noted>>, StateError> {
        let (who, mut open) = (told.admitted.who(), Vec::new());
        let open = open_key(&mut open, &who.session(), told.id);
        let cell = transaction.read(self.store, open)?.map(<[u8]>::to_vec);
        let wanted = |change: &&Change| cell.is_some() || change.op == Op::SetLabel;
        let changes = remembered.changes.iter().filter(wanted);
        if cell.is_none() && changes.clone().next().is_none() {
            return Ok(Some(Vec::new()));
        }
        let moment = self.event(transaction, &who, told.now_ms, false)?;
        let head = cell.as_deref().map(Open::read).transpose()?;
        let admitted_ms = head.as_ref().map_or(moment.now, |open| open.head.at_ms);
        let settling = Settling { gate: *self, told, admitted_ms, moment };
        if let Some(open_cell) = &head {
            transaction.change(self.store, open, |_, _| Ok(()))?;
            settling.marks(transaction, open_cell)?;
        }
        changes.clone().try_for_each(|change| settling.change(transaction, change, remembered))?;
        let done = transaction.commit_reading(self.store, remembered.versions())?;
        done.then(|| noted(self.pdp, changes, remembered)).transpose()
    }
}

/// What a host tells of a call.
struct Told<'t> {
    admitted: &'t Admitted,
    id: AdmissionId,
    outcome: &'t Outcome<'t>,
    /// When, as the host says.
    now_ms: Option<i64>,
    /// The result is what the policy declares of it.
    fits: bool,
}

/// An outcome under way.
struct Settling<'s, 'g> {
    gate: Gate<'g>,
    told: &'s Told<'s>,
    /// When it was admitted.
    admitted_ms: i64,
    moment: Moment,
}

impl Settling<'_, '_> {
    /// The call as a teacher of what is kept under a key.
    fn teacher(&self, key: &[u8]) -> Result<Teacher, StateError> {
        let scope = key::parts(key)?.scope;
        let outcome = match scope {
            state::Scope::Principal(_) => self.moment.principal.seq,
            state::Scope::Everyone | state::Scope::Session { .. } => self.moment.session.seq,
        };
        Ok(Teacher { id: self.told.id, admitted: self.told.admitted.seq(&scope), outcome })
    }

    /// What the admission reserved: a failure gives it back, everything else keeps it.
    fn marks(&self, transaction: &mut Transaction, open: &Open<'_>) -> Result<(), StateError> {
        let failed = matches!(self.told.outcome, Outcome::Failure | Outcome::Unsent);
        for (mark, key) in open.marks() {
            let id = self.told.id;
            match mark {
                Mark::Pended => {
                    let teacher = self.teacher(key)?;
                    let known = match self.told.outcome {
                        Outcome::Success { .. } if self.told.fits => state::Outcome::Success,
                        Outcome::Failure | Outcome::Unsent => state::Outcome::Failure,
                        Outcome::Success { .. } | Outcome::Unknown => state::Outcome::Unknown,
                    };
                    transaction
                        .change(self.gate.store, key, |cell, out| fact::settle(cell, teacher, known, out))?;
                }
                Mark::Charged | Mark::ChargedValue if failed => {
                    let distinct = mark == Mark::ChargedValue;
                    transaction
                        .change(self.gate.store, key, |cell, out| window::release(cell, distinct, id, out))?;
                }
                Mark::Counted if failed => {
                    transaction
                        .change(self.gate.store, key, |cell, out| counter::give_back(cell, id, out))?;
                }
                Mark::Approved if *self.told.outcome == Outcome::Unsent => {
                    self.gate.give_back(transaction, key, id)?;
                }
                Mark::Charged | Mark::ChargedValue | Mark::Counted | Mark::Approved => {}
            }
        }
        Ok(())
    }

    /// What the result teaches, and labels that had to wait for it.
    fn change(
        &self,
        transaction: &mut Transaction,
        change: &Change,
        remembered: &Remembered,
    ) -> Result<(), StateError> {
        let key = remembered.slice(&change.key);
        if change.op == Op::SetLabel {
            return self.gate.set_label_by_call(transaction, change, key, &self.moment);
        }
        let Some(declared) = self.gate.pdp.program().facts.get(change.index as usize) else { return Ok(()) };
        let (teacher, now, store) = (self.teacher(key)?, self.moment.now, self.gate.store);
        let expires = declared.expires_ms;
        let is_new = match (change.op, declared.kind) {
            (Op::Join, _) => transaction.change(store, key, |cell, out| {
                set::add(cell, teacher.admitted, now, expires, out)?;
                Ok(cell.is_none())
            })?,
            (Op::Learn, _) => {
                let value = remembered.slice(&change.value);
                let who = self.told.admitted.who();
                let floor =
                    entries::of(store, transaction, &who.scope(declared.scope), &declared.slot)?.floor;
                transaction.change(store, key, |cell, out| {
                    fact::assign(cell, teacher, value, now, expires, floor, out)?;
                    Ok(cell.is_none() && !out.is_empty())
                })?
            }
            (Op::Unlearn | Op::Forget, FactKind::Value(_)) => {
                let why = if change.op == Op::Unlearn { Why::Doubt } else { Why::Forgotten };
                transaction.change(store, key, |cell, out| {
                    fact::forget(cell, teacher, why, out)?;
                    Ok(cell.is_none() && !out.is_empty())
                })?
            }
            (Op::Forget, FactKind::Set) => {
                transaction.change(store, key, |cell, out| set::forget(cell, teacher.admitted, out))?;
                false
            }
            (Op::Forget, FactKind::Counter) => {
                let place = (self.admitted_ms, teacher.admitted);
                transaction.change(store, key, |cell, out| {
                    counter::forget(cell, expires, place, self.told.id, out)
                })?;
                false
            }
            _ => false,
        };
        if is_new { self.enter(transaction, declared) } else { Ok(()) }
    }

    fn enter(&self, transaction: &mut Transaction, declared: &Fact) -> Result<(), StateError> {
        let who = self.told.admitted.who();
        entries::enter(self.gate.store, transaction, &who.scope(declared.scope), &declared.slot)
    }
}
