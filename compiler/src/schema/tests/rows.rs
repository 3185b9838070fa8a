//! One test per row of what tool schemas use, and of what they might.

use super::{check, check_args};
use serde_json::{Value, json};

#[test]
fn plain_types_keep_their_constraints() {
    check(
        &json!({"type": "string", "minLength": 1, "maxLength": 9, "format": "uuid", "pattern": "^[a-f]"}),
        r"string[1..9] /^[a-f]/ uuid",
        &[],
    );
    check(
        &json!({"type": "integer", "minimum": 0, "exclusiveMaximum": 10.5, "multipleOf": 5}),
        "int >= 0 < 10.5 % 5",
        &[],
    );
    check(&json!({"type": "number", "multipleOf": 0.01}), "number % 0.01", &[]);
    check(&json!({"type": "number", "multipleOf": 3}), "int % 3", &[]);
    check(&json!({"type": ["integer", "number"]}), "number", &[]);
    check(&json!({"type": "boolean"}), "bool", &[]);
    check(&json!({"type": "null"}), "null", &[]);
    check(
        &json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3, "uniqueItems": true}),
        "set<string>[1..3]",
        &[],
    );
    check(&json!({"type": "array"}), "list<dynamic>", &[]);
    check(
        &json!({"type": "object", "properties": {"a-b": {"type": "string", "default": "x"}, "$c": {"type": "number", "default": null}}, "required": ["$c"], "minProperties": 1, "maxProperties": 2}),
        r#"{$c!: number = null, a-b: string = "x"}[1..2]"#,
        &[],
    );
}

#[test]
fn exclusive_bounds_come_in_two_forms() {
    check(&json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}), "number > 0 < 1", &[]);
    check(
        &json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false}),
        "number > 0 <= 5",
        &[],
    );
    check(&json!({"type": "number", "minimum": 1, "exclusiveMinimum": 0}), "number >= 1", &[]);
    check(&json!({"type": "number", "minimum": 1, "exclusiveMinimum": 1}), "number > 1", &[]);
}

