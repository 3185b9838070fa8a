//! Every folder of `examples`: its policies check without a finding and are laid out, their tests pass, their recordings decide as their
//! `.expect` files say, tests and recording together reach every statement, and its locks hold facts alone.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use policyc_compiler::diagnostics::Level;
use policyc_compiler::replay::expect::Expectations;
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::replay::{Options, Replay};
use policyc_compiler::{Compiler, testing};
use policyc_runtime::{Pdp, Requirements};
use policyc_tests::disk::Disk;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folders() -> Vec<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut found: Vec<_> = fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    assert!(!found.is_empty(), "there are no examples");
    found
}

/// All files below a folder with this ending.
fn below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Checks, tests and replays `NAME.policy` of a folder with `NAME.recording.jsonl` and `NAME.expect`.
fn check(folder: &Path, root: &Path) {
    let name = root.file_stem().unwrap().to_string_lossy();
    let compiler = Compiler::new(Arc::new(Disk(folder.to_owned())));
    let (report, program) = compiler.build(&format!("{name}.policy"));
    let told: Vec<String> = report
        .diagnostics
        .iter()
        .filter(|d| d.level != Level::Note)
        .map(|d| format!("{}: {}: {}", d.at.file, d.code.name(), d.message))
        .collect();
    assert!(told.is_empty(), "{name}: {told:#?}");
    let pdp = Pdp::load(&program.unwrap().to_bytes(), &Requirements::default()).unwrap();

    let mut tally = Tally::new(pdp.program());
    assert!(!report.tests.is_empty(), "{name} has no tests");
    for result in testing::run(&report, &pdp, &mut tally) {
        assert!(result.failures.is_empty(), "{name}: {}: {:#?}", result.name, result.failures);
    }

    let recording = format!("{name}.recording.jsonl");
    let expected = fs::read_to_string(folder.join(format!("{name}.expect"))).unwrap();
    let mut replay = Replay::new(
        &pdp,
        Options { expected: Some(Expectations::parse(&expected).unwrap()), ..Options::default() },
    );
    replay.file(&recording, &recording);
    for line in fs::read(folder.join(&recording)).unwrap().split(|byte| *byte == b'\n') {
        if !line.is_empty() {
            replay.line(line);
        }
    }
    let replayed = replay.finish();
    assert_eq!(replayed.broken, [], "{recording} holds lines that cannot be read");
    assert_eq!(replayed.mismatches, [], "{recording} decides otherwise than {name}.expect");
    assert!(replayed.tally.calls() >= 40, "{recording} has {} calls", replayed.tally.calls());

    let mut missed: BTreeMap<&str, u64> = tally.coverage().iter().map(|s| (s.id, s.matched)).collect();
    for statement in replayed.tally.coverage() {
        *missed.entry(statement.id).or_default() += statement.matched;
    }
    missed.retain(|_, matched| *matched == 0);
    assert!(missed.is_empty(), "{name}: neither tests nor recording reach {:?}", missed.keys());
}

#[test]
fn examples_check_test_and_replay() {
    for folder in folders() {
        let mut roots = below(&folder, ".policy");
        roots.retain(|path| path.parent() == Some(&folder));
        assert!(!roots.is_empty(), "{} has no policy", folder.display());
        for root in roots {
            check(&folder, &root);
        }
    }
}

#[test]
fn examples_are_laid_out() {
    for path in folders().iter().flat_map(|folder| below(folder, ".policy")) {
        let text = fs::read_to_string(&path).unwrap();
        let laid_out = policyc_grammar::format::format(&text).unwrap() == text;
        assert!(laid_out, "{} is not laid out: run `policyc fmt` on it", path.display());
    }
}

#[test]
fn locks_of_examples_hold_no_prose() {
    let mut tools = 0;
    for path in folders().iter().flat_map(|folder| below(folder, ".lock.json")) {
        let lock: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        tools += lock["tools"].as_array().unwrap().len();
        assert_eq!(prose(&lock["tools"]), Vec::<String>::new(), "{}", path.display());
    }
    assert!(tools > 0, "the examples have no locks");
}

/// Texts under the keys that hold prose. (A parameter may be called `description`; what stands there is a schema, not a text.)
fn prose(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(text) if ["description", "title", "$comment"].contains(&key.as_str()) => {
                    vec![text.to_owned()]
                }
                _ => prose(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(prose).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
