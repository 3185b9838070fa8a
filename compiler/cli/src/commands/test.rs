//! `policyc test PATH…`. In: policies with test blocks, recordings to replay. Out: what passed, what failed, what the recorded calls come to,
//! and how much of the policy was exercised. Exit status 1 if something is not as expected, 2 if something cannot be read.

mod github;
mod hostile;
mod human;
mod junit;
mod outcome;
mod truth;

use super::call::time;
use super::format::{Format, results};
use super::recordings;
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::program::{Loaded, NotLoaded, load};
use crate::roots::tested_roots;
use crate::write::write_output;
use outcome::{Coverage, Outcome, Replayed, TestOutcome, narrow};
use policyc_compiler::Report;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::render::counted;
use policyc_compiler::replay::hostile::{Pool, Readers};
use policyc_compiler::replay::tally::{StatementCoverage, Tally};
use policyc_compiler::replay::{Options, Replay};
use policyc_compiler::testing;
use std::path::Path;

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Root policies (`-` is standard input), directories whose root policies are tested, or a built program to replay under
    #[arg(required = true, value_name = "PATH", value_parser = path())]
    paths: Vec<String>,
    /// Decide the calls of a recording (JSON Lines; `-` is standard input), or of all `.jsonl` files below a directory
    #[arg(long, value_name = "FILE|DIR", value_parser = path())]
    replay: Vec<String>,
    /// Compare each recorded call's verdict with those in this file
    #[arg(long, value_name = "FILE", requires = "replay", value_parser = path())]
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
    /// Take recorded calls that ask as approved: they run, and later calls know their results
    #[arg(long, requires = "replay")]
    approve: bool,
    /// Write what happens in the one recording that is replayed as a recording v2: decisions, outcomes, what was learned and charged
    #[arg(long, value_name = "FILE", requires = "replay", value_parser = path())]
    record: Option<String>,
    /// Try hostile variants of the recorded calls, and name those that the policy allows: another customer's id, an amount negated, scaled or made a text, an argument dropped or unknown, a write repeated, a state changed, a recipient out of untrusted text
    #[arg(long, requires = "replay")]
    mutate_calls: bool,
    /// Fail if fewer than this percentage of the hostile writes are denied or wait for a person
    #[arg(long, value_name = "PERCENT", requires = "mutate_calls", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_stopped: Option<u8>,
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
    let mut run = Run { args, output, outcome: Outcome { troubles: found.troubles, ..Outcome::default() } };
    for path in &found.paths {
        let done = match load(path, output) {
            Ok(loaded) => run.policy(path, &loaded),
            Err(NotLoaded::Errors(unusable)) => {
                run.outcome.unusable.push((path.clone(), *unusable));
                Ok(())
            }
            Err(NotLoaded::Trouble(trouble)) => Err(trouble),
        };
        run.outcome.troubles.extend(done.err());
    }
    let outcome = run.outcome;
    for trouble in &outcome.troubles {
        output.trouble(trouble);
    }
    tell(args, &outcome, output)?;
    let short = args.min_coverage.zip(outcome.coverage.percent());
    let short = short.filter(|(least, covered)| *covered < usize::from(*least));
    if let Some((least, covered)) = short {
        output.err(&format!("coverage is {covered} %, below the {least} % asked for"));
    }
    let weak = args
        .min_stopped
        .zip(outcome.stopped())
        .filter(|(least, (part, all))| u128::from(*part) * 100 < u128::from(*all) * u128::from(*least));
    if let Some((least, (part, all))) = weak {
        let stopped = hostile::percent(part, all);
        output
            .err(&format!("{stopped} of the hostile writes are not allowed, below the {least} % asked for"));
    }
    Ok(outcome.exit().and(Exit::findings(short.is_some() || weak.is_some())))
}

/// A run, and what has come of it so far.
struct Run<'r> {
    args: &'r Args,
    output: &'r Output,
    outcome: Outcome,
}

