//! A recording v2 that was made under the program that replays it: what it says is checked against what is decided and learned again.

use super::line::{Logged, OutcomeLine};
use policyc_runtime::decided::Decided;
use policyc_runtime::gate::{Learned, Noted};

/// A decision with its reasons, by their codes and ids.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) decision: &'static str,
    pub(super) reasons: Vec<String>,
}

impl Verdict {
    pub(super) fn of(decided: &Decided<'_>) -> Self {
        let reasons = decided.reasons().map(|reason| reason.id().to_owned()).collect();
        Self { decision: decided.decision().code(), reasons }
    }
}

impl Logged<'_> {
    /// What the recording says of a decision and the changes of its admission, if that is something else.
    pub(super) fn differs(&self, verdict: &Verdict, changes: &[Noted]) -> Option<String> {
        if *self.decision != *verdict.decision || self.reasons != verdict.reasons {
            let then = words(&self.decision, &self.reasons);
            let now = words(verdict.decision, &verdict.reasons);
            return Some(format!("recorded under this very program as {then}; decided again it is {now}"));
        }
        let differs = first_difference(&self.changes, changes)?;
        Some(format!("recorded under this very program, the admission changed {differs}"))
    }
}

impl OutcomeLine<'_> {
    /// What the recording says of what was learned, if that is something else.
    pub(super) fn differs(&self, learned: &Learned) -> Option<String> {
        if self.unfit.is_some() != learned.unfit.is_some() {
            let taught = |unfit: bool| if unfit { "nothing" } else { "something" };
            return Some(format!(
                "recorded under this very program, the result taught {}; told again it teaches {}",
                taught(self.unfit.is_some()),
                taught(learned.unfit.is_some())
            ));
        }
        let differs = first_difference(&self.changes, &learned.changes)?;
        Some(format!("recorded under this very program, the result changed {differs}"))
    }
}

fn words(decision: &str, reasons: &[String]) -> String {
    format!("{decision} by {}", reasons.join(", "))
}

fn first_difference(then: &[Noted], now: &[Noted]) -> Option<String> {
    let mut pairs = then.iter().map(Some).chain([None]).zip(now.iter().map(Some).chain([None]));
    let (then, now) = pairs.find(|(then, now)| then != now)?;
    let named = |noted: Option<&Noted>| {
        noted.map_or_else(|| "nothing more".to_owned(), |noted| format!("`{}`", noted.id))
    };
    let (then, now) = (named(then), named(now));
    Some(if then == now {
        format!("{then} to something else than it does now")
    } else {
        format!("{then}; now it changes {now}")
    })
}
