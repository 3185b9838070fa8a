//! T3, the stateless part: dec(P + G) = max(dec(P), g(G)), where g depends on G, the lock and the call alone: two policies that import the
//! same guardrails see the same g. Obligations only grow, lists only shrink. Also for importers that reuse every name of G.

use crate::common::{Loaded, policies, rank, requests, shown};
use policyc_tests::generate::{Built, Item, ItemKind, PolicyText, Rng, compile};

/// Path of the guardrails file, as the generator names it.
const GUARDRAILS: &str = "org/security.policy";

/// The policy without its guardrails.
fn without(source: &PolicyText) -> PolicyText {
    let mut out = source.clone();
    let file = out.paths.iter().position(|path| path == GUARDRAILS).unwrap();
    out.items.retain(|item| item.file != file);
    out.paths.remove(file);
    for item in &mut out.items {
        item.text = item.text.replace(&format!("\nimport guardrails \"{GUARDRAILS}\""), "");
    }
    out
}

/// A policy over the same tools and host values that allows everything; only its guardrails restrict.
fn everything(source: &PolicyText) -> PolicyText {
    let mut out = source.clone();
    let file = out.paths.iter().position(|path| path == GUARDRAILS).unwrap();
    out.items.retain(|item| {
        item.file == file || item.text.starts_with("edition") || item.text.starts_with("principal")
    });
    for item in &mut out.items {
        item.text = item.text.replace("\nimport \"more.policy\"", "");
    }
    out.items.push(Item { file: 0, kind: ItemKind::Statement, text: "rule every: allow *".to_owned() });
    out
}

/// [`everything`], and every name that the guardrails define means something else here, aliases included.
fn adversarial(source: &PolicyText, rng: &mut Rng) -> PolicyText {
    let mut out = everything(source);
    let file = out.paths.iter().position(|path| path == GUARDRAILS).unwrap();
    let aliases: Vec<String> = out.servers.iter().map(|server| server.alias.clone()).collect();
    let mut own = Vec::new();
    for item in out.items.iter().filter(|item| item.file == file) {
        let mut words = item.text.split([' ', ':', '(', '=']).filter(|word| !word.is_empty());
        let (Some(kind), Some(name)) = (words.next(), words.next()) else { continue };
        own.push(match kind {
            "let" if item.text.contains('{') => format!("let {name} = {{ nothing: 0 }}"),
            "let" => format!("let {name} = [\"nothing\"]"),
            "fn" => {
                let head = item.text.split_once('=').unwrap().0;
                let body = if head.contains("-> bool") { "false" } else { "\"nothing\"" };
                format!("{head}= {body}")
            }
            "group" => format!("group {name} = *"),
            "rule" | "decide" | "hide" => format!("rule {name}: allow *"),
            _ => continue,
        });
    }
    // What the guardrails call one server, the importer calls the other.
    for item in out.items.iter_mut().filter(|item| item.file == 0 && item.text.starts_with("edition")) {
        if let [a, b] = aliases.as_slice() {
            let lock = |alias: &str| format!("from \"{alias}.lock.json\"");
            let swapped = item
                .text
                .lines()
                .map(|line| {
                    let line = line.split(" open ").next().unwrap_or(line);
                    match line {
                        line if line.ends_with(&lock(a)) => format!("import tools {b} {}", lock(a)),
                        line if line.ends_with(&lock(b)) => format!("import tools {a} {}", lock(b)),
                        line => line.to_owned(),
                    }
                })
                .collect::<Vec<_>>();
            item.text = swapped.join("\n");
        }
    }
    rng.shuffle(&mut own);
    let items = own.into_iter().map(|text| Item { file: 0, kind: ItemKind::Statement, text });
    out.items.extend(items);
    out
}

fn load(source: &PolicyText) -> Loaded {
    let (report, program) = compile(source);
    let program = program.unwrap_or_else(|| panic!("{:#?}\n{}", report.diagnostics, source.shown()));
    Loaded::new(&program)
}

fn has_guardrails(built: &Built) -> bool {
    let file = built.source.paths.iter().position(|path| path == GUARDRAILS);
    file.is_some_and(|file| {
        let of_file = |item: &&Item| item.file == file && item.kind == ItemKind::Statement;
        built.source.items.iter().any(|item| of_file(&item))
    })
}

#[test]
fn t3_guardrails_only_restrict_and_depend_on_nothing_of_the_importer() {
    let (mut compared, mut restricted, mut policies_seen) = (0, 0, 0);
    for (built, mut rng) in policies(3, 110) {
        if !has_guardrails(&built) || built.source.items.iter().any(|item| item.text.contains(" open ")) {
            continue;
        }
        policies_seen += 1;
        let mut with = Loaded::new(&built.indexed);
        let mut alone = load(&without(&built.source));
        let mut every = load(&everything(&built.source));
        let mut foe = load(&adversarial(&built.source, &mut rng));
        for request in requests(&built.source, &mut rng, 60) {
            let (joint, own) = (with.decide(&request), alone.decide(&request));
            let (g, same) = (every.decide(&request), foe.decide(&request));
            let told = || format!("{}\n{}", shown(&request), built.source.shown());
            assert_eq!(rank(&joint), rank(&own).max(rank(&g)), "{joint:?}\n{own:?}\n{g:?}\n{}", told());
            // Both permit everything themselves, so whatever restricts is the guardrails.
            assert_eq!(rank(&g), rank(&same), "{g:?}\n{same:?}\n{}", told());
            let guards = |outcome: &policyc_tests::oracle::Outcome| {
                let ids = outcome.reasons.iter().map(|reason| reason.id.clone());
                ids.filter(|id| id.starts_with("security.")).collect::<Vec<_>>()
            };
            assert_eq!(guards(&g), guards(&same), "{}", told());
            if rank(&joint) == 1 {
                let missing =
                    own.obligations.iter().find(|obligation| !joint.obligations.contains(obligation));
                assert_eq!(missing, None, "{}", told());
            }
            if let (Some(fewer), Some(more)) = (with.list(&request.principal), alone.list(&request.principal))
            {
                assert!(fewer.iter().all(|tool| more.contains(tool)), "{}", told());
            }
            restricted += usize::from(rank(&joint) > rank(&own));
            compared += 1;
        }
    }
    println!(
        "T3: {compared} decisions under {policies_seen} guardrails files, {restricted} restricted by them"
    );
    assert!(compared > 1_200 && restricted > 100);
}
