//! semantics-12: a host can require guardrails by their digest, and refuses a program without them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::{Digest, Pdp, Requirements};
use std::sync::Arc;

const TOOLS: &str = r#"{"tools":[{"name":"refund","inputSchema":{"type":"object","properties":{"amount":{"type":"number"}}}}]}"#;
const WITH: &str = "edition 2026\npolicy p\nimport tools pay from \"pay.lock.json\"\nimport guardrails \"org.policy\"\nrule go: allow pay.refund\n";
const WITHOUT: &str =
    "edition 2026\npolicy p\nimport tools pay from \"pay.lock.json\"\nrule go: allow pay.refund\n";
const ORG: &str = "edition 2026\npolicy org\nimport tools pay from \"pay.lock.json\"\nrule stop: deny pay.refund when args.amount > 10\n";

/// Whether a host that requires `required` loads the program of `policy`.
fn check(policy: &str, org: &str, required: &[Digest]) -> bool {
    check_with(policy, org, "", required)
}

/// The same with a file beside the guardrails.
fn check_with(policy: &str, org: &str, more: &str, required: &[Digest]) -> bool {
    let lock = import_document(TOOLS, "pay", &ImportOptions::default()).unwrap().lock.to_text();
    let files = MemoryFiles::default()
        .with("p.policy", policy)
        .with("org.policy", org)
        .with("more.policy", more)
        .with("pay.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    Pdp::load(&program.to_bytes(), &Requirements { guardrails: required }).is_ok()
}

#[test]
fn a_program_without_required_guardrails_is_refused() {
    let digest = *blake3::hash(ORG.as_bytes()).as_bytes();
    assert!(check(WITH, ORG, &[digest]));
    assert!(check(WITH, ORG, &[]));
    assert!(!check(WITHOUT, ORG, &[digest]));
    let weakened = ORG.replace("> 10", "> 1000000");
    assert!(!check(WITH, &weakened, &[digest]));
}

#[test]
fn a_file_that_guardrails_import_counts_as_well() {
    let split = ORG.replace("> 10", "> ceiling").replace("rule stop", "import \"more.policy\"\nrule stop");
    let digest_of = |more: &str| {
        let digests = [blake3::hash(split.as_bytes()), blake3::hash(more.as_bytes())];
        *blake3::hash(&digests.map(|d| *d.as_bytes()).concat()).as_bytes()
    };
    let strict = "let ceiling = 10\n";
    assert!(check_with(WITH, &split, strict, &[digest_of(strict)]));
    assert!(!check_with(WITH, &split, "let ceiling = 1000000\n", &[digest_of(strict)]));
}
