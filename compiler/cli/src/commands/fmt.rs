//! `policyc fmt [--check] FILE…|-`. In: policy files. Out: the same files in the one layout; with `--check`, which files are not in it, and
//! exit status 1 if there is one. A file that does not read stays as it is.

use super::check::merged;
use super::format::{Format, plain};
use crate::disk::{STDIN, path};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::roots::{PolicyFiles, policy_files};
use policyc_compiler::Report;
use policyc_compiler::diagnostics::json::to_json;
use policyc_compiler::diagnostics::render::{counted, render};
use policyc_compiler::diagnostics::syntax::syntax_report;
use policyc_compiler::diagnostics::{Diagnostic, Level};
use policyc_grammar::format::format;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Arguments of `fmt`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Policy files, directories of them, or `-` for standard input to standard output
    #[arg(required = true, value_name = "FILE", value_parser = path())]
    files: Vec<String>,
    /// Change nothing; say which files are not in the one layout
    #[arg(long)]
    check: bool,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// Formats each file.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let mut exit = Exit::Clean;
    let mut changed = Vec::new();
    let mut broken = Vec::new();
    let PolicyFiles { paths: files, troubles } = policy_files(&args.files);
    for file in &files {
        match one(file, args.check, output) {
            Ok(false) => {}
            Ok(true) => changed.push(file.as_str()),
            Err(Unformatted::Broken(report)) => {
                exit = exit.and(Exit::Findings);
                if args.format == Format::Human {
                    output.drawn(&render(&report, errors(&report), output.style(Stream::Err)));
                }
                broken.push(Arc::from(report));
            }
            Err(Unformatted::Trouble(trouble)) => {
                output.trouble(&trouble);
                exit = Exit::Trouble;
            }
        }
    }
    for trouble in &troubles {
        output.trouble(trouble);
        exit = Exit::Trouble;
    }
    if args.format == Format::Json {
        let report = merged(&broken);
        let diagnostics = to_json(&report, errors(&report));
        output.json(&json!({ "files": files.len(), "changed": changed, "diagnostics": diagnostics }))?;
    } else if args.check {
        let list: String = changed.iter().map(|file| format!("{file}\n")).collect();
        output.out(&list)?;
    } else if !changed.is_empty() {
        output.note(&format!("{} formatted", counted(changed.len(), "file")));
    }
    Ok(if args.check { exit.and(Exit::findings(!changed.is_empty())) } else { exit })
}

/// Why a file was not formatted.
enum Unformatted {
    /// It has syntax errors.
    Broken(Box<Report>),
    Trouble(Trouble),
}

impl From<Trouble> for Unformatted {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

fn errors(report: &Report) -> impl Iterator<Item = &Diagnostic> {
    report.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error)
}

/// Formats one file; whether it was not in the layout.
fn one(file: &str, check: bool, output: &Output) -> Result<bool, Unformatted> {
    let bytes = crate::disk::read(file)?;
    let report = syntax_report(if file == STDIN { "standard input" } else { file }, &bytes);
    if errors(&report).next().is_some() {
        return Err(Unformatted::Broken(Box::new(report)));
    }
    // Bytes that are not UTF-8 were reported above.
    let text = String::from_utf8_lossy(&bytes);
    let formatted = format(&text).map_err(|error| Trouble::new(format!("`{file}`: {error}")))?;
    let changed = formatted != text;
    if file == STDIN && !check {
        output.data(formatted.as_bytes())?;
        return Ok(false);
    }
    if changed && !check {
        crate::write::write(Path::new(file), formatted.as_bytes())?;
    }
    Ok(changed)
}
