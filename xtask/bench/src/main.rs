//! Measures the product: compiling, deciding, replaying. In: what to measure. Out: one JSON object per line on standard output, times in
//! nanoseconds. `cargo xtask bench` runs this beside the peers' program and makes tables of it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it reports to `cargo xtask bench`")]

mod agree;
mod compile;
mod decide;
mod replay;
mod state;

use policyc_bench::Failure;
use std::process::ExitCode;

/// The one of the `policyc` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("policyc-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Failure> {
    match words {
        ["agree"] => agree::run(),
        ["compile", rules] => compile::run(number(rules)?),
        ["decide", rounds] => decide::run(number(rounds)?),
        ["decide", rounds, only] => decide::one(only, number(rounds)?),
        ["state", rounds] => state::run(number(rounds)?),
        ["replay", rounds, folder] => replay::run(number(rounds)?, folder),
        _ => Err(
            "usage: policyc-bench agree | compile RULES | decide ROUNDS [WORKLOAD] | state ROUNDS | replay ROUNDS FOLDER"
                .to_owned(),
        ),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}
