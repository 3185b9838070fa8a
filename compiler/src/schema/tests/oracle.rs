//! The importer against an independent validator. In: generated schemas and values. Out: two laws.
//!
//! Undeclared keys are denied (semantics.md 5), which JSON Schema can say too: every schema that stands for a value of its own
//! and names properties gets `unevaluatedProperties: false`. What the validator accepts under the schema so closed, the imported
//! type accepts; and where the import noted nothing, what the type accepts, the validator accepts under the schema as it is.

use crate::schema::{NoteKind, Validator, import_args, import_schema, intersect, union};
use crate::ty::{Kinds, Ty};
use jsonschema::Validator as Oracle;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Keywords of one kind of value, some left out.
fn keywords(all: Vec<(&'static str, Value)>) -> BoxedStrategy<Value> {
    let count = all.len();
    subsequence(all, 0..=count.min(3))
        .prop_map(|some| {
            Value::Object(some.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
        .boxed()
}

fn with(base: Value, more: Value) -> Value {
    let (Value::Object(mut base), Value::Object(more)) = (base, more) else { return json!({}) };
    base.extend(more);
    Value::Object(base)
}

pub(super) fn scalar() -> BoxedStrategy<Value> {
    let strings = vec![
        ("minLength", json!(1)),
        ("minLength", json!(2)),
        ("maxLength", json!(2)),
        ("pattern", json!("^a")),
        ("pattern", json!("[0-9]|b$")),
        ("enum", json!(["a", "bb", "x"])),
        ("enum", json!(["y", 1, null])),
        ("format", json!("uuid")),
    ];
    let numbers = vec![
        ("minimum", json!(0)),
        ("minimum", json!(-1.5)),
        ("maximum", json!(2)),
        ("exclusiveMinimum", json!(0)),
        ("exclusiveMaximum", json!(2.5)),
        ("multipleOf", json!(0.5)),
        ("multipleOf", json!(2)),
        ("multipleOf", json!(0.01)),
        ("enum", json!([1, 2, 0.5])),
    ];
    prop_oneof![
        keywords(strings.clone()).prop_map(|more| with(json!({"type": "string"}), more)),
        keywords(numbers.clone()).prop_map(|more| with(json!({"type": "number"}), more)),
        keywords(numbers).prop_map(|more| with(json!({"type": "integer"}), more)),
        keywords(strings).prop_map(|more| with(json!({"type": ["string", "null", "integer"]}), more)),
        select(vec![
            json!({"type": "boolean"}),
            json!({"type": "null"}),
            json!({}),
            json!(true),
            json!(false),
            json!({"const": "x"}),
            json!({"const": "y"}),
            json!({"const": 1}),
            json!({"enum": [true, "a", 2]}),
            json!({"const": {"a": [1]}}),
            json!({"enum": [null, {}, []]}),
            json!({"enum": []}),
            json!({"minLength": 1, "maximum": 1}),
            json!({"type": ["boolean", "array"]}),
        ]),
    ]
    .boxed()
}

const KEYS: [&str; 4] = ["a", "b", "k", "z"];

fn object(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let tag = select(vec![
        json!({"const": "x"}),
        json!({"const": "y"}),
        json!({"enum": ["x", "z"]}),
        json!({"type": "string"}),
        json!({"type": "string", "maxLength": 0}),
        json!({"type": ["string", "integer"]}),
        json!({"type": "integer"}),
    ]);
    let rest = prop_oneof![
        5 => Just(None), 2 => Just(Some(json!(false))), 1 => Just(Some(json!(true))), 1 => Just(Some(json!({}))), 2 => inner.clone().prop_map(Some)
    ];
    let sizes = keywords(vec![
        ("minProperties", json!(1)),
        ("maxProperties", json!(2)),
        ("propertyNames", json!({"maxLength": 1})),
    ]);
    let properties = prop::option::weighted(
        0.85,
        (prop::option::weighted(0.7, tag), prop::option::of(inner.clone()), prop::option::of(inner)),
    );
    (properties, subsequence(vec!["a", "b", "k"], 0..=3), rest, prop_oneof![3 => Just(json!({})), 1 => sizes])
        .prop_map(|(properties, required, rest, sizes)| {
            let mut out = Map::new();
            out.insert("type".into(), "object".into());
            if let Some((k, a, b)) = properties {
                let members = [("k", k), ("a", a), ("b", b)]
                    .into_iter()
                    .filter_map(|(key, schema)| Some((key.to_owned(), schema?)));
                out.insert("properties".into(), Value::Object(members.collect()));
            }
            if !required.is_empty() {
                out.insert("required".into(), json!(required));
            }
            out.extend(rest.map(|rest| ("additionalProperties".to_owned(), rest)));
            with(Value::Object(out), sizes)
        })
        .boxed()
}

/// A schema; references only where a property or element stands in between.
fn schema() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![6 => scalar(), 1 => select(vec![json!({"$ref": "#/$defs/A"}), json!({"$ref": "#/$defs/B"}), json!({"$ref": "#"})])];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let list = (
            inner.clone(),
            keywords(vec![("minItems", json!(1)), ("maxItems", json!(2)), ("uniqueItems", json!(true))]),
        )
            .prop_map(|(items, more)| with(json!({"type": "array", "items": items}), more));
        prop_oneof![3 => object(inner.clone()), 1 => list, 2 => combined(inner)]
    })
    .boxed()
}

/// `anyOf`, `oneOf` or `allOf`, alone or beside other keywords. Its parts are no references: they would recur without structure.
fn combined(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let part = prop_oneof![2 => scalar(), 3 => object(inner.clone())];
    let required = select(vec![
        json!({"required": ["a"]}),
        json!({"required": ["b"]}),
        json!({"properties": {"k": {"const": "x"}}}),
    ]);
    let parts = prop::collection::vec(prop_oneof![5 => part, 1 => required], 1..4);
    let beside = prop_oneof![2 => Just(json!({})), 1 => object(inner), 1 => Just(json!({"type": ["object", "string"]}))];
    (select(vec!["anyOf", "oneOf", "allOf"]), parts, beside)
        .prop_map(|(keyword, parts, beside)| with(beside, json!({keyword: parts})))
        .boxed()
}

/// A whole document. Definitions and the root are objects, so that references always lead to structure.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let guarded = || object(schema());
    (guarded(), guarded(), prop_oneof![guarded(), combined(schema())])
        .prop_map(|(a, b, root)| with(root, json!({"$defs": {"A": a, "B": b}})))
}

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// For the arguments.
    Root,
    /// For a value of its own.
    Value,
    /// As a part of another schema, of which some part names properties or which is the root's.
    NamedPart,
    /// As a part of another schema.
    Part,
}

