//! `policyc tools diff LOCK FILE|--url URL|-- COMMAND…`. In: a lock, and what the server says now. Out: every change, tool by tool; exit
//! status 1 if there is one.

use super::super::format::{Format, plain};
use super::import::volatile;
use super::source::{Server, lock};
use super::{bad_document, load, tell_notes};
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::render::{counted, one_line};
use policyc_compiler::lock::{Change, ChangeKind, ImportOptions, Lock, import_document};
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `tools diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The lock
    #[arg(value_parser = path())]
    lock: String,
    /// A saved list or another lock to compare with
    #[arg(conflicts_with_all = ["url", "command"], value_parser = path())]
    file: Option<String>,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
    #[command(flatten)]
    server: Server,
}

/// Compares.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let (old, _) = load(&args.lock)?;
    let identity = &*old.server.identity;
    let options = ImportOptions { volatile: volatile(&old), ..ImportOptions::default() };
    let imported = match &args.file {
        Some(file) => {
            let text = crate::disk::read_text(file)?;
            import_document(&text, identity, &options).map_err(|error| bad_document(file, &text, &error))?
        }
        None if args.server.is_given() => {
            let pulled = args.server.ask(output)?;
            lock(&pulled, identity, args.server.name(), &options).map_err(|error| {
                Trouble::new(format!("the list of `{identity}` cannot be used: {}", error.message))
                    .of(Code::E0202, identity)
            })?
        }
        None => {
            return Err(Trouble::new("nothing to compare the lock with")
                .help("add a saved list, `--url URL`, or `-- COMMAND` that starts the server"));
        }
    };
    // What is missing from the other list shows as a difference, if it is one.
    let _ = tell_notes(&imported, output);
    let changes = policyc_compiler::lock::diff(&old, &imported.lock);
    if args.format == Format::Json {
        let list: Vec<_> = changes
            .iter()
            .map(|change| json!({ "tool": &*change.tool, "change": change.kind.slug(), "pointers": change.pointers }))
            .collect();
        output.json(&list)?;
    } else {
        let mut text: String =
            changes.iter().map(|change| line(change, &old, &imported.lock) + "\n").collect();
        if changes.is_empty() && !output.quiet() {
            let tools = counted(old.tools.len(), "tool");
            let _ = writeln!(text, "{tools} of `{}`, no difference", one_line(identity));
        }
        output.out(&text)?;
    }
    Ok(Exit::findings(!changes.is_empty()))
}

fn line(change: &Change, old: &Lock, new: &Lock) -> String {
    let what = match change.kind {
        ChangeKind::Identity => {
            let (old, new) = (&old.server.identity, &new.server.identity);
            return one_line(&format!("changed server: `{old}` is now `{new}`"));
        }
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::InputSchema => "changed input schema",
        ChangeKind::OutputSchema => "changed output schema",
        ChangeKind::Description => "changed description",
        ChangeKind::Annotations => "changed annotations",
        ChangeKind::Execution => "changed execution",
        ChangeKind::Volatile => "changed volatile places",
    };
    let pointers =
        if change.pointers.is_empty() { String::new() } else { format!(": {}", change.pointers.join(", ")) };
    one_line(&format!("{what}: `{}`{pointers}", change.tool))
}
