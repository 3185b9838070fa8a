//! A test run as JUnit XML, in the form that CI systems read: a suite per policy, a case per test block, a suite for the replay,
//! and a failing case for whatever could not be compiled, read or written. Without times, so that equal runs give equal bytes.

use super::outcome::{Outcome, Replayed, differs};
use policyc_compiler::Report;
use policyc_compiler::diagnostics::json::{JsonDiagnostic, to_json};
use policyc_compiler::replay::BrokenLine;
use std::fmt::Write as _;

/// The XML.
pub(super) fn junit(outcome: &Outcome) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    for (path, unusable) in &outcome.unusable {
        let errors = to_json(&unusable.report, &unusable.report.diagnostics);
        let cases = vec![(path.clone(), "the policy compiles".to_owned(), joined(errors.iter().map(error)))];
        suites.push(Suite { name: path.clone(), cases });
    }
    let told = outcome.told();
    if !told.is_empty() {
        let nothing = Report::default();
        let case = |trouble: &JsonDiagnostic<'_>| {
            (trouble.file.to_owned(), "the file can be used".to_owned(), error(trouble))
        };
        let cases = to_json(&nothing, &told).iter().map(case).collect();
        suites.push(Suite { name: "files".to_owned(), cases });
    }
    for test in &outcome.tests {
        if suites.last().is_none_or(|suite| suite.name != test.policy) {
            suites.push(Suite { name: test.policy.clone(), cases: Vec::new() });
        }
        let failure = joined(test.failures.iter().map(|failure| failure.message()));
        if let Some(suite) = suites.last_mut() {
            suite.cases.push((test.file.clone(), test.name.clone(), failure));
        }
    }
    suites.extend(outcome.replayed.as_ref().map(of_replay));
    written(&suites)
}

fn of_replay(replayed: &Replayed) -> Suite {
    let told = |line: &BrokenLine| format!("{}:{}: {}", line.file, line.line, line.message);
    let broken = replayed.broken.iter().map(told);
    let differing = replayed.mismatches.iter().map(|mismatch| {
        let (file, line) = replayed.place(mismatch);
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        format!("{file}{line} {} #{}: {}", mismatch.session, mismatch.seq, differs(mismatch))
    });
    let cases = [
        ("every line can be read", joined(broken)),
        ("verdicts are as expected", joined(differing.chain(replayed.diverged.iter().map(told)))),
    ];
    let cases = cases.map(|(name, failure)| ("replay".to_owned(), name.to_owned(), failure));
    Suite { name: "replay".to_owned(), cases: cases.into() }
}

fn error(found: &JsonDiagnostic<'_>) -> String {
    let (line, column) = (found.span.line, found.span.column);
    format!("{}:{line}:{column}: {}[{}]: {}", found.file, found.severity, found.code, found.message)
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn written(suites: &[Suite]) -> String {
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    for suite in suites {
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">",
            escaped(&suite.name),
            suite.cases.len(),
            suite.failures()
        );
        for (class, name, failure) in &suite.cases {
            let _ = write!(text, "    <testcase classname=\"{}\" name=\"{}\"", escaped(class), escaped(name));
            if failure.is_empty() {
                text.push_str("/>\n");
            } else {
                let first = failure.lines().next().unwrap_or_default();
                let _ = writeln!(
                    text,
                    ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                    escaped(first),
                    escaped(failure)
                );
            }
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

struct Suite {
    name: String,
    /// Class, name, failure (empty: passed).
    cases: Vec<(String, String, String)>,
}

impl Suite {
    fn failures(&self) -> usize {
        self.cases.iter().filter(|(_, _, failure)| !failure.is_empty()).count()
    }
}

/// Text of an element or attribute. Characters that XML 1.0 does not have become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_safe_in_xml() {
        assert_eq!(escaped("a<b>&\"c\"\u{1b}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\n");
    }
}