#[test]
fn values_are_enumerated() {
    check(&json!({"enum": ["b", "a", "b"]}), r#""a" | "b""#, &[]);
    check(&json!({"type": "string", "enum": ["a", 1, null]}), r#""a""#, &[]);
    check(&json!({"enum": [1, 2.50, "a", null, true]}), r#"null | true | 1 | 2.5 | "a""#, &[]);
    check(&json!({"enum": [true, false]}), "bool", &[]);
    check(&json!({"const": 3}), "3", &[]);
    check(&json!({"type": "integer", "enum": [1, 2.5, 9], "maximum": 5}), "1", &[]);
    check(&json!({"const": {"a": [1], "b": {}}}), r#"{a!: list<1>[1..1], b!: {}}"#, &[]);
    check(&json!({"const": [1, "a"]}), r#"list<1 | "a">[2..2]"#, &["merged"]);
    check(&json!({"enum": []}), "never", &["nothing_fits"]);
    check(&json!({"type": "string", "enum": [1]}), "never", &["nothing_fits"]);
}

#[test]
fn null_is_a_member_only_where_it_is_named() {
    check(&json!({"anyOf": [{"type": "string"}, {"type": "null"}], "default": null}), "null | string", &[]);
    check(&json!({"type": ["string", "null"]}), "null | string", &[]);
    check(&json!({"type": "string", "nullable": true}), "null | string", &[]);
    check(&json!({"type": "string", "default": null}), "string", &[]);
    check(
        &json!({"type": ["object", "null"], "properties": {"a": {"type": "string"}}}),
        "null | {a: string}",
        &[],
    );
}

#[test]
fn maps_have_values_of_one_type() {
    check(&json!({"type": "object", "additionalProperties": {"type": "string"}}), "{…: string}", &[]);
    check(
        &json!({"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "integer"}}}),
        "{a: int, …: string}",
        &[],
    );
    check(
        &json!({"type": "object", "propertyNames": {"pattern": "^x-"}, "additionalProperties": {}}),
        r"{…[string /^x\x{2D}/]: dynamic}",
        &[],
    );
    check(
        &json!({"type": "object", "propertyNames": {"enum": ["b", "a"]}, "additionalProperties": {"type": "number"}}),
        r#"{…["a" | "b"]: number}"#,
        &[],
    );
    check(&json!({"type": "object", "propertyNames": false}), "{…[no string]: dynamic}", &[]);
    check(&json!({"type": "object"}), "{…: dynamic}", &[]);
    check(&json!({"type": "object", "properties": {}, "additionalProperties": true}), "{…: dynamic}", &[]);
    check(&json!({"type": "object", "properties": {}}), "{}", &[]);
    check(&json!({"type": "object", "additionalProperties": false}), "{}", &[]);
    check(
        &json!({"type": "object", "additionalProperties": false, "patternProperties": {"^x": {"type": "string"}}}),
        "{…[string /(?:^x)/]: string}",
        &[],
    );
    check(
        &json!({"type": "object", "properties": {"a": {}}, "patternProperties": {"^x": {"type": "string"}}}),
        "{a: dynamic, …[string /(?:^x)/]: string}",
        &[],
    );
}

#[test]
fn keys_by_pattern_are_declared_and_others_are_not() {
    let shape = |more: Value| {
        let mut shape = json!({"type": "object", "properties": {"to": {"type": "string"}}, "patternProperties": {"^x": {"type": "string"}}});
        shape.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        shape
    };
    for open in [json!({}), json!({"additionalProperties": true}), json!({"additionalProperties": false})] {
        let ty = "{to: string, …[string /(?:^x)/]: string}";
        check(&shape(open.clone()), ty, &[]);
        check_args(&shape(open), ty, &[]);
    }
    check(
        &shape(json!({"additionalProperties": {"type": "integer"}})),
        "{to: string, …: int | string}",
        &["merged"],
    );
    // What is declared has to fit the patterns that it matches, and those alone.
    let both = shape(
        json!({"properties": {"xa": {"maxLength": 4}, "ax": {"type": "null"}}, "required": ["xb", "b"]}),
    );
    check(
        &both,
        "{ax: null, b!: dynamic, xa: string[..4], xb!: string, …[string /(?:^x)/]: string}",
        &["undeclared_required"],
    );
    check(
        &json!({"type": "object", "required": ["x"], "patternProperties": {"b$": {"type": "string"}}, "additionalProperties": false}),
        "{x!: never, …[string /(?:b$)/]: string}",
        &[],
    );
    let two = json!({"type": "object", "properties": {}, "patternProperties": {"^x": {"type": "string"}, "^y": {"type": "null"}}});
    check(&two, "{…[string /(?:^x)|(?:^y)/]: null | string}", &["merged"]);
    check(
        &shape(json!({"patternProperties": {"(?=a)": {}}})),
        "{to: string}",
        &["merged", "unsupported_pattern"],
    );
}

#[test]
fn a_free_root_is_closed_to_keys_that_nothing_names() {
    let root = |more: Value, ty: &str| check_args(&more, ty, &["closed_root"]);
    root(
        json!({"type": "object", "patternProperties": {"^x": {"type": "string"}}}),
        "{…[string /(?:^x)/]: string}",
    );
    root(
        json!({"type": "object", "patternProperties": {"^x": {}}, "additionalProperties": true}),
        "{…[string /(?:^x)/]: dynamic}",
    );
    root(json!({"type": "object", "propertyNames": {"type": "string"}, "additionalProperties": {}}), "{}");
    root(json!({"type": "object", "propertyNames": {"pattern": "^x"}}), "{}");
    root(json!({"type": "object", "propertyNames": {"enum": ["b", "a"]}}), "{a: dynamic, b: dynamic}");
    root(json!({"allOf": [{"type": "object", "propertyNames": {"maxLength": 3}}]}), "{}");
    let named = json!({"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "patternProperties": {"^x": {"type": "null"}}}}});
    check_args(&named, "{…[string /(?:^x)/]: null}", &["closed_root /$defs/A"]);
}

#[test]
fn unions_have_one_alternative_per_kind() {
    check(&json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}), "int | string", &[]);
    check(
        &json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
        "string | list<string>",
        &[],
    );
    check(&json!({"type": ["string", "array"], "items": {"type": "integer"}}), "string | list<int>", &[]);
    check(
        &json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "const": "b"}]}),
        r#""a" | "b""#,
        &[],
    );
    check(&json!({"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a"]}]}), "string", &[]);
    check(&json!({"anyOf": [{"type": "integer"}, {"type": "number"}]}), "number", &[]);
    check(&json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}), "number", &["merged"]);
    check(
        &json!({"anyOf": [{"type": "string", "minLength": 3}, {"enum": ["a"]}]}),
        "string[1..]",
        &["merged"],
    );
    check(
        &json!({"anyOf": [{"type": "integer", "maximum": 3}, {"type": "integer", "minimum": 7}]}),
        "int",
        &["merged"],
    );
    check(
        &json!({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]}),
        "list<int | string>",
        &["merged"],
    );
    check(&json!({"anyOf": [{"type": "string"}, {}]}), "dynamic", &[]);
    check(
        &json!({"type": "string", "anyOf": [{"minLength": 2}, {"type": "integer"}]}),
        "string[2..]",
        &["dropped_alternative /anyOf/1"],
    );
}

