//! P3: n rules on one tool that differ in one string. In: n, a seed. Out: the policy, its tool, requests.

use crate::rng::Rng;
use crate::text::words;
use crate::{HOST, Request, Workload, host, tool};

/// The string of rule `i`. Its effect is deny, ask or allow as `i % 3` is 0, 1 or 2.
#[must_use]
pub fn key(i: u64) -> String {
    format!("acct_{:06}", i * 7)
}

/// The policy of `n` rules.
#[must_use]
pub fn workload(n: u64) -> Workload {
    let string = r#"{"type":"string"}"#;
    let tools = tool("transfer", &[("account", string), ("note", string)], 0);
    let mut policy = String::from(
        "edition 2026\npolicy p3 \"One string in n rules\"\n\nimport tools s from \"s.lock.json\"\n",
    );
    policy += HOST;
    for i in 0..n {
        let effect = ["deny", "ask", "allow"].get((i % 3) as usize).copied().unwrap_or_default();
        policy += &format!("rule r{i}: {effect} s.transfer when args.account == \"{}\"\n", key(i));
    }
    Workload { policy, servers: vec![("s".to_owned(), format!("{{\"tools\":[{tools}]}}"))] }
}

/// Requests of this seed for the policy of `n` rules; one in four names an account that no rule does.
#[must_use]
pub fn requests(seed: u64, n: u64, count: u64) -> Vec<Request> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|_| {
            let (principal, session, _) = host(&mut rng);
            let i = rng.below(n);
            let account = if rng.below(4) == 0 { format!("{}x", key(i)) } else { key(i) };
            let args = format!(r#"{{"account":"{account}","note":"{}"}}"#, words(&mut rng, 8));
            Request { server: "s".to_owned(), tool: "transfer".to_owned(), args, principal, session }
        })
        .collect()
}
