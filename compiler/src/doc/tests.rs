//! Tests of pages: a policy in; Markdown, HTML and the chances of each tool out.

use super::{classes, document, may};
use crate::diagnostics::Level;
use crate::emit::{EmitOptions, emit};
use crate::files::MemoryFiles;
use crate::lock::{ImportOptions, import_document};
use crate::{Compiler, Report};
use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};
use std::fmt::Write as _;
use std::sync::Arc;

const TOOLS: &str = r#"[
  {"name":"pay","description":"Pays <b>money</b> | fast\nand more","annotations":{"destructiveHint":true,"readOnlyHint":false},
   "inputSchema":{"type":"object","properties":{"amount":{"type":"number"},"to":{"type":"string"},"list":{"type":"array","items":{"type":"string"}}}}},
  {"name":"read","annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false},
   "inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},
  {"name":"wipe","inputSchema":{"type":"object"}},
  {"name":"odd name","inputSchema":{"type":"object"}}
]"#;

const POLICY: &str = r#"edition 2026
/// Everything about `payments`.
policy p "Payments & <friends>"
import tools s from "s.lock.json" open read.args
import guardrails "org.policy"
principal { id: string roles: set<"clerk" | "lead"> tier?: "gold" | "silver" trusted: bool }
session { customer: string }
approvers default "lead"

/// Who is one of us.
fn ours(address: string) -> bool = address ends_with "@acme.test" or address == "a|b`c"
let most = 50
group readers = s.read

/// Looking is free for clerks.
rule reads: allow readers when "clerk" in principal.roles or args.id == principal.id

@overlaps(reads)
decide payments on s.pay {
  with everyone = args.list ?? []
  none:    deny  when count(everyone) == 0  because "Nobody <to> pay."
  outside: ask   when any a in everyone: not ours(a)  from "security" quorum 2 within 90m
  small:   allow when args.amount < most and principal.tier == "gold"
           unless principal.trusted and args.to == "x"
  rest:    ask   when "lead" in principal.roles
}

shadow rule stricter: deny s.pay when args.amount > 10
hide secret: s.wipe unless principal.trusted
rule wiping: ask s.wipe
"#;

const ORG: &str = r#"edition 2026
policy org "Guardrails"
import tools t from "s.lock.json"
rule ceiling: deny t.pay when (args.amount ?? 0) > 1000 because "Too much | for a machine."
rule watched: ask t.read when session.customer == "cus_0" from "security"
session { customer: string }
"#;

