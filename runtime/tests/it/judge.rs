//! One door from program text to a decision in text. In: a program for [`super::asm`], a call. Out: for example `deny by foreign`.

use super::asm::assemble;
use policyc_runtime::{Call, Decided, Host, LiveSchema, Pdp, Requirements, Vm};

/// The program, loaded; panics if it does not verify.
pub(crate) fn load(source: &str) -> Pdp {
    Pdp::from_program(assemble(source), &Requirements::default()).unwrap()
}

/// A call of `tool`, which is `server.name`.
pub(crate) fn call<'a>(tool: &'a str, args: &'a str) -> Call<'a> {
    let (server, tool) = tool.split_once('.').unwrap();
    Call { server, tool, args: args.as_bytes(), schema: LiveSchema::Locked }
}

/// Host values that say nothing.
pub(crate) const HOST: Host<'static> = Host { principal: b"{}", session: b"{}", now_ms: None };

/// The decision and its reasons.
pub(crate) fn text(decided: &Decided<'_>) -> String {
    let reasons: Vec<&str> = decided.reasons().map(|reason| reason.id()).collect();
    assert!(!reasons.is_empty(), "a decision without a reason");
    format!("{} by {}", decided.decision(), reasons.join(", "))
}

/// Decides one call under a program.
pub(crate) fn decide(source: &str, tool: &str, args: &str) -> String {
    let pdp = load(source);
    let mut vm = Vm::new(&pdp);
    text(&vm.decide(&pdp, &call(tool, args), &HOST))
}
