//! T3 for guardrails that remember: dec(P + G) = max(dec(P), g(G)) in every step of runs whose histories are equal, and g depends on G's own
//! state alone, also under an importer that uses every name of G for something else.

use crate::history::{History, run};
use policyc_runtime::{Decision, Pdp, Requirements};
use policyc_tests::generate::{
    Item, ItemKind, PolicyText, Rng, SECURITY, Step, build, stateful_policy, with_guardrails,
};

/// The same guardrails and tools under other statements.
fn importer(source: &PolicyText, statements: &[String]) -> PolicyText {
    let mut out = source.clone();
    let file = out.paths.iter().position(|path| path == SECURITY).unwrap();
    out.items.retain(|item| item.file == file || item.kind == ItemKind::Frame);
    let items = statements.iter().map(|text| Item { file: 0, kind: ItemKind::Statement, text: text.clone() });
    out.items.extend(items);
    out
}

/// What G declares, declared again to mean something else: everything is learned, set and counted all the time.
fn other_meanings(source: &PolicyText) -> Vec<String> {
    let file = source.paths.iter().position(|path| path == SECURITY).unwrap();
    let mut out = vec!["rule every: allow *".to_owned()];
    for item in source.items.iter().filter(|item| item.file == file && item.kind == ItemKind::Statement) {
        let mut words = item.text.split([' ', ':', '(', '\n']).filter(|word| !word.is_empty());
        let (Some(kind), Some(name)) = (words.next(), words.next()) else { continue };
        out.push(match kind {
            "fact" => format!("fact {name}: string\n  after shop.*: {name} = \"open\""),
            "label" => format!("label {name}\n  after shop.*"),
            "limit" => format!("limit {name}: 1000 per session on shop.*"),
            _ => format!("rule {name}: allow *"),
        });
    }
    out
}

/// The policy as the compiler takes it; `None` if it leaves statements out, which would be another policy.
fn load(source: &PolicyText) -> Option<Pdp> {
    let built = build(source.clone()).filter(|built| built.refused.is_empty())?;
    Some(Pdp::from_program(built.indexed.as_ref().clone(), &Requirements::default()).unwrap())
}

/// P, P + G, and G under two importers that allow everything.
fn four(rng: &mut Rng) -> Option<(PolicyText, [Pdp; 4])> {
    let built = build(stateful_policy(rng))?;
    let source = with_guardrails(rng, &built.source);
    let every = importer(&source, &["rule every: allow *".to_owned()]);
    let foe = importer(&source, &other_meanings(&source));
    let all = [load(&built.source)?, load(&source)?, load(&every)?, load(&foe)?];
    Some((source, all))
}

/// The host sets its labels in both files.
fn labelled(step: &Step) -> Vec<Step> {
    match step {
        Step::Label(who, id) => {
            let own = match *id {
                "tainted" => "security.tainted",
                _ => "security.marked",
            };
            vec![step.clone(), Step::Label(*who, own)]
        }
        _ => vec![step.clone()],
    }
}

const fn stricter(a: Decision, b: Decision) -> Decision {
    if a as u8 >= b as u8 { a } else { b }
}

#[test]
fn t3_guardrails_that_remember_restrict_by_what_they_remember_alone() {
    let (mut rng, mut compared, mut restricted, mut policies_seen) = (Rng::new(33), 0, 0, 0);
    for _ in 0..360 {
        let mut own = rng.fork();
        let Some((source, pdps)) = four(&mut own) else { continue };
        policies_seen += 1;
        for _ in 0..12 {
            let (start, steps) = run(&mut own);
            let mut histories = pdps.each_ref().map(|pdp| History::new(pdp, start));
            'run: for step in steps.iter().flat_map(labelled) {
                let met = histories.each_mut().map(|history| history.step(&step));
                let [Some(alone), Some(joint), Some(every), Some(foe)] = met else { continue };
                let told = || format!("{step}\n{steps:#?}\n{}\n{}", source.text(0), source.shown());
                let expected = stricter(alone.0.decision, every.0.decision);
                assert_eq!(joint.0.decision, expected, "{joint:?}\n{alone:?}\n{every:?}\n{}", told());
                assert_eq!(every.0.decision, foe.0.decision, "{every:?}\n{foe:?}\n{}", told());
                compared += 1;
                restricted += usize::from(every.0.decision > Decision::Allow);
                if [joint.1, every.1, foe.1].iter().any(|runs| *runs != alone.1) {
                    // From here on histories are not equal.
                    break 'run;
                }
            }
        }
    }
    println!(
        "T3: {compared} decisions under {policies_seen} guardrails that remember, {restricted} restricted"
    );
    assert!(compared > 1_800 && restricted > 400);
}
