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

/// Compiling makes many small values and drops them together; the allocator is a fifth of its time with the platform's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, CommandFactory};

    const REFERENCE: &str = include_str!("../../../docs/reference/command.md");

    /// Every command and option, as `tools pull`, `--url`.
    fn words(command: &Command, path: &str, found: &mut Vec<String>) {
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            found.extend(argument.get_long().map(|long| format!("--{long}")));
        }
        for below in command.get_subcommands() {
            let path = format!("{path}{}", below.get_name());
            found.push(path.clone());
            words(below, &format!("{path} "), found);
        }
    }

    #[test]
    fn the_reference_names_every_command_and_option() {
        let mut found = Vec::new();
        words(&Cli::command(), "", &mut found);
        let missing: Vec<_> = found.iter().filter(|word| !REFERENCE.contains(word.as_str())).collect();
        assert!(missing.is_empty(), "docs/reference/command.md lacks {missing:?}");
        assert!(found.len() > 30, "{found:?}");
    }

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
