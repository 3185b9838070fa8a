//! Tests of explanations: a policy and calls in, text out.

use super::{Condition, Explanation, Truth, explain, render, word};
use crate::Compiler;
use crate::diagnostics::Level;
use crate::diagnostics::render::Style;
use crate::emit::{EmitOptions, emit};
use crate::files::MemoryFiles;
use crate::lock::{ImportOptions, import_document};
use crate::replay::history::History;
use crate::typed::Policy;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements};
use std::fmt::Write as _;
use std::sync::Arc;

const TOOLS: &str = r#"[
  {"name":"pay","inputSchema":{"type":"object","properties":{
     "amount":{"type":"number"},"cents":{"type":"integer","minimum":1,"maximum":90000},"to":{"type":"string"},"list":{"type":"array","items":{"type":"string"}},
     "cc":{"type":"array","items":{"type":"string"}},"free":{},"maybe":{"type":["string","null"]},"urgent":{"type":"boolean"},
     "kind":{"type":"string","enum":["gift","loan","refund"]},"items":{"type":"array","items":{"type":"object","properties":{
       "qty":{"type":"integer"},"sku":{"type":"string"}}}},"tags":{"type":"object","additionalProperties":{"type":"string"}}}}},
  {"name":"read","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}
]"#;

const HEAD: &str = r#"edition 2026
policy p "a test"
import tools s from "s.lock.json"
import std.email { email }
import std.url { url }
import std.path { path }
import std.time { date }
principal { id: string tier?: string }
session { customer: string }
approvers default "lead"
let limits = { "gold": 100, "loan": 10 }
fn ours(address: string) -> bool = email(address).domain in ["acme.example", "acme.test"]
"#;

struct Subject {
    policy: Arc<Policy>,
    pdp: Pdp,
}

fn subject(text: &str, others: &[(&str, &str)]) -> Subject {
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let files = others.iter().fold(MemoryFiles::default(), |files, (path, text)| files.with(path, text));
    let files = files.with("p.policy", text).with("s.lock.json", &lock);
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    let errors = || report.diagnostics.iter().filter(|one| one.level == Level::Error);
    let policy = report.policy.clone();
    let policy = policy.unwrap_or_else(|| panic!("{text}\n{:?}", errors().collect::<Vec<_>>()));
    let program = emit(&policy, &EmitOptions::default()).unwrap().program;
    let pdp = Pdp::from_program(program, &Requirements::default()).unwrap();
    Subject { policy, pdp }
}

impl Subject {
    fn explain(&self, tool: &str, args: &str) -> Explanation {
        let call = Call { server: "s", tool, args: args.as_bytes(), schema: LiveSchema::Locked };
        let host = Host {
            principal: br#"{"id":"agent-7","tier":"bronze"}"#,
            session: br#"{"customer":"cus_1"}"#,
            now_ms: Some(1_799_485_200_000),
        };
        explain(&self.policy, &self.pdp, &call, &host, &History::none().memory())
    }
}

/// Each line is a condition, the arguments, and what the condition comes to: its value, why it is unknown, what it read.
fn conditions(table: &str) {
    let mut actual = String::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let (condition, rest) = line.split_once(" | ").unwrap();
        let (args, _) = rest.split_once(" | ").unwrap();
        let subject = subject(&format!("{HEAD}rule r: deny s.pay when {condition}\n"), &[]);
        let explanation = subject.explain("pay", args);
        let statement = explanation.statements.first().unwrap();
        assert_eq!(
            statement.outcome == super::Outcome::Matched,
            statement.value != Some(Truth::False),
            "{line}"
        );
        let clause = statement.conditions.first().unwrap();
        let _ = writeln!(actual, "{condition} | {args} | {}", told(&clause.condition));
    }
    assert!(table.trim() == actual.trim(), "found\n{actual}");
}

fn told(condition: &Condition) -> String {
    let mut out = condition.value.map_or("?", word).to_owned();
    for why in &condition.why {
        let _ = write!(out, "; {why}");
    }
    for read in &condition.reads {
        let _ = write!(out, "; {} = {}", read.what, read.value);
    }
    for part in &condition.parts {
        let _ = write!(out, " [{}: {}]", part.text, told(part));
    }
    for element in &condition.elements {
        let _ = write!(out, " <{} = {}: {}>", element.what, element.value, told(&element.body));
    }
    out
}

