//! Decisions of small policies, each case a line: arguments, then what is decided.

use super::{Both, policy, tool};
use std::fmt::Write;

/// Decides each call (a line: arguments, ` => `, the decision and its reasons) and compares.
fn check(tools: &str, text: &str, name: &str, calls: &str) {
    let both = Both::new(&policy(tools, text));
    let principal = r#"{"id": "agent", "roles": ["lead"]}"#;
    let mut actual = String::new();
    for line in calls.lines() {
        let (args, _) = line.split_once(" => ").unwrap();
        writeln!(actual, "{args} => {}", both.decide(name, args, principal, "{}")).unwrap();
    }
    assert_eq!(calls.trim(), actual.trim(), "\n{actual}");
}

#[test]
fn arms_are_tried_in_order_and_an_unknown_ask_grants_nothing() {
    let tools = tool("refund", r#""amount":{"type":"number"},"to":{"type":"string"}"#, &[]);
    let text = r#"
principal { id: string roles: set<string> }
approvers default "lead"
decide refunds on s.refund {
  foreign: deny unless args.to == principal.id
  small: allow when args.amount < 50
  large: ask when args.amount >= 50
}
"#;
    let calls = r#"{"to": "agent", "amount": 5} => allow by refunds.small
{"to": "agent", "amount": 50} => ask by refunds.large
{"to": "agent"} => deny by default_deny (unknown: refunds.large)
{"to": "other", "amount": 5} => deny by refunds.foreign
{"amount": 5} => deny by refunds.foreign
{"to": "agent", "amount": "5"} => deny by bad_arguments"#;
    check(&tools, text, "refund", calls);
}

#[test]
fn tools_that_can_be_permitted_are_listed() {
    let tools =
        [tool("a", r#""x":{"type":"number"}"#, &[]), tool("b", "", &[]), tool("c", "", &[])].join(",");
    let text = r#"
principal { id: string roles: set<string> }
rule a: allow s.a when "lead" in principal.roles and args.x > 1
rule b: allow s.b when "x" in principal.roles
rule c: allow s.c
hide d: s.c when principal.id == "agent"
"#;
    let both = Both::new(&policy(&tools, text));
    let agent = r#"{"id": "agent", "roles": ["lead"]}"#;
    let other = r#"{"id": "other", "roles": ["x"]}"#;
    let listed = |principal| ["a", "b", "c"].map(|tool| both.lists(tool, principal));
    assert_eq!(listed(agent), [true, false, false]);
    assert_eq!(listed(other), [false, true, true]);
}
