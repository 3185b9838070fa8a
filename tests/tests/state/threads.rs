//! Eight threads hammer one key: never more than the limit are admitted, and none of what may be is lost.

use super::world::{Agent, load};
use policyc_runtime::gate::{Consent, Outcome};
use policyc_runtime::state::{StateError, StateStore};
use policyc_store::{Durable, Memory};
use std::sync::Barrier;

const POLICY: &str = "
rule pay: allow s.pay
limit spend: 20 per 1h for everyone on s.pay counting args.amount
";

/// How many of 8 threads' calls were kept, and how many were admitted in all.
fn hammer(store: &(dyn StateStore + Sync), each: u32) -> (u32, u32) {
    let pdp = load(&[("pay", r#""amount":{"type":"number"}"#)], POLICY);
    let together = Barrier::new(8);
    let one = |thread: i64| {
        let session = format!("session {thread}");
        let mut agent = Agent::new(&pdp, store).in_session(&session);
        let (mut kept, mut all) = (0, 0);
        together.wait();
        for number in 0..each {
            // Every thread has its own wrong clock.
            agent.now = 1_000_000 + thread * 100 - i64::from(number % 7) * 50;
            let admission = loop {
                match agent.try_admit("pay", r#"{"amount":1}"#, Consent::None) {
                    Err(StateError::Conflicts) => {}
                    done => break done.unwrap().1,
                }
            };
            let Some(admission) = admission else { continue };
            all += 1;
            if number % 3 == 0 {
                agent.tell(&admission, &Outcome::Failure);
            } else {
                agent.tell(&admission, &Outcome::Unknown);
                kept += 1;
            }
        }
        (kept, all)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|thread| scope.spawn(move || one(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    })
}

#[test]
fn eight_threads_never_exceed_a_limit_in_memory() {
    for _ in 0..5 {
        let (kept, all) = hammer(&Memory::new(), 200);
        assert_eq!(kept, 20, "of {all}");
    }
}

#[test]
fn eight_threads_never_exceed_a_limit_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, all) = hammer(&Durable::create(folder.path().join("state")).unwrap(), 25);
    assert_eq!(kept, 20, "of {all}");
}
