//! One conversation with one server: requests out, their answers in, the server's own questions answered between.

use std::collections::VecDeque;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::error::Fault;
use crate::link::{Event, Kind, Link, Outgoing};
use crate::message::{self, Incoming, Reading, RpcError};
use crate::notes::Notes;
use crate::options::Options;
use crate::text::clean;

/// The answer to one request of ours.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) id: u64,
    /// The text of the result, or why there is none.
    pub(crate) outcome: Result<String, Refusal>,
}

/// Why a request got no result.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The server answered with a JSON-RPC error.
    Rpc(RpcError),
    /// The transport failed for this request alone.
    Fault(Fault),
}

/// A conversation in progress.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) link: Link,
    pub(crate) options: &'a Options,
    /// The command or the address, as messages show it.
    pub(crate) server: String,
    pub(crate) notes: Notes,
    /// What is being waited for, for whoever ends the wait from outside.
    pub(crate) waiting: &'static str,
    /// A protocol was agreed on: what fails now would fail again.
    pub(crate) agreed: bool,
    /// A `notifications/tools/list_changed` arrived since this was last set to false.
    pub(crate) list_changed: bool,
    next_id: u64,
    /// Numbers of the requests without an answer yet.
    pending: Vec<u64>,
    /// Answers taken in but not handed on: a batch brings several at once.
    replies: VecDeque<Reply>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(link: Link, server: String, options: &'a Options) -> Self {
        Self {
            link,
            options,
            server,
            notes: Notes::default(),
            waiting: "initialize",
            agreed: false,
            list_changed: false,
            next_id: 1,
            pending: Vec::new(),
            replies: VecDeque::new(),
        }
    }

    /// Sends a request and returns its number. `version`: the protocol version, if `params` carries it.
    pub(crate) async fn request(
        &mut self,
        method: &'static str,
        version: Option<&'static str>,
        params: &Value,
    ) -> u64 {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        self.pending.push(id);
        self.waiting = method;
        let text = message::request(id, method, params);
        let kind = Kind::Request { id, method, version };
        self.link.send(Outgoing { text, kind }).await;
        id
    }

    pub(crate) async fn notify(&mut self, method: &str) {
        let text = message::notification(method);
        let kind = Kind::Notification;
        self.link.send(Outgoing { text, kind }).await;
    }

    /// Sends a request and waits for its answer, however long it takes: the caller bounds the wait.
    pub(crate) async fn ask(
        &mut self,
        method: &'static str,
        version: Option<&'static str>,
        params: &Value,
    ) -> Result<Result<String, Refusal>, Fault> {
        let asked = self.request(method, version, params).await;
        loop {
            if let Some(reply) = self.next_reply(None).await?
                && reply.id == asked
            {
                return Ok(reply.outcome);
            }
        }
    }

    /// Works through what the server sends until it answers one of our requests.
    /// `None`: it was silent (or spoke of other things) until `deadline`.
    pub(crate) async fn next_reply(&mut self, deadline: Option<Instant>) -> Result<Option<Reply>, Fault> {
        loop {
            if let Some(reply) = self.replies.pop_front() {
                return Ok(Some(reply));
            }
            let event = match deadline {
                Some(deadline) => match timeout_at(deadline, self.link.next()).await {
                    Ok(event) => event,
                    Err(_) => return Ok(None),
                },
                None => self.link.next().await,
            };
            match event {
                Event::Text(text) => self.take(&text).await?,
                Event::Closed => return Err(self.ended().await),
                Event::Ignored { reason } => self.notes.ignored(reason),
                Event::Refused { request, error } => {
                    self.settle(&Value::from(request), Err(Refusal::Rpc(error)));
                }
                Event::Failed { request: None, fault } => return Err(fault),
                Event::Failed { request: Some(id), fault } => {
                    self.settle(&Value::from(id), Err(Refusal::Fault(fault)));
                }
            }
        }
    }

    /// One text from the server: questions are answered, noise is counted, answers are queued.
    async fn take(&mut self, text: &[u8]) -> Result<(), Fault> {
        let messages = match message::read(text) {
            Reading::Messages(messages) => messages,
            Reading::Noise => {
                self.notes.noise(text);
                if self.notes.drowned(self.options.max_message_bytes) {
                    return Err(self.not_mcp());
                }
                return Ok(());
            }
            Reading::Broken(reason) => return Err(self.bad_answer(self.waiting, reason)),
        };
        for message in messages {
            self.notes.messages = self.notes.messages.saturating_add(1);
            match message {
                Incoming::Result { id, result } => self.settle(&id, Ok(result)),
                Incoming::Error { id, error } => self.settle(&id, Err(Refusal::Rpc(error))),
                Incoming::Request { method, .. } if message::is_ours(&method) => {
                    self.notes.echoes = self.notes.echoes.saturating_add(1);
                }
                Incoming::Request { id, method } => {
                    self.notes.question(&method);
                    let text = message::answer(&id, &method);
                    let kind = Kind::Answer;
                    self.link.send(Outgoing { text, kind }).await;
                }
                Incoming::Notification { method } => {
                    self.list_changed |= method == "notifications/tools/list_changed";
                }
            }
        }
        Ok(())
    }

    /// Matches an answer with its request and queues it. An error whose `id` is null answers the only open request.
    fn settle(&mut self, id: &Value, outcome: Result<String, Refusal>) {
        let position = match (id.as_u64(), self.pending.len()) {
            (Some(id), _) => self.pending.iter().position(|pending| *pending == id),
            (None, 1) if id.is_null() && outcome.is_err() => Some(0),
            (None, _) => None,
        };
        if let Some(position) = position {
            let id = self.pending.remove(position);
            self.replies.push_back(Reply { id, outcome });
        } else if !matches!(outcome, Err(Refusal::Fault(_))) {
            self.notes.strays = self.notes.strays.saturating_add(1);
        }
    }

    /// Why nothing more will come.
    async fn ended(&mut self) -> Fault {
        let server = self.server.clone();
        let method = self.waiting.to_owned();
        let status = self.link.exit_status().await;
        let failed = status.as_ref().is_some_and(|status| !status.success);
        if self.notes.only_noise() && !failed {
            return self.not_mcp();
        }
        match status {
            Some(status) => Fault::Exited { server, status: status.words, method },
            None => Fault::ClosedStdout { server, method },
        }
    }

    /// The fault of a server that was silent for too long.
    pub(crate) fn timed_out(&self) -> Fault {
        if self.notes.only_noise() {
            return self.not_mcp();
        }
        if self.notes.echoes > 0 && self.notes.echoes == self.notes.messages {
            let server = self.server.clone();
            return Fault::Echo { server };
        }
        Fault::TimedOut {
            server: self.server.clone(),
            method: self.waiting.to_owned(),
            timeout: self.options.timeout,
        }
    }

    fn not_mcp(&self) -> Fault {
        Fault::NotMcp {
            server: self.server.clone(),
            lines: self.notes.noise_lines(),
            sample: self.notes.noise_sample(),
        }
    }

    pub(crate) fn bad_answer(&self, method: &str, reason: impl Into<String>) -> Fault {
        Fault::BadAnswer { server: self.server.clone(), method: method.to_owned(), reason: reason.into() }
    }

    /// A refusal as the final word on `method`.
    pub(crate) fn refused(&self, method: &str, refusal: Refusal) -> Fault {
        match refusal {
            Refusal::Fault(fault) => fault,
            Refusal::Rpc(error) => Fault::Refused {
                server: self.server.clone(),
                method: method.to_owned(),
                code: error.code,
                message: clean(&error.message, 400),
            },
        }
    }
}
