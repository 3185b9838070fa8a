//! Expected verdicts of recorded calls. In: a file of JSON Lines, one call each:
//! `{"file":"a.jsonl","session":"s1","seq":0,"decision":"deny","reasons":["refunds.foreign"]}` (`reasons` may be left out).
//! Out: what differs from the decisions made; or such a file for the decisions made (`--bless`).

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict<'a> {
    /// The recording's file name.
    #[serde(borrow)]
    pub file: Cow<'a, str>,
    /// The session's id.
    #[serde(borrow)]
    pub session: Cow<'a, str>,
    /// The call's number in it.
    pub seq: u64,
    /// `allow`, `ask` or `deny`.
    #[serde(borrow)]
    pub decision: Cow<'a, str>,
    /// The reasons' ids, in the decision's order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reasons: Option<Vec<String>>,
}

/// File, session and number: what a verdict is of.
type Key = (String, String, u64);

/// What is expected of each call that has not come yet: decision and reasons.
#[derive(Debug, Default)]
pub struct Expectations(BTreeMap<Key, (String, Option<Vec<String>>)>);

/// A call that was decided in another way than expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// The recording's file name.
    pub file: String,
    /// The session's id.
    pub session: String,
    /// The call's number in it.
    pub seq: u64,
    /// What was expected: `deny by refunds.foreign`, or that there is no such call.
    pub expected: String,
    /// What was decided, or that there was no such call.
    pub actual: String,
}

impl Expectations {
    /// Reads a file of expectations.
    ///
    /// # Errors
    /// The first line that cannot be read, from 1, and why.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut all = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let broken = |why: String| (number + 1, why);
            let verdict: Verdict<'_> =
                serde_json::from_str(line).map_err(|error| broken(super::line::json_error(&error)))?;
            if !matches!(&*verdict.decision, "allow" | "ask" | "deny") {
                return Err(broken(format!(
                    "`decision` is `{}`; it must be allow, ask or deny",
                    verdict.decision
                )));
            }
            let key = (verdict.file.into_owned(), verdict.session.into_owned(), verdict.seq);
            if all.insert(key, (verdict.decision.into_owned(), verdict.reasons)).is_some() {
                return Err(broken("the call stands in an earlier line, too".to_owned()));
            }
        }
        Ok(Self(all))
    }

    /// Compares a decision; each call is expected once.
    pub fn check(&mut self, actual: &Verdict<'_>) -> Option<Mismatch> {
        let key = (actual.file.to_string(), actual.session.to_string(), actual.seq);
        let expected = self.0.remove(&key);
        let (decision, reasons) = match &expected {
            None => {
                return Some(mismatch(
                    key,
                    "no such call".to_owned(),
                    words(&actual.decision, actual.reasons.as_deref()),
                ));
            }
            Some((decision, reasons)) => (decision, reasons),
        };
        let same = *decision == actual.decision && (reasons.is_none() || *reasons == actual.reasons);
        (!same).then(|| {
            mismatch(
                key,
                words(decision, reasons.as_deref()),
                words(&actual.decision, actual.reasons.as_deref()),
            )
        })
    }

    /// Expected calls that never came.
    #[must_use]
    pub fn missing(self) -> Vec<Mismatch> {
        self.0
            .into_iter()
            .map(|(key, (decision, reasons))| {
                mismatch(key, words(&decision, reasons.as_deref()), "no such call".to_owned())
            })
            .collect()
    }
}

fn mismatch((file, session, seq): Key, expected: String, actual: String) -> Mismatch {
    Mismatch { file, session, seq, expected, actual }
}

fn words(decision: &str, reasons: Option<&[String]>) -> String {
    match reasons {
        Some(reasons) if !reasons.is_empty() => format!("{decision} by {}", reasons.join(", ")),
        _ => decision.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(seq: u64, decision: &str, reasons: &[&str]) -> Verdict<'static> {
        Verdict {
            file: "a".into(),
            session: "s\"1".into(),
            seq,
            decision: decision.to_owned().into(),
            reasons: Some(reasons.iter().map(|&id| id.to_owned()).collect()),
        }
    }

    #[test]
    fn blessed_lines_are_met_and_others_are_named() {
        let blessed: String = [
            verdict(0, "allow", &["small"]),
            verdict(1, "deny", &["default_deny"]),
            verdict(2, "ask", &["big"]),
        ]
        .iter()
        .map(|verdict| serde_json::to_string(verdict).unwrap() + "\n")
        .collect();
        let mut expected = Expectations::parse(&blessed).unwrap();
        assert_eq!(expected.check(&verdict(0, "allow", &["small"])), None);
        let changed = expected.check(&verdict(1, "deny", &["foreign"])).unwrap();
        assert_eq!((&*changed.expected, &*changed.actual), ("deny by default_deny", "deny by foreign"));
        let new = expected.check(&verdict(7, "allow", &[])).unwrap();
        assert_eq!((&*new.expected, &*new.actual), ("no such call", "allow"));
        let missing = expected.missing();
        assert_eq!((missing.len(), missing[0].seq, &*missing[0].expected), (1, 2, "ask by big"));
    }

    #[test]
    fn reasons_may_be_left_out() {
        let text = r#"{"file":"a","session":"s\"1","seq":1,"decision":"deny"}"#;
        let mut expected = Expectations::parse(text).unwrap();
        assert_eq!(expected.check(&verdict(1, "deny", &["anything"])), None);
    }

    #[test]
    fn broken_expectations_are_named_by_line() {
        let line = r#"{"file":"a","session":"s","seq":1,"decision":"deny"}"#;
        let check = |text: &str, number, why: &str| {
            assert_eq!(Expectations::parse(text).unwrap_err(), (number, why.to_owned()))
        };
        check(&format!("{line}\n{line}\n"), 2, "the call stands in an earlier line, too");
        check(&line.replace("deny", "denied"), 1, "`decision` is `denied`; it must be allow, ask or deny");
        check(&format!("{line}\n\n"), 2, "the text ends within a value");
    }
}
