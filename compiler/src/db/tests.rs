//! Checks whole policies held in memory.

use super::Compiler;
use crate::files::MemoryFiles;
use std::fmt::Write;
use std::sync::Arc;

const SHOP: &str = r#"{"format":"policyc-tool-lock","version":1,"server":{"identity":"shop"},"tools":[
{"name":"create_refund","inputSchema":{"type":"object","properties":{"customer":{"type":"string"},"amount":{"type":"number"},"cents":{"type":"integer","minimum":0,"maximum":100000},"reason":{"type":"string","enum":["duplicate","fraud"]}},"required":["customer"]}},
{"name":"get_order","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},
{"name":"send_mail","inputSchema":{"type":"object","properties":{"to":{"type":"array","items":{"type":"string"}},"cc":{"type":"array","items":{"type":"string"}},"bcc":{"type":"array","items":{"type":"string"}},"subject":{"type":"string"}},"required":["to"]}}
]}"#;

fn check(policy: &str) -> String {
    let files = MemoryFiles::default().with("p.policy", policy).with("shop.lock.json", SHOP);
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    let mut out = String::new();
    for d in &report.diagnostics {
        let text = report
            .files
            .iter()
            .find(|f| f.path == d.at.file)
            .and_then(|f| f.text.get(d.at.span.start as usize..d.at.span.end as usize));
        let _ = writeln!(
            out,
            "{} {} `{}` | {}",
            d.code.name(),
            d.message,
            text.unwrap_or_default().replace('\n', " "),
            d.help.clone().unwrap_or_default()
        );
    }
    let _ = writeln!(out, "policy: {}", report.policy.is_some());
    out
}

#[test]
fn smoke() {
    println!(
        "{}",
        check(
            r#"edition 2026
policy p "x"
import tools shop from "shop.lock.json"
import std.email { email }
principal { id: string roles: set<"triage" | "escalation"> }
session { customer_id: string }
approvers default "lead"
let our_domains = ["acme.example", "acme.co.example"]
fn ours(address: string) -> bool = email(address).domain in our_domains

rule read: allow shop.get_order when "triage" in principal.roles
decide mail on shop.send_mail {
  with recipients = args.to ++ (args.cc ?? []) ++ (args.bcc ?? [])
  nobody:  deny  when count(recipients) == 0
  outside: ask   when any a in recipients: not ours(a)  within 15m  because "E-mail to an outside address waits for a person."
  inside:  allow
}
decide refunds on shop.create_refund {
  foreign: deny  unless args.customer == session.customer_id
  whole:   ask   unless has args.amount
  small:   allow when args.amount > 0 and args.amount < 50
  large:   ask   when args.amount >= 50  quorum 2  within 4h
}
test small {
  principal { id: "a", roles: ["triage"] }
  session { customer_id: "cus_1" }
  call shop.create_refund { customer: "cus_1", amount: 49.99 } => allow by refunds.small
}
"#
        )
    );
    println!(
        "{}",
        check(
            r#"edition 2026
policy p "x"
import tools shop from "shop.lock.json"
principal { id: string roles: set<"triage" | "escalation"> }
session { customer_id: string }
rule a: allow shop.get_ordr
rule b: allow shop.get_order when args.ide == "x"
rule c: deny shop.create_refund when args.reason == "fruad"
rule d: deny shop.create_refund when args.cents > 200000
rule e: deny shop.create_refund when args.cents > 50.00
rule f: deny shop.create_refund when has args.amount and args.amount > 50
rule g: allow shop.send_mail when all x in args.to: x ends_with "@acme.example"
rule h: allow shop.send_mail when (any x in args.to: x == "a" and principal.id == "b") 
rule i: allow shop.* when "triag" in principal.roles and args.id == "x"
rule j: ask shop.get_order
rule k: allow shop.create_refund when args.amount > "5"
rule l: allow shop.create_refund when args.amount * 0.01 + 3 < 50 and args.custmer == "x"
hide m: shop.get_order when args.id == "1"
"#
        )
    );
}
