//! `policyc fmt [--check] FILE…|-`. In: policy files. Out: the same files in the one layout; with `--check`, which files are not in it, and
//! exit status 1 if there is one. A file that does not read stays as it is.

use super::format::{Format, plain};
use crate::disk::{STDIN, path};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::roots::{PolicyFiles, policy_files};
use policyc_compiler::diagnostics::Level;
use policyc_compiler::diagnostics::render::{counted, render};
use policyc_compiler::diagnostics::syntax::syntax_report;
use policyc_grammar::format::format;
use serde_json::json;
use std::path::Path;

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
    let PolicyFiles { paths: files, troubles } = policy_files(&args.files);
    for file in &files {
        match one(file, args.check, output) {
            Ok(false) => {}
            Ok(true) => changed.push(file.as_str()),
            Err(Unformatted::Reported) => exit = exit.and(Exit::Findings),
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
        output.json(&json!({ "files": files.len(), "changed": changed }))?;
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
    /// It has syntax errors, which have been told.
    Reported,
    Trouble(Trouble),
}

impl From<Trouble> for Unformatted {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// Formats one file; whether it was not in the layout.
fn one(file: &str, check: bool, output: &Output) -> Result<bool, Unformatted> {
    let bytes = crate::disk::read(file)?;
    let report = syntax_report(if file == STDIN { "standard input" } else { file }, &bytes);
    let errors = || report.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
    if errors().next().is_some() {
        output.drawn(&render(&report, errors(), output.style(Stream::Err)));
        return Err(Unformatted::Reported);
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
