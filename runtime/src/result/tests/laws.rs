//! Theorem T11 on random answers: no scanned form of what is shown matches a pattern; redacting again changes nothing; the order of
//! redactions and of an object's members is nothing; what is shown is strict JSON, and fits the output schema or is withheld.
//!
//! The answers are read with another JSON reader, and the patterns run by another search.

use super::oracle::{Oracle, violations};
use super::*;
use crate::scan::{canonicalize, fits};
use proptest::prelude::*;
use serde_json::{Value, json};

const REGEXES: [&str; 7] = ["[a-z]+@[a-z.]+", r"\b\d{4}\b", "bob", "a|ab", "b.c", "^x|y$", "@{2}"];

/// Texts that patterns meet, in disguise and in parts.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("bob"),
        Just("@"),
        Just("%40"),
        Just("&#64;"),
        Just("\\u0040"),
        Just("ex.io"),
        Just("a"),
        Just("b"),
        Just("c"),
        Just(" "),
        Just("1234"),
        Just("12"),
        Just("\u{200B}"),
        Just("\u{AD}"),
        Just("x"),
        Just("y"),
        Just("é"),
        Just("-"),
        Just("\""),
        Just("\\"),
        Just("%62"),
        Just("&"),
        Just("["),
        Just("]"),
        Just("{"),
        Just("1e3"),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => text().prop_map(Value::String),
        1 => Just(json!(1234)),
        1 => Just(json!(12.5)),
        1 => Just(json!(1.234e3)),
        1 => Just(json!(true)),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![2 => Just("email".to_string()), 2 => Just("items".to_string()), 1 => Just("x".to_string()), 2 => text()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            inner.clone().prop_map(|value| Value::String(value.to_string())),
            proptest::collection::vec((key, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn block() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text().prop_map(|text| json!({"type": "text", "text": text})),
        3 => value().prop_map(|value| json!({"type": "text", "text": value.to_string()})),
        1 => text().prop_map(|text| json!({"type": "resource", "resource": {"uri": text, "text": text, "mimeType": text}})),
        1 => text().prop_map(|text| json!({"type": "image", "data": "aGk=", "mimeType": text})),
        1 => Just(json!({"type": "image", "data": "aGk=", "mimeType": "image/png"})),
        1 => text().prop_map(|text| json!({"type": "resource_link", "uri": text, "name": text})),
        1 => value(),
    ]
}

fn answer() -> impl Strategy<Value = Value> {
    (proptest::collection::vec(block(), 0..4), value(), any::<[bool; 4]>()).prop_map(
        |(mut content, structured, [has, repeats, extra, is_error])| {
            if repeats {
                content.push(json!({"type": "text", "text": structured.to_string()}));
            }
            let mut answer = json!({"content": content});
            if has {
                answer["structuredContent"] = structured;
            }
            if extra {
                answer["_meta"] = json!({"bob@ex.io": "bob"});
                answer["bob"] = json!(1);
            }
            if is_error {
                answer["isError"] = json!(true);
            }
            answer
        },
    )
}

fn rules() -> impl Strategy<Value = String> {
    let parts = |name: &'static str, of: &'static [&'static str]| {
        proptest::sample::subsequence(of, 0..=of.len().min(3)).prop_map(move |parts| {
            if parts.is_empty() { String::new() } else { format!(" {name} {}", parts.join(", ")) }
        })
    };
    let paths =
        parts("paths", &["result..email", "result.items[*]", "result.x", "result", "result..items..x"]);
    let patterns = proptest::sample::subsequence(&REGEXES[..], 0..=3)
        .prop_map(|regexes| regexes.iter().map(|regex| format!("/{regex}/")).collect::<Vec<_>>().join(", "))
        .prop_map(|list| if list.is_empty() { list } else { format!(" patterns {list}") });
    let marker =
        prop_oneof![4 => Just("[R]"), 1 => Just(""), 2 => Just("#"), 1 => Just("null"), 1 => Just("a-b")];
    let row = (prop_oneof![2 => Just(String::new()), 1 => paths], patterns, any::<bool>(), marker).prop_map(
        |(paths, patterns, keep, marker)| {
            format!(":{paths}{patterns}{} with \"{marker}\"", if keep { " keep images" } else { "" })
        },
    );
    let output = prop_oneof![
        3 => Just(""),
        1 => Just(r#"output: {"k": "o", "object": {"keys": {"email": {"required": true, "k": "s", "string": {"max": 2}}, "x": {"k": "b#o"}}, "rest": "open"}}"#),
        1 => Just(r#"output: {"k": "lo", "list": {"items": {"k": "sn"}}, "object": {"keys": {"items": {"k": "ln", "list": {"items": {"k": "s#"}}}}, "rest": {"k": "nb#so"}}}"#),
    ];
    let ids = proptest::sample::subsequence(&["b", "a", "org/z", "org/a"][..], 1..=3);
    (ids, proptest::collection::vec(row, 3), output).prop_map(|(ids, rows, output)| {
        let rows: Vec<String> = ids.iter().zip(rows).map(|(id, row)| format!("{id}{row}")).collect();
        format!("{}\n{output}", rows.join("\n"))
    })
}

/// The value with the members of all objects in the opposite order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| format!("{}:{}", json!(key), reversed(value));
            format!("{{{}}}", members.iter().rev().map(member).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn shown(visible: &Visible) -> Option<Value> {
    match &visible.body {
        Body::Result(bytes) => Some(serde_json::from_slice(bytes).unwrap()),
        Body::Error(_) => panic!("a result becomes no error"),
        Body::Withheld(_) => None,
    }
}

proptest! {
    #[test]
    fn semantics_t11_redaction(rules in rules(), answer in answer()) {
        let setup = Setup::new(&rules);
        let answer = answer.to_string();
        let visible = setup.redact(Sent::Result(answer.as_bytes()));
        let Body::Result(bytes) = &visible.body else {
            // Only what the patterns themselves make impossible.
            prop_assert!(!setup.redactor().clashes().is_empty(), "no reason to withhold");
            prop_assert_eq!(visible.body, Body::Withheld(Withheld::Unsettled));
            return Ok(());
        };
        let mut canonical = Vec::new();
        prop_assert!(canonicalize(bytes, setup.caps, &mut canonical).is_ok(), "strict JSON");
        let json: Value = serde_json::from_slice(bytes).unwrap();
        prop_assert_eq!(violations(&Oracle::new(&setup), &json), Vec::<String>::new(), "in {}", json);
        let again = setup.redact(Sent::Result(bytes));
        prop_assert_eq!(&again.body, &visible.body, "idempotent");
        if let (Some(program), Some(structured)) = (&setup.output, json.get("structuredContent")) {
            let canonical = |value: &Value| {
                let mut out = Vec::new();
                canonicalize(value.to_string().as_bytes(), setup.caps, &mut out).unwrap();
                out
            };
            let sent: Value = serde_json::from_str(&answer).unwrap();
            let plans = Scanner::new(program).unwrap();
            let fits = fits(&plans, NodeId(1), structured.to_string().as_bytes());
            prop_assert!(fits || canonical(&sent["structuredContent"]) == canonical(structured), "{structured} does not fit");
        }
    }

    #[test]
    fn order_is_nothing(rules in rules(), answer in answer()) {
        let setup = Setup::new(&rules);
        let text = answer.to_string();
        let visible = setup.redact(Sent::Result(text.as_bytes()));
        let mut order: Vec<u32> = (0..u32::try_from(setup.rows.len()).unwrap()).rev().collect();
        order.push(0);
        prop_assert_eq!(&setup.redact_by(Sent::Result(text.as_bytes()), &order), &visible);
        let turned = setup.redact(Sent::Result(reversed(&answer).as_bytes()));
        prop_assert_eq!(shown(&turned).is_some(), shown(&visible).is_some());
    }

    /// More redactions show no more (T3): whatever text one redaction took out does not come back with another.
    #[test]
    fn a_guardrail_redacts_whatever_else_does(rules in rules(), answer in answer()) {
        let setup = Setup::new(&rules);
        let text = answer.to_string();
        let oracle = Oracle::new(&setup);
        // What stands there as if redacted is left to itself.
        let is_there = |row: &redact::Redaction| text.contains(&json!(setup.strings[row.marker.0 as usize]).to_string());
        prop_assume!(!setup.rows.iter().any(is_there));
        for rule in 0..u32::try_from(setup.rows.len()).unwrap() {
            let alone = setup.redact_by(Sent::Result(text.as_bytes()), &[rule]);
            let all = setup.redact(Sent::Result(text.as_bytes()));
            if let Some(shown) = shown(&all) {
                prop_assert_eq!(violations(&oracle, &shown), Vec::<String>::new());
                let counted = |visible: &Visible| visible.redacted.iter().any(|row| row.redaction == rule);
                prop_assert!(!counted(&alone) || counted(&all), "{:?} {:?}", alone, all);
            }
        }
    }
}
