//! Which packages may be under which crate. In: `cargo tree`. Out: complaints.

use crate::Failure;
use crate::shell::{cargo, output};
use std::collections::BTreeSet;

/// A crate and what its normal dependencies must not hold: names, or beginnings that end in `*`.
const RULES: [(&str, &[&str]); 5] = [
    (
        "policyc-runtime",
        &[
            "policyc-*",
            "salsa*",
            "logos*",
            "lalrpop*",
            "ariadne",
            "serde_json",
            "jiff*",
            "getrandom",
            "wasm-bindgen",
            "tokio*",
            "clap*",
            "std_detect",
        ],
    ),
    (
        "policyc-grammar",
        &["policyc-*", "salsa*", "ariadne", "serde*", "jiff*", "getrandom", "tokio*", "clap*"],
    ),
    ("policyc-store", &["policyc-compiler", "policyc-grammar", "salsa*", "serde*", "tokio*", "clap*"]),
    ("policyc-stdlib", &["salsa*", "ariadne", "serde*", "tokio*", "clap*"]),
    (
        "policyc-compiler",
        &["policyc-pull", "tokio*", "tower*", "reqwest", "ureq*", "clap*", "jsonschema", "rmcp*"],
    ),
];

/// Forbidden dependencies that are there.
pub(crate) fn check() -> Result<Vec<String>, Failure> {
    let mut complaints = Vec::new();
    for (package, forbidden) in RULES {
        let tree = ["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
        let listed = output(cargo(&tree))?;
        let names: BTreeSet<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
        for name in names.into_iter().filter(|name| *name != package) {
            let hit = |pattern: &&&str| match pattern.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == **pattern,
            };
            if forbidden.iter().any(|pattern| hit(&pattern)) {
                complaints.push(format!("`{package}` depends on `{name}`, which it must not"));
            }
        }
    }
    Ok(complaints)
}