#[test]
fn conditions_say_what_they_read_and_why_they_are_unknown() {
    conditions(
        r#"
args.amount > 5 | {} | unknown; `args.amount` is absent
args.amount > 5 | {"amount":7} | true; args.amount = 7
not (args.amount > 5) | {"amount":7} | false; args.amount = 7
args.amount != 5 | {"amount":5} | false; args.amount = 5
args.maybe == "a" | {"maybe":null} | unknown; `args.maybe` is null
args.maybe is null | {"maybe":null} | true
has args.maybe | {"maybe":null} | false
args.free.status == 5 | {"free":{"status":"5"}} | unknown; `args.free.status` is a text, not a number; args.free.status = "5"
args.free.status == 5 | {"free":[1]} | unknown; `args.free` is a list and has no `status`
args.free == "a" | {"free":5} | unknown; `args.free` is a number, `"a"` is a text; args.free = 5
args.kind in ["gift", "loan"] | {"kind":"loan"} | true; args.kind = "loan"
args.kind in ["gift", "loan"] | {} | unknown; `args.kind` is absent
args.urgent | {} | unknown; `args.urgent` is absent
email(args.to).domain == "a.example" | {"to":"Bob <b@a.example>"} | unknown; `args.to` is not exactly one mail address; args.to = "Bob <b@a.example>"
email(args.to).domain == "a.example" | {"to":"b@A.example"} | true; email(args.to).domain = "a.example"
url(args.to).host == "a.example" | {"to":"nonsense"} | unknown; `args.to` is no URL that has one reading; args.to = "nonsense"
url(args.to).port == 80 | {"to":"mailto:a@b.example"} | unknown; `url(args.to).port` is absent; args.to = "mailto:a@b.example"
path(args.to) under "/srv/app" | {"to":"srv/app/x"} | unknown; `args.to` is no absolute path that has one reading; args.to = "srv/app/x"
date(args.to) < 2027-01-01 | {"to":"soon"} | unknown; `args.to` is no date; args.to = "soon"
limits[args.kind] > 5 | {"kind":"gift"} | unknown; the table has no key "gift", which `args.kind` is; args.kind = "gift"
args.tags["a"] == "x" | {"tags":{"b":"x"}} | unknown; `args.tags.a` is absent
first(args.list) == "x" | {"list":[]} | unknown; `args.list` is empty; args.list = []
first(args.list) == "x" | {"list":["x","y"]} | true; first(args.list) = "x"
count(args.list) > 1 | {"list":["x","y"]} | true; count(args.list) = 2
length(args.to) > 3 | {"to":"abc"} | false; length(args.to) = 3
sum(i in args.items: i.qty) > 3 | {"items":[{"qty":2},{"qty":2}]} | true; sum(… in args.items: …) = 4
sum(i in args.items: i.qty) > 3 | {"items":[{"qty":2},{}]} | unknown; `args.items[1].qty` is absent; args.items = [{"qty":2},{}]
count(i in args.items: i.qty > 1) > 0 | {"items":[{"qty":2}]} | true; args.items = [{"qty":2}]
(args.amount ?? 0) > 5 | {} | false; (args.amount ?? 0) = 0
args.amount + args.cents > 5 | {"amount":1} | unknown; `args.cents` is absent; args.amount = 1
hour(now, "Europe/London") >= 9 | {} | true; hour(now, "Europe/London") = 9
now > 2027-01-01T00:00Z | {} | true; now = "2027-01-09T09:00:00Z"
principal.tier == "gold" or args.amount < 5 | {} | unknown [principal.tier == "gold": false; principal.tier = "bronze"] [args.amount < 5: unknown; `args.amount` is absent]
args.amount > 1 and not (args.kind == "gift" or args.urgent) | {"amount":2,"kind":"loan"} | unknown [args.amount > 1: true; args.amount = 2] [not (args.kind == "gift" or args.urgent): unknown [args.kind == "gift" or args.urgent: unknown [args.kind == "gift": false; args.kind = "loan"] [args.urgent: unknown; `args.urgent` is absent]]]
any a in args.list: a == "x" | {} | unknown; `args.list` is absent
any a in args.list: a == "x" | {"list":["y","x"]} | true; args.list = ["y","x"] <args.list[1] = "x": true; args.list[1] = "x">
any a in args.list: a == "x" | {"list":["y"]} | false; args.list = ["y"]
all a in args.list ++ (args.cc ?? []): ours(a) | {"list":["a@acme.test"],"cc":["b@acme.test","nobody"]} | unknown; args.list ++ (args.cc ?? []) = ["a@acme.test","b@acme.test","nobody"] <args.cc[1] = "nobody": unknown; `args.cc[1]` is not exactly one mail address; args.cc[1] = "nobody">
all a in args.list: ours(a) | {"list":["a@acme.test","c@evil.test"]} | false; args.list = ["a@acme.test","c@evil.test"] <args.list[1] = "c@evil.test": false; email(args.list[1]).domain = "evil.test">
any i in args.items: i.qty > 1 and i.sku == "a" | {"items":[{"qty":2},{"qty":1,"sku":"a"}]} | unknown; args.items = [{"qty":2},{"qty":1,"sku":"a"}] <args.items[0] = {"qty":2}: unknown [i.qty > 1: true; args.items[0].qty = 2] [i.sku == "a": unknown; `args.items[0].sku` is absent]>
any i in args.items: not has i.sku | {"items":[{"qty":2}]} | true; args.items = [{"qty":2}] <args.items[0] = {"qty":2}: true>
all a, b in zip(args.list, args.cc): a == b | {"list":["x"],"cc":["x","y"]} | unknown; the lists have 1 and 2 elements; args.list = ["x"]; args.cc = ["x","y"]
any t in values(args.tags): t == "x" | {"tags":{"a":"x"}} | true; values(args.tags) = ["x"] <args.tags.a = "x": true; args.tags.a = "x">
"#,
    );
}

