//! The polarity table: every form of condition, on absent, null, ill-typed, true and false operands, as a grant and as a
//! restriction. A condition is true where an allow matches, false where a deny does not, and unknown where the deny alone does.

use super::{Both, policy, tool};
use std::fmt::Write;

const PROPERTIES: &str = r#"
"x": {}, "y": {},
"s": {"type": "string"}, "n": {"type": "number"}, "b": {"type": "boolean"},
"xs": {"type": "array", "items": {"type": "string"}}, "ys": {"type": "array", "items": {"type": "string"}},
"ns": {"type": "array", "items": {"type": "number"}},
"rs": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "number"}, "k": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}},
"m": {"type": "object", "additionalProperties": {"type": "string"}},
"o": {"type": "object", "properties": {"p": {"type": "string"}, "q": {"type": "number"}}},
"v": {}
"#;

const HEADER: &str = r#"
import std.email { email, emails }
import std.path { path }
import std.ip { ip }
import std.sql { sql }
principal { id: string, roles: set<string> }
session { since: timestamp, spent: decimal }
let fee = { "a": 1, "b": 2.5 }
"#;

/// What a condition is on each call: `true`, `false` or `unknown`.
fn truth(both: &Both, calls: &[&str]) -> Vec<&'static str> {
    let principal = r#"{"id": "agent", "roles": ["lead", "x"]}"#;
    let session = r#"{"since": "2025-06-15T10:00:00Z", "spent": 20}"#;
    calls
        .iter()
        .map(|args| {
            let grants = both.decide("t", args, principal, session);
            let restricts = both.decide("u", args, principal, session);
            match (grants.as_str(), restricts.as_str()) {
                ("allow by g", "deny by r") => "true",
                ("deny by default_deny", "allow by ok") => "false",
                ("deny by default_deny", "deny by r") => "unknown",
                other => panic!("{args}: {other:?}"),
            }
        })
        .collect()
}

/// Each paragraph is a condition and then, indented, a line per call: its value and the arguments.
fn check(table: &str) {
    let tools = [tool("t", PROPERTIES, &[]), tool("u", PROPERTIES, &[])].join(",");
    let mut actual = String::new();
    for paragraph in table.trim().split("\n\n") {
        let (condition, lines) = paragraph.trim().split_once('\n').unwrap();
        let text = format!(
            "{HEADER}rule g: allow s.t when {condition}\nrule ok: allow s.u\nrule r: deny s.u when {condition}\n"
        );
        let both = Both::new(&policy(&tools, &text));
        let calls: Vec<&str> =
            lines.lines().map(|line| line.trim().split_once(' ').unwrap().1.trim()).collect();
        writeln!(actual, "{condition}").unwrap();
        for (value, args) in truth(&both, &calls).iter().zip(&calls) {
            writeln!(actual, "  {value:7} {args}").unwrap();
        }
        actual.push('\n');
    }
    let lines = |text: &str| text.trim().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(table), lines(&actual), "\n{actual}");
}

#[test]
fn equality() {
    check(
        r#"
args.x == "a"
  true    {"x": "a"}
  false   {"x": "b"}
  unknown {"x": 5}
  unknown {"x": null}
  unknown {"x": ["a"]}
  unknown {}

args.x != "a"
  false   {"x": "a"}
  true    {"x": "b"}
  unknown {"x": 5}
  unknown {"x": null}
  unknown {}

not (args.s == "a")
  false   {"s": "a"}
  true    {"s": "b"}
  unknown {}

args.x == args.y
  true    {"x": "a", "y": "a"}
  true    {"x": 1.0, "y": 1}
  true    {"x": false, "y": false}
  false   {"x": "a", "y": "b"}
  unknown {"x": "1", "y": 1}
  unknown {"x": [], "y": []}
  unknown {"x": "a"}
  unknown {}

args.b == false
  true    {"b": false}
  false   {"b": true}
  unknown {}

args.b
  true    {"b": true}
  false   {"b": false}
  unknown {}

args.s in ["a", "b"]
  true    {"s": "b"}
  false   {"s": "c"}
  unknown {}

args.x not in [1, 2.5]
  false   {"x": 2.5}
  true    {"x": 3}
  unknown {"x": "1"}
  unknown {}
"#,
    );
}

