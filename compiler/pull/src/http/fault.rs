//! What went wrong with an exchange, in words that help: transport errors and HTTP statuses in, faults out.

use std::error::Error;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Response, StatusCode};

use super::client::shown;
use super::exchange::Exchange;
use crate::error::Fault;
use crate::link::Event;
use crate::message::{self, Incoming, Reading};
use crate::text::clean;

/// The innermost error of a chain: the outer ones only repeat that a request failed.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    clean(&cause.to_string(), 200)
}

/// A request that got no response, or a response that broke off.
pub(super) fn transport(server: &str, error: &reqwest::Error) -> Fault {
    let server = server.to_owned();
    let cause = root_cause(error);
    match tls_error(error) {
        Some(rustls::Error::InvalidMessage(_)) => {
            let reason = "the server does not speak TLS there; is it an http address?".to_owned();
            Fault::Tls { server, reason }
        }
        Some(tls) => Fault::Tls { server, reason: clean(&tls.to_string(), 200) },
        // How tokio-rustls words it when the other side hangs up instead of answering the handshake.
        None if cause == "tls handshake eof" => {
            let reason = "the server hung up during the TLS handshake; is it an http address?".to_owned();
            Fault::Tls { server, reason }
        }
        None if error.is_connect() => Fault::Unreachable { server, reason: cause },
        None => Fault::Broken { server, reason: cause },
    }
}

/// The error of rustls in the chain, if there is one; it may be boxed inside I/O errors.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return Some(found);
    }
    let boxed = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match boxed {
        Some(inner) => tls_error(inner),
        None => error.source().and_then(tls_error),
    }
}

impl Exchange {
    /// What a response outside 200–299 means for the request it answers.
    pub(super) async fn refusal(&self, request: Option<u64>, method: &str, response: Response) -> Event {
        let server = self.server.clone();
        let status = response.status();
        let target = response.headers().get(LOCATION).cloned();
        let is_json = content_type(&response).is_some_and(|kind| kind == "application/json");
        let body = self.excerpt(response).await;
        let fault = if let (true, Some(target)) = (status.is_redirection(), target) {
            Fault::Redirected {
                server,
                status: status.as_u16(),
                target: self.absolute(&String::from_utf8_lossy(target.as_bytes())),
            }
        } else if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            Fault::Unauthorized { server, status: status.as_u16(), detail: self.quoted(&body) }
        } else {
            if let (true, Some(request)) = (is_json, request)
                && let Reading::Messages(messages) = message::read(&body)
                && let Some(Incoming::Error { error, .. }) = messages.into_iter().next()
            {
                return Event::Refused { request, error };
            }
            Fault::Status {
                server,
                method: method.to_owned(),
                status: status.as_u16(),
                detail: format!("{}{}", self.quoted(&body), advice(status)),
            }
        };
        Event::Failed { request, fault }
    }

    /// The start of a body as part of a message, the caller's secrets taken out.
    fn quoted(&self, body: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(body).into_owned();
        for secret in self.secrets() {
            text = text.replace(&secret, "[redacted]");
        }
        let text = clean(&text, 200);
        if text.is_empty() { text } else { format!(": `{text}`") }
    }

    /// The target of a redirect as an address that can be given.
    fn absolute(&self, target: &str) -> String {
        self.url.join(target).map_or_else(|_| clean(target, 200), |url| shown(url.as_str()))
    }
}

/// The media type without parameters, lower case.
pub(super) fn content_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default();
    Some(kind.trim().to_ascii_lowercase())
}

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "; check the path of the address, which often ends in /mcp",
        StatusCode::METHOD_NOT_ALLOWED => {
            "; check the path of the address (the older HTTP+SSE transport, with a path such as /sse, is not spoken)"
        }
        StatusCode::TOO_MANY_REQUESTS => "; try again later",
        _ => "",
    }
}
