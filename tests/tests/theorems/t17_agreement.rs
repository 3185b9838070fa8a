//! T17: indexed, linear and reference evaluators agree on decision, ids and obligations.

use policyc_tests::differential::{Plan, run};

#[test]
fn t17_indexed_linear_and_reference_evaluators_agree() {
    let plan = Plan { pairs: 12_000, requests: 40, seed: 17 };
    let summary = run(plan).unwrap_or_else(|failure| panic!("{failure}"));
    println!("T17: {summary}");
    assert!(summary.pairs == plan.pairs && summary.switches > 20);
}
