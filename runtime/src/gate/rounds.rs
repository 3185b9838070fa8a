//! Later rounds of a call (semantics.md 42): the server asks back, and what the agent answers goes to it with the call. In: an admitted call,
//! the round that wants to follow it. Out: whether it may be sent.
//!
//! A server that asks back has not ended the call: it stays admitted, once. A round must be the same call, for the state that the server
//! gave last. It is decided again by all that is known now, as if the call were not admitted yet: it does not wait for its own outcome and
//! is not counted a second time. What the agent answers stands beside the session, where rules read it as `input`; to tools of which no
//! `accept input on` speaks nothing can be answered.

use super::approvals::Taken;
use super::{Admitted, Asked, Consent, Gate};
use crate::decision::{BuiltIn, Decision};
use crate::request::{Call, Host, INPUT_KEY};
use crate::state::approval::Ask;
use crate::state::transaction::Transaction;
use crate::state::{AdmissionId, Memory, StateError};
use crate::vm::Vm;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// A round that wants to follow.
#[derive(Debug, Clone, Copy)]
pub struct Round<'r> {
    /// The call as it comes again.
    pub call: Call<'r>,
    /// What the agent answers (`inputResponses`): one JSON object; `None` if nothing.
    pub input: Option<&'r [u8]>,
    /// The state that comes back with it (`requestState`).
    pub state: Option<&'r [u8]>,
    /// The state that the server gave last.
    pub last_state: Option<&'r [u8]>,
}

/// What became of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumed {
    /// The decision.
    pub decision: Decision,
    /// Ids of its reasons, in the order of a record.
    pub reasons: Vec<String>,
    /// What exactly was wrong, where a built-in reason has more to say.
    pub detail: Option<String>,
    /// The round may be sent: it is allowed, or asks and consent is given.
    pub may_run: bool,
}

impl Resumed {
    fn refused(reason: BuiltIn, detail: &str) -> Self {
        Self {
            decision: Decision::Deny,
            reasons: [reason.code().to_owned()].into(),
            detail: Some(detail.to_owned()),
            may_run: false,
        }
    }
}