#[test]
fn object_unions_are_told_apart_by_a_constant() {
    let shape = |kind: &str, field: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, field: {"type": "string"}}, "required": ["kind", field]});
    check(
        &json!({"oneOf": [shape("b", "y"), shape("a", "x")]}),
        r#"{kind!: "a" | "b", x: string, y: string} by kind ("a": kind! x!; "b": kind! y!)"#,
        &[],
    );
    let of = |field: &str| json!({"type": "object", "properties": {field: {"type": "string"}}, "required": [field], "additionalProperties": false});
    check(&json!({"anyOf": [of("id"), of("name")]}), "{id: string, name: string}", &["merged"]);
    check(&json!({"anyOf": [of("id"), {"type": "object"}]}), "{id: string, …: dynamic}", &["open_record"]);
    check(&json!({"anyOf": [of("id"), of("id"), {"type": "null"}]}), "null | {id!: string}", &[]);
}

#[test]
fn a_tag_is_held_to_what_stands_beside_the_alternatives() {
    let shape = |kind: &str, field: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, field: {"type": "string"}}, "required": ["kind"]});
    let tagged = |types: &Value, kind: &Value| json!({"type": types, "properties": {"kind": kind}, "oneOf": [shape("b", "y"), shape("a", "x"), {"type": "string"}]});
    check(
        &tagged(&json!("object"), &json!({"enum": ["b"]})),
        r#"{kind!: "b", x: string, y: string} by kind ("b": kind! y)"#,
        &["dropped_alternative /oneOf/2"],
    );
    check(
        &tagged(&json!("object"), &json!({"type": "integer"})),
        "never",
        &["nothing_fits", "dropped_alternative /oneOf/2"],
    );
    check(
        &tagged(&json!(["object", "string"]), &json!({"maxLength": 0})),
        "string",
        &["dropped_alternative"],
    );
    check(
        &tagged(&json!("object"), &json!({"$id": "https://example.com/kind"})),
        r#"{kind!: "a" | "b", x: string, y: string} by kind ("a": kind! x; "b": kind! y)"#,
        &["dropped_alternative /oneOf/2"],
    );
}

#[test]
fn a_tag_that_may_be_missing_tells_nothing_apart() {
    let shape = |kind: &str, field: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, field: {"type": "string"}}});
    check(
        &json!({"anyOf": [shape("b", "y"), shape("a", "x")]}),
        r#"{kind: "a" | "b", x: string, y: string}"#,
        &["merged"],
    );
}

