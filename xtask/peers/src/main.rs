//! Measures Cedar on the rules of P2. In: `compile RULES`. Out: one JSON object on standard output, times in nanoseconds.
//!
//! What is timed is what an author's save takes, once per process: the policies' text is parsed and validated against a schema (strict
//! mode). Reading the schema's text is timed apart.

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use cpu_time::ProcessTime;
use policyc_workload::cedar;
use std::hint::black_box;
use std::str::FromStr;

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
    let start = ProcessTime::now();
    let (schema, _) = Schema::from_cedarschema_str(black_box(&schema_text))?;
    let validator = Validator::new(schema);
    let schema_time = start.elapsed();
    let start = ProcessTime::now();
    let set = PolicySet::from_str(black_box(&policies))?;
    let result = black_box(validator.validate(&set, ValidationMode::Strict));
    let time = start.elapsed();
    if let Some(error) = result.validation_errors().next() {
        return Err(format!("the policies are not valid: {error}").into());
    }
    println!(
        "{{\"name\":\"cedar/{rules}\",\"policies\":{},\"text\":{},\"ns\":{},\"schema_ns\":{}}}",
        set.policies().count(),
        policies.len(),
        time.as_nanos(),
        schema_time.as_nanos()
    );
    Ok(())
}
