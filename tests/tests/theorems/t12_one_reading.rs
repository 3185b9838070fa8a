//! T12: for the bytes that are forwarded, first-wins, last-wins, f64 and exact parsers agree with the value that was judged.

use crate::common::{Loaded, policies, rank, requests, respelled, shown, text};
use policyc_tests::oracle::{Caps, Exact, Json, parse};
use serde_json::Value;

/// A reader that keeps members in order, so that first-wins and last-wins can be told apart.
fn members(value: &Value, path: &mut Vec<String>, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members_of) => {
            for (key, member) in members_of {
                path.push(format!(".{key}"));
                members(member, path, out);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(format!("[{index}]"));
                members(item, path, out);
                path.pop();
            }
        }
        scalar => out.push((path.concat(), scalar.to_string())),
    }
}

/// Scalars by path, read exactly.
fn exact(json: &Json, path: &mut Vec<String>, out: &mut Vec<(String, Json)>) {
    match json {
        Json::Object(members_of) => {
            let mut sorted: Vec<_> = members_of.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, member) in sorted {
                path.push(format!(".{key}"));
                exact(member, path, out);
                path.pop();
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(format!("[{index}]"));
                exact(item, path, out);
                path.pop();
            }
        }
        scalar => out.push((path.concat(), scalar.clone())),
    }
}

/// Keys by a reader of its own that sees every occurrence: quoted strings before a colon, per depth.
fn repeats_a_key(forwarded: &str) -> bool {
    let mut open: Vec<std::collections::BTreeSet<String>> = Vec::new();
    let mut chars = forwarded.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '{' => open.push(std::collections::BTreeSet::new()),
            '}' => drop(open.pop()),
            '"' => {
                let mut escaped = false;
                for (end, c) in chars.by_ref() {
                    match (escaped, c) {
                        (false, '"') => {
                            let key = &forwarded[at..=end];
                            let is_key = forwarded[end + 1..].starts_with(':');
                            if is_key && !open.last_mut().unwrap().insert(key.to_owned()) {
                                return true;
                            }
                            break;
                        }
                        (false, '\\') => escaped = true,
                        _ => escaped = false,
                    }
                }
            }
            _ => {}
        }
    }
    false
}

#[test]
fn t12_what_is_forwarded_has_one_reading() {
    let (mut forwarded, mut numbers) = (0, 0);
    for (built, mut rng) in policies(5, 60) {
        let mut loaded = Loaded::new(&built.indexed);
        for request in requests(&built.source, &mut rng, 60) {
            let outcome = loaded.decide(&request);
            if rank(&outcome) == 2 {
                continue;
            }
            let mut bytes = Vec::new();
            loaded.pdp.canonical_args(&request.args, &mut bytes).unwrap();
            let told = || format!("{}\nforwarded {}", shown(&request), text(&bytes));
            let judged = parse(&request.args, Caps::default()).unwrap();
            let again = parse(&bytes, Caps::default()).unwrap_or_else(|| panic!("{}", told()));
            // Exact parsers.
            let (mut one, mut two) = (Vec::new(), Vec::new());
            exact(&judged, &mut Vec::new(), &mut one);
            exact(&again, &mut Vec::new(), &mut two);
            assert_eq!(one, two, "{}", told());
            // First wins and last wins: no key stands twice.
            assert!(!repeats_a_key(&text(&bytes)), "{}", told());
            // Doubles: printed again they are the same numbers.
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            let mut doubles = Vec::new();
            members(&value, &mut Vec::new(), &mut doubles);
            let printed: Vec<(String, String)> = doubles
                .into_iter()
                .map(|(path, text)| match text.parse::<f64>() {
                    Ok(double) if !text.starts_with('"') => (path, format!("{double:e}")),
                    _ => (path, text),
                })
                .collect();
            for ((path, exact), (other, double)) in two.iter().zip(&printed) {
                if let Json::Number(number) = exact {
                    assert_eq!((path, Exact::parse(double).as_ref()), (other, Some(number)), "{}", told());
                    numbers += 1;
                }
            }
            // One spelling per value, and the same decision for it.
            let mut other = Vec::new();
            loaded.pdp.canonical_args(&respelled(&request.args, &mut rng), &mut other).unwrap();
            assert_eq!(bytes, other, "{}", told());
            let mut canonical = request.clone();
            canonical.args = bytes.clone();
            assert_eq!(loaded.decide(&canonical), outcome, "{}", told());
            forwarded += 1;
        }
    }
    println!("T12: {forwarded} calls forwarded, {numbers} numbers in them");
    assert!(forwarded > 700 && numbers > 500);
}
