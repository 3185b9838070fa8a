//! What a test run comes to. In: results of test blocks and of a replay. Out: [`Outcome`], which every form of output reads, and its JSON.

use super::hostile::JsonHostility;
use super::truth::JsonTruth;
use crate::exit::{Exit, Trouble};
use crate::program::Unusable;
use policyc_compiler::Report;
use policyc_compiler::diagnostics::json::{JsonDiagnostic, to_json};
use policyc_compiler::diagnostics::positions::Position;
use policyc_compiler::diagnostics::sources::{PlaceSpan, Sources};
use policyc_compiler::diagnostics::{Diagnostic, Location};
use policyc_compiler::replay::expect::Mismatch;
use policyc_compiler::replay::hostile::Hostility;
use policyc_compiler::replay::tally::StatementCoverage;
use policyc_compiler::replay::truth::Truth;
use policyc_compiler::replay::{BrokenLine, CallPlace, Uncertain};
use policyc_compiler::testing::TestResult;
use policyc_runtime::Decision;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) tests: Vec<TestOutcome>,
    pub(super) replayed: Option<Replayed>,
    pub(super) coverage: Coverage,
    /// Policies with errors, by path.
    pub(super) unusable: Vec<(String, Unusable)>,
    /// What could not be read or written.
    pub(super) troubles: Vec<Trouble>,
}

/// One test block.
#[derive(Debug, Serialize)]
pub(super) struct TestOutcome {
    pub(super) policy: String,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) calls: usize,
    pub(super) passed: bool,
    pub(super) failures: Vec<FailureOutcome>,
}

/// One step that was not as expected.
#[derive(Debug, Serialize)]
pub(super) struct FailureOutcome {
    #[serde(skip)]
    pub(super) place: PlaceSpan,
    line: u32,
    /// The step's first line.
    step: String,
    expected: String,
    actual: String,
    notes: Vec<String>,
}

/// What the recorded calls come to.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) files: usize,
    pub(super) calls: u64,
    pub(super) allow: u64,
    pub(super) ask: u64,
    pub(super) deny: u64,
    pub(super) reasons: Vec<ReasonOutcome>,
    pub(super) uncertain: Uncertain,
    /// What became of attacks and of honest work, if the recordings tell.
    pub(super) truth: Option<Truth>,
    /// What hostile variants came to, if they were tried.
    pub(super) hostility: Option<Hostility>,
    pub(super) broken: Vec<BrokenLine>,
    pub(super) broken_count: u64,
    pub(super) mismatches: Vec<Mismatch>,
    /// What recordings made under this very program say otherwise.
    pub(super) diverged: Vec<BrokenLine>,
    /// The file of expectations.
    expect: String,
}

/// One reason and its first calls.
#[derive(Debug, Serialize)]
pub(super) struct ReasonOutcome {
    pub(super) id: String,
    pub(super) decision: &'static str,
    pub(super) calls: u64,
    pub(super) first: Vec<CallPlace>,
}

/// Statements and how often they mattered.
#[derive(Debug, Default, Serialize)]
pub(super) struct Coverage {
    pub(super) by_statement: Vec<Covered>,
}

/// One statement.
#[derive(Debug, Serialize)]
pub(super) struct Covered {
    pub(super) policy: String,
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) considered: u64,
    pub(super) matched: u64,
    pub(super) determining: u64,
}

/// The run as JSON.
#[derive(Debug, Serialize)]
pub(super) struct Json<'o> {
    passed: usize,
    failed: usize,
    calls: u64,
    allow: u64,
    ask: u64,
    deny: u64,
    /// Of these, verdicts that might be others.
    #[serde(flatten)]
    uncertain: Uncertain,
    by_reason: BTreeMap<&'o str, u64>,
    /// What became of attacks and of honest work; `null` if no recording tells.
    ground_truth: Option<JsonTruth<'o>>,
    /// What hostile variants of the recorded calls came to; left out if none were tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    mutated_calls: Option<JsonHostility<'o>>,
    coverage: JsonCoverage<'o>,
    tests: &'o [TestOutcome],
    first_calls: &'o [ReasonOutcome],
    mismatches: &'o [Mismatch],
    diverged: &'o [BrokenLine],
    broken_lines: &'o [BrokenLine],
    unusable: Vec<&'o str>,
    /// What is wrong with the unusable ones, and files that could not be read or written.
    diagnostics: Vec<JsonDiagnostic<'o>>,
}

