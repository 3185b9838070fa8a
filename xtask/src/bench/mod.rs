//! `cargo xtask bench`: how fast the product is, as ratios to others in the same run. In: options. Out: tables or JSON; exit status 1 if a
//! gate is missed.
//!
//! Three programs are built in release mode: the product with a limit written by hand (`xtask/bench`), a counter of allocations, and the
//! peers (`xtask/peers`, apart from the workspace with a lock file of its own). Before anything is timed, product and limit decide
//! thousands of requests, and they must agree. Programs take turns, so that a change of the machine's pace meets both.

mod gates;
mod table;

use crate::Failure;
use crate::shell::{cargo, command, output, root, run};
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Print the figures, whatever they are
    #[arg(long)]
    no_gates: bool,
    /// Print one JSON object in place of tables
    #[arg(long)]
    json: bool,
    /// Rounds; medians are reported, of compile times the least
    #[arg(long, default_value_t = 7, value_name = "N")]
    rounds: usize,
    /// Only one part: `decide`, `state`, `compile` or `replay`
    #[arg(long, value_name = "PART", value_parser = ["decide", "state", "compile", "replay"])]
    only: Option<String>,
    /// Recordings to replay, if they are there
    #[arg(long, default_value = "../shared/data/calls", value_name = "FOLDER")]
    recordings: PathBuf,
}

/// Figures of one thing: what a program printed on one line.
pub(crate) type Figures = serde_json::Map<String, Value>;

/// Measures, prints, judges.
pub(crate) fn measure(options: &Options) -> Result<(), Failure> {
    let part = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    build(part("compile"))?;
    let bench = program("target/release/policyc-bench");
    let rounds = options.rounds.max(1).to_string();
    let mut all = Vec::new();
    if part("decide") {
        progress("comparing decisions");
        all.extend(lines(&bench, &["agree"])?);
        all.extend(lines(&program("target/release/allocations"), &[])?);
        progress("deciding");
        all.extend(lines(&bench, &["decide", &rounds])?);
    }
    if part("state") {
        progress("remembering");
        all.extend(lines(&bench, &["state", &rounds])?);
    }
    if part("compile") {
        progress("compiling");
        all.extend(compile(&bench, options.rounds.max(1))?);
    }
    if part("replay") {
        progress("replaying");
        let folder = root().join(&options.recordings);
        all.extend(lines(&bench, &["replay", &rounds, &folder.to_string_lossy()])?);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let verdicts = gates::judge(&all);
    if options.json {
        let gates: Vec<Value> = verdicts.iter().map(gates::Verdict::json).collect();
        println!(
            "{}",
            serde_json::json!({ "cores": cores, "rounds": options.rounds, "figures": all, "gates": gates })
        );
    } else {
        println!(
            "{cores} cores, one thread each; medians of {rounds} rounds, of compile times the least; processor time\n"
        );
        table::print(&all);
        for verdict in &verdicts {
            println!("{verdict}");
        }
    }
    let missed = verdicts.iter().filter(|verdict| !verdict.met).count();
    if missed == 0 || options.no_gates {
        Ok(())
    } else {
        Err(format!("{missed} of {} gates missed", verdicts.len()))
    }
}

/// Builds everything; the peers in their own folder.
fn build(peers: bool) -> Result<(), Failure> {
    progress("building");
    run(cargo(&["build", "--release", "--quiet", "--package", "policyc-bench", "--target-dir", "target"]))?;
    if peers {
        let manifest = "xtask/peers/Cargo.toml";
        run(cargo(&[
            "build",
            "--release",
            "--quiet",
            "--locked",
            "--manifest-path",
            manifest,
            "--target-dir",
            "target/peers",
        ]))?;
    }
    Ok(())
}

/// How often a round compiles: a compile is short, and other programs of the machine only ever make it longer.
const PROCESSES: usize = 3;

/// Compiling, ours and theirs in turn, each time in a process of its own: per name the line with the least time.
fn compile(bench: &str, rounds: usize) -> Result<Vec<Figures>, Failure> {
    let peers = program("target/peers/release/policyc-peers");
    let mut least: Vec<Figures> = Vec::new();
    for _ in 0..rounds.saturating_mul(PROCESSES) {
        for (program, rules) in [(bench, "1000"), (&*peers, "1000"), (bench, "10000")] {
            for figures in lines(program, &["compile", rules])? {
                match least.iter_mut().find(|known| gates::name(known) == gates::name(&figures)) {
                    Some(known) if gates::number(known, "ns") <= gates::number(&figures, "ns") => {}
                    Some(known) => *known = figures,
                    None => least.push(figures),
                }
            }
        }
    }
    Ok(least)
}

fn program(path: &str) -> String {
    root().join(path).to_string_lossy().into_owned()
}

/// What a program prints, line by line.
fn lines(program: &str, arguments: &[&str]) -> Result<Vec<Figures>, Failure> {
    let printed = output(command(program, arguments))?;
    let read = |line: &str| serde_json::from_str(line).map_err(|error| format!("`{line}`: {error}"));
    printed.lines().map(read).collect()
}

fn progress(what: &str) {
    eprintln!("bench: {what}");
}
