//! A test under way: calls, answers of people, replies, one after the other. In: steps. Out: what was not as expected.

use super::{Expected, Failure, compared, verdict};
use crate::explain::explain;
use crate::replay::tally::Tally;
use crate::report::{CallOutcome, TestAnswer, TestCall, TestReply, TestShown};
use crate::typed::Policy;
use policyc_runtime::decided::Decided;
use policyc_runtime::decision::{BuiltIn, Decision};
use policyc_runtime::gate::{Admitted, Asked, Consent, Gate, Learned, Outcome, Shown};
use policyc_runtime::request::{Call, Host, LiveSchema};
use policyc_runtime::result::{Body, Sent};
use policyc_runtime::state::approval::{Answer, Approver, Fingerprint, Voted};
use policyc_runtime::state::{Memory, Who};
use policyc_runtime::vm::Vm;
use serde_json::{Value, json};
use std::sync::Arc;

/// A test under way.
pub(super) struct Run<'r> {
    pub(super) gate: Gate<'r>,
    vm: &'r mut Vm,
    policy: Option<&'r Policy>,
    pub(super) principal: &'r str,
    pub(super) session: &'r str,
    pub(super) now_ms: Option<i64>,
    /// The last call that asked, and its approval.
    asked: Option<(&'r TestCall, &'r str, &'r str, Fingerprint)>,
}

impl<'r> Run<'r> {
    pub(super) const fn new(gate: Gate<'r>, vm: &'r mut Vm, policy: Option<&'r Policy>) -> Self {
        Self { gate, vm, policy, principal: "{}", session: "{}", now_ms: None, asked: None }
    }