impl Gate<'_> {
    /// Decides a later round of an admitted call. `first` is the call as it was admitted; `host` knows the time of the round. Nothing is
    /// charged, learned or set; with [`Consent::Approved`] the approval of this very input is used.
    ///
    /// # Errors
    /// The store failed: the round must not be sent.
    pub fn resume(
        &self,
        vm: &mut Vm,
        (admitted, first): (&Admitted, &Call<'_>),
        round: &Round<'_>,
        host: &Host<'_>,
        consent: Consent,
    ) -> Result<Resumed, StateError> {
        for _ in 0..super::ATTEMPTS {
            let (mut resumed, asks) = match self.again(vm, (admitted, first), round, host) {
                Ok(decided) => decided,
                Err(refused) => return Ok(refused),
            };
            let done = match (resumed.decision, consent) {
                (Decision::Deny, _) | (Decision::Ask, Consent::None) => return Ok(resumed),
                (Decision::Allow, _) | (Decision::Ask, Consent::Given) => {
                    self.is_one_moment(vm.remembered())?
                }
                (Decision::Ask, Consent::Approved) => {
                    let mut transaction = Transaction::new();
                    match self.take_round(&mut transaction, admitted, round, host, &asks)? {
                        Taken::Consent => {
                            transaction.commit_reading(self.store, vm.remembered().versions())?
                        }
                        Taken::Ask => return Ok(resumed),
                        Taken::Denied(reason) => {
                            return Ok(Resumed::refused(reason, "the approval of the round has ended"));
                        }
                    }
                }
            };
            if done {
                resumed.may_run = true;
                return Ok(resumed);
            }
        }
        Err(StateError::Conflicts)
    }

    /// Asks for approval of a round that asks, as [`Gate::ask`] does for a call: it is bound to what the agent answers as well.
    ///
    /// # Errors
    /// The store failed.
    pub fn ask_round(
        &self,
        vm: &mut Vm,
        (admitted, first): (&Admitted, &Call<'_>),
        round: &Round<'_>,
        host: &Host<'_>,
        principal: &[u8],
    ) -> Result<Asked, StateError> {
        let (resumed, asks) = match self.again(vm, (admitted, first), round, host) {
            Ok(decided) => decided,
            Err(refused) => return Ok(Asked::NotAsked(refused.decision)),
        };
        let who = admitted.who();
        match self.fingerprint_of(&round.call, round.input, &who) {
            Some(fingerprint) if resumed.decision == Decision::Ask => {
                self.request(&asks, fingerprint, &who, principal, host.now_ms)
            }
            _ => Ok(Asked::NotAsked(resumed.decision)),
        }
    }

    /// The decision on a round that is the call again, and what people have to approve.
    fn again(
        &self,
        vm: &mut Vm,
        (admitted, first): (&Admitted, &Call<'_>),
        round: &Round<'_>,
        host: &Host<'_>,
    ) -> Result<(Resumed, Vec<Ask<'_>>), Resumed> {
        let refused = |detail| Resumed::refused(BuiltIn::BadRequest, detail);
        let same = (round.call.server, round.call.tool) == (first.server, first.tool)
            && self.canonical(round.call.args).is_some_and(|args| Some(args) == self.canonical(first.args));
        if !same {
            return Err(refused("a later round is another call than the one that was admitted"));
        }
        if round.state != round.last_state {
            return Err(refused("a later round does not bring the state that the server gave last"));
        }
        let mut session = None;
        if let Some(input) = round.input {
            if !self.pdp.tool(first.server, first.tool).is_some_and(|tool| tool.input) {
                return Err(refused("the policy accepts no input for this tool"));
            }
            let is_object = input.trim_ascii_start().starts_with(b"{");
            if !is_object || self.canonical(input).is_none() {
                return Err(refused("the input of a round is no strict JSON object"));
            }
            session = Some(beside(host.session, input));
        }
        let host = Host { session: session.as_deref().unwrap_or(host.session), ..*host };
        let memory = Memory { store: self.store, who: admitted.who() };
        // A call that nothing remembers has no marks of its own.
        let own = admitted.id().copied().unwrap_or(AdmissionId::from_bytes([0; 16]));
        let finding = vm.find_again(self.pdp, &round.call, &host, &memory, &own);
        let asks = self.asks(vm, finding.decision);
        let decided = vm.decided(self.pdp, finding, round.call.args, host);
        let resumed = Resumed {
            decision: decided.decision(),
            reasons: decided.reasons().map(|reason| reason.id().to_owned()).collect(),
            detail: decided.detail(),
            may_run: false,
        };
        Ok((resumed, asks))
    }

    fn canonical(&self, json: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.pdp.canonical_args(json, &mut out).ok().map(|()| out)
    }

    fn take_round(
        &self,
        transaction: &mut Transaction,
        admitted: &Admitted,
        round: &Round<'_>,
        host: &Host<'_>,
        asks: &[Ask<'_>],
    ) -> Result<Taken, StateError> {
        let who = admitted.who();
        let Some(fingerprint) = self.fingerprint_of(&round.call, round.input, &who) else {
            return Ok(Taken::Ask);
        };
        let session = who.session();
        let (seq, now) = transaction.tick(self.store, &session, host.now_ms.unwrap_or_default())?;
        let id = AdmissionId::new(&session, seq, now);
        self.take(transaction, (fingerprint, &who), asks, now, id).map(|(taken, _)| taken)
    }
}

/// The session's document with the input as one more member. A document that is no object stays none, and is refused when it is read.
fn beside(session: &[u8], input: &[u8]) -> Vec<u8> {
    let Some(open) = session.trim_ascii().strip_suffix(b"}") else { return session.to_vec() };
    let mut out = open.to_vec();
    if open.trim_ascii() != b"{" {
        out.push(b',');
    }
    crate::scan::tree::write_text(INPUT_KEY, &mut out);
    out.push(b':');
    out.extend_from_slice(input);
    out.push(b'}');
    out
}
