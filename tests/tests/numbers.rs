//! The specification is complete: every wish, trap and ruling has a number, and every number is the heading of a literate test, or is a test
//! in Rust that is named here, or belongs to a chapter that is still to come and is named here with the reason.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use policyc_tests::spec;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each kind of number and how many there are.
const KINDS: [(&str, usize); 9] = [
    ("P", 22),
    ("C", 27),
    ("I", 22),
    ("H", 13),
    ("A", 24),
    ("W", 16),
    ("S", 8),
    ("E", 13),
    ("semantics-", 55),
];

/// Numbers whose test is written in Rust: where, and the function's name.
const IN_RUST: [(&str, &str, &str); 15] = [
    ("P18", "tests/tests/records.rs", "a_record_names_the_rule_and_keeps_no_argument"),
    ("P19", "tests/tests/guardrails.rs", "a_program_without_required_guardrails_is_refused"),
    ("W9", "tests/tests/state/reload.rs", "a_call_ends_under_the_program_that_admitted_it"),
    ("E8", "tests/tests/state/reload.rs", "an_approval_is_of_one_program_and_one_call"),
    ("E12", "tests/tests/state/approvals.rs", "eight_threads_use_one_approval_once"),
    ("semantics-06", "tests/tests/state/reload.rs", "an_approval_is_of_one_program_and_one_call"),
    ("semantics-10", "runtime/tests/it/decide.rs", "the_budget_is_counted_in_instructions"),
    (
        "semantics-17",
        "runtime/src/result/tests/rules.rs",
        "semantics_17_where_spans_touch_the_guardrail_wins_then_the_smallest_id",
    ),
    ("semantics-38", "tests/tests/state/reload.rs", "what_is_declared_otherwise_starts_afresh"),
    ("semantics-47", "runtime/src/result/tests/encodings.rs", "semantics_47_escapes_are_seen_through"),
    (
        "semantics-48",
        "runtime/src/result/tests/schema.rs",
        "semantics_48_the_marker_where_the_schema_admits_it",
    ),
    (
        "semantics-50",
        "tests/tests/state/reload.rs",
        "a_hidden_tool_is_denied_in_the_words_of_one_that_is_not_there",
    ),
    ("semantics-51", "compiler/src/lock/tests/imports.rs", "volatile_values_are_neither_kept_nor_compared"),
    (
        "semantics-53",
        "tests/tests/theorems/t14_replay.rs",
        "t14_a_recording_is_replayed_as_it_was_or_the_verdict_is_inconclusive",
    ),
    ("semantics-55", "tests/tests/theorems/t2_order.rs", "t2_order_and_spelling_change_nothing"),
];

const GATEWAY: &str = "the gateway's: its log, its wire, its reload, the methods beside `tools/call`";
const ANALYZER: &str = "the analyzer's: it searches over all calls";

/// Numbers of later chapters, and why.
const LATER: [(&str, &[&str]); 2] = [
    (GATEWAY, &["P21", "C25", "W15", "S5", "S7", "E10", "E13"]),
    (ANALYZER, &["semantics-07", "semantics-15", "semantics-54"]),
];

/// Every number there is.
fn all() -> BTreeSet<String> {
    let number = |kind: &str, n: usize| {
        if kind.ends_with('-') { format!("{kind}{n:02}") } else { format!("{kind}{n}") }
    };
    KINDS.iter().flat_map(|(kind, last)| (1..=*last).map(move |n| number(kind, n))).collect()
}

/// The numbers in headings of literate tests, with the files they stand in. A heading begins with its numbers.
fn headings() -> BTreeMap<String, BTreeSet<String>> {
    let numbers = all();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            for case in spec::read(&fs::read_to_string(&path).unwrap()) {
                for word in case.title.split_whitespace().take_while(|word| numbers.contains(*word)) {
                    found.entry(word.to_owned()).or_default().insert(file.clone());
                }
            }
        }
    }
    found
}

#[test]
fn every_number_has_its_place() {
    let literate: BTreeSet<String> = headings().into_keys().collect();
    let rust: BTreeSet<String> = IN_RUST.iter().map(|(number, ..)| (*number).to_owned()).collect();
    let mut later = BTreeSet::new();
    for (reason, numbers) in LATER {
        for number in numbers {
            assert!(later.insert((*number).to_owned()), "{number} is put off twice: {reason}");
        }
    }
    for (one, other) in [(&literate, &rust), (&literate, &later), (&rust, &later)] {
        let both: Vec<_> = one.intersection(other).collect();
        assert!(both.is_empty(), "{both:?} have two places");
    }
    let places: BTreeSet<String> = literate.iter().chain(&rust).chain(&later).cloned().collect();
    let missing: Vec<_> = all().difference(&places).cloned().collect();
    assert!(missing.is_empty(), "no test and no reason for {missing:?}");
    let unknown: Vec<_> = places.difference(&all()).cloned().collect();
    assert!(unknown.is_empty(), "there are no {unknown:?}");
    println!(
        "{} numbers: {} literate, {} in Rust, {} later",
        places.len(),
        literate.len(),
        rust.len(),
        later.len()
    );
}

#[test]
fn tests_in_rust_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (number, file, name) in IN_RUST {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(text.contains(&format!("fn {name}(")), "{number}: {file} has no test `{name}`");
    }
}

/// The traps that `traps.md` puts off are those that are put off here.
#[test]
fn the_traps_put_off_are_listed_in_their_file() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/traps.md")).unwrap();
    let listed: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_whitespace().next())
        .filter(|word| *word != "trap")
        .collect();
    let traps = |number: &&&str| number.starts_with(['W', 'S', 'E']);
    let later: BTreeSet<&str> =
        LATER.iter().flat_map(|(_, numbers)| numbers.iter()).filter(traps).copied().collect();
    assert_eq!(listed, later);
}
