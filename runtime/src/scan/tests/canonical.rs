//! Canonical text: one for each value (theorems T2 and T12).

use super::*;
use crate::program::Caps;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn canonical(input: &[u8]) -> Result<String, Reject> {
    let mut out = b"left over".to_vec();
    canonicalize(input, Caps::default(), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn values() {
    for (input, want) in [
        (" { } ", "{}"),
        ("[ ]", "[]"),
        (" null", "null"),
        ("[ true , false,null , 1.0,-0 ,1e2, 0.50 ]", "[true,false,null,1,0,100,0.5]"),
        (r#"{"b":1,"a":{"d":[{"z":1,"y":2}],"c":2}}"#, r#"{"a":{"c":2,"d":[{"y":2,"z":1}]},"b":1}"#),
        (r#"{"aa":1,"a":2,"":3,"A":4,"\u0061b":5}"#, r#"{"":3,"A":4,"a":2,"aa":1,"ab":5}"#),
        (r#""\u0041\/\u002f\u00fc\ud83e\udd80\u007f""#, "\"A//ü🦀\u{7f}\""),
        (r#""\u0008\u0009\u000a\u000c\u000d\u0022\u005c\u0000\u001F""#, r#""\b\t\n\f\r\"\\\u0000\u001f""#),
        // From RFC 8785 section 3.2.3: code units, not code points.
        (
            "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}",
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}",
        ),
        (r#"{"a\"b":1,"a!b":2,"a#b":3,"a\\":4}"#, r##"{"a!b":2,"a\"b":1,"a#b":3,"a\\":4}"##),
    ] {
        assert_eq!(canonical(input.as_bytes()).unwrap(), want, "{input}");
    }
}

#[test]
fn what_is_not_strict_has_none() {
    for (input, what) in [
        ("{\"a\":1,\"a\":1}", What::DuplicateKey),
        ("[{\"a\":1,\"\\u0061\":1}]", What::DuplicateKey),
        ("1 2", What::TrailingBytes),
        ("9007199254740993", What::UnsafeInteger),
        ("", What::UnexpectedEnd),
    ] {
        let mut out = b"left over".to_vec();
        assert_eq!(canonicalize(input.as_bytes(), Caps::default(), &mut out).unwrap_err().what, what);
        assert_eq!(out, b"");
    }
}

/// JSON values whose numbers all readers agree on.
pub(super) fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-c]{0,2}", "\\PC{0,12}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        (-99_i64..99, 0_u32..4)
            .prop_map(|(digits, places)| { serde_json::from_str(&format!("{digits}e-{places}")).unwrap() }),
        (-1e6..1e6).prop_map(|value: f64| Value::from(value)),
        text.clone().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// How a value is written: each number picks a spelling.
pub(super) type Whims = Vec<u8>;

/// Writes `value` with members in another order, white space, escapes and other spellings of numbers, as `whims` say.
pub(super) fn write(value: &Value, whims: &mut impl Iterator<Item = u8>, out: &mut String) {
    let mut pick = |of: u8| whims.next().unwrap_or(0) % of;
    let space = [" ", "", "", "\n", "\t\r ", ""][usize::from(pick(6))];
    out.push_str(space);
    match value {
        Value::Number(number) => {
            let text = format!("{number}");
            let spelling = pick(4);
            out.push_str(&text);
            match spelling {
                1 if !text.contains(['.', 'e']) => out.push_str(".00"),
                2 if !text.contains('e') => out.push_str("e0"),
                3 if text.contains('.') && !text.contains('e') => out.push_str("0E+00"),
                _ => {}
            }
        }
        Value::String(text) => write_text(text, &mut pick, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(item, whims, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if pick(2) == 1 {
                members.reverse();
            }
            if !members.is_empty() {
                let by = usize::from(pick(7)) % members.len();
                members.rotate_left(by);
            }
            out.push('{');
            for (at, (key, item)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_text(key, &mut |of| whims.next().unwrap_or(0) % of, out);
                out.push(':');
                write(item, whims, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) => out.push_str(&format!("{value}")),
    }
    out.push_str(space);
}

fn write_text(text: &str, pick: &mut impl FnMut(u8) -> u8, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        if letter < ' ' || letter == '"' || letter == '\\' || pick(5) == 0 {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04X}"));
            }
        } else {
            out.push(letter);
        }
    }
    out.push('"');
}

proptest! {
    #[test]
    fn equal_values_have_equal_text(value in value(), whims: Whims, others: Whims) {
        let (mut one, mut other) = (String::new(), String::new());
        write(&value, &mut whims.into_iter(), &mut one);
        write(&value, &mut others.into_iter(), &mut other);
        let text = canonical(one.as_bytes()).unwrap();
        prop_assert_eq!(&text, &canonical(other.as_bytes()).unwrap());
        prop_assert_eq!(&text, &canonical(text.as_bytes()).unwrap());
    }

    #[test]
    fn it_is_the_text_of_rfc_8785(value in value()) {
        let text = format!("{value}");
        let want = serde_json_canonicalizer::to_string(&value).unwrap();
        prop_assert_eq!(canonical(text.as_bytes()).unwrap(), want);
    }

    #[test]
    fn different_values_have_different_text(left in value(), right in value()) {
        let texts = (canonical(format!("{left}").as_bytes()), canonical(format!("{right}").as_bytes()));
        let same = serde_json_canonicalizer::to_string(&left).unwrap() == serde_json_canonicalizer::to_string(&right).unwrap();
        prop_assert_eq!(texts.0 == texts.1, same);
    }
}
