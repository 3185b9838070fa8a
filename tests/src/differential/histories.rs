//! Many policies that remember, many runs of each. In: a plan. Out: a summary, or the first difference, made small.

use super::steps::{Difference, Pair, Seen};
use crate::generate::{ItemKind, PolicyText, Rng, STARTS, Step, build, compile, random_run, stateful_policy};
use policyc_compiler::diagnostics::Level;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunPlan {
    /// So many runs.
    pub runs: usize,
    /// Runs per policy.
    pub per_policy: usize,
    /// The seed of everything.
    pub seed: u64,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// The seed.
    pub seed: u64,
    /// Runs on which both agree.
    pub runs: usize,
    /// Policies.
    pub policies: usize,
    /// Statements that were generated, and that the compiler refused.
    pub statements: (usize, usize),
    /// Steps, decisions, reasons.
    pub seen: Seen,
    /// Complaints of the compiler by code, with an example.
    pub complaints: BTreeMap<String, (usize, String)>,
}

impl fmt::Display for RunSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} runs of {} steps agree (seed {}): {} policies with {} items ({} refused); {:?}; {:?}",
            self.runs,
            self.seen.steps,
            self.seed,
            self.policies,
            self.statements.0,
            self.statements.1,
            self.seen.decisions,
            self.seen.reasons,
        )
    }
}

/// A policy and a run on which gate and reference evaluator differ.
type Case = (PolicyText, Vec<Step>, Difference);

/// Runs a plan to its end or to the first difference.
///
/// # Errors
/// The difference, made small, or a program that is refused.
pub fn run_histories(plan: RunPlan) -> Result<RunSummary, String> {
    let mut summary = RunSummary { seed: plan.seed, ..RunSummary::default() };
    let mut rng = Rng::new(plan.seed);
    while summary.runs < plan.runs {
        let mut own = rng.fork();
        one(plan, &mut own, &mut summary)?;
    }
    Ok(summary)
}

fn one(plan: RunPlan, rng: &mut Rng, summary: &mut RunSummary) -> Result<(), String> {
    let source = stateful_policy(rng);
    let Some(built) = build(source.clone()) else {
        let (report, _) = compile(&source);
        let errors = report.diagnostics.iter().filter(|d| d.level == Level::Error);
        let errors: Vec<&str> = errors.map(|error| &*error.message).collect();
        return Err(format!("not built: {errors:?}\n{}", source.text(0)));
    };
    summary.policies += 1;
    summary.statements.0 += built.statements;
    summary.statements.1 += built.refused.len();
    for complaint in &built.refused {
        let code = complaint.split(' ').next().unwrap_or_default().to_owned();
        summary.complaints.entry(code).or_insert_with(|| (0, complaint.clone())).0 += 1;
    }
    let mut pair = Pair::new(&built).map_err(|error| format!("{error}\n{}", built.source.shown()))?;
    for _ in 0..plan.per_policy.min(plan.runs.saturating_sub(summary.runs)) {
        let start = rng.pick(&STARTS).copied().unwrap_or_default();
        let steps = random_run(rng);
        if let Err(difference) = pair.agree(start, &steps, &mut summary.seen) {
            let case = shrink((built.source.clone(), steps, difference), start);
            return Err(shown(&case, start, plan.seed));
        }
        summary.runs += 1;
    }
    Ok(())
}

fn shown((policy, steps, difference): &Case, start: i64, seed: u64) -> String {
    let mut out = format!("seed {seed}, from {start} ms\n{}", policy.text(0));
    for (number, step) in steps.iter().enumerate() {
        let mark = if number == difference.step { "→ " } else { "  " };
        let _ = writeln!(out, "{mark}{step}");
    }
    let _ = write!(out, "{}", difference.words);
    out
}

/// The smallest case that greedy deletion finds.
fn shrink(mut best: Case, start: i64) -> Case {
    best.1.truncate(best.2.step + 1);
    for _ in 0..4 {
        let before = (best.0.items.clone(), best.1.clone());
        for step in (0..best.1.len()).rev() {
            let mut steps = best.1.clone();
            if step < steps.len() {
                steps.remove(step);
                keep(&mut best, |case| case.1 = steps, start);
            }
        }
        for item in (0..best.0.items.len()).rev() {
            keep(&mut best, |case| drop(case.0.items.remove(item)), start);
        }
        for item in 0..best.0.items.len() {
            drop_lines(&mut best, item, start);
        }
        if (best.0.items.clone(), best.1.clone()) == before {
            break;
        }
    }
    best
}

/// Clauses stand on lines of their own.
fn drop_lines(best: &mut Case, item: usize, start: i64) {
    let Some(text) = best.0.items.get(item).filter(|item| item.kind == ItemKind::Statement) else { return };
    for line in (1..text.text.lines().count()).rev() {
        let change = |case: &mut Case| {
            if let Some(item) = case.0.items.get_mut(item) {
                let lines = item.text.lines().enumerate().filter(|(at, _)| *at != line);
                item.text = lines.map(|(_, text)| text).collect::<Vec<_>>().join("\n");
            }
        };
        keep(best, change, start);
    }
}

/// Takes a change if the two still differ.
fn keep(best: &mut Case, change: impl FnOnce(&mut Case), start: i64) {
    let mut case = best.clone();
    change(&mut case);
    let Some(built) = build(case.0) else { return };
    let Ok(mut pair) = Pair::new(&built) else { return };
    if let Err(difference) = pair.agree(start, &case.1, &mut Seen::default()) {
        case.1.truncate(difference.step + 1);
        *best = (built.source.clone(), case.1, difference);
    }
}
