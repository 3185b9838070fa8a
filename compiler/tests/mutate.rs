//! Changes of policies, tried: what is refused, what changes nothing, what a test, an expectation or nothing notices.

#![expect(clippy::unwrap_used, reason = "tests of policies that are written here")]

use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_compiler::mutate::trial::{Evidence, Fate, Recorded, Trials};
use policyc_compiler::mutate::{Kind, mutants};
use policyc_compiler::replay::expect::Expectations;
use policyc_compiler::{Compiler, Report};
use std::sync::Arc;

const TOOLS: &str = r#"{"tools":[
    {"name":"list","inputSchema":{"type":"object","properties":{"by":{"type":"string"}},"required":["by"]}},
    {"name":"pay","inputSchema":{"type":"object","properties":{"id":{"type":"string"},"amount":{"type":"number"}},"required":["id","amount"]}}]}"#;

const HEAD: &str =
    "edition 2026\npolicy p \"P\"\nimport tools box from \"box.lock.json\"\nsession { me: string }\n";

fn report(body: &str) -> Arc<Report> {
    let lock = import_document(TOOLS, "box", &ImportOptions::default()).unwrap().lock;
    let files = MemoryFiles::default()
        .with("p.policy", &format!("{HEAD}{body}"))
        .with("box.lock.json", &lock.to_text());
    let report = Compiler::new(Arc::new(files)).report("p.policy");
    assert!(report.policy.is_some(), "{:?}", report.diagnostics);
    report
}

/// The fates of the changes of one kind, as their text after the change.
fn fates(body: &str, kind: Kind, evidence: Evidence) -> Vec<(String, Fate)> {
    let report = report(body);
    let mut trials = Trials::new(&report, evidence).unwrap();
    let all = mutants(&report).into_iter().filter(|mutant| mutant.kind == kind);
    all.map(|mutant| (mutant.after.clone(), trials.fate(&mutant))).collect()
}

fn noticed(by: &str) -> Fate {
    Fate::Noticed(by.to_owned())
}

#[test]
fn a_bound_is_noticed_on_the_sides_that_are_tested() {
    let body = "rule small: allow box.pay when args.amount < 50\n\
        test at { session { me: \"a\" } call box.pay { id: \"1\", amount: 50 } => deny }";
    assert_eq!(
        fates(body, Kind::Bound, Evidence::default()),
        [
            ("args.amount < 51".to_owned(), noticed("test at")),
            ("args.amount < 49".to_owned(), Fate::NotNoticed(0))
        ]
    );
}

#[test]
fn what_a_test_names_may_be_dropped() {
    let body = "rule small: allow box.pay\n\
        test at { session { me: \"a\" } call box.pay { id: \"1\", amount: 50 } => allow by small }";
    assert_eq!(fates(body, Kind::Statement, Evidence::default()), [(String::new(), noticed("test at"))]);
}

#[test]
fn what_is_refused_or_changes_nothing_is_no_change() {
    let effects = fates("rule small: allow box.pay", Kind::Effect, Evidence::default());
    // Nobody would approve.
    assert!(matches!(&effects[0].1, Fate::Refused(why) if why.starts_with('E')), "{effects:?}");
    assert_eq!(effects[1], ("deny".to_owned(), Fate::NotNoticed(0)));
    let unused = "let top = 5\nrule small: allow box.pay";
    assert!(fates(unused, Kind::Bound, Evidence::default()).iter().all(|(_, fate)| *fate == Fate::Same));
}

#[test]
fn what_is_remembered_is_tested_from_step_to_step() {
    let body = "result box.list: { ids: list<{ id: string, by: string }> }\n\
        fact owner(id: string): string after box.list: each x in result.ids: owner(x.id) = x.by\n\
        rule list: allow box.list\n\
        rule own: allow box.pay when owner(args.id) == session.me\n\
        limit pace: 2 per session on box.pay\n\
        test own { session { me: \"a\" }\n\
          call box.list { by: \"a\" } returns { ids: [{ id: \"1\", by: \"a\" }] } => allow\n\
          call box.pay { id: \"1\", amount: 5 } => allow\n\
          call box.pay { id: \"1\", amount: 5 } => allow\n\
          call box.pay { id: \"1\", amount: 5 } => deny by pace }";
    let bounds = fates(body, Kind::Bound, Evidence::default());
    assert_eq!(bounds.len(), 2);
    assert!(bounds.iter().all(|(_, fate)| *fate == noticed("test own")), "{bounds:?}");
    let sources = fates(body, Kind::Source, Evidence::default());
    assert!(matches!(sources.as_slice(), [(_, Fate::Noticed(_) | Fate::Refused(_))]), "{sources:?}");
}

fn recorded() -> Vec<Recorded> {
    let session = r#"{"v":1,"type":"session","session":"s","principal":{},"context":{"me":"a"},"meta":{}}"#;
    let call = r#"{"v":1,"type":"call","session":"s","seq":0,"time":null,"server":"box","tool":"pay","args":{"id":"1","amount":50},"result":null,"label":null,"meta":{}}"#;
    vec![Recorded {
        name: "a.jsonl".to_owned(),
        key: "a.jsonl".to_owned(),
        bytes: format!("{session}\n{call}\n").into_bytes().into(),
    }]
}

#[test]
fn recorded_calls_notice_what_is_expected_of_them() {
    let body = "rule small: allow box.pay when args.amount < 50";
    let evidence = |expected: Option<&str>| Evidence {
        recordings: recorded(),
        expected: expected.map(|text| Expectations::parse(text).unwrap()),
        ..Evidence::default()
    };
    let bound =
        |evidence| fates(body, Kind::Bound, evidence).into_iter().map(|(_, fate)| fate).collect::<Vec<_>>();
    assert_eq!(bound(evidence(None)), [Fate::NotNoticed(1), Fate::NotNoticed(0)]);
    let expected = r#"{"file":"a.jsonl","session":"s","seq":0,"decision":"deny"}"#;
    assert_eq!(bound(evidence(Some(expected))), [noticed("a.jsonl s #0"), Fate::NotNoticed(0)]);
    let wrong = r#"{"file":"a.jsonl","session":"s","seq":0,"decision":"allow"}"#;
    let unfit = Trials::new(&report(body), evidence(Some(wrong))).unwrap_err();
    assert_eq!(unfit.failing, ["a.jsonl s #0"]);
}

#[test]
fn after_a_change_the_policy_is_as_it_was() {
    let body = "rule small: allow box.pay when args.amount < 50 and args.id != \"x\"\n\
        test at { session { me: \"a\" } call box.pay { id: \"1\", amount: 50 } => deny }";
    let report = report(body);
    let all = mutants(&report);
    let mut trials = Trials::new(&report, Evidence::default()).unwrap();
    let once: Vec<Fate> = all.iter().map(|mutant| trials.fate(mutant)).collect();
    let mut again: Vec<Fate> = all.iter().rev().map(|mutant| trials.fate(mutant)).collect();
    again.reverse();
    assert_eq!(once, again);
}
