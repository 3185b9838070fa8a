//! P18: what is recorded of a decision names the decision, what determined it, the policy and the program; it keeps no argument's value.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_compiler::record::Record;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use std::sync::Arc;

const TOOLS: &str = r#"[{"name":"refund","inputSchema":{"type":"object","properties":{"to":{"type":"string","maxLength":40},"amount":{"type":"number"},"kind":{"enum":["full","part"]}},"required":["to"]}}]"#;
const POLICY: &str = r#"edition 2026
policy shop "refunds"
import tools shop from "shop.lock.json"
principal { id: string }
rule small: allow shop.refund when args.amount <= 50
rule large: ask shop.refund when args.amount > 50 from "lead"
rule evil: deny shop.refund when args.to starts_with "secret-evil" because "No."
"#;

/// Decides the call of these arguments for this principal; the record as JSON.
fn record(pdp: &Pdp, principal: &str, args: &str) -> String {
    let mut vm = Vm::new(pdp);
    let call = Call { server: "shop", tool: "refund", args: args.as_bytes(), schema: LiveSchema::Locked };
    let host = Host { principal: principal.as_bytes(), session: b"{}", now_ms: None };
    serde_json::to_string(&Record::of(&vm.decide(pdp, &call, &host), pdp)).unwrap()
}

#[test]
fn a_record_names_the_rule_and_keeps_no_argument() {
    let lock = import_document(TOOLS, "shop", &ImportOptions::default()).unwrap().lock.to_text();
    let files = MemoryFiles::default().with("p.policy", POLICY).with("shop.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    let pdp = Pdp::load(&program.to_bytes(), &Requirements::default()).unwrap();
    let long = format!("secret-{}", "x".repeat(40));
    let check = |principal: &str, args: &str, decision: &str, reason: &str| {
        let record = record(&pdp, principal, args);
        for part in
            [&format!(r#""decision":"{decision}""#), &format!(r#""id":"{reason}""#), r#""policy":"shop""#]
        {
            assert!(record.contains(part), "no {part} in {record}");
        }
        assert!(!record.contains("secret"), "a value is kept: {record}");
        assert!(!record.contains("31337"), "a value is kept: {record}");
    };
    let agent = r#"{"id":"agent-1"}"#;
    check(agent, r#"{"to":"secret-ann","amount":31.337}"#, "allow", "small");
    check(agent, r#"{"to":"secret-ann","amount":31337}"#, "ask", "large");
    check(agent, r#"{"to":"secret-evil","amount":31337}"#, "deny", "evil");
    check(agent, r#"{"to":"secret-ann"}"#, "deny", "default_deny");
    check(agent, r#"{"to":"secret-ann","amount":"31337"}"#, "deny", "bad_arguments");
    check(agent, r#"{"to":"secret-ann","kind":"secret"}"#, "deny", "bad_arguments");
    check(agent, &format!(r#"{{"to":"{long}"}}"#), "deny", "bad_arguments");
    check(agent, r#"{"to":["secret"]}"#, "deny", "bad_arguments");
    check(agent, r#"{"to":"secret","amount":31337e400}"#, "deny", "bad_request");
    check(agent, r#"{"to":"secret","to":"secret"}"#, "deny", "bad_request");
    check(agent, r#""secret"#, "deny", "bad_request");
    check(r#"{"id":31337}"#, r#"{"to":"secret"}"#, "deny", "bad_context");
}
