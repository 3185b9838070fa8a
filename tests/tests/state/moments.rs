//! One moment per decision (semantics.md section 0, 37, 41): what a decision has read belongs together, time runs forward for whoever it is
//! about, and a late answer is not read unmarked.

use super::world::{Agent, load, succeeds};
use policyc_runtime::Pdp;
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::Consent;
use policyc_runtime::state::recover::recover;
use policyc_runtime::state::{StateError, StateStore, Version};
use policyc_store::Memory;
use std::cell::RefCell;

const TOOLS: [(&str, &str); 2] = [("look", ID), ("go", ID)];
const ID: &str = r#""id":{"type":"string"}"#;
const A: &str = r#"{"id":"a"}"#;
const B: &str = r#"{"id":"b"}"#;

/// A store in which something happens right after a certain read.
struct Between<'b> {
    store: &'b Memory,
    /// How many more reads; the event.
    then: RefCell<Option<(u32, Happens<'b>)>>,
}

type Happens<'b> = Box<dyn FnOnce() + 'b>;

impl StateStore for Between<'_> {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        let version = self.store.read(key, see);
        let mut then = self.then.borrow_mut();
        match then.take() {
            Some((0, event)) => event(),
            Some((more, event)) => *then = Some((more - 1, event)),
            None => {}
        }
        version
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        self.store.commit(reads, writes)
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        self.store.scan(prefix, see)
    }
}

/// Runs a look after each number of reads; `check` gets the store.
fn with_a_look_in_between(pdp: &Pdp, mut check: impl FnMut(&dyn StateStore)) {
    for reads in 0..12 {
        let store = Memory::new();
        let event = || assert!(Agent::new(pdp, &store).run("look", A, r#"{"ok":true}"#));
        check(&Between { store: &store, then: RefCell::new(Some((reads, Box::new(event)))) });
    }
}

/// A look marks the session and then teaches; no order of events allows what needs both.
#[test]
fn a_call_that_changes_nothing_has_seen_one_moment() {
    let pdp = load(
        &TOOLS,
        "
result s.look: { ok: bool }
fact fine(id: string): bool after s.look: fine(args.id) = result.ok
label dirty after s.look
rule look: allow s.look
rule go: allow s.go when fine(args.id) == true
rule stop: deny s.go when session has label dirty
",
    );
    with_a_look_in_between(&pdp, |store| {
        let (decision, admission) = Agent::new(&pdp, store).try_admit("go", A, Consent::None).unwrap();
        assert_eq!(decision, Decision::Deny);
        assert!(admission.is_none());
    });
}

#[test]
fn what_is_shown_and_replied_is_judged_at_one_moment() {
    let pdp = load(
        &TOOLS,
        "
result s.look: { ok: bool }
fact fine(id: string): bool after s.look: fine(args.id) = result.ok
label dirty after s.look
rule look: allow s.look
rule go: allow s.go
rule unread: deny result of s.go unless fine(args.id) == true
rule marked: deny result of s.go when session has label dirty
rule unsaid: deny reply unless fine(\"a\") == true
rule muted: deny reply when session has label dirty
",
    );
    with_a_look_in_between(&pdp, |store| {
        let mut agent = Agent::new(&pdp, store);
        let admission = agent.admit("go", A).unwrap();
        assert!(!agent.answer(&admission, r#"{"content":[{"type":"text","text":"secret"}]}"#));
    });
    with_a_look_in_between(&pdp, |store| assert_eq!(Agent::new(&pdp, store).reply("secret"), Decision::Deny));
}

/// A fact that has expired for a principal does not come back in another of its sessions when the host's clock is set back.
#[test]
fn time_runs_forward_for_a_principal_whatever_the_session() {
    let pdp = load(
        &TOOLS,
        "
result s.look: { ok: bool }
fact fine(id: string): bool for principal for 10m after s.look: fine(args.id) = result.ok
rule look: allow s.look
rule go: allow s.go when fine(args.id) == true
",
    );
    let store = Memory::new();
    let mut first = Agent::new(&pdp, &store);
    first.now = 1_000_000;
    assert!(first.run("look", A, r#"{"ok":true}"#));
    assert_eq!(first.decide("go", A), Decision::Allow);
    first.now = 2_000_000;
    assert!(first.run("look", B, r#"{"ok":true}"#));
    assert_eq!(first.decide("go", A), Decision::Deny, "it has expired");
    let mut second = Agent::new(&pdp, &store).in_session("second");
    second.now = 1_100_000;
    assert_eq!(second.decide("go", B), Decision::Allow);
    assert_eq!(second.decide("go", A), Decision::Deny, "it has expired for the principal");
}

/// And is not younger than it was either.
#[test]
fn a_fact_is_not_younger_in_another_session() {
    let pdp = load(
        &TOOLS,
        "
result s.look: { ok: bool }
fact fine(id: string): bool for principal for 1h after s.look: fine(args.id) = result.ok
rule look: allow s.look
rule go: allow s.go when age(fine(args.id)) <= 1m
",
    );
    let store = Memory::new();
    let mut first = Agent::new(&pdp, &store);
    first.now = 1_000_000;
    assert!(first.run("look", A, r#"{"ok":true}"#));
    first.now = 1_100_000;
    assert!(first.run("look", B, r#"{"ok":true}"#));
    assert_eq!((first.decide("go", A), first.decide("go", B)), (Decision::Deny, Decision::Allow));
    let mut second = Agent::new(&pdp, &store).in_session("second");
    second.now = 1_010_000;
    assert_eq!((second.decide("go", A), second.decide("go", B)), (Decision::Deny, Decision::Allow));
}

/// What was settled as lost teaches nothing when it comes after all; but whoever reads it is marked.
#[test]
fn a_late_answer_sets_labels_and_teaches_nothing() {
    let pdp = load(
        &[("look", ID), ("go", ID), ("use", ID)],
        "
result s.look: { ok: bool }
fact fine(id: string): bool after s.look: fine(args.id) = result.ok
label dirty after s.look when result.ok == true
rule look: allow s.look
rule go: allow s.go
rule stop: deny s.go when session has label dirty
rule use: allow s.use when fine(args.id) == true
",
    );
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    let admission = agent.admit("look", A).unwrap();
    assert_eq!(recover(&store, 0, |_| true), Ok(1));
    assert_eq!(agent.decide("go", A), Decision::Allow, "nobody has seen anything");
    agent.tell(&admission, &succeeds(r#"{"ok":true}"#));
    assert_eq!(agent.decide("go", A), Decision::Deny, "the label is set");
    assert_eq!(agent.decide("use", A), Decision::Deny, "nothing is learned");
}
