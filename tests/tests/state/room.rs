//! Declarations that are full (semantics.md 34): a new key is denied while all others say something, and gets its room when they do not any
//! more; what was deleted does not come back with the clock.

use super::world::{Agent, load, succeeds};
use policyc_runtime::Pdp;
use policyc_runtime::gate::Consent;
use policyc_runtime::program::memory::Slot16;
use policyc_runtime::state::entries::Entries;
use policyc_runtime::state::key::{Key, Kind, Scope};
use policyc_runtime::state::{StateError, StateStore, Transaction, transact};
use policyc_store::Memory;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Says that so many keys are there beside those that are.
fn fill(store: &dyn StateStore, scope: &Scope<'_>, slot: &Slot16, count: u32) {
    let mut key = Vec::new();
    let key = Key::begin(&mut key, Kind::Entries, scope, slot).finish();
    let filled = transact(store, &mut Transaction::new(), |transaction| {
        transaction.change(store, key, |cell, out| {
            let entries = Entries::read(cell)?;
            Entries { count, ..entries }.write(out);
            Ok(())
        })
    });
    assert_eq!(filled, Ok(()));
}

fn tries(
    agent: &mut Agent<'_>,
    tool: &'static str,
    args: &'static str,
    now: i64,
) -> Result<bool, StateError> {
    agent.now = now;
    agent.try_admit(tool, args, Consent::None).map(|(_, admission)| admission.is_some())
}

#[test]
fn a_limit_that_is_full_of_keys_denies_new_ones_until_old_ones_say_nothing() {
    let pdp = load(
        &[("pay", r#""to":{"type":"string"}"#)],
        "rule pay: allow s.pay\nlimit each: 1 per 1h for each args.to on s.pay\n",
    );
    let (a, b) = (r#"{"to":"a"}"#, r#"{"to":"b"}"#);
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    assert_eq!(tries(&mut agent, "pay", a, 0), Ok(true));
    fill(&store, &Scope::Everyone, &pdp.program().limits[0].slot, 10_000_000);
    assert_eq!(tries(&mut agent, "pay", b, 30 * MINUTE), Err(StateError::Capped), "`a` still counts");
    assert_eq!(tries(&mut agent, "pay", a, 30 * MINUTE), Ok(false));
    assert_eq!(tries(&mut agent, "pay", b, 2 * HOUR), Ok(true), "`a` does not count any more");
    // With the clock of another session that is far behind, it is as if it were the time of the sweep.
    fill(&store, &Scope::Everyone, &pdp.program().limits[0].slot, 1);
    let mut late = Agent::new(&pdp, &store).in_session("late");
    assert_eq!(tries(&mut late, "pay", a, 30 * MINUTE), Ok(true));
    assert_eq!(tries(&mut late, "pay", a, 2 * HOUR + 59 * MINUTE), Ok(false));
    assert_eq!(tries(&mut late, "pay", a, 3 * HOUR + 1), Ok(true));
}

fn facts(lifetime: &str) -> Pdp {
    let id = r#""id":{"type":"string"}"#;
    load(
        &[("look", id), ("go", id)],
        &format!(
            "result s.look: {{ ok: bool }}
fact fine(id: string): bool {lifetime} after s.look: fine(args.id) = result.ok
rule look: allow s.look
rule go: allow s.go when fine(args.id) == true
"
        ),
    )
}

#[test]
fn a_fact_that_is_full_of_keys_gets_room_when_some_have_expired() {
    let pdp = facts("for 10m");
    let (a, b) = (r#"{"id":"a"}"#, r#"{"id":"b"}"#);
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    assert!(agent.run("look", a, r#"{"ok":true}"#));
    fill(&store, &agent.who.session(), &pdp.program().facts[0].slot, 100_000);
    assert_eq!(tries(&mut agent, "look", b, 5 * MINUTE), Err(StateError::Capped));
    // A call that knew the key is on its way while the key is deleted: it teaches nothing any more.
    agent.now = 9 * MINUTE;
    let slow = agent.admit("look", a).unwrap();
    assert_eq!(tries(&mut agent, "look", b, 20 * MINUTE), Err(StateError::Capped), "its key is in use");
    agent.tell(&slow, &succeeds(r#"{"ok":true}"#));
    assert_eq!(tries(&mut agent, "look", b, 29 * MINUTE), Err(StateError::Capped));
    assert_eq!(tries(&mut agent, "look", b, 31 * MINUTE), Ok(true));
}
