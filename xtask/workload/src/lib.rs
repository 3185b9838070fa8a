//! Workloads to measure with. In: a seed and sizes. Out: policies, tool lists, requests and recordings; the same ones on every
//! machine.
//!
//! | name | what |
//! |---|---|
//! | P1 | 12 statements of many kinds over six servers; mail bodies of 40 to 160 words |
//! | P2 | n rules, ten on each of n/10 tools, of the kinds of P1 with constants of their own |
//! | P3 | n rules on one tool that differ in one string |
//! | P4 | n rules for globs over tool names |
//! | P6 | P2 with facts, a label and two limits on every tool |
//!
//! No dependencies: the peers' program, which is built apart, uses it as well.

pub mod cedar;
pub mod p1;
pub mod p2;
pub mod p3;
pub mod p4;
pub mod p6;
pub mod recording;
pub mod rng;
pub mod text;

/// A policy and what it is about.
#[derive(Debug, Clone)]
pub struct Workload {
    /// The policy's text. It imports `NAME.lock.json` of each server.
    pub policy: String,
    /// Per server its name and its `tools/list` document.
    pub servers: Vec<(String, String)>,
}

/// A call and what the host says of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The server's identity.
    pub server: String,
    /// The tool's name.
    pub tool: String,
    /// JSON.
    pub args: String,
    /// JSON.
    pub principal: String,
    /// JSON.
    pub session: String,
}

impl Request {
    /// Bytes that have to be read.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.args.len() + self.principal.len() + self.session.len()
    }
}

/// A JSON Schema of an object with these properties (`"name":{…}`), of which the last `optional` may be absent.
pub(crate) fn tool(name: &str, properties: &[(&str, &str)], optional: usize) -> String {
    let listed: Vec<String> =
        properties.iter().map(|(name, schema)| format!("\"{name}\":{schema}")).collect();
    let required = properties.iter().take(properties.len().saturating_sub(optional));
    let required: Vec<String> = required.map(|(name, _)| format!("\"{name}\"")).collect();
    format!(
        r#"{{"name":"{name}","inputSchema":{{"type":"object","properties":{{{}}},"required":[{}]}}}}"#,
        listed.join(","),
        required.join(",")
    )
}

/// What every workload says of its host.
pub(crate) const HOST: &str = "principal { id: string, roles: set<string>, customer_id: string }
session { id: string, turn: int, tainted: bool, env: string, model: string }
approvers default \"lead\"
";

/// Principal and session of a request.
pub(crate) fn host(rng: &mut rng::Rng) -> (String, String, u64) {
    let customer = rng.below(500);
    let roles = match rng.below(4) {
        0 => r#""support","triage""#.to_owned(),
        1 => format!(r#""role{}""#, rng.below(10)),
        2 => r#""support""#.to_owned(),
        _ => format!(r#""triage","role{}","audit""#, rng.below(10)),
    };
    let principal = format!(
        r#"{{"id":"agent-{:04}","roles":[{roles}],"customer_id":"cus_{customer:05}"}}"#,
        rng.below(90)
    );
    let session = format!(
        r#"{{"id":"ses_{:012x}","turn":{},"tainted":{},"env":"production","model":"large-2026-05"}}"#,
        rng.next() >> 16,
        rng.below(40),
        rng.below(4) == 0
    );
    (principal, session, customer)
}
