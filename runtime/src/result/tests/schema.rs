//! What stands in the place of what is redacted where there is an output schema (semantics.md 48): marker, null, nothing; else no
//! structure.

use super::*;

/// A closed object with the member `x`, and `y`, which may be missing.
fn member(plan: &str, required: bool) -> String {
    let mut x: serde_json::Value = serde_json::from_str(plan).unwrap();
    x["required"] = required.into();
    format!(r#"output: {{"k": "o", "object": {{"keys": {{"x": {x}, "y": {{}}}}}}}}"#)
}

/// What becomes of `{"x": VALUE, "y": 1}` under a redaction of `x` and of emails.
#[track_caller]
fn fitted(output: &str, value: &str, want: &str) {
    let rules = format!("{output}\na: paths result.x.no, result.x patterns /zz/");
    let result = format!(r#"{{"structuredContent": {{"x": {value}, "y": 1}}}}"#);
    check(&rules, &result, &format!("{want}\na 1: result.x"));
}

#[test]
fn semantics_48_the_marker_where_the_schema_admits_it() {
    fitted(&member(r#"{"k": "s"}"#, true), "\"v\"", r#"{"structuredContent":{"x":"[redacted]","y":1}}"#);
    fitted(&member(r#"{"k": "s#"}"#, true), "5", r#"{"structuredContent":{"x":"[redacted]","y":1}}"#);
    fitted(
        &member(r#"{"k": "s#n", "string": {"max": 5}}"#, true),
        "5",
        r#"{"structuredContent":{"x":null,"y":1}}"#,
    );
    fitted(
        &member(r#"{"k": "sn", "string": {"one_of": ["v", "w"]}}"#, true),
        "\"v\"",
        r#"{"structuredContent":{"x":null,"y":1}}"#,
    );
    fitted(
        &member(r#"{"k": "sn", "string": {"role": "date"}}"#, true),
        "\"2026-01-01\"",
        r#"{"structuredContent":{"x":null,"y":1}}"#,
    );
}

#[test]
fn else_null_else_nothing() {
    fitted(&member(r##"{"k": "#n"}"##, true), "5", r#"{"structuredContent":{"x":null,"y":1}}"#);
    fitted(&member(r##"{"k": "#n"}"##, false), "5", r#"{"structuredContent":{"x":null,"y":1}}"#);
    fitted(&member(r##"{"k": "#"}"##, false), "5", r#"{"structuredContent":{"y":1}}"#);
    fitted(&member(r#"{"k": "l", "list": {"items": {}}}"#, false), "[1]", r#"{"structuredContent":{"y":1}}"#);
}

#[test]
fn else_no_structure_and_an_error_that_says_that_the_call_ran() {
    fitted(
        &member(r##"{"k": "#"}"##, true),
        "5",
        r#"{"content":[{"type":"text","text":"executed, result withheld"}],"isError":true}"#,
    );
    let rules = format!("{}\na: paths result.x", member(r##"{"k": "#"}"##, true));
    check(
        &rules,
        r#"{"content": [{"type": "text", "text": "{\"x\": 5}"}, {"type": "text", "text": "x: 5"}], "structuredContent": {"x": 5}, "isError": false}"#,
        r#"
        {"content":[{"type":"text","text":"executed, result withheld"},{"type":"text","text":"{\"x\":\"[redacted]\"}"},{"type":"text","text":"[redacted]"}],"isError":true}
        a 2: result, result.x
        "#,
    );
}

#[test]
fn elements_are_not_dropped() {
    let list = |kinds: &str| {
        format!(r#"output: {{"k": "l", "list": {{"items": {{"k": "{kinds}"}}}}}}{}"#, "\na: paths result[*]")
    };
    check(
        &list("#n"),
        r#"{"structuredContent": [1, 2]}"#,
        "{\"structuredContent\":[null,null]}\na 2: result[*]",
    );
    check(
        &list("#"),
        r#"{"structuredContent": [1, 2]}"#,
        "{\"content\":[{\"type\":\"text\",\"text\":\"executed, result withheld\"}],\"isError\":true}\na 2: result[*]",
    );
}

#[test]
fn an_edited_text_gives_way_to_the_marker() {
    let rules = |string: &str| {
        format!(
            "output: {{\"k\": \"o\", \"object\": {{\"keys\": {{\"x\": {{\"k\": \"s\", \"string\": {string}}}}}}}}}\na: patterns /bob/"
        )
    };
    let result = r#"{"structuredContent": {"x": "a bob b"}}"#;
    check(&rules("{}"), result, "{\"structuredContent\":{\"x\":\"a [redacted] b\"}}\na 1: result.x");
    check(&rules(r#"{"max": 10}"#), result, "{\"structuredContent\":{\"x\":\"[redacted]\"}}\na 1: result.x");
}

#[test]
fn keys_are_renamed_only_where_the_schema_admits_the_new_one() {
    let rules = |object: &str| format!("output: {{\"k\": \"o\", \"object\": {object}}}\na: patterns /bob/");
    let result = r#"{"structuredContent": {"bob": 1, "x": 2}}"#;
    let unfit = "{\"content\":[{\"type\":\"text\",\"text\":\"executed, result withheld\"}],\"isError\":true}\na 1: result.\"[redacted]\"";
    check(
        &rules(r#"{"rest": "open"}"#),
        result,
        "{\"structuredContent\":{\"[redacted]\":1,\"x\":2}}\na 1: result.\"[redacted]\"",
    );
    check(
        &rules(r#"{"keys": {"bob": {}, "x": {}}, "rest": null}"#),
        result,
        "{\"structuredContent\":{\"x\":2}}\na 1: result.\"[redacted]\"",
    );
    check(&rules(r#"{"keys": {"bob": {"required": true}, "x": {}}, "rest": "open"}"#), result, unfit);
    check(&rules(r#"{"min": 2, "keys": {"bob": {}, "x": {}}, "rest": null}"#), result, unfit);
}

#[test]
fn what_redaction_does_not_touch_is_the_servers_own() {
    let rules = format!("{}\na: patterns /bob/", member(r#"{"k": "s"}"#, true));
    check(&rules, r#"{"structuredContent": {"x": 5}}"#, r#"{"structuredContent":{"x":5}}"#);
}

#[test]
fn numbers_do_not_hinder() {
    let rules = "output: {\"k\": \"o\", \"object\": {\"keys\": {\"n\": {\"k\": \"#\", \"c\": 0, \"number\": {\"min\": 1}}, \"x\": {\"k\": \"s\"}}}}\na: patterns /bob/";
    check(
        rules,
        r#"{"structuredContent": {"n": 0.12345678901234, "x": "bob"}}"#,
        "{\"structuredContent\":{\"n\":0.12345678901234,\"x\":\"[redacted]\"}}\na 1: result.x",
    );
}

#[test]
fn a_node_that_is_not_there_admits_nothing() {
    let setup = Setup::new(&format!("{}\na: patterns /bob/", member("{}", true)));
    let plans = Scanner::new(setup.output.as_ref().unwrap()).unwrap();
    let output = Some(Output { plans: &plans, node: NodeId(99) });
    let sent = Sent::Result(br#"{"structuredContent": "bob"}"#);
    let Body::Result(bytes) = setup.redactor().redact(sent, &[0], output, setup.caps).body else { panic!() };
    assert_eq!(bytes, Withheld::to_bytes());
}
