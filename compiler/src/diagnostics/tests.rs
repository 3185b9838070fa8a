//! Renderings, text in, text out: a report made by hand, and what each form says of it.

use super::github::github;
use super::json::to_json;
use super::render::{Style, render, summary};
use super::sarif::sarif;
use super::{Code, Diagnostic, Location};
use crate::report::{FileText, Report};
use policyc_grammar::source::Span;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// A report over files, `«…»` marking the places of `at`.
fn report(files: &[(&str, &str)]) -> Report {
    Report {
        files: files
            .iter()
            .map(|(path, text)| FileText { path: (*path).into(), text: (*text).into() })
            .collect(),
        ..Report::default()
    }
}

/// The place of `needle` in a file of the report.
fn at(report: &Report, file: &str, needle: &str) -> Location {
    let text = &report.files.iter().find(|f| &*f.path == file).unwrap().text;
    let start = text.find(needle).unwrap() as u32;
    Location { file: file.into(), span: Span::new(start, start + needle.len() as u32) }
}

fn plain(report: &Report) -> String {
    let out = render(report, &report.diagnostics, Style::default());
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn sample() -> Report {
    let mut report = report(&[
        (
            "support.policy",
            "edition 2026\npolicy support\n\nrule klein: allow shop.create_refund // «für Käufer»\n  when args.ammount < 50\n",
        ),
        (
            "tools/shop.lock.json",
            "{\n  \"tools\": [\n    { \"name\": \"créer\" },\n    { \"name\": \"create_refund\" }\n  ]\n}\n",
        ),
    ]);
    report.diagnostics = vec![
        Diagnostic::new(
            Code::W0808,
            at(&report, "support.policy", "rule klein: allow shop.create_refund // «für Käufer»\n  when"),
            "`klein` grants",
        ),
        Diagnostic::new(
            Code::E0301,
            at(&report, "support.policy", "ammount"),
            "`create_refund` has no argument `ammount`",
        )
        .hint("not in the schema")
        .label(at(&report, "tools/shop.lock.json", "create_refund"), "locked here")
        .label(Location { file: "gone.json".into(), span: Span::new(0, 0) }, "and nowhere here")
        .note("it has `amount` and `customer`")
        .help("did you mean `amount`?")
        .fix("amount"),
        Diagnostic::new(
            Code::E0201,
            Location { file: "missing.policy".into(), span: Span::new(0, 0) },
            "`missing.policy` does not exist",
        )
        .help("check the path"),
    ];
    report
}

#[test]
fn people_see_excerpts_of_every_file() {
    insta::assert_snapshot!(plain(&sample()));
}

#[test]
fn color_is_escape_codes_around_the_same_text() {
    let report = sample();
    let colored = render(&report, &report.diagnostics, Style { color: true, ascii: false });
    let mut stripped = String::new();
    let mut rest = &*colored;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_ne!(colored, stripped);
    assert_eq!(stripped, render(&report, &report.diagnostics, Style::default()));
}

#[test]
fn ascii_style_draws_in_ascii() {
    let mut report = report(&[("a.policy", "edition 1\n")]);
    report.diagnostics =
        vec![Diagnostic::new(Code::E0208, at(&report, "a.policy", "1"), "edition `1` is unknown")];
    let out = render(&report, &report.diagnostics, Style { color: false, ascii: true });
    assert!(out.is_ascii(), "{out}");
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    let mut report = report(&[("a.policy", "let a = \"\u{1b}[2J\u{202e}\r\u{85}x\"\nlet b = 1\n")]);
    report.diagnostics =
        vec![Diagnostic::new(Code::E0107, at(&report, "a.policy", "x\""), "a string holds `\u{202e}`\u{7}")];
    let out = plain(&report);
    assert!(!out.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{out}");
    assert!(out.contains("a.policy:1:17"), "{out}");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("first\n{}needle{}\nlast\n", "€ab".repeat(5000), "cd€".repeat(5000));
    let mut report = report(&[("a.policy", &text)]);
    report.diagnostics = vec![
        Diagnostic::new(Code::E0301, at(&report, "a.policy", "needle"), "found")
            .label(at(&report, "a.policy", "first"), "begins here"),
    ];
    let out = plain(&report);
    assert!(out.contains("2 │ … "), "{out}");
    assert!(out.contains("needle"), "{out}");
    assert!(out.contains("begins here"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() < 300), "{out}");
}

#[test]
fn the_json_twin_holds_bytes_lines_and_columns() {
    let report = sample();
    insta::assert_snapshot!(serde_json::to_string_pretty(&to_json(&report, &report.diagnostics)).unwrap());
}

#[test]
fn github_annotations_escape_what_their_syntax_needs() {
    let mut report = report(&[("a,b.policy", "x\ny\n")]);
    report.diagnostics = vec![
        Diagnostic::new(Code::W0803, at(&report, "a,b.policy", "x\ny"), "100 % unused").help("remove it"),
        Diagnostic::new(Code::N0901, at(&report, "a,b.policy", "y"), "omitting it denies"),
    ];
    assert_eq!(
        github(&report, &report.diagnostics),
        "::warning file=a%2Cb.policy,line=1,endLine=2,title=W0803 unused::100 %25 unused%0Aremove it\n\
         ::notice file=a%2Cb.policy,line=2,endLine=2,col=1,endColumn=2,title=N0901 omission::omitting it denies\n"
    );
}

#[test]
fn sarif_has_rules_results_and_fixes() {
    let report = sample();
    let log: serde_json::Value = serde_json::from_str(&sarif(&report, &report.diagnostics)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!((rules.len(), results.len()), (3, 3));
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let unknown = results.iter().find(|result| result["ruleId"] == "E0301").unwrap();
    let place = &unknown["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "support.policy");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&5.into(), &13.into()));
    let related = &unknown["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "tools/shop.lock.json");
    assert_eq!(
        unknown["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "amount"
    );
    assert!(
        rules
            .iter()
            .any(|rule| rule["help"]["markdown"].as_str().is_some_and(|page| page.starts_with("# E0301")))
    );
}

#[test]
fn order_does_not_depend_on_the_order_found() {
    let mut report = sample();
    let expected = (plain(&report), serde_json::to_string(&to_json(&report, &report.diagnostics)).unwrap());
    report.diagnostics.reverse();
    assert_eq!(
        (plain(&report), serde_json::to_string(&to_json(&report, &report.diagnostics)).unwrap()),
        expected
    );
}

#[test]
fn the_summary_counts() {
    let report = sample();
    assert_eq!(summary(&report.diagnostics).as_deref(), Some("2 errors, 1 warning in 2 files"));
    assert_eq!(summary([]), None);
    assert_eq!(render(&Report::default(), [], Style::default()), "");
}

#[test]
fn ten_thousand_diagnostics_are_quick() {
    let lines: String = (0..10_000)
        .map(|n| format!("rule r{n}: allow shop.create_refund when args.ammount < {n}\n"))
        .collect();
    let mut report = report(&[("a.policy", &lines)]);
    for (start, found) in lines.match_indices("ammount") {
        let span = Span::new(start as u32, (start + found.len()) as u32);
        let at = Location { file: "a.policy".into(), span };
        report
            .diagnostics
            .push(Diagnostic::new(Code::E0301, at, "no argument `ammount`").help("did you mean `amount`?"));
    }
    assert_eq!(report.diagnostics.len(), 10_000);
    let begin = Instant::now();
    let text = plain(&report);
    let forms = to_json(&report, &report.diagnostics).len() + sarif(&report, &report.diagnostics).len();
    let spent = begin.elapsed();
    println!("10,000 diagnostics: {spent:?}, {} bytes, {forms}", text.len());
    // An unoptimized build on a loaded machine takes a few seconds; quadratic work would take minutes.
    assert!(spent < Duration::from_secs(60), "{spent:?}");
    assert!(text.ends_with("10000 errors in 1 file"));
}

proptest! {
    /// No text and no span makes a renderer fail; every form names every diagnostic.
    #[test]
    fn any_text_and_place_renders(
        text in "([a-z\t\"]|[€𝄞\u{301}\u{200b}\u{2028}]|\r\n|\n|\r){0,700}",
        other in "([a-z]|é|\n){0,50}",
        spans in prop::collection::vec((0_u32..900, 0_u32..900, any::<bool>()), 1..6),
    ) {
        let mut report = report(&[("a", &text), ("b", &other)]);
        for (start, end, in_other) in &spans {
            let place = |file: &str, from, to| Location { file: file.into(), span: Span::new(from, to) };
            let (first, second) = if *in_other { ("b", "a") } else { ("a", "b") };
            report.diagnostics.push(
                Diagnostic::new(Code::E0301, place(first, *start, *end), "m")
                    .label(place(second, *end, *start), "l")
                    .label(place(first, *end, *end), "k"),
            );
        }
        let out = plain(&report);
        prop_assert_eq!(out.matches("error[E0301]").count(), spans.len());
        prop_assert_eq!(to_json(&report, &report.diagnostics).len(), spans.len());
        prop_assert_eq!(github(&report, &report.diagnostics).lines().count(), spans.len());
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&sarif(&report, &report.diagnostics));
        prop_assert!(parsed.is_ok());
    }
}
