//! One line of a recording, of version 1 or 2. In: the bytes of a line. Out: an [`Event`] that borrows from it, or why the line is broken.
//!
//! The line is read once and strictly: UTF-8, JSON, exactly the keys of the format, each with its type. What only the policy's VM may
//! judge (arguments, principal, context, results) stays text. `label` and `meta` are carried along for reports; no policy may see them.

mod raw;

use super::change::ChangeLine;
use policyc_runtime::gate::Noted;
use raw::{Label, Meta, Object, Outcome, Raw, Text, Version};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a line says.
#[derive(Debug)]
pub enum Event<'a> {
    /// A session begins.
    Session(SessionLine<'a>),
    /// A tool was called.
    Call(CallLine<'a>),
    /// An admitted call has ended (version 2).
    Outcome(OutcomeLine<'a>),
}

/// A session begins.
#[derive(Debug)]
pub struct SessionLine<'a> {
    /// Its id.
    pub session: Cow<'a, str>,
    /// The principal: a JSON object.
    pub principal: &'a str,
    /// What fills `session`: a JSON object.
    pub context: &'a str,
    /// Truth and notes for reports: a JSON object.
    pub meta: &'a str,
}

/// A tool was called.
#[derive(Debug)]
pub struct CallLine<'a> {
    /// The session's id.
    pub session: Cow<'a, str>,
    /// Its number within the session.
    pub seq: u64,
    /// The clock, UTC milliseconds.
    pub time: Option<i64>,
    /// Server alias or identity.
    pub server: Cow<'a, str>,
    /// Tool name.
    pub tool: Cow<'a, str>,
    /// The arguments: a JSON object.
    pub args: &'a str,
    /// What came of it, if that was recorded.
    pub result: Option<ResultLine<'a>>,
    /// Calls of one turn were issued together, before any of their results was seen; none: nothing is known of that.
    pub turn: Option<u64>,
    /// The label as JSON, for reports.
    pub label: &'a str,
    /// Truth and notes, likewise.
    pub meta: &'a str,
    /// How it was decided then (version 2); its outcome is a line of its own.
    pub logged: Option<Logged<'a>>,
}

/// How a call was decided when it was recorded (version 2).
#[derive(Debug)]
pub struct Logged<'a> {
    /// The program's digest, in hexadecimal.
    pub program: Cow<'a, str>,
    /// `allow`, `ask` or `deny`.
    pub decision: Cow<'a, str>,
    /// Ids of the reasons, in their order.
    pub reasons: Vec<String>,
    /// Its number among the session's admissions and outcomes; none: it did not run.
    pub admission: Option<u64>,
    /// What the admission changed.
    pub changes: Vec<Noted>,
}

/// How an admitted call has ended (version 2).
#[derive(Debug)]
pub struct OutcomeLine<'a> {
    /// The session's id.
    pub session: Cow<'a, str>,
    /// The call's number within the session.
    pub seq: u64,
    /// The clock, UTC milliseconds.
    pub time: Option<i64>,
    /// How it ended.
    pub kind: OutcomeKind,
    /// The result, if it was recorded.
    pub result: Option<ResultLine<'a>>,
    /// Why the result taught nothing.
    pub unfit: Option<Cow<'a, str>>,
    /// What it changed.
    pub changes: Vec<Noted>,
}

/// How a call has ended (semantics.md section 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// A result that is no error.
    Success,
    /// The server answered an error.
    Failure,
    /// Nobody knows.
    Unknown,
    /// Not a byte was sent.
    Unsent,
}

/// What came of a call.
#[derive(Debug)]
pub struct ResultLine<'a> {
    /// The whole result as JSON, if it is any.
    pub structured: Option<&'a str>,
    /// Its text.
    pub text: Cow<'a, str>,
    /// The tool reported an error.
    pub is_error: bool,
    /// The text is cut.
    pub truncated: bool,
}

/// Reads a line without its line end.
///
/// # Errors
/// What is wrong with it, on one line: lower-case start, no full stop.
pub fn read_line(line: &[u8]) -> Result<Event<'_>, String> {
    let text =
        std::str::from_utf8(line).map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to() + 1))?;
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    if raw.session.0.is_empty() {
        return Err("`session` is empty".to_owned());
    }
    match (&*raw.kind.0, raw.v) {
        ("session", _) => session(raw).map(Event::Session),
        ("call", _) => call(raw).map(Event::Call),
        ("outcome", Version::Two) => outcome(raw).map(Event::Outcome),
        (other, Version::One) => Err(format!("`type` is `{other}`; it must be `session` or `call`")),
        (other, Version::Two) => {
            Err(format!("`type` is `{other}`; it must be `session`, `call` or `outcome`"))
        }
    }
}