/// `schema` with undeclared keys denied as the importer denies them.
fn closed(schema: &Value, at: At, root: &Value) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let mut out = Map::new();
    let deny = at == At::Root || (at == At::Value && names_properties(schema, root, 4));
    let named = deny || at == At::NamedPart;
    let part = if named { At::NamedPart } else { At::Part };
    for (keyword, value) in map {
        let each = |schemas: &Map<String, Value>, at| {
            Value::Object(schemas.iter().map(|(key, value)| (key.clone(), closed(value, at, root))).collect())
        };
        let value = match (keyword.as_str(), value) {
            ("properties", Value::Object(schemas)) => each(schemas, At::Value),
            ("$defs", Value::Object(schemas)) => each(schemas, At::Value),
            // The importer sees through `{"anyOf": [{}]}`; a reference is unresolved here, and widens for that reason alone.
            ("additionalProperties", rest)
                if !rest.to_string().contains("$ref") && import_schema(rest).ty == Ty::Dynamic =>
            {
                if named {
                    continue;
                }
                rest.clone()
            }
            ("items" | "additionalProperties", schema) => closed(schema, At::Value, root),
            ("anyOf" | "oneOf" | "allOf", Value::Array(schemas)) => {
                schemas.iter().map(|schema| closed(schema, part, root)).collect()
            }
            (_, value) => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    if deny {
        out.insert("unevaluatedProperties".into(), json!(false));
    }
    Value::Object(out)
}

fn names_properties(schema: &Value, root: &Value, depth: u32) -> bool {
    let parts =
        ["anyOf", "oneOf", "allOf"].iter().filter_map(|keyword| schema.get(*keyword)?.as_array()).flatten();
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|text| root.pointer(text.trim_start_matches('#')));
    depth > 0
        && (schema.get("properties").is_some()
            || parts.chain(target).any(|part| names_properties(part, root, depth - 1)))
}

/// A small source of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let index = self.roll(from.len());
        &from[index]
    }
}

