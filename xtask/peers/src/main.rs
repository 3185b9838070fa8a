//! Measures Cedar on the rules of P2. In: `compile RULES`. Out: one JSON object on standard output, times in nanoseconds.
//!
//! What is timed is what an author's save takes: the policies' text is parsed and validated against a schema (strict mode). Reading the
//! schema's text is timed apart.

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use cpu_time::ProcessTime;
use policyc_workload::cedar;
use std::hint::black_box;
use std::str::FromStr;
use std::time::Duration;

/// The same as the product has, so that allocators are not what is compared.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [task, rules] = words.as_slice() else { return Err("usage: policyc-peers compile RULES".into()) };
    if task != "compile" {
        return Err(format!("`{task}` is unknown; only `compile` is known").into());
    }
    let rules = rules.parse()?;
    let (policies, schema_text) = (cedar::policies(rules), cedar::schema(rules));
    let (schema, _) = Schema::from_cedarschema_str(&schema_text)?;
    let validator = Validator::new(schema);
    let set = PolicySet::from_str(&policies)?;
    let result = validator.validate(&set, ValidationMode::Strict);
    if let Some(error) = result.validation_errors().next() {
        return Err(format!("the policies are not valid: {error}").into());
    }
    let count = set.policies().count();
    let mut times: Vec<f64> = (0..3)
        .map(|_| {
            fastest(|| {
                let set = PolicySet::from_str(black_box(&policies));
                black_box(
                    set.map(|set| validator.validate(&set, ValidationMode::Strict).validation_passed()),
                )
                .ok();
            })
        })
        .collect();
    let mut schemas: Vec<f64> = (0..3)
        .map(|_| {
            fastest(|| {
                drop(black_box(
                    Schema::from_cedarschema_str(black_box(&schema_text))
                        .map(|(schema, _)| Validator::new(schema))
                        .ok(),
                ))
            })
        })
        .collect();
    println!(
        "{{\"name\":\"cedar/{rules}\",\"policies\":{count},\"text\":{},\"ns\":{:.0},\"schema_ns\":{:.0}}}",
        policies.len(),
        median(&mut times),
        median(&mut schemas)
    );
    Ok(())
}

/// Nanoseconds of processor time of the fastest call.
fn fastest(mut run: impl FnMut()) -> f64 {
    let mut fastest = Duration::MAX;
    let mut total = Duration::ZERO;
    while total < Duration::from_millis(60) {
        let start = ProcessTime::now();
        run();
        let elapsed = start.elapsed();
        fastest = fastest.min(elapsed);
        total += elapsed.max(Duration::from_nanos(1));
    }
    fastest.as_nanos() as f64
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
