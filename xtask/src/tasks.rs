//! Tasks that other programs carry out. In: options. Out: their output, and whether they succeeded.

use crate::Failure;
use crate::shell::{binaries, cargo, command, output, root, run};

/// Writes, or compares, what comes from tables in the code.
pub(crate) fn codegen(check: bool) -> Result<(), Failure> {
    run(cargo(&["build", "--quiet", "--workspace", "--bin", "policyc-codegen"]))?;
    let program = binaries()?.join("policyc-codegen").to_string_lossy().into_owned();
    let arguments: &[&str] = if check { &["--check"] } else { &[] };
    run(command(&program, arguments))
}

/// Folders with inputs of the kind that a target reads, to begin with.
fn seeds(target: &str) -> &'static [&'static str] {
    match target {
        "source" | "policy" => {
            &["examples/customer-support", "tests/replay", "stdlib/std", "grammar/tests/cases"]
        }
        "schema" => &["examples/customer-support/tools", "tests/replay"],
        "recording" | "json" => &["examples/customer-support", "tests/replay"],
        _ => &[],
    }
}

/// Runs each fuzz target for that long.
pub(crate) fn fuzz(seconds: u64) -> Result<(), Failure> {
    let folder = "tests/fuzz";
    if !root().join(folder).join("Cargo.toml").is_file() {
        return Err(format!("there are no fuzz targets in {folder}"));
    }
    let listed = output(command("cargo", &["+nightly", "fuzz", "list", "--fuzz-dir", folder]))?;
    let limit = format!("-max_total_time={seconds}");
    for target in listed.lines() {
        println!("==> {target}, {seconds} s");
        // New inputs go to the first folder.
        let corpus = format!("{folder}/corpus/{target}");
        std::fs::create_dir_all(root().join(&corpus)).map_err(|error| format!("{corpus}: {error}"))?;
        let mut arguments = vec!["+nightly", "fuzz", "run", "--fuzz-dir", folder, target, &*corpus];
        arguments.extend(seeds(target));
        arguments.extend(["--", &*limit, "-timeout=10"]);
        run(command("cargo", &arguments))?;
    }
    Ok(())
}

/// Compares VM and reference evaluator.
pub(crate) fn differential(pairs: u64, runs: u64) -> Result<(), Failure> {
    let (pairs, runs) = (pairs.to_string(), runs.to_string());
    let what = ["--pairs", &*pairs, "--runs", &*runs];
    let tool = ["run", "--quiet", "--release", "--bin", "differential", "--"];
    run(cargo(&[&tool[..], &what[..]].concat()))
}
