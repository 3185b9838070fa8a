//! Expected verdicts of recorded calls. In: a file of JSON Lines, one call each:
//! `{"file":"a.jsonl","session":"s1","seq":0,"decision":"deny","reasons":["refunds.foreign"]}` (`reasons` may be left out).
//! Out: what differs from the decisions made; or such a file for the decisions made (`--bless`). `file` is the recording's path from the
//! folder of the expectations, so that both can be moved and run from anywhere.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A decision that rests on a result that is cut, missing or changed (semantics.md 53).
pub const INCONCLUSIVE: &str = "inconclusive";

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict<'a> {
    /// The recording, from the folder of the expectations.
    #[serde(borrow)]
    pub file: Cow<'a, str>,
    /// The session's id.
    #[serde(borrow)]
    pub session: Cow<'a, str>,
    /// The call's number in it.
    pub seq: u64,
    /// `allow`, `ask` or `deny`; or `inconclusive`, which no expected decision is met by.
    #[serde(borrow)]
    pub decision: Cow<'a, str>,
    /// The reasons' ids, in the decision's order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reasons: Option<Vec<String>>,
}

/// File, session and number: what a verdict is of.
type Key = (String, String, u64);

/// What is expected of each call that has not come yet.
#[derive(Debug, Default, Clone)]
pub struct Expectations(BTreeMap<Key, Expected>);

#[derive(Debug, Clone)]
struct Expected {
    decision: String,
    reasons: Option<Vec<String>>,
    /// The line that says so, from 1.
    line: u64,
}

/// A call that was decided in another way than expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// The recording.
    pub file: String,
    /// The call's line in it, from 1; none if there is no such call.
    pub line: Option<u64>,
    /// The line of the expectations, from 1; none if they do not name the call.
    pub expected_line: Option<u64>,
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
            if !matches!(&*verdict.decision, "allow" | "ask" | "deny" | INCONCLUSIVE) {
                return Err(broken(format!(
                    "`decision` is `{}`; it must be allow, ask, deny or inconclusive",
                    verdict.decision
                )));
            }
            let key = (verdict.file.into_owned(), verdict.session.into_owned(), verdict.seq);
            let expected = Expected {
                decision: verdict.decision.into_owned(),
                reasons: verdict.reasons,
                line: u64::try_from(number + 1).unwrap_or(u64::MAX),
            };
            if all.insert(key, expected).is_some() {
                return Err(broken("the call stands in an earlier line, too".to_owned()));
            }
        }
        Ok(Self(all))
    }

    /// Compares a decision about a call in a line of a file; each call is expected once.
    pub fn check(&mut self, actual: &Verdict<'_>, file: &str, line: u64) -> Option<Mismatch> {
        let key = (actual.file.to_string(), actual.session.to_string(), actual.seq);
        let expected = self.0.remove(&key);
        if expected.as_ref().is_some_and(|expected| expected.is(actual)) {
            return None;
        }
        Some(Mismatch {
            file: file.to_owned(),
            line: Some(line),
            expected_line: expected.as_ref().map(|expected| expected.line),
            session: key.1,
            seq: key.2,
            expected: expected.map_or_else(|| NO_CALL.to_owned(), |expected| expected.words()),
            actual: words(&actual.decision, actual.reasons.as_deref()),
        })
    }

    /// Expected calls that never came.
    #[must_use]
    pub fn missing(self) -> Vec<Mismatch> {
        let missing = self.0.into_iter().map(|((file, session, seq), expected)| Mismatch {
            file,
            line: None,
            expected_line: Some(expected.line),
            session,
            seq,
            expected: expected.words(),
            actual: NO_CALL.to_owned(),
        });
        missing.collect()
    }
}

/// What stands for the verdict of a call that is not there.
const NO_CALL: &str = "no such call";

impl Expected {
    fn is(&self, actual: &Verdict<'_>) -> bool {
        self.decision == actual.decision && (self.reasons.is_none() || self.reasons == actual.reasons)
    }

    fn words(&self) -> String {
        words(&self.decision, self.reasons.as_deref())
    }
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
        assert_eq!(expected.check(&verdict(0, "allow", &["small"]), "r/a", 2), None);
        let changed = expected.check(&verdict(1, "deny", &["foreign"]), "r/a", 3).unwrap();
        assert_eq!((&*changed.expected, &*changed.actual), ("deny by default_deny", "deny by foreign"));
        assert_eq!((&*changed.file, changed.line, changed.expected_line), ("r/a", Some(3), Some(2)));
        let new = expected.check(&verdict(7, "allow", &[]), "r/a", 9).unwrap();
        assert_eq!((&*new.expected, &*new.actual), ("no such call", "allow"));
        let missing = expected.missing();
        assert_eq!((missing.len(), missing[0].seq, &*missing[0].expected), (1, 2, "ask by big"));
    }

    #[test]
    fn reasons_may_be_left_out() {
        let text = r#"{"file":"a","session":"s\"1","seq":1,"decision":"deny"}"#;
        let mut expected = Expectations::parse(text).unwrap();
        assert_eq!(expected.check(&verdict(1, "deny", &["anything"]), "a", 1), None);
    }

    #[test]
    fn broken_expectations_are_named_by_line() {
        let line = r#"{"file":"a","session":"s","seq":1,"decision":"deny"}"#;
        let check = |text: &str, number, why: &str| {
            assert_eq!(Expectations::parse(text).unwrap_err(), (number, why.to_owned()))
        };
        check(&format!("{line}\n{line}\n"), 2, "the call stands in an earlier line, too");
        check(
            &line.replace("deny", "denied"),
            1,
            "`decision` is `denied`; it must be allow, ask, deny or inconclusive",
        );
        check(&format!("{line}\n\n"), 2, "the text ends within a value");
    }
}
