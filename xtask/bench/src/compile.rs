//! Compiling: from the text of policy and locks to the bytes of a program. In: how many rules. Out: the time of one compile, the first of
//! this process, as the command line does it: nobody compiles one policy over and over in warm memory. The caller repeats.

use cpu_time::ProcessTime;
use policyc_bench::Failure;
use policyc_bench::product::{compile, files};
use policyc_workload::p2;
use std::hint::black_box;

/// Measures one compile.
pub(crate) fn run(rules: u64) -> Result<(), Failure> {
    let workload = p2::workload(rules);
    let files = files(&workload)?;
    let start = ProcessTime::now();
    let program = black_box(compile(&files)?.to_bytes());
    let time = start.elapsed();
    println!(
        "{{\"name\":\"compile/{rules}\",\"ns\":{},\"text\":{},\"program\":{}}}",
        time.as_nanos(),
        workload.policy.len(),
        program.len()
    );
    Ok(())
}
