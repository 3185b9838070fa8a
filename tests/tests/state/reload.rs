//! Another program takes over (semantics.md 6, 38, 50, E8, E12): what is declared alike is still known, what is declared otherwise starts afresh, labels
//! stay by their name, approvals of the old program are void, and a call ends under the program that admitted it.

use super::world::{Agent, load, succeeds};
use policyc_runtime::Pdp;
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::{Asked, Consent};
use policyc_runtime::state::approval::{Answer, Approver};
use policyc_store::Memory;

const ID: &str = r#""id":{"type":"string"},"amount":{"type":"integer"}"#;
const TOOLS: [(&str, &str); 3] = [("look", ID), ("go", ID), ("pay", ID)];
const A: &str = r#"{"id":"a"}"#;
const OPEN: &str = r#"{"status":"open"}"#;

fn program(fact: &str, label: &str, limit: &str) -> Pdp {
    load(
        &TOOLS,
        &format!(
            "result s.look: {{ status: string }}\n{fact}\n{label}\n{limit}\nrule look: allow s.look\n\
             rule go: allow s.go when status(args.id) == \"open\"\nrule unclean: deny s.pay when session has label dirty\n\
             rule pay: allow s.pay"
        ),
    )
}

const FACT: &str = "fact status(id: string): string after s.look: status(args.id) = result.status";
const LABEL: &str = "label dirty after s.go";
const LIMIT: &str = "limit twice: 2 per 1d for everyone on s.look";

#[test]
fn what_is_declared_alike_is_still_known() {
    let store = Memory::new();
    let (old, new) = (
        program(FACT, LABEL, LIMIT),
        program(FACT, LABEL, &format!("{LIMIT}\nrule more: deny s.pay when args.amount > 5")),
    );
    assert_ne!(old.digest(), new.digest());
    assert!(Agent::new(&old, &store).run("look", A, OPEN));
    let mut agent = Agent::new(&new, &store);
    assert_eq!(agent.decide("go", A), Decision::Allow);
    assert!(agent.run("look", A, OPEN));
    assert_eq!(agent.decide("look", A), Decision::Deny, "both looks count");
}

#[test]
fn what_is_declared_otherwise_starts_afresh() {
    let store = Memory::new();
    let old = program(FACT, LABEL, LIMIT);
    let mut agent = Agent::new(&old, &store);
    assert!(agent.run("look", A, OPEN) && agent.run("look", A, OPEN) && agent.run("go", A, "{}"));
    assert_eq!((agent.decide("look", A), agent.decide("pay", A)), (Decision::Deny, Decision::Deny));
    for (fact, limit) in [
        (
            &*FACT
                .replace(": string after", ": \"open\" | \"shut\" after")
                .replace("= result.status", "= \"open\""),
            LIMIT,
        ),
        (&FACT.replace("string after", "string for 1h after"), LIMIT),
    ] {
        let new = program(fact, LABEL, limit);
        assert_eq!(Agent::new(&new, &store).decide("go", A), Decision::Deny, "{fact}");
    }
    for limit in
        ["limit twice: 3 per 1d for everyone on s.look", "limit twice: 2 per 2d for everyone on s.look"]
    {
        let new = program(FACT, LABEL, limit);
        assert_eq!(Agent::new(&new, &store).decide("look", A), Decision::Allow, "{limit}");
    }
    let other_sources = program(FACT, "label dirty after s.look for 5m", LIMIT);
    assert_eq!(
        Agent::new(&other_sources, &store).decide("pay", A),
        Decision::Deny,
        "a label stays by its name"
    );
}

#[test]
fn a_call_ends_under_the_program_that_admitted_it() {
    let store = Memory::new();
    let (old, new) = (program(FACT, LABEL, LIMIT), program(FACT, "label dirty after s.look", LIMIT));
    let (mut before, mut after) = (Agent::new(&old, &store), Agent::new(&new, &store));
    let admission = before.admit("look", A).unwrap();
    assert_eq!(after.decide("go", A), Decision::Deny, "the call is under way");
    before.tell(&admission, &succeeds(OPEN));
    assert_eq!((after.decide("go", A), after.decide("pay", A)), (Decision::Allow, Decision::Allow));
}

fn asks(more: &str) -> Pdp {
    load(&TOOLS, &format!("rule pay: ask s.pay from \"lead\"\nrule look: allow s.look\n{more}"))
}

fn approve(agent: &mut Agent<'_>, args: &str) {
    assert!(matches!(agent.ask("pay", args), Asked::Waiting { .. }));
    let lead = Approver { id: b"lead-1", roles: &["lead"] };
    agent.vote("pay", args, &lead, Answer::Approve);
}

#[test]
fn an_approval_is_of_one_program_and_one_call() {
    let (store, small, large) = (Memory::new(), r#"{"id":"a","amount":1}"#, r#"{"id":"a","amount":1000}"#);
    let (old, new) = (asks(""), asks("rule never: deny s.go"));
    let mut agent = Agent::new(&old, &store);
    approve(&mut agent, small);
    let admitted =
        |agent: &mut Agent<'_>, args| agent.try_admit("pay", args, Consent::Approved).unwrap().1.is_some();
    assert!(!admitted(&mut agent, large), "small was approved, not large");
    assert!(!admitted(&mut Agent::new(&new, &store), small), "the new program asks anew");
    assert!(admitted(&mut agent, small), "a second try finds the approval");
    assert!(!admitted(&mut agent, small), "once");
}

#[test]
fn a_hidden_tool_is_denied_in_the_words_of_one_that_is_not_there() {
    let pdp = load(&TOOLS, "rule look: allow s.look\nrule pay: allow s.pay\nhide secret: s.pay");
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    let words = ["pay", "nothing", "go"].map(|tool| agent.told(tool, A));
    assert_eq!(words[0], words[1]);
    assert_eq!(words[2], words[1], "a tool that nothing permits is not listed either");
    assert_ne!(agent.told("look", r#"{"id":1}"#), words[1]);
}
