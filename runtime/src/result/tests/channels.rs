//! What passes and what does not (semantics.md 46): every kind of block, every member.

use super::*;

#[test]
fn semantics_46_text_keys_and_numbers_of_both_forms_are_searched() {
    check(
        EMAIL,
        r#"{"content": [{"type": "text", "text": "Write to bob@example.com."}], "structuredContent": {"a@b.c": ["x bob@example.com y", 1]}}"#,
        r#"
        {"content":[{"type":"text","text":"Write to [redacted]"}],"structuredContent":{"[redacted]":["x [redacted] y",1]}}
        pii 3: result, result."[redacted]", result."[redacted]"[*]
        "#,
    );
    check(
        CARD,
        r#"{"structuredContent": {"card": 4111111111111111, "same": 4.111111111111111e15, "n": 1.50}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"card":"[redacted]","same":"[redacted]","n":1.5}}
        cards 2: result.card, result.same
        "#,
    );
}

#[test]
fn a_number_that_readers_disagree_about_is_shown_as_it_is_spelled_unless_a_reader_would_see_a_match() {
    check(
        CARD,
        r#"{"structuredContent": [12345678901234567890, 1e400, 0.1000000000000000055], "content": []}"#,
        r#"{"content":[],"structuredContent":[12345678901234567890,1e400,0.1000000000000000055]}"#,
    );
    check(
        CARD,
        r#"{"structuredContent": [0.41111111111111110000000000000000001e16], "content": []}"#,
        "{\"content\":[],\"structuredContent\":[\"[redacted]\"]}\ncards 1: result[*]",
    );
}

