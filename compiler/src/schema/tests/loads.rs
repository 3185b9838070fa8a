//! Whatever tools a server lists: the program that lets them all be called loads, and the tools do not harm each other.

use super::oracle::{document, scalar};
use crate::Compiler;
use crate::files::MemoryFiles;
use crate::lock::{ImportOptions, import_document};
use policyc_runtime::{Pdp, Requirements};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// Checks, builds and loads a policy that reads the argument `x` of the only tool.
fn loads(schema: &Value) {
    let list = json!({"tools": [{"name": "t", "inputSchema": schema}]}).to_string();
    let lock = import_document(&list, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let text = "edition 2026\npolicy p \"a test\"\nimport tools s from \"s.lock.json\"\nrule r: allow s.*\n";
    let files = MemoryFiles::default().with("p.policy", text).with("s.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{schema}\n{:#?}", report.diagnostics));
    let loaded = Pdp::load(&program.to_bytes(), &Requirements::default());
    assert!(loaded.is_ok(), "{schema}\n{:?}", loaded.err());
}

/// An argument of these alternatives, told apart by `kind`.
fn tagged(beside: Value) -> Value {
    let alternatives = json!([
        {"type": "object", "properties": {"kind": {"const": "w"}, "a": {"type": "string"}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"const": "z"}}, "required": ["kind"]},
    ]);
    let mut x = json!({"type": "object", "oneOf": alternatives});
    x.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    json!({"type": "object", "properties": {"x": x}})
}

#[test]
fn a_tag_may_turn_out_to_be_anything() {
    for kind in [
        json!({"type": "integer"}),
        json!({"enum": []}),
        json!({"type": "string", "maxLength": 0}),
        json!({"enum": ["x"]}),
        json!({"enum": ["z", 1]}),
        json!({"$id": "https://example.com/kind", "const": "w"}),
        json!({"allOf": [{"type": "object"}]}),
        json!(false),
    ] {
        loads(&tagged(json!({"properties": {"kind": kind}})));
        loads(&tagged(json!({"allOf": [{"properties": {"kind": kind}}]})));
        let one = |tag: &str| {
            let mut kind = if kind.is_object() { kind.clone() } else { json!({"not": {}}) };
            kind["const"] = json!(tag);
            json!({"type": "object", "properties": {"kind": kind}, "required": ["kind"]})
        };
        loads(&json!({"type": "object", "properties": {"x": {"oneOf": [one("w"), one("z")]}}}));
    }
}

#[test]
fn a_tag_is_still_one_when_the_budget_is_spent() {
    let record = |tag: usize| {
        let mut fields: Vec<(String, Value)> =
            (0..8).map(|n| (format!("f{n}"), json!({"type": "string"}))).collect();
        fields.push(("kind".to_owned(), json!({"const": format!("k{tag}")})));
        json!({"type": "object", "properties": fields.into_iter().collect::<serde_json::Map<_, _>>(), "required": ["kind"]})
    };
    let all: Vec<Value> = (0..60).map(record).collect();
    let properties: serde_json::Map<_, _> =
        (0..60).map(|n| (format!("p{n}"), json!({"oneOf": all}))).collect();
    loads(&json!({"type": "object", "properties": properties}));
    let many: Vec<Value> = (0..500)
        .map(|n| json!({"type": "object", "properties": {format!("a{n}"): {"minimum": n}}}))
        .collect();
    loads(&json!({"type": "object", "properties": {"a": {"anyOf": many}, "b": {"oneOf": all}}}));
}

#[test]
fn a_chain_of_definitions_may_be_long() {
    let chain = |link: fn(Value) -> Value| {
        let mut definitions: serde_json::Map<_, _> = (0..8_000)
            .map(|n| (format!("d{n}"), link(json!({"$ref": format!("#/$defs/d{}", n + 1)}))))
            .collect();
        definitions.insert("d8000".to_owned(), json!({"type": "string"}));
        json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": definitions})
    };
    let chains = [
        chain(|next| json!({"type": "object", "properties": {"x": next}})),
        chain(|next| json!({"type": "array", "items": next})),
        chain(|next| json!({"type": "object", "additionalProperties": next})),
        chain(
            |next| json!({"type": ["object", "null"], "properties": {"x": {"anyOf": [next, {"type": "null"}]}}}),
        ),
    ];
    for chain in chains {
        std::thread::Builder::new().stack_size(2 << 20).spawn(move || loads(&chain)).unwrap().join().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_lock_gives_a_program_that_loads(
        schema in prop_oneof![4 => document(), 1 => scalar().prop_map(|kind| tagged(json!({"properties": {"kind": kind}})))]
    ) {
        loads(&schema);
    }
}
