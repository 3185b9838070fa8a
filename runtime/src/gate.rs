//! The gate: admits calls and learns from their outcomes. In: calls, outcomes, a store. Out: decisions, each admitted call with all that it
//! changes written in one step.
//!
//! A call's life is decided → admitted → outcome (semantics.md section 0). Admission is one atomic step: the decision is made again
//! until nothing that it read has changed meanwhile; only then may a byte be forwarded. An outcome is told once.
//! A gate keeps nothing of its own: any number of them, on any number of machines, share a store.

mod admission;
mod admitted;
mod answer;
mod approvals;
mod entries;
mod noted;
mod outcome;
mod recall;
mod replies;
mod room;
mod rounds;

pub use admitted::Admitted;
pub use answer::{Answered, Shown};
pub use approvals::Asked;
pub use noted::{Noted, What};
pub use outcome::{Learned, Outcome};
pub use recall::Recollection;
pub use replies::Replied;
pub use rounds::{Resumed, Round};

use crate::decided::Decided;
use crate::decision::{BuiltIn, Decision};
use crate::pdp::Pdp;
use crate::request::{Call, Host};
use crate::state::approval::Ask;
use crate::state::label::{self, Hold};
use crate::state::transaction::{Transaction, transact};
use crate::state::{Key, Kind, Memory, StateError, StateStore, Who};
use crate::trace::{NoTrace, Tracer};
use crate::vm::Vm;
use crate::vm::remembered::Remembered;
use alloc::vec::Vec;
use approvals::Taken;

/// A consent, and what it has to cover.
struct Consented<'c> {
    consent: Consent,
    asks: &'c [Ask<'c>],
}

/// How often a call is decided anew because others changed what it read.
const ATTEMPTS: u32 = 1_000;

/// Admits calls by a program and a store.
#[derive(Clone, Copy)]
pub struct Gate<'g> {
    /// The program.
    pub pdp: &'g Pdp,
    /// What it remembers.
    pub store: &'g dyn StateStore,
}

impl core::fmt::Debug for Gate<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Gate").field("pdp", &self.pdp.digest()).finish_non_exhaustive()
    }
}

/// Whether a call that asks may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Nobody has approved it.
    #[default]
    None,
    /// Its terms are met: the host has checked the approval itself.
    Given,
    /// If the store says so: the approval ([`Gate::ask`], [`Gate::vote`]) is used with the admission, once.
    Approved,
}

impl<'g> Gate<'g> {
    /// Decides a call, and admits it if it is allowed, or asks and consent is given.
    ///
    /// What is admitted was decided by what the store held at one moment. A call that is not admitted changes nothing. Where the store cannot be read the decision is Deny (`state_unavailable`).
    ///
    /// # Errors
    /// The store could not write the admission, or others kept changing what it depends on: the call must not run.
    pub fn admit<'a>(
        &self,
        vm: &'a mut Vm,
        call: &Call<'a>,
        host: &Host<'a>,
        who: &Who<'a>,
        consent: Consent,
    ) -> Result<(Decided<'a>, Option<Admitted>), StateError>
    where
        'g: 'a,
    {
        self.admit_traced(vm, call, host, who, consent, &mut NoTrace)
    }

    /// As [`Gate::admit`] while `tracer` listens; it hears each time that the call is decided.
    ///
    /// # Errors
    /// As [`Gate::admit`].
    pub fn admit_traced<'a, T: Tracer>(
        &self,
        vm: &'a mut Vm,
        call: &Call<'a>,
        host: &Host<'a>,
        who: &Who<'a>,
        consent: Consent,
        tracer: &mut T,
    ) -> Result<(Decided<'a>, Option<Admitted>), StateError>
    where
        'g: 'a,
    {
        let memory = Memory { store: self.store, who: *who };
        let mut transaction = Transaction::new();
        for _ in 0..ATTEMPTS {
            let finding = vm.find(self.pdp, call, host, &memory, tracer);
            if !runs(finding.decision, consent) {
                let asks = finding.decision == Decision::Ask;
                if asks && self.was_rejected(call, host, who)? {
                    let finding = finding.refused(BuiltIn::ApprovalRejected);
                    return Ok((vm.decided(self.pdp, finding, call.args, *host), None));
                }
                return Ok((vm.decided(self.pdp, finding, call.args, *host), None));
            }
            transaction.clear();
            let remembered = vm.remembered();
            let asks = self.asks(vm, finding.decision);
            let asked = Consented { consent, asks: &asks };
            let admission = self.admission(&mut transaction, (call, host, who), remembered, &asked);
            if matches!(admission, Err(StateError::Capped)) && self.make_room(who, host.now_ms)? {
                continue;
            }
            let (taken, admitted) = admission?;
            match taken {
                Taken::Consent => {}
                Taken::Ask => return Ok((vm.decided(self.pdp, finding, call.args, *host), None)),
                Taken::Denied(reason) => {
                    let finding = finding.refused(reason);
                    return Ok((vm.decided(self.pdp, finding, call.args, *host), None));
                }
            }
            let done = match admitted.id() {
                Some(_) => transaction.commit_reading(self.store, remembered.versions())?,
                None => self.is_one_moment(remembered)?,
            };
            if done {
                return Ok((vm.decided(self.pdp, finding, call.args, *host), Some(admitted)));
            }
        }
        Err(StateError::Conflicts)
    }

    /// What was read without a change belongs together: none of it has changed since, or it is one cell.
    fn is_one_moment(&self, remembered: &Remembered) -> Result<bool, StateError> {
        Ok(remembered.reads.len() < 2
            || self.store.commit(&mut remembered.versions(), &mut core::iter::empty())?)
    }

    /// What people have to approve: statements and exceeded limits that ask.
    fn asks(&self, vm: &Vm, decision: Decision) -> Vec<Ask<'g>> {
        let asks = vm.matched().iter().filter(|_| decision == Decision::Ask).filter_map(|matched| {
            let statement = self.pdp.program().statements.get(matched.statement as usize)?;
            let terms = statement.terms.as_ref().filter(|_| !statement.shadow)?;
            Some(Ask { id: &statement.id, terms })
        });
        asks.collect()
    }

    /// Sets a label that the host sets, by its qualified id, until its session (or principal) is forgotten.
    ///
    /// # Errors
    /// The store failed. `Ok(false)`: there is no such label.
    pub fn set_label(&self, id: &str, who: &Who<'_>) -> Result<bool, StateError> {
        let Some(declared) = self.pdp.program().labels.iter().find(|label| label.id == id) else {
            return Ok(false);
        };
        let mut key = Vec::new();
        let key = Key::begin(&mut key, Kind::Label, &who.scope(declared.scope), &declared.slot).finish();
        transact(self.store, &mut Transaction::new(), |transaction| {
            transaction.change(self.store, key, |cell, out| label::set(cell, 0, 0, Hold::Forever, out))
        })?;
        Ok(true)
    }
}

fn runs(decision: Decision, consent: Consent) -> bool {
    match decision {
        Decision::Allow => true,
        Decision::Ask => consent != Consent::None,
        Decision::Deny => false,
    }
}
