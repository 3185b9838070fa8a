//! Approvals: people's answers to a call that asks (semantics.md 43–45). In: a call, votes. Out: whether it may run, and what its approval
//! stands at. The host shows people what they approve and knows who they are; everything else is in the store.

use super::Gate;
use crate::decision::{BuiltIn, Decision};
use crate::request::{Call, Host};
use crate::state::approval::{
    self, Answer, Approver, Ask, Bound, Fingerprint, Refusal, Requested, Use, Voted, give_back,
};
use crate::state::pending::{self, CAP, Waiting};
use crate::state::transaction::{Transaction, transact};
use crate::state::{AdmissionId, Key, Kind, Memory, Scope, StateError, Who, key};
use crate::trace::NoTrace;
use crate::vm::Vm;
use alloc::vec::Vec;

/// What became of a request for approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// People are to be asked, or are already: the call joins an identical one.
    Waiting {
        /// Names the approval.
        fingerprint: Fingerprint,
        /// It can be used before this time, UTC milliseconds.
        deadline_ms: i64,
        /// It can be used now.
        granted: bool,
    },
    /// An identical call was rejected (`approval_rejected`), until this time.
    Rejected {
        /// UTC milliseconds.
        until_ms: i64,
    },
    /// Too many calls of the session wait (`approval_pending`).
    TooMany,
    /// The call does not ask: nobody needs to be.
    NotAsked(Decision),
}