    /// The values themselves are the handles: the same principal in the same session has one memory.
    pub(super) const fn who(&self) -> Who<'r> {
        Who { principal: self.principal.as_bytes(), session: self.session.as_bytes() }
    }

    const fn host(&self) -> Host<'r> {
        Host { principal: self.principal.as_bytes(), session: self.session.as_bytes(), now_ms: self.now_ms }
    }

    pub(super) fn call(&mut self, step: &'r TestCall, tally: &mut Tally<'_, ()>) -> Option<Failure> {
        let expected = Expected { span: step.span, effect: step.expect, by: &step.by };
        let (call, host, who) = (call_of(step), self.host(), self.who());
        let asks = step.expect == policyc_grammar::ast::Effect::Ask;
        tally.begin();
        let admission = self.gate.admit_traced(self.vm, &call, &host, &who, Consent::None, tally);
        let mut lacking = false;
        let (mut failure, admitted) = match &admission {
            Ok((decided, admitted)) => {
                tally.add(decided, || ());
                lacking = decided.reasons().any(|reason| reason.id() == BuiltIn::DefaultDeny.code());
                (compared(expected, decided.decision(), decided, &host), admitted.clone())
            }
            Err(error) => (Some(expected.failure(error.to_string())), None),
        };
        drop(admission);
        if let (Some(failure), Some(policy), true) = (&mut failure, self.policy, lacking) {
            let memory = Memory { store: self.gate.store, who };
            failure.notes.extend(explain(policy, self.gate.pdp, &call, &host, &memory).unmet());
        }
        if asks && failure.is_none() {
            return self.ask(step);
        }
        let told = admitted.and_then(|admitted| self.outcome(step, &admitted, tally));
        failure.or(told)
    }

    /// A call that asks waits for people.
    fn ask(&mut self, step: &'r TestCall) -> Option<Failure> {
        let expected = Expected { span: step.span, effect: step.expect, by: &step.by };
        let (call, host, who) = (call_of(step), self.host(), self.who());
        let id = person(self.principal);
        match self.gate.ask(self.vm, &call, &host, &who, id.as_bytes()) {
            Ok(Asked::Waiting { fingerprint, .. }) => {
                self.asked = Some((step, self.principal, self.session, fingerprint));
                None
            }
            Ok(Asked::Rejected { .. }) => Some(expected.failure("deny by approval_rejected".to_owned())),
            Ok(Asked::TooMany) => Some(expected.failure("deny by approval_pending".to_owned())),
            Ok(Asked::NotAsked(decision)) => Some(expected.failure(decision.code().to_owned())),
            Err(error) => Some(expected.failure(error.to_string())),
        }
    }

    /// Somebody answers the last call that asked; it is decided again, and runs if its terms are met.
    pub(super) fn answer(&mut self, step: &'r TestAnswer, tally: &mut Tally<'_, ()>) -> Option<Failure> {
        let expected = step.expect.map(|effect| Expected { span: step.span, effect, by: &step.reasons });
        let word = if step.approved { "approved" } else { "rejected" };
        let failure = |actual: String| Failure {
            span: step.span,
            expected: expected.map_or_else(|| format!("an answer that counts: {word}"), Expected::text),
            actual,
            notes: Vec::new(),
        };
        let Some((asked, principal, session, fingerprint)) = self.asked else {
            return Some(failure("no call before this step asked".to_owned()));
        };
        (self.principal, self.session) = (principal, session);
        let (call, host, who) = (call_of(asked), self.host(), self.who());
        let roles: Vec<&str> = step.roles.iter().map(|role| &**role).collect();
        let approver = Approver { id: step.by.as_bytes(), roles: &roles };
        let answer = if step.approved { Answer::Approve } else { Answer::Reject };
        let refused = match self.gate.vote(&who, &fingerprint, approver, answer, &[], host.now_ms) {
            Ok(Some(Voted::Counted { .. } | Voted::Rejected { .. })) => None,
            Ok(Some(Voted::Refused(refusal))) => Some(format!("the answer does not count: {refusal}")),
            Ok(None) => Some("nobody was asked about this call".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        if let (Some(why), None) = (&refused, expected) {
            return Some(failure(why.clone()));
        }
        tally.begin();
        let admission = self.gate.admit_traced(self.vm, &call, &host, &who, Consent::Approved, tally);
        let (differs, admitted) = match &admission {
            Ok((decided, admitted)) => {
                tally.add(decided, || ());
                let decision = consented(decided, admitted.as_ref());
                let differs = expected.and_then(|expected| compared(expected, decision, decided, &host));
                (differs, admitted.clone())
            }
            Err(error) => (Some(failure(error.to_string())), None),
        };
        drop(admission);
        let differs = differs.map(|mut differs| {
            differs.notes.extend(refused);
            differs
        });
        if admitted.is_some() {
            self.asked = None;
        }
        let told = admitted.and_then(|admitted| self.outcome(asked, &admitted, tally));
        differs.or(told)
    }

    /// Tells what came of a call. A result that does not fit what is declared of it is a failure of the test, and so is one that is
    /// shown otherwise than expected.
    fn outcome(
        &mut self,
        step: &TestCall,
        admitted: &Admitted,
        tally: &mut Tally<'_, ()>,
    ) -> Option<Failure> {
        let (call, host) = (call_of(step), self.host());
        let failed = |expected: &str, actual: String| {
            let expected = expected.to_owned();
            Some(Failure { span: step.span, expected, actual, notes: Vec::new() })
        };
        let result = match &step.outcome {
            CallOutcome::Lost => {
                let lost = self.gate.outcome(self.vm, admitted, &call, &host, &Outcome::Unknown);
                return lost.err().and_then(|error| failed("an outcome that can be told", error.to_string()));
            }
            CallOutcome::Silent => json!({ "content": [] }),
            CallOutcome::Returns(text) => returned(text),
            CallOutcome::Says(text) => json!({ "content": [{ "type": "text", "text": &**text }] }),
            CallOutcome::Fails => {
                json!({ "content": [{ "type": "text", "text": "it failed" }], "isError": true })
            }
        };
        let bytes = result.to_string();
        let answered = self.gate.answer(self.vm, admitted, &call, &host, Sent::Result(bytes.as_bytes()));
        let (learned, shown) = match answered {
            Ok(answered) => (answered.learned, answered.shown),
            Err(error) => return failed("a result that can be learned from", error.to_string()),
        };
        for own in shown.withheld_by.iter().chain(&shown.shadows) {
            tally.held(&own.id);
        }
        for redacted in &shown.redacted {
            let redaction = self.gate.pdp.program().redactions.get(redacted.redaction as usize);
            redaction.into_iter().for_each(|own| tally.held(&own.id));
        }
        // Where a test says nothing of a result, it teaches what needs none.
        let Learned { unfit, .. } = learned;
        let unfit = unfit.filter(|_| step.shown.is_empty());
        if let Some(unfit) =
            unfit.filter(|_| matches!(step.outcome, CallOutcome::Returns(_) | CallOutcome::Says(_)))
        {
            return failed("a result that fits what the policy declares of it", unfit);
        }
        let expected = step.shown.iter().find(|expected| !is_shown(expected, &shown))?;
        let expected = match expected {
            TestShown::Withheld => "a result that is withheld".to_owned(),
            TestShown::Redacting(places) => format!("a result redacted at {}", places.join(", ")),
        };
        failed(&expected, described(&shown))
    }

    /// The host is about to reply.
    pub(super) fn reply(&mut self, step: &TestReply, tally: &mut Tally<'_, ()>) -> Option<Failure> {
        let expected = Expected { span: step.span, effect: step.expect, by: &step.by };
        let replied = self.gate.reply(self.vm, &step.text, &self.host(), &self.who());
        let ids = |statements: &[&'r policyc_runtime::program::Statement]| -> Vec<&'r str> {
            statements.iter().map(|statement| &*statement.id).collect()
        };
        let mut reasons = ids(&replied.denied_by);
        reasons.extend(replied.built_in.map(|reason| reason.code()));
        let appended = ids(&replied.appended);
        for id in reasons.iter().chain(&appended).chain(&ids(&replied.shadows)) {
            tally.held(id);
        }
        if !expected.is(replied.decision, &reasons) {
            return Some(expected.failure(verdict(replied.decision, &reasons)));
        }
        let wanted: Vec<&str> = step.appending.iter().map(|id| &**id).collect();
        let same = wanted.is_empty()
            || wanted.len() == appended.len() && wanted.iter().all(|id| appended.contains(id));
        (!same).then(|| Failure {
            span: step.span,
            expected: format!("allow appending {}", wanted.join(", ")),
            actual: format!(
                "allow appending {}",
                if appended.is_empty() { "nothing".to_owned() } else { appended.join(", ") }
            ),
            notes: Vec::new(),
        })
    }
}

/// The call is one of the locked tool by construction: no server is involved.
fn call_of(step: &TestCall) -> Call<'_> {
    Call { server: &step.server, tool: &step.tool, args: step.args.as_bytes(), schema: LiveSchema::Locked }
}

/// An Ask with consent runs.
fn consented(decided: &Decided<'_>, admitted: Option<&Admitted>) -> Decision {
    if admitted.is_some() { Decision::Allow } else { decided.decision() }
}

/// The id that approvers are compared with: the principal's own, where it has one.
fn person(principal: &str) -> String {
    let value: Option<Value> = serde_json::from_str(principal).ok();
    let id = value.as_ref().and_then(|value| value.get("id")).and_then(Value::as_str);
    id.unwrap_or(principal).to_owned()
}

/// A result as a server sends it: an object is structured content as well.
fn returned(text: &Arc<str>) -> Value {
    let content = json!([{ "type": "text", "text": &**text }]);
    match serde_json::from_str::<Value>(text) {
        Ok(object @ Value::Object(_)) => json!({ "content": content, "structuredContent": object }),
        _ => json!({ "content": content }),
    }
}

fn is_shown(expected: &TestShown, shown: &Shown<'_>) -> bool {
    let withheld = matches!(shown.body, Body::Withheld(_));
    match expected {
        TestShown::Withheld => withheld,
        TestShown::Redacting(places) => !withheld && places.iter().all(|place| redacted_at(shown, place)),
    }
}

fn redacted_at(shown: &Shown<'_>, place: &str) -> bool {
    shown.redacted.iter().flat_map(|redacted| &redacted.places).any(|own| own.to_string() == place)
}

/// What became of a result, in words.
fn described(shown: &Shown<'_>) -> String {
    if let Body::Withheld(why) = &shown.body {
        let by: Vec<&str> = shown.withheld_by.iter().map(|statement| &*statement.id).collect();
        return if by.is_empty() {
            format!("withheld: {why}")
        } else {
            format!("withheld by {}", by.join(", "))
        };
    }
    let places = shown.redacted.iter().flat_map(|redacted| &redacted.places);
    let places: Vec<String> = places.map(ToString::to_string).collect();
    if places.is_empty() { "shown as it is".to_owned() } else { format!("redacted at {}", places.join(", ")) }
}
