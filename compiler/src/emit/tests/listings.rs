//! Snapshots of programs: the code that conditions come to.

use super::{policy, program, tool};

/// The code in the listing of a program, after its rules.
fn check(name: &str, tools: &str, text: &str) {
    let listing = program(&policy(tools, text), true).listing();
    let code: Vec<&str> = listing
        .split("\n\n")
        .filter(|part| part.starts_with("code") || part.starts_with("listing"))
        .collect();
    let text = format!("{}\n\n{}", text.trim(), code.join("\n\n"));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("listing-{name}"), text);
    });
}

#[test]
fn predicates_that_repeat_are_computed_once() {
    let tools = tool(
        "t",
        r#""q":{"type":"string"},"a":{"type":"string"},"xs":{"type":"array","items":{"type":"string"}}"#,
        &["xs"],
    );
    let text = r#"
import std.email { email }
rule one: deny s.t when args.q finds /a[0-9]/
rule two: deny s.t when any x in args.xs: (email(x).local == "a" or email(x).domain == "b.example")
rule three: allow s.t when email(args.a).domain == "c.example" and not (args.q finds /a[0-9]/)
rule four: allow s.t when count(args.xs) > 0 and all x in args.xs: (email(x).local != "a" and email(x).domain != "b.example" and email(args.a).local == "d")
"#;
    check("shared", &tools, text);
}

#[test]
fn rules_that_differ_in_a_constant_stand_behind_a_switch() {
    let tools = tool("t", r#""kind":{"type":"string"},"n":{"type":"number"}"#, &["n"]);
    let text = r#"
approvers default "lead"
rule a: deny s.t when args.kind == "a" and args.n > 1
rule b: deny s.t when args.kind == "b" and args.n > 2
rule c: deny s.t when args.kind in ["c", "a"]
rule d: deny s.t when args.kind == "d"
rule e: deny s.t when args.n > 9
rule f: ask s.t when args.kind == "a"
"#;
    check("switch", &tools, text);
}

#[test]
fn lists_of_tools_read_the_principal_alone() {
    let tools = tool("t", r#""n":{"type":"number"}"#, &["n"]);
    let text = r#"
principal { id: string roles: set<string> }
approvers default "lead"
decide d on s.t {
  never: deny when "guest" in principal.roles
  maybe: ask when args.n > 5 and "lead" in principal.roles
  always: deny when principal.id == "x"
  rest: allow when any r in principal.roles: (r != "a" and args.n + length(r) > 1)
}
shadow rule quiet: deny s.t
hide gone: s.t when principal.id starts_with "tmp-"
"#;
    check("list", &tools, text);
}

#[test]
fn a_thousand_rules_with_an_index_take_no_more_than_twice_the_code() {
    use std::fmt::Write;
    let tools = tool("t", r#""k":{"type":"string"},"n":{"type":"number"}"#, &[]);
    let mut text = String::from("approvers default \"lead\"\n");
    for index in 0..1000 {
        let effect = ["allow", "ask", "deny"][index % 3];
        writeln!(
            text,
            "rule r{index}: {effect} s.t when args.k in [\"a{index}\", \"b{}\"] and args.n > {index}",
            index / 2
        )
        .unwrap();
    }
    let policy = policy(&tools, &text);
    let (indexed, linear) = (program(&policy, true), program(&policy, false));
    assert_eq!(indexed.switches.len(), 3);
    let slack = 64;
    let (indexed, linear) = (indexed.code.len(), linear.code.len());
    assert!(indexed <= 2 * linear + slack, "{indexed} with index, {linear} without");
}
