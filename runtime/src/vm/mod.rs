//! The VM: decides calls by a loaded program. In: a call, host values. Out: a decision with its reasons.
//!
//! A [`Vm`] is the memory of decisions, nothing else: cleared before each one, kept between them, so that nothing is allocated
//! once the buffers have grown to the size of the requests seen. One per thread; any number for one [`Pdp`].

mod budget;
pub(crate) mod code;
mod compute;
mod conditions;
mod dispatch;
mod learn;
mod list;
mod machine;
mod matches;
mod memory;
pub(crate) mod remembered;
pub(crate) mod texts;
mod view;
pub(crate) mod zones;

pub(crate) use learn::ResultBytes;
pub use list::BadPrincipal;
pub use matches::Matched;

use crate::decided::{Cause, Decided};
use crate::decision::{BuiltIn, Decision};
use crate::pdp::Pdp;
use crate::program::plan::NodeId;
use crate::program::{ReplyCode, Tool};
use crate::request::{Call, Host, LiveSchema};
use crate::scan::{Reject, RejectKind, parse_message, scan};
use crate::state::{AdmissionId, Memory, StateError};
use crate::trace::{Event, NoTrace, Tracer};
use crate::value::{Inputs, Mark, Source, Store};
use alloc::string::String;
use budget::Trap;
use machine::{Machine, State};
use remembered::Remembered;

/// The memory of decisions.
#[derive(Debug, Default)]
pub struct Vm {
    state: State,
}

/// What a decision rests on, before anybody asks why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finding<'p> {
    tool: Option<&'p Tool>,
    pub(crate) decision: Decision,
    built_in: Option<BuiltIn>,
    cause: Cause,
    instructions: u64,
}

/// Host values, and where they are.
#[derive(Debug, Clone, Copy)]
enum Context {
    /// Still to be read.
    Unread,
    /// In the registers that this mark keeps, or refused.
    Bound(Result<Mark, Cause>),
}

impl Vm {
    /// A VM with room for decisions by `pdp`. It may be used with any other as well, for example after a reload.
    #[must_use]
    pub fn new(pdp: &Pdp) -> Self {
        let mut vm = Self::default();
        vm.state.matches.clear(pdp.program().statements.len());
        vm
    }

    /// Decides one call. Total: whatever the bytes, there is a decision with at least one reason.
    pub fn decide<'a>(&'a mut self, pdp: &'a Pdp, call: &Call<'a>, host: &Host<'a>) -> Decided<'a> {
        self.decide_traced(pdp, call, host, &mut NoTrace)
    }

