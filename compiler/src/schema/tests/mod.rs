//! Tests of the importer: a schema in, the type and the notes as text out.

mod data;
mod hostile;
mod loads;
mod oracle;
mod print;
mod rows;

use super::{import_args, import_schema};
use serde_json::{Value, json};

/// Imports `schema` as the only argument `x` of a tool (`definitions` beside it) and compares its type and notes.
fn check(schema: &Value, ty: &str, notes: &[&str]) {
    let imported = import_schema(schema);
    let printed = print::with_definitions(print::ty(&imported.ty), &imported.definitions.0);
    assert_eq!(printed, ty, "{schema}");
    let found: Vec<String> = imported
        .notes
        .iter()
        .map(|note| format!("{} {}", note.kind.slug(), note.pointer).trim_end().to_owned())
        .collect();
    assert_eq!(found, notes, "{schema}");
}

/// Imports `schema` as the arguments of a tool.
fn check_args(schema: &Value, ty: &str, notes: &[&str]) {
    let imported = import_args(schema);
    assert_eq!(print::args(&imported.args), ty, "{schema}");
    let found: Vec<String> = imported
        .notes
        .iter()
        .map(|note| format!("{} {}", note.kind.slug(), note.pointer).trim_end().to_owned())
        .collect();
    assert_eq!(found, notes, "{schema}");
}

#[test]
fn roots_are_closed_objects() {
    check_args(&json!({"type": "object", "properties": {}}), "{}", &[]);
    check_args(
        &json!({"type": "object", "properties": {"a": {}}, "additionalProperties": true}),
        "{a: dynamic}",
        &[],
    );
    check_args(&json!({"properties": {"a": {"type": "string"}}, "required": ["a"]}), "{a!: string}", &[]);
    for closed in [
        json!({}),
        json!({"type": "object"}),
        json!(true),
        json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
        json!({"type": "object", "additionalProperties": true}),
    ] {
        check_args(&closed, "{}", &["closed_root"]);
    }
    check_args(&json!({"type": "object", "additionalProperties": {"type": "string"}}), "{…: string}", &[]);
    for impossible in [json!({"type": "string"}), json!(false), json!("nonsense"), json!(null), json!([])] {
        let imported = import_args(&impossible);
        assert_eq!(print::args(&imported.args), "{}[1..]", "{impossible}");
        assert!(imported.notes.iter().any(|note| note.kind.slug() == "nothing_fits"), "{impossible}");
    }
}
