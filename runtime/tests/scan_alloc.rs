//! A store that has seen requests of a size scans further ones without allocating: accepted, refused and capturing alike. The
//! only test of its binary, since the counter counts for the whole process.

use policyc_runtime::program::Program;
use policyc_runtime::program::plan::{
    KIND_ANY, KIND_LIST, KIND_NUMBER, KIND_OBJECT, KIND_STRING, Key, ListCheck, NO_CHECK, NO_REGISTER, Node,
    NodeId, NumberCheck, ObjectCheck, Rest, StringCheck,
};
use policyc_runtime::program::pool::StrId;
use policyc_runtime::scan::{Scanner, scan};
use policyc_runtime::value::{Source, Store};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn node(kinds: u8, capture: u16) -> Node {
    Node { kinds, boolean: 0, capture, number: NO_CHECK, string: NO_CHECK, list: NO_CHECK, object: NO_CHECK }
}

/// An object with `amount` (checked and captured), `note` (a short text), `to` (distinct texts, captured) and `meta` (a map
/// captured as entries).
fn program() -> Program {
    let names = ["amount", "meta", "note", "to"];
    let mut program = Program { strings: names.map(String::from).to_vec(), ..Program::default() };
    let plan = &mut program.plan;
    plan.numbers.push(NumberCheck { integer: false, ..NumberCheck::default() });
    plan.strings.push(StringCheck { max_length: Some(200), ..StringCheck::default() });
    plan.lists.push(ListCheck { items: NodeId(4), stride: 1, min: 0, max: None, unique: true });
    let object = |keys, rest, entries| ObjectCheck {
        keys,
        rest,
        min: 0,
        max: None,
        names: None,
        variants: None,
        entries,
    };
    let keys = (0..4).map(|at| Key { name: StrId(at), node: NodeId(at + 2), required: false }).collect();
    plan.objects.push(object(keys, Rest::Closed, None));
    plan.objects.push(object(Vec::new(), Rest::Map(NodeId(6)), Some((3, 2))));
    plan.nodes = vec![
        node(KIND_ANY, NO_REGISTER),
        Node { object: 0, ..node(KIND_OBJECT, NO_REGISTER) },
        Node { number: 0, ..node(KIND_NUMBER, 0) },
        Node { object: 1, ..node(KIND_OBJECT, NO_REGISTER) },
        Node { string: 0, ..node(KIND_STRING, 0) },
        Node { list: 0, ..node(KIND_LIST, 2) },
        node(KIND_ANY, 1),
    ];
    program
}

#[test]
fn a_warm_store_allocates_nothing() {
    let program = program();
    let scanner = Scanner::new(&program).unwrap();
    let many: Vec<String> =
        (0..40).map(|at| format!("\"key{at}\":{{\"x\":[1.25,\"\\u00fc\"],\"\\n\":null}}")).collect();
    let requests = [
        r#"{"amount":49.99,"note":"a \"quoted\" note","to":["a@x.example","b@x.example"]}"#.to_owned(),
        format!(r#"{{"meta":{{{}}},"amount":0.30000000000000004}}"#, many.join(",")),
        format!(r#"{{"meta":{{{},"\u006bey39":1}}}}"#, many.join(",")),
        r#"{"to":["a","b","\u0061"]}"#.to_owned(),
        r#"{"amount":"12","extra":{"deep":[[[["x"]]]]}}"#.to_owned(),
        r#"{"amount":1"#.to_owned(),
    ];
    let mut store = Store::new();
    let run = |store: &mut Store| {
        requests.each_ref().map(|request| {
            store.clear(8);
            scan(&scanner, NodeId(1), request.as_bytes(), Source::Args, store)
        })
    };
    let first = run(&mut store);
    let accepted: Vec<bool> = first.iter().map(Result::is_ok).collect();
    assert_eq!(accepted, [true, false, false, false, false, false]);
    let region = Region::new(ALLOCATOR);
    let mut same = true;
    for _ in 0..100 {
        same &= run(&mut store) == first;
    }
    let counted = region.change();
    assert!(same);
    assert_eq!((counted.allocations, counted.reallocations), (0, 0));
}
