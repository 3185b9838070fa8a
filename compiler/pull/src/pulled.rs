//! What a pull gives back: the tools as the server wrote them, and how they were obtained.

use std::fmt;

/// The answer of a server: every tool it lists, unabridged.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The tools in the server's order, all pages joined.
    pub tools: Vec<Tool>,
    /// The server's `serverInfo` object; `null` if it gave none.
    pub server_info: serde_json::Value,
    /// The protocol version agreed on, such as `2025-11-25`.
    pub protocol_version: String,
    /// Which of the two handshakes the server understood.
    pub era: Era,
    /// The capabilities this client declared: some servers list by them.
    pub client_capabilities: serde_json::Value,
    /// The last lines the server wrote to stderr, cleaned of control characters; empty over HTTP.
    pub stderr_tail: Vec<String>,
    /// What a careful reader should know: banner lines skipped, the list asked for again, questions declined.
    /// One self-contained sentence each, lower case, no full stop.
    pub notes: Vec<String>,
}

impl Pulled {
    /// The list as one JSON text, `{"tools":[…]}`, each tool byte for byte as the server wrote it:
    /// the same shape as a saved `tools/list` result.
    #[must_use]
    pub fn to_list_json(&self) -> String {
        let tools: Vec<&str> = self.tools.iter().map(|tool| tool.json.as_str()).collect();
        format!("{{\"tools\":[{}]}}", tools.join(","))
    }
}

/// One tool of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its `name`; its place in the list (`#3`, from 1) where the text does not read in one way.
    pub name: String,
    /// Its whole JSON object as the server wrote it: unknown fields, order of keys and digits of numbers kept.
    /// Whoever pins it has to refuse what does not read in one way: two tools of one name, a key twice, half of a surrogate pair.
    pub json: String,
}

impl Tool {
    /// The tool as a JSON value, in which a number beyond `u64` or `f64` precision is rounded.
    ///
    /// # Errors
    /// A number too large for `f64`, half of a surrogate pair; the text itself is well-formed JSON.
    pub fn value(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_str(&self.json)
    }
}

/// The two generations of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Up to 2025-11-25: `initialize`, then a session.
    Initialize,
    /// From 2026-07-28: `server/discover`, every request complete in itself.
    Stateless,
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Initialize => "initialize",
            Self::Stateless => "stateless",
        })
    }
}
