//! Tests of emitted programs: a policy and tools in, listings and decisions out.

mod decisions;
mod errors;
mod listings;
mod outlines;
mod programs;
mod random;
mod truth;

use super::{EmitOptions, emit};
use crate::files::MemoryFiles;
use crate::lock::{ImportOptions, import_document};
use crate::typed::Policy;
use crate::{Compiler, Report};
use policyc_runtime::program::Program;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use std::fmt::Write;
use std::sync::Arc;

/// Checks a policy over the tools of one server, `s`; `header` (edition, policy, import) is put in front.
fn report(tools: &str, policy: &str) -> Arc<Report> {
    let document = format!("{{\"tools\":[{tools}]}}");
    let lock = import_document(&document, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let text = format!("edition 2026\npolicy p \"a test\"\nimport tools s from \"s.lock.json\"\n{policy}");
    let files = MemoryFiles::default().with("p.policy", &text).with("s.lock.json", &lock);
    Compiler::new(Arc::new(files)).report("p.policy")
}

/// The policy, which has no error.
fn policy(tools: &str, text: &str) -> Arc<Policy> {
    let report = report(tools, text);
    report.policy.clone().unwrap_or_else(|| panic!("{text}\n{:#?}", report.diagnostics))
}

/// A tool of that name whose arguments are these properties.
fn tool(name: &str, properties: &str, required: &[&str]) -> String {
    format!(
        r#"{{"name":"{name}","inputSchema":{{"type":"object","properties":{{{properties}}},"required":{required:?}}}}}"#
    )
}

/// The program, verified.
fn program(policy: &Policy, index: bool) -> Program {
    let emitted = emit(policy, &EmitOptions { index }).unwrap();
    emitted.program.verify().unwrap();
    emitted.program
}

/// The programs of a policy with and without index, loaded.
struct Both {
    indexed: Pdp,
    linear: Pdp,
}

impl Both {
    fn new(policy: &Policy) -> Self {
        let load = |index| Pdp::from_program(program(policy, index), &Requirements::default()).unwrap();
        Self { indexed: load(true), linear: load(false) }
    }

    /// The decision and its reasons: `allow by a, b`; both programs agree on it.
    fn decide(&self, tool: &str, args: &str, principal: &str, session: &str) -> String {
        let indexed = decide(&self.indexed, tool, args, principal, session);
        let linear = decide(&self.linear, tool, args, principal, session);
        assert_eq!(indexed, linear, "index and no index disagree on {args}");
        indexed
    }

    /// Whether the tool is listed; both programs agree on it.
    fn lists(&self, tool: &str, principal: &str) -> bool {
        let listed = |pdp: &Pdp| {
            let tools = Vm::new(pdp).list(pdp, principal.as_bytes()).unwrap();
            tools.iter().any(|listed| listed.name == tool)
        };
        assert_eq!(listed(&self.indexed), listed(&self.linear));
        listed(&self.indexed)
    }
}

fn decide(pdp: &Pdp, tool: &str, args: &str, principal: &str, session: &str) -> String {
    let mut vm = Vm::new(pdp);
    let call = Call { server: "s", tool, args: args.as_bytes(), schema: LiveSchema::Locked };
    let now_ms = Some(1_750_000_000_000);
    let host = Host { principal: principal.as_bytes(), session: session.as_bytes(), now_ms };
    let decided = vm.decide(pdp, &call, &host);
    let mut text = decided.decision().to_string().to_lowercase();
    for (index, reason) in decided.reasons().enumerate() {
        write!(text, "{}{}", if index == 0 { " by " } else { ", " }, reason.id()).unwrap();
    }
    let asks: Vec<_> = decided.unknown_asks().map(|statement| statement.id.as_str()).collect();
    if !asks.is_empty() {
        write!(text, " (unknown: {})", asks.join(", ")).unwrap();
    }
    text
}
