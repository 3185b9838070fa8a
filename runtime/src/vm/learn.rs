//! What a result teaches. In: a call that has ended, with its result. Out: changes as data; nothing is written here.
//!
//! The result is scanned against what the policy declares of it, as strictly as arguments are: one that does not fit teaches nothing.
//! What has to happen before any of it is shown, such as a label, happens whether it fits or not.

use super::budget::Trap;
use super::machine::{Machine, State};
use super::read_host;
use super::remembered::moment;
use crate::decision::BuiltIn;
use crate::pdp::Pdp;
use crate::program::{ReplyCode, Tool};
use crate::request::{Call, Host};
use crate::scan::{describe, scan};
use crate::state::{Memory, StateError};
use crate::trace::NoTrace;
use crate::value::{Inputs, Slot, Source, Store, Text};
use alloc::string::String;

/// A result as it is learned from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResultBytes<'r> {
    /// As JSON; empty if it is none.
    pub(crate) json: &'r [u8],
    /// As plain text.
    pub(crate) text: &'r [u8],
    /// The call failed, or its outcome is not known: it teaches nothing.
    pub(crate) failed: bool,
}

fn inputs<'i>(pdp: &'i Pdp, call: &Call<'i>, host: &Host<'i>, result: ResultBytes<'i>) -> Inputs<'i> {
    Inputs {
        args: call.args,
        principal: host.principal,
        session: host.session,
        result: result.json,
        text: result.text,
        strings: pdp.code().text(),
    }
}

impl State {
    pub(super) fn learn(
        &mut self,
        pdp: &Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        result: ResultBytes<'_>,
    ) -> Result<Option<String>, StateError> {
        self.remembered.clear();
        self.matches.clear(pdp.program().statements.len());
        let Some((tool, learning)) =
            pdp.tool(call.server, call.tool).and_then(|tool| Some((tool, tool.learning?)))
        else {
            return Ok(None);
        };
        let inputs = inputs(pdp, call, host, result);
        let moment = moment(pdp, &mut self.remembered, memory, host.now_ms)?;
        let mut unfit = None;
        if !self.captured(pdp, tool, host, &inputs, moment) {
            // The arguments were accepted when the call was admitted.
            unfit = Some("the call is not the one that was admitted".into());
        }
        let reads_json = learning.result.0 != 0;
        if !result.failed && unfit.is_none() && (reads_json || !result.json.is_empty()) {
            let store = &mut self.store;
            if let Err(reject) = scan(pdp.scanner(), learning.result, result.json, Source::Result, store) {
                unfit = Some(if result.json.is_empty() {
                    "the result is not JSON".into()
                } else {
                    describe(pdp.scanner(), learning.result, Source::Result, result.json, reject)
                });
                // What was captured before the misfit is not what the result says.
                self.captured(pdp, tool, host, &inputs, moment);
            }
        }
        self.set_text(learning.text, &result);
        let taught = if result.failed || unfit.is_some() { None } else { Some(learning.entry) };
        for entry in [taught, learning.shown_entry].into_iter().flatten() {
            let known = (Some(*memory), moment);
            let mut tracer = NoTrace;
            let mut machine = Machine::new(pdp, inputs, self, tool.memos, known, &mut tracer);
            if let Err(trap) = machine.run(entry) {
                return match (trap, self.remembered.error.take()) {
                    (_, Some(error)) => Err(error),
                    (Trap::BudgetExceeded, None) => {
                        self.remembered.changes.clear();
                        Ok(Some("learning from the result would take more work than the policy's cap".into()))
                    }
                    (Trap::StateUnavailable, None) => {
                        self.remembered.changes.clear();
                        Ok(Some("the time is outside of what the program's zones cover".into()))
                    }
                };
            }
        }
        Ok(unfit)
    }

