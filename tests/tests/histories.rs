//! Policies that remember: gate and reference evaluator on generated policies and runs of several steps. The long run is
//! `cargo run -p policyc-tests --release --bin differential -- --runs 1000000 --seed S`.

use policyc_runtime::program::Effect;
use policyc_tests::differential::{RunPlan, run_histories};

#[test]
fn the_gate_agrees_with_the_reference_evaluator_step_by_step() {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026);
    let plan = RunPlan { runs: 1_500, per_policy: 15, seed };
    let summary = run_histories(plan).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{summary}");
    assert_eq!(summary.runs, plan.runs);
    let (items, refused) = summary.statements;
    assert!(refused * 20 <= items, "the compiler refuses too many: {:#?}", summary.complaints);
    let share = |effect: Effect| summary.seen.decisions.get(&effect).copied().unwrap_or(0) * 100;
    let all: usize = summary.seen.decisions.values().sum();
    assert!(
        share(Effect::Allow) >= all * 10 && share(Effect::Ask) >= all * 2,
        "{:?}",
        summary.seen.decisions
    );
    for reason in ["limit", "unmeasurable", "default_deny"] {
        assert!(summary.seen.reasons.contains_key(reason), "never {reason}: {:?}", summary.seen.reasons);
    }
}
