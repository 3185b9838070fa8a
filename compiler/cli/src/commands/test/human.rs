//! A test run for people. In: the outcome. Out: failures in full, the replay as a table, coverage in a line (with `-v` as a table).

use super::hostile::hostile;
use super::outcome::{Covered, Outcome, Replayed, differs, narrow};
use super::truth::ground_truth;
use crate::output::Output;
use policyc_compiler::diagnostics::render::{counted, one_line};
use std::fmt::Write as _;

/// Mismatches that are shown; more are counted.
const SHOWN: usize = 20;

/// The text.
pub(super) fn human(outcome: &Outcome, output: &Output) -> String {
    let mut text = String::new();
    for test in outcome.tests.iter().filter(|test| !test.passed) {
        let _ = writeln!(text, "FAILED {} ({}:{})", test.name, test.file, test.line);
        for failure in &test.failures {
            for line in failure.message().lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        text.push('\n');
    }
    if output.verbose() {
        for test in outcome.tests.iter().filter(|test| test.passed) {
            let _ = writeln!(text, "passed {} ({}:{})", test.name, test.file, test.line);
        }
    }
    if !output.quiet() || outcome.failed() > 0 {
        let _ = writeln!(text, "{} passed, {} failed", counted(outcome.passed(), "test"), outcome.failed());
    }
    if let Some(replayed) = &outcome.replayed {
        replay(&mut text, replayed, output);
    }
    coverage(&mut text, outcome, output);
    text
}

fn replay(text: &mut String, replayed: &Replayed, output: &Output) {
    if !output.quiet() {
        let _ = writeln!(
            text,
            "\nreplayed {} of {}: {} allow, {} ask, {} deny",
            counted(narrow(replayed.calls), "call"),
            counted(replayed.files, "recording"),
            replayed.allow,
            replayed.ask,
            replayed.deny
        );
        let mut rows = vec![["calls", "decision", "reason", "first"].map(str::to_owned)];
        let mut sorted: Vec<_> = replayed.reasons.iter().collect();
        sorted.sort_by_key(|reason| (std::cmp::Reverse(reason.calls), &reason.id));
        for reason in sorted {
            let first = reason.first.first().map_or_else(String::new, |call| {
                let detail = call.detail.as_deref().map_or_else(String::new, |detail| format!(": {detail}"));
                one_line(&format!("{}:{} {}{detail}", call.file, call.line, call.tool))
            });
            rows.push([reason.calls.to_string(), reason.decision.to_owned(), reason.id.clone(), first]);
        }
        if rows.len() > 1 {
            table(text, &rows);
        }
        uncertain(text, replayed);
        if let Some(truth) = &replayed.truth {
            ground_truth(text, truth);
        }
    }
    if let Some(hostility) = &replayed.hostility {
        hostile(text, hostility, output);
    }
    for mismatch in replayed.mismatches.iter().take(SHOWN) {
        let (file, line) = replayed.place(mismatch);
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let difference =
            format!("DIFFERS {file}{line} {} #{}: {}", mismatch.session, mismatch.seq, differs(mismatch));
        let _ = writeln!(text, "{}", one_line(&difference));
    }
    if replayed.mismatches.len() > SHOWN {
        let _ = writeln!(text, "… and {} more", replayed.mismatches.len() - SHOWN);
    }
    for diverged in replayed.diverged.iter().take(SHOWN) {
        let line = format!("DIVERGES {}:{}: {}", diverged.file, diverged.line, diverged.message);
        let _ = writeln!(text, "{}", one_line(&line));
    }
    if replayed.diverged.len() > SHOWN {
        let _ = writeln!(text, "… and {} more", replayed.diverged.len() - SHOWN);
    }
    if replayed.broken_count > 0 {
        let lines = counted(narrow(replayed.broken_count), "broken line");
        let were = if replayed.broken_count == 1 { "was" } else { "were" };
        let _ = writeln!(text, "{lines} {were} left out");
    }
}

/// Verdicts that might be others, if any.
fn uncertain(text: &mut String, replayed: &Replayed) {
    let found = [
        (
            replayed.uncertain.conditional,
            "in a session in which a call that ran then is not admitted now, so it taught nothing",
        ),
        (
            replayed.uncertain.inconclusive,
            "in a session in which a result that teaches something is cut, missing or changed",
        ),
    ];
    for (count, why) in found.into_iter().filter(|(count, _)| *count > 0) {
        let verdicts = counted(narrow(count), "verdict");
        let rests = if count == 1 { "rests" } else { "rest" };
        let _ = writeln!(text, "{verdicts} {rests} on memory {why}");
    }
}

fn coverage(text: &mut String, outcome: &Outcome, output: &Output) {
    let coverage = &outcome.coverage;
    if output.quiet() || coverage.by_statement.is_empty() {
        return;
    }
    let statements = counted(coverage.by_statement.len(), "statement");
    let percent = coverage.percent().unwrap_or_default();
    let _ = write!(text, "\ncoverage: {} of {statements} matched ({percent} %)", coverage.matched());
    let several = coverage.by_statement.windows(2).any(|pair| matches!(pair, [a, b] if a.policy != b.policy));
    let name = |statement: &Covered| {
        if several { format!("{}: {}", statement.policy, statement.id) } else { statement.id.clone() }
    };
    let never: Vec<String> = coverage.never().map(name).collect();
    if !never.is_empty() {
        let _ = write!(text, "; never: {}", never.join(", "));
    }
    text.push('\n');
    if output.verbose() {
        let mut rows = vec![["considered", "matched", "determining", "statement"].map(str::to_owned)];
        for statement in &coverage.by_statement {
            let numbers =
                [statement.considered, statement.matched, statement.determining].map(|n| n.to_string());
            let [considered, matched, determining] = numbers;
            rows.push([considered, matched, determining, name(statement)]);
        }
        table(text, &rows);
    }
}

/// Columns of equal width; the last is as wide as it is.
pub(super) fn table<const N: usize>(text: &mut String, rows: &[[String; N]]) {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::from(" ");
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(line, " {cell:<width$} ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
