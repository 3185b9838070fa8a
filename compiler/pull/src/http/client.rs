//! The HTTP client of one pull: an address checked, TLS by rustls with ring, no redirects.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use crate::Header;
use crate::error::Fault;
use crate::text::clean;

/// How long a connection may take to come about: an address that swallows packets is told from a slow server.
const CONNECT: Duration = Duration::from_secs(15);

/// The address as messages show it: without user name, password, query and fragment, where secrets travel.
pub(crate) fn shown(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        let bare = url.split(['?', '#']).next().unwrap_or_default();
        let bare = bare.rsplit('@').next().unwrap_or_default();
        return clean(bare, 200);
    };
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.set_query(None);
    parsed.set_fragment(None);
    clean(parsed.as_str(), 200)
}

/// Checks the address: `http` or `https`, a host, no credentials in it.
pub(super) fn address(url: &str) -> Result<Url, Fault> {
    let bad = |reason: &str| Fault::BadUrl { url: shown(url), reason: reason.to_owned() };
    let parsed = Url::parse(url).map_err(|error| bad(&format!("{error}; write it like https://host/mcp")))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(bad("only http and https are spoken"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(bad("a user name or password does not belong in it; use --header"));
    }
    Ok(parsed)
}

/// The client for `url`. Redirects are reported, not followed: the headers were meant for this address alone.
/// A loopback address is reached without a proxy.
pub(super) fn client(url: &Url) -> Result<Client, Fault> {
    // Another part of the program may have installed a provider: then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .user_agent(concat!("policyc/", env!("CARGO_PKG_VERSION")));
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    if url.scheme() == "http" {
        // No certificate will be looked at; a computer without any must not fail here.
        builder = builder.tls_certs_only([]);
    }
    builder
        .build()
        .map_err(|error| Fault::Tls { server: shown(url.as_str()), reason: super::fault::root_cause(&error) })
}

/// Whether the address names this computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The headers as the client sends them; their values are marked as secret.
pub(super) fn header_map(headers: &[Header]) -> Result<HeaderMap, Fault> {
    let mut map = HeaderMap::new();
    for header in headers {
        let bad = || Fault::BadHeader {
            header: clean(header.name(), 60),
            reason: "it has characters that HTTP does not allow".to_owned(),
        };
        let name = HeaderName::from_bytes(header.name().as_bytes()).map_err(|_| bad())?;
        let mut value = HeaderValue::from_str(header.value()).map_err(|_| bad())?;
        value.set_sensitive(true);
        map.append(name, value);
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_secrets() {
        assert_eq!(shown("https://u:p@host/mcp?key=s#f"), "https://host/mcp");
        assert_eq!(shown("not a url?key=s"), "not a url");
    }

    #[test]
    fn only_plain_http_addresses_pass() {
        assert!(address("https://host/mcp").is_ok());
        for (url, reason) in
            [("host/mcp", "write it like"), ("ftp://host/", "only http"), ("https://me@host/", "--header")]
        {
            let message = address(url).unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        }
    }
}
