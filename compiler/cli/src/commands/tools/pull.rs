//! `policyc tools pull NAME -- COMMAND…` or `--url URL`. In: a live MCP server. Out: a lock.

use super::super::format::{Format, plain};
use super::Target;
use super::source::{Server, lock};
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::lock::ImportOptions;
use std::path::PathBuf;

/// Arguments of `tools pull`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server's identity: the name that makes its tools unique
    name: String,
    /// Where to write the lock; `-` is standard output
    #[arg(short, long, value_name = "LOCK", default_value = "NAME.lock.json")]
    output: PathBuf,
    /// Keep of descriptions only a digest
    #[arg(long)]
    no_descriptions: bool,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
    #[command(flatten)]
    server: Server,
}

/// Asks the server and writes the lock.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let path = if args.output.as_os_str() == "NAME.lock.json" {
        if !is_file_name(&args.name) {
            return Err(Trouble::new(format!("`{}` cannot be part of a file name", args.name))
                .help("name the lock: `-o shop.lock.json`"));
        }
        PathBuf::from(format!("{}.lock.json", args.name))
    } else {
        args.output.clone()
    };
    let mut target = Target { path: &path, input: None, notes: &[], format: args.format }.checked()?;
    let pulled = args.server.ask(output)?;
    let options = ImportOptions {
        no_descriptions: args.no_descriptions,
        rename: true,
        volatile: super::import::volatile_of(&path),
    };
    let imported = lock(&pulled, &args.name, args.server.name(), &options).map_err(|error| {
        Trouble::new(format!("the list of `{}` cannot be locked: {}", args.name, error.message))
            .of(Code::E0202, &args.name)
    })?;
    target.notes = &pulled.notes;
    target.write(&imported, output)
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '@'))
}
