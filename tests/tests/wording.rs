//! What messages say beyond their code, and what is not said, where a newcomer would be led astray.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use policyc_compiler::diagnostics::Level;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::{Compiler, Report, testing};
use policyc_runtime::{Pdp, Program, Requirements};
use std::sync::Arc;

const TOOLS: &str = r#"[
{"name":"search","inputSchema":{"type":"object","properties":{"fields":{"type":"array","items":{"type":"string"}}}}},
{"name":"read","inputSchema":{"type":"object","properties":{"fields":{"type":"array","items":{"type":"string"}},"history":{"type":"array","items":{"type":"string"}}}}}
]"#;

/// What comes of a policy over [`TOOLS`].
fn build(statements: &str) -> (Arc<Report>, Option<Arc<Program>>) {
    let lock = import_document(TOOLS, "crm", &ImportOptions::default()).unwrap().lock.to_text();
    let policy =
        format!("edition 2026\npolicy p \"wording\"\nimport tools crm from \"crm.lock.json\"\n{statements}");
    let files = MemoryFiles::default().with("p.policy", &policy).with("crm.lock.json", &lock);
    Compiler::new(Arc::new(files)).build("p.policy")
}

/// The errors and warnings about a policy over [`TOOLS`]: code, message, notes.
fn check(statements: &str, expected: &[&str]) {
    let (report, _) = build(statements);
    let told: Vec<String> = report
        .diagnostics
        .iter()
        .filter(|d| d.level != Level::Note)
        .map(|d| format!("{}: {}; {}", d.code.name(), d.message, d.notes.join("; ")))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn a_result_or_reply_is_called_what_the_author_called_it() {
    let whole = "is a record and is not compared as a whole";
    check("rule a: deny reply when length(reply) > 9", &[&format!("E0401: `reply` {whole}; ")]);
    check(
        "rule a: deny result of crm.read when result contains \"x\"",
        &[&format!("E0401: `result` {whole}; on read")],
    );
    check(
        "rule a: deny reply when reply.text == 5",
        &["E0401: `reply.text` is string, not a number, time, date or duration; "],
    );
}

#[test]
fn input_has_to_be_accepted() {
    let (report, _) = build("rule a: allow crm.read when input.code == \"1\"");
    let told = report.diagnostics.first().unwrap();
    assert_eq!(told.code.name(), "E0303");
    assert_eq!(
        told.help.as_deref(),
        Some("what an agent answers is read where `accept input on TOOLS` lets it in")
    );
    check(
        "accept input on crm.search\nrule a: allow crm.read when input.code == \"1\"",
        &["E0311: `input` is not known here; "],
    );
}

#[test]
fn a_finding_about_some_of_the_tools_names_them() {
    let unread =
        "W0804: `args.fields` is constrained, `args.history` of the same type is read by no statement; ";
    let about = format!("{unread}of the statement's tools, this is about `crm.read`");
    check("rule both: allow crm.* when \"name\" in args.fields\n", &[&about]);
    check("rule one: allow crm.read when \"name\" in args.fields\n", &[unread]);
}

#[test]
fn a_statement_that_does_not_read_makes_no_name_unused() {
    let broken = "E0101: expected a value after `in`; ";
    check("let shown = [\"name\"]\nrule one: allow crm.search when \"x\" in\n", &[broken]);
    check(
        "let shown = [\"name\"]\nrule one: allow crm.search when \"x\" in args.fields\n",
        &["W0803: let `shown` is never used; "],
    );
}

#[test]
fn a_test_without_a_time_says_how_to_set_it() {
    let statements = "rule by_day: allow crm.search when hour(now, \"UTC\") < 20\ntest untimed {\n  call crm.search {} => allow\n}\n";
    let (report, program) = build(statements);
    let pdp = Pdp::load(&program.unwrap().to_bytes(), &Requirements::default()).unwrap();
    let results = testing::run(&report, &pdp, &mut Tally::new(pdp.program()));
    let notes = &results.first().unwrap().failures.first().unwrap().notes;
    assert_eq!(notes.last().unwrap(), "a step before it sets the time: `at \"2027-01-01T09:00Z\"`");
}

/// The last notes of the first failure of the only test.
fn failing(statements: &str, expected: &[&str]) {
    let (report, program) = build(statements);
    let pdp = Pdp::load(&program.unwrap().to_bytes(), &Requirements::default()).unwrap();
    let results = testing::run(&report, &pdp, &mut Tally::new(pdp.program()));
    let notes = &results.first().unwrap().failures.first().unwrap().notes;
    assert_eq!(notes.get(1..).unwrap(), expected, "{notes:?}");
}

#[test]
fn a_call_that_nothing_permits_says_what_each_rule_lacks() {
    let rules = "result crm.search: { owner: string }\n\
                 fact owner(field: string): string after crm.search: owner(first(args.fields)) = result.owner\n\
                 rule look: allow crm.search\n\
                 rule owned: allow crm.read when owner(first(args.history)) == \"ann\"\n\
                 rule few: ask crm.read when count(args.fields) < 2 and \"x\" in args.history from \"lead\"\n\
                 rule none: allow crm.read unless \"y\" in args.history\n\
                 rule never: deny crm.read when \"z\" in args.history\n";
    failing(
        &format!("{rules}test t {{\n  call crm.read {{ fields: [\"a\"], history: [\"y\"] }} => allow\n}}\n"),
        &[
            "few needs `\"x\" in args.history` to be true, and it is false",
            "none needs `\"y\" in args.history` to be false, and it is true",
            "owned needs `owner(first(args.history)) == \"ann\"` to be true, and it is unknown, since `owner(\"y\")` was never learned",
        ],
    );
}
