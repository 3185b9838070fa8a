//! T6: more labels and higher counters permit no more. L ⊆ L′, c ≤ c′ ⇒ (dec(L′, c′) = Allow ⇒ dec(L, c) = Allow): after runs of several
//! steps labels are set and counters charged at random.

use crate::history::{History, copy, hosts, policies, probes, run};
use policyc_runtime::gate::Gate;
use policyc_runtime::program::memory::{Fact, FactKind};
use policyc_runtime::state::{
    AdmissionId, Key, Kind, Scalar, StateStore, Transaction, Who, counter, transact,
};
use policyc_runtime::{Decision, Pdp};
use policyc_tests::generate::Rng;

/// One more of what the counter counts under a key.
fn charge(store: &dyn StateStore, declared: &Fact, who: &Who<'_>, key: &str, now_ms: i64) {
    let mut bytes = Vec::new();
    let mut cell = Key::begin(&mut bytes, Kind::Counter, &who.scope(declared.scope), &declared.slot);
    for _ in 0..declared.keys {
        cell = cell.with(Scalar::Text(key.as_bytes()));
    }
    let (key, id) = (cell.finish(), AdmissionId::from_bytes([7; 16]));
    transact(store, &mut Transaction::new(), |transaction| {
        transaction.change(store, key, |cell, out| {
            counter::charge(cell, declared.expires_ms, (now_ms, 1_000_000), 1_000_000_000, id, out)
        })
    })
    .unwrap();
}

fn taint(pdp: &Pdp, store: &dyn StateStore, now_ms: i64, rng: &mut Rng) {
    for who in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (principal, session) = hosts(who);
        let who = Who { principal: principal.as_bytes(), session: session.as_bytes() };
        for label in &pdp.program().labels {
            if rng.chance(50) {
                Gate { pdp, store }.set_label(&label.id, &who).unwrap();
            }
        }
        let counters = pdp.program().facts.iter().filter(|fact| fact.kind == FactKind::Counter);
        for declared in counters {
            for key in ["a", "b", "c", "ann", "bob"] {
                if rng.chance(50) {
                    charge(store, declared, &who, key, now_ms);
                }
            }
        }
    }
}

#[test]
fn t6_taint_permits_nothing() {
    let (mut compared, mut allowed, mut lost) = (0, 0, 0);
    for (built, pdp, mut rng) in policies(6, 300) {
        let counts = pdp.program().facts.iter().any(|fact| fact.kind == FactKind::Counter);
        if pdp.program().labels.is_empty() && !counts {
            continue;
        }
        for _ in 0..6 {
            let (start, steps) = run(&mut rng);
            let mut history = History::new(&pdp, start);
            steps.iter().for_each(|step| drop(history.step(step)));
            let (clean, tainted) = (copy(&history.store, |_| true), copy(&history.store, |_| true));
            taint(&pdp, &tainted, history.now_ms, &mut rng);
            for probe in probes(&steps) {
                let (with, without) = (history.probe(&probe, &tainted), history.probe(&probe, &clean));
                if with.decision == Decision::Allow {
                    assert_eq!(
                        without.decision,
                        Decision::Allow,
                        "{probe:?}: {without:?}\n{steps:#?}\n{}",
                        built.source.text(0)
                    );
                    allowed += 1;
                }
                lost += usize::from(with.decision > without.decision);
                compared += 1;
            }
        }
    }
    println!("T6: {compared} pairs of decisions, {allowed} allowed with more, {lost} lost by it");
    assert!(compared > 6_000 && allowed > 1_500 && lost > 150);
}
