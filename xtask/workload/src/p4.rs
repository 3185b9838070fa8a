//! P4: n rules for globs over tool names, in thirds: `x1_*`, `*_y1`, `x1_*_y1`. In: n, a seed. Out: the policy, its tools, requests.

use crate::rng::Rng;
use crate::text::words;
use crate::{HOST, Request, Workload, host, tool};

/// The name of tool `i`; three globs select it.
#[must_use]
pub fn name(i: u64) -> String {
    format!("x{i}_call_y{i}")
}

/// The policy of `n` rules over n/3 tools.
#[must_use]
pub fn workload(n: u64) -> Workload {
    let mut policy =
        String::from("edition 2026\npolicy p4 \"Globs\"\n\nimport tools s from \"s.lock.json\"\n");
    policy += HOST;
    let mut tools = Vec::new();
    for i in 0..n / 3 {
        tools.push(tool(&name(i), &[("note", r#"{"type":"string"}"#)], 0));
        policy += &format!(
            "rule a{i}: allow s.x{i}_* when args.note != \"\"\nrule b{i}: deny s.*_y{i} when session.tainted\nrule c{i}: ask s.x{i}_*_y{i} when session.turn > {}\n",
            i % 40
        );
    }
    Workload { policy, servers: vec![("s".to_owned(), format!("{{\"tools\":[{}]}}", tools.join(",")))] }
}

/// Requests of this seed for the policy of `n` rules.
#[must_use]
pub fn requests(seed: u64, n: u64, count: u64) -> Vec<Request> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|_| {
            let (principal, session, _) = host(&mut rng);
            let tool = name(rng.below(n / 3));
            let args = format!(r#"{{"note":"{}"}}"#, words(&mut rng, 12));
            Request { server: "s".to_owned(), tool, args, principal, session }
        })
        .collect()
}
