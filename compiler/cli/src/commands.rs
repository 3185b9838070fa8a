//! The commands, one file each. In: parsed arguments. Out: text, files, and how it ended.

mod check;
mod explain;
mod fmt;
mod format;
mod init;
mod tools;

use crate::exit::{Exit, Trouble};
use crate::output::Output;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check policies against their tool locks
    Check(check::Args),
    /// Write a first policy for some tool locks
    Init(init::Args),
    /// Lay policies out in the one layout
    Fmt(fmt::Args),
    /// Make, compare and look at tool locks
    #[command(subcommand)]
    Tools(tools::Command),
    /// Explain a diagnostic code: what it says, why it matters, how to mend it
    Explain(explain::Args),
}

/// Runs a command.
pub(crate) fn run(command: Command, output: &Output) -> Result<Exit, Trouble> {
    match command {
        Command::Check(args) => check::run(&args, output),
        Command::Init(args) => init::run(&args, output),
        Command::Fmt(args) => fmt::run(&args, output),
        Command::Tools(command) => tools::run(command, output),
        Command::Explain(args) => explain::run(&args, output),
    }
}
