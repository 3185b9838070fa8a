//! `policyc tools lint LOCK…`. In: locks. Out: what is odd about their tools; exit status 1 if something is.

use super::super::format::{Format, with_github};
use super::load;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::diagnostics::github::annotation;
use policyc_compiler::diagnostics::positions::{Position, Positions};
use policyc_compiler::diagnostics::render::counted;
use policyc_compiler::diagnostics::sources::PlaceSpan;
use policyc_compiler::lock::lint;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `tools lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The locks
    #[arg(required = true)]
    locks: Vec<String>,
    /// `human`, `json` or `github`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = with_github())]
    format: Format,
}

/// Looks at each lock.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let mut text = String::new();
    let mut list = Vec::new();
    let mut tools = 0;
    for path in &args.locks {
        let (lock, source) = load(path)?;
        tools += lock.tools.len();
        let positions = Positions::new(&source);
        for finding in lint(&lock) {
            let at = lock
                .tool(&finding.tool)
                .map_or(Position { line: 1, column: 1 }, |tool| positions.at(tool.span.start));
            let kind = finding.kind.slug();
            match args.format {
                Format::Github => {
                    let place = PlaceSpan { start: at, end: at };
                    annotation(&mut text, "warning", path, Some(place), kind, &finding.message);
                }
                _ => {
                    let place = if finding.pointer.is_empty() {
                        String::new()
                    } else {
                        format!(" at {}", finding.pointer)
                    };
                    let _ = writeln!(
                        text,
                        "{path}:{}: {}: {}{place} [{kind}]",
                        at.line, finding.tool, finding.message
                    );
                }
            }
            list.push(json!({
                "file": path, "line": at.line, "tool": &*finding.tool, "kind": kind,
                "pointer": finding.pointer, "message": finding.message,
            }));
        }
    }
    match args.format {
        Format::Json => output.json(&list)?,
        _ => output.out(&text)?,
    }
    if args.format == Format::Human {
        output.note(&format!("{} in {}", counted(list.len(), "finding"), counted(tools, "tool")));
    }
    Ok(Exit::findings(!list.is_empty()))
}
