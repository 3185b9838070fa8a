//! `policyc tools`: tool locks. In: servers, saved tool lists, locks. Out: locks, and what differs or is odd about them.

mod diff;
mod import;
mod lint;
mod pull;
mod source;

use crate::exit::{Exit, Trouble};
use crate::output::Output;
use clap::Subcommand;
use policyc_compiler::diagnostics::positions::Positions;
use policyc_compiler::lock::{ImportedLock, Lock, LockError};
use serde_json::{Value, json};
use std::path::Path;

/// What to do with tool locks.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask a live MCP server for its tools and write a lock
    Pull(pull::Args),
    /// Make a lock of a saved tool list: a `tools/list` result, or functions for OpenAI or Anthropic
    Import(import::Args),
    /// Say what a server or a saved list has changed since a lock was made
    Diff(diff::Args),
    /// Say what is odd about the tools of a lock
    Lint(lint::Args),
}

/// Runs a command.
pub(crate) fn run(command: Command, output: &Output) -> Result<Exit, Trouble> {
    match command {
        Command::Pull(args) => pull::run(&args, output),
        Command::Import(args) => import::run(&args, output),
        Command::Diff(args) => diff::run(&args, output),
        Command::Lint(args) => lint::run(&args, output),
    }
}

/// Reads a lock.
pub(super) fn load(path: &str) -> Result<(Lock, String), Trouble> {
    let text = crate::disk::read_text(path)?;
    let lock = Lock::load(&text).map_err(|error| bad_document(path, &text, &error))?;
    Ok((lock, text))
}

/// A lock or a tool list that cannot be used, with its line where that is known.
fn bad_document(path: &str, text: &str, error: &LockError) -> Trouble {
    let place = error.span.map_or_else(String::new, |span| {
        let at = Positions::new(text).at(span.start);
        format!(":{}:{}", at.line, at.column)
    });
    let trouble = Trouble::new(format!("`{path}{place}`: {}", error.message));
    if text.trim().is_empty() { trouble.help("the file is empty") } else { trouble }
}

/// Writes a lock and says what it holds.
fn write(
    path: &Path,
    imported: &ImportedLock,
    notes: &[String],
    json: bool,
    output: &Output,
) -> Result<(), Trouble> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)
            .map_err(|error| Trouble::io("create", directory.display(), &error))?;
    }
    let text = imported.lock.to_text();
    crate::write::write(path, text.as_bytes())?;
    let lock = &imported.lock;
    for note in notes {
        output.note(&format!("note: {note}"));
    }
    for note in &imported.notes {
        output.note(&format!("warning[{}]: {}{}", note.kind.slug(), of_tool(&note.tool), note.message));
    }
    if json {
        let notes: Vec<Value> = imported
            .notes
            .iter()
            .map(|note| json!({ "tool": note.tool, "kind": note.kind.slug(), "message": note.message }))
            .collect();
        let lock = json!({
            "lock": path.display().to_string(),
            "server": &*lock.server.identity,
            "tools": lock.tools.len(),
            "digest": lock.digest().to_string(),
            "notes": notes,
        });
        output.json(&lock)?;
    } else if !output.quiet() {
        output.out(&format!(
            "{}: {} tools of `{}`\n",
            path.display(),
            lock.tools.len(),
            lock.server.identity
        ))?;
    }
    Ok(())
}

/// A message's beginning that names a tool, if the message does not.
fn of_tool(tool: &str) -> String {
    if tool.is_empty() { String::new() } else { format!("`{tool}`: ") }
}