fn session(raw: Raw<'_>) -> Result<SessionLine<'_>, String> {
    raw.only("a session line", &["principal", "context", "meta"])?;
    Ok(SessionLine {
        session: raw.session.0,
        principal: raw.principal.ok_or_else(|| missing("principal"))?.0,
        context: raw.context.ok_or_else(|| missing("context"))?.0,
        meta: meta(raw.meta, raw.v)?,
    })
}

fn call(mut raw: Raw<'_>) -> Result<CallLine<'_>, String> {
    let (logged, result) = match raw.v {
        Version::One => {
            raw.only("a call line", &["seq", "time", "server", "tool", "args", "result", "label", "meta"])?;
            raw.label.as_ref().ok_or_else(|| missing("label"))?;
            (None, raw.result.take().ok_or_else(|| missing("result"))?.map(result).transpose()?)
        }
        Version::Two => (Some(logged(&mut raw)?), None),
    };
    let meta = meta(raw.meta, raw.v)?;
    let Meta { turn } = serde_json::from_str(meta).map_err(|_| "`meta.turn` is no number".to_owned())?;
    Ok(CallLine {
        session: raw.session.0,
        seq: raw.seq.ok_or_else(|| missing("seq"))?,
        time: time(raw.time)?,
        server: named(raw.server, "server")?,
        tool: named(raw.tool, "tool")?,
        args: raw.args.ok_or_else(|| missing("args"))?.0,
        result,
        turn,
        label: raw.label.flatten().map_or("null", Label::json),
        meta,
        logged,
    })
}

/// What a call line of version 2 has beside the call.
fn logged<'a>(raw: &mut Raw<'a>) -> Result<Logged<'a>, String> {
    let v2 = ["program", "decision", "reasons", "admission", "changes"];
    let both = ["seq", "time", "server", "tool", "args", "label", "meta"];
    raw.only("a call line of version 2", &[v2.as_slice(), both.as_slice()].concat())?;
    let decision = named(raw.decision.take(), "decision")?;
    if !matches!(&*decision, "allow" | "ask" | "deny") {
        return Err(format!("`decision` is `{decision}`; it must be allow, ask or deny"));
    }
    Ok(Logged {
        program: named(raw.program.take(), "program")?,
        decision,
        reasons: raw.reasons.take().ok_or_else(|| missing("reasons"))?,
        admission: raw.admission.ok_or_else(|| missing("admission"))?,
        changes: changes(raw.changes.take())?,
    })
}

fn outcome(raw: Raw<'_>) -> Result<OutcomeLine<'_>, String> {
    raw.only("an outcome line", &["seq", "time", "outcome", "result", "unfit", "changes"])?;
    Ok(OutcomeLine {
        session: raw.session.0,
        seq: raw.seq.ok_or_else(|| missing("seq"))?,
        time: time(raw.time)?,
        kind: raw.outcome.ok_or_else(|| missing("outcome"))?,
        result: raw.result.ok_or_else(|| missing("result"))?.map(result).transpose()?,
        unfit: raw.unfit.map(|text| text.0),
        changes: changes(raw.changes)?,
    })
}

fn changes(lines: Option<Vec<ChangeLine>>) -> Result<Vec<Noted>, String> {
    lines.ok_or_else(|| missing("changes"))?.into_iter().map(ChangeLine::noted).collect()
}

fn meta(meta: Option<Object<'_>>, v: Version) -> Result<&str, String> {
    match (meta, v) {
        (Some(meta), _) => Ok(meta.0),
        (None, Version::One) => Err(missing("meta")),
        (None, Version::Two) => Ok("{}"),
    }
}

fn time(time: Option<Option<Text<'_>>>) -> Result<Option<i64>, String> {
    time.ok_or_else(|| missing("time"))?.map(|text| moment(&text.0)).transpose()
}

fn result(outcome: Outcome<'_>) -> Result<ResultLine<'_>, String> {
    let structured = outcome.structured.get();
    // A text may hold half a surrogate pair, which is no text: such a one is read as none.
    let text = serde_json::from_str::<Text<'_>>(outcome.text.get());
    if text.is_err() && !outcome.text.get().starts_with('"') {
        return Err("`result.text` is no string".to_owned());
    }
    Ok(ResultLine {
        structured: (structured != "null").then_some(structured),
        text: text.map(|text| text.0).unwrap_or_default(),
        is_error: outcome.is_error,
        truncated: outcome.truncated,
    })
}

fn named<'a>(text: Option<Text<'a>>, key: &str) -> Result<Cow<'a, str>, String> {
    match text {
        None => Err(missing(key)),
        Some(text) if text.0.is_empty() => Err(format!("`{key}` is empty")),
        Some(text) => Ok(text.0),
    }
}

fn moment(text: &str) -> Result<i64, String> {
    policyc_runtime::views::time(text, None).ok().flatten().ok_or_else(|| {
        format!("`time` is `{text}`; it must be RFC 3339, such as 2027-01-01T09:00:00Z, or null")
    })
}

fn missing(key: &str) -> String {
    format!("`{key}` is missing")
}

/// serde_json's message; its line number is always 1 here.
pub(super) fn json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    let what = what.split(" (column ").next().unwrap_or(what);
    let what = what.replacen("EOF while parsing", "the text ends within", 1);
    if error.column() == 0 { what } else { format!("{what} at column {}", error.column()) }
}

#[cfg(test)]
mod tests;