#[test]
fn text_that_is_json_is_searched_as_json() {
    check_text(EMAIL, r#"{"to": "bob\u0040example.com", "n": 1}"#, r#"{"to":"[redacted]","n":1}"#);
    check_text(EMAIL, "{\n  \"to\": \"nobody\"\n}\n", "{\n  \"to\": \"nobody\"\n}");
    check_text(
        EMAIL,
        r#"{"to": "bob@example.com", "to": "again"}"#,
        r#"{"to": "[redacted]", "to": "again"}"#,
    );
    check_text(CARD, "4111111111111111", "[redacted]");
    check_text(CARD, "4.111111111111111e15", "[redacted]");
    check_text(EMAIL, r#""bob@example.com""#, r#""[redacted]""#);
}

#[test]
fn what_cannot_be_searched_is_replaced() {
    check(
        "a: with \"[a]\"",
        r#"{"content": [
            {"type": "image", "data": "aGk=", "mimeType": "image/png"},
            {"type": "audio", "data": "aGk=", "mimeType": "audio/wav"},
            {"type": "resource_link", "uri": "file:///x", "name": "x"},
            {"type": "resource", "resource": {"uri": "file:///x", "blob": "aGk="}},
            {"type": "resource", "resource": {"uri": "file:///x", "text": "hi", "blob": "aGk="}},
            {"type": "hologram", "text": "hi"},
            {"text": "no type"}, {"type": "text"}, {"type": "text", "text": 7}, 5, null, "text"
        ]}"#,
        &format!("{{\"content\":[{}]}}\na 12: block", [r#"{"type":"text","text":"[a]"}"#; 12].join(",")),
    );
}

#[test]
fn images_pass_if_every_redaction_keeps_them() {
    let image = r#"{"content": [{"type": "image", "data": "aGk=", "mimeType": "image/png", "annotations": {"audience": ["user"], "priority": 1}}]}"#;
    check(
        "a: keep images\nb: keep images",
        image,
        r#"{"content":[{"type":"image","data":"aGk=","mimeType":"image/png","annotations":{"audience":["user"]}}]}"#,
    );
    check(
        "a: keep images\nb: with \"[b]\"",
        image,
        "{\"content\":[{\"type\":\"text\",\"text\":\"[b]\"}]}\nb 1: block",
    );
    for data in [
        r#""data": "bob@example.com", "mimeType": "image/png""#,
        r#""data": "aGk=", "mimeType": "text/plain""#,
        r#""data": "aGk=", "mimeType": "image/p ng""#,
        r#""data": "aGk====", "mimeType": "image/png""#,
    ] {
        check(
            "a: keep images",
            &format!("{{\"content\": [{{\"type\": \"image\", {data}}}]}}"),
            "{\"content\":[{\"type\":\"text\",\"text\":\"[redacted]\"}]}\na 1: block",
        );
    }
}

#[test]
fn text_of_resources_is_searched_and_so_is_their_address() {
    check(
        EMAIL,
        r#"{"content": [{"type": "resource", "resource": {"uri": "crm://bob%40example.com/1", "mimeType": "text/plain", "text": "bob@example.com", "_meta": {}}, "annotations": {"audience": ["assistant", "x"]}}]}"#,
        r#"
        {"content":[{"type":"resource","resource":{"uri":"crm://[redacted]/1","mimeType":"text/plain","text":"[redacted]"},"annotations":{"audience":["assistant"]}}]}
        pii 2: result, block
        "#,
    );
}

#[test]
fn members_that_nobody_knows_are_left_out() {
    check(
        EMAIL,
        r#"{"_meta": {"a": 1}, "content": [{"type": "text", "text": "a", "_meta": {}, "x": 1}], "isError": false, "resultType": "complete", "ttlMs": 5, "cacheScope": "private", "toolResult": 1}"#,
        r#"
        {"content":[{"type":"text","text":"a"}],"isError":false,"resultType":"complete","ttlMs":5,"cacheScope":"private"}
        pii 2: extra
        "#,
    );
    check(EMAIL, r#"{"content": [], "cacheScope": "bob@example.com"}"#, r#"{"content":[]}"#);
    check(CARD, r#"{"content": [], "ttlMs": 4111111111111111}"#, r#"{"content":[]}"#);
    check(
        EMAIL,
        r#"{"content": [], "structuredContent": null}"#,
        r#"{"content":[],"structuredContent":null}"#,
    );
}

#[test]
fn errors_keep_code_and_searched_message() {
    let error = |rules: &str, error: &str, want: &str| {
        assert_text(&Setup::new(rules).shown(Sent::Error(error.as_bytes())), want);
    };
    error(
        EMAIL,
        r#"{"code": -32602, "message": "no user bob@example.com", "data": {"bob@example.com": 1}}"#,
        "{\"code\":-32602,\"message\":\"no user [redacted]\"}\npii 2: error, extra",
    );
    // With paths too: what went wrong must be told.
    error(
        "a: paths result.x",
        r#"{"code": 1, "message": "no such user"}"#,
        r#"{"code":1,"message":"no such user"}"#,
    );
    error(
        "a: paths result.x",
        r#"{"code": 1, "message": "{\"x\": \"bob\"}"}"#,
        "{\"code\":1,\"message\":\"{\\\"x\\\":\\\"[redacted]\\\"}\"}\na 1: result.x",
    );
    for broken in [
        r#"{"code": 1}"#,
        r#"{"code": "1", "message": "m"}"#,
        r#"{"code": 1.5, "message": "m"}"#,
        r#"{"code": 4111111111111111, "message": "m"}"#,
        r#"{"code": 1, "message": ["m"]}"#,
        "[]",
        "7",
    ] {
        error(EMAIL, broken, "withheld: the answer is no result of a tool");
    }
}

#[test]
fn text_of_an_error_is_its_message_unless_there_is_structure() {
    check(
        EMAIL,
        r#"{"content": [{"type": "text", "text": "no user bob@example.com"}], "isError": true}"#,
        "{\"content\":[{\"type\":\"text\",\"text\":\"no user [redacted]\"}],\"isError\":true}\npii 1: error",
    );
    check(
        "a: paths result.x",
        r#"{"content": [{"type": "text", "text": "no such user"}, {"type": "text", "text": "{\"x\": 1}"}], "isError": true}"#,
        r#"
        {"content":[{"type":"text","text":"no such user"},{"type":"text","text":"{\"x\":\"[redacted]\"}"}],"isError":true}
        a 1: result.x
        "#,
    );
    check(
        "a: paths result.x",
        r#"{"content": [{"type": "text", "text": "x: 1"}], "structuredContent": {"x": 1}, "isError": true}"#,
        r#"
        {"content":[{"type":"text","text":"[redacted]"}],"structuredContent":{"x":"[redacted]"},"isError":true}
        a 2: result, result.x
        "#,
    );
}

#[test]
fn progress_has_no_text_and_messages_are_dropped() {
    let caps = Caps::default();
    let progress = |params: &str| {
        notice(Notice::Progress, params.as_bytes(), caps).map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(
        progress(
            r#"{"progressToken": "t", "progress": 1.0, "total": 2, "message": "bob@example.com", "x": 1}"#
        )
        .unwrap(),
        r#"{"progressToken":"t","progress":1,"total":2}"#
    );
    assert_eq!(progress(r#"{"progressToken": 7, "progress": "x"}"#).unwrap(), r#"{"progressToken":7}"#);
    for broken in ["", "[]", "{}", r#"{"progressToken": []}"#, r#"{"progressToken": 1, "progressToken": 2}"#]
    {
        assert_eq!(progress(broken), None, "{broken}");
    }
    assert_eq!(notice(Notice::Message, br#"{"level": "info", "data": "x"}"#, caps), None);
}

#[test]
fn without_redactions_the_bytes_pass_unread() {
    let setup = Setup::new(EMAIL);
    for bytes in [&b"\xFF not JSON"[..], b"{}"] {
        assert_eq!(setup.redact_by(Sent::Result(bytes), &[]).body, Body::Result(bytes.to_vec()));
        assert_eq!(setup.redact_by(Sent::Error(bytes), &[]).body, Body::Error(bytes.to_vec()));
    }
}

#[test]
fn what_is_withheld_says_that_the_call_ran() {
    assert_eq!(
        String::from_utf8(Withheld::to_bytes()).unwrap(),
        r#"{"content":[{"type":"text","text":"executed, result withheld"}],"isError":true}"#
    );
    let setup = Setup::new("a: paths result.x");
    let again = setup.redact(Sent::Result(&Withheld::to_bytes()));
    assert_eq!(again.body, Body::Result(Withheld::to_bytes()), "and it passes every redaction");
}