    /// Decides one call while `tracer` listens. The decision is the same; more matching statements may be reported beside the
    /// determining ones, since the denies do not end it.
    pub fn decide_traced<'a, T: Tracer>(
        &'a mut self,
        pdp: &'a Pdp,
        call: &Call<'a>,
        host: &Host<'a>,
        tracer: &mut T,
    ) -> Decided<'a> {
        let finding = self.state.judge(pdp, call, host, (Context::Unread, None), tracer);
        self.decided(pdp, finding, call.args, *host)
    }

    /// Decides one call by what is remembered as well. Nothing is written: [`crate::gate::Gate`] admits calls and tells outcomes.
    pub fn decide_by<'a, T: Tracer>(
        &'a mut self,
        pdp: &'a Pdp,
        call: &Call<'a>,
        host: &Host<'a>,
        memory: &Memory<'a>,
        tracer: &mut T,
    ) -> Decided<'a> {
        let finding = self.state.judge(pdp, call, host, (Context::Unread, Some(*memory)), tracer);
        self.decided(pdp, finding, call.args, *host)
    }

    /// Decides a whole JSON-RPC `tools/call` request as it came from the agent. Its tool name and arguments are read strictly:
    /// no duplicate keys anywhere, no batch.
    pub fn decide_message<'a>(
        &'a mut self,
        pdp: &'a Pdp,
        server: &str,
        message: &'a [u8],
        schema: LiveSchema,
        host: &Host<'a>,
    ) -> Decided<'a> {
        let (finding, args) = match parse_message(message, pdp.program().caps) {
            Ok(parsed) => {
                let args = parsed.call.args(message);
                let call = Call { server, tool: &parsed.call.tool, args, schema };
                (self.state.judge(pdp, &call, host, (Context::Unread, None), &mut NoTrace), args)
            }
            Err(reject) => {
                self.state.matches.clear(0);
                (Finding::deny(None, BuiltIn::BadRequest, Cause::Message(reject)), message)
            }
        };
        self.decided(pdp, finding, args, *host)
    }

    /// Runs what a call's outcome changes: afterwards [`Vm::remembered`] has the changes. Tells why the result does not fit what the
    /// policy declares of it, if it does not.
    pub(crate) fn learn(
        &mut self,
        pdp: &Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        result: ResultBytes<'_>,
    ) -> Result<Option<String>, StateError> {
        self.state.learn(pdp, call, host, memory, result)
    }

    /// Runs what says what of a result is shown; [`Vm::matched`] then withholds or redacts it. `false`: nothing may be shown.
    pub(crate) fn show(
        &mut self,
        pdp: &Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        result: ResultBytes<'_>,
    ) -> bool {
        self.state.show(pdp, call, host, memory, result)
    }

    /// Runs what judges replies; [`Vm::matched`] then denies the text or adds to it.
    pub(crate) fn judge_reply(
        &mut self,
        pdp: &Pdp,
        reply: &ReplyCode,
        text: &str,
        host: &Host<'_>,
        memory: Option<&Memory<'_>>,
    ) -> Result<(), BuiltIn> {
        self.state.judge_reply(pdp, reply, text, host, memory)
    }

    /// The statements that matched in the last run.
    pub(crate) fn matched(&self) -> &[Matched] {
        self.state.matches.list()
    }

    /// What the last run has read and wants changed.
    pub(crate) const fn remembered(&self) -> &Remembered {
        &self.state.remembered
    }

    /// The same, for changes that stand in place of a run.
    pub(crate) const fn remembered_mut(&mut self) -> &mut Remembered {
        &mut self.state.remembered
    }

    /// Reads principal and session once, for several calls. If they are refused, each call is denied (`bad_context`).
    pub fn bind<'a>(&'a mut self, pdp: &'a Pdp, principal: &'a [u8], session: &'a [u8]) -> Bound<'a> {
        let store = &mut self.state.store;
        store.clear(pdp.program().host_registers);
        let context = read_host(pdp, store, principal, session).map(|()| store.mark());
        Bound { vm: self, pdp, principal, session, context }
    }

    /// Gives memory back after an unusually large request.
    pub fn release(&mut self) {
        *self = Self::default();
    }

    /// As [`Vm::decide_by`], without the record: [`Vm::decided`] makes it.
    pub(crate) fn find<'p, T: Tracer>(
        &mut self,
        pdp: &'p Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        tracer: &mut T,
    ) -> Finding<'p> {
        self.state.judge(pdp, call, host, (Context::Unread, Some(*memory)), tracer)
    }

    /// As [`Vm::find`] for a call that is admitted: it is decided as if it was not yet, and asks for no change.
    pub(crate) fn find_again<'p>(
        &mut self,
        pdp: &'p Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        admitted: &AdmissionId,
    ) -> Finding<'p> {
        self.state.admitted = Some(*admitted);
        let finding = self.state.judge(pdp, call, host, (Context::Unread, Some(*memory)), &mut NoTrace);
        self.state.admitted = None;
        finding
    }

    /// The record of the last decision.
    pub(crate) fn decided<'a>(
        &'a self,
        pdp: &'a Pdp,
        finding: Finding<'a>,
        args: &'a [u8],
        host: Host<'a>,
    ) -> Decided<'a> {
        Decided {
            pdp,
            tool: finding.tool,
            args,
            host,
            matched: self.state.matches.list(),
            remembered: &self.state.remembered,
            decision: finding.decision,
            built_in: finding.built_in,
            cause: finding.cause,
            instructions: finding.instructions,
        }
    }
}

/// A VM that has read principal and session: see [`Vm::bind`].
#[derive(Debug)]
pub struct Bound<'a> {
    vm: &'a mut Vm,
    pdp: &'a Pdp,
    principal: &'a [u8],
    session: &'a [u8],
    context: Result<Mark, Cause>,
}

impl Bound<'_> {
    /// Decides one call; as [`Vm::decide`] with the values that were bound.
    pub fn decide<'b>(&'b mut self, call: &Call<'b>, now_ms: Option<i64>) -> Decided<'b> {
        let host = Host { principal: self.principal, session: self.session, now_ms };
        let context = (Context::Bound(self.context), None);
        let finding = self.vm.state.judge(self.pdp, call, &host, context, &mut NoTrace);
        self.vm.decided(self.pdp, finding, call.args, host)
    }
}

impl<'p> Finding<'p> {
    /// The call is denied for this reason after all.
    pub(crate) const fn refused(self, reason: BuiltIn) -> Self {
        Self { instructions: self.instructions, ..Self::deny(self.tool, reason, Cause::None) }
    }

    const fn deny(tool: Option<&'p Tool>, built_in: BuiltIn, cause: Cause) -> Self {
        Self { tool, decision: Decision::Deny, built_in: Some(built_in), cause, instructions: 0 }
    }
}

