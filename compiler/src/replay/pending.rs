//! Admitted calls whose outcome is not told yet. In: what the recording says came of them. Out: the outcome for the gate.

use super::line::{CallLine, OutcomeKind, ResultLine};
use policyc_runtime::gate::{Admitted, Outcome};
use policyc_runtime::request::{Call, Host, LiveSchema};

/// An admitted call whose outcome is not told yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) admitted: Admitted,
    pub(super) server: Box<str>,
    pub(super) tool: Box<str>,
    pub(super) args: Box<str>,
    pub(super) principal: Box<str>,
    pub(super) context: Box<str>,
    pub(super) now_ms: Option<i64>,
    pub(super) seq: u64,
    /// The policy learns from its result.
    pub(super) teaches: bool,
    /// It was recorded under this very program.
    pub(super) same: bool,
    /// What came of it; `None`: a line of its own will say so.
    pub(super) ended: Option<Ended>,
}

impl Pending {
    /// Whether it is this call of this session.
    pub(super) fn is(&self, session: &[u8], seq: u64) -> bool {
        self.seq == seq && self.admitted.who().session == session
    }

    /// The call.
    pub(super) const fn call(&self) -> Call<'_> {
        Call {
            server: &self.server,
            tool: &self.tool,
            args: self.args.as_bytes(),
            schema: LiveSchema::Locked,
        }
    }

    /// What the host says when its outcome is told.
    pub(super) const fn host(&self, now_ms: Option<i64>) -> Host<'_> {
        Host { principal: self.principal.as_bytes(), session: self.context.as_bytes(), now_ms }
    }
}

/// How a call ended, as it was recorded.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) kind: OutcomeKind,
    /// What was recorded of its result.
    pub(super) result: Option<Kept>,
    /// Something was known when it was recorded, and is not written down.
    lacks: Lacks,
}

/// What a recording leaves out of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacks {
    Nothing,
    /// Whether it failed.
    Outcome,
    /// What the result said.
    Result,
}

/// A recorded result.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) structured: Option<Box<str>>,
    pub(super) text: Box<str>,
    pub(super) truncated: bool,
}

impl Ended {
    /// What a call line of version 1 says. `reads_text`: the plain text of its result may teach something.
    pub(super) fn of_call(line: &CallLine<'_>, reads_text: bool) -> Self {
        let kind = match &line.result {
            None => return Self { kind: OutcomeKind::Unknown, result: None, lacks: Lacks::Outcome },
            Some(result) if result.is_error => OutcomeKind::Failure,
            Some(_) => OutcomeKind::Success,
        };
        Self::new(kind, line.result.as_ref(), reads_text)
    }

    /// What an outcome line says. Of a text that is cut nothing can be told; the structure is whole.
    pub(super) fn new(kind: OutcomeKind, result: Option<&ResultLine<'_>>, reads_text: bool) -> Self {
        let is_cut =
            |result: &ResultLine<'_>| result.truncated && (reads_text || result.structured.is_none());
        let lacks = match kind {
            OutcomeKind::Success if result.is_none_or(is_cut) => Lacks::Result,
            _ => Lacks::Nothing,
        };
        let kept = |result: &ResultLine<'_>| Kept {
            structured: result.structured.map(Into::into),
            text: (&*result.text).into(),
            truncated: result.truncated,
        };
        Self { kind, result: result.map(kept), lacks }
    }

    /// The call has succeeded, and what it taught is not to be seen.
    pub(super) fn lacks_result(&self) -> bool {
        self.lacks == Lacks::Result
    }

    /// Nobody wrote down whether the call failed.
    pub(super) fn lacks_outcome(&self) -> bool {
        self.lacks == Lacks::Outcome
    }

    /// What is remembered from now on may be something else than it was then.
    pub(super) fn is_doubtful(&self, pending: &Pending) -> bool {
        match self.lacks {
            Lacks::Nothing => false,
            Lacks::Result => pending.teaches,
            Lacks::Outcome => pending.admitted.id().is_some(),
        }
    }

    /// As the gate is told.
    pub(super) fn outcome(&self) -> Outcome<'_> {
        match (self.kind, &self.result) {
            (OutcomeKind::Failure, _) => Outcome::Failure,
            (OutcomeKind::Unsent, _) => Outcome::Unsent,
            (OutcomeKind::Success, Some(result)) if self.lacks == Lacks::Nothing => {
                Outcome::Success { result: result.json().as_bytes(), text: result.text.as_bytes() }
            }
            (OutcomeKind::Unknown | OutcomeKind::Success, _) => Outcome::Unknown,
        }
    }
}

impl Kept {
    /// A text that is JSON is a result as well.
    fn json(&self) -> &str {
        let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        match &self.structured {
            Some(json) => json,
            None if is_json(&self.text) => &self.text,
            None => "",
        }
    }
}
