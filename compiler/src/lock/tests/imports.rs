//! Tool lists of every kind become one and the same lock.

use super::{import, lock, notes, sample, short};
use crate::lock::{ImportOptions, Lock, LockErrorKind, import_document};
use serde_json::{Value, json};

#[test]
fn the_lock_reads_like_its_tools() {
    let expected = r#"{
  "format": "policyc-tool-lock",
  "version": 1,
  "server": {
    "identity": "mail"
  },
  "tools": [
    {
      "name": "list",
      "inputSchema": { "properties": {}, "type": "object" },
      "digest": "D"
    },
    {
      "name": "send-mail",
      "title": "Send",
      "description": "Sends mail.",
      "inputSchema": {
        "properties": {
          "cwd": { "default": "/srv/a", "type": "string" },
          "to": { "description": "Whom.", "pattern": "^.+@.+$", "type": "string" }
        },
        "required": ["to"],
        "type": "object"
      },
      "annotations": { "readOnlyHint": false, "title": "Mail" },
      "digest": "D"
    }
  ]
}
"#;
    let lock = lock(&sample());
    let mut text = lock.to_text();
    for tool in &lock.tools {
        text = text.replace(&tool.digest.to_string(), "D");
    }
    assert_eq!(text, expected);
}

#[test]
fn prose_can_be_left_out() {
    let whole = lock(&sample());
    let stripped = import(&sample(), &short()).lock;
    let text = stripped.to_text();
    for prose in ["Sends", "Whom", "Send\"", "Mail", "\"description\":", "\"title\":"] {
        assert!(!text.contains(prose), "{prose} in {text}");
    }
    for (whole, stripped) in whole.tools.iter().zip(&stripped.tools) {
        assert_eq!(whole.digest, stripped.digest, "the digest covers the prose that is not there");
        assert!(stripped.without_prose.is_some());
    }
    let again = import_document(&whole.to_text(), "other", &short()).unwrap();
    assert_eq!(again.lock, stripped);
    assert!(stripped.tools[1].is(&sample()["tools"][0]));
}

