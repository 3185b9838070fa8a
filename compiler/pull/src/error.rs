//! Why a pull failed: one message that says what, where and what to do, and the server's last words.

use std::fmt;
use std::time::Duration;

/// A failed pull.
#[derive(Debug)]
pub struct PullError {
    /// What went wrong.
    pub fault: Box<Fault>,
    /// The last lines the server wrote to stderr, cleaned of control characters; empty over HTTP.
    pub stderr_tail: Vec<String>,
    /// What happened on the way that may explain it, as in [`Pulled::notes`](crate::Pulled::notes).
    pub notes: Vec<String>,
}

impl PullError {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault: Box::new(fault), stderr_tail: Vec::new(), notes: Vec::new() }
    }
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for PullError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.fault)
    }
}

/// The ways a pull can fail. `server` is the command or the address, `method` what was being waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message beside each variant says what it and its fields are")]
pub enum Fault {
    #[error("no program `{command}` was found; check the spelling, or give its full path")]
    CommandNotFound { command: String },
    #[error(
        "`{command}` cannot be executed: permission denied; make it executable, or name the interpreter that runs it"
    )]
    NotExecutable { command: String },
    #[error("`{command}` could not be started: {reason}")]
    NotStarted { command: String, reason: String },
    #[error("`{server}` ended ({status}) before it answered `{method}`; run the command by hand to see why")]
    Exited { server: String, status: String, method: String },
    #[error(
        "`{server}` closed its stdout before it answered `{method}`, though it still runs; check that it was started in stdio mode"
    )]
    ClosedStdout { server: String, method: String },
    #[error("`{server}` did not answer `{method}` within {} s; if it only starts slowly, raise --timeout", timeout.as_secs_f64())]
    TimedOut { server: String, method: String, timeout: Duration },
    #[error(
        "`{server}` does not speak MCP: it wrote {lines} of something else than JSON-RPC, such as `{sample}`; check that it was started in stdio mode"
    )]
    NotMcp { server: String, lines: String, sample: String },
    #[error(
        "`{server}` only sends back what it is sent; name a program that speaks MCP on stdin and stdout, without a terminal between"
    )]
    Echo { server: String },
    #[error("`{server}` sent {what} of more than {limit} bytes, the most that is accepted")]
    TooLarge { server: String, what: &'static str, limit: usize },
    #[error("`{server}` refused `{method}`: {message} (code {code})")]
    Refused { server: String, method: String, code: i64, message: String },
    #[error("`{server}` gave an answer to `{method}` that cannot be used: {reason}")]
    BadAnswer { server: String, method: String, reason: String },
    #[error(
        "`{server}` offers no tools: it declares no `tools` capability and refused `tools/list`: {message}"
    )]
    NoTools { server: String, message: String },
    #[error("`{server}` speaks protocol version {versions}; this client speaks {known}")]
    UnknownVersion { server: String, versions: String, known: String },
    #[error("the address `{url}` cannot be used: {reason}")]
    BadUrl { url: String, reason: String },
    #[error("the header `{header}` cannot be used: {reason}")]
    BadHeader { header: String, reason: String },
    #[error("`{server}` cannot be reached: {reason}; check the address and that the server runs")]
    Unreachable { server: String, reason: String },
    #[error("no secure connection to `{server}`: {reason}; check the server's certificate and the address")]
    Tls { server: String, reason: String },
    #[error(
        "`{server}` asks for authorization (HTTP {status}){detail}; add one with --header 'Authorization: Bearer ${{NAME}}', where NAME is an environment variable"
    )]
    Unauthorized { server: String, status: u16, detail: String },
    #[error(
        "`{server}` redirects to `{target}` (HTTP {status}); redirects are not followed, so give that address if you trust it"
    )]
    Redirected { server: String, status: u16, target: String },
    #[error("`{server}` answered `{method}` with HTTP {status}{detail}")]
    Status { server: String, method: String, status: u16, detail: String },
    #[error("interrupted while waiting for `{server}` to answer `{method}`")]
    Interrupted { server: String, method: String },
    #[error("the connection to `{server}` broke: {reason}")]
    Broken { server: String, reason: String },
}

impl Fault {
    /// Whether asking again in the older protocol cannot help.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::Exited { .. }
                | Self::ClosedStdout { .. }
                | Self::Refused { .. }
                | Self::BadAnswer { .. }
                | Self::Status { .. }
                | Self::Broken { .. }
        )
    }
}
