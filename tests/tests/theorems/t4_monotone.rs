//! T4, the stateless part: adding a deny or hide never lowers a decision; adding an allow changes only decisions whose sole reason was
//! `default_deny`.

use crate::common::{Loaded, is_of_statements, policies, rank, requests, shown};
use policyc_tests::generate::{Item, ItemKind, PolicyText, build};

/// A policy with one more statement, if it compiles.
fn with(source: &PolicyText, statement: &Item) -> Option<PolicyText> {
    let mut out = source.clone();
    let mut added = statement.clone();
    added.text = added.text.trim_start_matches("shadow ").to_owned();
    out.items.push(added);
    Some(out)
}

#[test]
fn t4_restrictions_only_restrict_and_grants_only_fill_gaps() {
    let (mut denies, mut allows, mut raised, mut granted) = (0, 0, 0, 0);
    for (built, mut rng) in policies(4, 40) {
        // Each rule of the policy in turn is what is added to the rest.
        let rules: Vec<usize> = (0..built.source.items.len())
            .filter(|index| {
                let item = &built.source.items[*index];
                let text = item.text.trim_start_matches("shadow ");
                let head = text.lines().next().unwrap_or_default();
                item.kind == ItemKind::Statement
                    && (text.starts_with("hide ")
                        || (text.starts_with("rule ")
                            && (head.contains(": deny ") || head.contains(": allow "))))
            })
            .collect();
        for index in rules.into_iter().take(4) {
            let mut less = built.source.clone();
            let statement = less.items.remove(index);
            let (Some(before), Some(more)) = (build(less.clone()), with(&less, &statement)) else { continue };
            let Some(after) = build(more) else { continue };
            // A statement that the compiler refuses by itself would compare a policy with itself.
            if after.source.items.len() <= before.source.items.len() {
                continue;
            }
            let grants = statement.text.contains(": allow ");
            let (mut one, mut two) = (Loaded::new(&before.indexed), Loaded::new(&after.indexed));
            for request in requests(&built.source, &mut rng, 25) {
                let (was, is) = (one.decide(&request), two.decide(&request));
                let told = || format!("{}\n{}\n{was:?}\n{is:?}", statement.text, shown(&request));
                if grants {
                    allows += 1;
                    // A number or a clock that only the new statement reads may make the request itself unfit.
                    if was != is && is_of_statements(&is) && rank(&was) == 2 {
                        let sole = was.reasons.len() == 1 && was.reasons[0].id == "default_deny";
                        assert!(sole, "{}", told());
                        granted += 1;
                    } else if is_of_statements(&is) {
                        assert_eq!(rank(&was), rank(&is), "{}", told());
                    } else {
                        assert!(rank(&is) >= rank(&was), "{}", told());
                    }
                } else {
                    denies += 1;
                    assert!(rank(&is) >= rank(&was), "{}", told());
                    raised += usize::from(rank(&is) > rank(&was));
                }
            }
        }
    }
    println!(
        "T4: {denies} with a deny more ({raised} raised), {allows} with an allow more ({granted} granted)"
    );
    assert!(denies > 300 && allows > 1_000 && raised > 20 && granted > 30);
}
