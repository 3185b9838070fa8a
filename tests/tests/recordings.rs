//! Recorded calls under policies written for their tools (`tests/replay`): every call is decided, and every decision says why. The published
//! recordings live outside the repository and are skipped where they are absent; a small one of our own always runs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail where it stands; the counts are worth seeing"
)]

use policyc_compiler::Compiler;
use policyc_compiler::diagnostics::Level;
use policyc_compiler::files::{FileProblem, Files};
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_compiler::replay::tally::is_built_in;
use policyc_compiler::replay::{Options, Replay, Replayed};
use policyc_runtime::{Decision, Pdp, Requirements};
use policyc_tests::disk::Disk;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// File, session, number in the session.
type CallId = (String, String, u64);

/// A policy's folder, and the lock that its tools are imported to.
struct WithLock {
    folder: Disk,
    lock: (String, Arc<[u8]>),
}

impl Files for WithLock {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        if path == self.lock.0 { Ok(self.lock.1.clone()) } else { self.folder.read(path) }
    }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The program of `tests/replay/SUITE.policy` over the tools of a saved list.
fn program(suite: &str, tools: &Path) -> Pdp {
    let list = fs::read_to_string(tools).unwrap();
    let lock = import_document(&list, suite, &ImportOptions::default()).unwrap().lock.to_text();
    let lock = (format!("{suite}.lock.json"), Arc::from(lock.into_bytes()));
    let files = WithLock { folder: Disk(here("replay")), lock };
    let (report, program) = Compiler::new(Arc::new(files)).build(&format!("{suite}.policy"));
    let told: Vec<_> = report.diagnostics.iter().filter(|d| d.level != Level::Note).collect();
    assert!(told.is_empty(), "{suite}: {told:#?}");
    Pdp::load(&program.unwrap().to_bytes(), &Requirements::default()).unwrap()
}

/// Replays recordings given by name and text.
fn replay<'p>(pdp: &'p Pdp, recordings: &[(String, String)]) -> Replayed<'p> {
    let mut replay = Replay::new(pdp, Options { bless: true, ..Options::default() });
    for (name, text) in recordings {
        replay.file(name, name);
        for line in text.lines() {
            replay.line(line.as_bytes());
        }
    }
    let replayed = replay.finish();
    assert_eq!(replayed.broken, [], "every line can be read");
    replayed
}

/// The reasons of every call. Each has at least one; a permission's are statements, of the policy.
fn explained(pdp: &Pdp, replayed: &Replayed<'_>) -> BTreeMap<CallId, (String, Vec<String>)> {
    let ids: BTreeSet<&str> = pdp.program().statements.iter().map(|statement| &*statement.id).collect();
    let mut calls = BTreeMap::new();
    for line in replayed.blessed.as_deref().unwrap().lines() {
        let verdict: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| verdict.get(key).unwrap().as_str().unwrap().to_owned();
        let reasons: Vec<String> = serde_json::from_value(verdict.get("reasons").unwrap().clone()).unwrap();
        assert!(!reasons.is_empty(), "no reason: {line}");
        for reason in &reasons {
            let known = ids.contains(&**reason) || (text("decision") == "deny" && is_built_in(reason));
            assert!(known, "`{reason}` explains nothing: {line}");
        }
        let id = (text("file"), text("session"), verdict.get("seq").unwrap().as_u64().unwrap());
        assert!(calls.insert(id, (text("decision"), reasons)).is_none(), "twice: {line}");
    }
    assert_eq!(calls.len() as u64, replayed.tally.calls(), "every call has a verdict");
    calls
}

/// The calls of recordings for which `wanted` holds.
fn calls(recordings: &[(String, String)], wanted: impl Fn(&Value) -> bool) -> BTreeSet<CallId> {
    let mut found = BTreeSet::new();
    for (name, text) in recordings {
        for line in text.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            if event.get("type").unwrap() == "call" && wanted(&event) {
                let session = event.get("session").unwrap().as_str().unwrap().to_owned();
                found.insert((name.clone(), session, event.get("seq").unwrap().as_u64().unwrap()));
            }
        }
    }
    found
}

/// The calls that have this reason.
fn with_reason(calls: &BTreeMap<CallId, (String, Vec<String>)>, reason: &str) -> BTreeSet<CallId> {
    let having = calls.iter().filter(|(_, (_, reasons))| reasons.iter().any(|r| r == reason));
    having.map(|(id, _)| id.clone()).collect()
}

fn counts(replayed: &Replayed<'_>) -> [u64; 3] {
    [Decision::Allow, Decision::Ask, Decision::Deny].map(|decision| replayed.tally.decided(decision))
}

/// A suite of the published recordings, as `data/calls/README.md` counts it.
struct Suite {
    /// The policy's name, and the server's.
    name: &'static str,
    /// What its files begin with.
    files: &'static str,
    /// Calls per file, in the order of their names.
    calls: &'static [u64],
    /// Allow, ask, deny under our policy.
    decisions: [u64; 3],
    /// Calls that do not fit their tool's schema.
    bad_arguments: usize,
    /// Calls of a tool that does not exist.
    unknown_tools: usize,
}