#[derive(Debug, Serialize)]
struct JsonCoverage<'o> {
    percent: Option<usize>,
    matched: usize,
    statements: usize,
    never_matched: Vec<&'o str>,
    by_statement: &'o [Covered],
}

impl Outcome {
    pub(super) fn passed(&self) -> usize {
        self.tests.iter().filter(|test| test.passed).count()
    }

    pub(super) fn failed(&self) -> usize {
        self.tests.len() - self.passed()
    }

    /// Hostile writes that are not allowed, of all; none if none were tried.
    pub(super) fn stopped(&self) -> Option<(u64, u64)> {
        let writes = self.replayed.as_ref()?.hostility.as_ref()?.all().writes;
        (writes.total() > 0).then_some((writes.stopped(), writes.total()))
    }

    pub(super) fn exit(&self) -> Exit {
        let replayed = self.replayed.as_ref();
        if !self.troubles.is_empty() || replayed.is_some_and(|replayed| replayed.broken_count > 0) {
            return Exit::Trouble;
        }
        let differs =
            replayed.is_some_and(|replayed| !replayed.mismatches.is_empty() || !replayed.diverged.is_empty());
        let unusable = self.unusable.iter().map(|(_, unusable)| unusable.exit);
        unusable.fold(Exit::findings(self.failed() > 0 || differs), Exit::and)
    }

    /// What could not be read or written, as diagnostics.
    pub(super) fn told(&self) -> Vec<Diagnostic> {
        self.troubles.iter().filter_map(Trouble::diagnostic).collect()
    }

    /// `told` is kept by the caller, since the result borrows from it.
    pub(super) fn json<'o>(&'o self, nothing: &'o Report, told: &'o [Diagnostic]) -> Json<'o> {
        let reports = self.unusable.iter().map(|(_, unusable)| &unusable.report);
        let diagnostics = reports.flat_map(|report| to_json(report, &report.diagnostics));
        let replayed = self.replayed.as_ref();
        let count = |of: fn(&Replayed) -> u64| replayed.map_or(0, of);
        Json {
            passed: self.passed(),
            failed: self.failed(),
            calls: count(|replayed| replayed.calls),
            allow: count(|replayed| replayed.allow),
            ask: count(|replayed| replayed.ask),
            deny: count(|replayed| replayed.deny),
            uncertain: replayed.map(|replayed| replayed.uncertain).unwrap_or_default(),
            by_reason: replayed
                .map(|replayed| replayed.reasons.iter().map(|reason| (&*reason.id, reason.calls)).collect())
                .unwrap_or_default(),
            ground_truth: replayed.and_then(|replayed| replayed.truth.as_ref()).map(JsonTruth::of),
            mutated_calls: replayed.and_then(|replayed| replayed.hostility.as_ref()).map(JsonHostility::of),
            coverage: JsonCoverage {
                percent: self.coverage.percent(),
                matched: self.coverage.matched(),
                statements: self.coverage.by_statement.len(),
                never_matched: self.coverage.never().map(|statement| &*statement.id).collect(),
                by_statement: &self.coverage.by_statement,
            },
            tests: &self.tests,
            first_calls: replayed.map(|replayed| &*replayed.reasons).unwrap_or_default(),
            mismatches: replayed.map(|replayed| &*replayed.mismatches).unwrap_or_default(),
            diverged: replayed.map(|replayed| &*replayed.diverged).unwrap_or_default(),
            broken_lines: replayed.map(|replayed| &*replayed.broken).unwrap_or_default(),
            unusable: self.unusable.iter().map(|(path, _)| &**path).collect(),
            diagnostics: diagnostics.chain(to_json(nothing, told)).collect(),
        }
    }
}

