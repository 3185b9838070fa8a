//! The differential test at length: `differential [--pairs N] [--requests N] [--runs N] [--seed S]`; runs are of policies that remember,
//! several steps each. Out: a summary, or a small policy and request (or run) on which the evaluators disagree, and exit code 1.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use policyc_tests::differential::{Plan, RunPlan, run, run_histories};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut plan = Plan { pairs: 1_000_000, requests: 400, seed: 2026 };
    let mut runs = 0;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.replace('_', "").parse::<u64>().ok());
        let size = value.and_then(|value| usize::try_from(value).ok());
        match (name.as_str(), value, size) {
            ("--pairs", _, Some(pairs)) => plan.pairs = pairs,
            ("--runs", _, Some(some)) => runs = some,
            ("--requests", _, Some(requests)) => plan.requests = requests.max(1),
            ("--seed", Some(seed), _) => plan.seed = seed,
            _ => {
                eprintln!("usage: differential [--pairs N] [--requests N] [--runs N] [--seed S]");
                return ExitCode::from(2);
            }
        }
    }
    let start = Instant::now();
    let told = pairs(plan).and_then(|pairs| Ok(format!("{pairs}\n{}", histories(runs, plan.seed)?)));
    let (Ok(words) | Err(words)) = &told;
    println!("{words}\n{:.1} s", start.elapsed().as_secs_f64());
    if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Pairs of policy and request.
fn pairs(plan: Plan) -> Result<String, String> {
    if plan.pairs == 0 {
        return Ok(String::new());
    }
    let summary = run(plan)?;
    Ok(format!("{summary}{}", refused(&summary.complaints)))
}

/// Runs of policies that remember.
fn histories(runs: usize, seed: u64) -> Result<String, String> {
    if runs == 0 {
        return Ok(String::new());
    }
    let summary = run_histories(RunPlan { runs, per_policy: 200, seed })?;
    Ok(format!("{summary}{}", refused(&summary.complaints)))
}

fn refused(complaints: &BTreeMap<String, (usize, String)>) -> String {
    let lines = complaints.iter().map(|(code, (count, example))| {
        format!("\nrefused by the compiler, {code} × {count}, for example: {example}")
    });
    lines.collect()
}
