//! The commands, one file each. In: parsed arguments. Out: text, files, and how it ended.

mod build;
mod call;
pub(crate) mod check;
mod doc;
mod eval;
mod explain;
mod fmt;
pub(crate) mod format;
mod init;
mod mutate;
pub(crate) mod recordings;
mod test;
mod tools;

use crate::exit::{Exit, Trouble};
use crate::output::Output;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check policies against their tool locks
    Check(check::Args),
    /// Compile a policy to a program
    Build(build::Args),
    /// Decide one call
    Eval(eval::Args),
    /// Run test blocks and replay recorded calls
    Test(test::Args),
    /// Change the policy in small ways, and name the changes that no test notices
    Mutate(mutate::Args),
    /// Describe a policy for people: what each principal may do, tool by tool
    Doc(doc::Args),
    /// Write a first policy for some tool locks
    Init(init::Args),
    /// Lay policies out in the one layout
    Fmt(fmt::Args),
    /// Make, compare and look at tool locks
    #[command(subcommand)]
    Tools(tools::Command),
    /// Explain a diagnostic code, or why a policy decides a call as it does
    Explain(explain::Args),
}

/// Runs a command.
pub(crate) fn run(command: Command, output: &Output) -> Result<Exit, Trouble> {
    match command {
        Command::Check(args) => check::run(&args, output),
        Command::Build(args) => build::run(&args, output),
        Command::Eval(args) => eval::run(&args, output),
        Command::Test(args) => test::run(&args, output),
        Command::Mutate(args) => mutate::run(&args, output),
        Command::Doc(args) => doc::run(&args, output),
        Command::Init(args) => init::run(&args, output),
        Command::Fmt(args) => fmt::run(&args, output),
        Command::Tools(command) => tools::run(command, output),
        Command::Explain(args) => explain::run(&args, output),
    }
}
