//! Developer tasks. In: `cargo xtask TASK`. Out: what the task found; exit status 0 if all is well, 1 if not.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "tasks report to a person")]

mod bench;
mod ci;
mod shell;
mod tasks;
mod tidy;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Why a task failed: one message for a person.
type Failure = String;

/// Developer tasks
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Everything that a change has to pass, save what needs the network
    Ci,
    /// Sizes, layout, links, forbidden dependencies: what neither compiler nor clippy looks at
    Tidy,
    /// Write the reference pages and editor data that come from tables in the code
    Codegen {
        /// Write nothing; fail if something would change
        #[arg(long)]
        check: bool,
    },
    /// Measure compiling, deciding and replaying, beside peers and a limit written by hand
    Bench(bench::Options),
    /// Run every fuzz target (needs a nightly toolchain and `cargo-fuzz`)
    Fuzz {
        /// How long each target runs
        #[arg(default_value_t = 60)]
        seconds: u64,
    },
    /// Compare VM and reference evaluator on generated policies and requests, and on runs of policies that remember
    Differential {
        /// How many pairs of policy and request
        #[arg(default_value_t = 1_000_000)]
        pairs: u64,
        /// How many runs of several steps
        #[arg(long, default_value_t = 1_000_000)]
        runs: u64,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Ci => ci::run(),
        Task::Tidy => tidy::run(),
        Task::Codegen { check } => tasks::codegen(check),
        Task::Bench(options) => bench::measure(&options),
        Task::Fuzz { seconds } => tasks::fuzz(seconds),
        Task::Differential { pairs, runs } => tasks::differential(pairs, runs),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
