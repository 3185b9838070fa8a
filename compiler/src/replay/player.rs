//! Recorded calls through the gate. In: calls in order, each with what came of it then. Out: decisions, made in the state that the calls
//! before left.
//!
//! What came of a call is told only if the policy admits it now. In a recording v1 that is when the next turn begins: calls of one turn
//! were issued before any of their results was seen (semantics.md 53). In a recording v2 outcomes have lines of their own. What a call asks
//! for, nobody grants, unless the recording says that it ran.

use super::doubts::{Doubts, Grounds};
use super::line::{CallLine, OutcomeKind, OutcomeLine};
use super::logged::Verdict;
use super::pending::{Ended, Pending};
use super::record::Recorder;
use super::sessions::Session;
use policyc_runtime::decided::Decided;
use policyc_runtime::gate::{Consent, Gate, Learned, Outcome};
use policyc_runtime::pdp::Pdp;
use policyc_runtime::program::memory::Scope;
use policyc_runtime::request::{Call, Host, LiveSchema};
use policyc_runtime::state::StateError;
use policyc_runtime::trace::Tracer;
use policyc_runtime::vm::Vm;
use policyc_store::Memory;
use std::collections::BTreeSet;

/// Results that taught nothing of which is told.
const UNFIT: usize = 16;

/// The state of a replay.
#[derive(Debug)]
pub(super) struct Player<'p> {
    pub(super) pdp: &'p Pdp,
    pub(super) vm: Vm,
    pub(super) store: Memory,
    /// The program's digest, as recordings write it.
    program: String,
    /// Some limit counts calls of everyone.
    shares_limits: bool,
    /// Calls that ask run.
    approves: bool,
    /// Admitted calls whose outcome is not told yet: of a turn that is not over, or without outcome so far.
    pending: Vec<Pending>,
    /// Calls of a recording v2 that ran then and are not admitted now: session and number.
    refused: BTreeSet<(Box<[u8]>, u64)>,
    /// Results that taught nothing, the first of them, one line each.
    unfit: Vec<String>,
    pub(super) doubts: Doubts,
    /// Calls whose success was told, if somebody wants to know of them.
    pub(super) told: Option<Vec<Pending>>,
    /// The session and number of the turn.
    turn: Option<(Box<[u8]>, u64)>,
    /// What happens, as a recording v2; if it is wanted.
    pub(super) recorder: Option<Recorder>,
}

/// How a call was met.
#[derive(Debug)]
pub(super) struct Met<R> {
    /// What the decision was shown to has made of it.
    pub(super) seen: R,
    /// What the recording says otherwise, though it was made under this very program.
    pub(super) diverges: Option<String>,
}

impl<'p> Player<'p> {
    pub(super) fn new(pdp: &'p Pdp, approves: bool) -> Self {
        Self {
            pdp,
            vm: Vm::new(pdp),
            store: Memory::new(),
            program: blake3::Hash::from_bytes(*pdp.digest()).to_string(),
            shares_limits: pdp.program().limits.iter().any(|limit| limit.scope == Scope::Everyone),
            approves,
            pending: Vec::new(),
            refused: BTreeSet::new(),
            unfit: Vec::new(),
            doubts: Doubts::new(pdp),
            told: None,
            turn: None,
            recorder: None,
        }
    }

