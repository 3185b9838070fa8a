//! The strict JSON reader. In: bytes of a request. Laws: what it accepts, serde_json accepts as the same value; its canonical form is its
//! own canonical form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_runtime::program::Caps;
use policyc_runtime::scan::canonicalize;

fuzz_target!(|data: &[u8]| {
    let mut canonical = Vec::new();
    if canonicalize(data, Caps::default(), &mut canonical).is_ok() {
        let ours: serde_json::Value = serde_json::from_slice(&canonical).expect("the canonical form is JSON");
        let theirs: serde_json::Value = serde_json::from_slice(data).expect("what is accepted is JSON");
        assert!(same(&ours, &theirs), "{ours} is not {theirs}");
        let mut again = Vec::new();
        canonicalize(&canonical, Caps::default(), &mut again).expect("the canonical form is accepted");
        assert_eq!(again, canonical);
    }
});

/// Equal, numbers by value: `1`, `1.0` and `1e0` are one.
fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Number, Object};
    match (a, b) {
        (Number(a), Number(b)) => a.as_f64() == b.as_f64(),
        (Array(a), Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Object(a), Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        (a, b) => a == b,
    }
}
