//! Bytes that are not strict JSON, or too much of it: each kind of refusal with its position.

use super::*;

/// Any object, with one planned member `n` that is a captured number and one planned list `l`.
const PLAN: &str = r##"{"k": "o", "object": {"keys": {"n": {"k": "#", "c": 0}, "l": {"k": "l", "c": 1, "list": {"stride": 2, "items": {"c": 0}}}}, "rest": "open"}}"##;

/// The refusal of each input, under a plan that accepts anything and under one that reads some of it.
fn refused(cases: &[(&[u8], What, u32)]) {
    let (any, planned) = (build::program("{}"), build::program(PLAN));
    for (input, what, offset) in cases {
        for program in [&any, &planned] {
            let scanner = Scanner::new(program).unwrap();
            let mut store = Store::new();
            store.clear(REGISTERS);
            let got = scan(&scanner, NodeId(1), input, Source::Args, &mut store);
            let want = Reject { what: *what, offset: *offset };
            assert_eq!(got, Err(want), "{}", String::from_utf8_lossy(input));
            assert_eq!(want.kind(), RejectKind::BadRequest);
            assert!(!describe(&scanner, NodeId(1), Source::Args, input, want).is_empty());
        }
    }
}

#[test]
fn syntax() {
    use What::{TrailingBytes, UnexpectedByte, UnexpectedEnd};
    refused(&[
        (b"", UnexpectedEnd, 0),
        (b"  ", UnexpectedEnd, 2),
        (b"{", UnexpectedEnd, 1),
        (b"{\"", UnexpectedEnd, 2),
        (b"{\"a", UnexpectedEnd, 3),
        (b"{\"a\"", UnexpectedEnd, 4),
        (b"{\"a\":", UnexpectedEnd, 5),
        (b"{\"a\":1", UnexpectedEnd, 6),
        (b"{\"a\":1,", UnexpectedEnd, 7),
        (b"{\"a\":tru", UnexpectedEnd, 8),
        (b"{\"a\":-", UnexpectedEnd, 6),
        (b"{\"a\":1.", UnexpectedEnd, 7),
        (b"{\"a\":1e", UnexpectedEnd, 7),
        (b"{\"a\":\"\\u00", UnexpectedEnd, 6),
        (b"{\"a\":\"\\", UnexpectedEnd, 6),
        (b"{\"l\":[", UnexpectedEnd, 6),
        (b"{\"l\":[1", UnexpectedEnd, 7),
        (b"{\"l\":[1,", UnexpectedEnd, 8),
        (b"{}x", TrailingBytes, 2),
        (b"{}{}", TrailingBytes, 2),
        (b"{},", TrailingBytes, 2),
        (b"{}\0", TrailingBytes, 2),
        (b"{,}", UnexpectedByte, 1),
        (b"{\"a\":1,}", UnexpectedByte, 7),
        (b"{\"a\" 1}", UnexpectedByte, 5),
        (b"{\"a\":1 \"b\":2}", UnexpectedByte, 7),
        (b"{a:1}", UnexpectedByte, 1),
        (b"{'a':1}", UnexpectedByte, 1),
        (b"{\"l\":[1,]}", UnexpectedByte, 8),
        (b"{\"l\":[,]}", UnexpectedByte, 6),
        (b"{\"l\":[1 2]}", UnexpectedByte, 8),
        (b"{\"l\":[1}", UnexpectedByte, 7),
        (b"{\"a\":1]", UnexpectedByte, 6),
        (b"{\"a\":True}", UnexpectedByte, 5),
        (b"{\"a\":trUe}", UnexpectedByte, 7),
        (b"{\"a\":nulL}", UnexpectedByte, 8),
        (b"{\"a\":NaN}", UnexpectedByte, 5),
        (b"{\"a\":Infinity}", UnexpectedByte, 5),
        (b"{\"a\":/**/1}", UnexpectedByte, 5),
        (b"{\"a\":\x0b1}", UnexpectedByte, 5),
        (b"{\"a\":\xc2\xa01}", UnexpectedByte, 5),
        (b"\x0c{}", UnexpectedByte, 0),
        (b"\xfe\xff{}", UnexpectedByte, 0),
        (b"\xef\xbb\xbf{}", What::ByteOrderMark, 0),
    ]);
}

