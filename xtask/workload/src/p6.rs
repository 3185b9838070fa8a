//! P6: P2 with facts, a label and two limits on every tool. In: n, a seed. Out: the policy and its tools, and what teaches the facts.
//!
//! What is remembered restricts and permits nothing that P2 would not, so that both decide alike on the calls that P2 allows.

use crate::{Workload, p2, tool};

/// The server of the tool that teaches.
pub const SERVER: &str = "r";
/// The tool.
pub const READ: &str = "get_customer";

/// The policy of `n` rules, what is remembered, and its tools.
#[must_use]
pub fn workload(n: u64) -> Workload {
    let Workload { policy, mut servers } = p2::workload(n);
    let read = tool(READ, &[("id", r#"{"type":"string"}"#)], 0);
    servers.push((SERVER.to_owned(), format!("{{\"tools\":[{read}]}}")));
    let policy = format!(
        r#"{policy}
import tools r from "r.lock.json"

result r.get_customer: {{ id: string, tier: string, owner: string }}
fact customer(id: string): {{ tier: string, owner: string }}
  after r.get_customer: customer(result.id) = {{ tier: result.tier, owner: result.owner }}
fact seen: set<string> after r.get_customer: add result.id
label untrusted after r.get_customer

rule read: allow r.get_customer
rule gold: allow s.* when customer(args.customer).tier == "gold" and args.customer in seen
rule vip:  allow s.* when customer(args.customer).owner == principal.customer_id and args.amount < 5
rule leak: deny  s.* when session has label untrusted and args.channel == "outside"

limit pace:  1_000_000_000 per 1h for each principal.id on s.*
limit spend: 1_000_000_000 per session for each args.customer on s.* counting args.amount
"#
    );
    Workload { policy, servers }
}

/// The arguments of the call that teaches customer `i`.
#[must_use]
pub fn args(i: u64) -> String {
    format!(r#"{{"id":"cus_{i:05}"}}"#)
}

/// What it answers.
#[must_use]
pub fn result(i: u64) -> String {
    let tier = if i.is_multiple_of(3) { "gold" } else { "silver" };
    format!(r#"{{"id":"cus_{i:05}","tier":"{tier}","owner":"cus_{:05}"}}"#, i / 2)
}
