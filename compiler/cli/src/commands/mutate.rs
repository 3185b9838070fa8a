//! `policyc mutate POLICY`. In: a policy, its test blocks, recordings and what is expected of them. Out: small changes of the policy that
//! none of these notices, and how many of all are noticed. Exit status 1 if fewer are than was asked for, or if the policy does not pass its
//! tests as it is.

mod human;
mod outcome;

use super::call::time;
use super::format::{Format, plain};
use super::recordings;
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::program::{Loaded, NotLoaded, load};
use outcome::Outcome;
use policyc_compiler::Report;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::render::counted;
use policyc_compiler::mutate::trial::{Evidence, Trials, Unfit};
use policyc_compiler::mutate::{Mutant, mutants};

/// Arguments of `mutate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root policy; `-` is standard input
    #[arg(value_parser = path())]
    policy: String,
    /// Decide the calls of a recording (JSON Lines; `-` is standard input), or of all `.jsonl` files below a directory, under each change
    #[arg(long, value_name = "FILE|DIR", value_parser = path())]
    replay: Vec<String>,
    /// What is expected of the recorded calls, as `policyc test --bless` wrote it: a verdict that differs notices the change
    #[arg(long, value_name = "FILE", requires = "replay", value_parser = path())]
    expect: Option<String>,
    /// Take every recorded call that asks as approved: it runs, and teaches
    #[arg(long, requires = "replay")]
    approve: bool,
    /// The time where a recorded call has none, such as 2027-01-01T09:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
    /// Try at most so many changes, spread evenly over the policy
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max: Option<u32>,
    /// Fail if fewer than this percentage of the changes are noticed
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// Tries the changes.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let report = match load(&args.policy, output) {
        Ok(Loaded { report: Some(report), .. }) => report,
        Ok(Loaded { report: None, .. }) => {
            return Err(Trouble::new(format!(
                "`{}` is a built program: it has no text to change",
                args.policy
            ))
            .help("name the root policy that it was built from"));
        }
        Err(NotLoaded::Trouble(trouble)) => return Err(trouble),
        Err(NotLoaded::Errors(unusable)) => return Ok(unusable.exit),
    };
    let Some(evidence) = evidence(args, output)? else { return Ok(Exit::Trouble) };
    let mut trials = match Trials::new(&report, evidence) {
        Ok(trials) => trials,
        Err(unfit) => return refused(args, &unfit, output),
    };
    let all = mutants(&report);
    let chosen = spread(&all, args.max.map_or(all.len(), |most| usize::try_from(most).unwrap_or(usize::MAX)));
    let outcome = tried(&report, &mut trials, &chosen, all.len(), output);
    let short = args.min_score.filter(|least| outcome.score.is_some_and(|score| score < usize::from(*least)));
    match args.format {
        Format::Json => output.json(&outcome)?,
        _ if output.quiet() && short.is_none() => {}
        _ => output.out(&human::human(&outcome, output))?,
    }
    if !trials.has_expectations() {
        output.note("the policy has no test block, and nothing is expected of recorded calls: nothing can notice a change");
    }
    if let (Some(least), Some(score)) = (short, outcome.score) {
        output.err(&format!("{score} % of the changes are noticed, below the {least} % asked for"));
    }
    Ok(Exit::findings(short.is_some()))
}

/// What may notice a change; none if something cannot be read, which is told.
fn evidence(args: &Args, output: &Output) -> Result<Option<Evidence>, Trouble> {
    let expect = args.expect.as_deref();
    let expected = expect.map(recordings::expectations).transpose()?;
    let (found, mut troubles) = recordings::find(&args.replay, expect);
    let (recordings, unread) = recordings::whole(&found);
    troubles.extend(unread);
    for trouble in &troubles {
        output.trouble(trouble);
    }
    Ok(troubles.is_empty().then_some(Evidence { recordings, expected, at: args.at, approve: args.approve }))
}

/// A policy that does not pass its own tests.
fn refused(args: &Args, unfit: &Unfit, output: &Output) -> Result<Exit, Trouble> {
    if let Some(why) = &unfit.refused {
        return Err(Trouble::new(format!("`{}` without its tests: {why}", args.policy)));
    }
    for broken in &unfit.broken {
        let message = format!("{}:{}: {}", broken.file, broken.line, broken.message);
        output.trouble(&Trouble::new(message).of(Code::E0002, &broken.file));
    }
    if !unfit.broken.is_empty() {
        return Ok(Exit::Trouble);
    }
    let first: Vec<&str> = unfit.failing.iter().take(3).map(String::as_str).collect();
    let more = unfit.failing.len().saturating_sub(first.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!("`{}` is not decided as expected: {}{more}", args.policy, first.join(", "));
    output.trouble(&Trouble::new(message).help("run `policyc test` and mend what fails first"));
    Ok(Exit::Findings)
}

/// So many of the changes, evenly spread.
fn spread(all: &[Mutant], most: usize) -> Vec<&Mutant> {
    let most = most.min(all.len());
    (0..most).filter_map(|number| all.get(number * all.len() / most)).collect()
}

fn tried(report: &Report, trials: &mut Trials, chosen: &[&Mutant], all: usize, output: &Output) -> Outcome {
    let progress = output.progress(Stream::Err, &format!("trying {}", counted(chosen.len(), "change")));
    let mut outcome = Outcome::new(report, trials.recorded_calls(), all - chosen.len());
    for mutant in chosen {
        outcome.add(mutant, trials.fate(mutant));
    }
    progress.finish();
    outcome.finish()
}
