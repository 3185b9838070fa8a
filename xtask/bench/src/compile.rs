//! Compiling: from the text of policy and locks to the bytes of a program. In: how many rules. Out: the time.

use policyc_bench::Failure;
use policyc_bench::clock::{fastest, median};
use policyc_bench::product::{compile, files};
use policyc_workload::p2;
use std::hint::black_box;

/// Measures once; the caller repeats.
pub(crate) fn run(rules: u64) -> Result<(), Failure> {
    let workload = p2::workload(rules);
    let files = files(&workload)?;
    let bytes = compile(&files)?.to_bytes().len();
    let mut times: Vec<f64> = (0..3)
        .map(|_| fastest(|| drop(black_box(compile(&files).map(|program| program.to_bytes())))))
        .collect();
    println!(
        "{{\"name\":\"compile/{rules}\",\"ns\":{:.0},\"text\":{},\"program\":{bytes}}}",
        median(&mut times),
        workload.policy.len()
    );
    Ok(())
}