const SUITES: [Suite; 3] = [
    Suite {
        name: "workspace",
        files: "agentdojo-workspace",
        calls: &[397, 346, 232, 776, 338, 399],
        decisions: [1821, 660, 7],
        bad_arguments: 6,
        unknown_tools: 1,
    },
    Suite {
        name: "banking",
        files: "agentdojo-banking",
        calls: &[86, 87, 163, 621, 281, 348],
        decisions: [939, 587, 60],
        bad_arguments: 12,
        unknown_tools: 0,
    },
    Suite {
        name: "retail",
        files: "tau2-retail",
        calls: &[292, 299, 276, 859],
        decisions: [1382, 325, 19],
        bad_arguments: 0,
        unknown_tools: 0,
    },
];

/// Replays a suite, and compares with what is known of it. Out: its calls.
fn check(suite: &Suite, data: &Path) -> u64 {
    let mut paths: Vec<PathBuf> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.retain(|path| name(path).starts_with(suite.files) && name(path).ends_with(".jsonl"));
    paths.sort();
    let recordings: Vec<(String, String)> =
        paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect();
    let pdp = program(suite.name, &data.join(format!("tools/{}.tools.json", suite.files)));
    let replayed = replay(&pdp, &recordings);
    let verdicts = explained(&pdp, &replayed);

    let [allow, ask, deny] = counts(&replayed);
    let total = replayed.tally.calls();
    println!("{}: {total} calls of {} files: {allow} allow, {ask} ask, {deny} deny", suite.name, paths.len());
    for (reason, calls) in replayed.tally.by_reason() {
        println!("  {calls:>5} {reason}");
    }
    let per_file: Vec<u64> = recordings
        .iter()
        .map(|(file, _)| verdicts.keys().filter(|(of, _, _)| of == file).count() as u64)
        .collect();
    assert_eq!(per_file, suite.calls, "{}: calls per file", suite.name);
    assert_eq!([allow, ask, deny], suite.decisions, "{}: allow, ask, deny", suite.name);
    assert_eq!(with_reason(&verdicts, "bad_arguments").len(), suite.bad_arguments, "{}", suite.name);
    assert_eq!(with_reason(&verdicts, "unknown_tool").len(), suite.unknown_tools, "{}", suite.name);
    let text_amounts = calls(&recordings, |call| call.pointer("/args/amount").is_some_and(Value::is_string));
    if suite.name == "banking" {
        assert_eq!(text_amounts.len(), 12, "amounts that are texts");
        assert_eq!(
            with_reason(&verdicts, "bad_arguments"),
            text_amounts,
            "each is refused, and nothing else"
        );
    }
    total
}

#[test]
fn published_recordings() {
    let data = here("../../shared/data/calls");
    if !data.is_dir() {
        println!("SKIPPED: the published recordings are not at {}", data.display());
        return;
    }
    let total: u64 = SUITES.iter().map(|suite| check(suite, &data)).sum();
    println!("{total} recorded calls, each decided and explained");
    assert_eq!(total, 5_800);
}

#[test]
fn a_recording_of_our_own() {
    let pdp = program("parcels", &here("replay/parcels.tools.json"));
    let text = fs::read_to_string(here("replay/parcels.jsonl")).unwrap();
    let recordings = [("parcels.jsonl".to_owned(), text.clone())];
    let replayed = replay(&pdp, &recordings);
    let verdicts = explained(&pdp, &replayed);
    assert_eq!(counts(&replayed), [3, 1, 12]);
    assert!(replayed.tally.coverage().iter().all(|statement| statement.matched > 0));

    let odd = |args: &Value| {
        args.get("fee").is_some_and(|fee| fee.as_f64().is_none_or(|fee| fee < 0.0))
            || args.get("express").is_some()
    };
    let expected = calls(&recordings, |call| odd(call.get("args").unwrap()));
    assert_eq!(expected.len(), 3);
    assert_eq!(with_reason(&verdicts, "bad_arguments"), expected);
    let unknown = calls(&recordings, |call| {
        call.get("server").unwrap() != "parcels" || call.get("tool").unwrap() == "destroy_all"
    });
    assert_eq!(unknown.len(), 2);
    assert_eq!(with_reason(&verdicts, "unknown_tool"), unknown);

    // The truth that a recording holds for reports is nothing that a policy sees.
    let blind: Vec<String> = text
        .lines()
        .map(|line| {
            let mut event: Value = serde_json::from_str(line).unwrap();
            let fields = event.as_object_mut().unwrap();
            fields.insert("meta".to_owned(), serde_json::json!({ "attack": null, "note": "other" }));
            fields.entry("label").and_modify(|label| *label = "benign".into());
            event.to_string()
        })
        .collect();
    let blind = replay(&pdp, &[("parcels.jsonl".to_owned(), blind.join("\n"))]);
    assert_eq!(explained(&pdp, &blind), verdicts);
}
