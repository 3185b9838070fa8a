//! Snapshots of the IR: what conditions are lowered to.

use super::super::{Lowered, lowered};
use super::{policy, tool};
use crate::ir::print::outline;

const PROPERTIES: &str = r#"
"s": {"type": "string"}, "r": {"type": "string"}, "n": {"type": "number"}, "d": {},
"xs": {"type": "array", "items": {"type": "string"}}, "ys": {"type": "array", "items": {"type": "string"}},
"rs": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "string"}}, "required": ["a"]}},
"m": {"type": "object", "additionalProperties": {"type": "number"}}
"#;

/// The outline of the rules on one tool, of which `r` is a required argument.
fn check(name: &str, rules: &str) {
    let header = "principal { id: string roles: set<string> level?: int }\nsession { spent: decimal }\n\
                  approvers default \"lead\"\nimport std.email { email }\n";
    let policy = policy(&tool("t", PROPERTIES, &["r"]), &format!("{header}{rules}"));
    let Lowered { tools, host, .. } = lowered(&policy).unwrap();
    let (ir, args) = &tools[0];
    let text = format!("{}\n\n{}", rules.trim(), outline(ir, &policy, args, &host));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("outline-{name}"), text);
    });
}

#[test]
fn polarity() {
    check(
        "polarity",
        r#"
rule allows: allow s.t when args.s == "a" and not (args.n > 5)
rule denies: deny s.t when args.s == "a" and not (args.n > 5)
rule asks: ask s.t when args.s == "a"
rule sure: ask s.t when args.r == "a"
"#,
    );
}

#[test]
fn lists() {
    check(
        "lists",
        r#"
rule joined: deny s.t when any x in args.xs ++ (args.ys ?? []): x starts_with "a"
rule each: allow s.t when count(args.xs ++ args.ys) > 0 and (all x in args.xs ++ args.ys: x == principal.id)
rule pairs: deny s.t when any x, y in zip(args.xs, args.ys): x == y
rule members: allow s.t when args.s in principal.roles and subset(args.xs, ["a", "b"]) and count(args.xs) > 0
rule literal: deny s.t when any x in ["a", args.s]: x == args.r
"#,
    );
}

#[test]
fn arithmetic() {
    check(
        "arithmetic",
        r#"
rule one: allow s.t when args.n * 3 < 10
rule fraction: allow s.t when args.n * 0.25 <= 1
rule two: allow s.t when args.n > session.spent
rule sums: allow s.t when args.n + session.spent < 100
rule folded: allow s.t when sum(r in args.rs: r.a) < 10 and count(r in args.rs: r.b == "x") < 2
"#,
    );
}

#[test]
fn defaults() {
    check(
        "defaults",
        r#"
rule plain: allow s.t when (args.n ?? 5) < 10
rule below: allow s.t when (args.d.a.b ?? "x") == "x"
rule view: allow s.t when (email(args.d).domain ?? "x") == "x"
rule required: allow s.t when (args.r ?? "x") == "x"
"#,
    );
}

#[test]
fn folding() {
    check(
        "folding",
        r#"
rule required: allow s.t when has args.r and args.r is string
rule element: deny s.t when any r in args.rs: has r.a and r.b == "x"
rule level: allow s.t when (principal.level ?? 0) > 3 or "root" in principal.roles
"#,
    );
}

#[test]
fn maps() {
    check(
        "maps",
        r#"
rule both: deny s.t when args.m.total > 5 or (any k in keys(args.m): k == "x")
rule values: deny s.t when any v in values(args.m): v > 9
rule computed: deny s.t when args.m[args.r] > 5
"#,
    );
}
