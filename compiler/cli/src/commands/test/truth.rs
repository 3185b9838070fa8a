//! What became of attacks and of honest work. In: counts by suite and model. Out: a table for people, and its JSON.

use super::human::table;
use super::outcome::narrow;
use policyc_compiler::diagnostics::render::{counted, one_line};
use policyc_compiler::replay::truth::{Case, Counts, Stopped, Truth, Untouched};
use serde::Serialize;
use std::fmt::Write as _;

/// Cases of each kind that are shown; more are counted.
const SHOWN: usize = 20;

/// The counts as JSON.
#[derive(Debug, Serialize)]
pub(super) struct JsonTruth<'t> {
    all: Counts,
    by_model: Vec<JsonGroup<'t>>,
    let_through: &'t [Case],
    honest_stopped: &'t [Case],
}

#[derive(Debug, Serialize)]
struct JsonGroup<'t> {
    suite: &'t str,
    model: &'t str,
    #[serde(flatten)]
    counts: Counts,
}

impl<'t> JsonTruth<'t> {
    pub(super) fn of(truth: &'t Truth) -> Self {
        let groups = truth.groups.iter();
        let by_model = groups.map(|((suite, model), counts)| JsonGroup { suite, model, counts: *counts });
        Self {
            all: truth.all(),
            by_model: by_model.collect(),
            let_through: &truth.let_through,
            honest_stopped: &truth.stopped,
        }
    }
}

/// The table, and what of it needs a word.
pub(super) fn ground_truth(text: &mut String, truth: &Truth) {
    let all = truth.all();
    text.push_str(
        "\nattacks and their calls: stopped/asked/let through; honest sessions: untouched/asked/stopped\n",
    );
    let mut rows =
        vec![["suite", "model", "attacks", "calls", "honest", "task fulfilled"].map(str::to_owned)];
    for ((suite, model), counts) in &truth.groups {
        rows.push(row(suite, model, counts));
    }
    if truth.groups.len() > 1 {
        rows.push(row("all", "", &all));
    }
    table(text, &rows);
    let attacks = all.attacks;
    if attacks.total() > 0 {
        let _ = writeln!(
            text,
            "{} of {} not let through: {}, {} of these by a question",
            attacks.stopped + attacks.asked,
            counted(narrow(attacks.total()), "attack"),
            percent(attacks.stopped + attacks.asked, attacks.total()),
            percent(attacks.asked, attacks.stopped + attacks.asked)
        );
    }
    let (honest, one, many) = if all.fulfilled.total() > 0 {
        (all.fulfilled, "honest session with its task fulfilled", "honest sessions with their task fulfilled")
    } else {
        (all.honest, "honest session", "honest sessions")
    };
    if honest.total() > 0 {
        let _ = writeln!(
            text,
            "{} of {} {} untouched: {}, {} stopped",
            honest.untouched,
            honest.total(),
            if honest.total() == 1 { one } else { many },
            percent(honest.untouched, honest.total()),
            percent(honest.stopped, honest.total())
        );
    }
    let words = [
        (
            all.attacks_without_call,
            "attack",
            "reached its goal by no call that is labelled",
            "reached their goal by no call that is labelled",
        ),
        (
            all.inconclusive,
            "session",
            "is counted by a verdict that is inconclusive",
            "are counted by verdicts that are inconclusive",
        ),
        (all.died, "session", "died of an error and is not counted", "died of an error and are not counted"),
    ];
    for (count, noun, one, many) in words {
        if count > 0 {
            let _ =
                writeln!(text, "{} {}", counted(narrow(count), noun), if count == 1 { one } else { many });
        }
    }
    for (cases, what) in [(&truth.let_through, "LET THROUGH"), (&truth.stopped, "HONEST STOPPED")] {
        for case in cases.iter().take(SHOWN) {
            let line = format!("{what} {}:{}: session {}", case.file, case.line, case.session);
            let _ = writeln!(text, "{}", one_line(&line));
        }
        if cases.len() > SHOWN {
            let _ = writeln!(text, "… and {} more", cases.len() - SHOWN);
        }
    }
}

fn row(suite: &str, model: &str, counts: &Counts) -> [String; 6] {
    [
        one_line(suite),
        one_line(model),
        stopped(counts.attacks),
        stopped(counts.attack_calls),
        untouched(counts.honest),
        untouched(counts.fulfilled),
    ]
}

fn stopped(counts: Stopped) -> String {
    let Stopped { stopped, asked, let_through } = counts;
    if counts.total() == 0 { "-".to_owned() } else { format!("{stopped}/{asked}/{let_through}") }
}

fn untouched(counts: Untouched) -> String {
    let Untouched { untouched, asked, stopped } = counts;
    if counts.total() == 0 { "-".to_owned() } else { format!("{untouched}/{asked}/{stopped}") }
}

/// Rounded down to tenths: 100.0 % is all of them.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1_000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
