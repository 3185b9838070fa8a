//! Schemas that are meant to exhaust their reader. In: generated documents. Out: types within bounds, quickly, with a note.

use super::print;
use crate::json::parse_strict;
use crate::schema::extract::HEIGHT;
use crate::schema::{Imported, NoteKind, Validator, import_args, import_schema};
use crate::ty::{ArgsTy, Rest, Ty};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// Nodes and levels of a type and its definitions.
fn measure(args: &ArgsTy) -> (usize, u32) {
    let mut nodes = 0;
    let children = args.root.fields.values().map(|field| &field.ty).chain(&args.definitions.0);
    let rest = match &args.root.rest {
        Rest::Map(ty) => Some(ty),
        Rest::Closed | Rest::Open => None,
    };
    let height = children.chain(rest).map(|ty| levels(ty, &mut nodes)).max().unwrap_or_default();
    (nodes, height)
}

fn levels(ty: &Ty, nodes: &mut usize) -> u32 {
    *nodes += 1;
    let Ty::Kinds(kinds) = ty else { return 1 };
    let mut below = Vec::new();
    below.extend(kinds.list.as_ref().map(|list| &list.items));
    if let Some(object) = &kinds.object {
        below.extend(object.fields.values().map(|field| &field.ty));
        if let Rest::Map(ty) = &object.rest {
            below.push(ty);
        }
    }
    1 + below.into_iter().map(|ty| levels(ty, nodes)).max().unwrap_or_default()
}

/// Imports within bounds of time and size.
fn check(schema: &Value) -> Imported {
    let start = Instant::now();
    let imported = import_args(schema);
    let (nodes, height) = measure(&imported.args);
    assert!(nodes <= 300_000, "{nodes} nodes");
    assert!(height <= HEIGHT + 1, "{height} levels");
    // Generous: debug builds on a busy machine. The work itself is counted, not timed.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    imported
}

fn has(imported: &Imported, kind: NoteKind) -> bool {
    imported.notes.iter().any(|note| note.kind == kind)
}

fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Object(members.into_iter().collect::<Map<_, _>>())
}

#[test]
fn text_is_read_to_a_fixed_depth() {
    let deep = format!("{}{}", "{\"items\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(parse_strict(&deep).unwrap_err().message, "nesting is deeper than 128 levels");
}

#[test]
fn deep_types_are_cut_into_definitions() {
    let deep = (0..60)
        .fold(json!({"type": "string"}), |inner, _| json!({"type": "object", "properties": {"a": inner}}));
    let imported = check(&deep);
    assert_eq!(imported.notes, []);
    assert!(!imported.args.definitions.0.is_empty());
    let mut value = json!("end");
    for _ in 0..60 {
        value = json!({"a": value});
    }
    assert!(Validator::new(&imported.args.definitions).args(&imported.args.root, &value));
    value = json!({"a": value});
    assert!(!Validator::new(&imported.args.definitions).args(&imported.args.root, &value));
}

#[test]
fn chains_of_references_end() {
    let chain = |length: usize, link: fn(usize) -> Value| {
        let definitions = object((0..length).map(|index| (format!("d{index}"), link(index + 1))));
        let mut definitions = definitions;
        definitions[format!("d{length}")] = json!({"type": "string"});
        json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": definitions})
    };
    let bare = check(&chain(1_000, |next| json!({"$ref": format!("#/$defs/d{next}")})));
    assert_eq!((print::args(&bare.args).as_str(), bare.notes.len()), ("{x: string}", 0));
    let long = check(&chain(100_000, |next| json!({"$ref": format!("#/$defs/d{next}")})));
    assert_eq!(print::args(&long.args), "{x: dynamic}");
    assert!(has(&long, NoteKind::Reference));
    let through = check(&chain(100_000, |next| json!({"allOf": [{"$ref": format!("#/$defs/d{next}")}]})));
    assert!(has(&through, NoteKind::Reference));
    let structured = check(&chain(
        20_000,
        |next| json!({"type": "object", "properties": {"n": {"$ref": format!("#/$defs/d{next}")}}}),
    ));
    assert_eq!(structured.notes, []);
}

#[test]
fn cycles_without_structure_admit_anything_and_say_so() {
    for cycle in [
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"anyOf": [{"$ref": "#"}, {"oneOf": [{"$ref": "#"}]}]}),
        json!({"type": "object", "propertyNames": {"$ref": "#/$defs/a"}, "$defs": {"a": {"propertyNames": {"$ref": "#/$defs/a"}, "type": "object"}}}),
        json!({"type": "object", "propertyNames": {"$ref": "#"}}),
    ] {
        let imported = import_schema(&cycle);
        let noted = imported.notes.iter().any(|note| note.kind == NoteKind::Reference);
        assert!(noted || print::ty(&imported.ty).contains("no string"), "{cycle} {:?}", imported.notes);
    }
}

