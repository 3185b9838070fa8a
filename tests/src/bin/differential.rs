//! The differential test at length: `differential [--pairs N] [--requests N] [--seed S]`. Out: a summary, or a small policy and request
//! on which the evaluators disagree, and exit code 1.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

use policyc_tests::differential::{Plan, run};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut plan = Plan { pairs: 1_000_000, requests: 400, seed: 2026 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.replace('_', "").parse::<u64>().ok());
        let size = value.and_then(|value| usize::try_from(value).ok());
        match (name.as_str(), value, size) {
            ("--pairs", _, Some(pairs)) => plan.pairs = pairs,
            ("--requests", _, Some(requests)) => plan.requests = requests.max(1),
            ("--seed", Some(seed), _) => plan.seed = seed,
            _ => {
                eprintln!("usage: differential [--pairs N] [--requests N] [--seed S]");
                return ExitCode::from(2);
            }
        }
    }
    let start = Instant::now();
    match run(plan) {
        Ok(summary) => {
            println!("{summary}");
            for (code, (count, example)) in &summary.complaints {
                println!("refused by the compiler, {code} × {count}, for example: {example}");
            }
            println!("{:.1} s", start.elapsed().as_secs_f64());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}
