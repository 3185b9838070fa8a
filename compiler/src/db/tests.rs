//! Checks that the queries remember: what is executed again after an edit.

use super::Compiler;
use crate::files::MemoryFiles;
use crate::lock::{ImportOptions, import_document};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const TOOLS: &str = r#"{"tools":[
{"name":"create_refund","inputSchema":{"type":"object","properties":{"customer":{"type":"string"},"amount":{"type":"number"}},"required":["customer"]}},
{"name":"get_order","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}
]}"#;

const POLICY: &str = r#"edition 2026
policy shop_agent "refunds"
import tools shop from "shop.lock.json"
principal { id: string }
let ceiling = 50
fn small(amount: decimal) -> bool = amount < ceiling
rule first:  allow shop.create_refund when args.amount < 10
rule second: allow shop.create_refund when small(args.amount) and args.customer == principal.id
rule third:  deny  shop.get_order when args.id == "x"
"#;

fn lock() -> String {
    import_document(TOOLS, "shop", &ImportOptions::default()).unwrap().lock.to_text()
}

/// The names of the queries that an edit executes again, each with how often.
fn check(from: &str, to: &str) -> String {
    assert!(POLICY.contains(from), "the edit `{from}` is about nothing");
    let files = MemoryFiles::default().with("p.policy", POLICY).with("shop.lock.json", &lock());
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut compiler = Compiler::logged(Arc::new(files), log.clone());
    assert!(compiler.report("p.policy").policy.is_some(), "{:?}", compiler.report("p.policy").diagnostics);
    log.lock().unwrap().clear();
    compiler.set("p.policy", Ok(Arc::from(POLICY.replace(from, to).as_bytes())));
    let _report = compiler.report("p.policy");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in log.lock().unwrap().iter() {
        let name = entry.split('(').next().unwrap_or(entry);
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts.iter().map(|(name, count)| format!("{name} {count}\n")).collect()
}

#[test]
fn a_comment_executes_no_check() {
    let expected = "items 1\nparsed 1\nreadable 1\nreport 1\nstarts 1\n";
    assert_eq!(check("rule second", "// why\nrule second"), expected);
}

#[test]
fn a_condition_checks_its_own_rule_alone() {
    let expected = "checked 1\ndeclared 1\nitems 1\nparsed 1\nreadable 1\nreport 1\nstarts 1\n";
    assert_eq!(check("args.amount < 10", "args.amount < 20"), expected);
    assert_eq!(check("rule third:  deny", "rule third:  ask "), expected);
}

#[test]
fn a_definition_checks_every_rule() {
    let expected = "checked 3\ndeclared 1\nitems 1\nparsed 1\nreadable 1\nreport 1\nstarts 1\nworld 1\n";
    assert_eq!(check("amount < ceiling", "amount <= ceiling"), expected);
}
