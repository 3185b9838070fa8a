//! Pulls over stdio from a scripted server: a script in, the outcome as text out.

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::render;
use policyc_pull::{Options, PullError, Pulled, Source, pull};

const SERVER: &str = env!("CARGO_BIN_EXE_scripted-mcp-server");

/// A server of the older protocol, up to its list.
const LEGACY: &str = r#"
on server/discover
  say {"jsonrpc":"2.0","id":$id,"error":{"code":-32601,"message":"Method not found"}}
on initialize
  say {"jsonrpc":"2.0","id":$id,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s"}}}
"#;

/// A server of the newer protocol, up to its list.
const MODERN: &str = r#"
on server/discover
  say {"jsonrpc":"2.0","id":$id,"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"m","version":"1"}}}}
"#;

/// A list of one tool.
const ONE: &str = r#"
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"one","inputSchema":{"type":"object"}}]}}
"#;

fn quick() -> Options {
    Options { timeout: Duration::from_secs(20), settle: Duration::from_millis(1500), ..Options::default() }
}

fn run_with(script: &str, options: Options) -> Result<Pulled, PullError> {
    let source = Source::Stdio { command: SERVER.into(), args: vec![script.into()], env: vec![], cwd: None };
    pull(source, options)
}

fn check_with(script: &str, options: Options) -> String {
    render(&run_with(script, options)).replace(SERVER, "SERVER")
}

fn check(parts: &[&str]) -> String {
    check_with(&parts.concat(), quick())
}

fn shell(script: &str, timeout: Duration) -> String {
    let source = Source::Stdio {
        command: "sh".into(),
        args: vec!["-c".into(), script.into()],
        env: vec![],
        cwd: None,
    };
    let options = Options { timeout, ..quick() };
    render(&pull(source, options))
}

#[test]
fn a_server_of_the_older_protocol_is_asked_to_initialize() {
    assert_eq!(check(&[LEGACY, ONE]), "2025-11-25 initialize: one\n");
}

#[test]
fn a_server_of_the_newer_protocol_needs_no_handshake() {
    let pulled = run_with(&[MODERN, ONE].concat(), quick()).unwrap();
    assert_eq!(render(&Ok(pulled.clone())), "2026-07-28 stateless: one\n");
    assert_eq!(pulled.server_info, serde_json::json!({"name": "m", "version": "1"}));
}

#[test]
fn every_byte_of_a_tool_survives() {
    let tool = r#"{"x-unknown":[1.10,1e2,-0,18446744073709551617],"execution":{"taskSupport":"required"} , "name":"a","inputSchema":{"z":1,"a":"é\u00e9\/"}}"#;
    let list = format!(
        "\non tools/list\n  say {{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{{\"tools\":[{tool}]}}}}\n"
    );
    for era in [LEGACY, MODERN] {
        let pulled = run_with(&[era, &list].concat(), quick()).unwrap();
        assert_eq!(pulled.tools.first().unwrap().json, tool);
        assert_eq!(pulled.to_list_json(), format!("{{\"tools\":[{tool}]}}"));
    }
}

#[test]
fn a_server_that_ends_itself_on_the_newer_question_is_started_again() {
    let dies = "on server/discover\n  warn expected initialize\n  exit 1\n";
    let initialize = LEGACY.split_once("on initialize").unwrap().1;
    assert_eq!(check(&[dies, "on initialize", initialize, ONE]), "2025-11-25 initialize: one\n");
}

#[test]
fn a_server_that_ignores_the_newer_question_is_asked_to_initialize_after_a_while() {
    let initialize = LEGACY.split_once("on initialize").unwrap().1;
    let script = ["on initialize", initialize, ONE].concat();
    let options = Options { timeout: Duration::from_secs(6), ..quick() };
    assert_eq!(check_with(&script, options), "2025-11-25 initialize: one\n");
}

#[test]
fn a_slow_server_of_the_newer_protocol_is_not_taken_for_an_old_one() {
    let slow = MODERN.replace("  say", "  sleep 2500\n  say");
    let refuses = "on initialize\n  say {\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32022,\"message\":\"no\"}}\n";
    let script = [&slow, refuses, ONE].concat();
    let options = Options { timeout: Duration::from_secs(6), ..quick() };
    assert_eq!(check_with(&script, options), "2026-07-28 stateless: one\n");
}

