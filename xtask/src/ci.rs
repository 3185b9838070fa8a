//! `cargo xtask ci`: what every change has to pass. In: the working copy. Out: each step's own output, then one line of totals.
//!
//! All steps run even if one fails, so that one look shows everything.

use crate::Failure;
use crate::shell::{self, cargo, files, root, shown};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const WASM: &str = "wasm32-unknown-unknown";

/// What a step has to say once it passed; empty if nothing.
type Done = Result<String, Failure>;

/// A step: its name, and what it does.
type Step = (&'static str, fn() -> Done);

fn run_steps() -> Vec<(&'static str, Done)> {
    let steps: [Step; 6] = [
        ("format", || done(cargo(&["fmt", "--all", "--check"]))),
        ("tidy", || crate::tidy::run().map(|()| String::new())),
        ("tests", tests),
        ("clippy", || {
            done(cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
        }),
        ("codegen", || crate::tasks::codegen(true).map(|()| String::new())),
        ("wasm", wasm),
    ];
    steps
        .into_iter()
        .map(|(name, step)| {
            println!("\n==> {name}");
            (name, step())
        })
        .collect()
}

/// Runs all steps and sums up.
pub(crate) fn run() -> Result<(), Failure> {
    let results = run_steps();
    println!();
    for (name, result) in &results {
        match result {
            Ok(note) if note.is_empty() => println!("ok      {name}"),
            Ok(note) => println!("ok      {name}: {note}"),
            Err(failure) => println!("FAILED  {name}: {failure}"),
        }
    }
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} steps failed", results.len())) }
}

fn done(command: Command) -> Done {
    shell::run(command).map(|()| String::new())
}

/// The README's test command. Snapshots are compared, never written, and each must be in use.
fn tests() -> Done {
    let references = target().join("snapshot-references.txt");
    if references.exists() {
        std::fs::remove_file(&references).map_err(|error| format!("{}: {error}", references.display()))?;
    }
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.env("INSTA_UPDATE", "no").env("INSTA_FORCE_PASS", "0");
    command.env("INSTA_SNAPSHOT_REFERENCES_FILE", &references);
    let counts = counted(command)?;
    let said = format!("{} passed, {} failed, {} ignored", counts.passed, counts.failed, counts.ignored);
    println!("{said}");
    if counts.failed > 0 || !counts.success {
        return Err(said);
    }
    if counts.ignored > 0 {
        return Err(format!("{said}; a test that is ignored tests nothing"));
    }
    let unused = unused_snapshots(&std::fs::read_to_string(&references).unwrap_or_default())?;
    if unused.is_empty() { Ok(said) } else { Err(format!("snapshots of no test: {}", unused.join(", "))) }
}

#[derive(Debug, Default)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
    success: bool,
}

/// Runs tests, shows their output as it comes, and adds up the runner's closing lines.
fn counted(mut command: Command) -> Result<Counts, Failure> {
    let name = shown(&command);
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut counts = Counts::default();
    let mut out = std::io::stdout().lock();
    if let Some(pipe) = child.stdout.take() {
        for line in BufReader::new(pipe).split(b'\n') {
            let line = line.map_err(failed)?;
            out.write_all(&line).and_then(|()| out.write_all(b"\n")).map_err(failed)?;
            let line = String::from_utf8_lossy(&line);
            if let Some(result) = line.strip_prefix("test result: ") {
                counts.passed += before(result, " passed");
                counts.failed += before(result, " failed");
                counts.ignored += before(result, " ignored");
            }
        }
    }
    drop(out);
    counts.success = child.wait().map_err(failed)?.success();
    Ok(counts)
}

/// The number in front of a word.
fn before(line: &str, word: &str) -> u64 {
    let digits = line.split(word).next().unwrap_or_default();
    digits.rsplit(' ').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Committed snapshots that no test compared with.
fn unused_snapshots(references: &str) -> Result<Vec<String>, Failure> {
    let used: BTreeSet<PathBuf> =
        references.lines().filter_map(|path| PathBuf::from(path).canonicalize().ok()).collect();
    let snapshots = files()?.into_iter().filter(|file| file.ends_with(".snap"));
    let unused = |file: &String| root().join(file).canonicalize().is_ok_and(|path| !used.contains(&path));
    Ok(snapshots.filter(unused).collect())
}

/// The runtime for a host without an operating system. Where the target cannot be had, this says so and is not counted as passed.
fn wasm() -> Done {
    let sysroot = shell::output(shell::command("rustc", &["--print", "sysroot"]))?;
    let there = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(WASM).exists();
    if !there {
        let message = format!("SKIPPED: the toolchain lacks the target {WASM} (rustup target add {WASM})");
        println!("{message}");
        return Ok(message);
    }
    done(cargo(&["build", "--package", "policyc-runtime", "--target", WASM]))
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