/// Every form gives the lock that the plain list gives.
#[test]
fn every_form_of_list_is_read() {
    let tools = sample()["tools"].clone();
    let (one, two) = (tools[0].clone(), tools[1].clone());
    let expected = lock(&sample()).tools;
    let forms = [
        json!({"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}}),
        json!([{"tools": [one]}, {"tools": [two]}]),
        json!([{"jsonrpc": "2.0", "id": 1, "result": {"tools": [one], "nextCursor": "x"}}, {"result": {"tools": [two]}}]),
        tools.clone(),
        json!({"server": {"package": "p"}, "tools": tools}),
    ];
    for form in forms {
        let imported = import(&form, &ImportOptions::default());
        let digests = |tools: &[crate::lock::Tool]| tools.iter().map(|tool| tool.digest).collect::<Vec<_>>();
        assert_eq!(digests(&imported.lock.tools), digests(&expected), "{form}");
        assert_eq!(notes(&imported), [""; 0], "{form}");
    }
}

#[test]
fn function_lists_of_other_interfaces_are_read() {
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
    let expected = lock(&json!([{"name": "find", "description": "d", "inputSchema": schema}]));
    let nested = json!({"type": "function", "function": {"name": "find", "description": "d", "parameters": schema, "strict": true}});
    let flat = json!({"type": "function", "name": "find", "description": "d", "parameters": schema, "strict": false});
    let anthropic = json!({"name": "find", "description": "d", "input_schema": schema});
    let plain = json!({"name": "find", "description": "d", "parameters": schema});
    for entry in [nested, flat, anthropic, plain] {
        for form in [json!([entry]), json!({"tools": [entry]}), json!({"functions": [entry]})] {
            assert_eq!(lock(&form).to_text(), expected.to_text(), "{form}");
        }
    }
}

#[test]
fn what_is_known_of_the_server_is_kept() {
    let form = json!({"server": {"protocolVersion": "2025-11-25", "serverInfo": {"name": "s", "version": "1"}, "start": ["x", "--key", "secret"]}, "tools": []});
    let server = lock(&form).server;
    assert_eq!(
        (server.name.as_deref(), server.version.as_deref(), server.protocol.as_deref()),
        (Some("s"), Some("1"), Some("2025-11-25"))
    );
    assert!(!lock(&form).to_text().contains("secret"));
    let modern =
        json!({"result": {"tools": [], "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "m"}}}});
    assert_eq!(lock(&modern).server.name.as_deref(), Some("m"));
}

#[test]
fn tools_that_cannot_be_pinned_are_left_out() {
    let schema = json!({"type": "object"});
    let list = json!([
        {"name": "ok", "inputSchema": schema},
        {"name": "twice", "inputSchema": schema}, {"name": "twice", "inputSchema": schema}, {"name": "twice", "inputSchema": schema},
        {"name": "outside", "inputSchema": {"properties": {"a": {"$ref": "https://a.example/b.json"}}}},
        {"name": "", "inputSchema": schema}, {"name": "a\nb", "inputSchema": schema}, {"inputSchema": schema}, 7,
        {"name": "text", "inputSchema": "object"}, {"name": "described", "description": 3, "inputSchema": schema},
        {"name": "two", "inputSchema": schema, "parameters": {"type": "array"}}, {"name": "none"}, {"name": "null", "inputSchema": null},
    ]);
    let imported = import(&list, &ImportOptions::default());
    let names: Vec<&str> = imported.lock.tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, ["none", "null", "ok"]);
    let expected = [
        "twice refused_tool",
        "outside refused_tool",
        "#6 refused_tool",
        "a\nb refused_tool",
        "#8 refused_tool",
        "#9 refused_tool",
        "text refused_tool",
        "described refused_tool",
        "two refused_tool",
        "none no_schema",
        "null no_schema",
    ];
    assert_eq!(notes(&imported), expected);
}

#[test]
fn an_unfinished_list_is_noted() {
    let imported = import(&json!({"tools": [], "nextCursor": "p2"}), &ImportOptions::default());
    assert_eq!(notes(&imported), [" incomplete_list"]);
}

#[test]
fn volatile_values_are_neither_kept_nor_compared() {
    let options = |pointer: &str| ImportOptions {
        volatile: [("send-mail".into(), vec![pointer.into()])].into(),
        ..ImportOptions::default()
    };
    let default = "/inputSchema/properties/cwd/default";
    let imported = import(&sample(), &options(default));
    let tool = imported.lock.tool("send-mail").unwrap();
    assert!(!imported.lock.to_text().contains("/srv/a"));
    let mut elsewhere = sample()["tools"][0].clone();
    elsewhere["inputSchema"]["properties"]["cwd"]["default"] = json!("/home/b");
    assert!(tool.is(&elsewhere));
    elsewhere["inputSchema"]["properties"]["cwd"]["type"] = json!("integer");
    assert!(!tool.is(&elsewhere));
    assert_eq!(notes(&import(&sample(), &options("/inputSchema/required"))), ["send-mail not_volatile"]);
}

#[test]
fn a_lock_can_be_renamed() {
    let text = lock(&sample()).to_text();
    let identity =
        |options: &ImportOptions| import_document(&text, "other", options).unwrap().lock.server.identity;
    assert_eq!(&*identity(&ImportOptions::default()), "mail");
    assert_eq!(&*identity(&ImportOptions { rename: true, ..ImportOptions::default() }), "other");
}

#[test]
fn documents_that_are_no_lists_are_refused() {
    let kind = |text: &str| import_document(text, "s", &ImportOptions::default()).unwrap_err().kind;
    assert_eq!(kind(""), LockErrorKind::NotJson);
    assert_eq!(kind("{"), LockErrorKind::NotJson);
    assert_eq!(kind(r#"{"tools": [{"name": "a", "name": "b"}]}"#), LockErrorKind::DuplicateKey);
    for none in ["{}", "7", r#"{"tools": {}}"#, r#"{"result": {}}"#, r#"{"format": "other"}"#] {
        assert_eq!(kind(none), LockErrorKind::WrongFormat, "{none}");
    }
    assert_eq!(
        kind(r#"{"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}}"#),
        LockErrorKind::ServerFailed
    );
    assert_eq!(
        import_document("{\"tools\":[]}", "a\u{7}", &ImportOptions::default()).unwrap_err().kind,
        LockErrorKind::BadMember
    );
}

#[test]
fn one_byte_order_mark_is_skipped() {
    let text = format!("\u{feff}{}", sample());
    assert_eq!(import_document(&text, "mail", &ImportOptions::default()).unwrap().lock, lock(&sample()));
}

#[test]
fn the_order_and_spelling_of_a_list_do_not_matter() {
    let reversed = r#"[{"inputSchema":{"properties":{},"type":"object"},"name":"list"},{"name":"n","inputSchema":{"maximum":1.50e1,"title":"\u0041"}}]"#;
    let straight = r#"[{"name":"n","inputSchema":{"title":"A","maximum":15}},{"name":"list","inputSchema":{"type":"object","properties":{}}}]"#;
    let text = |list: &str| import_document(list, "s", &ImportOptions::default()).unwrap().lock.to_text();
    assert_eq!(text(reversed), text(straight));
}

#[test]
fn the_same_tools_under_one_identity_have_one_digest() {
    let digest = |value: &Value, options: &ImportOptions| import(value, options).lock.digest();
    let plain = ImportOptions::default();
    assert_eq!(
        digest(&sample(), &plain),
        digest(&json!({"server": {"serverInfo": {"name": "s"}}, "tools": sample()["tools"]}), &plain)
    );
    assert_ne!(digest(&sample(), &plain), digest(&sample(), &short()));
    let mut renamed = lock(&sample());
    renamed.server.identity = "other".into();
    assert_ne!(renamed.digest(), lock(&sample()).digest());
    assert!(Lock::load(&renamed.to_text()).is_ok());
}

/// Imports a text, and says which tools are in the lock and what was noted.
fn salvaged(text: &str) -> (Vec<String>, Vec<String>) {
    let imported = import_document(text, "s", &ImportOptions::default()).unwrap();
    (imported.lock.tools.iter().map(|tool| tool.name.to_string()).collect(), notes(&imported))
}

#[test]
fn a_tool_that_cannot_be_read_is_refused_and_the_others_are_not() {
    let good = r#"{"name":"good","inputSchema":{"type":"object"}}"#;
    let bad = [
        (r#"{"name":"bad","name":"bad","inputSchema":{}}"#, "#2"),
        (r#"{"name":"bad","inputSchema":{"type":"object","type":"string"}}"#, "bad"),
        (r#"{"name":"bad","inputSchema":{"properties":{"x":{"default":1e400}}}}"#, "bad"),
        (r#"{"name":"b\ud83d","inputSchema":{}}"#, "#2"),
        (r#"{"name":"bad","inputSchema":{"properties":{"\udc00":{}}}}"#, "bad"),
        (r#"{"name":"bad","inputSchema":{"properties":{"x":{"enum":["\ud83d\ud83d\ude00"]}}}}"#, "bad"),
    ];
    for (bad, shown) in bad {
        for list in [
            format!(r#"{{"tools":[{good},{bad}]}}"#),
            format!(r#"[{good},{bad}]"#),
            format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{good},{bad}]}}}}"#),
            format!(r#"[{{"tools":[{good},{bad}]}}]"#),
        ] {
            let (tools, notes) = salvaged(&list);
            assert_eq!(tools, ["good"], "{list}");
            assert_eq!(notes, [format!("{shown} refused_tool")], "{list}");
        }
    }
}

#[test]
fn half_a_surrogate_pair_in_prose_is_replaced() {
    let list = r#"{"tools":[{"name":"t","description":"cut emoji \ud83d, whole \ud83d\ude00, \\ud83d","inputSchema":{"properties":{"x":{"title":"\udc00"}}}}]}"#;
    let imported = import_document(list, "s", &ImportOptions::default()).unwrap();
    assert_eq!(notes(&imported), Vec::<String>::new());
    let [tool] = imported.lock.tools.as_slice() else { panic!("{:?}", imported.lock) };
    assert_eq!(tool.description.as_deref(), Some("cut emoji \u{fffd}, whole \u{1f600}, \\ud83d"));
}

#[test]
fn a_document_that_is_broken_around_its_tools_is_an_error() {
    for text in [
        r#"{"tools":[],"tools":[]}"#,
        r#"{"tools":[{"name":"t"}"#,
        r#"{"tools":[{"name":"t"}],"server":{"a":1,"a":2}}"#,
        r#"{"format":"policyc-tool-lock","tools":[{"name":"t","name":"t"}]}"#,
    ] {
        assert!(import_document(text, "s", &ImportOptions::default()).is_err(), "{text}");
    }
}

#[test]
fn lists_of_gemini_and_bedrock_are_read() {
    let schema = r#"{"type":"OBJECT","properties":{"x":{"type":"STRING"}}}"#;
    for list in [
        format!(r#"{{"tools":[{{"functionDeclarations":[{{"name":"t","parameters":{schema}}}]}}]}}"#),
        format!(r#"[{{"function_declarations":[{{"name":"t","parameters":{schema}}}]}}]"#),
        format!(r#"{{"functionDeclarations":[{{"name":"t","parametersJsonSchema":{schema}}}]}}"#),
        format!(r#"{{"tools":[{{"toolSpec":{{"name":"t","inputSchema":{{"json":{schema}}}}}}}]}}"#),
    ] {
        let imported = import_document(&list, "s", &ImportOptions::default()).unwrap();
        assert_eq!(notes(&imported), Vec::<String>::new(), "{list}");
        let [tool] = imported.lock.tools.as_slice() else { panic!("{list}") };
        let args = crate::schema::import_args(&tool.input_schema);
        assert_eq!(args.notes, [], "{list}");
        assert!(args.args.root.fields.contains_key("x"), "{list}");
    }
}

#[test]
fn a_list_of_which_nothing_can_be_pinned_is_an_error() {
    for list in [r#"{"tools":[{"title":"a"}]}"#, r#"[{"name":"a","inputSchema":7}]"#] {
        let error = import_document(list, "s", &ImportOptions::default()).unwrap_err();
        assert!(error.message.starts_with("no tool of the list can be pinned: "), "{error}");
    }
}
