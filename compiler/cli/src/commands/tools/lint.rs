//! `policyc tools lint LOCK…`. In: locks. Out: what is odd about their tools; exit status 1 if something is, or if a lock cannot be used.

use super::super::format::{Format, with_github};
use super::load;
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::github::annotation;
use policyc_compiler::diagnostics::positions::{Position, Positions};
use policyc_compiler::diagnostics::render::{counted, one_line};
use policyc_compiler::diagnostics::sources::PlaceSpan;
use policyc_compiler::lock::{Finding, FindingKind, Lock, lint};
use serde::Serialize;

/// Arguments of `tools lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The locks
    #[arg(required = true, value_parser = path())]
    locks: Vec<String>,
    /// `human`, `json` or `github`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = with_github())]
    format: Format,
}

/// One finding of one lock.
#[derive(Debug, Serialize)]
struct Found {
    file: String,
    #[serde(skip)]
    at: Position,
    #[serde(skip)]
    level: &'static str,
    kind: &'static str,
    line: u32,
    message: String,
    pointer: String,
    tool: String,
}

/// Looks at each lock.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let (mut found, mut tools, mut exit) = (Vec::new(), 0, Exit::Clean);
    for path in &args.locks {
        match load(path) {
            Ok((lock, source)) => {
                tools += lock.tools.len();
                found.extend(of_lock(path, &lock, &source));
            }
            Err(trouble) => {
                output.trouble(&trouble);
                // A lock that says what it may not say is what was looked for; one that cannot be read is not.
                let is_finding = trouble.code == Some(Code::E0202);
                exit = exit.and(if is_finding { Exit::Findings } else { Exit::Trouble });
                found.extend(unusable(path, &trouble).filter(|_| args.format != Format::Human));
            }
        }
    }
    match args.format {
        Format::Json => output.json(&found)?,
        Format::Github => output.data(merged(&found).iter().map(github).collect::<String>().as_bytes())?,
        _ => {
            output.out(&merged(&found).iter().map(human).collect::<String>())?;
            if exit == Exit::Clean {
                output.note(&format!("{} in {}", counted(found.len(), "finding"), counted(tools, "tool")));
            }
        }
    }
    Ok(exit.and(Exit::findings(!found.is_empty())))
}

fn of_lock(path: &str, lock: &Lock, source: &str) -> Vec<Found> {
    let positions = Positions::new(source);
    let place = |tool: &str| {
        lock.tool(tool).map_or(Position { line: 1, column: 1 }, |tool| positions.at(tool.span.start))
    };
    let found = |finding: Finding| {
        let at = place(&finding.tool);
        Found {
            file: path.to_owned(),
            at,
            level: "warning",
            kind: finding.kind.slug(),
            line: at.line,
            message: finding.message,
            pointer: finding.pointer,
            tool: finding.tool.to_string(),
        }
    };
    lint(lock).into_iter().map(found).collect()
}

/// A lock that cannot be used, for forms that standard error does not reach.
fn unusable(path: &str, trouble: &Trouble) -> impl Iterator<Item = Found> {
    let found = trouble.code.map(|code| Found {
        file: path.to_owned(),
        at: Position { line: 1, column: 1 },
        level: "error",
        kind: code.slug(),
        line: 1,
        message: trouble.message.clone(),
        pointer: String::new(),
        tool: String::new(),
    });
    found.into_iter()
}

/// Findings for people: what a server does not say of any tool is told once per lock, with the tools; the first is the place.
fn merged(found: &[Found]) -> Vec<(&Found, Vec<&str>)> {
    let mut all: Vec<(&Found, Vec<&str>)> = Vec::new();
    for one in found {
        let same = |(other, _): &&mut (&Found, Vec<&str>)| {
            one.kind == FindingKind::MissingHints.slug()
                && (&one.file, one.kind, &one.message) == (&other.file, other.kind, &other.message)
        };
        match all.iter_mut().find(same) {
            Some((_, tools)) => tools.push(&one.tool),
            None => all.push((one, vec![&one.tool])),
        }
    }
    all
}

fn human((found, tools): &(&Found, Vec<&str>)) -> String {
    let place = if found.pointer.is_empty() { String::new() } else { format!(" at {}", found.pointer) };
    let line = format!(
        "{}:{}: {}: {}{place} [{}]",
        found.file,
        found.line,
        tools.join(", "),
        found.message,
        found.kind
    );
    one_line(&line) + "\n"
}

fn github((found, tools): &(&Found, Vec<&str>)) -> String {
    let mut text = String::new();
    let place = PlaceSpan { start: found.at, end: found.at };
    let message = match tools.as_slice() {
        [_] => found.message.clone(),
        tools => format!("{}: {}", tools.join(", "), found.message),
    };
    annotation(&mut text, found.level, &found.file, Some(place), found.kind, &message);
    text
}
