//! `policyc tools`: tool locks. In: servers, saved tool lists, locks. Out: locks, and what differs or is odd about them.

mod diff;
mod import;
mod lint;
mod pull;
mod source;

use super::format::Format;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::write::{is_stdout, write_output};
use clap::Subcommand;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::positions::Positions;
use policyc_compiler::diagnostics::render::counted;
use policyc_compiler::lock::{ImportedLock, Lock, LockError, ToolNoteKind};
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
    let trouble = Trouble::new(format!("`{path}{place}`: {}", error.message)).of(Code::E0202, path);
    if text.trim().is_empty() { trouble.help("the file is empty") } else { trouble }
}

/// Where a lock goes, and how it is told.
struct Target<'t> {
    path: &'t Path,
    /// The file that the lock is made of.
    input: Option<&'t str>,
    /// What the server was noted for.
    notes: &'t [String],
    format: Format,
}

impl Target<'_> {
    /// Refuses what could not be told apart on standard output.
    fn checked(self) -> Result<Self, Trouble> {
        if self.format == Format::Json && is_stdout(self.path) {
            return Err(Trouble::new("the lock and what is said of it cannot both go to standard output")
                .help("name a file: `-o LOCK`"));
        }
        Ok(self)
    }

    /// Writes a lock and says what it holds; findings if it does not hold the whole list.
    fn write(&self, imported: &ImportedLock, output: &Output) -> Result<Exit, Trouble> {
        for note in self.notes {
            output.note(&format!("note: {note}"));
        }
        let exit = tell_notes(imported, output);
        let lock = &imported.lock;
        if lock.tools.is_empty() && imported.notes.iter().any(|note| note.kind == ToolNoteKind::Refused) {
            let message =
                format!("no tool of `{}` can be locked, so no lock is written", lock.server.identity);
            return Err(Trouble::new(message).of(Code::E0202, self.path.display()));
        }
        write_output(self.path, lock.to_text().as_bytes(), self.input, output)?;
        if self.format == Format::Json {
            output.json(&self.json(imported))?;
        } else if !output.quiet() && !is_stdout(self.path) {
            let tools = counted(lock.tools.len(), "tool");
            output.out(&format!("{}: {tools} of `{}`\n", self.path.display(), lock.server.identity))?;
        }
        Ok(exit)
    }

    fn json(&self, imported: &ImportedLock) -> Value {
        let notes: Vec<Value> = imported
            .notes
            .iter()
            .map(|note| json!({ "tool": note.tool, "kind": note.kind.slug(), "message": note.message }))
            .collect();
        json!({
            "lock": self.path.display().to_string(),
            "server": &*imported.lock.server.identity,
            "tools": imported.lock.tools.len(),
            "digest": imported.lock.digest().to_string(),
            "notes": notes,
        })
    }
}

/// Tells what an import left out or assumed. What is missing from the lock goes wrong later, so it is a finding and told with `-q`, too.
fn tell_notes(imported: &ImportedLock, output: &Output) -> Exit {
    let mut lacks = false;
    for note in &imported.notes {
        // A message's beginning names the tool, if the message does not.
        let of_tool = if note.tool.is_empty() { String::new() } else { format!("`{}`: ", note.tool) };
        let line = format!("warning[{}]: {of_tool}{}", note.kind.slug(), note.message);
        if matches!(note.kind, ToolNoteKind::Refused | ToolNoteKind::Incomplete) {
            lacks = true;
            output.err(&line);
        } else {
            output.note(&line);
        }
    }
    Exit::findings(lacks)
}
