//! Splitting calls: the three forms, and what each refuses.

use super::*;
use crate::program::Caps;

fn shown(input: &[u8], call: &ParsedCall<'_>) -> String {
    let args = String::from_utf8_lossy(call.args(input)).into_owned();
    match &call.server {
        Some(server) => format!("{server}.{} {args}", call.tool),
        None => format!("{} {args}", call.tool),
    }
}

type Parse = fn(&[u8], Caps) -> Result<ParsedCall<'_>, Reject>;

fn call(parse: Parse, cases: &[(&str, &str)]) {
    for (input, want) in cases {
        let bytes = input.as_bytes();
        let got = match parse(bytes, Caps::default()) {
            Ok(call) => shown(bytes, &call),
            Err(reject) => format!(
                "{} {:?}@{}: {}",
                reject.kind(),
                reject.what,
                reject.offset,
                describe_message(bytes, reject)
            ),
        };
        assert_eq!(got, *want, "{input}");
    }
}

fn of_message(input: &[u8], caps: Caps) -> Result<ParsedCall<'_>, Reject> {
    parse_message(input, caps).map(|message| message.call)
}

#[test]
fn messages() {
    call(
        of_message,
        &[
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send","arguments":{"to":["a"]}}}"#,
                r#"send {"to":["a"]}"#,
            ),
            (
                r#" { "params" : { "_meta":{"progressToken":1}, "name":"s\u0065nd" } , "method":"tools\/call","id":"x","jsonrpc":"2.0" } "#,
                "send {}",
            ),
            (
                r#"[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send"}}]"#,
                "bad_request Batch@0: the message is an array of requests: send them one by one",
            ),
            ("17", "bad_request NotAnObject@0: the message is no JSON object"),
            (
                r#"{"id":1,"method":"tools/call","params":{"name":"x"}}"#,
                "bad_request MissingMember(Jsonrpc)@0: the message has no `jsonrpc`: it must be the text `2.0`",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"x"}}"#,
                "bad_request MissingMember(Id)@0: the message has no `id`: it must be text or a number",
            ),
            (
                r#"{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"x"}}"#,
                "bad_request IllTypedMember(Id)@22: `id` of the message must be text or a number",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"x"}}"#,
                "bad_request IllTypedMember(Method)@33: `method` of the message must be the text `tools/call`",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
                "bad_request MissingMember(Params)@0: the message has no `params`: it must be an object",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["x"]}"#,
                "bad_request IllTypedMember(Params)@55: `params` of the message must be an object",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{}}}"#,
                "bad_request MissingMember(Name)@55: the message has no `name`: it must be text that is not empty",
            ),
        ],
    );
}

#[test]
fn semantics_32_duplicates_are_refused_in_the_whole_message() {
    call(
        of_message,
        &[
            (
                r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call","params":{"name":"x"}}"#,
                "bad_request DuplicateKey@25: member `id` occurs twice",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","n\u0061me":"get-env"}}"#,
                "bad_request DuplicateKey@71: member `params.name` occurs twice",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{"a":[{"b":1,"b":1}]}}}"#,
                "bad_request DuplicateKey@89: member `params._meta.a[0].b` occurs twice",
            ),
        ],
    );
}

#[test]
fn w3_arguments_that_are_no_object_are_refused() {
    for arguments in ["[1]", "\"x\"", "null", "5"] {
        let input = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","arguments":{arguments}}}}}"#
        );
        call(
            of_message,
            &[(
                &input,
                "bad_request IllTypedMember(Arguments)@79: `arguments` of the message must be an object",
            )],
        );
    }
}

#[test]
fn w4_keys_in_another_case_are_never_read() {
    call(
        of_message,
        &[
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","Method":"ping","params":{"name":"delete_repository","Name":"read_file","Arguments":{"a":1}}}"#,
                "delete_repository {}",
            ),
            (
                r#"{"jsonrpc":"2.0","id":1,"Method":"tools/call","params":{"name":"x"}}"#,
                "bad_request MissingMember(Method)@0: the message has no `method`: it must be the text `tools/call`",
            ),
        ],
    );
}

#[test]
fn parameters() {
    call(
        parse_params,
        &[
            (r#"{"name":"send","arguments":{"a":1}}"#, r#"send {"a":1}"#),
            (r#"{"arguments":{},"name":"send","principal":"x"}"#, "send {}"),
            (
                r#"{"name":""}"#,
                "bad_request IllTypedMember(Name)@8: `name` of the message must be text that is not empty",
            ),
            (
                r#"{"name":"x","arguments":"{}"}"#,
                "bad_request IllTypedMember(Arguments)@24: `arguments` of the message must be an object",
            ),
        ],
    );
}

#[test]
fn plain_calls() {
    call(
        parse_call,
        &[
            (r#"{"tool":"send","args":{"a":1}}"#, r#"send {"a":1}"#),
            (r#"{"args":{},"server":"mail","tool":"send"}"#, "mail.send {}"),
            (r#"{"tool":"send"}"#, "send {}"),
            (
                r#"{"server":5,"tool":"send"}"#,
                "bad_request IllTypedMember(Server)@10: `server` of the message must be text that is not empty",
            ),
            (
                r#"{"args":{}}"#,
                "bad_request MissingMember(Tool)@0: the message has no `tool`: it must be text that is not empty",
            ),
            (
                r#"{"tool":"send","arg":{}}"#,
                "bad_request UnknownMember@16: a call has no member `arg`: it has `tool`, `args` and, optionally, `server`",
            ),
            (
                r#"{"tool":"send","args":{"a":01}}"#,
                "bad_request InvalidNumber@27: the message is not strict JSON: a number that is not spelled as JSON wants it at byte 27",
            ),
        ],
    );
}

#[test]
fn semantics_32_a_call_carries_no_host_values() {
    call(
        parse_call,
        &[
            (
                r#"{"tool":"send","args":{},"principal":{"id":"root"}}"#,
                "host_value HostMember@26: a call cannot carry `principal`: the host supplies it, apart from the call",
            ),
            (
                r#"{"tool":"send","s\u0065ssion":{}}"#,
                "host_value HostMember@16: a call cannot carry `session`: the host supplies it, apart from the call",
            ),
        ],
    );
}

#[test]
fn any_form() {
    call(
        parse_any,
        &[
            (r#"{"tool":"a"}"#, "a {}"),
            (r#"{"name":"b","arguments":{}}"#, "b {}"),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"c"}}"#, "c {}"),
            (
                "{}",
                "bad_request MissingMember(Tool)@0: the message has no `tool`: it must be text that is not empty",
            ),
        ],
    );
}

#[test]
fn the_parts_of_a_message_can_be_found() {
    let input = br#"{"jsonrpc":"2.0","id":"r-1","method":"tools/call","params":{"name":"x","arguments":{"a":[1,{"b":"}"}]}}}"#;
    let message = parse_message(input, Caps::default()).unwrap();
    assert_eq!(&input[message.id.clone()], b"\"r-1\"");
    assert_eq!(&input[message.params.clone()], br#"{"name":"x","arguments":{"a":[1,{"b":"}"}]}}"#);
    assert_eq!(message.call.args(input), br#"{"a":[1,{"b":"}"}]}"#);
}
