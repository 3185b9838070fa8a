//! T10: (∃ args, session, time: the decision ≤ Ask) ⇒ listed; not listed ⇒ every call is denied. And nothing is listed
//! that the reference evaluator would not list, which knows less: it does not ask what types rule out.

use crate::common::{Loaded, policies, rank, requests, shown};
use crate::history::{self, History, probes, run};
use policyc_runtime::Decision;
use policyc_tests::oracle::Oracle;

#[test]
fn t10_what_can_be_permitted_is_listed() {
    let (mut permitted, mut hidden, mut lists, mut exact) = (0, 0, 0, 0);
    for (built, mut rng) in policies(10, 80) {
        let mut loaded = Loaded::new(&built.indexed);
        let oracle = Oracle::new(&built.policy);
        for request in requests(&built.source, &mut rng, 60) {
            let outcome = loaded.decide(&request);
            let listed = loaded.list(&request.principal);
            let is_listed = listed
                .as_ref()
                .is_some_and(|all| all.contains(&(request.server.clone(), request.tool.clone())));
            if rank(&outcome) < 2 {
                permitted += 1;
                assert!(is_listed, "{outcome:?}\n{}\n{}", shown(&request), built.source.shown());
            }
            if !is_listed {
                hidden += 1;
                assert_eq!(rank(&outcome), 2);
            }
            let expected = oracle.list(&request.principal).map(|tools| {
                let name = |index: &usize| {
                    let tool = &built.policy.tools[*index];
                    let server = &built.policy.servers[usize::from(tool.server)];
                    (server.identity.to_string(), tool.name.to_string())
                };
                tools.iter().map(name).collect::<Vec<_>>()
            });
            assert_eq!(listed.is_some(), expected.is_some(), "{}", shown(&request));
            let (listed, expected) = (listed.unwrap_or_default(), expected.unwrap_or_default());
            let more = listed.iter().find(|tool| !expected.contains(tool));
            assert_eq!(more, None, "{}\n{}", shown(&request), built.source.shown());
            lists += 1;
            exact += usize::from(listed == expected);
        }
    }
    println!(
        "T10: {permitted} permitted calls of listed tools, {hidden} denied calls of others, {exact} of {lists} lists alike"
    );
    assert!(permitted > 800 && hidden > 300 && exact * 10 > lists * 9);
}

#[test]
fn t10_whatever_is_remembered_only_listed_tools_are_permitted() {
    let (mut permitted, mut hidden) = (0, 0);
    for (built, pdp, mut rng) in history::policies(1010, 150) {
        for _ in 0..4 {
            let (start, steps) = run(&mut rng);
            let mut history = History::new(&pdp, start);
            for step in &steps {
                history.step(step);
                let store = history::copy(&history.store, |_| true);
                for probe in probes(std::slice::from_ref(step)) {
                    let verdict = history.probe(&probe, &store);
                    let listed = history.lists(probe.who, probe.tool);
                    let permits = verdict.decision < Decision::Deny;
                    assert!(listed || !permits, "{probe:?}: {verdict:?}\n{}", built.source.text(0));
                    permitted += usize::from(permits);
                    hidden += usize::from(!listed);
                }
            }
        }
    }
    println!(
        "T10: {permitted} permitted calls of listed tools, {hidden} denied calls of others, in the course of runs"
    );
    assert!(permitted > 1_000);
}