/// A value that has a fair chance to fit `schema`.
fn value(schema: &Value, root: &Value, dice: &mut Dice, depth: u32) -> Value {
    let pool = [
        json!("a"),
        json!("bb"),
        json!("x"),
        json!("y"),
        json!("a1"),
        json!(""),
        json!("é"),
        json!(1),
        json!(2),
        json!(0),
        json!(0.5),
        json!(-1.5),
        json!(1.13),
        json!(2.0),
        json!(7),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!({}),
        json!({"a": [1]}),
        json!([1, 1.0]),
        json!({"k": "x"}),
    ];
    if depth == 0 || dice.roll(12) == 0 {
        return dice.pick(&pool).clone();
    }
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|text| root.pointer(text.trim_start_matches('#')));
    if let Some(target) = target {
        return value(target, root, dice, depth - 1);
    }
    let mut parts: Vec<&Value> = vec![schema];
    parts.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten());
    for keyword in ["anyOf", "oneOf"] {
        parts.extend(schema.get(keyword).and_then(Value::as_array).map(|all| dice.pick(all)));
    }
    if let Some(constant) = parts.iter().find_map(|part| part.get("const")) {
        return constant.clone();
    }
    if let Some(values) =
        parts.iter().find_map(|part| part.get("enum")?.as_array().filter(|all| !all.is_empty()))
    {
        return dice.pick(values).clone();
    }
    let is = |name: &str| parts.iter().any(|part| part.get("type").is_some_and(|ty| ty == name));
    if is("array") {
        let items = parts.iter().find_map(|part| part.get("items")).unwrap_or(&Value::Null);
        return (0..dice.roll(4)).map(|_| value(items, root, dice, depth - 1)).collect();
    }
    if !is("object") {
        return dice.pick(&pool).clone();
    }
    let mut out = Map::new();
    for key in KEYS {
        let declared = parts.iter().find_map(|part| part.get("properties")?.get(key));
        let required = parts.iter().any(|part| {
            part.get("required").is_some_and(|all| all.as_array().unwrap().contains(&json!(key)))
        });
        let rest = parts.iter().find_map(|part| part.get("additionalProperties")).unwrap_or(&Value::Null);
        if (required && dice.roll(8) > 0) || dice.roll(if declared.is_some() { 2 } else { 8 }) == 0 {
            out.insert(key.to_owned(), value(declared.unwrap_or(rest), root, dice, depth - 1));
        }
    }
    Value::Object(out)
}

/// The validator of a tool's arguments with undeclared keys denied.
pub(super) fn closed_oracle(schema: &Value) -> Oracle {
    oracle(&closed(schema, At::Root, schema))
}

fn oracle(schema: &Value) -> Oracle {
    jsonschema::options().should_validate_formats(false).build(schema).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn the_type_says_what_the_schema_says(schema in document(), seed in any::<u64>()) {
        let imported = import_args(&schema);
        let (open, shut) = (oracle(&schema), closed_oracle(&schema));
        let validator = Validator::new(&imported.args.definitions);
        let narrower = |kind| matches!(kind, NoteKind::OpenRecord | NoteKind::ClosedRoot);
        let exact = imported.notes.iter().all(|note| note.kind == NoteKind::Dropped || narrower(note.kind) || note.kind == NoteKind::Nothing);
        let less = imported.notes.iter().any(|note| narrower(note.kind));
        let mut dice = Dice(seed);
        for _ in 0..16 {
            let value = value(&schema, &schema, &mut dice, 5);
            let accepted = validator.args(&imported.args.root, &value);
            let context = || format!("{value}\n{schema}\n{}\n{:?}", super::print::args(&imported.args), imported.notes);
            if shut.is_valid(&value) && value.is_object() && !less {
                prop_assert!(accepted, "refused, though the schema admits it: {}", context());
            }
            if exact && accepted {
                prop_assert!(open.is_valid(&value), "accepted without a note, though the schema refuses it: {}", context());
            }
        }
    }

    #[test]
    fn unions_admit_both_sides_and_intersections_what_both_admit(
        (first, second) in (schema(), schema()), seed in any::<u64>()
    ) {
        let root = json!({"type": "object", "properties": {"p": first, "q": second}, "$defs": {"A": {"type": "object", "properties": {"k": {"$ref": "#/$defs/A"}}}, "B": {"type": "object", "properties": {"a": {"type": "integer"}}}}});
        let imported = import_args(&root).args;
        let (a, b) = (&imported.root.fields["p"].ty, &imported.root.fields["q"].ty);
        let definitions = &imported.definitions;
        let (either, both) = (union(a, b, definitions), intersect(a, b, definitions));
        prop_assert_eq!(&union(a, a, definitions), a);
        prop_assert_eq!(&intersect(a, a, definitions), a);
        let validator = Validator::new(definitions);
        let mut dice = Dice(seed);
        for schema in [&first, &second].into_iter().cycle().take(16) {
            let value = value(schema, &root, &mut dice, 4);
            let (in_a, in_b) = (validator.ty(a, &value), validator.ty(b, &value));
            let context = || format!("{value}\n{}\n{}\n{}\n{}", super::print::ty(a), super::print::ty(b), super::print::ty(&either), super::print::ty(&both));
            prop_assert!(validator.ty(&either, &value) || !(in_a || in_b), "not in the union: {}", context());
            prop_assert!(validator.ty(&both, &value) || !(in_a && in_b), "not in the intersection: {}", context());
        }
    }
}

#[test]
fn the_empty_type_is_neutral_in_unions() {
    let never = Ty::Kinds(Arc::new(Kinds::default()));
    let ty = import_args(&json!({"properties": {"a": {"type": ["string", "array"], "maxLength": 3}}}))
        .args
        .root
        .fields["a"]
        .ty
        .clone();
    assert_eq!(union(&never, &ty, &Default::default()), ty);
    assert_eq!(intersect(&Ty::Dynamic, &ty, &Default::default()), ty);
    assert_eq!(union(&Ty::Dynamic, &ty, &Default::default()), Ty::Dynamic);
}
