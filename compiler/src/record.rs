//! The record of a decision, for scripts and people. In: a decision. Out: [`Record`], as JSON or as text.
//!
//! ```json
//! { "decision": "ask", "reasons": [{ "id": "refunds.large", "kind": "arm", "message": "…", "file": "support.policy", "line": 14 }],
//!   "obligations": [{ "kind": "approval", "statement": "refunds.large", "from": ["support-lead"], "quorum": 1, "within_ms": 14400000 }],
//!   "detail": null, "policy": "support", "program": "9f2c…" }
//! ```
//! `kind` of a reason is `rule`, `arm`, `hide` or `built_in`; `file` and `line` are missing for built-in ones. `program` is the program's
//! digest. `detail` says what exactly is wrong with a refused request.

use policyc_runtime::program::decode::Hex;
use policyc_runtime::{BuiltIn, Decided, Decision, Pdp, Reason};
use serde::Serialize;
use std::fmt;

/// A decision and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// `allow`, `ask` or `deny`.
    #[serde(serialize_with = "code")]
    pub decision: Decision,
    /// Why: at least one reason, in canonical order.
    pub reasons: Vec<ReasonRecord>,
    /// What the host must do.
    pub obligations: Vec<Obligation>,
    /// What exactly is wrong, where a built-in reason has more to say.
    pub detail: Option<String>,
    /// The policy's name.
    pub policy: String,
    /// The program's digest, in hexadecimal.
    pub program: String,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonRecord {
    /// The statement's id, or the built-in reason's code.
    pub id: String,
    /// `rule`, `arm`, `hide` or `built_in`.
    pub kind: &'static str,
    /// The author's words, or what the built-in reason means.
    pub message: String,
    /// The source file, relative to the root policy's directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// Something that the host must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obligation {
    /// Have the call approved before it is forwarded.
    Approval {
        /// The statement that asks.
        statement: String,
        /// Who may approve.
        from: Vec<String>,
        /// How many distinct ones.
        quorum: u32,
        /// Milliseconds from the request to the use.
        within_ms: Option<u64>,
    },
}

fn code<S: serde::Serializer>(decision: &Decision, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(decision.code())
}

impl Record {
    /// The record of a decision.
    #[must_use]
    pub fn of(decided: &Decided<'_>, pdp: &Pdp) -> Self {
        Self {
            decision: decided.decision(),
            reasons: decided.reasons().map(|reason| ReasonRecord::of(&reason, pdp)).collect(),
            obligations: decided
                .approvals()
                .map(|approval| Obligation::Approval {
                    statement: approval.statement.id.clone(),
                    from: approval.terms.from.clone(),
                    quorum: approval.terms.quorum,
                    within_ms: approval.terms.within_ms,
                })
                .collect(),
            detail: decided.detail(),
            policy: decided.policy().to_owned(),
            program: Hex(decided.program()).to_string(),
        }
    }

    /// The record of bytes that are no call: Deny, `bad_request`.
    #[must_use]
    pub fn refused(pdp: &Pdp, detail: String) -> Self {
        Self {
            decision: Decision::Deny,
            reasons: vec![ReasonRecord::of(&Reason::BuiltIn(BuiltIn::BadRequest), pdp)],
            obligations: Vec::new(),
            detail: Some(detail),
            policy: pdp.program().name.clone(),
            program: Hex(pdp.digest()).to_string(),
        }
    }
}

impl ReasonRecord {
    fn of(reason: &Reason<'_>, pdp: &Pdp) -> Self {
        let place = reason.span().and_then(|span| pdp.program().position(span));
        Self {
            id: reason.id().to_owned(),
            kind: reason.kind(),
            message: reason.message().to_owned(),
            file: place.as_ref().map(|place| place.path.to_owned()),
            line: place.as_ref().map(|place| place.line),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.decision)?;
        for reason in &self.reasons {
            write!(f, "  by {}", reason.id)?;
            match (&reason.file, reason.line) {
                (Some(file), Some(line)) => write!(f, " ({}, {file}:{line})", reason.kind)?,
                _ => write!(f, " (built in)")?,
            }
            if !reason.message.is_empty() {
                write!(f, ": {}", reason.message)?;
            }
            writeln!(f)?;
        }
        if let Some(detail) = &self.detail {
            writeln!(f, "  {detail}")?;
        }
        for Obligation::Approval { statement, from, quorum, within_ms } in &self.obligations {
            write!(f, "  approval for {statement}: {quorum} of {}", from.join(", "))?;
            if let Some(ms) = within_ms {
                write!(f, ", within {}", duration(*ms))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Milliseconds as the language writes them: `1h30m`.
#[must_use]
pub fn duration(ms: u64) -> String {
    let mut rest = ms;
    let mut out = String::new();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= size {
            out.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_as_written() {
        for (ms, text) in [
            (0, "0s"),
            (1, "1ms"),
            (900_000, "15m"),
            (5_400_000, "1h30m"),
            (604_800_000, "7d"),
            (90_061_001, "1d1h1m1s1ms"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }
}
