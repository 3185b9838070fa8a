//! Replay of recordings: the published ones if they are at hand, the reader's speed, and laws that hold for any lines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests of policies that are written here")]

use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::init::{Server, Tool, first_policy};
use policyc_compiler::lock::{ImportOptions, Lock, import_document};
use policyc_compiler::replay::{Options, Replay};
use policyc_runtime::{Decision, Pdp, Requirements};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A program that reads by allowing, writes by asking.
fn first_program(lock: &Lock) -> Pdp {
    let tools = lock.tools.iter().map(|tool| Tool {
        name: tool.name.to_string(),
        read_only: tool.hints.read_only,
        destructive: tool.hints.destructive,
        no_arguments: false,
    });
    let server = Server {
        identity: lock.server.identity.to_string(),
        lock: "x.lock.json".to_owned(),
        tools: tools.collect(),
    };
    let files = MemoryFiles::default()
        .with("p.policy", &first_policy("p", &[server]))
        .with("x.lock.json", &lock.to_text());
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    Pdp::from_program(Arc::unwrap_or_clone(program), &Requirements::default()).unwrap()
}

fn small_lock() -> Lock {
    let list = r#"{"tools":[{"name":"get","inputSchema":{"type":"object","properties":{"n":{"type":"number"}},"required":["n"]}},
        {"name":"put","inputSchema":{"type":"object"}}]}"#;
    import_document(list, "box", &ImportOptions::default()).unwrap().lock
}

/// The published recordings: suite, and how many calls are `bad_arguments` and `unknown_tool` for what their README says of them.
const PUBLISHED: [(&str, u64, u64, u64); 3] =
    [("agentdojo-banking", 1586, 12, 0), ("agentdojo-workspace", 2488, 6, 1), ("tau2-retail", 1726, 0, 0)];

#[test]
fn every_published_call_is_decided_for_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/calls");
    if !folder.exists() {
        println!("SKIPPED: {} is not here", folder.display());
        return;
    }
    let mut bytes = 0;
    let mut spent = (Duration::ZERO, Duration::ZERO);
    for (suite, calls, bad_arguments, unknown) in PUBLISHED {
        let list = std::fs::read_to_string(folder.join(format!("tools/{suite}.tools.json"))).unwrap();
        // The recordings name a server by the last word of their suite.
        let identity = suite.rsplit('-').next().unwrap();
        let pdp = first_program(&import_document(&list, identity, &ImportOptions::default()).unwrap().lock);
        let mut replay = Replay::new(&pdp, Options::default());
        for path in recordings(&folder, suite) {
            let text = std::fs::read(&path).unwrap();
            bytes += text.len();
            let begin = Instant::now();
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let value: serde_json::Value = serde_json::from_slice(line).unwrap();
                assert!(value.is_object());
            }
            let parsed = Instant::now();
            let name = path.file_name().unwrap().to_string_lossy();
            replay.file(&name, &name);
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                replay.line(line);
            }
            spent.0 += parsed - begin;
            spent.1 += parsed.elapsed();
        }
        let replayed = replay.finish();
        assert_eq!(
            (replayed.broken_count, replayed.tally.calls()),
            (0, calls),
            "{suite}: {:?}",
            replayed.broken
        );
        let by_reason = replayed.tally.by_reason();
        let count = |id: &str| by_reason.get(id).copied().unwrap_or(0);
        assert_eq!((count("bad_arguments"), count("unknown_tool")), (bad_arguments, unknown), "{suite}");
        assert_eq!(
            count("default_deny") + count("bad_request") + count("bad_context"),
            0,
            "{suite}: {by_reason:?}"
        );
        // One statement or built-in reason determines each decision of this policy.
        assert_eq!(by_reason.values().sum::<u64>(), calls, "{suite}: {by_reason:?}");
    }
    println!("{bytes} bytes: serde_json {:?}, replay {:?}", spent.0, spent.1);
    // `cargo xtask bench` measures the ratio on an optimized build; this catches work that grows.
    assert!(spent.1 < spent.0 * 4, "serde_json {:?}, replay {:?}", spent.0, spent.1);
}

