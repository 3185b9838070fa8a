//! Which variants a call has. In: recordings as text, and one of their calls. Out: the variants, one line each.

use super::operators::{Shape, variants};
use super::pool::Pool;
use super::seen::Seen;
use super::shapes::{Recipient, identifies, is_status, plain, recipients};
use super::statuses::flips;
use crate::replay::line::{Event, read_line};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A session of a customer.
fn session(id: &str, principal: &Value) -> String {
    json!({ "v": 1, "type": "session", "session": id, "principal": principal, "context": {}, "meta": {} })
        .to_string()
}

/// A call that succeeded.
fn call(session: &str, seq: u64, tool: &str, args: &Value, result: &Value) -> String {
    json!({ "v": 1, "type": "call", "session": session, "seq": seq, "time": null, "server": "shop", "tool": tool, "args": args,
        "result": { "structured": result, "text": "", "is_error": false, "truncated": false }, "label": null, "meta": {} })
    .to_string()
}

/// The variants of the last call of the lines, whose session is that of `principal` and has seen `text`.
fn check(lines: &[String], principal: &Value, text: &str, want: &[&str]) {
    let recording = lines.join("\n");
    let mut pool = Pool::default();
    pool.read("a.jsonl", recording.as_bytes());
    let mut seen = Seen::new("{}");
    seen.result(None, text);
    let last = lines.last().expect("a call");
    let Ok(Event::Call(last)) = read_line(last.as_bytes()) else { panic!("no call: {last}") };
    let all = variants(&last, &principal.to_string(), &pool, &seen, &Shape::default());
    let told: Vec<String> = all
        .iter()
        .filter(|variant| variant.kind.code() != "unknown-argument")
        .map(|variant| format!("{} {}", variant.kind.code(), variant.change))
        .collect();
    assert_eq!(told, want);
    assert!(all.iter().all(|variant| serde_json::from_str::<Value>(&variant.args).is_ok()));
    assert!(all.iter().any(|variant| variant.args.contains("\"undeclared_argument\":true")));
}

#[test]
fn numbers_change_sign_size_and_type() {
    check(
        &[
            session("s", &json!({})),
            call("s", 0, "pay", &json!({ "amount": 30, "rate": 0.5, "none": 0 }), &Value::Null),
        ],
        &json!({}),
        "",
        &[
            "negated args.amount: 30 → -30",
            "scaled args.amount: 30 → 30000",
            "as-string args.amount: 30 → \"30\"",
            "as-string args.none: 0 → \"0\"",
            "negated args.rate: 0.5 → -0.5",
            "scaled args.rate: 0.5 → 500.0",
            "as-string args.rate: 0.5 → \"0.5\"",
        ],
    );
}

#[test]
fn an_amount_in_a_text_is_a_number() {
    check(
        &[
            session("s", &json!({})),
            call("s", 0, "pay", &json!({ "amount": "30.00", "zip": "85034", "at": "1.2.3" }), &Value::Null),
        ],
        &json!({}),
        "",
        &["negated args.amount: \"30.00\" → \"-30.00\"", "scaled args.amount: \"30.00\" → \"30000.00\""],
    );
}

#[test]
fn a_call_that_failed_is_no_honest_one() {
    let v2 = |seq: u64, id: &str| {
        json!({ "v": 2, "type": "call", "session": "s", "seq": seq, "time": null, "server": "shop", "tool": "order",
            "args": { "order_id": id }, "program": "00", "decision": "allow", "reasons": [], "admission": 1, "changes": [] })
        .to_string()
    };
    let failed = json!({ "v": 2, "type": "outcome", "session": "s", "seq": 0, "time": null, "outcome": "failure",
        "result": null, "changes": [] });
    let lines = [session("s", &json!({})), v2(0, "1"), failed.to_string(), v2(1, "2"), v2(2, "3")];
    let mut pool = Pool::default();
    pool.read("a.jsonl", lines.join("\n").as_bytes());
    let Ok(Event::Call(last)) = read_line(lines[4].as_bytes()) else { panic!("no call") };
    let recorded = |id: &str| pool.is_recorded("a.jsonl", &last, &json!({ "order_id": id }).to_string());
    assert_eq!((recorded("1"), recorded("2"), recorded("4")), (false, true, false));
    assert!(pool.has_failed("a.jsonl", "s", 0) && !pool.has_failed("a.jsonl", "s", 1));
}