#[test]
fn presence_and_kinds_are_never_unknown() {
    check(
        r#"
has args.x
  true    {"x": []}
  false   {"x": null}
  false   {}

not has args.x
  false   {"x": 0}
  true    {"x": null}
  true    {}

args.x is null
  true    {"x": null}
  false   {"x": 0}
  false   {}

has args.v.a.b
  true    {"v": {"a": {"b": 1}}}
  false   {"v": {"a": {"b": null}}}
  false   {"v": {"a": 5}}
  false   {"v": "text"}
  false   {}

args.x is string
  true    {"x": ""}
  false   {"x": 1}
  false   {"x": null}
  false   {}

args.x is int
  true    {"x": 1.0}
  false   {"x": 1.5}
  false   {}
"#,
    );
}

#[test]
fn arithmetic() {
    check(
        r#"
args.n < 50
  true    {"n": 49.99}
  false   {"n": 50.00}
  unknown {}

not (args.x >= 50)
  true    {"x": 49}
  false   {"x": 50}
  unknown {"x": "49"}
  unknown {"x": null}

args.n * 0.1 + session.spent <= 30.5
  true    {"n": 105}
  false   {"n": 105.00000001}
  unknown {}

args.n * 3 < 10
  true    {"n": 3.333333333}
  false   {"n": 3.333333334}
  unknown {}

args.n * -3 < 10
  true    {"n": -3.333333333}
  false   {"n": -3.333333334}
  unknown {}

args.n - session.spent > 0
  true    {"n": 20.000000001}
  false   {"n": 20}
  unknown {}

args.n < session.spent
  true    {"n": 19}
  false   {"n": 20}
  unknown {}

args.n == session.spent
  true    {"n": 20.0}
  false   {"n": 21}
  unknown {}

now - session.since < 2h
  false   {}

hour(now, "Europe/London") == 16
  true    {}

weekday(now, "Asia/Tokyo") in ["mon", "tue"]
  true    {}

fee[args.s] > 2
  true    {"s": "b"}
  false   {"s": "a"}
  unknown {"s": "c"}
  unknown {}
"#,
    );
}

#[test]
fn text() {
    check(
        r#"
args.x starts_with "ab"
  true    {"x": "abc"}
  false   {"x": "a"}
  unknown {"x": 1}
  unknown {}

args.s ends_with principal.id
  true    {"s": "the agent"}
  false   {"s": "agents"}
  unknown {}

args.s contains "b"
  true    {"s": "abc"}
  false   {"s": "ac"}
  unknown {}

args.s like "a*c?"
  true    {"s": "a/\ncé"}
  false   {"s": "ac"}
  unknown {}

args.x matches /a+/
  true    {"x": "aa"}
  false   {"x": "ab"}
  unknown {"x": 1}
  unknown {}

not (args.x finds /a[0-9]/)
  false   {"x": "ba1"}
  true    {"x": "ab"}
  unknown {"x": 1}
  unknown {}

length(args.s) <= 2
  true    {"s": "éé"}
  false   {"s": "abc"}
  unknown {}

lower(args.s) == "ab"
  true    {"s": "aB"}
  false   {"s": "b"}
  unknown {}

mentions(args.s, principal.id)
  true    {"s": "the agent, yes"}
  false   {"s": "agents"}
  unknown {}
"#,
    );
}

#[test]
fn views() {
    check(
        r#"
email(args.x).domain == "a.example"
  true    {"x": "u@a.example"}
  false   {"x": "u@b.example"}
  unknown {"x": "u@a.example, v@a.example"}
  unknown {"x": 5}
  unknown {}

has email(args.x).domain
  true    {"x": "u@a.example"}
  false   {"x": "nobody"}
  false   {"x": 5}
  false   {}

(email(args.x).domain ?? "none") == "none"
  false   {"x": "u@a.example"}
  true    {"x": "nobody"}
  true    {"x": null}
  true    {}
  unknown {"x": 5}

any a in emails(args.s): email(a).domain == "b.example"
  true    {"s": "u@a.example, u@b.example"}
  false   {"s": "u@a.example"}
  unknown {"s": "nobody"}
  unknown {}

path(args.s) under "/srv"
  true    {"s": "/srv/a"}
  false   {"s": "/etc"}
  unknown {"s": "srv"}
  unknown {}

ip(args.s) in cidr "10.0.0.0/8"
  true    {"s": "10.1.2.3"}
  false   {"s": "11.1.2.3"}
  unknown {"s": "ten"}
  unknown {}

sql(args.s, "postgres").read_only
  true    {"s": "select 1"}
  false   {"s": "delete from t"}
  unknown {"s": "selec"}
  unknown {}
"#,
    );
}

