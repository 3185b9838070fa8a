//! Deciding: from raw bytes to a decision, by the product and by hand. In: rounds. Out: per workload the median of both, and of their
//! ratio, taken round by round.

use crate::agree::{self, Subject};
use policyc_bench::Failure;
use policyc_bench::clock::{fastest, median};
use policyc_bench::product::parts;
use policyc_runtime::Vm;
use std::hint::black_box;

/// Measures every workload.
pub(crate) fn run(rounds: usize) -> Result<(), Failure> {
    agree::SUBJECTS.iter().try_for_each(|name| one(name, rounds))
}

/// Measures one workload.
pub(crate) fn one(name: &str, rounds: usize) -> Result<(), Failure> {
    let subject = Subject::new(name)?;
    let requests: Vec<_> = subject.requests.iter().map(parts).collect();
    let count = requests.len() as f64;
    let bytes = subject.requests.iter().map(policyc_workload::Request::bytes).sum::<usize>() as f64 / count;
    let mut vm = Vm::new(&subject.pdp);
    let mut ours = || {
        for (call, host) in &requests {
            let decided = vm.decide(&subject.pdp, black_box(call), host);
            black_box((decided.decision(), decided.reasons().next().map(|reason| reason.id().len())));
        }
    };
    let mut limit = || {
        for (call, host) in &requests {
            black_box((subject.limit)(black_box(call), host));
        }
    };
    fastest(&mut ours);
    fastest(&mut limit);
    let (mut times, mut limits, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        // Whoever runs first in a round may be favored.
        let (a, b) = if round % 2 == 0 {
            let a = fastest(&mut ours);
            (a, fastest(&mut limit))
        } else {
            let b = fastest(&mut limit);
            (fastest(&mut ours), b)
        };
        times.push(a / count);
        limits.push(b / count);
        ratios.push(a / b);
    }
    println!(
        "{{\"name\":\"decide/{name}\",\"bytes\":{bytes:.0},\"ns\":{:.1},\"limit_ns\":{:.1},\"ratio\":{:.3}}}",
        median(&mut times),
        median(&mut limits),
        median(&mut ratios)
    );
    Ok(())
}
