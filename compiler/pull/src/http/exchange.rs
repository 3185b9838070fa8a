//! One POST and what comes back: a message in, events queued. Sessions and versions travel in headers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder, Response, Url};
use tokio::sync::mpsc::Sender;

use super::fault::{content_type, transport};
use crate::error::Fault;
use crate::link::{Event, Kind, Outgoing};
use crate::message::{self, Reading};
use crate::text::clean;

const SESSION: &str = "mcp-session-id";
const VERSION: &str = "mcp-protocol-version";

/// What every exchange of one connection needs. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub(super) client: Client,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    /// Bytes accepted of one response.
    pub(super) limit: usize,
    pub(super) server: String,
    pub(super) queue: Sender<Event>,
    pub(super) session: Arc<Mutex<HttpSession>>,
}

/// What the older protocol repeats in headers once it is agreed on.
#[derive(Debug, Clone, Default)]
pub(super) struct HttpSession {
    id: Option<String>,
    version: Option<String>,
}

impl Exchange {
    /// Sends one message and queues all that comes back. A request that gets no answer is reported as failed.
    pub(super) async fn post(self, message: Outgoing) {
        let (request, method, version) = match message.kind {
            Kind::Request { id, method, version } => (Some(id), method, version),
            Kind::Notification | Kind::Answer => (None, "notification", None),
        };
        let mut builder = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream");
        builder = match version {
            // 2026-07-28, basic/transports: the headers repeat what the body says.
            Some(version) => builder.header(VERSION, version).header("mcp-method", method),
            None if method == "initialize" => builder,
            None => self.in_session(builder),
        };
        let builder = builder.headers(self.headers.clone()).body(message.text);
        let event = match builder.send().await {
            Ok(response) if response.status().is_success() => self.receive(request, method, response).await,
            Ok(response) => Some(self.refusal(request, method, response).await),
            Err(error) => Some(Event::Failed { request, fault: transport(&self.server, &error) }),
        };
        match event {
            Some(Event::Failed { request: None, fault }) => {
                let reason = fault.to_string();
                self.emit(Event::Ignored { reason }).await;
            }
            Some(event) => self.emit(event).await,
            None => {}
        }
    }

    /// The body of a good response: queued, and `Some` if it did not hold the answer.
    async fn receive(&self, request: Option<u64>, method: &str, response: Response) -> Option<Event> {
        if method == "initialize" {
            self.remember_session(&response);
        }
        let kind = content_type(&response);
        let reason = match kind.as_deref() {
            Some("text/event-stream") => return self.receive_events(request, method, response).await,
            Some("application/json") => match self.body(response).await {
                Ok(body) if request.is_some() && body.trim_ascii().is_empty() => {
                    "its body is empty".to_owned()
                }
                Ok(body) if body.trim_ascii().is_empty() => return None,
                Ok(body) => match (message::read(&body), request) {
                    (Reading::Noise, Some(_)) => "its body is no JSON-RPC message".to_owned(),
                    _ => {
                        self.emit(Event::Text(body)).await;
                        return self.unanswered(request, method);
                    }
                },
                Err(fault) => return Some(Event::Failed { request, fault }),
            },
            _ if request.is_none() => return None,
            Some(kind) => format!("its content type is `{}`; check the path of the address", clean(kind, 80)),
            None => format!("HTTP {} without an answer", response.status().as_u16()),
        };
        Some(self.bad(request, method, reason))
    }

    /// For the case that no answer was among what was queued; ignored by the reader if there was one.
    pub(super) fn unanswered(&self, request: Option<u64>, method: &str) -> Option<Event> {
        request.map(|_| self.bad(request, method, "the response ended without an answer".to_owned()))
    }

    fn bad(&self, request: Option<u64>, method: &str, reason: String) -> Event {
        let fault = Fault::BadAnswer { server: self.server.clone(), method: method.to_owned(), reason };
        Event::Failed { request, fault }
    }

    /// Deletes the session, if there is one; whether the server agrees does not matter.
    pub(super) async fn delete(&self) {
        let has_session = self.lock().id.is_some();
        if has_session {
            let builder = self.in_session(self.client.delete(self.url.clone()));
            let _ = builder.headers(self.headers.clone()).send().await;
        }
    }

    pub(super) fn agree(&self, version: &str) {
        self.lock().version = Some(version.to_owned());
    }

    pub(super) async fn emit(&self, event: Event) {
        // The reader goes away only when the whole connection does.
        let _ = self.queue.send(event).await;
    }

    /// Repeats session and version, as far as they are known, in the headers of a request.
    pub(super) fn in_session(&self, mut builder: RequestBuilder) -> RequestBuilder {
        let session = self.lock().clone();
        if let Some(id) = session.id {
            builder = builder.header(SESSION, id);
        }
        if let Some(version) = session.version {
            builder = builder.header(VERSION, version);
        }
        builder
    }

    fn remember_session(&self, response: &Response) {
        let id = response.headers().get(SESSION).and_then(|id| id.to_str().ok());
        self.lock().id = id.map(str::to_owned);
    }

    fn lock(&self) -> MutexGuard<'_, HttpSession> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