#[test]
fn defaults_cover_absence_and_nothing_else() {
    check(
        r#"
(args.x ?? "d") == "d"
  true    {}
  true    {"x": null}
  true    {"x": "d"}
  false   {"x": "e"}
  unknown {"x": 5}

(args.v.a ?? "d") == "d"
  true    {}
  true    {"v": null}
  true    {"v": {}}
  true    {"v": {"a": null}}
  false   {"v": {"a": "e"}}
  unknown {"v": {"a": 5}}
  unknown {"v": "text"}
  unknown {"v": []}

(args.v.a.b ?? 1) < 5
  true    {"v": {"a": {}}}
  true    {"v": {"a": null}}
  unknown {"v": {"a": "text"}}
  unknown {"v": 5}
  false   {"v": {"a": {"b": 5}}}

(args.o.q ?? args.n ?? 7) > 6
  true    {}
  true    {"n": 8}
  false   {"n": 5}
  false   {"o": {"q": 5}, "n": 8}

(args.b ?? false)
  false   {}
  true    {"b": true}
"#,
    );
}

#[test]
fn connectives_follow_kleene() {
    check(
        r#"
args.s == "a" and args.n < 5
  true    {"s": "a", "n": 1}
  false   {"s": "b"}
  false   {"n": 9}
  unknown {"s": "a"}
  unknown {}

args.s == "a" or args.n < 5
  true    {"s": "a"}
  true    {"n": 1}
  false   {"s": "b", "n": 5}
  unknown {"s": "b"}
  unknown {}

not (args.s == "a" and not (args.n < 5))
  true    {"s": "b"}
  true    {"n": 1}
  false   {"s": "a", "n": 5}
  unknown {"s": "a"}
"#,
    );
}

#[test]
fn quantifiers_follow_kleene() {
    check(
        r#"
any x in args.xs: x == "a"
  true    {"xs": ["b", "a"]}
  false   {"xs": ["b"]}
  false   {"xs": []}
  unknown {}

any r in args.rs: r.a > 5
  true    {"rs": [{}, {"a": 6}]}
  false   {"rs": [{"a": 5}]}
  unknown {"rs": [{"a": 5}, {}]}
  false   {"rs": []}
  unknown {}

any x in args.x: x == "a"
  true    {"x": [1, "a"]}
  false   {"x": ["b"]}
  false   {"x": []}
  unknown {"x": [1, "b"]}
  unknown {"x": "a"}
  unknown {"x": null}
  unknown {}

any r in args.rs: any t in r.tags: t == r.k
  true    {"rs": [{"k": "a", "tags": ["b", "a"]}]}
  false   {"rs": [{"k": "a", "tags": ["b"]}, {"k": "a", "tags": []}]}
  unknown {"rs": [{"k": "a"}]}
  unknown {"rs": [{"tags": ["b"]}]}

count(args.xs) > 0 and (all x in args.xs: x starts_with "a")
  true    {"xs": ["a", "ab"]}
  false   {"xs": ["a", "b"]}
  false   {"xs": []}
  unknown {}

count(args.rs) > 0 and (all r in args.rs: r.a > 5)
  true    {"rs": [{"a": 6}]}
  false   {"rs": [{}, {"a": 5}]}
  unknown {"rs": [{}, {"a": 6}]}
  unknown {}
"#,
    );
}

#[test]
fn joined_and_defaulted_lists() {
    check(
        r#"
any x in args.xs ++ args.ys: x == "a"
  true    {"xs": ["a"], "ys": []}
  true    {"xs": [], "ys": ["a"]}
  false   {"xs": ["b"], "ys": ["c"]}
  unknown {"xs": ["a"]}
  unknown {}

any x in args.xs ++ (args.ys ?? []): x == "a"
  true    {"xs": ["a"]}
  false   {"xs": ["b"]}
  unknown {"ys": ["b"]}

any x in (args.x ?? []): x == "a"
  true    {"x": ["a"]}
  false   {"x": []}
  false   {"x": null}
  false   {}
  unknown {"x": "a"}

count(args.xs ++ (args.ys ?? [])) > 0 and (all x in args.xs ++ (args.ys ?? []): x == "a")
  true    {"xs": ["a"]}
  true    {"xs": [], "ys": ["a"]}
  false   {"xs": ["a"], "ys": ["b"]}
  false   {"xs": []}
  unknown {}

any x in ["a", principal.id, args.s]: x == args.x
  true    {"x": "agent"}
  true    {"x": "b", "s": "b"}
  false   {"x": "b", "s": "c"}
  unknown {"x": "b"}
  unknown {}
"#,
    );
}

