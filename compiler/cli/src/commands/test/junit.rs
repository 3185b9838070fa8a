//! A test run as JUnit XML, in the form that CI systems read: a suite per policy, a case per test block, and a suite for the replay. Without
//! times, so that equal runs give equal bytes.

use super::outcome::{Outcome, differs};
use std::fmt::Write as _;

/// The XML.
pub(super) fn junit(outcome: &Outcome) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    for test in &outcome.tests {
        if suites.last().is_none_or(|suite| suite.name != test.policy) {
            suites.push(Suite { name: test.policy.clone(), cases: Vec::new() });
        }
        let failure = test.failures.iter().map(|failure| failure.message()).collect::<Vec<_>>().join("\n");
        if let Some(suite) = suites.last_mut() {
            suite.cases.push((test.file.clone(), test.name.clone(), failure));
        }
    }
    if let Some(replayed) = &outcome.replayed {
        let mut cases = Vec::new();
        let broken =
            replayed.broken.iter().map(|line| format!("{}:{}: {}", line.file, line.line, line.message));
        cases.push((
            "replay".to_owned(),
            "every line can be read".to_owned(),
            broken.collect::<Vec<_>>().join("\n"),
        ));
        let differing = replayed
            .mismatches
            .iter()
            .map(|m| format!("{} {} #{}: {}", m.file, m.session, m.seq, differs(m)));
        cases.push((
            "replay".to_owned(),
            "verdicts are as expected".to_owned(),
            differing.collect::<Vec<_>>().join("\n"),
        ));
        suites.push(Suite { name: "replay".to_owned(), cases });
    }
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{tests}\" failures=\"{failures}\">\n"
    );
    for suite in &suites {
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