#[test]
fn strings() {
    use What::{ControlCharacter, InvalidEscape, InvalidUtf8, UnpairedSurrogate};
    refused(&[
        (b"{\"a\":\"x\ny\"}", ControlCharacter, 7),
        (b"{\"a\":\"\0\"}", ControlCharacter, 6),
        (b"{\"a\":\"0123456789\x1f\"}", ControlCharacter, 16),
        (b"{\"a\tb\":1}", ControlCharacter, 3),
        (b"{\"a\":\"\\x41\"}", InvalidEscape, 6),
        (b"{\"a\":\"\\'\"}", InvalidEscape, 6),
        (b"{\"a\":\"\\u12g4\"}", InvalidEscape, 6),
        (b"{\"a\":\"\\u+123\"}", InvalidEscape, 6),
        (b"{\"a\":\"\\U0041\"}", InvalidEscape, 6),
        (b"{\"a\":\"\\ud800\"}", UnpairedSurrogate, 6),
        (b"{\"a\":\"\\ud800x\"}", UnpairedSurrogate, 6),
        (b"{\"a\":\"\\ud800\\n\"}", UnpairedSurrogate, 6),
        (b"{\"a\":\"\\ud800\\u0041\"}", UnpairedSurrogate, 6),
        (b"{\"a\":\"\\ud800\\ud800\"}", UnpairedSurrogate, 6),
        (b"{\"a\":\"\\ud800\\u00\"}", InvalidEscape, 12),
        (b"{\"a\":\"\\udc00\"}", UnpairedSurrogate, 6),
        (b"{\"\\udfff\":1}", UnpairedSurrogate, 2),
        (b"{\"a\":\"x\xff\"}", InvalidUtf8, 7),
        (b"{\"a\":\"\xc0\xaf\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\xe0\x80\xaf\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\xed\xa0\x80\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\xf4\x90\x80\x80\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\xc3\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\xc3\\u00bc\"}", InvalidUtf8, 6),
        (b"{\"a\":\"\\n\xbf\"}", InvalidUtf8, 8),
        (b"{\"abcdefgh\xff\":1}", InvalidUtf8, 10),
        (b"{\"\xff\xff\xff\xff\xff\xff\xff\xff\":1}", InvalidUtf8, 2),
    ]);
}

#[test]
fn numbers() {
    use What::{InexactNumber, InvalidNumber, UnexpectedByte, UnsafeInteger};
    refused(&[
        (b"{\"a\":01}", InvalidNumber, 5),
        (b"{\"a\":-01}", InvalidNumber, 5),
        (b"{\"a\":00}", InvalidNumber, 5),
        (b"{\"a\":1.}", InvalidNumber, 5),
        (b"{\"a\":1.e3}", InvalidNumber, 5),
        (b"{\"a\":-.5}", InvalidNumber, 5),
        (b"{\"a\":1e}", InvalidNumber, 5),
        (b"{\"a\":1e+}", InvalidNumber, 5),
        (b"{\"a\":-}", InvalidNumber, 5),
        (b"{\"a\":--1}", InvalidNumber, 5),
        (b"{\"a\":.5}", UnexpectedByte, 5),
        (b"{\"a\":+1}", UnexpectedByte, 5),
        (b"{\"a\":0x10}", UnexpectedByte, 6),
        (b"{\"a\":1_000}", UnexpectedByte, 6),
        (b"{\"n\":9007199254740992}", UnsafeInteger, 5),
        (b"{\"n\":-9007199254740993}", UnsafeInteger, 5),
        (b"{\"a\":[9007199254740993.0]}", UnsafeInteger, 6),
        (b"{\"a\":1e400}", UnsafeInteger, 5),
        (b"{\"n\":49.9999999999999999999}", InexactNumber, 5),
        (b"{\"a\":1e-400}", InexactNumber, 5),
    ]);
}

