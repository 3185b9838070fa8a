//! What `lint` finds.

use super::lock;
use crate::lock::lint;
use serde_json::{Value, json};

/// Lints one tool.
fn check(tool: &Value, expected: &[&str]) {
    let mut tool = tool.clone();
    tool["name"] = tool.get("name").cloned().unwrap_or(json!("show"));
    if tool.get("inputSchema").is_none() {
        tool["inputSchema"] = json!({"type": "object", "properties": {}});
    }
    let found: Vec<String> = lint(&lock(&json!([tool])))
        .iter()
        .map(|finding| format!("{} {}", finding.kind.slug(), finding.pointer).trim_end().to_owned())
        .collect();
    assert_eq!(found, expected, "{tool}");
}

/// Lints one argument `x` of a read-only tool.
fn check_argument(name: &str, schema: &Value, expected: &[&str]) {
    let tool = json!({"annotations": {"readOnlyHint": true}, "inputSchema": {"type": "object", "properties": {name: schema}}});
    check(&tool, expected);
}

#[test]
fn hints() {
    check(&json!({}), &["missing_hints"]);
    check(&json!({"annotations": {"title": "x"}}), &["missing_hints"]);
    check(&json!({"annotations": {"readOnlyHint": false}}), &["missing_hints /annotations"]);
    check(&json!({"annotations": {"destructiveHint": true}}), &["missing_hints /annotations"]);
    check(&json!({"annotations": {"readOnlyHint": true}}), &[]);
    check(&json!({"annotations": {"readOnlyHint": false, "destructiveHint": true}}), &[]);
    check(
        &json!({"annotations": {"readOnlyHint": true, "destructiveHint": true}}),
        &["contradictory_hints /annotations"],
    );
    for name in ["communication_email_send", "sendMail", "delete-file", "Create_Issue"] {
        check(
            &json!({"name": name, "annotations": {"readOnlyHint": true}}),
            &["contradictory_hints /annotations/readOnlyHint"],
        );
    }
    for name in ["get_sender", "list-deleted", "postbox", "git_log"] {
        check(&json!({"name": name, "annotations": {"readOnlyHint": true}}), &[]);
    }
    check(
        &json!({"name": "create_refund", "annotations": {"readOnlyHint": false, "destructiveHint": false}}),
        &["contradictory_hints /annotations/destructiveHint"],
    );
}

#[test]
fn free_forms() {
    let place = "free_form /inputSchema/properties/x";
    for free in [
        json!({}),
        json!({"description": "d"}),
        json!(true),
        json!({"type": "object"}),
        json!({"type": "object", "additionalProperties": true}),
        json!({"type": "object", "additionalProperties": {}}),
        json!({"type": ["object", "null"]}),
        json!({"type": "object", "properties": {}, "additionalProperties": true}),
    ] {
        check_argument("x", &free, &[place]);
    }
    for typed in [
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true}),
        json!({"type": "object", "additionalProperties": false}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        json!({"type": "object", "properties": {}}),
        json!({"type": "string"}),
    ] {
        check_argument("x", &typed, &[]);
    }
    check_argument(
        "x",
        &json!({"type": "array", "items": {}}),
        &["free_form /inputSchema/properties/x/items"],
    );
    check_argument(
        "additionalProperties",
        &json!({}),
        &["free_form /inputSchema/properties/additionalProperties"],
    );
}

#[test]
fn amounts() {
    for name in ["amount", "total_price", "unitPrice"] {
        check_argument(
            name,
            &json!({"type": "integer"}),
            &[&format!("optional_amount /inputSchema/properties/{name}")],
        );
    }
    check_argument(
        "amount",
        &json!({"anyOf": [{"type": "number"}, {"type": "null"}]}),
        &["optional_amount /inputSchema/properties/amount"],
    );
    check_argument("amount", &json!({"type": "string"}), &[]);
    check_argument("amounts_shown", &json!({"type": "integer"}), &[]);
    check(
        &json!({"annotations": {"readOnlyHint": true}, "inputSchema": {"properties": {"amount": {"type": "number"}}, "required": ["amount"]}}),
        &[],
    );
}

#[test]
fn texts_and_patterns() {
    check_argument("query", &json!({"type": "string"}), &["query_text /inputSchema/properties/query"]);
    check_argument(
        "sqlText",
        &json!({"type": ["string", "null"]}),
        &["query_text /inputSchema/properties/sqlText"],
    );
    check_argument("code", &json!({"type": "string", "enum": ["a"]}), &[]);
    check_argument("code", &json!({"type": "integer"}), &[]);
    for name in
        ["postalCode", "country_code", "script_id", "query_id", "queryType", "query-time", "command_path"]
    {
        check_argument(name, &json!({"type": "string"}), &[]);
    }
    for pattern in ["^foo|bar$", r"^foo\$", "a^b$"] {
        let place = "unanchored_pattern /inputSchema/properties/x";
        check_argument("x", &json!({"type": "string", "pattern": pattern}), &[place]);
    }
    check_argument("x", &json!({"type": "string", "pattern": "^(?:foo|bar)$|^x$"}), &[]);
    check_argument("x", &json!({"type": "string", "pattern": "^a$"}), &[]);
    check_argument(
        "x",
        &json!({"type": "string", "pattern": "^a"}),
        &["unanchored_pattern /inputSchema/properties/x"],
    );
    check_argument(
        "x",
        &json!({"type": "string", "pattern": "^(?!a).*$"}),
        &["unsupported_pattern /inputSchema/properties/x"],
    );
    check_argument(
        "x",
        &json!({"type": "string", "pattern": "("}),
        &["unsupported_pattern /inputSchema/properties/x"],
    );
}

#[test]
fn odd_schemas() {
    check_argument(
        "x",
        &json!({"type": "string", "optional": true}),
        &["unknown_keyword /inputSchema/properties/x"],
    );
    check_argument("x", &json!({"type": "strin"}), &["unknown_keyword /inputSchema/properties/x"]);
    check_argument(
        "x",
        &json!({"type": "string", "not": {"const": "a"}}),
        &["ignored_keyword /inputSchema/properties/x"],
    );
    check_argument("x", &json!({"enum": []}), &["nothing_fits /inputSchema/properties/x"]);
    check_argument(
        "x",
        &json!({"$ref": "#/$defs/none"}),
        &["unresolved_reference /inputSchema/properties/x"],
    );
    check(
        &json!({"annotations": {"readOnlyHint": true}, "inputSchema": {"$schema": "x"}}),
        &["closed_root /inputSchema"],
    );
}

#[test]
fn names_that_look_alike() {
    let schema = json!({"type": "object", "properties": {}});
    let tool =
        |name: &str| json!({"name": name, "inputSchema": schema, "annotations": {"readOnlyHint": true}});
    let found =
        lint(&lock(&json!([tool("list-groups"), tool("list_groups"), tool("listGroups"), tool("list")])));
    let found: Vec<String> =
        found.iter().map(|finding| format!("{} {}", finding.tool, finding.kind.slug())).collect();
    assert_eq!(found, ["list-groups similar_names", "listGroups similar_names", "list_groups similar_names"]);
}
