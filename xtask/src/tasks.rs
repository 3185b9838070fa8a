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
        run(command(
            "cargo",
            &["+nightly", "fuzz", "run", "--fuzz-dir", folder, target, "--", &limit, "-timeout=10"],
        ))?;
    }
    Ok(())
}

/// Compares VM and reference evaluator.
pub(crate) fn differential(pairs: u64) -> Result<(), Failure> {
    let pairs = pairs.to_string();
    run(cargo(&["run", "--quiet", "--release", "--bin", "differential", "--", "--pairs", &pairs]))
}