impl Run<'_> {
    /// Tests and replay of one policy.
    fn policy(&mut self, path: &str, loaded: &Loaded) -> Result<(), Trouble> {
        let program = loaded.pdp.program();
        let mut tally = Tally::new(program);
        if let Some(report) = &loaded.report {
            let results = testing::run(report, &loaded.pdp, &mut tally);
            let results = results.iter().map(|result| TestOutcome::of(result, report, &program.name));
            self.outcome.tests.extend(results);
        }
        let mut coverage = tally.coverage();
        let replayed =
            if self.args.replay.is_empty() { Ok(()) } else { self.replay(path, loaded, &mut coverage) };
        self.outcome.coverage.add(Coverage::of(&coverage, &program.name));
        replayed
    }

    /// Replays the recordings under one policy.
    fn replay(
        &mut self,
        path: &str,
        loaded: &Loaded,
        coverage: &mut [StatementCoverage<'_>],
    ) -> Result<(), Trouble> {
        let (args, expect) = (self.args, self.args.expect.as_deref());
        let expected = expect.filter(|_| !args.bless).map(recordings::expectations).transpose()?;
        let (recordings, mut troubles) = recordings::find(&args.replay, expect);
        if args.record.is_some() && recordings.len() > 1 {
            return Err(Trouble::new(format!(
                "`--record` writes one recording, and {} are replayed",
                recordings.len()
            ))
            .help("replay them one by one: the ids of sessions are unique in one file only"));
        }
        let record = args.record.is_some();
        let (whole, hostile) = if args.mutate_calls {
            let (whole, unread) = recordings::whole(&recordings);
            troubles.extend(unread);
            let mut pool = Pool::default();
            whole.iter().for_each(|recorded| pool.read(&recorded.key, &recorded.bytes));
            let readers = Readers::of(loaded.pdp.program(), loaded.report.as_deref());
            (Some(whole), Some((pool, readers)))
        } else {
            (None, None)
        };
        let options =
            Options { at: args.at, expected, bless: args.bless, approve: args.approve, record, hostile };
        let mut replay = Replay::new(&loaded.pdp, options);
        let (files, broken) = match &whole {
            Some(whole) => (recordings::replay_whole(whole, &mut replay, self.output), Vec::new()),
            None => recordings::replay(&recordings, &mut replay, self.output),
        };
        troubles.extend(broken);
        let mut replayed = replay.finish();
        for (sum, more) in coverage.iter_mut().zip(replayed.tally.coverage()) {
            sum.considered += more.considered;
            sum.matched += more.matched;
            sum.determining += more.determining;
        }
        if !troubles.is_empty() {
            // The calls of a recording that could not be read are not missing from it, and no verdict of them is written down.
            replayed.mismatches.retain(|mismatch| mismatch.line.is_some());
            replayed.blessed = None;
            replayed.recorded = None;
        }
        self.outcome.troubles.append(&mut troubles);
        self.outcome.replayed = Some(Replayed::of(&replayed, files, expect));
        let read: Vec<&str> =
            recordings.iter().map(|recording| &*recording.name).chain(loaded.files()).chain([path]).collect();
        let calls = counted(narrow(replayed.tally.calls()), "call");
        if let (Some(file), Some(blessed)) = (expect, &replayed.blessed) {
            write_output(Path::new(file), blessed.as_bytes(), read.iter().copied(), self.output)?;
            self.output.note(&format!("wrote the verdicts of {calls} to `{file}`"));
        }
        if let (Some(file), Some(recorded)) = (args.record.as_deref(), replayed.recorded) {
            let text = recorded
                .map_err(|why| Trouble::new(format!("the recording cannot be written down: {why}")))?;
            write_output(Path::new(file), text.as_bytes(), read, self.output)?;
            self.output.note(&format!("wrote {calls} as a recording v2 to `{file}`"));
        }
        Ok(())
    }
}

fn tell(args: &Args, outcome: &Outcome, output: &Output) -> Result<(), Trouble> {
    for broken in outcome.replayed.iter().flat_map(|replayed| &replayed.broken) {
        let message = format!("{}:{}: {}", broken.file, broken.line, broken.message);
        output.trouble(&Trouble::new(message).of(Code::E0002, &broken.file));
    }
    match args.format {
        Format::Json => output.json(&outcome.json(&Report::default(), &outcome.told())),
        Format::Junit => output.data(junit::junit(outcome).as_bytes()),
        Format::Github => output.data(github::annotations(outcome).as_bytes()),
        _ => output.out(&human::human(outcome, output)),
    }
}
