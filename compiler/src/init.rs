//! A first policy for some tool locks. In: servers and their tools with the locked hints. Out: the text of a policy in which every tool
//! is named: what reads is allowed, what writes is asked, what destroys is denied, and comments say on what grounds.
//!
//! Hints are the server's own word and can be wrong, so a hint that contradicts the tool's name loosens nothing: a tool marked as
//! reading whose name sends is asked, one marked harmless whose name deletes is denied.

pub mod words;

#[cfg(test)]
mod tests;

use policyc_grammar::token::Token;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use words::{Deed, common, deed};

/// A server to write a policy for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its identity.
    pub identity: String,
    /// The lock, relative to the policy, with `/`.
    pub lock: String,
    /// Its tools.
    pub tools: Vec<Tool>,
}

/// A tool and what its lock says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tool {
    /// Exact name.
    pub name: String,
    /// `readOnlyHint`, where the server gives it.
    pub read_only: Option<bool>,
    /// `destructiveHint`, where the server gives it.
    pub destructive: Option<bool>,
    /// A call needs no argument.
    pub no_arguments: bool,
}

/// Why a tool stands where it stands; the order is the order in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ground {
    ReadsByHint,
    ReadsByName,
    WritesByHint,
    WritesByName,
    DestroysByHint,
    DestroysByName,
}

impl Ground {
    const fn of(tool: &Tool, by_name: Deed) -> Self {
        match (tool.read_only, tool.destructive, by_name) {
            (_, Some(true), _) => Self::DestroysByHint,
            (_, _, Deed::Destroy) => Self::DestroysByName,
            (Some(true), _, Deed::Read | Deed::Unknown) => Self::ReadsByHint,
            (None, _, Deed::Read) => Self::ReadsByName,
            (Some(false), _, _) => Self::WritesByHint,
            (_, _, Deed::Write | Deed::Unknown) => Self::WritesByName,
        }
    }

    const fn effect(self) -> &'static str {
        match self {
            Self::ReadsByHint | Self::ReadsByName => "allow",
            Self::WritesByHint | Self::WritesByName => "ask",
            Self::DestroysByHint | Self::DestroysByName => "deny",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::ReadsByHint => "reads",
            Self::ReadsByName => "reads_by_name",
            Self::WritesByHint => "writes",
            Self::WritesByName => "writes_by_name",
            Self::DestroysByHint => "destructive",
            Self::DestroysByName => "destructive_by_name",
        }
    }

    const fn comment(self) -> &'static str {
        match self {
            Self::ReadsByHint => {
                "Allowed: the server says that these only read (`readOnlyHint`), and their names do not speak against it."
            }
            Self::ReadsByName => {
                "Allowed: the server says nothing of these; their names begin like reading (get, list, search). Check each."
            }
            Self::WritesByHint => {
                "Asked: the server says that these change something. A person decides, call by call."
            }
            Self::WritesByName => {
                "Asked: the server does not say what these do, or calls them reading while their names speak of change. Move what only reads to `allow`."
            }
            Self::DestroysByHint => "Denied: the server says that these destroy (`destructiveHint`).",
            Self::DestroysByName => {
                "Denied: their names speak of taking away (delete, remove, reset), whatever the server says."
            }
        }
    }
}