fn recordings(folder: &Path, suite: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(suite)))
        .collect();
    paths.sort();
    paths
}

/// A session line and its calls.
fn session(id: &str, calls: &[(&str, &str)]) -> Vec<String> {
    let head =
        format!(r#"{{"v":1,"type":"session","session":"{id}","principal":{{}},"context":{{}},"meta":{{}}}}"#);
    let call = |(seq, (tool, args)): (usize, &(&str, &str))| {
        format!(
            r#"{{"v":1,"type":"call","session":"{id}","seq":{seq},"time":null,"server":"box","tool":"{tool}","args":{args},"result":null,"label":null,"meta":{{}}}}"#
        )
    };
    std::iter::once(head).chain(calls.iter().enumerate().map(call)).collect()
}

#[test]
fn counts_reasons_and_first_calls_add_up() {
    let pdp = first_program(&small_lock());
    let mut replay = Replay::new(&pdp, Options { bless: true, ..Options::default() });
    replay.file("a.jsonl", "a.jsonl");
    let one = session("one", &[("get", r#"{"n":1}"#), ("put", "{}"), ("get", "{}"), ("get", r#"{"n":2}"#)]);
    let two = session(
        "two",
        &[("nothing", "{}"), ("get", r#"{"n":3}"#), ("get", r#"{"n":4}"#), ("get", r#"{"n":5}"#)],
    );
    // Sessions may be interleaved.
    for (a, b) in one.iter().zip(&two) {
        replay.line(a.as_bytes());
        replay.line(b.as_bytes());
    }
    let replayed = replay.finish();
    let tally = &replayed.tally;
    assert_eq!(replayed.broken, []);
    assert_eq!(
        [Decision::Allow, Decision::Ask, Decision::Deny].map(|decision| tally.decided(decision)),
        [5, 1, 2]
    );
    let reasons = tally.by_reason();
    assert_eq!(
        reasons.iter().map(|(id, n)| (*id, *n)).collect::<Vec<_>>(),
        [("bad_arguments", 1), ("box_reads_by_name", 5), ("box_writes_by_name", 1), ("unknown_tool", 1)]
    );
    let first: Vec<_> = tally
        .first_calls()
        .find(|(id, ..)| *id == "box_reads_by_name")
        .unwrap()
        .3
        .iter()
        .map(|call| (call.line, &*call.session, call.seq))
        .collect();
    assert_eq!(first, [(3, "one", 0), (6, "two", 1), (8, "two", 2)]);
    let coverage = tally.coverage();
    assert!(
        coverage.iter().all(|statement| statement.considered >= statement.matched
            && statement.matched == statement.determining)
    );
    let blessed = replayed.blessed.unwrap();
    assert_eq!(blessed.lines().count(), 8);
    assert_eq!(
        blessed.lines().next().unwrap(),
        r#"{"file":"a.jsonl","session":"one","seq":0,"decision":"allow","reasons":["box_reads_by_name"]}"#
    );
}

#[test]
fn numbers_never_go_back() {
    let pdp = first_program(&small_lock());
    let lines = session("s", &[("put", "{}"), ("put", "{}"), ("put", "{}")]);
    let mut replay = Replay::new(&pdp, Options::default());
    replay.file("f", "f");
    for line in [0, 2, 1, 2, 3, 1, 0] {
        replay.line(lines[line].as_bytes());
    }
    let broken: Vec<String> =
        replay.finish().broken.into_iter().map(|b| format!("{}: {}", b.line, b.message)).collect();
    assert_eq!(
        broken,
        [
            "2: `seq` is 1; the next call of session `s` is 0",
            "3: `seq` is 0; the next call of session `s` is 2",
            "4: `seq` is 1; the next call of session `s` is 2",
            "6: `seq` is 0; the next call of session `s` is 3",
            "7: session `s` stands in an earlier line, too",
        ]
    );
}

/// One line that cannot be read costs its own calls and no other.
#[test]
fn a_lost_line_excuses_the_gap_behind_it() {
    let pdp = first_program(&small_lock());
    let (one, two) = (session("one", &[("put", "{}"); 6]), session("two", &[("put", "{}"); 3]));
    let lost = "{";
    let lines = [
        &*one[0], &*two[0], &*one[1], lost, // call 1 of either
        &*one[3], &*two[2], &*one[5], // the second gap of `one` has no excuse
        lost, lost, &*one[6],
    ];
    let mut replay = Replay::new(&pdp, Options::default());
    replay.file("f", "f");
    lines.iter().for_each(|line| replay.line(line.as_bytes()));
    let replayed = replay.finish();
    let broken: Vec<u64> = replayed.broken.iter().map(|broken| broken.line).collect();
    assert_eq!((broken, replayed.tally.calls()), (vec![4, 7, 8, 9], 4), "{:?}", replayed.broken);
}

#[test]
fn a_time_of_the_command_line_stands_in_where_there_is_none() {
    let policy = "edition 2026\npolicy p\nimport tools b from \"x.lock.json\"\nrule late: allow b.put when now >= 2027-01-01T00:00Z\n";
    let files = MemoryFiles::default().with("p.policy", policy).with("x.lock.json", &small_lock().to_text());
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:?}", report.diagnostics));
    let pdp = Pdp::from_program(Arc::unwrap_or_clone(program), &Requirements::default()).unwrap();
    let timed = session("s", &[("put", "{}"), ("put", "{}")]);
    let decide = |at: Option<i64>| {
        let mut replay = Replay::new(&pdp, Options { at, ..Options::default() });
        replay.line(timed[0].as_bytes());
        replay.line(timed[1].as_bytes());
        replay.line(timed[2].replace("\"time\":null", "\"time\":\"2027-06-01T00:00:00Z\"").as_bytes());
        let by_reason = replay.finish().tally.by_reason();
        by_reason.into_iter().map(|(id, n)| format!("{id} {n}")).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(decide(None), "bad_context 1, late 1");
    assert_eq!(decide(Some(1_800_000_000_000)), "late 2");
    assert_eq!(decide(Some(0)), "default_deny 1, late 1");
}

proptest! {
    /// Whatever the lines, each is a session, a decided call or a broken line, and expectations written down are met again.
    #[test]
    fn any_lines_are_accounted_for(
        lines in prop::collection::vec(prop_oneof![
            3 => (0_usize..3, 0_usize..6).prop_map(|(id, seq)| {
                let calls = [("get", r#"{"n":1}"#), ("put", "{}"), ("get", r#"{"n":"x"}"#), ("no", "{}"), ("put", r#"{"a":1,"a":2}"#)];
                session(["a", "b", "c"][id], &calls)[seq].clone().into_bytes()
            }),
            1 => "[ -~]{0,40}".prop_map(String::into_bytes),
            1 => prop::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n'), 0..40),
        ], 0..60),
    ) {
        let pdp = first_program(&small_lock());
        let mut replay = Replay::new(&pdp, Options { bless: true, ..Options::default() });
        replay.file("f", "f");
        let sessions = {
            let mut seen = std::collections::BTreeSet::new();
            lines.iter().filter(|line| line.starts_with(br#"{"v":1,"type":"session""#) && seen.insert((*line).clone())).count()
        };
        lines.iter().for_each(|line| replay.line(line));
        let replayed = replay.finish();
        prop_assert_eq!(replayed.tally.calls() + replayed.broken_count + sessions as u64, lines.len() as u64);
        let blessed = replayed.blessed.unwrap();
        let expected = policyc_compiler::replay::expect::Expectations::parse(&blessed).unwrap();
        let mut again = Replay::new(&pdp, Options { expected: Some(expected), ..Options::default() });
        again.file("f", "f");
        lines.iter().for_each(|line| again.line(line));
        prop_assert_eq!(again.finish().mismatches, vec![]);
    }
}