fn report(policy: &str) -> Arc<Report> {
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let files =
        MemoryFiles::default().with("p.policy", policy).with("org.policy", ORG).with("s.lock.json", &lock);
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    let errors: Vec<_> = report.diagnostics.iter().filter(|one| one.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

#[test]
fn a_page_as_markdown() {
    insta::assert_snapshot!(document(&report(POLICY), &[7; 32]).unwrap().markdown());
}

#[test]
fn a_page_as_html() {
    insta::assert_snapshot!(document(&report(POLICY), &[7; 32]).unwrap().html());
}

#[test]
fn html_loads_nothing_and_its_tags_are_balanced() {
    let page = document(&report(POLICY), &[7; 32]).unwrap().html();
    for outside in ["http://", "https://", "<script", "<img", "<link", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let mut open: Vec<&str> = Vec::new();
    let (_, body) = page.split_once("</style>").unwrap();
    for tag in body.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
        if tag.starts_with('/') {
            if name != "head" && name != "html" {
                assert_eq!(open.pop(), Some(name), "{tag}");
            }
        } else if name != "br" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn what_is_remembered_and_shown_has_its_tables() {
    let text = r#"edition 2026
policy p "Memory"
import tools s from "s.lock.json"
import guardrails "limits.policy"
principal { id: string }
approvers default "lead"
result s.read: { owner: string, hits: list<{ mail: string }> }
/// Who owns what.
fact owner(id: string): string for 1h
  after s.read: owner(args.id) = result.owner
  after s.pay: forget owner(args.to)
@trusted(result.mail)
fact mails: set<string> after s.read: each h in result.hits where h.mail != "": add h.mail
fact paid: int after s.pay: paid += 1
/// Text of others came in.
label untrusted after * except s.pay
rule reads: allow s.read
rule pays: allow s.pay when args.to in mails and args.amount > 0 and paid < 4
rule late: deny s.pay when session has label untrusted and owner(args.to) != principal.id
/// No more than that.
limit daily: 100 per 1d for each principal.id on s.pay counting args.amount failures count
  exceeded ask quorum 2 within 4h because "Enough for today."
rule secret: deny result of s.read when result.text contains "secret" because "Not for agents."
redact numbers on s.read: patterns /[0-9]{6,}/ with "[number]"
rule short: deny reply when length(reply.text) > 300
append robot on reply: "Written by a machine."
accept input on s.pay
"#;
    let limits = "edition 2026\npolicy limits \"Limits\"\nimport tools t from \"s.lock.json\"\n\
                  limit calls: 9 per session on t.* failures count\nrule seen: ask t.pay when args.amount > 7 from \"security\"\n";
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let files = MemoryFiles::default()
        .with("p.policy", text)
        .with("limits.policy", limits)
        .with("s.lock.json", &lock);
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    let told: Vec<_> = report.diagnostics.iter().filter(|one| one.level != Level::Note).collect();
    assert!(told.is_empty(), "{told:?}");
    insta::assert_snapshot!(document(&report, &[0; 32]).unwrap().markdown());
}

#[test]
fn a_small_policy_has_a_small_page() {
    let text = "edition 2026\npolicy p \"\"\nimport tools s from \"s.lock.json\"\nrule reads: allow s.read\n";
    insta::assert_snapshot!(document(&report(text), &[0; 32]).unwrap().markdown());
}

#[test]
fn a_policy_with_errors_has_no_page() {
    let files = MemoryFiles::default().with("p.policy", "edition 2026\npolicy p \"x\"\nrule a: allow\n");
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    assert_eq!(document(&report, &[0; 32]), None);
}

/// The chances of every tool, a line per kind of principal: `+` allow, `?` ask, `-` deny.
fn chances(rules: &str) -> String {
    let head = "edition 2026\npolicy p \"x\"\nimport tools s from \"s.lock.json\"\napprovers default \"lead\"\n\
                principal { roles: set<\"clerk\" | \"lead\"> tier?: \"gold\" | \"silver\" }\nsession { open: bool }\n";
    let report = report(&format!("{head}{rules}"));
    let policy = report.policy.as_ref().unwrap();
    let classes = classes::of(policy);
    let chances = may::chances(policy, &classes).unwrap();
    let program = emit(policy, &EmitOptions::default()).unwrap().program;
    let pdp = Pdp::from_program(program, &Requirements::default()).unwrap();
    let mut vm = Vm::new(&pdp);
    let mut out = String::new();
    for (class, row) in classes.all.iter().zip(&chances) {
        let _ = write!(out, "{}:", class.label);
        for (tool, one) in policy.tools.iter().zip(row) {
            let marks = [(one.allow, '+'), (one.ask, '?'), (one.deny, '-')];
            let marks: String = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect();
            let _ = write!(out, " {} {marks}", tool.name);
        }
        out.push('\n');
        // What is not told apart is any of these.
        for other in [r#"{"roles":[]}"#, r#"{"roles":["lead"],"tier":"gold"}"#] {
            let mut principal: serde_json::Value = serde_json::from_str(other).unwrap();
            let members = principal.as_object_mut().unwrap();
            members.retain(|name, _| !classes.fields.iter().any(|field| **field == **name));
            members.extend(class.principal.as_object().unwrap().clone());
            agrees(&pdp, &mut vm, row, &principal.to_string());
        }
    }
    out
}

/// Whatever is decided was said to be possible, and what may be permitted is listed.
fn agrees(pdp: &Pdp, vm: &mut Vm, row: &[may::Chances], principal: &str) {
    let listed: Vec<String> =
        vm.list(pdp, principal.as_bytes()).unwrap().iter().map(|tool| tool.name.clone()).collect();
    for (tool, chances) in pdp.program().tools.iter().zip(row) {
        assert!(
            chances.allow || chances.ask || !listed.contains(&tool.name),
            "{} for {principal}",
            tool.name
        );
        let calls = [r#"{"id":"x"}"#, r#"{"id":"y"}"#, r#"{"amount":1}"#, r#"{"amount":99,"to":"x"}"#, "{}"];
        for (args, session) in calls.iter().zip([r#"{"open":true}"#, r#"{"open":false}"#].iter().cycle()) {
            let call =
                Call { server: "s", tool: &tool.name, args: args.as_bytes(), schema: LiveSchema::Locked };
            let host = Host { principal: principal.as_bytes(), session: session.as_bytes(), now_ms: None };
            let decided = vm.decide(pdp, &call, &host);
            if decided.detail().is_some() {
                continue;
            }
            let possible = match decided.decision() {
                Decision::Allow => chances.allow,
                Decision::Ask => chances.ask,
                Decision::Deny => chances.deny,
            };
            assert!(possible, "{} of {} {args} for {principal}", decided.decision(), tool.name);
        }
    }
}

fn check(rules: &str, expected: &str) {
    let found = chances(rules);
    assert_eq!(found.trim(), expected.trim(), "\n{found}");
}

#[test]
fn chances_depend_on_the_kind_of_principal() {
    check(
        r#"rule a: allow s.read when "lead" in principal.roles
rule b: ask s.pay when "clerk" in principal.roles
rule c: deny s.pay when args.amount > 5"#,
        "
roles: none: odd name - pay - read - wipe -
roles: clerk: odd name - pay ?- read - wipe -
roles: lead: odd name - pay - read + wipe -
roles: clerk, lead: odd name - pay ?- read + wipe -",
    );
}

#[test]
fn an_absent_field_is_unknown_and_permits_nothing() {
    check(
        r#"rule a: allow s.read when principal.tier == "gold"
rule b: allow s.pay
rule c: deny s.pay when principal.tier == "silver"
rule d: allow s.wipe unless principal.tier == "gold""#,
        "
tier: absent: odd name - pay - read - wipe -
tier: gold: odd name - pay + read + wipe -
tier: silver: odd name - pay - read - wipe +",
    );
}

#[test]
fn arms_count_in_their_order() {
    check(
        r#"decide d on s.pay {
  one: deny when principal.tier == "silver"
  two: allow when args.amount < 5
  three: ask
}
decide e on s.read {
  one: ask when session.open
  two: allow
}
rule f: allow s.wipe
shadow rule g: deny s.wipe"#,
        "
tier: absent: odd name - pay - read +?- wipe +
tier: gold: odd name - pay +? read +?- wipe +
tier: silver: odd name - pay - read +?- wipe +",
    );
}

#[test]
fn a_policy_that_reads_no_roles_has_one_column() {
    check(
        r#"rule a: allow s.read when args.id == "x"
hide b: s.pay
rule c: ask s.pay"#,
        "any principal: odd name - pay - read +- wipe -",
    );
}
