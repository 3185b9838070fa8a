//! `policyc check FILE…`. In: root policies, or directories of them. Out: what is wrong with them. Exit status 1 if there is an error (with
//! `--deny-warnings`, a warning), 2 if a file cannot be read.

use super::format::{Format, findings};
use crate::disk::{Disk, STDIN, path, read};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::program::unread;
use crate::roots::roots;
use policyc_compiler::diagnostics::github::github;
use policyc_compiler::diagnostics::json::to_json;
use policyc_compiler::diagnostics::render::render;
use policyc_compiler::diagnostics::sarif::sarif;
use policyc_compiler::diagnostics::{Diagnostic, Level};
use policyc_compiler::{Compiler, Report};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Root policies, directories whose root policies are checked, or `-` for standard input
    #[arg(required = true, value_name = "FILE", value_parser = path())]
    files: Vec<String>,
    /// Fail on warnings, too
    #[arg(long)]
    deny_warnings: bool,
    /// `human`, `json`, `sarif` or `github`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = findings())]
    format: Format,
}

/// Checks each policy.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let found = roots(&args.files);
    let mut troubles = found.troubles;
    let disk = if found.paths.iter().any(|path| path == STDIN) {
        read(STDIN).map_or_else(
            |trouble| {
                troubles.push(trouble);
                Disk::default()
            },
            Disk::with_stdin,
        )
    } else {
        Disk::default()
    };
    let compiler = Compiler::new(Arc::new(disk));
    // What only emission can see is told, too.
    let reports: Vec<Arc<Report>> = found.paths.iter().map(|path| compiler.build(path).0).collect();
    let mut report = merged(&reports);
    if args.format != Format::Human {
        report.diagnostics.extend(troubles.iter().filter_map(Trouble::diagnostic));
    }
    let mut exit =
        tell(&report, args.format, args.deny_warnings, Stream::Out, output)?.and(unread(&compiler));
    for trouble in &troubles {
        output.trouble(trouble);
        exit = Exit::Trouble;
    }
    if exit == Exit::Clean && args.format == Format::Human {
        output.note(&format!("{} checked", counted_policies(found.paths.len())));
    }
    Ok(exit)
}

fn counted_policies(n: usize) -> String {
    if n == 1 { "1 policy".to_owned() } else { format!("{n} policies") }
}

/// Several reports as one: every file and every diagnostic once.
pub(crate) fn merged(reports: &[Arc<Report>]) -> Report {
    let mut paths = BTreeSet::new();
    let mut all = Report::default();
    for report in reports {
        all.files.extend(report.files.iter().filter(|file| paths.insert(file.path.clone())).cloned());
        all.diagnostics.extend(report.diagnostics.iter().cloned());
    }
    all.diagnostics.sort();
    all.diagnostics.dedup();
    all
}

/// Tells what a check found: most notes only with `-v`.
pub(crate) fn tell(
    report: &Report,
    format: Format,
    deny_warnings: bool,
    stream: Stream,
    output: &Output,
) -> Result<Exit, Trouble> {
    let shown: Vec<&Diagnostic> = report
        .diagnostics
        .iter()
        .filter(|diagnostic| match diagnostic.level {
            Level::Error => true,
            Level::Warning => !output.quiet() || deny_warnings,
            Level::Note => output.verbose() || (diagnostic.code.is_shown_unasked() && !output.quiet()),
        })
        .collect();
    let all = || shown.iter().copied();
    let text = match format {
        Format::Json => {
            output.json(&to_json(report, all()))?;
            String::new()
        }
        Format::Sarif => sarif(report, all()),
        Format::Github => github(report, all()),
        _ => render(report, all(), output.style(stream)),
    };
    if !text.is_empty() {
        match stream {
            Stream::Out => output.data(text.as_bytes())?,
            Stream::Err => output.drawn(&text),
        }
    }
    let fails = |level| level == Level::Error || (deny_warnings && level == Level::Warning);
    Ok(Exit::findings(report.diagnostics.iter().any(|diagnostic| fails(diagnostic.level))))
}