#[test]
fn doubling_is_shared() {
    let level = |index: usize| {
        let next = json!({"$ref": format!("#/$defs/d{}", index + 1)});
        (format!("d{index}"), json!({"type": "object", "properties": {"l": next, "r": next}}))
    };
    let mut definitions = object((0..60).map(level));
    definitions["d60"] = json!({"type": "string"});
    let imported =
        check(&json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": definitions}));
    assert_eq!(imported.notes, []);
}

#[test]
fn combinations_are_bounded() {
    let alternatives: Vec<Value> = (0..10).map(|index| json!({"required": [format!("k{index}")]})).collect();
    let all: Vec<Value> = (0..20).map(|_| json!({"anyOf": alternatives})).collect();
    let imported = check(&json!({"type": "object", "properties": {"x": {"type": "object", "allOf": all}}}));
    assert!(has(&imported, NoteKind::Widened));
    let nested =
        (0..15).fold(json!({"type": "string"}), |inner, _| json!({"anyOf": [inner, inner], "minLength": 1}));
    drop(check(&json!({"type": "object", "properties": {"x": nested}})));
}

#[test]
fn width_is_bounded() {
    let wide = |count: usize, schema: fn(usize) -> Value| {
        object((0..count).map(|index| (format!("p{index}"), schema(index))))
    };
    let many = check(
        &json!({"type": "object", "properties": wide(100_000, |index| json!({"type": "string", "minLength": index}))}),
    );
    assert!(has(&many, NoteKind::Widened));
    let same = check(
        &json!({"type": "object", "properties": wide(100_000, |_| json!({"$ref": "#/$defs/d"})), "$defs": {"d": {"type": "string"}}}),
    );
    assert_eq!(same.notes, []);
    let list = |count: usize, of: fn(usize) -> Value| (0..count).map(of).collect::<Value>();
    let x = |schema: Value| check(&json!({"type": "object", "properties": {"x": schema}}));
    assert_eq!(x(json!({"enum": list(100_000, |index| json!(index))})).notes, []);
    assert_eq!(x(json!({"anyOf": list(5_000, |index| json!({"const": format!("c{index}")}))})).notes, []);
    assert!(has(&x(json!({"anyOf": list(100_000, |index| json!({"const": index}))})), NoteKind::Widened));
    drop(x(
        json!({"anyOf": list(3_000, |index| json!({"type": "object", "properties": {format!("f{index}"): {}}}))}),
    ));
    drop(x(
        json!({"oneOf": list(500, |index| json!({"type": "object", "properties": {"k": {"const": index.to_string()}}, "required": ["k"]}))}),
    ));
    drop(x(json!({"anyOf": list(10_000, |index| json!({"type": "string", "maxLength": index}))})));
}

#[test]
fn recursion_under_intersections_ends() {
    let imported = check(&json!({
        "type": "object", "properties": {"x": {"$ref": "#/$defs/L"}},
        "$defs": {
            "L": {"allOf": [{"$ref": "#/$defs/M"}, {"$ref": "#/$defs/N"}]},
            "M": {"type": "object", "properties": {"f": {"$ref": "#/$defs/L"}, "g": {"$ref": "#/$defs/N"}}},
            "N": {"type": "object", "properties": {"f": {"anyOf": [{"$ref": "#/$defs/L"}, {"$ref": "#/$defs/S"}]}, "g": {"$ref": "#/$defs/M"}}},
            "S": {"type": "object", "properties": {"f": {"allOf": [{"$ref": "#/$defs/M"}, {"anyOf": [{"$ref": "#/$defs/L"}, {"type": "string"}]}]}}}
        }
    }));
    assert!(!imported.args.definitions.0.is_empty());
}

/// Any JSON at all, with the names of keywords where names stand.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "string",
            "object",
            "array",
            "null",
            "#",
            "#/properties/a",
            "#/$defs/a",
            "^a$",
            "(?=x)",
            "http://x",
            "a",
            "type",
            ""
        ])
        .prop_map(Value::from),
    ];
    let keyword = prop::sample::select(vec![
        "type",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "items",
        "prefixItems",
        "additionalItems",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "exclusiveMaximum",
        "multipleOf",
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "$defs",
        "a",
        "nullable",
        "$id",
        "$schema",
        "default",
        "not",
        "description",
    ]);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map(keyword.clone().prop_map(String::from), inner, 0..6).prop_map(object),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_imported(schema in anything(), value in anything()) {
        let imported = check(&schema);
        prop_assert_eq!(&import_args(&schema), &imported, "the same schema gives the same type");
        let _ = Validator::new(&imported.args.definitions).args(&imported.args.root, &value);
        for note in &imported.notes {
            prop_assert!(schema.pointer(&note.pointer).is_some(), "{} is no place in {}", note.pointer, schema);
            prop_assert!(!note.message.is_empty() && !note.message.contains('\n'));
        }
    }
}
