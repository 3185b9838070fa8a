//! Which tool a name means. In: a server as people and recordings write it (identity or alias, or none), and a tool name that may carry
//! the server (`shop.refund`, `mcp__shop__refund`). Out: server identity and exact name, if there is one reading.
//!
//! The runtime itself knows only identity and exact name. Two readings are none (semantics.md 14): the call is `unknown_tool`.

use policyc_runtime::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// The servers and tools of a program, by every spelling.
#[derive(Debug)]
pub struct Names<'p> {
    /// Identities by identity and alias.
    servers: BTreeMap<&'p str, BTreeSet<&'p str>>,
    /// (identity, tool).
    tools: BTreeSet<(&'p str, &'p str)>,
    /// Identities by tool.
    owners: BTreeMap<&'p str, Vec<&'p str>>,
}

impl<'p> Names<'p> {
    /// The names of a program.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        let mut servers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for server in &program.servers {
            servers.entry(&*server.identity).or_default().insert(&*server.identity);
            if !server.alias.is_empty() {
                servers.entry(&*server.alias).or_default().insert(&*server.identity);
            }
        }
        let mut tools = BTreeSet::new();
        let mut owners: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for tool in &program.tools {
            if let Some(server) = program.servers.get(usize::from(tool.server)) {
                tools.insert((&*server.identity, &*tool.name));
                owners.entry(&*tool.name).or_default().push(&*server.identity);
            }
        }
        Self { servers, tools, owners }
    }

    /// The identity that a server's name means; none if no server or two have it.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&'p str> {
        let identities = self.servers.get(name)?;
        if identities.len() == 1 { identities.first().copied() } else { None }
    }

    /// Server identity and tool. What cannot be resolved comes back as it is, with an empty server where none is known: nothing is
    /// pinned under that name, so the decision is `unknown_tool`.
    #[must_use]
    pub fn tool<'n>(&self, server: Option<&str>, tool: &'n str) -> (&'p str, &'n str) {
        if let Some(server) = server {
            return (self.server(server).unwrap_or_default(), tool);
        }
        let mut readings = BTreeSet::new();
        for owner in self.owners.get(tool).into_iter().flatten() {
            readings.insert((*owner, tool));
        }
        let flat =
            tool.strip_prefix("mcp__").map(|rest| rest.match_indices("__").map(move |(at, _)| (rest, at, 2)));
        let dotted = tool.match_indices('.').map(|(at, _)| (tool, at, 1));
        for (text, at, width) in dotted.chain(flat.into_iter().flatten()) {
            let (Some(prefix), Some(rest)) = (text.get(..at), text.get(at + width..)) else { continue };
            for identity in self.servers.get(prefix).into_iter().flatten() {
                if self.tools.contains(&(*identity, rest)) {
                    readings.insert((*identity, rest));
                }
            }
        }
        if readings.len() == 1 { readings.first().copied().unwrap_or(("", tool)) } else { ("", tool) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policyc_runtime::program::plan::NodeId;
    use policyc_runtime::program::{Server, Tool};

    fn program(servers: &[(&str, &str)], tools: &[(u16, &str)]) -> Program {
        Program {
            servers: servers
                .iter()
                .map(|(identity, alias)| Server {
                    identity: (*identity).to_owned(),
                    alias: (*alias).to_owned(),
                    lock: [0; 32],
                })
                .collect(),
            tools: tools
                .iter()
                .map(|(server, name)| Tool {
                    admit_entry: None,
                    input: false,
                    learning: None,
                    server: *server,
                    name: (*name).to_owned(),
                    digest: [0; 32],
                    args: NodeId(0),
                    entry: 0,
                    list_entry: 0,
                    registers: 0,
                    memos: 0,
                })
                .collect(),
            ..Program::default()
        }
    }

    #[test]
    fn one_reading_or_none() {
        let program = program(
            &[("a.b", "x"), ("acme", "shop"), ("shop", "other")],
            &[(0, "c"), (0, "get"), (1, "refund"), (1, "get"), (2, "b__c"), (2, "a.b.c")],
        );
        let names = Names::new(&program);
        let check =
            |server, tool, expected| assert_eq!(names.tool(server, tool), expected, "{server:?} {tool}");
        check(Some("acme"), "refund", ("acme", "refund"));
        check(Some("x"), "refund", ("a.b", "refund"));
        // `shop` is one server's alias and another's identity.
        check(Some("shop"), "refund", ("", "refund"));
        check(Some("nobody"), "refund", ("", "refund"));
        check(None, "refund", ("acme", "refund"));
        check(None, "acme.refund", ("acme", "refund"));
        check(None, "shop.refund", ("acme", "refund"));
        check(None, "mcp__acme__refund", ("acme", "refund"));
        check(None, "mcp__other__b__c", ("shop", "b__c"));
        check(None, "get", ("", "get"));
        check(None, "x.get", ("a.b", "get"));
        // `a.b.c` is a tool of `shop`, and `c` of the server `a.b`.
        check(None, "a.b.c", ("", "a.b.c"));
        check(None, "nothing", ("", "nothing"));
        check(None, "", ("", ""));
    }
}
