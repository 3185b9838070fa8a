//! Reference evaluator against VM, indexed and linear, on generated policies and requests (semantics.md T17). The long run is
//! `cargo run -p policyc-tests --release --bin differential -- --pairs 1000000 --seed S`.

use policyc_runtime::program::Effect;
use policyc_tests::differential::{Plan, run};

#[test]
fn the_vm_agrees_with_the_reference_evaluator() {
    let plan = Plan { pairs: 30_000, requests: 60, seed: 2026 };
    let summary = run(plan).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{summary}");
    assert_eq!(summary.pairs, plan.pairs);
    assert!(summary.switches > 50, "the index is hardly used");
    let share = |effect: Effect| summary.decisions.get(&effect).copied().unwrap_or(0) * 100 / plan.pairs;
    assert!(share(Effect::Allow) >= 10 && share(Effect::Ask) >= 10, "{:?}", summary.decisions);
    assert!(
        summary.refused * 20 <= summary.statements,
        "the compiler refuses too many: {:#?}",
        summary.complaints
    );
    assert!(summary.unbuilt * 50 <= summary.policies, "too many policies are not built at all");
}
