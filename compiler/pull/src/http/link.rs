//! A connection over HTTP: a task per exchange, one queue of events, a session that is deleted at the end.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::client;
use super::exchange::Exchange;
use crate::Header;
use crate::error::Fault;
use crate::link::{Ended, Event, Kind, Outgoing};

/// Events waiting to be read at most; an exchange beyond that waits.
const QUEUE: usize = 64;
/// How long the stream of the server's own messages may take to open, and a session to be deleted.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection to a Streamable HTTP endpoint.
#[derive(Debug)]
pub(crate) struct HttpLink {
    exchange: Exchange,
    events: mpsc::Receiver<Event>,
    tasks: JoinSet<()>,
}

impl HttpLink {
    /// Checks address and headers; nothing is sent yet.
    pub(crate) fn connect(
        url: &str,
        headers: &[Header],
        limit: usize,
        server: String,
    ) -> Result<Self, Fault> {
        let url = client::address(url)?;
        let (queue, events) = mpsc::channel(QUEUE);
        let exchange = Exchange {
            client: client::client(&url)?,
            headers: client::header_map(headers)?,
            url,
            limit,
            server,
            queue,
            session: std::sync::Arc::default(),
        };
        Ok(Self { exchange, events, tasks: JoinSet::new() })
    }

    /// Whether headers with possible secrets travel unencrypted over a network.
    pub(crate) fn exposes_headers(&self) -> bool {
        let url = &self.exchange.url;
        url.scheme() == "http" && !self.exchange.headers.is_empty() && !client::is_loopback(url)
    }

    /// Starts the exchange for one message. A notification is awaited: the server must know of it before the next
    /// request.
    pub(crate) async fn send(&mut self, message: Outgoing) {
        let exchange = self.exchange.clone();
        let wait = message.kind == Kind::Notification;
        let task = exchange.post(message);
        if wait {
            task.await;
        } else {
            self.tasks.spawn(task);
        }
    }

    pub(crate) async fn next(&mut self) -> Event {
        // This end of the queue lives as long as `self`, so it never closes.
        self.events.recv().await.unwrap_or(Event::Closed)
    }

    /// From here on the version goes into the headers. The stream of the server's own messages is opened before the
    /// server learns that the client is ready, so that nothing announced right then is missed; servers may refuse it.
    pub(crate) async fn initialized(&mut self, version: &str) {
        self.exchange.agree(version);
        let exchange = self.exchange.clone();
        if let Ok(Some(stream)) = timeout(PATIENCE, exchange.clone().open(None)).await {
            self.tasks.spawn(async move {
                exchange.follow(stream).await;
            });
        }
    }

    pub(crate) async fn close(mut self) -> Ended {
        self.tasks.shutdown().await;
        let _ = timeout(PATIENCE, self.exchange.delete()).await;
        Ended::default()
    }
}