#[test]
fn membership_and_subsets() {
    check(
        r#"
"lead" in principal.roles
  true    {}

args.s in principal.roles
  true    {"s": "x"}
  false   {"s": "y"}
  unknown {}

args.x in args.xs
  true    {"x": "a", "xs": ["a"]}
  false   {"x": "a", "xs": ["b"]}
  false   {"x": "a", "xs": []}
  unknown {"xs": []}
  unknown {"x": null, "xs": []}
  unknown {"x": {}, "xs": []}
  unknown {"x": "a"}

args.s in args.xs ++ (args.ys ?? [])
  true    {"s": "a", "xs": ["a"]}
  false   {"s": "a", "xs": []}
  unknown {"xs": [], "ys": []}

count(args.xs) > 0 and subset(args.xs, ["a", "b"])
  true    {"xs": ["b"]}
  false   {"xs": ["b", "c"]}
  false   {"xs": []}
  unknown {}

count(args.xs) > 0 and subset(args.xs, args.ys)
  true    {"xs": ["b"], "ys": ["a", "b"]}
  false   {"xs": ["b"], "ys": ["a"]}
  false   {"xs": []}
  unknown {"xs": ["b"]}
  unknown {}
"#,
    );
}

#[test]
fn counts_sums_and_elements() {
    check(
        r#"
count(args.xs) > 1
  true    {"xs": ["a", "b"]}
  false   {"xs": ["a"]}
  unknown {}

count(args.xs ++ (args.ys ?? [])) == 2
  true    {"xs": ["a", "b"]}
  true    {"xs": ["a"], "ys": ["b"]}
  false   {"xs": []}
  unknown {"ys": ["b", "c"]}

count(r in args.rs: r.a > 5) >= 1
  true    {"rs": [{"a": 6}, {"a": 1}]}
  false   {"rs": [{"a": 1}]}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {}

sum(r in args.rs: r.a) < 10
  true    {"rs": [{"a": 6}, {"a": 3.9}]}
  false   {"rs": [{"a": 6}, {"a": 4}]}
  true    {"rs": []}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {}

sum(r in args.rs: r.a * 0.1) + args.n <= 1.5
  true    {"rs": [{"a": 6}, {"a": 4}], "n": 0.5}
  false   {"rs": [{"a": 6}, {"a": 4}], "n": 0.50000001}
  unknown {"rs": []}

sum(r in args.rs: r.a * 0.5) == args.n
  true    {"rs": [{"a": 6}, {"a": 3}], "n": 4.5}
  false   {"rs": [{"a": 6}], "n": 4.5}
  unknown {"rs": [{}], "n": 4.5}

(sum(r in args.rs: r.a * 0.5) ?? 1.5) + args.n * 0.1 <= 2
  true    {"n": 5}
  false   {"n": 5.1}
  true    {"rs": [{"a": 2}], "n": 10}
  false   {"rs": [{"a": 2.01}], "n": 10}
  unknown {"rs": [{}], "n": 0}
  unknown {"rs": []}

first(args.xs) == "a"
  true    {"xs": ["a", "b"]}
  false   {"xs": ["b", "a"]}
  unknown {"xs": []}
  unknown {}

last(args.rs).a > 5
  true    {"rs": [{"a": 1}, {"a": 6}]}
  false   {"rs": [{"a": 6}, {"a": 1}]}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {"rs": []}

(first(args.xs) ?? "none") == "none"
  true    {"xs": []}
  true    {}
  false   {"xs": ["a"]}

count(args.xs) > 0 and (all x, y in zip(args.xs, args.ys): x == y)
  true    {"xs": ["a"], "ys": ["a"]}
  false   {"xs": ["a"], "ys": ["b"]}
  unknown {"xs": ["a"], "ys": ["a", "b"]}
  unknown {"xs": ["a"]}
"#,
    );
}

#[test]
fn maps() {
    check(
        r#"
args.m.a == "x"
  true    {"m": {"a": "x"}}
  false   {"m": {"a": "y"}}
  unknown {"m": {}}
  unknown {}

any k in keys(args.m): k starts_with "x"
  true    {"m": {"xa": ""}}
  false   {"m": {"a": ""}}
  false   {"m": {}}
  unknown {}

any v in values(args.m): v == "x"
  true    {"m": {"a": "b", "c": "x"}}
  false   {"m": {"a": "b"}}
  unknown {}

args.m[args.s] == "x"
  true    {"m": {"a": "x"}, "s": "a"}
  false   {"m": {"a": "y"}, "s": "a"}
  unknown {"m": {"a": "y"}, "s": "b"}
  unknown {"m": {"a": "x"}}
  unknown {"s": "a"}

"k" in keys(args.m) and args.m.k == "x"
  true    {"m": {"a": "", "k": "x"}}
  false   {"m": {"k": "y"}}
  false   {"m": {}}
  unknown {}
"#,
    );
}
