//! Streams of server-sent events: a response in, the messages in it queued; resumed where a stream broke off.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Response;
use reqwest::header::ACCEPT;
use sse_stream::SseByteStream;
use tokio::time::sleep;

use super::exchange::Exchange;
use super::fault::content_type;
use crate::error::Fault;
use crate::link::Event;
use crate::message::{self, Incoming, Reading};
use crate::text::clean;

/// How often a stream that breaks off without an answer is resumed.
const RESUMPTIONS: usize = 5;
/// The longest pause a server can ask for before a stream is resumed.
const PAUSE: Duration = Duration::from_secs(5);

/// How a stream of events ended.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// The data of the last event that had any.
    last: String,
    /// Where it can be resumed, and after what pause.
    last_event_id: Option<String>,
    retry: Option<u64>,
    fault: Option<Fault>,
}

impl Exchange {
    /// The events of a good response: queued, and `Some` if the answer was not among them.
    pub(super) async fn receive_events(
        &self,
        request: Option<u64>,
        method: &str,
        response: Response,
    ) -> Option<Event> {
        let mut followed = self.follow(response).await;
        for _ in 0..RESUMPTIONS {
            let answered = request.is_none_or(|id| answers(&followed.last, id));
            let resumable = followed.last_event_id.clone().filter(|_| !answered);
            let Some(last_event_id) = resumable else {
                break;
            };
            // 2025-11-25, basic/transports: a server may close the stream and have the client come back for the rest.
            sleep(Duration::from_millis(followed.retry.unwrap_or(1000)).min(PAUSE)).await;
            match self.clone().open(Some(last_event_id)).await {
                Some(stream) => followed = self.follow(stream).await,
                None => break,
            }
        }
        match followed.fault {
            Some(fault) => Some(Event::Failed { request, fault }),
            None => self.unanswered(request, method),
        }
    }

    /// Opens the stream of the server's own messages, or resumes one. `None`: the server does not offer it.
    pub(super) async fn open(self, last_event_id: Option<String>) -> Option<Response> {
        let mut builder = self
            .in_session(self.client.get(self.url.clone()))
            .header(ACCEPT, "text/event-stream")
            .headers(self.headers.clone());
        if let Some(id) = last_event_id {
            builder = builder.header("last-event-id", id);
        }
        let response = builder.send().await.ok()?;
        let is_stream = content_type(&response).is_some_and(|kind| kind == "text/event-stream");
        (response.status().is_success() && is_stream).then_some(response)
    }

    /// Queues the messages of a stream until it ends.
    pub(super) async fn follow(&self, response: Response) -> Followed {
        let mut followed = Followed::default();
        let mut events = std::pin::pin!(SseByteStream::new(self.bounded(response)));
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => {
                    followed.retry = event.retry.or(followed.retry);
                    followed.last_event_id = event.id.or(followed.last_event_id);
                    let is_message = event.event.is_none_or(|kind| kind == "message" || kind.is_empty());
                    // An event with an id and empty data only marks a place to resume from.
                    if let Some(data) = event.data.filter(|data| is_message && !data.is_empty()) {
                        followed.last.clone_from(&data);
                        self.emit(Event::Text(data.into_bytes())).await;
                    }
                }
                Err(error) => {
                    followed.fault = Some(self.stream_fault(error));
                    break;
                }
            }
        }
        followed
    }

    fn stream_fault(&self, error: sse_stream::Error) -> Fault {
        match error {
            sse_stream::Error::Body(inner) => match inner.downcast::<Fault>() {
                Ok(fault) => *fault,
                Err(other) => self.broken(&other.to_string()),
            },
            other => self.broken(&other.to_string()),
        }
    }

    fn broken(&self, reason: &str) -> Fault {
        Fault::Broken { server: self.server.clone(), reason: clean(reason, 200) }
    }
}

/// Whether `text` holds the answer to the request with this number.
fn answers(text: &str, request: u64) -> bool {
    let Reading::Messages(messages) = message::read(text.as_bytes()) else {
        return false;
    };
    messages.iter().any(|message| match message {
        Incoming::Result { id, .. } => id.as_u64() == Some(request),
        Incoming::Error { id, .. } => id.is_null() || id.as_u64() == Some(request),
        Incoming::Request { .. } | Incoming::Notification { .. } => false,
    })
}
