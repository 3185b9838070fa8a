//! The result phase of a call: what its answer teaches, and what of it the agent sees. In: the answer as the server sent it. Out: the
//! bytes to hand on.
//!
//! Facts, labels and limits are settled first, from the whole answer; rules on results then read what is known with it. They never
//! undo the call (semantics.md 49). What cannot be decided, or does not fit what a condition reads, withholds.

use super::{Admitted, Gate, Learned, Outcome};
use crate::program::{Statement, StatementKind};
use crate::request::{Call, Host};
use crate::result::{Body, Output, Redacted, Sent, Visible, Withheld, is_error, plain_text, structured_of};
use crate::state::{Memory, StateError};
use crate::vm::{ResultBytes, Vm};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<'p> {
    /// What it has taught.
    pub learned: Learned,
    /// What the agent sees.
    pub shown: Shown<'p>,
}

/// What of an answer the agent sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'p> {
    /// The bytes to hand on.
    pub body: Body,
    /// The result rules that withhold it, sorted by id, guardrails first.
    pub withheld_by: Vec<&'p Statement>,
    /// What was taken out, by index into the program's redactions.
    pub redacted: Vec<Redacted>,
    /// Shadow rules and redactions that would have had a say.
    pub shadows: Vec<&'p Statement>,
}

/// An answer, read.
struct Parts<'a> {
    json: Cow<'a, [u8]>,
    text: String,
    failed: bool,
}

impl<'g> Gate<'g> {
    /// Tells the answer to an admitted call ([`Gate::outcome`]), and returns what of it may be handed on. An answer with `isError` is a
    /// failure.
    ///
    /// # Errors
    /// As [`Gate::outcome`]. No byte of the answer may be handed on: [`Withheld::to_bytes`] stands in its place.
    pub fn answer(
        &self,
        vm: &mut Vm,
        admitted: &Admitted,
        call: &Call<'_>,
        host: &Host<'_>,
        sent: Sent<'_>,
    ) -> Result<Answered<'g>, StateError> {
        let parts = self.read(sent);
        let outcome = if parts.failed {
            Outcome::Failure
        } else {
            Outcome::Success { result: &parts.json, text: parts.text.as_bytes() }
        };
        let learned = self.outcome(vm, admitted, call, host, &outcome)?;
        let memory = Memory { store: self.store, who: admitted.who() };
        let bytes = ResultBytes { json: &parts.json, text: parts.text.as_bytes(), failed: parts.failed };
        // What is never of one moment cannot be decided.
        let decided = (0..super::ATTEMPTS)
            .map_while(|_| {
                vm.show(self.pdp, call, host, &memory, bytes).then(|| self.is_one_moment(vm.remembered()))
            })
            .find(|seen| *seen != Ok(false));
        let decided = decided == Some(Ok(true));
        Ok(Answered { learned, shown: self.shown(vm, call, sent, decided) })
    }

    fn read<'a>(&self, sent: Sent<'a>) -> Parts<'a> {
        let caps = self.pdp.program().caps;
        let failure = Parts { json: Cow::Borrowed(b""), text: String::new(), failed: true };
        let Sent::Result(result) = sent else { return failure };
        // Bytes that are no result of a tool are no failure of it either: something happened, and nothing is known of it.
        if is_error(result, caps) == Some(true) {
            return failure;
        }
        Parts {
            json: structured_of(result, caps).unwrap_or_default(),
            text: plain_text(result, caps).unwrap_or_default(),
            failed: false,
        }
    }

    fn shown(&self, vm: &Vm, call: &Call<'_>, sent: Sent<'_>, decided: bool) -> Shown<'g> {
        let program = self.pdp.program();
        let nothing = |why| Visible { body: Body::Withheld(why), redacted: Vec::new() };
        let (mut withheld_by, mut active, mut shadows) = (Vec::new(), Vec::new(), Vec::new());
        for matched in vm.matched() {
            let Some(statement) = program.statements.get(matched.statement as usize) else { continue };
            let redaction =
                program.redactions.binary_search_by_key(&matched.statement, |redaction| redaction.statement);
            match (statement.kind, statement.shadow) {
                (_, true) => shadows.push(statement),
                (StatementKind::Result, false) => withheld_by.push(statement),
                _ => active.extend(redaction.ok().and_then(|index| u32::try_from(index).ok())),
            }
        }
        let Visible { body, redacted } = if !decided {
            nothing(Withheld::Undecided)
        } else if !withheld_by.is_empty() {
            nothing(Withheld::Denied)
        } else {
            let learning = self.pdp.tool(call.server, call.tool).and_then(|tool| tool.learning);
            let promised = learning.filter(|learning| learning.promised);
            let output = promised.map(|own| Output { plans: self.pdp.scanner(), node: own.result });
            self.pdp.redactor().redact(sent, &active, output, program.caps)
        };
        Shown { body, withheld_by, redacted, shadows }
    }
}
