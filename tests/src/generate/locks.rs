//! Servers and their locks. In: random choices. Out: tools with shapes, and the text of the lock that pins them.

use super::rng::Rng;
use super::shape::{Field, Shape, ToolShape, fields, scalar};
use policyc_compiler::lock::{self, ImportOptions, from_tools};
use serde_json::Value;

/// A server with its tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Identity.
    pub identity: String,
    /// How policies spell it.
    pub alias: String,
    /// Its tools.
    pub tools: Vec<ToolShape>,
    /// Fields that every one of its tools declares.
    pub shared: Vec<Field>,
    /// The text of its lock.
    pub lock: String,
}

/// Random servers.
pub(super) fn servers(rng: &mut Rng) -> Vec<Server> {
    (0..1 + rng.below(2)).map(|index| server(index, rng)).collect()
}

fn server(index: usize, rng: &mut Rng) -> Server {
    let identity = format!("server-{index}");
    let alias = rng.word(if index == 0 { &["crm", "desk"] } else { &["shop", "git-hub"] }).to_owned();
    let mut shared = vec![Field { name: "ref".to_owned(), shape: scalar(rng), required: true }];
    if rng.chance(50) {
        shared.push(Field {
            name: "labels".to_owned(),
            shape: Shape::Text(super::shape::sort(rng), None),
            required: false,
        });
    }
    let mut names = vec![
        "get_order",
        "get_user",
        "delete_order",
        "delete_user",
        "send-mail",
        "list",
        "pay.out",
        "update",
    ];
    rng.shuffle(&mut names);
    names.truncate(1 + rng.below(4));
    let tools: Vec<ToolShape> = names
        .into_iter()
        .map(|name| {
            let mut all = shared.clone();
            let own = fields(rng, 0, 6, 2);
            all.extend(own.into_iter().filter(|field| !shared.iter().any(|other| other.name == field.name)));
            let destructive = if rng.chance(50) { Some(rng.chance(50)) } else { None };
            ToolShape { server: identity.clone(), name: name.to_owned(), fields: all, destructive }
        })
        .collect();
    let lock = lock(&identity, &tools, rng);
    Server { identity, alias, tools, shared, lock }
}

/// The text of a lock; empty if the generator made what no lock can hold, which its test rules out.
pub(super) fn lock(identity: &str, tools: &[ToolShape], rng: &mut Rng) -> String {
    let listed: Vec<Value> = tools.iter().map(|tool| tool.listed(rng)).collect();
    lock_of(identity, &listed)
}

/// The text of the lock of these listed tools.
pub(super) fn lock_of(identity: &str, listed: &[Value]) -> String {
    let server = lock::Server { identity: identity.into(), ..lock::Server::default() };
    from_tools(server, listed, &ImportOptions::default())
        .map(|imported| imported.lock.to_text())
        .unwrap_or_default()
}
