//! T2: permuting files, imports, statements (not the arms of a `decide`), JSON members, white space and number spellings gives the identical
//! record.

use crate::common::{Loaded, policies, requests, respelled, shown};
use policyc_tests::generate::{ItemKind, PolicyText, Rng, compile};

/// The same policy with its items, imports and lines in another order, and other white space.
fn permuted(source: &PolicyText, rng: &mut Rng) -> PolicyText {
    let mut out = source.clone();
    let mut items = Vec::new();
    for file in 0..source.paths.len() {
        let mut own: Vec<_> = source.items.iter().filter(|item| item.file == file).cloned().collect();
        // Headers hold one declaration a line; each becomes an item of its own.
        let mut single = Vec::new();
        for item in own.drain(..) {
            if item.kind == ItemKind::Frame {
                let lines = item.text.lines().filter(|line| !line.is_empty());
                single.extend(lines.map(|line| {
                    let mut one = item.clone();
                    line.clone_into(&mut one.text);
                    one
                }));
            } else {
                single.push(item);
            }
        }
        rng.shuffle(&mut single);
        items.extend(single);
    }
    for item in &mut items {
        item.text = spaced(&item.text, rng);
    }
    out.items = items;
    out
}

/// Other white space between lines, and a comment here and there.
fn spaced(text: &str, rng: &mut Rng) -> String {
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(rng.word(&["\n", "\n\n    ", " // a comment\n\t", "\r\n"]));
        }
        out.push_str(line.trim_end());
    }
    out
}

#[test]
fn t2_order_and_spelling_change_nothing() {
    let (mut compared, mut programs) = (0, 0);
    for (built, mut rng) in policies(2, 60) {
        let other = permuted(&built.source, &mut rng);
        let (report, program) = compile(&other);
        let program = program.unwrap_or_else(|| {
            panic!("{:#?}\n{}\n{}", report.diagnostics, built.source.shown(), other.shown())
        });
        programs += 1;
        let (mut one, mut two) = (Loaded::new(&built.indexed), Loaded::new(&program));
        for request in requests(&built.source, &mut rng, 60) {
            let expected = one.decide(&request);
            assert_eq!(two.decide(&request), expected, "{}\n{}", shown(&request), other.shown());
            let mut again = request.clone();
            again.args = respelled(&request.args, &mut rng);
            again.principal = respelled(&request.principal, &mut rng);
            again.session = respelled(&request.session, &mut rng);
            assert_eq!(one.decide(&again), expected, "{}\n{}", shown(&request), shown(&again));
            assert_eq!(one.list(&again.principal), two.list(&request.principal));
            compared += 2;
        }
    }
    println!("T2: {compared} decisions alike over {programs} permuted policies");
    assert!(compared > 6_000);
}
