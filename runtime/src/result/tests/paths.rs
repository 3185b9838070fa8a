//! Paths: exact, case-sensitive, at any depth where they say so.

use super::*;

#[test]
fn paths_are_followed_through_objects_and_lists() {
    check(
        "a: paths result.items[*].email, result.owner",
        r#"{"structuredContent": {"items": [{"email": "a", "Email": "b"}, {"email": {"x": 1}}, "email"], "owner": [1, 2], "email": "c"}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"items":[{"email":"[redacted]","Email":"b"},{"email":"[redacted]"},"email"],"owner":"[redacted]","email":"c"}}
        a 3: result.items[*].email, result.owner
        "#,
    );
}

#[test]
fn a_deep_name_is_found_anywhere_but_only_exactly() {
    check(
        "a: paths result..email",
        r#"{"structuredContent": [{"email": 1, "e_mail": 2, "EMAIL": 3, "x": [[{"email": null}]], "y": {"email": {"email": 4}}}], "content": []}"#,
        r#"
        {"content":[],"structuredContent":[{"email":"[redacted]","e_mail":2,"EMAIL":3,"x":[[{"email":"[redacted]"}]],"y":{"email":"[redacted]"}}]}
        a 4: result[*].email, result[*].x[*][*].email, result[*].y.email, result[*].y.email.email
        "#,
    );
    check(
        "a: paths result..b..c, result..b[*].d",
        r#"{"structuredContent": {"c": 0, "b": {"x": {"c": 1}, "b": [{"c": 2, "d": 3}], "d": 4}}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"c":0,"b":{"x":{"c":"[redacted]"},"b":[{"c":"[redacted]","d":"[redacted]"}],"d":4}}}
        a 3: result.b.b[*].c, result.b.b[*].d, result.b.x.c
        "#,
    );
}

#[test]
fn keys_are_compared_as_they_read() {
    check(
        "a: paths result.email",
        r#"{"structuredContent": {"\u0065mail": 1}, "content": []}"#,
        "{\"content\":[],\"structuredContent\":{\"email\":\"[redacted]\"}}\na 1: result.email",
    );
    check(
        "a: paths result.x",
        r#"{"structuredContent": {"weird key": {"x": 1}, "x": 1}, "content": []}"#,
        "{\"content\":[],\"structuredContent\":{\"weird key\":{\"x\":1},\"x\":\"[redacted]\"}}\na 1: result.x",
    );
}

#[test]
fn text_is_the_root_where_there_is_no_structure() {
    check_text("a: paths result.email", r#"{"email": "b", "n": 1.0}"#, r#"{"email":"[redacted]","n":1}"#);
    check_text("a: paths result.email", r#"[{"email": "b"}]"#, r#"[{"email":"b"}]"#);
    check(
        "a: paths result..email",
        r#"{"content": [{"type": "text", "text": "{\"email\": 1}"}, {"type": "text", "text": "[{\"email\": 2}]"}, {"type": "resource", "resource": {"uri": "x:y", "text": "{\"email\": 3}"}}], "structuredContent": null}"#,
        r#"
        {"content":[{"type":"text","text":"{\"email\":\"[redacted]\"}"},{"type":"text","text":"[{\"email\":\"[redacted]\"}]"},{"type":"resource","resource":{"uri":"[redacted]","text":"{\"email\":\"[redacted]\"}"}}],"structuredContent":null}
        a 4: result.email, result[*].email, block
        "#,
    );
}

#[test]
fn with_paths_text_without_structure_is_withheld() {
    for text in
        ["email: bob", "{\"email\": 1", "\"email\"", "7", "null", "{\"email\": 1, \"email\": 2}", "{} {}", ""]
    {
        check_text("a: paths result.email", text, "[redacted]");
    }
    check_text("a: paths result.email with \"-\"\nb: patterns /x/ with \"x-\"", "-", "-");
}

#[test]
fn the_root_itself_can_be_redacted() {
    check(
        "a: paths result",
        r#"{"structuredContent": {"x": 1}, "content": [{"type": "text", "text": "{\"x\": 1}"}, {"type": "text", "text": "x"}, {"type": "text", "text": "{}"}]}"#,
        r#"
        {"content":[{"type":"text","text":"[redacted]"},{"type":"text","text":"[redacted]"},{"type":"text","text":"[redacted]"}]}
        a 4: result
        "#,
    );
}

#[test]
fn paths_lead_into_json_that_a_text_holds() {
    check(
        "a: paths result..email, result.result.n",
        r#"{"structuredContent": {"result": "{\"email\": \"b\", \"n\": 1, \"m\": 1.0}", "m": "[1.0]"}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"result":"{\"email\":\"[redacted]\",\"n\":\"[redacted]\",\"m\":1}","m":"[1.0]"}}
        a 2: result.result.email, result.result.n
        "#,
    );
    let nested = |levels: usize, lists: usize| {
        let mut text = r#"{"email": 1}"#.to_string();
        for _ in 0..levels {
            text = format!("{}{}{}", "[".repeat(lists), serde_json::json!(text), "]".repeat(lists));
        }
        let result = format!("{{\"structuredContent\": {text}}}");
        Setup::new("a: paths result..email").shown(Sent::Result(result.as_bytes()))
    };
    assert!(nested(3, 1).ends_with("a 1: result[*][*][*].email"), "{}", nested(3, 1));
    assert!(nested(6, 2).contains("[*].email"), "{}", nested(6, 2));
    // Where nobody looks any more, all of it goes.
    let deep = nested(3, 11);
    assert!(deep.contains("[redacted]") && !deep.contains("email"), "{deep}");
}

#[test]
fn patterns_look_into_json_that_a_text_holds() {
    check(
        "a: patterns /^bob$/, /\"n\":7/",
        r#"{"structuredContent": {"x": "[\"bob\", 5]", "y": "{\"n\":7}", "z": "[bob"}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"x":"[\"[redacted]\",5]","y":"{[redacted]}","z":"[bob"}}
        a 2: result.x[*], result.y
        "#,
    );
}
