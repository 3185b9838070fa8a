//! What a fitting value leaves in the registers.

use super::*;

#[test]
fn scalars_of_every_kind() {
    check(
        r##"{"k": "o", "object": {"keys": {"a": {"k": "nb#slo", "c": 0}, "b": {"k": "nb#slo", "c": 1}, "long-name": {"c": 2}}}}"##,
        &[
            ("{}", ""),
            (" \t\r\n{ } ", ""),
            (r#"{"a":null,"b":true}"#, "0=null 1=true"),
            (r#"{"b":false,"a":-12}"#, "0=-12 1=false"),
            (r#"{"a":1.50,"b":"x"}"#, r#"0=1.5 1="x""#),
            (r#"{"a":[1,[2]],"b":{"b":[]}}"#, "0=[2] 1={}"),
            (r#"{"a":[],"b":""}"#, r#"0=[0] 1="""#),
            (r#"{ "long-name" : "y" , "a" : 0 }"#, r#"0=0 2="y""#),
            (
                r#"{"a":"ü🦀","b":"\u00fc\ud83e\udd80\n\"\\\/\b\f\r\t"}"#,
                "0=\"ü🦀\" 1=\"ü🦀\\n\\\"\\\\/\\u{8}\\u{c}\\r\\t\"",
            ),
        ],
    );
}

#[test]
fn keys_are_compared_decoded() {
    check(
        r#"{"k": "o", "object": {"keys": {"a": {"c": 0}, "a\"b\\c": {"c": 1}, "ä-long-key": {"c": 2}}}}"#,
        &[
            (r#"{"\u0061":1,"a\"b\\c":2}"#, "0=1 1=2"),
            (r#"{"a\u0022b\u005cc":2,"ä-long-key":3}"#, "1=2 2=3"),
            (r#"{"\u00e4-lon\u0067-key":3}"#, "2=3"),
        ],
    );
}

#[test]
fn lists_become_frames() {
    let plan = r##"{"k": "o", "object": {"keys": {
        "to": {"k": "ls", "c": 0, "list": {"stride": 1, "items": {"k": "s", "c": 0}}},
        "rows": {"k": "l", "c": 1, "list": {"stride": 3, "items": {"k": "o", "object": {"keys": {
            "id": {"k": "#s", "c": 0},
            "tags": {"k": "l", "c": 1, "list": {"stride": 1, "items": {"k": "s", "c": 0}}},
            "deep": {"k": "o", "object": {"keys": {"x": {"k": "n#", "c": 2}}}}
        }}}}},
        "grid": {"k": "l", "c": 2, "list": {"stride": 1, "items": {"k": "l", "c": 0, "list": {"stride": 1, "items": {"k": "#", "c": 0}}}}},
        "n": {"k": "l", "c": 3, "list": {"stride": 0, "items": {"k": "#"}}}
    }}}"##;
    check(
        plan,
        &[
            (r#"{"to":["a","b"]}"#, r#"0=["a" | "b"]"#),
            (r#"{"to":"a"}"#, r#"0="a""#),
            (r#"{"to":[]}"#, "0=[]"),
            (
                r#"{"rows":[{"id":1,"tags":["x","\u0079"]},{},{"deep":{"x":null},"id":"z","tags":[]}]}"#,
                r#"1=[1 ["x" | "y"] - | - - - | "z" [] null]"#,
            ),
            (r#"{"grid":[[1,2],[],[3]],"to":["t"]}"#, r#"0=["t"] 2=[[1 | 2] | [] | [3]]"#),
            (r#"{"n":[1,2,3]}"#, "3=[3]"),
        ],
    );
}

#[test]
fn members_become_entries() {
    let plan = r##"{"k": "o", "object": {"keys": {
        "m": {"k": "o", "c": 1, "object": {"rest": {"k": "#l", "c": 1, "list": {"stride": 1, "items": {"k": "#", "c": 0}}}, "entries": [0, 2]}},
        "declared": {"k": "o", "object": {"keys": {"d": {"k": "#", "c": 4}}, "rest": {"k": "#", "c": 1}, "entries": [3, 2]}}
    }}}"##;
    check(
        plan,
        &[
            (r#"{"m":{}}"#, "0=[] 1={}"),
            (r#"{"m":{"a":1,"\u0062":[2,3]}}"#, r#"0=["a" 1 | "b" [2 | 3]] 1={}"#),
            (r#"{"declared":{"x":1,"d":2,"\u0079":3}}"#, r#"3=["x" 1 | "d" - | "y" 3] 4=2"#),
        ],
    );
}

#[test]
fn text_that_stands_for_time_is_a_number() {
    check(
        r#"{"k": "o", "object": {"keys": {
            "at": {"k": "s", "c": 0, "string": {"role": "timestamp"}},
            "on": {"k": "s", "c": 1, "string": {"role": "date"}},
            "for": {"k": "s", "c": 2, "string": {"role": "duration"}}}}}"#,
        &[
            (r#"{"at":"1970-01-01T00:00:01.5Z","on":"1970-01-02","for":"1h30m"}"#, "0=1500 1=1 2=5400000"),
            (r#"{"at":"1970-01-01T01:00:00\u002b01:00"}"#, "0=0"),
        ],
    );
}

#[test]
fn an_empty_text_can_count_as_absent() {
    check(
        r#"{"k": "o", "object": {"keys": {"id": {"k": "s", "c": 0, "string": {"empty_is_absent": true, "min": 2}}}}}"#,
        &[(r#"{"id":""}"#, ""), (r#"{"id":"ab"}"#, r#"0="ab""#)],
    );
}

#[test]
fn the_last_bytes_of_the_input_are_read_like_all_others() {
    for pad in 0..20 {
        let plan = r#"{"k": "o", "object": {"keys": {"k": {"c": 0}, "longer-key": {"c": 1}}}}"#;
        let text = "x".repeat(pad);
        check(
            plan,
            &[
                (&format!(r#"{{"longer-key":"{text}","k":1}}"#), &format!("0=1 1={text:?}")),
                (&format!(r#"{{"k":"{text}"}}"#), &format!("0={text:?}")),
            ],
        );
    }
}

#[test]
fn a_second_scan_keeps_what_the_first_captured() {
    let program = build::program(
        r#"{"k": "o", "object": {"keys": {"a": {"c": 0}, "l": {"c": 1, "list": {"stride": 1, "items": {"c": 0}}}}}}"#,
    );
    let scanner = Scanner::new(&program).unwrap();
    let mut store = Store::new();
    store.clear(REGISTERS);
    let (principal, args) = (br#"{"a":"\u0077ho"}"#, br#"{"l":["\u0077hat"]}"#);
    scan(&scanner, NodeId(1), principal, Source::Principal, &mut store).unwrap();
    scan(&scanner, NodeId(1), args, Source::Args, &mut store).unwrap();
    assert_eq!(registers(&store, args), r#"0="who" 1=["what"]"#);
    assert_eq!(store.register(REGISTERS), Slot::Missing);
}
