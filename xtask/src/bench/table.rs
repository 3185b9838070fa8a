//! Figures for people. In: figures. Out: tables on standard output.

use super::Figures;
use super::gates::{name, number};
use serde_json::Value;

/// Prints every table that there are figures for.
pub(crate) fn print(all: &[Figures]) {
    let with = |prefix: &'static str| all.iter().filter(move |figures| name(figures).starts_with(prefix));
    let short = |figures: &Figures| name(figures).split('/').nth(1).unwrap_or_default().to_owned();
    if with("decide/").next().is_some() {
        let compared: f64 = with("agree/").map(|figures| number(figures, "requests")).sum();
        println!(
            "Deciding, from raw bytes; by hand: the same work in straight code ({compared:.0} requests decided alike)"
        );
        println!("  workload        bytes        ns   by hand   ratio  allocations");
        for figures in with("decide/") {
            let workload = short(figures);
            let counted = with("allocations/").find(|counted| short(counted) == workload);
            println!(
                "  {workload:<12} {:>8.0} {:>9.0} {:>9.0} {:>7.2}  {}",
                number(figures, "bytes"),
                number(figures, "ns"),
                number(figures, "limit_ns"),
                number(figures, "ratio"),
                counted.map_or(String::new(), |counted| number(counted, "allocations").to_string()),
            );
        }
        println!();
    }
    for figures in with("state/") {
        println!(
            "Deciding by what is remembered: two facts, a label, two limits; without: the same requests, stateless"
        );
        println!("  workload             ns   without   ratio   1,000,000 / 1,000 keys");
        println!(
            "  {:<12} {:>10.0} {:>9.0} {:>7.2} {:>9.2}\n",
            short(figures),
            number(figures, "ns"),
            number(figures, "stateless_ns"),
            number(figures, "ratio"),
            number(figures, "keys_ratio")
        );
    }
    if with("compile/").next().is_some() {
        println!("Compiling, from text to program (locks read, rules checked, code emitted and verified)");
        for figures in with("compile/") {
            println!("  {:>6} rules  {:>9.1} ms", short(figures), number(figures, "ns") / 1e6);
        }
        for figures in with("cedar/") {
            println!(
                "  {:>6} rules  {:>9.1} ms  cedar-policy 4.14: parse and strict validation (and {:.1} ms for the schema)",
                short(figures),
                number(figures, "ns") / 1e6,
                number(figures, "schema_ns") / 1e6
            );
        }
        println!();
    }
    if with("replay/").next().is_some() {
        println!("Replaying recordings, reading included; serde_json: reading and parsing the same files");
        println!("  recordings            calls       MB        ms  serde_json   ratio");
        for figures in with("replay/") {
            if let Some(reason) = figures.get("skipped").and_then(Value::as_str) {
                println!("  {:<18} SKIPPED: {reason}", short(figures));
                continue;
            }
            println!(
                "  {:<18} {:>8.0} {:>8.1} {:>9.1} {:>11.1} {:>7.2}",
                short(figures),
                number(figures, "calls"),
                number(figures, "bytes") / 1e6,
                number(figures, "ns") / 1e6,
                number(figures, "serde_json_ns") / 1e6,
                number(figures, "ratio")
            );
        }
        println!();
    }
}
