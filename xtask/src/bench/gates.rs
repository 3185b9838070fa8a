//! What the figures have to be. In: figures. Out: a verdict per gate.

use super::Figures;
use serde_json::{Value, json};
use std::fmt;

/// Times the limit that a decision may take.
const DECIDE: f64 = 1.5;
/// Times the compile time of 1,000 rules that 10,000 may take.
const GROWTH: f64 = 11.0;
/// Times the peer's time that compiling may take.
const PEER: f64 = 1.0;
/// Times serde_json's parsing that a replay may take.
const REPLAY: f64 = 2.0;
/// Times the stateless decision that one by what is remembered may take.
const STATE: f64 = 2.5;
/// Times the decision with a thousand keys that one with a million may take.
const KEYS: f64 = 1.3;
/// Workloads whose decisions have a gate.
const DECIDED: [&str; 3] = ["decide/P1", "decide/P2-1000", "decide/P2-10000"];

/// One gate.
#[derive(Debug)]
pub(crate) struct Verdict {
    name: String,
    value: f64,
    most: f64,
    /// Whether the value is not above what it may be.
    pub(crate) met: bool,
}

impl Verdict {
    fn new(name: String, value: f64, most: f64) -> Self {
        Self { name, value, most, met: value <= most }
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({ "name": self.name, "value": self.value, "most": self.most, "met": self.met })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.met { "met   " } else { "MISSED" };
        write!(f, "{word}  {}: {:.2}, at most {}", self.name, self.value, self.most)
    }
}

/// A figure as a number; NaN, which meets no gate, if it is none.
pub(crate) fn number(figures: &Figures, key: &str) -> f64 {
    figures.get(key).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// The name of figures.
pub(crate) fn name(figures: &Figures) -> &str {
    figures.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Judges what was measured.
pub(crate) fn judge(all: &[Figures]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for figures in all {
        let name = name(figures);
        if DECIDED.contains(&name) {
            verdicts.push(Verdict::new(format!("{name} / limit"), number(figures, "ratio"), DECIDE));
        } else if name.starts_with("allocations/") {
            verdicts.push(Verdict::new(name.to_owned(), number(figures, "allocations"), 0.0));
        } else if name.starts_with("state/") {
            verdicts.push(Verdict::new(format!("{name} / stateless"), number(figures, "ratio"), STATE));
            let keys = number(figures, "keys_ratio");
            verdicts.push(Verdict::new(format!("{name}, 1,000,000 / 1,000 keys"), keys, KEYS));
        } else if name.starts_with("replay/") && !figures.contains_key("skipped") {
            verdicts.push(Verdict::new(format!("{name} / serde_json"), number(figures, "ratio"), REPLAY));
        }
    }
    let time = |wanted: &str| all.iter().find(|figures| name(figures) == wanted).map(|f| number(f, "ns"));
    if let (Some(small), Some(large), Some(peer)) =
        (time("compile/1000"), time("compile/10000"), time("cedar/1000"))
    {
        verdicts.push(Verdict::new("compile/1000 / cedar-policy".to_owned(), small / peer, PEER));
        verdicts.push(Verdict::new("compile/10000 / compile/1000".to_owned(), large / small, GROWTH));
    }
    verdicts
}