#[test]
fn alternatives_see_what_stands_beside_them() {
    check(
        &json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        "{a: string, b: string}",
        &["merged"],
    );
    // `x` is declared beside the alternatives, so it may stand in the second one, with any value that it may have there.
    check(
        &json!({"type": "object", "properties": {"x": {}, "k": {"type": "string"}}, "required": ["k"],
            "anyOf": [{"properties": {"k": {"const": "a"}, "x": {"type": "string"}}}, {"properties": {"k": {"const": "b"}}}]}),
        r#"{k!: "a" | "b", x: dynamic} by k ("a": k! x; "b": k! x)"#,
        &["merged"],
    );
}

#[test]
fn all_of_takes_everything_together() {
    check(&json!({"allOf": [{"type": "string", "minLength": 1}, {"maxLength": 4}]}), "string[1..4]", &[]);
    check(
        &json!({"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, {"properties": {"b": {"type": "integer"}}}]}),
        "{a!: string, b: int}",
        &[],
    );
    check(
        &json!({"allOf": [{"type": "object", "properties": {"a": {"type": "number"}}}, {"properties": {"a": {"type": "integer", "minimum": 0}}}]}),
        "{a: int >= 0}",
        &[],
    );
    check(&json!({"allOf": [{"type": "string"}, {"type": "integer"}]}), "never", &["nothing_fits"]);
    check(
        &json!({"type": "number", "allOf": [{"multipleOf": 0.4}, {"multipleOf": 0.6}]}),
        "number % 1.2",
        &[],
    );
    check(
        &json!({"allOf": [{"type": "object", "properties": {"a": {}}, "additionalProperties": false}, {"properties": {"b": {}}}]}),
        "{a: dynamic}",
        &[],
    );
}

#[test]
fn references_are_followed_in_place() {
    check(&json!({"$ref": "#/$defs/A", "$defs": {"A": {"type": "string"}}}), "string", &[]);
    check(
        &json!({"type": "object", "properties": {"a": {"anyOf": [{"type": "null"}, {"type": "string"}]}, "b/c": {"type": "integer"}, "d": {"$ref": "#/properties/a/anyOf/1"}, "e": {"$ref": "#/properties/b~1c"}, "f": {"$ref": "#/properties/b%7E1c"}}}),
        "{a: null | string, b/c: int, d: string, e: int, f: int}",
        &[],
    );
    check(
        &json!({"$ref": "#/$defs/A", "minLength": 2, "$defs": {"A": {"type": "string", "maxLength": 5}}}),
        "string[2..5]",
        &[],
    );
    check(
        &json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/A", "minLength": 2, "definitions": {"A": {"type": "string"}}}),
        "string",
        &["ignored_keyword"],
    );
    for target in ["#/$defs/B", "#nowhere", "https://a.example/b.json", "b.json#/x"] {
        check(&json!({"$ref": target}), "dynamic", &["unresolved_reference"]);
    }
}

#[test]
fn only_recursion_makes_definitions() {
    check(
        &json!({"$ref": "#/$defs/Node", "$defs": {"Node": {"type": "object", "properties": {"value": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}}}),
        "$0 where $0 = {children: list<$0>, value: string}",
        &[],
    );
    check(
        &json!({"type": "object", "properties": {"a": {"type": "string"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}),
        "{a: string, next: $0} where $0 = null | {a: string, next: $0}",
        &[],
    );
    check(
        &json!({"$defs": {"A": {"properties": {"b": {"$ref": "#/$defs/B"}}, "type": "object"}, "B": {"properties": {"a": {"$ref": "#/$defs/A"}, "c": {"$ref": "#/$defs/C"}}, "type": "object"}, "C": {"type": "integer"}}, "type": "object", "properties": {"x": {"$ref": "#/$defs/A"}, "y": {"$ref": "#/$defs/C"}}}),
        "{x: $0, y: int} where $0 = {b: {a: $0, c: int}}",
        &[],
    );
    check(&json!({"$ref": "#"}), "dynamic", &["unresolved_reference"]);
    check(&json!({"anyOf": [{"$ref": "#"}, {"type": "string"}]}), "dynamic", &["unresolved_reference"]);
}

#[test]
fn tuples_become_lists() {
    check(
        &json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "minItems": 2, "maxItems": 2}),
        "list<int | string>[2..2]",
        &["merged"],
    );
    check(
        &json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false}),
        "list<string>[..1]",
        &[],
    );
    check(
        &json!({"type": "array", "items": [{"type": "string"}, {"type": "string"}], "additionalItems": {"type": "null"}}),
        "list<null | string>",
        &["merged"],
    );
    check(&json!({"type": "array", "prefixItems": [{"type": "string"}]}), "list<dynamic>", &["merged"]);
    check(&json!({"type": "array", "items": false}), "list<never>[..0]", &[]);
}

#[test]
fn keywords_that_are_not_modeled_are_listed() {
    for keyword in ["if", "not", "dependentSchemas", "contains", "unevaluatedProperties", "dependentRequired"]
    {
        check(&json!({"type": "string", keyword: {}}), "string", &["ignored_keyword"]);
    }
    check(&json!({"type": "string", "optional": true, "x-order": 1}), "string", &["unknown_keyword"]);
    check(&json!({"type": "str"}), "dynamic", &["invalid_keyword"]);
    check(&json!({"type": []}), "dynamic", &["invalid_keyword"]);
    check(
        &json!({"type": "string", "minLength": -1, "maxLength": "9", "pattern": 3}),
        "string",
        &["invalid_keyword", "invalid_keyword", "invalid_keyword"],
    );
    check(
        &json!({"type": "object", "properties": [], "required": "a"}),
        "{…: dynamic}",
        &["invalid_keyword", "invalid_keyword"],
    );
    check(
        &json!({"type": "object", "properties": {"a": {"type": "string", "required": true}}}),
        "{a: string}",
        &[],
    );
    check(&json!({"type": "string", "pattern": "^(?!-)"}), "string", &["unsupported_pattern"]);
    check(
        &json!({"type": "number", "minimum": -1e300, "multipleOf": 0}),
        "number",
        &["ignored_keyword", "invalid_keyword"],
    );
    check(&json!({"$dynamicRef": "#a"}), "dynamic", &["unresolved_reference"]);
    check(&json!({"anyOf": []}), "dynamic", &["invalid_keyword"]);
}

#[test]
fn required_may_name_what_is_not_declared() {
    check(
        &json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]}),
        "{a!: string, b!: dynamic}",
        &["undeclared_required"],
    );
    check(
        &json!({"type": "object", "additionalProperties": {"type": "string"}, "required": ["b"]}),
        "{b!: string, …: string}",
        &[],
    );
    check(
        &json!({"type": "object", "properties": {}, "additionalProperties": false, "required": ["b"]}),
        "{b!: never}",
        &["undeclared_required"],
    );
}

#[test]
fn a_keyword_leaves_other_kinds_alone() {
    check(&json!({"minLength": 1}), "null | bool | number | string[1..] | list<dynamic> | {…: dynamic}", &[]);
    check(
        &json!({"properties": {"a": {"type": "string"}}}),
        "null | bool | number | string | list<dynamic> | {a: string}",
        &[],
    );
}

#[test]
fn many_alternatives_may_be_told_apart_by_a_constant() {
    let shape = |n: usize| json!({"type": "object", "properties": {"kind": {"const": format!("k{n}")}}, "required": ["kind"]});
    let notes = |count: usize| {
        crate::schema::import_schema(&json!({"oneOf": (0..count).map(shape).collect::<Vec<_>>()})).notes
    };
    assert_eq!(notes(64), []);
    assert_eq!(notes(500), []);
}