impl Gate<'_> {
    /// Asks for approval of a call that asks. `principal` is the id of whoever makes the call, of the same kind as approvers' ids: they
    /// never count. The call is decided again, by all that is known now. A host that asks people gives the time.
    ///
    /// # Errors
    /// The store failed.
    pub fn ask(
        &self,
        vm: &mut Vm,
        call: &Call<'_>,
        host: &Host<'_>,
        who: &Who<'_>,
        principal: &[u8],
    ) -> Result<Asked, StateError> {
        let memory = Memory { store: self.store, who: *who };
        let decided = vm.decide_by(self.pdp, call, host, &memory, &mut NoTrace);
        if decided.decision() != Decision::Ask {
            return Ok(Asked::NotAsked(decided.decision()));
        }
        let asks: Vec<Ask<'_>> =
            decided.approvals().map(|own| Ask { id: &own.statement.id, terms: own.terms }).collect();
        // Arguments that were decided on have a canonical form.
        let Some(fingerprint) = self.fingerprint(call, who) else {
            return Ok(Asked::NotAsked(Decision::Deny));
        };
        self.request(&asks, fingerprint, who, principal, host.now_ms)
    }

    /// Opens an approval, or joins one.
    pub(super) fn request(
        &self,
        asks: &[Ask<'_>],
        fingerprint: Fingerprint,
        who: &Who<'_>,
        principal: &[u8],
        now_ms: Option<i64>,
    ) -> Result<Asked, StateError> {
        let now = now_ms.unwrap_or_default();
        let session = who.session();
        transact(self.store, &mut Transaction::new(), |transaction| {
            let (_, now) = transaction.tick(self.store, &session, now)?;
            let mut key = Vec::new();
            key::approval(&mut key, &session, &fingerprint);
            let program = self.pdp.digest();
            let requested = transaction.change(self.store, &key, |cell, out| {
                approval::request(cell, program, principal, asks.iter().copied(), now, out)
            })?;
            let (deadline_ms, granted) = match requested {
                Requested::Opened { deadline_ms } => (deadline_ms, false),
                Requested::Joined { deadline_ms, granted } => (deadline_ms, granted),
                Requested::Rejected { until_ms } => return Ok(Asked::Rejected { until_ms }),
            };
            let waiting = Waiting { fingerprint, deadline_ms };
            let pending = pending_key(&session);
            let entered = granted
                || transaction
                    .change(self.store, &pending, |cell, out| pending::enter(cell, waiting, now, CAP, out))?;
            if entered {
                return Ok(Asked::Waiting { fingerprint, deadline_ms, granted });
            }
            // What nobody will be asked is not kept.
            transaction.change(self.store, &key, |_, _| Ok(()))?;
            Ok(Asked::TooMany)
        })
    }

    /// A person's answer. The host has made sure who they are and in which roles they may approve; `delegates` act for the call's
    /// principal and never count. `None`: no such approval.
    ///
    /// # Errors
    /// The store failed.
    pub fn vote(
        &self,
        who: &Who<'_>,
        fingerprint: &Fingerprint,
        approver: Approver<'_>,
        answer: Answer,
        delegates: &[&[u8]],
        now_ms: Option<i64>,
    ) -> Result<Option<Voted>, StateError> {
        let session = who.session();
        let mut key = Vec::new();
        key::approval(&mut key, &session, fingerprint);
        transact(self.store, &mut Transaction::new(), |transaction| {
            if transaction.read(self.store, &key)?.is_none() {
                return Ok(None);
            }
            let (_, now) = transaction.tick(self.store, &session, now_ms.unwrap_or_default())?;
            let voted = transaction.change(self.store, &key, |cell, out| {
                let refused = Ok(Voted::Refused(Refusal::Ended));
                cell.map_or(refused, |cell| approval::vote(cell, approver, answer, delegates, now, out))
            })?;
            if matches!(voted, Voted::Counted { granted: true } | Voted::Rejected { .. }) {
                transaction.change(self.store, &pending_key(&session), |cell, out| {
                    pending::leave(cell, fingerprint, now, out)
                })?;
            }
            Ok(Some(voted))
        })
    }

    /// Where the approval of a call stands.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn approval(
        &self,
        who: &Who<'_>,
        fingerprint: &Fingerprint,
        now_ms: i64,
    ) -> Result<Option<approval::Status>, StateError> {
        let mut key = Vec::new();
        key::approval(&mut key, &who.session(), fingerprint);
        let mut status = Ok(None);
        self.store.read(&key, &mut |cell| {
            status = cell.map(|cell| approval::status(cell, self.pdp.digest(), now_ms)).transpose();
        })?;
        status
    }

    /// Names the approval of a call; `None` if its arguments are no strict JSON.
    #[must_use]
    pub fn fingerprint(&self, call: &Call<'_>, who: &Who<'_>) -> Option<Fingerprint> {
        self.fingerprint_of(call, None, who)
    }

    /// The same of a round with input.
    pub(super) fn fingerprint_of(
        &self,
        call: &Call<'_>,
        input: Option<&[u8]>,
        who: &Who<'_>,
    ) -> Option<Fingerprint> {
        let (mut args, mut canonical) = (Vec::new(), Vec::new());
        self.pdp.canonical_args(call.args, &mut args).ok()?;
        if let Some(input) = input {
            self.pdp.canonical_args(input, &mut canonical).ok()?;
        }
        let bound = Bound {
            program: self.pdp.digest(),
            server: call.server,
            tool: call.tool,
            args: &args,
            input: input.map(|_| canonical.as_slice()),
            principal: who.principal,
            session: who.session,
        };
        Some(bound.fingerprint())
    }

    /// Somebody has rejected the call not long ago (semantics.md 45).
    pub(super) fn was_rejected(
        &self,
        call: &Call<'_>,
        host: &Host<'_>,
        who: &Who<'_>,
    ) -> Result<bool, StateError> {
        let Some(fingerprint) = self.fingerprint(call, who) else { return Ok(false) };
        let now = host.now_ms.unwrap_or_default();
        let status = self.approval(who, &fingerprint, now)?;
        Ok(matches!(status, Some(approval::Status::Rejected { until_ms }) if now < until_ms))
    }

    /// Uses the approval of a call in the transaction of its admission; returns its key.
    pub(super) fn take_approval(
        &self,
        transaction: &mut Transaction,
        (call, who): (&Call<'_>, &Who<'_>),
        asks: &[Ask<'_>],
        now: i64,
        id: AdmissionId,
    ) -> Result<(Taken, Vec<u8>), StateError> {
        let Some(fingerprint) = self.fingerprint(call, who) else { return Ok((Taken::Ask, Vec::new())) };
        self.take(transaction, (fingerprint, who), asks, now, id)
    }

    /// Uses an approval; returns its key.
    pub(super) fn take(
        &self,
        transaction: &mut Transaction,
        (fingerprint, who): (Fingerprint, &Who<'_>),
        asks: &[Ask<'_>],
        now: i64,
        id: AdmissionId,
    ) -> Result<(Taken, Vec<u8>), StateError> {
        let mut key = Vec::new();
        key::approval(&mut key, &who.session(), &fingerprint);
        let used = transaction.change(self.store, &key, |cell, out| {
            approval::take(cell, self.pdp.digest(), asks.iter().copied(), now, id, out)
        })?;
        Ok(match used {
            Use::Forward => (Taken::Consent, key),
            Use::AskAgain => (Taken::Ask, key),
            Use::Denied(reason) => (Taken::Denied(reason), key),
        })
    }

    /// Gives an approval back: nothing of the call was sent.
    pub(super) fn give_back(
        &self,
        transaction: &mut Transaction,
        key: &[u8],
        id: AdmissionId,
    ) -> Result<(), StateError> {
        transaction
            .change(self.store, key, |cell, out| cell.map_or(Ok(false), |cell| give_back(cell, id, out)))?;
        Ok(())
    }
}

/// What an approval comes to at an admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// The call may run.
    Consent,
    /// Not everything that matches now was approved.
    Ask,
    /// The approval has ended.
    Denied(BuiltIn),
}

fn pending_key(session: &Scope<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    let _ = Key::begin(&mut key, Kind::Pending, session, &key::NO_SLOT);
    key
}
