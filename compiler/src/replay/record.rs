//! Writing recordings v2. In: sessions, decisions, outcomes, as they happen. Out: lines of JSON, one an event.
//!
//! An event is written when it happens, so a log that ends early is a recording, too: a call without outcome is one whose outcome nobody
//! knows.

use super::change::ChangeLine;
use super::line::{CallLine, OutcomeKind, SessionLine};
use super::logged::Verdict;
use super::pending::{Ended, Pending};
use jiff::Timestamp;
use policyc_runtime::gate::{Admitted, Learned, Noted};
use serde::Serialize;
use serde_json::value::RawValue;

/// Writes lines.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    text: String,
    /// Why a line could not be written.
    trouble: Option<String>,
}

#[derive(Serialize)]
struct Session<'a> {
    v: u8,
    r#type: &'static str,
    session: &'a str,
    principal: &'a RawValue,
    context: &'a RawValue,
    meta: &'a RawValue,
}

#[derive(Serialize)]
struct Call<'a> {
    v: u8,
    r#type: &'static str,
    session: &'a str,
    seq: u64,
    time: Option<String>,
    server: &'a str,
    tool: &'a str,
    args: &'a RawValue,
    program: &'a str,
    decision: &'a str,
    reasons: &'a [String],
    admission: Option<u64>,
    changes: Vec<ChangeLine>,
    label: &'a RawValue,
    meta: &'a RawValue,
}

#[derive(Serialize)]
struct Outcome<'a> {
    v: u8,
    r#type: &'static str,
    session: &'a str,
    seq: u64,
    time: Option<String>,
    outcome: OutcomeKind,
    result: Option<Kept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfit: Option<&'a str>,
    changes: Vec<ChangeLine>,
}

#[derive(Serialize)]
struct Kept<'a> {
    structured: Option<&'a RawValue>,
    text: &'a str,
    is_error: bool,
    truncated: bool,
}

impl Recorder {
    /// The lines, or why there are none.
    pub(super) fn finish(self) -> Result<String, String> {
        self.trouble.map_or(Ok(self.text), Err)
    }

    /// A session begins.
    pub(super) fn session(&mut self, line: &SessionLine<'_>) {
        let written = (|| {
            Ok(Session {
                v: 2,
                r#type: "session",
                session: &line.session,
                principal: raw(line.principal)?,
                context: raw(line.context)?,
                meta: raw(line.meta)?,
            })
        })();
        self.line(written);
    }

    /// A call was decided, and admitted if it has a number.
    pub(super) fn call(
        &mut self,
        line: &CallLine<'_>,
        program: &str,
        verdict: &Verdict,
        admitted: Option<&Admitted>,
        changes: &[Noted],
    ) {
        let written = (|| {
            Ok(Call {
                v: 2,
                r#type: "call",
                session: &line.session,
                seq: line.seq,
                time: time(line.time)?,
                server: &line.server,
                tool: &line.tool,
                args: raw(line.args)?,
                program,
                decision: verdict.decision,
                reasons: &verdict.reasons,
                admission: admitted.map(Admitted::number),
                changes: lines(changes)?,
                label: raw(line.label)?,
                meta: raw(line.meta)?,
            })
        })();
        self.line(written);
    }

    /// An admitted call has ended.
    pub(super) fn outcome(&mut self, pending: &Pending, at: Option<i64>, ended: &Ended, learned: &Learned) {
        let session = String::from_utf8_lossy(pending.admitted.who().session);
        let written = (|| {
            let is_error = ended.kind == OutcomeKind::Failure;
            let result = ended.result.as_ref().map(|result| {
                let structured = result.structured.as_deref().map(raw).transpose()?;
                let (text, truncated) = (&*result.text, result.truncated);
                Ok::<_, String>(Kept { structured, text, is_error, truncated })
            });
            Ok(Outcome {
                v: 2,
                r#type: "outcome",
                session: &session,
                seq: pending.seq,
                time: time(at)?,
                outcome: ended.kind,
                result: result.transpose()?,
                unfit: learned.unfit.as_deref(),
                changes: lines(&learned.changes)?,
            })
        })();
        self.line(written);
    }

    fn line(&mut self, line: Result<impl Serialize, String>) {
        let json = line.and_then(|line| serde_json::to_string(&line).map_err(|error| error.to_string()));
        match json {
            Ok(json) => {
                self.text.push_str(&json);
                self.text.push('\n');
            }
            Err(error) => {
                self.trouble.get_or_insert(error);
            }
        }
    }
}

fn lines(changes: &[Noted]) -> Result<Vec<ChangeLine>, String> {
    let lines = changes.iter().map(ChangeLine::of);
    lines.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// JSON that was read before.
fn raw(json: &str) -> Result<&RawValue, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// RFC 3339 in UTC.
fn time(ms: Option<i64>) -> Result<Option<String>, String> {
    let stamp = ms.map(Timestamp::from_millisecond).transpose();
    stamp.map(|stamp| stamp.map(|stamp| stamp.to_string())).map_err(|error| error.to_string())
}
