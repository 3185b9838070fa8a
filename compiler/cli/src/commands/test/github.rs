//! A test run as annotations of GitHub Actions. In: the outcome. Out: a line for whatever made the run fail, at its place.

use super::outcome::{Outcome, Replayed, differs, line};
use policyc_compiler::Report;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::github::{annotation, github};

/// The lines.
pub(super) fn annotations(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (_, unusable) in &outcome.unusable {
        text.push_str(&github(&unusable.report, &unusable.report.diagnostics));
    }
    text.push_str(&github(&Report::default(), &outcome.told()));
    for test in &outcome.tests {
        let title = format!("test {}", test.name);
        for failure in &test.failures {
            annotation(&mut text, "error", &test.file, Some(failure.place), &title, &failure.message());
        }
    }
    if let Some(replayed) = &outcome.replayed {
        of_replay(replayed, &mut text);
    }
    text
}

fn of_replay(replayed: &Replayed, text: &mut String) {
    for mismatch in &replayed.mismatches {
        let title = format!("{} {}", mismatch.session, mismatch.seq);
        let (file, number) = replayed.place(mismatch);
        annotation(text, "error", file, number.map(line), &title, &differs(mismatch));
    }
    for diverged in &replayed.diverged {
        annotation(text, "error", &diverged.file, Some(line(diverged.line)), "replay", &diverged.message);
    }
    let title = format!("{} {}", Code::E0002.name(), Code::E0002.slug());
    for broken in &replayed.broken {
        annotation(text, "error", &broken.file, Some(line(broken.line)), &title, &broken.message);
    }
}
