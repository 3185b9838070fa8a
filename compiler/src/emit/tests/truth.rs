//! The polarity table: every form of condition, on absent, null, ill-typed, true and false operands, as a grant and as a
//! restriction. A condition is true where an allow matches, false where a deny does not, and unknown where the deny alone does.

mod elements;
mod presence;
mod scalars;
mod wholes;

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