#[test]
fn all_pages_are_read() {
    let pages = r#"
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"a"}],"nextCursor":"2"}}
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[],"nextCursor":"3"}}
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"b"},{"name":"c"}],"nextCursor":null}}
"#;
    assert_eq!(check(&[LEGACY, pages]), "2025-11-25 initialize: a, b, c\n");
    assert_eq!(check(&[MODERN, pages]), "2026-07-28 stateless: a, b, c\n");
}

#[test]
fn a_list_in_a_circle_is_refused() {
    let pages = r#"
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[],"nextCursor":"again"}}
"#;
    assert_eq!(
        check(&[LEGACY, pages]),
        "error: `SERVER` gave an answer to `tools/list` that cannot be used: the list does not end: the cursor `again` was given twice\n"
    );
}

#[test]
fn banners_blank_lines_and_crlf_are_survived() {
    let script = [
        "start\n  say Server ready on stdio\n  say\n  say-crlf {\"level\":30,\"msg\":\"log\",\"msg\":\"again\"}\n  raw \u{feff}\n",
        &LEGACY.replace("  say ", "  say-crlf "),
        &ONE.replace("  say ", "  say-crlf "),
    ]
    .concat();
    assert_eq!(
        check_with(&script, quick()),
        "2025-11-25 initialize: one\nnote: skipped 2 lines that the server wrote among its messages, such as `Server ready on stdio`\n"
    );
}

#[test]
fn a_line_of_five_megabytes_is_read() {
    let list = r#"
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"big","description":"$fill(5000000)"}]}}
"#;
    let pulled = run_with(&[LEGACY, list].concat(), quick()).unwrap();
    assert!(pulled.tools.first().unwrap().json.len() > 5_000_000);
}

#[test]
fn a_line_over_the_limit_is_refused() {
    let options = Options { max_message_bytes: 100_000, ..quick() };
    let script = format!("{LEGACY}on tools/list\n  say $fill(200000)\n  sleep 60000\n");
    // The server may add that its pipe broke.
    let outcome = check_with(&script, options);
    let message = "error: `SERVER` sent a line of more than 100000 bytes, the most that is accepted\n";
    assert!(outcome.starts_with(message), "{outcome}");
}

#[test]
fn a_late_change_of_the_list_is_seen() {
    let script = r#"
on server/discover
  say {"jsonrpc":"2.0","id":$id,"error":{"code":-32602,"message":"Invalid request parameters"}}
on initialize
  say {"jsonrpc":"2.0","id":$id,"result":{"protocolVersion":"2024-11-05","capabilities":{"tools":{"listChanged":true}}}}
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"a"}]}}
  sleep 50
  say {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
  say {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"a"},{"name":"b"}]}}
"#;
    let outcome = check(&[script]);
    assert!(outcome.starts_with("2024-11-05 initialize: a, b\n"), "{outcome}");
}

#[test]
fn a_list_that_never_stands_still_is_refused() {
    let script = r#"
on tools/list
  say {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[]}}
"#;
    let outcome = check(&[LEGACY, script]);
    assert!(outcome.contains("the list still changed after it was asked for 5 times"), "{outcome}");
}

#[test]
fn the_servers_questions_are_answered_though_their_numbers_collide() {
    let script = r#"
on notifications/initialized
  say {"jsonrpc":"2.0","id":3,"method":"roots/list"}
on tools/list
  say {"jsonrpc":"2.0","id":"s","method":"sampling/createMessage","params":{}}
on answer
on answer
  say {"jsonrpc":"2.0","id":3,"method":"elicitation/create","params":{}}
on answer
  say {"jsonrpc":"2.0","id":0,"method":"ping"}
on answer
  say {"jsonrpc":"2.0","id":3,"result":{"tools":[{"name":"patient"}]}}
"#;
    assert_eq!(
        check(&[LEGACY, script]),
        "2025-11-25 initialize: patient
note: the server asked `elicitation/create` (1 ×): declined
note: the server asked `ping` (1 ×): answered
note: the server asked `roots/list` (1 ×): answered with an empty list
note: the server asked `sampling/createMessage` (1 ×): declined
"
    );
}

