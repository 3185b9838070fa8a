//! Literate tests: Markdown in, pass or a readable complaint out.
//!
//! A test is a heading of the second level and the fenced blocks below it; blocks before the first such heading belong to every test of the
//! file. Blocks, by the first word after the fence:
//!
//! - `tools NAME`: a server, one tool a line in short form: `send(to: list<string>, cc?: list<string>) destructive`. `tools FILE as NAME`
//!   writes the lock of a server to another file.
//! - `lock NAME`: a server as a JSON array of tools or a `tools/list` result.
//! - `policy` or `policy PATH`: a policy file (by default the root, `root.policy`). A comment `// error: E0301`, `// warning: W0801` or
//!   `// note: N0901` at a line's end expects exactly that there; errors and warnings that nothing expects fail the test, notes do not.
//!   The policy's own `test` blocks are run; they say what happens from call to call.
//! - `calls`: lines `principal {…}`, `session {…}`, `at TIME`, `call SERVER.TOOL ARGS => EFFECT by ID, …`, `list => TOOL, …`.
//!   `ARGS` are the bytes as they stand. `by` names all reasons, in order; with `…` at its end, the first ones. `terms` after an ask
//!   names its approval terms: `rule(team|team, quorum)`. `principal` and `session` hold until they are set again. `changed` in place of
//!   `call` is a call of a tool whose schema differs from the locked one, `unseen` one whose schema the host has not seen.

mod calls;
mod expect;
mod markdown;
mod short;

pub use markdown::{Block, Case, read};

use policyc_compiler::files::MemoryFiles;
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::{Compiler, Report, testing};
use policyc_runtime::program::Program;
use policyc_runtime::{Pdp, Requirements};
use std::fmt::Write as _;
use std::sync::Arc;

/// Files, and which of them are policies, by path.
pub type CaseFiles<'c> = (MemoryFiles, Vec<(String, &'c Block)>);

/// The files of a test, and its policies by path.
///
/// # Errors
/// A block that is none.
pub fn files(case: &Case) -> Result<CaseFiles<'_>, String> {
    let mut files = MemoryFiles::default();
    let mut policies = Vec::new();
    for block in &case.blocks {
        let mut words = block.info.split_whitespace();
        let (kind, name) = (words.next(), words.next());
        let identity = words.nth(1).or(name).unwrap_or_default();
        match (kind, name) {
            (Some("tools"), Some(name)) => {
                files = files.with(&format!("{name}.lock.json"), &short::lock(identity, &block.text)?);
            }
            (Some("lock"), Some(name)) => {
                files = files.with(&format!("{name}.lock.json"), &short::import(identity, &block.text)?);
            }
            (Some("policy"), path) => {
                let path = path.unwrap_or("root.policy");
                files = files.with(path, &block.text);
                policies.push((path.to_owned(), block));
            }
            (Some("calls"), _) => {}
            (Some(other), _) => {
                return Err(format!("line {}: no kind of block is named `{other}`", block.line));
            }
            (None, _) => return Err(format!("line {}: a block without a kind", block.line)),
        }
    }
    Ok((files, policies))
}

/// Runs one test.
///
/// # Errors
/// What differs from what the text says, in full.
pub fn run(case: &Case) -> Result<(), String> {
    let (files, policies) = files(case)?;
    if policies.is_empty() {
        return Err("the test has no policy".to_owned());
    }
    let (report, program) = Compiler::new(Arc::new(files)).build("root.policy");
    expect::compare(&report, &policies)?;
    if let (Some(program), false) = (program, report.tests.is_empty()) {
        own_tests(&report, Program::clone(&program))?;
    }
    for block in case.blocks.iter().filter(|b| b.info.split_whitespace().next() == Some("calls")) {
        calls::run(&report, block)?;
    }
    Ok(())
}

/// The `test` blocks of the policy itself: what happens from call to call is said there.
fn own_tests(report: &Report, program: Program) -> Result<(), String> {
    let pdp = Pdp::from_program(program, &Requirements::default()).map_err(|error| error.to_string())?;
    let mut tally = Tally::new(pdp.program());
    let mut out = String::new();
    for result in testing::run(report, &pdp, &mut tally) {
        for failure in &result.failures {
            let line = expect::line_of(report, &result.file, failure.span.start);
            let (expected, actual) = (&failure.expected, &failure.actual);
            let _ = writeln!(out, "  {}:{line}: expected {expected}; {actual}", result.name);
            for note in &failure.notes {
                let _ = writeln!(out, "    {note}");
            }
        }
    }
    if out.is_empty() { Ok(()) } else { Err(out) }
}

/// Renders a report's diagnostics one a line.
fn listing(report: &Report) -> String {
    report
        .diagnostics
        .iter()
        .map(|d| {
            let line = expect::line_of(report, &d.at.file, d.at.span.start);
            format!("  {}:{line}: {}: {}: {}\n", d.at.file, d.level.word(), d.code.name(), d.message)
        })
        .collect()
}
