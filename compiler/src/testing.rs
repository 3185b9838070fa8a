//! Test blocks. In: the report of a checked policy, its loaded program. Out: what came of each step.

mod run;

use crate::replay::tally::Tally;
use crate::report::{Report, Test, TestStep};
use crate::typed::Policy;
use policyc_grammar::ast::Effect;
use policyc_grammar::source::Span;
use policyc_runtime::decided::Decided;
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::Gate;
use policyc_runtime::pdp::Pdp;
use policyc_runtime::request::Host;
use policyc_runtime::vm::Vm;
use policyc_store::Memory;
use run::Run;
use std::sync::Arc;

/// A test that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// Its name.
    pub name: Arc<str>,
    /// The file it stands in.
    pub file: Arc<str>,
    /// The whole block.
    pub span: Span,
    /// Its calls.
    pub calls: usize,
    /// What was not as expected, in order; none if it passed.
    pub failures: Vec<Failure>,
}

/// A step that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The step.
    pub span: Span,
    /// What was expected: `allow by small`.
    pub expected: String,
    /// What was decided, and why: `deny by default_deny`.
    pub actual: String,
    /// More about the reasons, one line each.
    pub notes: Vec<String>,
}

/// Runs tests, each from the beginning: without principal, session, time and memory until its steps set them.
#[must_use]
pub fn run(report: &Report, pdp: &Pdp, tally: &mut Tally<'_, ()>) -> Vec<TestResult> {
    let mut vm = Vm::new(pdp);
    let policy = report.policy.as_deref();
    report.tests.iter().map(|test| one(test, policy, pdp, &mut vm, tally)).collect()
}

/// Whether a test fails.
#[must_use]
pub fn fails(test: &Test, pdp: &Pdp) -> bool {
    let mut tally = Tally::new(pdp.program());
    !one(test, None, pdp, &mut Vm::new(pdp), &mut tally).failures.is_empty()
}

/// `policy` has the words for why a call is not permitted.
fn one(
    test: &Test,
    policy: Option<&Policy>,
    pdp: &Pdp,
    vm: &mut Vm,
    tally: &mut Tally<'_, ()>,
) -> TestResult {
    let mut result = TestResult {
        name: test.name.clone(),
        file: test.file.clone(),
        span: test.span,
        calls: 0,
        failures: Vec::new(),
    };
    let store = Memory::new();
    let mut run = Run::new(Gate { pdp, store: &store }, vm, policy);
    for step in &test.steps {
        match step {
            TestStep::Principal(json) => run.principal = json,
            TestStep::Session(json) => run.session = json,
            TestStep::At(ms) => run.now_ms = Some(*ms),
            TestStep::After(ms) => run.now_ms = Some(run.now_ms.unwrap_or_default().saturating_add(*ms)),
            TestStep::Label(id) => {
                // A store in memory does not fail, and the checker knows the label.
                let _ = run.gate.set_label(id, &run.who());
            }
            TestStep::Call(call) => {
                result.calls += 1;
                result.failures.extend(run.call(call, tally));
            }
            TestStep::Answer(answer) => result.failures.extend(run.answer(answer, tally)),
            TestStep::Reply(reply) => result.failures.extend(run.reply(reply, tally)),
        }
    }
    result
}

/// What a step expects of a decision.
#[derive(Clone, Copy)]
struct Expected<'e> {
    span: Span,
    effect: Effect,
    by: &'e [Arc<str>],
}

impl Expected<'_> {
    const fn decision(self) -> Decision {
        match self.effect {
            Effect::Allow => Decision::Allow,
            Effect::Ask => Decision::Ask,
            Effect::Deny => Decision::Deny,
        }
    }

    fn text(self) -> String {
        let by: Vec<&str> = self.by.iter().map(|id| &**id).collect();
        verdict(self.decision(), &by)
    }

    fn failure(self, actual: String) -> Failure {
        Failure { span: self.span, expected: self.text(), actual, notes: Vec::new() }
    }

    /// Whether this is what was expected.
    fn is(self, decision: Decision, ids: &[&str]) -> bool {
        decision == self.decision() && self.by.iter().all(|id| ids.contains(&&**id))
    }
}

/// `decision`: that of the record, or Allow where consent was given.
fn compared(
    expected: Expected<'_>,
    decision: Decision,
    decided: &Decided<'_>,
    host: &Host<'_>,
) -> Option<Failure> {
    let ids: Vec<&str> = decided.reasons().map(|reason| reason.id()).collect();
    if expected.is(decision, &ids) {
        return None;
    }
    let mut notes: Vec<String> = decided
        .reasons()
        .filter(|reason| !reason.message().is_empty())
        .map(|reason| format!("{}: {}", reason.id(), reason.message()))
        .collect();
    let detail = decided.detail();
    let untimed =
        host.now_ms.is_none() && detail.as_ref().is_some_and(|text| text.contains("reads the time"));
    notes.extend(detail);
    if untimed {
        notes.push("a step before it sets the time: `at \"2027-01-01T09:00Z\"`".to_owned());
    }
    Some(Failure { notes, ..expected.failure(verdict(decision, &ids)) })
}

/// `deny by a, b`.
fn verdict(decision: Decision, ids: &[&str]) -> String {
    if ids.is_empty() { decision.code().to_owned() } else { format!("{decision} by {}", ids.join(", ")) }
}