    /// Runs what says what of a result is shown: afterwards `self.matches` are the statements that withhold or redact it. `false`: that
    /// cannot be told, and nothing may be shown.
    pub(super) fn show(
        &mut self,
        pdp: &Pdp,
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        result: ResultBytes<'_>,
    ) -> bool {
        self.remembered.clear();
        self.matches.clear(pdp.program().statements.len());
        let shown = pdp.tool(call.server, call.tool).and_then(|tool| Some((tool, tool.learning?)));
        let Some((tool, learning)) = shown else { return true };
        let Some(entry) = learning.shown_entry else { return true };
        let Ok(moment) = moment(pdp, &mut self.remembered, memory, host.now_ms) else { return false };
        let inputs = inputs(pdp, call, host, result);
        if !self.captured(pdp, tool, host, &inputs, moment) {
            return false;
        }
        let fits = !result.failed
            && scan(pdp.scanner(), learning.result, result.json, Source::Result, &mut self.store).is_ok();
        if !fits {
            // What does not fit is not known.
            self.captured(pdp, tool, host, &inputs, moment);
        }
        self.set_text(learning.text, &result);
        let known = (Some(*memory), moment);
        Machine::new(pdp, inputs, self, tool.memos, known, &mut NoTrace).run(entry).is_ok()
    }

    /// Runs the code that judges replies: afterwards `self.matches` are the statements that hold for the text.
    pub(super) fn judge_reply(
        &mut self,
        pdp: &Pdp,
        reply: &ReplyCode,
        text: &str,
        host: &Host<'_>,
        memory: Option<&Memory<'_>>,
    ) -> Result<(), BuiltIn> {
        self.remembered.clear();
        self.matches.clear(pdp.program().statements.len());
        self.store.clear(reply.registers);
        read_host(pdp, &mut self.store, host.principal, host.session).map_err(|_| BuiltIn::BadContext)?;
        let needs_time = pdp.program().now.is_some() || (memory.is_some() && pdp.is_timed());
        if needs_time && host.now_ms.is_none() {
            return Err(BuiltIn::BadContext);
        }
        let moment = match memory {
            Some(memory) => moment(pdp, &mut self.remembered, memory, host.now_ms)
                .map_err(|_| BuiltIn::StateUnavailable)?,
            None => host.now_ms,
        };
        if let (Some(register), Some(now)) = (pdp.program().now, moment) {
            self.store.set_register(register, Store::whole(now));
        }
        let result = ResultBytes { text: text.as_bytes(), ..ResultBytes::default() };
        let call = Call { server: "", tool: "", args: b"", schema: crate::request::LiveSchema::Locked };
        let inputs = inputs(pdp, &call, host, result);
        self.set_text(reply.text, &result);
        let known = (memory.copied(), moment);
        Machine::new(pdp, inputs, self, reply.memos, known, &mut NoTrace).run(reply.entry).map_err(|trap| {
            match trap {
                Trap::BudgetExceeded => BuiltIn::BudgetExceeded,
                Trap::StateUnavailable => BuiltIn::StateUnavailable,
            }
        })
    }

    /// The plain text, in its register.
    fn set_text(&mut self, register: Option<u16>, result: &ResultBytes<'_>) {
        if let Some(register) = register
            && !result.failed
            && core::str::from_utf8(result.text).is_ok()
            && let Ok(len) = u32::try_from(result.text.len())
        {
            let text = Text { source: Source::ResultText, offset: 0, len };
            self.store.set_register(register, Slot::Text(text));
        }
    }

    /// Puts arguments and host values into registers again, and nothing else.
    fn captured(
        &mut self,
        pdp: &Pdp,
        tool: &Tool,
        host: &Host<'_>,
        inputs: &Inputs<'_>,
        moment: Option<i64>,
    ) -> bool {
        self.store.clear(tool.registers);
        let args = scan(pdp.scanner(), tool.args, inputs.args, Source::Args, &mut self.store);
        let host = read_host(pdp, &mut self.store, host.principal, host.session);
        if let (Some(register), Some(now)) = (pdp.program().now, moment) {
            self.store.set_register(register, Store::whole(now));
        }
        args.is_ok() && host.is_ok()
    }
}
