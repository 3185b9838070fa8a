//! What can be learned from a result, before redaction.

use super::*;

fn learned(result: &str) -> (Option<String>, Option<String>, Option<bool>) {
    let (bytes, caps) = (result.as_bytes(), Caps { bytes: 1000, ..Caps::default() });
    let structure = structured_of(bytes, caps).map(|json| String::from_utf8(json.into_owned()).unwrap());
    (structure, plain_text(bytes, caps), is_error(bytes, caps))
}

#[track_caller]
fn check(result: &str, structure: Option<&str>, text: Option<&str>, is_error: Option<bool>) {
    let owned = |text: Option<&str>| text.map(ToString::to_string);
    assert_eq!(learned(result), (owned(structure), owned(text), is_error), "{result}");
}

#[test]
fn structure_comes_before_text() {
    check(r#"{"content": [], "structuredContent": {"a": 1.0}}"#, Some(r#"{"a": 1.0}"#), None, Some(false));
    check(
        r#"{"content": [{"type": "text", "text": "{\"a\": 2}"}], "structuredContent": [1]}"#,
        Some("[1]"),
        Some(r#"{"a": 2}"#),
        Some(false),
    );
}

#[test]
fn the_text_of_the_only_block_may_be_the_structure() {
    let text = |text: &str| {
        serde_json::json!({"content": [{"type": "text", "text": text}], "structuredContent": null})
            .to_string()
    };
    check(&text(" {\"a\": 1}\n"), Some(" {\"a\": 1}\n"), Some(" {\"a\": 1}\n"), Some(false));
    check(&text("[1]"), Some("[1]"), Some("[1]"), Some(false));
    for other in ["7", "\"a\"", "null", "{\"a\": 1", "{\"a\": 1, \"a\": 2}", "", "hello"] {
        check(&text(other), None, Some(other), Some(false));
    }
}

#[test]
fn several_blocks_are_text_but_no_structure() {
    check(
        r#"{"content": [{"type": "text", "text": "{}"}, {"type": "image", "data": "", "mimeType": "image/png"}, {"type": "text", "text": "b"}], "isError": true}"#,
        None,
        Some("{}\nb"),
        Some(true),
    );
    check(r#"{"content": [{"type": "image"}, {"type": "text", "text": 7}]}"#, None, None, Some(false));
}

#[test]
fn what_is_no_result_teaches_nothing() {
    for broken in [
        "",
        "[]",
        "7",
        "{",
        "\u{FEFF}{}",
        r#"{"isError": true, "isError": false}"#,
        r#"{"content": [], "structuredContent": {"a": 1, "a": 2}}"#,
    ] {
        check(broken, None, None, None);
    }
    check(r#"{"content": "x", "isError": "no"}"#, None, None, None);
    check("{}", None, None, Some(false));
    check(&format!("{{\"structuredContent\": {:?}}}", "x".repeat(1000)), None, None, None);
}
