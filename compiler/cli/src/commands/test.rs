//! `policyc test PATH…`. In: policies with test blocks, recordings to replay. Out: what passed, what failed, what the recorded calls come to,
//! and how much of the policy was exercised. Exit status 1 if something is not as expected, 2 if something cannot be read.

mod human;
mod junit;
mod outcome;
mod recordings;

use super::call::time;
use super::format::{Format, results};
use crate::disk::read_text;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::program::{Loaded, NotLoaded, load};
use crate::roots::tested_roots;
use outcome::{Coverage, Outcome, Replayed, TestOutcome};
use policyc_compiler::diagnostics::github::annotation;
use policyc_compiler::replay::Replay;
use policyc_compiler::replay::expect::Expectations;
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::testing;
use std::path::{Path, PathBuf};

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Root policies, directories whose root policies are tested, or a built program to replay under
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Decide the calls of a recording (JSON Lines), or of all `.jsonl` files below a directory
    #[arg(long, value_name = "FILE|DIR")]
    replay: Vec<PathBuf>,
    /// Compare each recorded call's verdict with those in this file
    #[arg(long, value_name = "FILE", requires = "replay")]
    expect: Option<String>,
    /// Write the verdicts into the `--expect` file instead
    #[arg(long, requires = "expect")]
    bless: bool,
    /// Fail if fewer than this percentage of the statements matched at least once
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// The time where a recorded call has none, such as 2027-01-01T09:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
    /// `human`, `json`, `junit` or `github`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = results())]
    format: Format,
}

/// Runs the tests and the replay.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let found = tested_roots(&args.paths);
    if found.paths.len() > 1 && !args.replay.is_empty() {
        return Err(
            Trouble::new("a replay needs one policy, and several are named").help("name one root policy")
        );
    }
    let mut outcome = Outcome::default();
    for trouble in found.troubles {
        output.trouble(&trouble);
        outcome.troubles += 1;
    }
    for path in &found.paths {
        match load(path, output) {
            Ok(loaded) => one(args, path, &loaded, &mut outcome, output)?,
            Err(NotLoaded::Errors) => outcome.unusable.push(path.clone()),
            Err(NotLoaded::Trouble(trouble)) => {
                output.trouble(&trouble);
                outcome.troubles += 1;
            }
        }
    }
    tell(args, &outcome, output)?;
    let covered = outcome.coverage.percent();
    let short = args.min_coverage.filter(|least| covered < usize::from(*least));
    if let Some(least) = short {
        output.err(&format!("coverage is {covered} %, below the {least} % asked for"));
    }
    Ok(outcome.exit().and(Exit::findings(short.is_some())))
}

/// Tests and replay of one policy.
fn one(
    args: &Args,
    path: &str,
    loaded: &Loaded,
    outcome: &mut Outcome,
    output: &Output,
) -> Result<(), Trouble> {
    let program = loaded.pdp.program();
    let mut tally = Tally::new(program);
    if let Some(report) = &loaded.report {
        let results = testing::run(&report.tests, &loaded.pdp, &mut tally);
        outcome.tests.extend(results.iter().map(|result| TestOutcome::of(result, report, &program.name)));
    }
    let mut coverage = tally.coverage();
    if !args.replay.is_empty() {
        let expected = match &args.expect {
            Some(file) if !args.bless => Some(expectations(file)?),
            _ => None,
        };
        let mut replay = Replay::new(&loaded.pdp, args.at, expected, args.bless);
        let files = recordings::replay(&args.replay, &mut replay, output)?;
        let replayed = replay.finish();
        for (sum, more) in coverage.iter_mut().zip(replayed.tally.coverage()) {
            sum.considered += more.considered;
            sum.matched += more.matched;
            sum.determining += more.determining;
        }
        if let (Some(file), Some(blessed)) = (&args.expect, &replayed.blessed) {
            crate::write::write(Path::new(file), blessed.as_bytes())?;
            output.note(&format!("wrote the verdicts of {} calls to `{file}`", replayed.tally.calls()));
        }
        outcome.replayed = Some(Replayed::of(&replayed, files));
    }
    outcome.coverage.add(Coverage::of(&coverage, &program.name));
    let _ = path;
    Ok(())
}

fn expectations(file: &str) -> Result<Expectations, Trouble> {
    let text = read_text(file).map_err(|trouble| match trouble.help {
        Some(_) => Trouble::new(trouble.message).help("write the file with `--bless` first"),
        None => trouble,
    })?;
    Expectations::parse(&text).map_err(|(line, why)| {
        Trouble::new(format!("`{file}:{line}` is no expectation: {why}"))
            .help("write the file anew with `--bless`")
    })
}

fn tell(args: &Args, outcome: &Outcome, output: &Output) -> Result<(), Trouble> {
    for broken in outcome.replayed.iter().flat_map(|replayed| &replayed.broken) {
        output.err(&format!("{}:{}: {}", broken.file, broken.line, broken.message));
    }
    match args.format {
        Format::Json => output.json(&outcome.json()),
        Format::Junit => output.out(&junit::junit(outcome)),
        Format::Github => output.out(&github(outcome)),
        _ => output.out(&human::human(outcome, output)),
    }
}

fn github(outcome: &Outcome) -> String {
    let mut text = String::new();
    for test in &outcome.tests {
        for failure in &test.failures {
            annotation(
                &mut text,
                "error",
                &test.file,
                Some(failure.place),
                &format!("test {}", test.name),
                &failure.message(),
            );
        }
    }
    for mismatch in outcome.replayed.iter().flat_map(|replayed| &replayed.mismatches) {
        let title = format!("{} {}", mismatch.session, mismatch.seq);
        annotation(&mut text, "error", &mismatch.file, None, &title, &outcome::differs(mismatch));
    }
    for broken in outcome.replayed.iter().flat_map(|replayed| &replayed.broken) {
        annotation(
            &mut text,
            "error",
            &broken.file,
            Some(outcome::line(broken.line)),
            "broken line",
            &broken.message,
        );
    }
    text
}
