//! T5: whoever knows less may do no more. F′ ⊆ F ⇒ (dec(F′) = Allow ⇒ dec(F) = Allow): what facts and sets hold is left out at random after
//! runs of several steps. Policies that put a value in place of an unknown one are left out, as the theorem says.

use crate::history::{History, copy, policies, probes, run};
use policyc_runtime::Decision;
use policyc_runtime::state::{Kind, key};

#[test]
fn t5_ignorance_permits_nothing() {
    let (mut compared, mut allowed, mut lost) = (0, 0, 0);
    for (built, pdp, mut rng) in policies(5, 300) {
        if built.source.text(0).contains("?? \"open\"") {
            continue;
        }
        for _ in 0..6 {
            let (start, steps) = run(&mut rng);
            let mut history = History::new(&pdp, start);
            steps.iter().for_each(|step| drop(history.step(step)));
            let percent = [50, 100, 100][rng.below(3)];
            let less = copy(&history.store, |key| {
                let kind = key::parts(key).unwrap().kind;
                !matches!(kind, Kind::Fact | Kind::Member) || !rng.chance(percent)
            });
            let store = copy(&history.store, |_| true);
            for probe in probes(&steps) {
                let (knows_less, knows) = (history.probe(&probe, &less), history.probe(&probe, &store));
                if knows_less.decision == Decision::Allow {
                    assert_eq!(
                        knows.decision,
                        Decision::Allow,
                        "{probe:?}: {knows:?}\n{steps:#?}\n{}",
                        built.source.text(0)
                    );
                    allowed += 1;
                }
                lost += usize::from(knows_less.decision > knows.decision);
                compared += 1;
            }
        }
    }
    println!("T5: {compared} pairs of decisions, {allowed} allowed with less, {lost} lost by it");
    assert!(compared > 7_000 && allowed > 1_500 && lost > 30);
}