#[test]
fn duplicate_keys_at_every_level() {
    use What::DuplicateKey;
    let many: Vec<String> = (0..40).map(|at| format!("\"k{}\":1", at * 7 % 40)).collect();
    let many = format!("{{\"a\":{{{},\"k3\":2,\"k1\":2}}}}", many.join(","));
    let at = u32::try_from(many.rfind("\"k3\"").unwrap() + 1).unwrap();
    refused(&[
        (b"{\"a\":1,\"a\":1}", DuplicateKey, 8),
        (b"{\"n\":1,\"n\":1}", DuplicateKey, 8),
        (b"{\"n\":1,\"\\u006e\":1}", DuplicateKey, 8),
        (b"{\"\\u006e\":1,\"n\":1}", DuplicateKey, 13),
        (b"{\"\\u0061\":1,\"a\":1}", DuplicateKey, 13),
        (b"{\"a\":1,\"\\u0061\":1}", DuplicateKey, 8),
        (b"{\"x\":{\"long-key-name\":1,\"b\":2,\"long\\u002dkey-name\":1}}", DuplicateKey, 31),
        (b"{\"x\":[{\"b\":[{\"\":1,\"\":2}]}]}", DuplicateKey, 19),
        (b"{\"l\":[{\"b\":1},{\"b\":1,\"b\":1}]}", DuplicateKey, 22),
        (many.as_bytes(), DuplicateKey, at),
    ]);
    // Neither prefixes nor the same key in two objects repeat anything.
    check("{}", &[(r#"{"a":{"a":{"a":1}},"aa":1,"aaaaaaaaa":1,"aaaaaaaab":[{"a":1},{"a":1}],"":1}"#, "")]);
}

#[test]
fn caps() {
    let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let (long_list, long_object) = (
        format!("{{\"a\":[{}]}}", vec!["1"; 1_000].join(",")),
        format!("{{{}}}", (0..1_001).map(|at| format!("\"{at}\":1")).collect::<Vec<_>>().join(",")),
    );
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    refused(&[
        (nested(17).as_bytes(), What::TooDeep, 20),
        (objects(17).as_bytes(), What::TooDeep, 80),
        (nested(40_000).as_bytes(), What::TooDeep, 20),
        (long_list.as_bytes(), What::TooMuch, 0),
        (long_object.as_bytes(), What::TooMuch, 0),
        (large.as_bytes(), What::TooLarge, 0),
    ]);
    check("{}", &[(&nested(16), ""), (&objects(16), ""), (&long_list.replacen("1,", "", 1), "")]);
}

#[test]
fn captured_places_are_capped() {
    let plan =
        r#"{"k": "o", "object": {"keys": {"l": {"c": 0, "list": {"stride": 500, "items": {"k": "o"}}}}}}"#;
    let program = build::program(plan);
    let list = |count: usize| format!("{{\"l\":[{}]}}", vec!["{}"; count].join(","));
    assert!(outcome(&program, list(8).as_bytes()).starts_with("0=["));
    let refused = outcome(&program, list(100).as_bytes());
    assert!(refused.starts_with("bad_request TooMuch@"), "{refused}");
}

#[test]
fn depth_is_capped_whatever_a_program_says() {
    let mut program = build::program("{}");
    program.caps.depth = u16::MAX;
    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let most = usize::from(MAX_DEPTH);
    assert_eq!(outcome(&program, nested(most).as_bytes()), "");
    let refused = outcome(&program, nested(most + 1).as_bytes());
    assert!(refused.starts_with("bad_request TooDeep"), "{refused}");
    let mut out = Vec::new();
    assert!(canonicalize(nested(20_000).as_bytes(), program.caps, &mut out).is_err());
}

#[test]
fn malformed_bytes_win_over_misfits() {
    check(
        r##"{"k": "o", "object": {"keys": {"a": {"k": "#"}, "b": {"k": "#", "c": 0}}}}"##,
        &[
            (
                r#"{"a":"x","c":1,"b":1"#,
                "bad_request UnexpectedEnd@20: the arguments are not strict JSON: the text ends too early at byte 20",
            ),
            (r#"{"a":"x","b":{"c":1,"c":2}}"#, "bad_request DuplicateKey@21: argument `b.c` occurs twice"),
            (r#"{"c":1,"c":1}"#, "bad_request DuplicateKey@8: argument `c` occurs twice"),
            (
                r#"{"a":"x","b":1e-10}"#,
                "bad_request NotDecimal@13: argument `b` is a number with more than nine decimal places or out of range",
            ),
            (
                "[1,]",
                "bad_request UnexpectedByte@3: the arguments are not strict JSON: something that cannot stand there at byte 3",
            ),
        ],
    );
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    let program = build::program(PLAN);
    let scanner = Scanner::new(&program).unwrap();
    let mut store = Store::new();
    for cut in 0..60 {
        let whole = br#"{"x":{"\u0079":[{"z":1}]},"l":[{"a":"\n"},{"b":[1,{"c":2}]}]}"#;
        store.clear(REGISTERS);
        assert!(scan(&scanner, NodeId(1), &whole[..cut], Source::Args, &mut store).is_err());
        store.clear(REGISTERS);
        assert_eq!(scan(&scanner, NodeId(1), whole, Source::Args, &mut store), Ok(()));
        assert_eq!(registers(&store, whole), "1=[{} - | {} -]");
    }
}
