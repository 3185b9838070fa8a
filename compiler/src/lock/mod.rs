//! The tool lock: what a server's `tools/list` said when it was pinned. In: a lock file, a saved `tools/list`, or a function
//! list. Out: [`Lock`], plain data that the rest of the compiler reads; its text; its differences from another.
//!
//! # The file
//! `NAME.lock.json` is JSON with a fixed order of members, written so that a change of one fact is a change of one line or two:
//! `format`, `version`, `server` (`identity` and what is known of the server), `tools` sorted by name, each with `name`,
//! `title`, `description`, `inputSchema`, `outputSchema`, `annotations`, `execution` as the server gave them (`_meta` and `icons`
//! are left out), then our own members:
//! - `volatile`: JSON pointers into the tool whose values differ from run to run (a default that holds a folder). Only prose and
//!   defaults can be volatile, never what restricts values. The values themselves are not kept and in no digest.
//! - `digest`: BLAKE3 over the canonical JSON (see [`crate::json::canonical`]) of the tool's members as the server gave them,
//!   plus `volatile`. A live tool is the pinned one if and only if [`tool_digest`] of it is this.
//! - `description_digest` and `facts_digest`, only where the prose was left out (`--no-descriptions`): `description_digest` is
//!   BLAKE3 over the canonical object of all prose by pointer; `facts_digest` is BLAKE3 over the canonical JSON of everything
//!   that the file says of the tool, `digest` and `description_digest` included. Prose is `description`, `title`, examples and
//!   comments of the tool and of every schema and annotation in it.
//!
//! # What loading verifies
//! Each tool against what is in the file: its `facts_digest` where it has one, else its `digest`. So an edit by hand is always
//! noticed. Where the prose was left out, `digest` itself cannot be recomputed; it is covered by `facts_digest` and compared
//! with the live server's tool by whoever connects to it.

mod diff;
mod digest;
mod document;
mod error;
mod lint;
mod load;
mod locate;
mod prose;
mod salvage;
#[cfg(test)]
mod tests;
mod tool;
mod write;

pub use diff::{Change, ChangeKind, diff};
pub use digest::{Digest, tool_digest};
pub use document::{ImportOptions, ImportedLock, ToolNote, ToolNoteKind, from_tools, import_document};
pub use error::{LockError, LockErrorKind};
pub use lint::{Finding, FindingKind, lint};
pub use locate::locate;
pub use tool::{Hints, Tool, WithoutProse};

use std::sync::Arc;

/// The `format` of a lock file.
pub const FORMAT: &str = "policyc-tool-lock";
/// The `version` that this compiler reads and writes.
pub const VERSION: u64 = 1;

/// A tool lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    /// The server.
    pub server: Server,
    /// Its tools, sorted by name; names are unique.
    pub tools: Vec<Tool>,
}

/// What a lock says of the server. Nothing here is covered by a tool's digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Server {
    /// The name that makes its tools unique in a program: a tool is (server identity, exact name).
    pub identity: Arc<str>,
    /// `serverInfo.name`.
    pub name: Option<Arc<str>>,
    /// `serverInfo.version`.
    pub version: Option<Arc<str>>,
    /// Negotiated protocol version.
    pub protocol: Option<Arc<str>>,
    /// How the list was obtained: a transport and a command or address, without secrets.
    pub source: Option<Arc<str>>,
    /// Capabilities that the client declared; they decide which tools some servers show.
    pub capabilities: Vec<Arc<str>>,
}

impl Lock {
    /// The tool of that exact name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools
            .binary_search_by(|tool| (*tool.name).cmp(name))
            .ok()
            .and_then(|index| self.tools.get(index))
    }

    /// One digest of identity and tools: two locks of one identity in a program must agree in it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let tools = self.tools.iter().map(|tool| {
            let facts = tool.without_prose.as_ref().map(|digests| digests.facts.to_string());
            serde_json::json!([&*tool.name, tool.digest.to_string(), facts])
        });
        Digest::of(&serde_json::json!([&*self.server.identity, tools.collect::<Vec<_>>()]))
    }
}
