//! Bodies of responses, never more of them than allowed.

use futures_util::{Stream, StreamExt};
use reqwest::Response;
use tokio_util::bytes::Bytes;

use super::exchange::Exchange;
use super::fault::transport;
use crate::error::Fault;

/// Bytes read of a body that is only quoted.
const EXCERPT: usize = 64 * 1024;

impl Exchange {
    /// The bytes of a body as they come; an error once they are more than the limit.
    pub(super) fn bounded(&self, response: Response) -> impl Stream<Item = Result<Bytes, Fault>> {
        let (limit, server) = (self.limit, self.server.clone());
        let mut total: usize = 0;
        response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|error| transport(&server, &error))?;
            total = total.saturating_add(chunk.len());
            if total > limit {
                return Err(Fault::TooLarge { server: server.clone(), what: "a response", limit });
            }
            Ok(chunk)
        })
    }

    /// The whole body.
    pub(super) async fn body(&self, response: Response) -> Result<Vec<u8>, Fault> {
        let mut whole = Vec::new();
        let mut chunks = std::pin::pin!(self.bounded(response));
        while let Some(chunk) = chunks.next().await {
            whole.extend_from_slice(&chunk?);
        }
        Ok(whole)
    }

    /// The start of a body that is only quoted; what cannot be read is left out.
    pub(super) async fn excerpt(&self, response: Response) -> Vec<u8> {
        let mut start = Vec::new();
        let mut chunks = std::pin::pin!(self.bounded(response));
        while let Some(Ok(chunk)) = chunks.next().await {
            start.extend_from_slice(&chunk);
            if start.len() >= EXCERPT {
                break;
            }
        }
        start
    }

    /// The values of the caller's headers, which no message may repeat: whole, and without a scheme like `Bearer`.
    pub(super) fn secrets(&self) -> Vec<String> {
        let values = self.headers.values().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| [value, value.split_once(' ').map_or(value, |(_, rest)| rest)])
            .filter(|secret| secret.len() > 3)
            .map(str::to_owned)
            .collect()
    }
}