#[test]
fn ids_are_those_of_one_other_principal() {
    let (ann, bob) = (json!({ "user_id": "ann" }), json!({ "user_id": "bob" }));
    let product = json!({ "product_id": "p1" });
    check(
        &[
            session("b", &bob),
            call(
                "b",
                0,
                "orders",
                &json!({}),
                &json!([{ "order_id": "#W2" }, { "order_id": "#W9" }, product]),
            ),
            session("a", &ann),
            call("a", 0, "order", &json!({ "orderId": "#W1" }), &product),
            call("a", 1, "cancel", &json!({ "order_ids": ["#W1"], "product_id": "p7" }), &Value::Null),
        ],
        &ann,
        "",
        &[
            "foreign-id args.order_ids[0]: \"#W1\" → \"#W2\"",
            "foreign-id args.order_ids[0]: \"#W1\" → \"#W9\"",
            "dropped-argument args.order_ids: [\"#W1\"] is left out",
            "dropped-argument args.product_id: \"p7\" is left out",
        ],
    );
}

#[test]
fn where_nobody_is_known_nothing_is_foreign() {
    check(
        &[
            session("b", &json!({})),
            call("b", 0, "order", &json!({ "order_id": "#W2" }), &Value::Null),
            session("a", &json!({})),
            call("a", 0, "order", &json!({ "order_id": "#W1" }), &Value::Null),
        ],
        &json!({}),
        "",
        &["dropped-argument args.order_id: \"#W1\" is left out"],
    );
}

#[test]
fn recipients_come_out_of_text_alone() {
    let mail =
        |to: &str| [session("s", &json!({})), call("s", 0, "send", &json!({ "to": [to] }), &Value::Null)];
    let text = r#"{ "sender": "ann@corp.example", "shared": { "dan@corp.example": "r" },
        "body": "Mail <eve@evil.example>, ann@corp.example, dan@corp.example or see https://evil.example/x." }"#;
    check(
        &mail("bob@corp.example"),
        &json!({}),
        text,
        &["untrusted-value args.to[0]: \"bob@corp.example\" → \"eve@evil.example\""],
    );
    check(
        &mail("https://corp.example"),
        &json!({}),
        text,
        &["untrusted-value args.to[0]: \"https://corp.example\" → \"https://evil.example/x\""],
    );
    check(&mail("Bob"), &json!({}), text, &[]);
}

#[test]
fn states_are_those_that_were_seen() {
    check(
        &[
            session("s", &json!({})),
            call(
                "s",
                0,
                "find",
                &json!({}),
                &json!([{ "status": "open" }, { "status": "closed" }, { "status": "held" }]),
            ),
            call("s", 1, "update", &json!({ "status": "open", "state": "Texas" }), &Value::Null),
        ],
        &json!({}),
        "",
        &[
            "changed-status args.status: \"open\" → \"closed\"",
            "changed-status args.status: \"open\" → \"held\"",
        ],
    );
}

#[test]
fn a_write_is_told_of_another_state_of_its_own_thing() {
    let order = |id: &str, status: &str| json!({ "order_id": id, "user_id": "ann", "status": status });
    let lines = [
        session("s", &json!({})),
        call("s", 0, "order", &json!({ "order_id": "1" }), &order("1", "pending")),
        call("s", 1, "order", &json!({ "order_id": "2" }), &order("2", "delivered")),
        call("s", 2, "cancel", &json!({ "order_id": "1" }), &Value::Null),
        call("s", 3, "move", &json!({ "user_id": "ann" }), &Value::Null),
    ];
    let mut pool = Pool::default();
    pool.read("a.jsonl", lines.join("\n").as_bytes());
    let bytes: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    let told: Vec<String> = flips(&bytes, &BTreeSet::from([3, 4]), &pool)
        .iter()
        .map(|flip| {
            let line = String::from_utf8_lossy(&flip.line).contains("\"status\":\"delivered\"");
            format!("line {} of {}: {} {line}", flip.told, flip.write, flip.variant().change)
        })
        .collect();
    assert_eq!(told, ["line 1 of 3: result.status of call 0: \"pending\" → \"delivered\" true"]);
}

#[test]
fn what_values_look_like() {
    assert_eq!(plain("itemIds"), plain("item_id"));
    for (name, value, want) in [
        ("order_id", json!("7"), true),
        ("id", json!(7), true),
        ("amount", json!(7), false),
        ("paid", json!(7), false),
        ("payment", json!("credit_card_88"), true),
        ("zip", json!("85034"), false),
        ("date", json!("2024-05-15T10:00"), false),
        ("address2", json!("Suite 176"), false),
        ("note", json!("order_id 7"), false),
    ] {
        assert_eq!(identifies(name, &value), want, "{name} {value}");
    }
    assert!(
        is_status("order_status", "Delivered") && is_status("state", "open") && is_status("state", "CLOSED")
    );
    assert!(!is_status("state", "Texas") && !is_status("state", "TX") && !is_status("name", "open"));
    let found: Vec<_> = recipients("to: a@b.example; DE89370400440532013000, (www.x.example)").collect();
    assert_eq!(
        found,
        [
            (Recipient::Mail, "a@b.example"),
            (Recipient::Account, "DE89370400440532013000"),
            (Recipient::Url, "www.x.example")
        ]
    );
}
