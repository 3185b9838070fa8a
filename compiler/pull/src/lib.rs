//! Asks a live MCP server for its tools: a command or an address in, the complete `tools/list` out, no byte of a tool
//! lost.
//!
//! Both eras of the protocol are spoken: the handshake by `initialize` (2024-11-05 to 2025-11-25) and the stateless
//! `server/discover` (2026-07-28). Servers are strangers: every wait, size and count is bounded, what they say is
//! cleaned before it is shown, and a started program is gone, with all it started, when [`pull`] returns.
//!
//! **Why not an MCP library.** rmcp (3.9.0), the official one, reads every message into typed models that drop fields
//! they do not know (`execution.taskSupport` of a tool, for one) and take the last of duplicate keys; its line
//! transport is generic over the message, but silently drops lines over its limit and lines that are not JSON,
//! answers what it does not understand, and its HTTP transport is fixed to the typed models. A lock must hold what the
//! server said. So the pieces below MCP come from libraries (process groups: process-wrap; lines: tokio-util; HTTP and
//! TLS: reqwest, rustls with ring; events: sse-stream; JSON: serde_json's `RawValue`), and this crate adds the few
//! requests that make up a pull.
//!
//! ```no_run
//! use policyc_pull::{Options, Source, pull};
//!
//! let source = Source::Stdio {
//!     command: "mcp-server-git".into(),
//!     args: vec![],
//!     env: vec![],
//!     cwd: None,
//! };
//! let pulled = pull(source, Options::default())?;
//! println!("{} tools", pulled.tools.len());
//! # Ok::<(), policyc_pull::PullError>(())
//! ```

mod attempt;
mod error;
mod handshake;
mod header;
mod http;
mod link;
mod list;
mod message;
mod notes;
mod options;
mod pulled;
mod session;
mod stdio;
mod strict;
mod text;

pub use error::{Fault, PullError};
pub use header::Header;
pub use options::{Capabilities, Options, Source};
pub use pulled::{Era, Pulled, Tool};

/// Asks the server at `source` for its tools. Blocks until it has answered, failed or run out of time; a keyboard
/// interrupt during the wait ends the server, too.
///
/// Must not be called from within a tokio runtime. After the first call, an interrupt no longer ends the calling
/// program by itself (tokio's handler stays in place): call this late, and end soon after.
///
/// # Errors
/// [`PullError`]: what went wrong, and the last words of the server.
pub fn pull(source: Source, options: Options) -> Result<Pulled, PullError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        PullError::new(Fault::NotStarted { command: "policyc".to_owned(), reason: error.to_string() })
    })?;
    runtime.block_on(attempt::pull(&source, &options))
}
