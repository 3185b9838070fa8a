//! What trying changes comes to. In: changes and their fates. Out: [`Outcome`], which is the JSON and what the text is made from.

use policyc_compiler::Report;
use policyc_compiler::diagnostics::positions::Positions;
use policyc_compiler::mutate::trial::Fate;
use policyc_compiler::mutate::{Kind, Mutant};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    policy: String,
    /// Changes that compile and change something.
    pub(super) changes: usize,
    pub(super) noticed: usize,
    pub(super) not_noticed: usize,
    /// Percent of the changes that are noticed, rounded down; none where there are no changes.
    pub(super) score: Option<usize>,
    /// Changes that the checker refuses.
    pub(super) refused: usize,
    /// Changes that change nothing.
    pub(super) same: usize,
    /// Changes that were not tried.
    pub(super) left_out: usize,
    pub(super) recorded_calls: usize,
    pub(super) by_kind: BTreeMap<&'static str, OfKind>,
    pub(super) results: Vec<Tried>,
    #[serde(skip)]
    texts: BTreeMap<Arc<str>, Arc<str>>,
}

/// The changes of one kind.
#[derive(Debug, Default, Serialize)]
pub(super) struct OfKind {
    pub(super) changes: usize,
    pub(super) noticed: usize,
}

/// A change that was tried.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) statement: String,
    pub(super) kind: Kind,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) outcome: &'static str,
    /// What noticed or refused it.
    pub(super) by: Option<String>,
    /// Recorded calls that are decided in another way, though nothing is expected of them.
    pub(super) changed_decisions: u64,
}

impl Outcome {
    pub(super) fn new(report: &Report, recorded_calls: usize, left_out: usize) -> Self {
        Self {
            policy: report.policy.as_ref().map(|policy| policy.name.to_string()).unwrap_or_default(),
            changes: 0,
            noticed: 0,
            not_noticed: 0,
            score: None,
            refused: 0,
            same: 0,
            left_out,
            recorded_calls,
            by_kind: BTreeMap::new(),
            results: Vec::new(),
            texts: report.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect(),
        }
    }

    pub(super) fn add(&mut self, mutant: &Mutant, fate: Fate) {
        let (outcome, by, changed_decisions) = match fate {
            Fate::Refused(why) => ("refused", Some(why), 0),
            Fate::Same => ("same", None, 0),
            Fate::Noticed(by) => ("noticed", Some(by), 0),
            Fate::NotNoticed(changed) => ("not_noticed", None, changed),
        };
        let place = self.texts.get(&mutant.file).map(|text| Positions::new(text).at(mutant.at));
        self.results.push(Tried {
            file: mutant.file.to_string(),
            line: place.map_or(1, |place| place.line),
            column: place.map_or(1, |place| place.column),
            statement: mutant.statement.clone(),
            kind: mutant.kind,
            before: mutant.before.clone(),
            after: mutant.after.clone(),
            outcome,
            by,
            changed_decisions,
        });
    }

    /// Counts.
    pub(super) fn finish(mut self) -> Self {
        let count =
            |results: &[Tried], outcome| results.iter().filter(|tried| tried.outcome == outcome).count();
        self.noticed = count(&self.results, "noticed");
        self.not_noticed = count(&self.results, "not_noticed");
        self.refused = count(&self.results, "refused");
        self.same = count(&self.results, "same");
        self.changes = self.noticed + self.not_noticed;
        self.score = (self.noticed * 100).checked_div(self.changes);
        for tried in self.results.iter().filter(|tried| tried.outcome.ends_with("noticed")) {
            let of_kind = self.by_kind.entry(tried.kind.name()).or_default();
            of_kind.changes += 1;
            of_kind.noticed += usize::from(tried.outcome == "noticed");
        }
        self
    }
}
