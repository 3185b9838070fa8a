//! Lines of recordings: both versions are read, broken lines are told exactly.

use super::*;

const SESSION: &str =
    r#"{"v":1,"type":"session","session":"s","principal":{},"context":{"a":[1]},"meta":{}}"#;
const CALL: &str = r#"{"v":1,"type":"call","session":"s\u0041","seq":3,"time":"2027-01-01T00:00:00.5Z","server":"x","tool":"t","args":{"a":"\ud800"},"result":{"structured":null,"text":"","is_error":false,"truncated":false},"label":null,"meta":{"turn":0}}"#;

#[test]
fn both_kinds_are_read() {
    let Event::Session(session) = read_line(SESSION.as_bytes()).unwrap() else { panic!("no session") };
    assert_eq!((&*session.session, session.principal, session.context), ("s", "{}", r#"{"a":[1]}"#));
    let Event::Call(call) = read_line(CALL.as_bytes()).unwrap() else { panic!("no call") };
    assert_eq!((&*call.session, call.seq, call.time), ("sA", 3, Some(1_798_761_600_500)));
    assert_eq!((&*call.server, &*call.tool, call.args), ("x", "t", r#"{"a":"\ud800"}"#));
    assert!(matches!(call.session, Cow::Owned(_)) && matches!(call.tool, Cow::Borrowed(_)));
}

/// What is said of a line in which one piece is replaced.
fn broken(line: &str, from: &str, to: &str) -> String {
    assert!(line.contains(from), "{from} is not in {line}");
    read_line(line.replacen(from, to, 1).as_bytes()).map(|_| ()).unwrap_err()
}

#[test]
fn broken_lines_are_told_exactly() {
    let check = |line, from, to, expected: &str| assert_eq!(broken(line, from, to), expected);
    check(CALL, r#""seq":3,"#, "", "`seq` is missing");
    check(CALL, r#","label":null"#, "", "`label` is missing");
    check(CALL, r#""time":"2027-01-01T00:00:00.5Z","#, "", "`time` is missing");
    check(
        CALL,
        "2027-01-01T00",
        "noon",
        "`time` is `noon:00:00.5Z`; it must be RFC 3339, such as 2027-01-01T09:00:00Z, or null",
    );
    check(CALL, r#""server":"x""#, r#""server":"""#, "`server` is empty");
    check(CALL, r#""args":{"a":"\ud800"}"#, r#""args":[]"#, "an object is needed at column 114");
    check(CALL, r#""seq":3"#, r#""seq":-3"#, "invalid value: integer `-3`, expected u64 at column 49");
    check(CALL, r#""text":"""#, r#""text":1"#, "`result.text` is no string");
    check(CALL, r#""is_error":false,"#, "", "missing field `is_error` at column 183");
    check(
        CALL,
        r#""v":1"#,
        r#""v":3"#,
        "recording version 3; this program reads versions 1 and 2 at column 6",
    );
    check(CALL, r#""v":1"#, r#""v":2"#, "a call line of version 2 has no `result`");
    check(CALL, r#","meta":{"turn":0}"#, "", "`meta` is missing");
    check(CALL, r#""label":null"#, r#""label":null,"program":"a""#, "a call line has no `program`");
    check(CALL, r#""type":"call""#, r#""type":"cull""#, "`type` is `cull`; it must be `session` or `call`");
    check(CALL, r#""tool":"t""#, r#""tool":"t","tool":"u""#, "duplicate field `tool` at column 111");
    check(SESSION, r#""principal":{},"#, "", "`principal` is missing");
    check(SESSION, r#""meta":{}"#, r#""meta":{},"seq":0"#, "a session line has no `seq`");
    check(CALL, r#""meta""#, r#""context":{},"meta""#, "a call line has no `context`");
    check(SESSION, r#""session":"s""#, r#""session":"""#, "`session` is empty");
    check(SESSION, "}}", "}", "the text ends within an object at column 82");
    check(SESSION, "}}", "}} x", "trailing characters at column 85");
    assert_eq!(read_line(b"").unwrap_err(), "the text ends within a value");
    assert_eq!(read_line(b"{\xff}").unwrap_err(), "byte 2 is no UTF-8");
    assert!(broken(CALL, r#""label":null"#, r#""label":"bad""#).starts_with("unknown variant `bad`"));
    assert!(broken(CALL, r#""label":null"#, r#""label":null,"x":1"#).starts_with("unknown field `x`"));
}

const LOGGED: &str = r#"{"v":2,"type":"call","session":"s","seq":0,"time":null,"server":"x","tool":"t","args":{},"program":"00","decision":"ask","reasons":["r"],"admission":3,"changes":[{"limit":"l","key":["a",{"blake3":"0101010101010101010101010101010101010101010101010101010101010101"}],"amount":0.1},{"limit":"d","value":"v"},{"counter":"n","amount":-2},{"label":"u","for_ms":5}]}"#;
const OUTCOME: &str = r#"{"v":2,"type":"outcome","session":"s","seq":0,"time":"2027-01-01T00:00:00Z","outcome":"success","result":{"structured":[1],"text":"x","is_error":false,"truncated":true},"unfit":"why","changes":[{"fact":"f","key":[true,1.5],"learned":["a",null,2]},{"fact":"s","added":"m"},{"fact":"f","key":[],"unknown":true},{"fact":"f","forgotten":true},{"label":"u"},{"label":"u","for_calls":2}]}"#;

/// What a change is, as it is read and written again.
fn again(changes: &[Noted]) -> String {
    let lines: Vec<_> = changes.iter().map(|noted| ChangeLine::of(noted).unwrap()).collect();
    serde_json::to_string(&lines).unwrap()
}

#[test]
fn decisions_of_version_2_are_read() {
    let Event::Call(call) = read_line(LOGGED.as_bytes()).unwrap() else { panic!("no call") };
    let logged = call.logged.unwrap();
    assert_eq!((&*logged.program, &*logged.decision, logged.admission), ("00", "ask", Some(3)));
    assert_eq!((call.label, call.meta, logged.reasons), ("null", "{}", vec!["r".to_owned()]));
    let expected = LOGGED.split_once(r#""changes":"#).unwrap().1.strip_suffix('}').unwrap();
    assert_eq!(again(&logged.changes), expected);
}

#[test]
fn outcomes_of_version_2_are_read() {
    let Event::Outcome(outcome) = read_line(OUTCOME.as_bytes()).unwrap() else { panic!("no outcome") };
    assert_eq!((outcome.seq, outcome.time, outcome.kind), (0, Some(1_798_761_600_000), OutcomeKind::Success));
    assert_eq!(outcome.result.unwrap().structured, Some("[1]"));
    assert_eq!(outcome.unfit.as_deref(), Some("why"));
    let expected = OUTCOME.split_once(r#""changes":"#).unwrap().1.strip_suffix('}').unwrap();
    assert_eq!(again(&outcome.changes), expected.replace(r#""key":[],"#, ""));
}

#[test]
fn broken_lines_of_version_2_are_told_exactly() {
    let check = |line, from, to, expected: &str| assert_eq!(broken(line, from, to), expected);
    check(LOGGED, r#""admission":3,"#, "", "`admission` is missing");
    check(LOGGED, r#""program":"00","#, "", "`program` is missing");
    check(
        LOGGED,
        r#""decision":"ask""#,
        r#""decision":"yes""#,
        "`decision` is `yes`; it must be allow, ask or deny",
    );
    check(
        LOGGED,
        r#""amount":0.1"#,
        r#""amount":0.1,"added":1"#,
        "an entry of `changes` says nothing, or several things",
    );
    check(LOGGED, r#""amount":-2"#, r#""amount":1e40"#, "`1e40` is no number with nine decimals");
    check(LOGGED, r#""amount":-2"#, r#""fact":"f""#, "an entry of `changes` says nothing, or several things");
    check(OUTCOME, r#""learned":["a",null,2]"#, r#""learned":[[]]"#, "`[]` is no value that is remembered");
    check(
        OUTCOME,
        r#""unknown":true"#,
        r#""unknown":false"#,
        "an entry of `changes` says nothing, or several things",
    );
    check(OUTCOME, r#""outcome":"success","#, "", "`outcome` is missing");
    check(OUTCOME, r#""seq":0"#, r#""seq":0,"tool":"t""#, "an outcome line has no `tool`");
    check(OUTCOME, r#""v":2"#, r#""v":1"#, "`type` is `outcome`; it must be `session` or `call`");
}
