//! `structuredContent` and the texts that repeat it (semantics.md 46): with paths, text is written anew from what was redacted.

use super::*;

const PATHS: &str = "a: paths result..email, result..n";

fn result(structured: &str, texts: &[&str]) -> String {
    let content: Vec<_> =
        texts.iter().map(|text| serde_json::json!({"type": "text", "text": text})).collect();
    let structured: serde_json::Value = serde_json::from_str(structured).unwrap();
    serde_json::json!({"content": content, "structuredContent": structured}).to_string()
}

/// The texts that come of these.
#[track_caller]
fn texts(rules: &str, structured: &str, texts: &[&str], want: &[&str]) {
    let setup = Setup::new(rules);
    let body = setup.redact(Sent::Result(result(structured, texts).as_bytes())).body;
    let Body::Result(bytes) = body else { panic!("{body:?}") };
    let shown: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let got: Vec<&str> =
        shown["content"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect();
    assert_eq!(got, want);
}

#[test]
fn a_text_that_repeats_the_structure_is_written_anew() {
    texts(
        PATHS,
        r#"{"id": 1, "email": "b"}"#,
        &["{ \"email\": \"b\",\n \"id\": 1.0 }"],
        &[r#"{"email":"[redacted]","id":1}"#],
    );
}

#[test]
fn a_text_may_repeat_the_only_member_or_an_element() {
    let list = r#"{"result": [{"email": "b", "id": 1}, {"email": "c", "id": 2}, "plain"]}"#;
    texts(
        PATHS,
        list,
        &[r#"{"id": 1, "email": "b"}"#, r#"{"id": 2, "email": "c"}"#, "plain", "\"plain\""],
        &[r#"{"email":"[redacted]","id":1}"#, r#"{"email":"[redacted]","id":2}"#, "plain", "\"plain\""],
    );
    texts(PATHS, r#"{"result": "hello"}"#, &["hello", "hullo"], &["hello", "[redacted]"]);
    texts(PATHS, r#"{"result": 5}"#, &["5", "5.0"], &["5", "5"]);
    texts(PATHS, r#"{"n": 5}"#, &["5"], &["\"[redacted]\""]);
    texts(PATHS, r#"{"email": [{"id": 1}]}"#, &[r#"{"id": 1}"#], &["[redacted]"]);
}

#[test]
fn json_that_says_something_else_is_replaced_by_the_structure_once() {
    texts(
        PATHS,
        r#"{"id": 1, "email": "b"}"#,
        &[r#"{"Email": "b"}"#, r#"{"mail": "b"}"#, "7"],
        &[r#"{"email":"[redacted]","id":1}"#, "[redacted]", "[redacted]"],
    );
}

#[test]
fn with_patterns_alone_texts_speak_for_themselves() {
    texts(
        EMAIL,
        r#"{"id": 1}"#,
        &["hello bob@example.com", r#"{ "x": 1 }"#],
        &["hello [redacted]", r#"{ "x": 1 }"#],
    );
}

#[test]
fn a_text_that_repeats_an_element_may_go_on_in_the_next_block() {
    let rules = "a: paths result.x patterns /[a-z]+@[a-z.]+/";
    texts(
        rules,
        r#"{"result": ["mail bob@", "example.com"]}"#,
        &["mail bob@", "example.com"],
        &["[redacted]", "[redacted]"],
    );
}

#[test]
fn the_marker_of_a_guardrail_wins_where_a_text_is_withheld() {
    texts(
        "a: paths result.x with \"[a]\"\norg/b: patterns /bob/ with \"[b]\"",
        r#"{"y": 1}"#,
        &["see amy", "see bob"],
        &["[a]", "[b]"],
    );
}