/// Writes the policy.
#[must_use]
pub fn first_policy(name: &str, servers: &[Server]) -> String {
    let aliases = aliases(servers);
    let mut out = String::new();
    let _ = write!(
        out,
        "// A first policy, written by `policyc init` from the tool locks below. It is yours: read it, and change it.\n\
         //\n\
         // Every call of a tool is decided by the statements that match it, and the strictest wins: deny, then ask, then allow.\n\
         // A call that nothing matches is denied, so a tool that the server adds later stays shut until a statement names it.\n\
         // The order of statements means nothing.\n\
         edition 2026\n\
         policy {} \"What the agent may do\"\n\n",
        identifier(name, "agent")
    );
    out.push_str("// The tools as they were when the locks were made. `policyc tools diff` says what has changed since.\n");
    for (server, alias) in servers.iter().zip(&aliases) {
        let _ = writeln!(out, "import tools {alias} from {}", literal(&server.lock));
    }
    let mut groups: Vec<(String, Ground, Vec<String>)> = Vec::new();
    let mut free: BTreeMap<Ground, (String, String)> = BTreeMap::new();
    for (server, alias) in servers.iter().zip(&aliases) {
        let mut by_ground: BTreeMap<Ground, Vec<String>> = BTreeMap::new();
        let common = common(server.tools.iter().map(|tool| &*tool.name));
        for tool in &server.tools {
            let ground = Ground::of(tool, deed(&tool.name, common));
            let path = format!("{alias}.{}", tool_name(&tool.name));
            if tool.no_arguments {
                let id = format!("{alias}_{}", ground.suffix());
                free.entry(ground).or_insert_with(|| (path.clone(), id));
            }
            by_ground.entry(ground).or_default().push(path);
        }
        for (ground, mut tools) in by_ground {
            tools.sort();
            tools.dedup();
            groups.push((alias.clone(), ground, tools));
        }
    }
    if groups.iter().any(|(_, ground, _)| ground.effect() == "ask") {
        out.push_str(
            "\n// Who is asked. Your host knows how to reach them; an `ask` can name others: `from \"security\" quorum 2 within 1h`.\n\
             approvers default \"owner\"\n",
        );
    }
    for (alias, ground, tools) in &groups {
        let _ = writeln!(out, "\n// {}", ground.comment());
        let _ = writeln!(
            out,
            "rule {alias}_{}:\n  {} {}{}",
            ground.suffix(),
            ground.effect(),
            tools.join(",\n    "),
            match ground.effect() {
                "deny" => "\n  because \"This tool destroys. Nobody has opened it yet.\"",
                _ => "",
            }
        );
    }
    out.push_str(
        "\n// Where to go from here: say when. Arguments are checked against the server's schema as you type them, for example\n\
         //   rule small_refunds: allow shop.create_refund when args.amount <= 50\n\
         // and `policyc check` tells what a call does that leaves an argument out.\n",
    );
    tests(&mut out, &free);
    out
}

/// A test block with a call of each kind that needs no arguments.
fn tests(out: &mut String, free: &BTreeMap<Ground, (String, String)>) {
    if free.is_empty() {
        return;
    }
    out.push_str("\n// `policyc test` runs this; `by` names the statement that must be among the reasons.\ntest first_draft {\n");
    for (ground, (tool, id)) in free {
        let _ = writeln!(out, "  call {tool} {{}} => {} by {id}", ground.effect());
    }
    out.push_str("}\n");
}

/// An alias per server, made of its identity.
fn aliases(servers: &[Server]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    servers
        .iter()
        .map(|server| {
            let wanted = identifier(&server.identity, "server");
            let mut alias = wanted.clone();
            let mut number = 2;
            while !taken.insert(alias.clone()) {
                alias = format!("{wanted}{number}");
                number += 1;
            }
            alias
        })
        .collect()
}

/// A name of one's own: letters, digits and underscores, not reserved.
fn identifier(text: &str, otherwise: &str) -> String {
    let mut name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    while name.contains("__") {
        name = name.replace("__", "_");
    }
    let name = name.trim_matches('_');
    if name.is_empty() {
        otherwise.to_owned()
    } else if !Token::of_word(name).is_ident() || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{otherwise}_{name}")
    } else {
        name.to_owned()
    }
}

/// A tool's name as it stands after the dot: plain where the lexer takes it as one word, else quoted.
fn tool_name(name: &str) -> String {
    let plain = name.split('-').enumerate().all(|(at, part)| {
        let first = part.bytes().next();
        part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && first.is_some_and(|b| at > 0 || !b.is_ascii_digit())
    });
    if plain { name.to_owned() } else { literal(name) }
}

/// A string literal of the language.
#[must_use]
pub fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
