//! The two transports behind one door: texts go out, events come in.

use crate::error::Fault;
use crate::http::HttpLink;
use crate::message::RpcError;
use crate::stdio::Process;

/// What came from the server's side.
#[derive(Debug)]
pub(crate) enum Event {
    /// One text: a line of stdout, an HTTP body, the data of a server-sent event.
    Text(Vec<u8>),
    /// Stdout has ended: nothing more will come.
    Closed,
    /// The request with this number was answered with a JSON-RPC error in the body of a failed HTTP exchange,
    /// where servers often leave the number out.
    Refused { request: u64, error: RpcError },
    /// The server would not take a message that needs no answer, for this reason.
    Ignored { reason: String },
    /// The transport failed. `request` is the number of the request it failed for, if it concerns only one.
    Failed { request: Option<u64>, fault: Fault },
}

/// A text to send, with what the HTTP transport must repeat about it in headers.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

/// What kind of message a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request with this number and method, marked with this protocol version if it is complete in itself.
    Request {
        id: u64,
        method: &'static str,
        version: Option<&'static str>,
    },
    Notification,
    /// An answer to a question of the server.
    Answer,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Status {
    /// The status as the system words it, such as `exit status: 1` or `signal: 9 (SIGKILL)`.
    pub(crate) words: String,
    pub(crate) success: bool,
}

/// What is left of a server that was closed.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    pub(crate) stderr_tail: Vec<String>,
}

/// A connection to one server.
#[derive(Debug)]
pub(crate) enum Link {
    Stdio(Process),
    Http(HttpLink),
}

impl Link {
    /// Sends a text. A failure to write shows itself in what [`Link::next`] brings.
    pub(crate) async fn send(&mut self, message: Outgoing) {
        match self {
            Self::Stdio(process) => process.send(&message.text).await,
            Self::Http(link) => link.send(message).await,
        }
    }

    /// Waits for the next event. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Event {
        match self {
            Self::Stdio(process) => process.next().await,
            Self::Http(link) => link.next().await,
        }
    }

    /// The version was agreed on by `initialize`: over HTTP it goes into the headers from here on,
    /// and the stream on which the server speaks of its own accord is opened.
    pub(crate) async fn initialized(&mut self, version: &str) {
        if let Self::Http(link) = self {
            link.initialized(version).await;
        }
    }

    /// Whether headers with possible secrets travel unencrypted over a network.
    pub(crate) fn exposes_headers(&self) -> bool {
        match self {
            Self::Stdio(_) => false,
            Self::Http(link) => link.exposes_headers(),
        }
    }

    /// The exit status, if the server is a program that has ended (or does so within a second).
    pub(crate) async fn exit_status(&mut self) -> Option<Status> {
        match self {
            Self::Stdio(process) => process.exit_status().await,
            Self::Http(_) => None,
        }
    }

    /// Ends the connection: the program and all it started are gone afterwards, a session is deleted.
    /// `patient`: the server may end by itself once its stdin is closed.
    pub(crate) async fn close(self, patient: bool) -> Ended {
        match self {
            Self::Stdio(process) => process.close(patient).await,
            Self::Http(link) => link.close().await,
        }
    }
}