impl State {
    /// Decides; afterwards `self.matches` are the statements that matched, in canonical order.
    fn judge<'p, T: Tracer>(
        &mut self,
        pdp: &'p Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        (context, memory): (Context, Option<Memory<'_>>),
        tracer: &mut T,
    ) -> Finding<'p> {
        self.matches.clear(pdp.program().statements.len());
        self.remembered.clear();
        let finding = match self.prepare(pdp, call, host, (context, memory)) {
            Ok((tool, moment)) => self.run(pdp, tool, call, host, (memory, moment), tracer),
            Err(finding) => finding,
        };
        if finding.decision == Decision::Deny {
            self.remembered.changes.clear();
        }
        if T::ACTIVE {
            tracer.event(Event::Decision(finding.decision));
        }
        finding
    }

    /// Everything that can deny before the tool's code runs, in the order in which it is reported. Fills the registers.
    fn prepare<'p>(
        &mut self,
        pdp: &'p Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        (context, memory): (Context, Option<Memory<'_>>),
    ) -> Result<(&'p Tool, Option<i64>), Finding<'p>> {
        let Some(tool) = pdp.tool(call.server, call.tool) else {
            return Err(Finding::deny(None, BuiltIn::UnknownTool, Cause::None));
        };
        let deny = |built_in, cause| Finding::deny(Some(tool), built_in, cause);
        match call.schema {
            LiveSchema::Locked => {}
            LiveSchema::Digest(digest) if digest == tool.digest => {}
            LiveSchema::Digest(_) => return Err(deny(BuiltIn::SchemaChanged, Cause::None)),
            LiveSchema::Unverified => return Err(deny(BuiltIn::SchemaUnverified, Cause::None)),
        }
        let store = &mut self.store;
        match context {
            Context::Bound(Ok(mark)) => store.rewind(mark, tool.registers),
            Context::Bound(Err(_)) | Context::Unread => store.clear(tool.registers),
        }
        scan(pdp.scanner(), tool.args, call.args, Source::Args, store)
            .map_err(|reject| deny(of_args(reject), Cause::Args(reject)))?;
        let read = match context {
            Context::Unread => read_host(pdp, store, host.principal, host.session),
            Context::Bound(bound) => bound.map(|_| ()),
        };
        read.map_err(|cause| deny(BuiltIn::BadContext, cause))?;
        let needs_time = pdp.program().now.is_some() || (memory.is_some() && pdp.is_timed());
        if needs_time && host.now_ms.is_none() {
            return Err(deny(BuiltIn::BadContext, Cause::NoTime));
        }
        let moment = match &memory {
            Some(memory) if memory.who.session.is_empty() || memory.who.principal.is_empty() => {
                return Err(deny(BuiltIn::BadContext, Cause::NoHandle));
            }
            Some(memory) => remembered::moment(pdp, &mut self.remembered, memory, host.now_ms),
            None => Ok(host.now_ms),
        };
        let moment = moment.map_err(|error| {
            self.remembered.error = Some(error);
            deny(BuiltIn::StateUnavailable, Cause::State)
        })?;
        if let (Some(register), Some(now)) = (pdp.program().now, moment) {
            self.store.set_register(register, Store::whole(now));
        }
        Ok((tool, moment))
    }

    fn run<'p, T: Tracer>(
        &mut self,
        pdp: &'p Pdp,
        tool: &'p Tool,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: (Option<Memory<'_>>, Option<i64>),
        tracer: &mut T,
    ) -> Finding<'p> {
        let strings = pdp.code().text();
        let inputs = Inputs {
            args: call.args,
            principal: host.principal,
            session: host.session,
            strings,
            ..Inputs::default()
        };
        // What an admission charges and sets is charged and set.
        let admit = tool.admit_entry.filter(|_| self.admitted.is_none());
        let mut machine = Machine::new(pdp, inputs, self, tool.memos, memory, tracer);
        let mut ended = machine.run(tool.entry);
        // What an admission changes is part of the decision: what cannot be counted must not run.
        if let (Ok(()), Some(entry), false) = (ended, admit, machine.is_denied()) {
            ended = machine.run(entry);
        }
        let instructions = machine.used();
        if let Err(trap) = ended {
            self.matches.clear(0);
            let (built_in, cause) = match trap {
                Trap::BudgetExceeded => (BuiltIn::BudgetExceeded, Cause::None),
                Trap::StateUnavailable if self.remembered.error.is_some() => {
                    (BuiltIn::StateUnavailable, Cause::State)
                }
                Trap::StateUnavailable => (BuiltIn::StateUnavailable, Cause::None),
            };
            return Finding { instructions, ..Finding::deny(Some(tool), built_in, cause) };
        }
        self.matches.sort();
        let combination = self.matches.combination();
        if self.remembered.unmeasurable && combination.decision() != Decision::Deny {
            let finding = Finding::deny(Some(tool), BuiltIn::Unmeasurable, Cause::None);
            return Finding { instructions, ..finding };
        }
        let built_in = combination.is_default().then_some(BuiltIn::DefaultDeny);
        Finding {
            tool: Some(tool),
            decision: combination.decision(),
            built_in,
            cause: Cause::None,
            instructions,
        }
    }
}

/// Reads principal and session into the host's registers.
fn read_host(pdp: &Pdp, store: &mut Store, principal: &[u8], session: &[u8]) -> Result<(), Cause> {
    let program = pdp.program();
    let mut read = |node: NodeId, bytes: &[u8], source| scan(pdp.scanner(), node, bytes, source, store);
    read(program.principal, principal, Source::Principal).map_err(Cause::Principal)?;
    read(program.session, session, Source::Session).map_err(Cause::Session)
}

/// The reason that refused arguments stand for.
const fn of_args(reject: Reject) -> BuiltIn {
    match reject.kind() {
        RejectKind::BadRequest | RejectKind::HostValue => BuiltIn::BadRequest,
        RejectKind::BadArguments => BuiltIn::BadArguments,
    }
}
