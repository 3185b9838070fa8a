//! Changes for people. In: the outcome. Out: each change that nothing notices as a line, then how many there were of each kind.

use super::outcome::{Outcome, Tried};
use crate::output::Output;
use policyc_compiler::diagnostics::render::{counted, one_line};
use std::fmt::Write as _;

/// Characters of a change's side that are shown whole.
const WIDE: usize = 60;
/// Characters that are left of what both sides begin or end with.
const BESIDE: usize = 20;

/// The text.
pub(super) fn human(outcome: &Outcome, output: &Output) -> String {
    let mut text = String::new();
    for tried in &outcome.results {
        let (word, more) = match tried.outcome {
            "not_noticed" => ("UNNOTICED", recorded(tried)),
            _ if !output.verbose() => continue,
            "same" => ("same", String::new()),
            other => (other, tried.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default()),
        };
        let change = shown(&tried.before, &tried.after);
        let line = format!("{word} {}:{} {}: {change}{more}", tried.file, tried.line, tried.statement);
        let _ = writeln!(text, "{}", one_line(&line));
    }
    if !output.quiet() {
        if !text.is_empty() {
            text.push('\n');
        }
        summary(&mut text, outcome);
        if !outcome.by_kind.is_empty() {
            text.push_str("  kind        noticed\n");
        }
        for (kind, of_kind) in &outcome.by_kind {
            let _ = writeln!(text, "  {kind:<10}  {:>3} of {}", of_kind.noticed, of_kind.changes);
        }
    }
    text
}

fn recorded(tried: &Tried) -> String {
    match tried.changed_decisions {
        0 => String::new(),
        1 => " (1 recorded call is decided differently)".to_owned(),
        many => format!(" ({many} recorded calls are decided differently)"),
    }
}

fn summary(text: &mut String, outcome: &Outcome) {
    let _ = write!(text, "{}: {} noticed", counted(outcome.changes, "change"), outcome.noticed);
    if let Some(score) = outcome.score {
        let _ = write!(text, " ({score} %)");
    }
    let apart = [
        (outcome.refused, "refused by the checker"),
        (outcome.same, "without effect"),
        (outcome.left_out, "not tried"),
    ];
    let apart: Vec<String> =
        apart.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !apart.is_empty() {
        let _ = write!(text, "; beside them {}", apart.join(", "));
    }
    text.push('\n');
}

/// `a < 5 → a <= 5`; of long sides only what is near the difference.
fn shown(before: &str, after: &str) -> String {
    if after.is_empty() {
        return format!("without `{}`", cut(before));
    }
    let (mut before, mut after) = (before, after);
    let (mut head, mut tail) = ("", "");
    if before.chars().count().max(after.chars().count()) > WIDE {
        (head, before, after) = without_head(before, after);
        (tail, before, after) = without_tail(before, after);
    }
    format!("{head}{before}{tail} → {head}{after}{tail}")
}

/// Text that is too long ends in `…`.
fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// Leaves only the last words that both begin with.
fn without_head<'t>(before: &'t str, after: &'t str) -> (&'static str, &'t str, &'t str) {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    // A word is not cut.
    let words = before.char_indices().take(same.saturating_sub(BESIDE)).filter(|(_, c)| *c == ' ').last();
    match words {
        Some((at, _)) => {
            let rest = |text: &'t str| text.get(at..).unwrap_or_default();
            ("…", rest(before), rest(after))
        }
        None => ("", before, after),
    }
}

/// Leaves only the first words that both end with.
fn without_tail<'t>(before: &'t str, after: &'t str) -> (&'static str, &'t str, &'t str) {
    let same = before.chars().rev().zip(after.chars().rev()).take_while(|(a, b)| a == b).count();
    let words =
        before.char_indices().rev().take(same.saturating_sub(BESIDE)).filter(|(_, c)| *c == ' ').last();
    match words {
        Some((at, _)) => {
            let dropped = before.len() - at;
            let rest = |text: &'t str| text.get(..text.len().saturating_sub(dropped)).unwrap_or_default();
            (" …", rest(before), rest(after))
        }
        None => ("", before, after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_changes_are_shown_near_the_difference() {
        assert_eq!(shown("a < 5", "a <= 5"), "a < 5 → a <= 5");
        assert_eq!(shown("when x", ""), "without `when x`");
        let long = |middle: &str| {
            format!("args.amount == principal.limit and {middle} and args.currency == session.currency")
        };
        assert_eq!(
            shown(&long("args.x < 1"), &long("args.x < 2")),
            "… principal.limit and args.x < 1 and args.currency == … → … principal.limit and args.x < 2 and args.currency == …"
        );
        let text = "rule paused: deny shop.refund, shop.pay, shop.cancel when session.paused because";
        assert_eq!(
            shown(text, ""),
            "without `rule paused: deny shop.refund, shop.pay, shop.cancel when se…`"
        );
        assert!(shown(&"x".repeat(100), &"y".repeat(100)).contains('→'));
        assert!(shown(&"ä ".repeat(100), &"ä ".repeat(90)).contains('→'));
    }
}
