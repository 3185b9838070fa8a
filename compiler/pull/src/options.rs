//! What a caller asks for: where the server is, and within which bounds.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::Header;

/// Where the MCP server is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A program to start; the messages go over its stdin and stdout.
    Stdio {
        /// A path, or a name looked up in `PATH`.
        command: OsString,
        /// Its arguments, passed as they are: no shell reads them.
        args: Vec<OsString>,
        /// Variables added to the inherited environment.
        env: Vec<(OsString, OsString)>,
        /// The directory to start it in; `None`: the current one.
        cwd: Option<PathBuf>,
    },
    /// A Streamable HTTP endpoint.
    Http {
        /// `http://…` or `https://…`, without user name or password.
        url: String,
        /// Sent with every request; see [`Header::parse`].
        headers: Vec<Header>,
    },
}

/// The bounds of one pull. `Options::default()` suits a server started by hand.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long one attempt may take, from the start of the server to the last byte of its answer.
    /// A server that knows only the old protocol may need a second attempt, which gets as long again.
    pub timeout: Duration,
    /// How long to wait, after the list is complete, for a late `notifications/tools/list_changed`.
    /// Only servers that declare `tools.listChanged` are waited for.
    pub settle: Duration,
    /// The longest message accepted, in bytes: a line on stdio, a response over HTTP.
    /// All pages of the list together may have four times as many.
    pub max_message_bytes: usize,
    /// What this client says it can do: some servers list more tools to a client that can do more.
    pub capabilities: Capabilities,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            settle: Duration::from_secs(1),
            max_message_bytes: 64 * 1024 * 1024,
            capabilities: Capabilities::default(),
        }
    }
}

/// The client capabilities declared to the server. By default all, so that no tool is left out of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// `roots`: asked for them, the client answers with an empty list.
    pub roots: bool,
    /// `sampling`: asked for a completion, the client declines.
    pub sampling: bool,
    /// `elicitation` (form and URL): asked for input, the client declines.
    pub elicitation: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self { roots: true, sampling: true, elicitation: true }
    }
}

impl Capabilities {
    /// The capabilities as the protocol writes them.
    #[must_use]
    pub fn to_json(self) -> serde_json::Value {
        let mut map = serde_json::Map::new();
        if self.elicitation {
            map.insert("elicitation".to_owned(), serde_json::json!({"form": {}, "url": {}}));
        }
        if self.roots {
            map.insert("roots".to_owned(), serde_json::json!({}));
        }
        if self.sampling {
            map.insert("sampling".to_owned(), serde_json::json!({}));
        }
        serde_json::Value::Object(map)
    }
}