impl TestOutcome {
    pub(super) fn of(result: &TestResult, report: &Report, policy: &str) -> Self {
        let sources = Sources::new(report);
        let place = |span| sources.place(&Location { file: result.file.clone(), span });
        let text = sources.positions(&result.file).map(|index| index.text()).unwrap_or_default();
        let failures: Vec<FailureOutcome> = result
            .failures
            .iter()
            .map(|failure| {
                let step =
                    text.get(failure.span.start as usize..failure.span.end as usize).unwrap_or_default();
                let place = place(failure.span);
                FailureOutcome {
                    place,
                    line: place.start.line,
                    step: step.lines().next().unwrap_or_default().trim().to_owned(),
                    expected: failure.expected.clone(),
                    actual: failure.actual.clone(),
                    notes: failure.notes.clone(),
                }
            })
            .collect();
        Self {
            policy: policy.to_owned(),
            name: result.name.to_string(),
            file: result.file.to_string(),
            line: place(result.span).start.line,
            calls: result.calls,
            passed: failures.is_empty(),
            failures,
        }
    }
}

impl FailureOutcome {
    /// What happened, in lines.
    pub(super) fn message(&self) -> String {
        let mut text = format!(
            "line {}: {}\n  expected {}\n  decided  {}",
            self.line, self.step, self.expected, self.actual
        );
        for note in &self.notes {
            text.push_str("\n  ");
            text.push_str(note);
        }
        text
    }
}

impl Replayed {
    pub(super) fn of(
        replayed: &policyc_compiler::replay::Replayed<'_>,
        files: usize,
        expect: Option<&str>,
    ) -> Self {
        let tally = &replayed.tally;
        Self {
            files,
            calls: tally.calls(),
            allow: tally.decided(Decision::Allow),
            ask: tally.decided(Decision::Ask),
            deny: tally.decided(Decision::Deny),
            reasons: tally
                .first_calls()
                .map(|(id, decision, calls, first)| ReasonOutcome {
                    id: id.to_owned(),
                    decision: decision.code(),
                    calls,
                    first: first.to_vec(),
                })
                .collect(),
            uncertain: replayed.uncertain,
            truth: replayed.truth.clone(),
            hostility: replayed.hostility.clone(),
            broken: replayed.broken.clone(),
            broken_count: replayed.broken_count,
            mismatches: replayed.mismatches.clone(),
            diverged: replayed.diverged.clone(),
            expect: expect.unwrap_or_default().to_owned(),
        }
    }

    /// Where a difference is seen: at the recorded call, or where a call is expected that is not there.
    pub(super) fn place<'m>(&'m self, mismatch: &'m Mismatch) -> (&'m str, Option<u64>) {
        match mismatch.line {
            Some(line) => (&mismatch.file, Some(line)),
            None => (&self.expect, mismatch.expected_line),
        }
    }
}

impl Coverage {
    pub(super) fn of(coverage: &[StatementCoverage<'_>], policy: &str) -> Self {
        let by_statement = coverage.iter().map(|statement| Covered {
            policy: policy.to_owned(),
            id: statement.id.to_owned(),
            kind: statement.kind,
            considered: statement.considered,
            matched: statement.matched,
            determining: statement.determining,
        });
        Self { by_statement: by_statement.collect() }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.by_statement.extend(other.by_statement);
    }

    pub(super) fn matched(&self) -> usize {
        self.by_statement.iter().filter(|statement| statement.matched > 0).count()
    }

    pub(super) fn never(&self) -> impl Iterator<Item = &Covered> {
        self.by_statement.iter().filter(|statement| statement.matched == 0)
    }

    /// Percent of statements that matched, rounded down; none where there are no statements.
    pub(super) fn percent(&self) -> Option<usize> {
        (self.matched() * 100).checked_div(self.by_statement.len())
    }
}

/// `expected deny by x, decided allow by y`.
pub(super) fn differs(mismatch: &Mismatch) -> String {
    format!("expected {}, decided {}", mismatch.expected, mismatch.actual)
}

/// A count as people read it.
pub(super) fn narrow(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The beginning of a line.
pub(super) fn line(number: u64) -> PlaceSpan {
    let at = Position { line: u32::try_from(number).unwrap_or(u32::MAX), column: 1 };
    PlaceSpan { start: at, end: at }
}
