//! Deciding by what is remembered: P6 against P2, and P6 with few and with many keys. In: rounds. Out: medians and ratios, taken round by
//! round.

use policyc_bench::Failure;
use policyc_bench::clock::{fastest, median};
use policyc_bench::product::{load, parts};
use policyc_bench::remembered::{NOW, WHO, learned};
use policyc_runtime::state::Memory;
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Call, Decision, Host, Pdp, Vm};
use policyc_workload::{Request, p2, p6};
use std::hint::black_box;

const RULES: u64 = 1_000;
const REQUESTS: u64 = 400;
/// Few and many keys.
const KEYS: [u64; 2] = [1_000, 1_000_000];

/// Measures both.
pub(crate) fn run(rounds: usize) -> Result<(), Failure> {
    let (stateless, stateful) = (load(&p2::workload(RULES))?, load(&p6::workload(RULES))?);
    let requests = allowed(&stateless, &stateful)?;
    let few = learned(&stateful, KEYS[0])?;
    let many = learned(&stateful, KEYS[1])?;
    let calls: Vec<(Call<'_>, Host<'_>)> = requests
        .iter()
        .map(|request| {
            let (call, host) = parts(request);
            (call, Host { now_ms: Some(NOW), ..host })
        })
        .collect();
    let count = calls.len() as f64;
    let mut vm = Vm::new(&stateful);
    let mut without = || {
        for (call, host) in &calls {
            black_box(vm.decide(&stateless, black_box(call), host).decision());
        }
    };
    let (mut first, mut second) = (Vm::new(&stateful), Vm::new(&stateful));
    let with = |vm: &mut Vm, store: &policyc_store::Memory| {
        let memory = Memory { store, who: WHO };
        for (call, host) in &calls {
            black_box(vm.decide_by(&stateful, black_box(call), host, &memory, &mut NoTrace).decision());
        }
    };
    let (mut times, mut bare, mut ratios, mut growth) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        // Whoever runs first in a round may be favored.
        let (a, b, c) = if round % 2 == 0 {
            let a = fastest(&mut without);
            (a, fastest(|| with(&mut first, &few)), fastest(|| with(&mut second, &many)))
        } else {
            let c = fastest(|| with(&mut second, &many));
            let b = fastest(|| with(&mut first, &few));
            (fastest(&mut without), b, c)
        };
        bare.push(a / count);
        times.push(b / count);
        ratios.push(b / a);
        growth.push(c / b);
    }
    println!(
        "{{\"name\":\"state/P6-{RULES}\",\"ns\":{:.1},\"stateless_ns\":{:.1},\"ratio\":{:.3},\"keys_ratio\":{:.3}}}",
        median(&mut times),
        median(&mut bare),
        median(&mut ratios),
        median(&mut growth)
    );
    Ok(())
}

/// Requests that P2 allows; P6 must allow them as well.
fn allowed(stateless: &Pdp, stateful: &Pdp) -> Result<Vec<Request>, Failure> {
    let (mut vm, empty) = (Vm::new(stateless), policyc_store::Memory::new());
    let memory = Memory { store: &empty, who: WHO };
    let mut out = Vec::new();
    for request in p2::requests(6, RULES, REQUESTS) {
        let (call, host) = parts(&request);
        let host = Host { now_ms: Some(NOW), ..host };
        if vm.decide(stateless, &call, &host).decision() != Decision::Allow {
            continue;
        }
        let remembered = vm.decide_by(stateful, &call, &host, &memory, &mut NoTrace).decision();
        if remembered != Decision::Allow {
            return Err(format!("P6 decides {remembered} where P2 allows"));
        }
        out.push(request);
    }
    if out.len() < 20 { Err(format!("P2 allows {} requests only", out.len())) } else { Ok(out) }
}
