//! Explanations and pages of generated policies. In: seeds. Out: laws that hold for every policy and every call: an explanation has the
//! decision of `eval`, every unknown test says why, a nearest call is decided as claimed, and nothing is decided that the page for
//! auditors calls impossible.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use policyc_compiler::Report;
use policyc_compiler::doc::{Outcomes, document, outcomes};
use policyc_compiler::explain::{Action, Condition, Explanation, Outcome, Truth, explain, render};
use policyc_compiler::replay::history::History;
use policyc_runtime::{BuiltIn, Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_tests::generate::{Built, Request, Requests, Rng, build, policy};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Default)]
struct Counts {
    calls: usize,
    outcomes: BTreeMap<String, usize>,
    unknown: usize,
    unexplained: usize,
    nearest: usize,
    none: usize,
}

#[test]
fn explanations_agree_with_decisions() {
    let mut rng = Rng::new(11);
    let mut counts = Counts::default();
    for _ in 0..25 {
        let Some(built) = build(policy(&mut rng)) else { continue };
        let pdp = Pdp::from_program(built.indexed.as_ref().clone(), &Requirements::default()).unwrap();
        let requests = Requests::new(&built.source);
        for _ in 0..30 {
            explained(&built, &pdp, &requests.next(&mut rng), &mut counts);
        }
    }
    println!("{counts:?}");
    assert!(counts.calls > 500 && counts.nearest > 20 && counts.none > 20, "{counts:?}");
    assert!(counts.outcomes.len() == 5, "some outcome never came up: {counts:?}");
    assert!(counts.unexplained * 50 <= counts.unknown, "too many unknown tests say nothing: {counts:?}");
}

fn explained(built: &Built, pdp: &Pdp, request: &Request, counts: &mut Counts) {
    let call = Call {
        server: &request.server,
        tool: &request.tool,
        args: &request.args,
        schema: LiveSchema::Locked,
    };
    let host = Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
    let explanation = explain(&built.policy, pdp, &call, &host, &History::none().memory());
    let mut vm = Vm::new(pdp);
    let decided = vm.decide(pdp, &call, &host);
    assert_eq!(explanation.record.decision, decided.decision());
    let reasons: Vec<&str> = decided.reasons().map(|reason| reason.id()).collect();
    let determining = explanation.statements.iter().filter(|one| one.determining);
    if decided.built_in().is_none() {
        assert_eq!(determining.map(|one| &*one.id).collect::<Vec<_>>(), reasons);
    }
    for statement in &explanation.statements {
        *counts.outcomes.entry(format!("{:?}", statement.outcome)).or_default() += 1;
        for clause in &statement.conditions {
            unknown_says_why(&clause.condition, counts);
        }
        if statement.outcome == Outcome::Restricts {
            assert_eq!(
                (statement.effect, statement.value.unwrap_or(Truth::Unknown)),
                ("ask", Truth::Unknown)
            );
        }
    }
    let text = render(&explanation, policyc_compiler::diagnostics::render::Style::default());
    assert!(text.starts_with(decided.decision().code()), "{text}");
    counts.calls += 1;
    suggested(pdp, request, &explanation, counts);
}

fn unknown_says_why(condition: &Condition, counts: &mut Counts) {
    for part in &condition.parts {
        unknown_says_why(part, counts);
    }
    for element in &condition.elements {
        unknown_says_why(&element.body, counts);
    }
    if condition.value == Some(Truth::Unknown) && condition.parts.is_empty() && condition.elements.is_empty()
    {
        counts.unknown += 1;
        counts.unexplained += usize::from(condition.why.is_empty());
    }
}

/// The suggested call is decided as the suggestion says.
fn suggested(pdp: &Pdp, request: &Request, explanation: &Explanation, counts: &mut Counts) {
    let Some(nearest) = &explanation.nearest else { return };
    let Some(change) = &nearest.change else {
        counts.none += 1;
        return;
    };
    counts.nearest += 1;
    let mut args: Value = serde_json::from_slice(&request.args).unwrap();
    let path = change.argument.strip_prefix("args").unwrap();
    // Odd names and elements are left to the unit tests.
    if path.contains(['[', '"']) || path.matches('.').count() != 1 {
        return;
    }
    let members = args.as_object_mut().unwrap();
    let name = path.trim_start_matches('.');
    assert_eq!(members.get(name), change.from.as_ref());
    match &change.to {
        Some(value) => drop(members.insert(name.to_owned(), value.clone())),
        None => {
            assert_eq!(change.action, Action::Remove);
            members.remove(name);
        }
    }
    let text = args.to_string();
    let call = Call {
        server: &request.server,
        tool: &request.tool,
        args: text.as_bytes(),
        schema: LiveSchema::Locked,
    };
    let host = Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
    let mut vm = Vm::new(pdp);
    assert_eq!(vm.decide(pdp, &call, &host).decision().code(), change.decision, "{change:?}");
}

#[test]
fn pages_leave_nothing_out() {
    let mut rng = Rng::new(12);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..40 {
        let Some(built) = build(policy(&mut rng)) else { continue };
        let report = Report { policy: Some(Arc::clone(&built.policy)), ..Report::default() };
        let page = document(&report, &[0; 32]).unwrap();
        assert!(page.html().ends_with("</html>\n") && page.markdown().starts_with("# "));
        let Some(outcomes) = outcomes(&built.policy) else { continue };
        let pdp = Pdp::from_program(built.indexed.as_ref().clone(), &Requirements::default()).unwrap();
        let requests = Requests::new(&built.source);
        let mut vm = Vm::new(&pdp);
        for _ in 0..150 {
            possible(&built, &outcomes, &pdp, &mut vm, &requests.next(&mut rng), &mut seen);
        }
    }
    println!("{seen:?}");
    assert!(["allow", "ask", "deny"].iter().all(|one| seen.get(one).is_some_and(|n| *n > 50)), "{seen:?}");
}

fn possible(
    built: &Built,
    outcomes: &Outcomes,
    pdp: &Pdp,
    vm: &mut Vm,
    request: &Request,
    seen: &mut BTreeMap<&'static str, usize>,
) {
    let call = Call {
        server: &request.server,
        tool: &request.tool,
        args: &request.args,
        schema: LiveSchema::Locked,
    };
    let host = Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
    let decided = vm.decide(pdp, &call, &host);
    if !matches!(decided.built_in(), None | Some(BuiltIn::DefaultDeny)) {
        return;
    }
    let Ok(Value::Object(principal)) = serde_json::from_slice::<Value>(&request.principal) else { return };
    // `null` is absent.
    let of = |value: Option<&Value>| value.filter(|value| !value.is_null()).map(sorted);
    let class = outcomes.classes.iter().position(|class| {
        outcomes.fields.iter().all(|field| of(principal.get(&**field)) == of(class.principal.get(&**field)))
    });
    let (Some(class), Some(tool)) = (class, decided.tool()) else { return };
    let tool = pdp.program().tools.iter().position(|one| one == tool).unwrap();
    let chances = outcomes.chances[class][tool];
    let holds = match decided.decision() {
        Decision::Allow => chances.allow,
        Decision::Ask => chances.ask,
        Decision::Deny => chances.deny,
    };
    *seen.entry(decided.decision().code()).or_default() += 1;
    assert!(
        holds,
        "{} of {} for {}, called impossible\n{:?}",
        decided.decision(),
        request.tool,
        outcomes.classes[class].label,
        built.policy.rules[tool]
    );
}

/// A set is the same in any order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items = items.clone();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}
