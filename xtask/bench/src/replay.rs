//! Replaying recordings, reading included, beside the time that serde_json takes to parse the same file, reading included. In: rounds, a
//! folder of recordings with `tools/SUITE.tools.json`. Out: the times of the recordings there, and of a generated one.

use policyc_bench::Failure;
use policyc_bench::clock::{fastest, median};
use policyc_bench::product::load;
use policyc_compiler::replay::{Options, Replay};
use policyc_runtime::{Decision, Pdp};
use policyc_workload::{Workload, p1, recording};
use serde_json::Value;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Measures the generated recording, and those of the folder if it is there.
pub(crate) fn run(rounds: usize, folder: &str) -> Result<(), Failure> {
    let made = std::env::temp_dir().join(format!("policyc-bench-{}.jsonl", std::process::id()));
    std::fs::write(&made, recording::recording(3, 400))
        .map_err(|error| format!("{}: {error}", made.display()))?;
    let measured = measure("made", &load(&p1::workload())?, std::slice::from_ref(&made), rounds);
    let removed = std::fs::remove_file(&made);
    measured?;
    removed.map_err(|error| format!("{}: {error}", made.display()))?;
    let folder = Path::new(folder);
    if !folder.is_dir() {
        println!("{{\"name\":\"replay/recorded\",\"skipped\":\"{} is not there\"}}", folder.display());
        return Ok(());
    }
    for (suite, alias) in
        [("agentdojo-banking", "banking"), ("agentdojo-workspace", "workspace"), ("tau2-retail", "retail")]
    {
        let tools = folder.join("tools").join(format!("{suite}.tools.json"));
        let tools =
            std::fs::read_to_string(&tools).map_err(|error| format!("{}: {error}", tools.display()))?;
        let pdp = load(&policy(alias, tools)?)?;
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
            .map_err(|error| error.to_string())?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(suite)))
            .collect();
        files.sort();
        measure(suite, &pdp, &files, rounds)?;
    }
    Ok(())
}

/// A policy over some tools: what reads is allowed, the rest is asked, and every text argument is looked at.
fn policy(alias: &str, tools: String) -> Result<Workload, Failure> {
    let document: Value = serde_json::from_str(&tools).map_err(|error| error.to_string())?;
    let mut policy = format!(
        "edition 2026\npolicy recorded \"What was recorded\"\n\nimport tools {alias} from \"{alias}.lock.json\"\nprincipal {{ user_id?: string }}\napprovers default \"lead\"\nrule nobody: deny {alias}.* when (principal.user_id ?? \"\") == \"nobody\"\n"
    );
    for (number, tool) in document.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
        let reads = ["get_", "find_", "search_", "list_", "read_", "calculate"]
            .iter()
            .any(|verb| name.starts_with(verb));
        policy += &format!("rule t{number}: {} {alias}.{name}\n", if reads { "allow" } else { "ask" });
        let properties = tool.pointer("/inputSchema/properties").and_then(Value::as_object);
        for (index, (property, schema)) in properties.into_iter().flatten().enumerate() {
            if schema.get("type").and_then(Value::as_str) == Some("string") {
                policy += &format!(
                    "rule t{number}_{index}: deny {alias}.{name} when (args.{property} ?? \"\") contains \"evil\"\n"
                );
            }
        }
    }
    Ok(Workload { policy, servers: vec![(alias.to_owned(), tools)] })
}

fn measure(name: &str, pdp: &Pdp, files: &[PathBuf], rounds: usize) -> Result<(), Failure> {
    let (calls, decided) = replay(pdp, files)?;
    let bytes: u64 = files.iter().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
    let (mut ours, mut parses, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=rounds {
        let a = fastest(|| drop(black_box(replay(pdp, files))));
        let b = fastest(|| drop(black_box(parse(files))));
        ours.push(a);
        parses.push(b);
        ratios.push(a / b);
    }
    println!(
        "{{\"name\":\"replay/{name}\",\"bytes\":{bytes},\"calls\":{calls},\"allow\":{},\"ask\":{},\"deny\":{},\"ns\":{:.0},\"serde_json_ns\":{:.0},\"ratio\":{:.3}}}",
        decided[0],
        decided[1],
        decided[2],
        median(&mut ours),
        median(&mut parses),
        median(&mut ratios)
    );
    Ok(())
}

/// Calls `line` with each line of each file.
fn lines(
    files: &[PathBuf],
    mut line: impl FnMut(&Path, u64, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    for path in files {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(failed)?);
        let mut number = 0;
        loop {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).map_err(failed)? == 0 {
                break;
            }
            number += 1;
            line(path, number, bytes.trim_ascii_end())?;
        }
    }
    Ok(())
}

fn replay(pdp: &Pdp, files: &[PathBuf]) -> Result<(u64, [u64; 3]), Failure> {
    let mut replay = Replay::new(pdp, Options::default());
    lines(files, |path, number, line| {
        if number == 1 {
            let name = path.to_string_lossy();
            replay.file(&name, &name);
        }
        replay.line(line);
        Ok(())
    })?;
    let done = replay.finish();
    match done.broken.first() {
        Some(broken) => Err(format!("{}:{}: {}", broken.file, broken.line, broken.message)),
        None => {
            let decided =
                [Decision::Allow, Decision::Ask, Decision::Deny].map(|decision| done.tally.decided(decision));
            Ok((done.tally.calls(), decided))
        }
    }
}

fn parse(files: &[PathBuf]) -> Result<usize, Failure> {
    let mut values = 0;
    lines(files, |_, _, line| {
        let value: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        values += usize::from(black_box(value).is_object());
        Ok(())
    })?;
    Ok(values)
}