const PAY: &str = r#"import guardrails "org.policy"

/// Reads are harmless.
rule reads: allow s.read when args.id == session.customer

decide payments on s.pay {
  with everyone = args.list ++ (args.cc ?? [])
  nobody:  deny  when count(everyone) == 0 or (any a in everyone: a == "root@acme.test")
           because "Somebody must be told."
  outside: ask   when any a in everyone: not ours(a)  from "security", "lead" quorum 2 within 1h30m
  small:   allow when args.amount > 0 and args.amount < 50 and args.kind != "loan"
  rest:    ask   unless has args.urgent
}

shadow rule stricter: deny s.pay when args.amount > 10
rule gold: allow s.pay when principal.tier == "gold"
"#;

const ORG: &str = r#"edition 2026
policy org "Guardrails"
import tools t from "s.lock.json"
rule ceiling: deny t.pay when (args.amount ?? 0) > 1000 because "Too much for a machine."
"#;

fn page(tool: &str, args: &str) -> String {
    let subject = subject(&format!("{HEAD}{PAY}"), &[("org.policy", ORG)]);
    format!("{tool} {args}\n\n{}", render(&subject.explain(tool, args), Style::default()))
}

#[test]
fn a_call_that_is_allowed() {
    insta::assert_snapshot!(page("pay", r#"{"list":["a@acme.test"],"amount":20,"kind":"gift"}"#));
}

#[test]
fn a_call_that_waits() {
    insta::assert_snapshot!(page("pay", r#"{"list":["a@acme.test","b@evil.test"],"amount":20}"#));
}

#[test]
fn a_call_that_is_denied_for_two_reasons() {
    insta::assert_snapshot!(page("pay", r#"{"list":[],"amount":2000}"#));
}

#[test]
fn a_call_that_nothing_permits() {
    insta::assert_snapshot!(page("pay", r#"{"list":["a@acme.test","nobody"],"amount":60}"#));
}

#[test]
fn a_call_that_another_customer_makes() {
    insta::assert_snapshot!(page("read", r#"{"id":"cus_2"}"#));
}

#[test]
fn a_call_that_does_not_fit() {
    insta::assert_snapshot!(page("pay", r#"{"list":["a@acme.test"],"amount":"20","kind":"gift"}"#));
}

#[test]
fn a_tool_that_is_not_there() {
    insta::assert_snapshot!(page("play", "{}"));
}

#[test]
fn colors_change_nothing_but_colors() {
    let subject = subject(&format!("{HEAD}{PAY}"), &[("org.policy", ORG)]);
    let explanation = subject.explain("pay", r#"{"list":["nobody"],"amount":60}"#);
    let plain = render(&explanation, Style::default());
    let colored = render(&explanation, Style { color: true, ascii: false });
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert!(colored.len() > plain.len());
    assert!(plain.lines().all(|line| line.chars().count() <= 100), "{plain}");
}

#[test]
fn the_json_form_has_everything() {
    let subject = subject(&format!("{HEAD}{PAY}"), &[("org.policy", ORG)]);
    let explanation = subject.explain("pay", r#"{"list":["a@acme.test"],"amount":60,"kind":"loan"}"#);
    let mut value = serde_json::to_value(&explanation).unwrap();
    value["program"] = "…".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}

/// Each line is a rule for `s.pay`, the arguments, and the nearest call.
fn nearest(table: &str) {
    let mut actual = String::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let (rules, rest) = line.split_once(" | ").unwrap();
        let (args, _) = rest.split_once(" | ").unwrap();
        let rules: String =
            rules.split(" && ").enumerate().map(|(n, rule)| format!("rule r{n}: {rule}\n")).collect();
        let explanation = subject(&format!("{HEAD}{rules}"), &[]).explain("pay", args);
        let found = explanation.nearest.map_or_else(|| "none".to_owned(), |nearest| nearest.to_string());
        let found = found.replace("nearest call that would ", "").replace('\n', "");
        let (rules, _) = line.split_once(" | ").unwrap();
        let _ = writeln!(actual, "{rules} | {args} | {found}");
    }
    assert!(table.trim() == actual.trim(), "found\n{actual}");
}

#[test]
fn the_nearest_call_differs_in_one_argument() {
    nearest(
        r#"
allow s.pay when args.amount < 50 | {"amount":80} | be allowed: args.amount = 49.99 in place of 80, by r0
allow s.pay when args.amount < 50 | {"amount":20} | none
allow s.pay when args.amount < 50 | {} | be allowed: args.amount = 49 in addition, by r0
allow s.pay when args.cents <= 5000 | {"cents":8000} | be allowed: args.cents = 5000 in place of 8000, by r0
allow s.pay when args.cents * 3 < 100 | {"cents":8000} | be allowed: args.cents = 33 in place of 8000, by r0
allow s.pay when args.kind in ["gift", "loan"] | {"kind":"refund"} | be allowed: args.kind = "gift" in place of "refund", by r0
allow s.pay when args.kind != "refund" | {"kind":"refund"} | be allowed: args.kind = "gift" in place of "refund", by r0
allow s.pay && deny s.pay when has args.free | {"free":1} | be allowed: leave out args.free, by r0
allow s.pay when args.urgent | {"urgent":false} | be allowed: args.urgent = true in place of false, by r0
allow s.pay when count(args.list) > 0 and (all a in args.list: ours(a)) | {"list":["a@acme.test","b@evil.test","nobody"]} | be allowed: leave "b@evil.test", "nobody" out of args.list, by r0
allow s.pay when count(args.list) > 0 and (all a in args.list: ours(a)) | {"list":["b@evil.test"]} | be allowed: args.list[0] = "b@acme.test" in place of "b@evil.test", by r0
allow s.pay when count(args.list) <= 2 | {"list":["a","b","c","d"]} | be allowed: leave "c", "d" out of args.list, by r0
allow s.pay when "x" in args.list | {"list":["a"]} | be allowed: args.list = ["a","x"] in place of ["a"], by r0
allow s.pay when count(args.list) > 0 and subset(args.list, ["a", "b"]) | {"list":["a","c","b"]} | be allowed: leave "c" out of args.list, by r0
allow s.pay when args.to starts_with "feat/" | {"to":"x"} | be allowed: args.to = "feat/x" in place of "x", by r0
allow s.pay when args.to like "*.txt" | {"to":"x"} | be allowed: args.to = "x.txt" in place of "x", by r0
allow s.pay when path(args.to) under "/srv/app" | {"to":"/etc/passwd"} | be allowed: args.to = "/srv/app/passwd" in place of "/etc/passwd", by r0
allow s.pay when email(args.to).domain == "acme.test" | {"to":"bob@evil.test"} | be allowed: args.to = "bob@acme.test" in place of "bob@evil.test", by r0
allow s.pay when url(args.to).host == "acme.test" | {"to":"https://evil.test/x"} | be allowed: args.to = "https://acme.test/x" in place of "https://evil.test/x", by r0
allow s.pay when length(args.to) < 3 | {"to":"abcdef"} | be allowed: args.to = "ab" in place of "abcdef", by r0
ask s.pay when args.amount < 50 | {"amount":80} | wait for approval: args.amount = 49.99 in place of 80, by r0
ask s.pay when args.amount < 50 | {"amount":20} | no change of a single argument would make this call allowed without approval
allow s.pay when args.amount < 50 and args.urgent | {"amount":80} | no change of a single argument would make this call allowed
allow s.pay when args.to == session.customer | {"to":"cus_2"} | no change of a single argument would make this call allowed  args.to aside: conditions compare that with what the host knows
allow s.pay when args.amount <= limits[principal.tier] | {"amount":80} | no change of a single argument would make this call allowed
allow s.pay when args.amount < 50 | {"amount":"20"} | be allowed: args.amount = 20 in place of "20", by r0
allow s.pay when args.amount < 50 | {"amount":20,"other":1} | be allowed: leave out args.other, by r0
allow s.pay when args.kind == "gift" | {"kind":"gifts"} | be allowed: args.kind = "gift" in place of "gifts", by r0
allow s.pay when args.amount < 50 | {"amount":20,"amount":80} | none
"#,
    );
}