    /// Nothing is remembered any more.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
        self.refused.clear();
        self.doubts.clear();
        self.turn = None;
        self.store = Memory::new();
    }

    /// A line cannot be read: nobody knows what it was, and what was learned of it.
    pub(super) const fn lost_line(&mut self) {
        self.doubts.of_everyone().inconclusive = true;
    }

    /// Decides a call, and admits it if it may run. `see` is shown the decision and what it rests on.
    ///
    /// # Errors
    /// The state cannot be read or written.
    pub(super) fn call<T: Tracer, R>(
        &mut self,
        session: &Session,
        line: &CallLine<'_>,
        (server, tool): (&str, &str),
        now_ms: Option<i64>,
        tracer: &mut T,
        see: impl FnOnce(&Decided<'_>, Grounds, &mut T) -> R,
    ) -> Result<Met<R>, StateError> {
        if line.logged.is_none() {
            self.begin_turn(session, line.turn)?;
        }
        let call = Call { server, tool, args: line.args.as_bytes(), schema: LiveSchema::Locked };
        let host =
            Host { principal: session.principal.as_bytes(), session: session.context.as_bytes(), now_ms };
        let who = session.who();
        let gate = Gate { pdp: self.pdp, store: &self.store };
        let same = line.logged.as_ref().filter(|logged| *logged.program == self.program);
        let consents = same.map_or(self.approves, |logged| logged.admission.is_some());
        let consent = if consents { Consent::Given } else { Consent::None };
        let (decided, admitted) = gate.admit_traced(&mut self.vm, &call, &host, &who, consent, tracer)?;
        let doubts = self.doubts.grounds(session);
        let rests = decided.reads_memory();
        let grounds =
            Grounds { conditional: rests && doubts.conditional, inconclusive: rests && doubts.inconclusive };
        let verdict = (same.is_some() || self.recorder.is_some()).then(|| Verdict::of(&decided));
        let seen = see(&decided, grounds, tracer);
        let mut diverges = None;
        if let Some(verdict) = verdict {
            let changes = if admitted.is_some() { self.vm.noted(self.pdp)? } else { Vec::new() };
            diverges = same.and_then(|logged| logged.differs(&verdict, &changes));
            if let Some(recorder) = &mut self.recorder {
                recorder.call(line, &self.program, &verdict, admitted.as_ref(), &changes);
            }
        }
        let teaches = self.pdp.tool(server, tool).is_some_and(|tool| tool.learning.is_some());
        let Some(admitted) = admitted else {
            self.not_admitted(session, line, teaches);
            return Ok(Met { seen, diverges });
        };
        let ended = line.logged.is_none().then(|| Ended::of_call(line, self.reads_text(&call)));
        let pending = Pending {
            admitted,
            server: server.into(),
            tool: tool.into(),
            args: line.args.into(),
            principal: session.principal.clone(),
            context: session.context.clone(),
            now_ms,
            seq: line.seq,
            teaches,
            same: same.is_some(),
            ended,
        };
        if let Some(ended) = &pending.ended {
            self.doubts.of(session).inconclusive |= ended.is_doubtful(&pending);
            // A charge that a failure would have given back is everyone's, where a limit is.
            let charged = ended.lacks_outcome() && pending.admitted.id().is_some();
            self.doubts.of_everyone().inconclusive |= charged && self.shares_limits;
        }
        self.pending.push(pending);
        Ok(Met { seen, diverges })
    }

    /// A call that ran then teaches nothing now.
    fn not_admitted(&mut self, session: &Session, line: &CallLine<'_>, teaches: bool) {
        let ran = match &line.logged {
            Some(logged) => logged.admission.is_some(),
            None => line.result.as_ref().is_some_and(|result| !result.is_error),
        };
        self.doubts.of(session).conditional |= ran && teaches;
        if line.logged.is_some() && ran {
            self.refused.insert((session.handle().into(), line.seq));
        }
    }

    /// What a tool's result teaches depends on its plain text.
    fn reads_text(&self, call: &Call<'_>) -> bool {
        let tool = self.pdp.tool(call.server, call.tool);
        tool.and_then(|tool| tool.learning).is_some_and(|learning| learning.text.is_some())
    }

    /// An outcome that the recording tells by itself: what the recording says otherwise, though it was made under this very program.
    ///
    /// # Errors
    /// No such call is open, or the state cannot be read or written.
    pub(super) fn outcome(
        &mut self,
        session: &Session,
        line: &OutcomeLine<'_>,
        now_ms: Option<i64>,
    ) -> Result<Option<String>, String> {
        let Some(index) = self.pending.iter().position(|one| one.is(session.handle(), line.seq)) else {
            let refused = self.refused.remove(&(session.handle().into(), line.seq));
            let unknown =
                || format!("no call {} of session `{}` waits for an outcome", line.seq, line.session);
            return if refused { Ok(None) } else { Err(unknown()) };
        };
        let pending = self.pending.swap_remove(index);
        let ended = Ended::new(line.kind, line.result.as_ref(), self.reads_text(&pending.call()));
        let known = Some(line).filter(|_| pending.same && ended.lacks_result());
        let learned = self.tell(&pending, &ended, now_ms, known).map_err(|error| error.to_string())?;
        let checked = pending.same && known.is_none();
        let diverges = if checked { line.differs(&learned) } else { None };
        let doubtful = known.is_none() && ended.is_doubtful(&pending);
        self.doubts.of(session).inconclusive |= diverges.is_some() || doubtful;
        self.note_told(pending, ended.kind == OutcomeKind::Success);
        Ok(diverges)
    }

    fn note_told(&mut self, pending: Pending, succeeded: bool) {
        if let Some(told) = self.told.as_mut().filter(|_| succeeded) {
            told.push(pending);
        }
    }

    /// The results of the turn before are seen, unless this is the same one.
    pub(super) fn begin_turn(&mut self, session: &Session, turn: Option<u64>) -> Result<(), StateError> {
        let next = turn.map(|turn| (Box::from(session.handle()), turn));
        if next.is_some() && next == self.turn {
            return Ok(());
        }
        self.turn = next;
        self.settle()
    }

    /// What the calls leave behind once all of them have ended, and which results taught nothing.
    ///
    /// # Errors
    /// The state cannot be read or written.
    pub(super) fn finish(mut self) -> Result<(Memory, Vec<String>), StateError> {
        self.settle()?;
        Ok((self.store, self.unfit))
    }

    /// The recording is over: what it has come to, as a recording v2, if that is wanted.
    ///
    /// # Errors
    /// The state cannot be read or written, or a line cannot.
    pub(super) fn recorded(&mut self) -> Result<Option<String>, String> {
        self.settle().map_err(|error| error.to_string())?;
        self.recorder.take().map(Recorder::finish).transpose()
    }

    /// Tells what came of the calls of the turn.
    pub(super) fn settle(&mut self) -> Result<(), StateError> {
        for pending in std::mem::take(&mut self.pending) {
            match &pending.ended {
                Some(ended) => {
                    self.tell(&pending, ended, pending.now_ms, None)?;
                    let succeeded = ended.kind == OutcomeKind::Success;
                    self.note_told(pending, succeeded);
                }
                None => self.pending.push(pending),
            }
        }
        Ok(())
    }

    /// Tells what came of a call: from its result, or from what is known to have been learned of it.
    fn tell(
        &mut self,
        pending: &Pending,
        ended: &Ended,
        now_ms: Option<i64>,
        known: Option<&OutcomeLine<'_>>,
    ) -> Result<Learned, StateError> {
        let gate = Gate { pdp: self.pdp, store: &self.store };
        let (call, host) = (pending.call(), pending.host(now_ms));
        let learned = match known {
            Some(line) => {
                // What is cut is known to have succeeded.
                let outcome = Outcome::Success { result: b"", text: b"" };
                let told = (&outcome, now_ms);
                gate.retell(&mut self.vm, &pending.admitted, told, line.unfit.as_deref(), &line.changes)?
            }
            None => gate.outcome(&mut self.vm, &pending.admitted, &call, &host, &ended.outcome())?,
        };
        let why = match &learned.unfit {
            Some(why) => Some(why.to_string()),
            None if known.is_some() || !pending.teaches => None,
            None if ended.lacks_result() => Some("it is cut, or was not recorded".to_owned()),
            None if ended.lacks_outcome() => Some("nothing is recorded of what came of the call".to_owned()),
            None => None,
        };
        if let Some(why) = why.filter(|_| self.unfit.len() < UNFIT) {
            let (seq, tool) = (pending.seq, &pending.tool);
            self.unfit.push(format!("the result of call {seq} (`{tool}`) taught nothing: {why}"));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.outcome(pending, now_ms, ended, &learned);
        }
        Ok(learned)
    }
}
