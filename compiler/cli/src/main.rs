//! The `policyc` command. In: arguments, files, standard input. Out: text or JSON on standard output, diagnostics, and an exit status:
//! 0 clean, 1 findings or failed tests, 2 usage or I/O error (`exit`).

mod commands;
mod disk;
mod exit;
mod output;
mod program;
mod roots;
mod write;

use clap::Parser;
use commands::Command;
use exit::Exit;
use output::{ColorChoice, Output};
use std::process::ExitCode;

/// Check, build, test and explain policies for AI agents' tool calls
#[derive(Debug, Parser)]
#[command(name = "policyc", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit status: 0 clean, 1 findings or failed tests, 2 usage or I/O error.")]
struct Cli {
    /// When to color: `auto` colors on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    color: ColorChoice,
    /// Say only what goes wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more, such as what an omitted argument does
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.color, cli.quiet, cli.verbose);
    let exit = commands::run(cli.command, &output).unwrap_or_else(|trouble| {
        output.trouble(&trouble);
        Exit::Trouble
    });
    exit.into()
}
