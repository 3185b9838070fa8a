//! What a newcomer reads first is true: the README's policy checks without a remark and decides as its text says, and the policy of the folder
//! `page-one` passes its own tests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use policyc_compiler::files::{FileProblem, Files, MemoryFiles};
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::{Compiler, Report, build, testing};
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn loaded(report: &Report) -> Pdp {
    assert!(report.policy.is_some(), "{:#?}", report.diagnostics);
    Pdp::from_program(build::build(report).unwrap().program, &Requirements::default()).unwrap()
}

#[test]
fn the_policy_of_the_readme_decides_as_it_says() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let policy = readme.split("```policy\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let lock = std::fs::read_to_string(root().join("tests/spec/page-one/tools/shop.lock.json")).unwrap();
    let files = MemoryFiles::default().with("p.policy", policy).with("tools/shop.lock.json", &lock);
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    let remarks: Vec<_> =
        report.diagnostics.iter().filter(|d| d.level != policyc_compiler::diagnostics::Level::Note).collect();
    assert!(remarks.is_empty(), "{remarks:#?}");
    let pdp = loaded(&report);
    let mut vm = Vm::new(&pdp);
    let mut check = |args: &str, expected: &str, reason: &str| {
        let call =
            Call { server: "shop", tool: "create_refund", args: args.as_bytes(), schema: LiveSchema::Locked };
        let host = Host { principal: br#"{"id":"a"}"#, session: br#"{"customer_id":"cus_1"}"#, now_ms: None };
        let decided = vm.decide(&pdp, &call, &host);
        let reasons: Vec<_> = decided.reasons().map(|reason| reason.id().to_owned()).collect();
        assert_eq!((decided.decision().code(), reasons.join(" ").as_str()), (expected, reason), "{args}");
    };
    check(r#"{"customer":"cus_1","amount":49.99}"#, "allow", "small");
    check(r#"{"customer":"cus_1","amount":50}"#, "ask", "large");
    check(r#"{"customer":"cus_2","amount":1}"#, "deny", "foreign");
    check(r#"{"customer":"cus_1","amount":-1}"#, "deny", "default_deny");
    check(r#"{"customer":"cus_1"}"#, "deny", "default_deny");
    check(r#"{"customer":"cus_1","amount":"1"}"#, "deny", "bad_arguments");
}

/// Files below a folder.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        std::fs::read(self.0.join(path))
            .map(Arc::from)
            .map_err(|error| FileProblem::Unreadable(error.to_string()))
    }
}

#[test]
fn the_first_page_of_the_language_passes_its_tests() {
    let files = Folder(root().join("tests/spec/page-one"));
    let report = Compiler::new(Arc::new(files)).report("support.policy");
    let pdp = loaded(&report);
    let results = testing::run(&report, &pdp, &mut Tally::new(pdp.program()));
    let failures: Vec<_> = results.iter().flat_map(|test| &test.failures).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    let calls: usize = results.iter().map(|test| test.calls).sum();
    assert!(calls >= 19, "{calls} calls");
}
