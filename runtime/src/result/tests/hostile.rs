//! Answers that no honest server sends: withheld, or redacted, never a panic and never too long.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn withheld(setup: &Setup, result: &[u8], reason: Withheld) {
    assert_eq!(setup.redact(Sent::Result(result)).body, Body::Withheld(reason));
}

#[test]
fn what_is_no_strict_json_is_withheld() {
    let setup = Setup::new(EMAIL);
    for broken in [
        &b""[..],
        b"{",
        b"{}{}",
        b"\xEF\xBB\xBF{}",
        b"{\"content\": [], \"content\": []}",
        b"{\"structuredContent\": {\"a\": {\"b\": 1, \"\\u0062\": 2}}}",
        b"{\"a\": \"\xFF\"}",
        b"{\"a\": \"\\ud800\"}",
        b"{\"a\": 01}",
        b"{\"a\": NaN}",
    ] {
        withheld(&setup, broken, Withheld::NotStrict);
    }
}

#[test]
fn what_is_no_result_is_withheld() {
    let setup = Setup::new(EMAIL);
    for broken in [
        "[]",
        "\"text\"",
        "null",
        r#"{"content": "text"}"#,
        r#"{"content": {}}"#,
        r#"{"content": [], "isError": "false"}"#,
        r#"{"content": [], "resultType": "input_required"}"#,
        r#"{"content": [], "resultType": 1}"#,
    ] {
        withheld(&setup, broken.as_bytes(), Withheld::Malformed);
    }
}

#[test]
fn semantics_49_what_is_too_large_is_withheld() {
    let setup = Setup::new(EMAIL);
    let large = format!("{{\"structuredContent\": {:?}}}", "x".repeat(100_000));
    withheld(&setup, large.as_bytes(), Withheld::TooLarge);
    let deep = format!("{{\"structuredContent\": {}{}}}", "[".repeat(40), "]".repeat(40));
    withheld(&setup, deep.as_bytes(), Withheld::TooLarge);
    let many = format!("{{\"structuredContent\": [{}1]}}", "1,".repeat(20_000));
    withheld(&setup, many.as_bytes(), Withheld::TooLarge);
    // What is small, but would grow.
    let grows = Setup::new(&format!("a: patterns /a/ with \"{}\"", "x".repeat(5000)));
    let text = format!("{{\"content\": [{{\"type\": \"text\", \"text\": {:?}}}]}}", "a ".repeat(1000));
    withheld(&grows, text.as_bytes(), Withheld::TooLarge);
}

#[test]
fn text_that_is_nested_too_deeply_is_searched_as_text() {
    let deep = format!("{}\"bob@example.com\"{}", "[".repeat(60), "]".repeat(60));
    check_text(EMAIL, &deep, &deep.replace("bob@example.com", "[redacted]"));
}

/// However many matches are under way: a state is entered at most once per byte.
#[test]
fn many_matches_under_way_take_no_longer_than_states_and_bytes() {
    let mut setup = Setup::new(r#"a: patterns /a[ab]*c/, /(a|b)*ab(a|b){8}c/, /[ab]{64}/ with "-""#);
    setup.caps.bytes = 1 << 20;
    let text = "ab".repeat(100_000);
    let result = format!("{{\"content\": [{{\"type\": \"text\", \"text\": {text:?}}}]}}");
    let body = setup.redact(Sent::Result(result.as_bytes())).body;
    assert_eq!(body, Body::Result(br#"{"content":[{"type":"text","text":"-"}]}"#.to_vec()));
}

#[test]
fn what_would_take_too_long_is_withheld() {
    // Some hundred states, all of them under way at each byte.
    let mut setup = Setup::new(r"a: patterns /a[ab]{200,300}c/");
    setup.caps.bytes = 20_000;
    let result = format!("{{\"content\": [{{\"type\": \"text\", \"text\": {:?}}}]}}", "a".repeat(19_000));
    withheld(&setup, result.as_bytes(), Withheld::Exhausted);
}

#[test]
fn twins_are_not_multiplied() {
    let items: Vec<String> = (0..1000).map(|n| format!("{{\"email\":{n}}}")).collect();
    let blocks: Vec<String> =
        (0..1000).map(|n| format!("{{\"type\":\"text\",\"text\":\"[{n}]\"}}")).collect();
    let result =
        format!("{{\"content\":[{}],\"structuredContent\":[{}]}}", blocks.join(","), items.join(","));
    let setup = Setup::new("a: paths result..email");
    let Body::Result(bytes) = setup.redact(Sent::Result(result.as_bytes())).body else { panic!() };
    assert!(bytes.len() < 2 * result.len(), "{} of {}", bytes.len(), result.len());
}

proptest! {
    #[test]
    fn any_bytes_end_somewhere(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let setup = Setup::new("a: paths result..a patterns /b+/\norg/b: patterns /c|a/ with \"\"");
        let _ = setup.redact(Sent::Result(&bytes));
        let _ = setup.redact(Sent::Error(&bytes));
        let _ = notice(Notice::Progress, &bytes, setup.caps);
        let _ = (structured_of(&bytes, setup.caps), plain_text(&bytes, setup.caps), is_error(&bytes, setup.caps));
    }

    /// Pieces of results in any order.
    #[test]
    fn any_pieces_end_somewhere(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("\"content\""), Just("\"type\""), Just("\"text\""),
                Just("\"structuredContent\""), Just("\"isError\""), Just("true"), Just("null"), Just("1e3"), Just("\"a%62\""), Just("\"\\u0061\""),
            ],
            0..24,
        ),
    ) {
        let setup = Setup::new("a: paths result..a patterns /b+/\norg/b: patterns /c|a/ with \"\"");
        let bytes = pieces.concat();
        let _ = setup.redact(Sent::Result(bytes.as_bytes()));
        let _ = setup.redact(Sent::Error(bytes.as_bytes()));
    }
}