#[test]
fn a_batch_of_answers_is_taken_apart() {
    let list = r#"
on tools/list
  say [{"jsonrpc":"2.0","method":"notifications/message"},{"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"b"}]}}]
"#;
    assert_eq!(check(&[LEGACY, list]), "2025-11-25 initialize: b\n");
}

#[test]
fn a_tool_that_reads_in_two_ways_does_not_hide_the_others() {
    for (tool, shown) in [
        (r#"{"name":"echo","name":"get-env"}"#, "#2"),
        (r#"{"name":"b","description":"\ud83d"}"#, "b"),
        (r#"{"name":"b","inputSchema":{"default":1e400}}"#, "b"),
    ] {
        let tools = format!(r#"{{"tools":[{{"name":"a"}},{tool}]}}"#);
        let list = format!("on tools/list\n  say {{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{tools}}}\n");
        let pulled = run_with(&[LEGACY, &list].concat(), quick()).unwrap();
        let names: Vec<&str> = pulled.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["a", shown]);
        assert!(pulled.to_list_json().contains(tool), "{tool}");
    }
}

#[test]
fn two_tools_of_one_name_do_not_hide_the_others() {
    let list = r#"
on tools/list
  say {"jsonrpc":"2.0","id":$id,"result":{"tools":[{"name":"a"},{"name":"a","title":"A"},{"name":"b"}]}}
"#;
    assert_eq!(check(&[LEGACY, list]), "2025-11-25 initialize: a, a, b\n");
}

#[test]
fn an_answer_that_reads_in_two_ways_is_refused() {
    for (result, reason) in [
        (r#"{"tools":[],"a":1,"a":2}"#, "an object has the key `a` twice"),
        (r#"{"tools":[],"tools":[]}"#, "an object has the key `tools` twice"),
        (r#"{"tools":[{"title":"a"}]}"#, "its tool number 1 is not an object with a string `name`"),
        (r#"{"tools":{}}"#, "its `tools` is not an array"),
        (r#"{"content":[]}"#, "it has no `tools`"),
        (r"[]", "its `result` is not an object"),
        (r#"{"tools":[],"nextCursor":7}"#, "its `nextCursor` is not a string"),
        (
            r#"{"tools":[],"resultType":"input_required"}"#,
            "its `resultType` is \"input_required\", not `complete`",
        ),
    ] {
        let list = format!("on tools/list\n  say {{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{result}}}\n");
        let outcome = check(&[MODERN, &list]);
        assert!(outcome.contains("cannot be used: "), "{outcome}");
        assert!(outcome.contains(reason), "{outcome}");
    }
}

#[test]
fn a_server_without_tools_says_so() {
    let script = r#"
on initialize
  say {"jsonrpc":"2.0","id":$id,"result":{"protocolVersion":"2025-11-25","capabilities":{"prompts":{}}}}
on server/discover
  say {"jsonrpc":"2.0","id":$id,"error":{"code":-32601,"message":"Method not found"}}
on tools/list
  say {"jsonrpc":"2.0","id":$id,"error":{"code":-32601,"message":"Method not found"}}
"#;
    assert_eq!(
        check(&[script]),
        "error: `SERVER` offers no tools: it declares no `tools` capability and refused `tools/list`: Method not found\n"
    );
}

#[test]
fn a_refusal_is_shown_without_its_control_characters() {
    let list = "on tools/list\n  say {\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32603,\"message\":\"no \\u001b[2J database\"}}\n";
    assert_eq!(
        check(&[LEGACY, list]),
        "error: `SERVER` refused `tools/list`: no \\u{1b}[2J database (code -32603)\n"
    );
}

#[test]
fn a_server_that_dies_is_quoted() {
    let script = "start\n  warn $esc[31mno API key$esc[0m\n  warn set API_KEY\n  exit 7\n";
    let outcome = check(&[script]);
    assert_eq!(
        outcome,
        "error: `SERVER` ended (exit status: 7) before it answered `initialize`; run the command by hand to see why
stderr: \\u{1b}[31mno API key\\u{1b}[0m
stderr: set API_KEY
"
    );
}

#[test]
fn an_end_is_seen_though_something_left_behind_holds_stdout() {
    let begin = Instant::now();
    let outcome = shell("sleep 60 & exit 3", Duration::from_secs(40));
    assert!(outcome.starts_with("error: `sh` ended (exit status: 3)"), "{outcome}");
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_server_that_dies_while_listing_is_not_asked_again() {
    let outcome = check(&[LEGACY, "on tools/list\n  exit 5\n"]);
    assert!(outcome.contains("ended (exit status: 5) before it answered `tools/list`"), "{outcome}");
}

#[test]
fn a_program_that_writes_something_else_is_named() {
    assert_eq!(
        check(&["start\n  say usage: server [stdio|http]\n  say more\n  exit 0\n"]),
        "error: `SERVER` does not speak MCP: it wrote 2 lines of something else than JSON-RPC, such as `usage: server [stdio|http]`; check that it was started in stdio mode
note: skipped 2 lines that the server wrote among its messages, such as `usage: server [stdio|http]`
"
    );
}

#[test]
fn endless_garbage_is_cut_off() {
    let begin = Instant::now();
    let outcome = shell("yes garbage", Duration::from_secs(60));
    assert!(outcome.contains("`sh` does not speak MCP: it wrote 10001 lines"), "{outcome}");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_program_that_echoes_is_recognized() {
    let outcome = shell("exec cat", Duration::from_secs(2));
    assert!(outcome.starts_with("error: `sh` only sends back what it is sent"), "{outcome}");
}

#[test]
fn a_closed_stdout_is_told_from_an_end() {
    let outcome = shell("exec 1>&-; sleep 60", Duration::from_secs(20));
    assert!(
        outcome.starts_with("error: `sh` closed its stdout before it answered `initialize`"),
        "{outcome}"
    );
}

#[test]
fn a_silent_server_is_ended_with_all_it_started() {
    let begin = Instant::now();
    let script = "start\n  deaf\n  warn still thinking\n  helper\n";
    let options = Options { timeout: Duration::from_secs(2), ..quick() };
    let outcome = check_with(script, options);
    assert!(outcome.starts_with("error: `SERVER` did not answer `initialize` within 2 s"), "{outcome}");
    assert!(outcome.contains("stderr: still thinking"), "{outcome}");
    assert!(begin.elapsed() < Duration::from_secs(15));
    let helper = outcome.lines().find_map(|line| line.strip_prefix("stderr: helper ")).unwrap();
    if Path::new("/proc/self").exists() {
        assert!(is_gone(helper), "process {helper} is still there");
    }
}

/// Whether a process has ended; one that nobody has reaped yet counts as ended.
fn is_gone(process: &str) -> bool {
    (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let state = status.rsplit(") ").next().unwrap_or_default();
        state.is_empty() || state.starts_with('Z')
    })
}

#[test]
fn a_server_that_ignores_the_end_of_its_input_is_ended_by_a_signal() {
    let begin = Instant::now();
    assert_eq!(check(&["start\n  deaf\n", LEGACY, ONE]), "2025-11-25 initialize: one\n");
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_unknown_version_is_named() {
    let script = r#"
on server/discover
  say {"jsonrpc":"2.0","id":$id,"result":{"resultType":"complete","supportedVersions":["2031-01-01"],"capabilities":{}}}
"#;
    assert_eq!(
        check(&[script]),
        "error: `SERVER` speaks protocol version 2031-01-01; this client speaks 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05, 2024-10-07\n"
    );
}

#[test]
fn programs_that_cannot_be_started_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "text").unwrap();
    for (command, reason) in [
        ("no-such-program-anywhere", "no program `no-such-program-anywhere` was found"),
        (folder.path().to_str().unwrap(), "it is a directory"),
        (plain.to_str().unwrap(), "permission denied"),
    ] {
        let source = Source::Stdio { command: command.into(), args: vec![], env: vec![], cwd: None };
        let outcome = render(&pull(source, quick()));
        assert!(outcome.contains(reason), "{outcome}");
    }
    let source = Source::Stdio {
        command: SERVER.into(),
        args: vec![],
        env: vec![],
        cwd: Some(folder.path().join("missing")),
    };
    let outcome = render(&pull(source, quick()));
    assert!(outcome.contains("its working directory"), "{outcome}");
}
