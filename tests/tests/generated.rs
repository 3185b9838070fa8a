//! The generators and the reference evaluator by themselves. In: seeds. Out: how many generated policies check, and what decisions
//! come of them.

use policyc_runtime::program::Effect;
use policyc_tests::generate::{Requests, Rng, build, policy};
use policyc_tests::oracle::{Call, Host, Oracle};
use std::collections::BTreeMap;

/// The forms of the typed tree.
const FORMS: [&str; 41] = [
    "Not(",
    "And(",
    "Or(",
    "Has(",
    "IsNull(",
    "IsKind(",
    "IsTrue(",
    "Equal(",
    "Compare(",
    "InConsts(",
    "InList(",
    "TextTest(StartsWith",
    "TextTest(EndsWith",
    "TextTest(Contains",
    "TextTest(Mentions",
    "Matches(",
    "Under(",
    "InCidr(",
    "Subset(",
    "Quantifier",
    "Const(",
    "Place(",
    "Now",
    "View(",
    "Coalesce(",
    "Linear(",
    "Length(",
    "Lower(",
    "Count(",
    "CountIf(",
    "Sum(",
    "First(",
    "Last(",
    "Table(",
    "MapGet(",
    "Civil(",
    "Member(",
    "List(",
    "Concat(",
    "Keys(",
    "Values(",
];

#[test]
fn generated_policies_check_and_decide_in_every_way() {
    let seed = 1;
    let mut rng = Rng::new(seed);
    let (mut statements, mut refused, mut failed) = (0, 0, 0);
    let mut complaints: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut decisions: BTreeMap<Effect, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut forms = FORMS.map(|form| (form, 0));
    for _ in 0..60 {
        let source = policy(&mut rng);
        let Some(built) = build(source) else {
            failed += 1;
            continue;
        };
        statements += built.statements;
        refused += built.refused.len();
        for complaint in &built.refused {
            let code = complaint.split(' ').next().unwrap_or_default().to_owned();
            let entry = complaints.entry(code).or_insert((0, complaint.clone()));
            entry.0 += 1;
        }
        let tree = format!("{:?}", built.policy.rules);
        for (form, count) in &mut forms {
            *count += tree.matches(&*format!("kind: {form}")).count();
        }
        let oracle = Oracle::new(&built.policy);
        let requests = Requests::new(&built.source);
        for _ in 0..100 {
            let request = requests.next(&mut rng);
            let call =
                Call { server: &request.server, tool: &request.tool, args: &request.args, live: Some(None) };
            let host =
                Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
            let outcome = oracle.decide(&call, &host);
            *decisions.entry(outcome.decision).or_default() += 1;
            if outcome.reasons[0].kind == "built_in" {
                *reasons.entry(outcome.reasons[0].id.clone()).or_default() += 1;
            }
        }
        assert_eq!(oracle.unread_pattern(), None);
    }
    println!("seed {seed}: {failed} policies failed, {refused} of {statements} statements refused");
    println!("{decisions:?} {reasons:?}\n{forms:?}");
    for (code, (count, first)) in &complaints {
        println!("{code} × {count}: {first}");
    }
    assert!(failed <= 3 && refused * 20 <= statements, "the generator makes too much that is refused");
    assert!(forms.iter().all(|(_, count)| *count > 0), "a form of expression is never generated: {forms:?}");
    assert!(decisions.values().all(|count| *count > 300) && decisions.len() == 3, "{decisions:?}");
}
