//! Test blocks. In: the tests of a checked policy and its loaded program. Out: what came of each step.

use crate::report::{Test, TestCall, TestStep};
use policyc_grammar::ast::Effect;
use policyc_grammar::source::Span;
use policyc_runtime::decision::Decision;
use policyc_runtime::pdp::Pdp;
use policyc_runtime::request::{Call, Host, LiveSchema};
use policyc_runtime::vm::Vm;
use std::sync::Arc;

use crate::replay::tally::Tally;

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

/// Runs tests, each from the beginning: without principal, session and time until its steps set them.
#[must_use]
pub fn run(tests: &[Test], pdp: &Pdp, tally: &mut Tally<'_, ()>) -> Vec<TestResult> {
    let mut vm = Vm::new(pdp);
    tests.iter().map(|test| one(test, pdp, &mut vm, tally)).collect()
}

fn one(test: &Test, pdp: &Pdp, vm: &mut Vm, tally: &mut Tally<'_, ()>) -> TestResult {
    let mut result = TestResult {
        name: test.name.clone(),
        file: test.file.clone(),
        span: test.span,
        calls: 0,
        failures: Vec::new(),
    };
    let mut host = Host { principal: b"{}", session: b"{}", now_ms: None };
    for step in &test.steps {
        match step {
            TestStep::Principal(json) => host.principal = json.as_bytes(),
            TestStep::Session(json) => host.session = json.as_bytes(),
            TestStep::At(ms) => host.now_ms = Some(*ms),
            TestStep::Call(call) => {
                result.calls += 1;
                result.failures.extend(decide(call, pdp, vm, &host, tally));
            }
        }
    }
    result
}

fn decide(
    step: &TestCall,
    pdp: &Pdp,
    vm: &mut Vm,
    host: &Host<'_>,
    tally: &mut Tally<'_, ()>,
) -> Option<Failure> {
    let call = Call {
        server: &step.server,
        tool: &step.tool,
        args: step.args.as_bytes(),
        // The call is one of the locked tool by construction: no server is involved.
        schema: LiveSchema::Locked,
    };
    tally.begin();
    let decided = vm.decide_traced(pdp, &call, host, tally);
    tally.add(&decided, || ());
    let expected = match step.expect {
        Effect::Allow => Decision::Allow,
        Effect::Ask => Decision::Ask,
        Effect::Deny => Decision::Deny,
    };
    let ids: Vec<&str> = decided.reasons().map(|reason| reason.id()).collect();
    if decided.decision() == expected && step.by.iter().all(|id| ids.contains(&&**id)) {
        return None;
    }
    let by: Vec<&str> = step.by.iter().map(|id| &**id).collect();
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
    Some(Failure {
        span: step.span,
        expected: verdict(expected, &by),
        actual: verdict(decided.decision(), &ids),
        notes,
    })
}

/// `deny by a, b`.
fn verdict(decision: Decision, ids: &[&str]) -> String {
    if ids.is_empty() { decision.code().to_owned() } else { format!("{decision} by {}", ids.join(", ")) }
}
