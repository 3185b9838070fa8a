//! Counts what deciding allocates. In: nothing. Out: one JSON object per workload on standard output. A program of its own, since the
//! counter slows every allocation down, those of compiling too.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it reports to `cargo xtask bench`")]

use policyc_bench::Failure;
use policyc_bench::product::{load, parts};
use policyc_bench::remembered::{NOW, WHO, learned};
use policyc_runtime::state::Memory;
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Host, Vm};
use policyc_workload::{Request, Workload, p1, p2, p3, p4, p6};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let all = [
        ("P1", p1::workload(), p1::requests(7, 200)),
        ("P1-64KB", p1::workload(), p1::large_mails(7, 48, 64 << 10)),
        ("P2-1000", p2::workload(1_000), p2::requests(7, 1_000, 2_400)),
        ("P2-10000", p2::workload(10_000), p2::requests(7, 10_000, 2_400)),
        ("P3-1000", p3::workload(1_000), p3::requests(7, 1_000, 2_400)),
        ("P4-1000", p4::workload(1_000), p4::requests(7, 1_000, 2_400)),
    ];
    for (name, workload, requests) in all {
        if let Err(failure) = count(name, &workload, &requests) {
            eprintln!("allocations: {failure}");
            return ExitCode::FAILURE;
        }
    }
    if let Err(failure) = count_remembering() {
        eprintln!("allocations: {failure}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Facts, a label and two limits are read, and nothing is learned.
fn count_remembering() -> Result<(), Failure> {
    let pdp = load(&p6::workload(1_000))?;
    let store = learned(&pdp, 1_000)?;
    let memory = Memory { store: &store, who: WHO };
    let requests = p2::requests(7, 1_000, 2_400);
    let mut vm = Vm::new(&pdp);
    report("P6-1000", requests.len(), || {
        for request in &requests {
            let (call, host) = parts(request);
            let host = Host { now_ms: Some(NOW), ..host };
            std::hint::black_box(vm.decide_by(&pdp, &call, &host, &memory, &mut NoTrace).decision());
        }
    });
    Ok(())
}

fn count(name: &str, workload: &Workload, requests: &[Request]) -> Result<(), Failure> {
    let pdp = load(workload)?;
    let mut vm = Vm::new(&pdp);
    report(name, requests.len(), || {
        for request in requests {
            let (call, host) = parts(request);
            std::hint::black_box(vm.decide(&pdp, &call, &host).decision());
        }
    });
    Ok(())
}

/// What the second time allocates, when buffers have grown.
fn report(name: &str, decisions: usize, mut decide: impl FnMut()) {
    decide();
    let region = Region::new(ALLOCATOR);
    decide();
    let change = region.change();
    let count = change.allocations + change.reallocations;
    println!("{{\"name\":\"allocations/{name}\",\"decisions\":{decisions},\"allocations\":{count}}}");
}
