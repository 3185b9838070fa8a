//! Later rounds of a call (semantics.md 42). In: a call that was admitted, rounds that want to follow it. Out: which may be sent.

use crate::world::{Agent, SERVER, load};
use policyc_runtime::gate::{Asked, Consent, Outcome, Resumed, Round};
use policyc_runtime::state::approval::{Answer, Approver};
use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Vm};
use policyc_store::Memory;

const POLICY: &str = r#"
result s.pay: { paid: string }
fact state(id: string): string after s.pay: state(args.id) = result.paid
fact pays(id: string): int after s.pay: pays(args.id) += 1
label busy after s.read for 1 calls
accept input on s.pay
limit one: 1 per session on s.pay
rule read: allow s.read, s.wipe
rule pay:  allow s.pay when not (state(args.id) == "paid") and not has input.code
rule code: allow s.pay when input.code == "42" and pays(args.id) < 1
rule safe: ask   s.pay when (input.code ?? "") == "7" from "lead"
rule late: deny  s.pay when session has label busy
"#;

fn pdp() -> Pdp {
    load(
        &[
            ("pay", r#""id":{"type":"string"},"n":{"type":"number"}"#),
            ("read", r#""id":{"type":"string"}"#),
            ("wipe", r#""id":{"type":"string"}"#),
        ],
        &POLICY.replace("state(args.id) == \"paid\"", "(state(args.id) ?? \"open\") == \"paid\""),
    )
}

fn call<'c>(tool: &'c str, args: &'c str) -> Call<'c> {
    Call { server: SERVER, tool, args: args.as_bytes(), schema: LiveSchema::Locked }
}

const HOST: Host<'static> = Host { principal: b"{}", session: b" {} ", now_ms: Some(1_000) };

/// `allow by code`, and whether the round may be sent.
fn told(resumed: &Resumed) -> String {
    let word = if resumed.may_run { "runs" } else { "stays" };
    format!("{} by {}: {word}", resumed.decision, resumed.reasons.join(", "))
}

#[test]
fn a_round_is_decided_as_if_its_call_were_not_admitted_yet() {
    let (pdp, store, mut vm) = (pdp(), Memory::new(), Vm::new(&pdp()));
    let agent = Agent::new(&pdp, &store);
    let first = call("pay", r#"{"id":"1","n":5}"#);
    let admit = |vm: &mut Vm, call: &Call<'static>| {
        let (decided, admitted) = agent.gate.admit(vm, call, &HOST, &agent.who, Consent::None).unwrap();
        (decided.decision(), admitted)
    };
    let (decision, admitted) = admit(&mut vm, &first);
    assert_eq!(decision, Decision::Allow);
    let admitted = admitted.unwrap();
    // The limit is used up, the fact waits for the outcome, the counter shows the call: for others.
    assert_eq!(admit(&mut vm, &first).0, Decision::Deny);
    let mut round = |call: Call<'_>, input: Option<&str>, state: [Option<&str>; 2], consent| {
        let [state, last_state] = state.map(|state| state.map(str::as_bytes));
        let round = Round { call, input: input.map(str::as_bytes), state, last_state };
        told(&agent.gate.resume(&mut vm, (&admitted, &first), &round, &HOST, consent).unwrap())
    };
    let none = Consent::None;
    let same = call("pay", r#"{ "n": 5.0, "id": "1" }"#);
    assert_eq!(round(same, None, [None, None], none), "allow by pay: runs");
    assert_eq!(round(same, Some(r#"{"code":"42"}"#), [Some("a"), Some("a")], none), "allow by code: runs");
    assert_eq!(round(same, Some(r#"{"code":"41"}"#), [None, None], none), "deny by default_deny: stays");
    assert_eq!(round(same, Some(r#"{"code":"7"}"#), [None, None], none), "ask by safe: stays");
    assert_eq!(round(same, Some(r#"{"code":"7"}"#), [None, None], Consent::Given), "ask by safe: runs");
    assert_eq!(round(same, Some(r#"{"code":"7"}"#), [None, None], Consent::Approved), "ask by safe: stays");
    // Another call, another state, input that is none.
    let refused = "deny by bad_request: stays";
    assert_eq!(round(call("pay", r#"{"id":"2","n":5}"#), None, [None, None], none), refused);
    assert_eq!(round(call("read", r#"{"id":"1","n":5}"#), None, [None, None], none), refused);
    assert_eq!(round(same, None, [Some("a"), Some("b")], none), refused);
    assert_eq!(round(same, None, [None, Some("b")], none), refused);
    for input in
        ["", "[]", "1", r#"{"code":"42""#, r#"{"code":"42","code":"42"}"#, r#"{"code":"42"},"x":{"a":1}"#]
    {
        assert_eq!(round(same, Some(input), [None, None], none), refused, "{input}");
    }
    assert_eq!(admit(&mut vm, &call("wipe", "{}")).0, Decision::Allow);
}

#[test]
fn tools_that_accept_nothing_are_answered_nothing() {
    let (pdp, store, mut vm) = (pdp(), Memory::new(), Vm::new(&pdp()));
    let agent = Agent::new(&pdp, &store);
    let first = call("read", r#"{"id":"1"}"#);
    let (_, admitted) = agent.gate.admit(&mut vm, &first, &HOST, &agent.who, Consent::None).unwrap();
    let admitted = admitted.unwrap();
    let mut round = |input: Option<&str>| {
        let round = Round { call: first, input: input.map(str::as_bytes), state: None, last_state: None };
        told(&agent.gate.resume(&mut vm, (&admitted, &first), &round, &HOST, Consent::Given).unwrap())
    };
    assert_eq!(round(None), "allow by read: runs");
    assert_eq!(round(Some("{}")), "deny by bad_request: stays");
}

#[test]
fn what_happens_meanwhile_counts() {
    let (pdp, store, mut vm) = (pdp(), Memory::new(), Vm::new(&pdp()));
    let agent = Agent::new(&pdp, &store);
    let first = call("pay", r#"{"id":"1"}"#);
    let (_, admitted) = agent.gate.admit(&mut vm, &first, &HOST, &agent.who, Consent::None).unwrap();
    let admitted = admitted.unwrap();
    let round = |vm: &mut Vm| {
        let round = Round { call: first, input: None, state: None, last_state: None };
        told(&agent.gate.resume(vm, (&admitted, &first), &round, &HOST, Consent::None).unwrap())
    };
    assert_eq!(round(&mut vm), "allow by pay: runs");
    // A label that lasts for one further call holds until another one was admitted.
    let read = call("read", r#"{"id":"1"}"#);
    agent.gate.admit(&mut vm, &read, &HOST, &agent.who, Consent::None).unwrap();
    assert_eq!(round(&mut vm), "deny by late: stays");
    // The outcome is told once, as that of any call.
    let result = Outcome::Success { result: br#"{"paid":"paid"}"#, text: b"" };
    agent.gate.outcome(&mut vm, &admitted, &first, &HOST, &result).unwrap();
    assert_eq!(round(&mut vm), "deny by late: stays");
}

#[test]
fn an_approval_is_of_one_input() {
    let (pdp, store, mut vm) = (pdp(), Memory::new(), Vm::new(&pdp()));
    let agent = Agent::new(&pdp, &store);
    let first = call("pay", r#"{"id":"1"}"#);
    let (_, admitted) = agent.gate.admit(&mut vm, &first, &HOST, &agent.who, Consent::None).unwrap();
    let admitted = admitted.unwrap();
    let round = |input: &'static str| Round {
        call: first,
        input: Some(input.as_bytes()),
        state: None,
        last_state: None,
    };
    let seven = round(r#"{"code":"7","note":"a"}"#);
    let asked = agent.gate.ask_round(&mut vm, (&admitted, &first), &seven, &HOST, b"agent").unwrap();
    let Asked::Waiting { fingerprint, granted: false, .. } = asked else { panic!("{asked:?}") };
    let lead = Approver { id: b"lea", roles: &["lead"] };
    agent.gate.vote(&agent.who, &fingerprint, lead, Answer::Approve, &[], HOST.now_ms).unwrap();
    let mut resume = |round: &Round<'_>| {
        told(&agent.gate.resume(&mut vm, (&admitted, &first), round, &HOST, Consent::Approved).unwrap())
    };
    assert_eq!(resume(&round(r#"{"code":"7","note":"b"}"#)), "ask by safe: stays");
    assert_eq!(resume(&round(r#"{"note":"a", "code":"7"}"#)), "ask by safe: runs");
    assert_eq!(resume(&seven), "ask by safe: stays");
}
