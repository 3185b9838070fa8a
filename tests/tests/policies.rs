//! Policies with tests of their own: the first page of the language, and every module of the standard library. Each checks without a
//! finding, its tests pass, and they reach every statement.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use policyc_compiler::diagnostics::Level;
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::{Compiler, testing};
use policyc_runtime::{Pdp, Requirements};
use policyc_tests::disk::Disk;
use std::sync::Arc;

/// Checks, builds and tests the policy at a path from the repository's root.
fn check(path: &str) {
    let (report, program) = Compiler::new(Arc::new(Disk::repository())).build(path);
    let told: Vec<String> = report
        .diagnostics
        .iter()
        .filter(|d| d.level != Level::Note)
        .map(|d| format!("{}: {}: {}", d.at.file, d.code.name(), d.message))
        .collect();
    assert!(told.is_empty(), "{path}: {told:#?}");
    let program = program.unwrap();
    let pdp = Pdp::load(&program.to_bytes(), &Requirements::default()).unwrap();
    let mut tally = Tally::new(&program);
    assert!(!report.tests.is_empty(), "{path} has no tests");
    for result in testing::run(&report, &pdp, &mut tally) {
        assert!(result.failures.is_empty(), "{path}: {}: {:#?}", result.name, result.failures);
    }
    let missed: Vec<&str> = tally.coverage().into_iter().filter(|s| s.matched == 0).map(|s| s.id).collect();
    assert!(missed.is_empty(), "{path}: no test reaches {missed:?}");
}

#[test]
fn the_first_page_of_the_language() {
    check("tests/spec/page-one/support.policy");
}

#[test]
fn the_standard_library() {
    for (module, _) in policyc_stdlib::MODULES {
        check(&format!("stdlib/std/{module}.policy"));
    }
}
