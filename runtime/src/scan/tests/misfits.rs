//! Strict JSON that does not fit the plan: what is found, and the message.

use super::*;

#[test]
fn types() {
    check(
        r##"{"k": "o", "object": {"keys": {"amount": {"k": "#", "c": 0}, "to": {"k": "ls", "list": {"items": {"k": "s"}}}, "no": {"k": ""}, "b": {"k": "b", "only": true}}}}"##,
        &[
            (
                r#"{"amount":"12"}"#,
                "bad_arguments WrongType@10: argument `amount` is a string where a number is required",
            ),
            (
                r#"{"amount":null}"#,
                "bad_arguments WrongType@10: argument `amount` is null where a number is required",
            ),
            (
                r#"{"amount":{"a":[]}}"#,
                "bad_arguments WrongType@10: argument `amount` is an object where a number is required",
            ),
            (
                r#"{"amount":[1]}"#,
                "bad_arguments WrongType@10: argument `amount` is an array where a number is required",
            ),
            (
                r#"{"amount":true}"#,
                "bad_arguments WrongType@10: argument `amount` is a boolean where a number is required",
            ),
            (
                r#"{"to":5}"#,
                "bad_arguments WrongType@6: argument `to` is a number where a string or an array is required",
            ),
            (
                r#"{"to":["a",false]}"#,
                "bad_arguments WrongType@11: argument `to[1]` is a boolean where a string is required",
            ),
            (r#"{"no":1}"#, "bad_arguments WrongType@6: argument `no` is a number where nothing is required"),
            (
                r#"{"b":false}"#,
                "bad_arguments WrongBoolean@5: argument `b` is `false` where only `true` is accepted",
            ),
            ("[]", "bad_arguments WrongType@0: the arguments are an array where an object is required"),
            (r#" "x""#, "bad_arguments WrongType@1: the arguments are a string where an object is required"),
            ("12", "bad_arguments WrongType@0: the arguments are a number where an object is required"),
        ],
    );
}

#[test]
fn a_root_that_is_no_object_fits_no_plan() {
    check(
        "{}",
        &[
            (
                "[]",
                "bad_arguments WrongType@0: the arguments are an array where a boolean or a number or a string or an array or an object or null is required",
            ),
            ("{}", ""),
        ],
    );
}

#[test]
fn numbers() {
    check(
        r##"{"k": "o", "object": {"keys": {
            "i": {"k": "#", "number": {"integer": true, "min": 1, "max": 5}},
            "x": {"k": "#", "number": {"above": 0, "below": 0.3, "multiple_of": 0.1}},
            "e": {"k": "#", "number": {"one_of": [3, 1.5]}}}}}"##,
        &[
            (r#"{"i":1,"x":0.1,"e":1.50}"#, ""),
            (r#"{"i":5.0,"x":2e-1,"e":30e-1}"#, ""),
            (
                r#"{"i":1.5}"#,
                "bad_arguments NotWhole@5: argument `i` is a fraction where a whole number is required",
            ),
            (r#"{"i":0}"#, "bad_arguments BelowMinimum@5: argument `i` is below 1"),
            (r#"{"i":6}"#, "bad_arguments AboveMaximum@5: argument `i` is above 5"),
            (r#"{"x":-0}"#, "bad_arguments BelowMinimum@5: argument `x` is not above 0"),
            (r#"{"x":0.3}"#, "bad_arguments AboveMaximum@5: argument `x` is not below 0.3"),
            (r#"{"x":0.15}"#, "bad_arguments NotMultiple@5: argument `x` is not a multiple of 0.1"),
            (
                r#"{"e":2}"#,
                "bad_arguments NotOneOf@5: argument `e` is none of the accepted values: `1.5`, `3`",
            ),
            (
                r#"{"x":0.0000000001}"#,
                "bad_request NotDecimal@5: argument `x` is a number with more than nine decimal places or out of range",
            ),
        ],
    );
}

#[test]
fn texts() {
    check(
        r##"{"k": "o", "object": {"keys": {
            "l": {"k": "s", "string": {"min": 2, "max": 3}},
            "e": {"k": "s", "string": {"one_of": ["usd", "eur", "a-longer-currency"]}},
            "p": {"k": "s", "string": {"prefixes": ["cus_", "cus_x"]}},
            "t": {"k": "s", "string": {"role": "timestamp"}},
            "d": {"k": "s", "string": {"role": "date"}},
            "h": {"k": "s", "string": {"role": "duration"}}}}}"##,
        &[
            (r#"{"l":"üü","e":"\u0065ur","p":"cus_xy"}"#, ""),
            (r#"{"l":"🦀🦀🦀","e":"a-longer-currency"}"#, ""),
            (
                r#"{"l":"\ud83e\udd80"}"#,
                "bad_arguments TooShort@5: argument `l` is shorter than 2 characters",
            ),
            (r#"{"l":"üüüü"}"#, "bad_arguments TooLong@5: argument `l` is longer than 3 characters"),
            (
                r#"{"e":"USD"}"#,
                "bad_arguments NotOneOf@5: argument `e` is none of the accepted values: `a-longer-currency`, `eur`, `usd`",
            ),
            (
                r#"{"e":"a-longer-currencx"}"#,
                "bad_arguments NotOneOf@5: argument `e` is none of the accepted values: `a-longer-currency`, `eur`, `usd`",
            ),
            (
                r#"{"p":"cus_y"}"#,
                "bad_arguments PatternMismatch@5: argument `p` is not spelled as its pattern wants it",
            ),
            (
                r#"{"t":"today"}"#,
                "bad_arguments NotTimestamp@5: argument `t` is no timestamp such as `2027-01-01T09:00:00Z`",
            ),
            (
                r#"{"d":"2027-02-29"}"#,
                "bad_arguments NotDate@5: argument `d` is no date such as `2027-01-01`",
            ),
            (r#"{"h":""}"#, "bad_arguments NotDuration@5: argument `h` is no duration such as `1h30m`"),
        ],
    );
}

#[test]
fn lists() {
    check(
        r##"{"k": "o", "object": {"keys": {
            "n": {"k": "l", "list": {"items": {"k": "#"}, "min": 1, "max": 2}},
            "u": {"k": "l", "list": {"items": {}, "unique": true}}}}}"##,
        &[
            (r#"{"n":[1,2],"u":[]}"#, ""),
            (
                r#"{"n":[]}"#,
                "bad_arguments TooFewElements@5: argument `n` is an array of fewer than 1 element",
            ),
            (
                r#"{"n":[1,2,3]}"#,
                "bad_arguments TooManyElements@5: argument `n` is an array of more than 2 elements",
            ),
            (r#"{"u":[1,"1",true,null,[1],{"a":1},{"a":2},[],{}]}"#, ""),
            (r#"{"u":[1,2,1.0]}"#, "bad_arguments NotUnique@5: argument `u` has two equal elements"),
            (r#"{"u":["a","\u0061"]}"#, "bad_arguments NotUnique@5: argument `u` has two equal elements"),
            (
                r#"{"u":[{"a":1,"b":[0]},5,{ "b":[-0.0], "\u0061":10e-1 }]}"#,
                "bad_arguments NotUnique@5: argument `u` has two equal elements",
            ),
        ],
    );
}

#[test]
fn keys() {
    check(
        r##"{"k": "o", "object": {"keys": {
            "id": {"k": "s", "required": true},
            "to": {"k": "o", "object": {"keys": {"a b": {"k": "s", "required": true}, "c": {}}}},
            "m": {"k": "o", "object": {"rest": {"k": "#"}, "min": 1, "max": 2, "names": {"max": 3}}},
            "o": {"k": "o", "object": {"keys": {"x": {"k": "#"}}, "rest": "open"}}}}}"##,
        &[
            (r#"{"id":"1","m":{"a":1},"o":{"x":1,"y":{"z":[]}}}"#, ""),
            ("{}", "bad_arguments MissingKey@0: argument `id` is missing"),
            (r#"{"id":"1","to":{"c":1}}"#, "bad_arguments MissingKey@15: argument `to.\"a b\"` is missing"),
            (r#"{"id":"1","Bcc":["evil"]}"#, "bad_arguments UnknownKey@11: argument `Bcc` is not declared"),
            (r#"{"id":"1","\u0049D":2}"#, "bad_arguments UnknownKey@11: argument `ID` is not declared"),
            (
                r#"{"id":"1","to":{"a b":"","d":1}}"#,
                "bad_arguments UnknownKey@26: argument `to.d` is not declared",
            ),
            (
                r#"{"id":"1","m":{}}"#,
                "bad_arguments TooFewMembers@14: argument `m` is an object of fewer than 1 member",
            ),
            (
                r#"{"id":"1","m":{"a":1,"b":1,"c":1}}"#,
                "bad_arguments TooManyMembers@14: argument `m` is an object of more than 2 members",
            ),
            (
                r#"{"id":"1","m":{"abcd":1}}"#,
                "bad_arguments BadName@16: argument `m.abcd` has a name that is not accepted",
            ),
            (
                r#"{"id":"1","m":{"\u0061":"1"}}"#,
                "bad_arguments WrongType@24: argument `m.a` is a string where a number is required",
            ),
            (
                r#"{"id":"1","o":{"y":1,"x":"1"}}"#,
                "bad_arguments WrongType@25: argument `o.x` is a string where a number is required",
            ),
        ],
    );
}

#[test]
fn alternatives() {
    check(
        r##"{"k": "o", "object": {"keys": {"by": {"k": "o", "object": {"keys": {
            "type": {"k": "s", "required": true}, "mail": {"k": "s"}, "phone": {"k": "s"}, "note": {"k": "s"}},
            "tag": "type", "cases": {
                "mail": {"required": ["mail"], "allowed": ["mail", "note"]},
                "phone": {"required": ["phone"], "allowed": ["phone"]}}}}}}}"##,
        &[
            (r#"{"by":{"mail":"m","type":"mail","note":"n"}}"#, ""),
            (r#"{"by":{"type":"\u0070hone","phone":"1"}}"#, ""),
            (
                r#"{"by":{"type":"fax"}}"#,
                "bad_arguments UnknownVariant@14: argument `by.type` is none of the accepted values: `mail`, `phone`",
            ),
            (r#"{"by":{"type":"phone"}}"#, "bad_arguments MissingKey@6: argument `by.phone` is missing"),
            (r#"{"by":{"mail":"m"}}"#, "bad_arguments MissingKey@6: argument `by.type` is missing"),
            (
                r#"{"by":{"note":"n","type":"phone","phone":"1"}}"#,
                "bad_arguments ForeignKey@6: argument `by.note` does not belong to this alternative",
            ),
            (
                r#"{"by":{"type":1}}"#,
                "bad_arguments WrongType@14: argument `by.type` is a number where a string is required",
            ),
        ],
    );
}

#[test]
fn more_keys_than_a_word_has_bits() {
    let names: Vec<String> = (0..150).map(|at| format!("key{at:03}")).collect();
    let keys: Vec<String> = names
        .iter()
        .map(|name| format!(r##""{name}": {{"k": "#", "required": {}}}"##, name == "key140"))
        .collect();
    let plan = format!(r#"{{"k": "o", "object": {{"keys": {{{}}}}}}}"#, keys.join(","));
    let members: Vec<String> = names.iter().rev().map(|name| format!(r#""{name}":1"#)).collect();
    let all = members.join(",");
    check(
        &plan,
        &[
            (&format!("{{{all}}}"), ""),
            (
                &format!(r#"{{{all},"key149":2}}"#),
                "bad_request DuplicateKey@1652: argument `key149` occurs twice",
            ),
            (
                &format!(r#"{{{all},"\u006bey064":2}}"#),
                "bad_request DuplicateKey@1652: argument `key064` occurs twice",
            ),
            (r#"{"key064":1,"key063":1}"#, "bad_arguments MissingKey@0: argument `key140` is missing"),
            (r#"{"key140":1,"key150":1}"#, "bad_arguments UnknownKey@13: argument `key150` is not declared"),
        ],
    );
}

#[test]
fn the_message_does_not_depend_on_the_order_of_members() {
    let plan = r##"{"k": "o", "object": {"keys": {"a": {"k": "#"}, "b": {"k": "#"}, "c": {"k": "#"}}}}"##;
    let program = build::program(plan);
    let message = |input: &str| outcome(&program, input.as_bytes()).split_once(": ").unwrap().1.to_owned();
    let want = "argument `a` is a string where a number is required";
    for input in [r#"{"a":"","b":"","d":1}"#, r#"{"d":1, "b":"", "a":""}"#, r#"{"b":[],"\u0061":"x"}"#] {
        assert_eq!(message(input), want, "{input}");
    }
    let want = "argument `a` is a whole number beyond 9007199254740991, which not all readers take exactly";
    for input in [r#"{"a":9007199254740993,"b":1e400}"#, r#"{"b":1e400, "a":[9007199254740993.0]}"#] {
        assert_eq!(message(input).replace("a[0]", "a"), want, "{input}");
    }
}

#[test]
fn keys_of_strangers_are_shown_safely() {
    let plan = r#"{"k": "o", "object": {}}"#;
    let long = "k".repeat(100);
    check(
        plan,
        &[
            (
                r#"{"\u0000\u202e`":1}"#,
                "bad_arguments UnknownKey@2: argument `\"\\0\\u{202e}\\u{60}\"` is not declared",
            ),
            (
                &format!(r#"{{"{long}":1}}"#),
                &format!("bad_arguments UnknownKey@2: argument `\"{}…\"` is not declared", "k".repeat(64)),
            ),
            (r#"{"":1}"#, "bad_arguments UnknownKey@2: argument `\"\"` is not declared"),
        ],
    );
}
