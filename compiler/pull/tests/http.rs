//! Pulls over Streamable HTTP from a small server in this process: a function from requests to replies in, the
//! outcome as text out.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;
#[path = "common/site.rs"]
mod site;

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::render;
use policyc_pull::{Header, Options, PullError, Pulled, Source, pull};
use site::{Reply, Request, Site};

const INITIALIZED: &str = r#"{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}"#;
const CHANGING: &str = r#"{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}}}"#;
const DISCOVERED: &str =
    r#"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}"#;
const ONE: &str = r#"{"tools":[{"name":"one"}]}"#;

fn quick() -> Options {
    Options { timeout: Duration::from_secs(20), settle: Duration::from_millis(1500), ..Options::default() }
}

fn run(url: &str, headers: &[&str], options: Options) -> Result<Pulled, PullError> {
    let headers = headers.iter().map(|line| Header::parse(line).unwrap()).collect();
    pull(Source::Http { url: url.to_owned(), headers }, options)
}

/// The outcome, with the server's address replaced by `SITE`.
fn check_with(site: &Site, headers: &[&str], options: Options) -> String {
    render(&run(&site.url(), headers, options)).replace(&site.address, "SITE")
}

fn check(site: &Site) -> String {
    check_with(site, &[], quick())
}

/// A server of the older protocol that answers in JSON; `list` answers `tools/list`.
fn legacy(list: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Site {
    Site::start(move |request| match request.method() {
        "initialize" => Reply::result(request, INITIALIZED),
        "notifications/initialized" | "answer" => Reply::new(202, "", ""),
        "tools/list" => list(request),
        "server/discover" => error(request, 200, -32601, "Method not found"),
        _ => Reply::new(405, "", ""),
    })
}

fn error(request: &Request, status: u16, code: i64, message: &str) -> Reply {
    let id = request.id();
    let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"message":"{message}"}}}}"#);
    Reply::new(status, "application/json", body)
}

#[test]
fn the_older_protocol_keeps_a_session_and_ends_it() {
    let site = Site::start(|request| match request.method() {
        // As a TypeScript server answers whoever has no session.
        "server/discover" => Reply::new(
            400,
            "application/json",
            r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null}"#,
        ),
        "initialize" => Reply::result(request, INITIALIZED).with("Mcp-Session-Id: s-1"),
        "notifications/initialized" => Reply::new(202, "", ""),
        "tools/list" => Reply::result(request, ONE),
        "DELETE" => Reply::new(200, "", ""),
        _ => Reply::new(405, "", ""),
    });
    assert_eq!(check(&site), "2025-11-25 initialize: one\n");
    let seen = site.seen();
    assert_eq!(
        site.methods(),
        ["server/discover", "initialize", "GET", "notifications/initialized", "tools/list", "DELETE"]
    );
    let initialize = &seen[1];
    assert_eq!(initialize.header("accept"), Some("application/json, text/event-stream"));
    assert_eq!(initialize.header("content-type"), Some("application/json"));
    assert_eq!(
        (initialize.header("mcp-session-id"), initialize.header("mcp-protocol-version")),
        (None, None)
    );
    for later in &seen[2..] {
        assert_eq!(later.path, "/mcp");
        assert_eq!(later.header("mcp-session-id"), Some("s-1"));
        assert_eq!(later.header("mcp-protocol-version"), Some("2025-11-25"));
    }
}

#[test]
fn the_newer_protocol_repeats_itself_in_headers() {
    let site = Site::start(|request| match request.method() {
        "server/discover" => Reply::result(request, DISCOVERED),
        "tools/list" => Reply::result(request, ONE),
        _ => Reply::new(405, "", ""),
    });
    assert_eq!(check(&site), "2026-07-28 stateless: one\n");
    assert_eq!(site.methods(), ["server/discover", "tools/list"]);
    for request in site.seen() {
        assert_eq!(request.header("mcp-protocol-version"), Some("2026-07-28"));
        assert_eq!(request.header("mcp-method"), Some(request.method()));
        let meta = &request.body["params"]["_meta"];
        assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "policyc");
        assert!(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
    }
}

#[test]
fn events_are_read_whatever_their_form() {
    let site = legacy(|request| {
        let id = request.id();
        Reply::events(": hello\r\nid: 1\r\ndata: \r\n\r\n")
            .then(20, "event: message\r\nid: 2\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"roots/list\"}\r\n\r\n")
            .then(20, "event: other\ndata: not for us\n\nunknown\nretry: 10\nda")
            .then(20, format!("ta: {{\"jsonrpc\":\"2.0\",\"id\":{id},\ndata:\"result\":{ONE}}}\n\n"))
    });
    assert_eq!(
        check(&site),
        "2025-11-25 initialize: one\nnote: the server asked `roots/list` (1 ×): answered with an empty list\n"
    );
    assert!(site.seen().iter().any(|request| request.body["result"]["roots"].is_array()));
}

#[test]
fn a_broken_stream_is_resumed_where_it_stopped() {
    let site = Site::start(|request| match request.method() {
        "initialize" => Reply::result(request, INITIALIZED),
        "notifications/initialized" => Reply::new(202, "", ""),
        "tools/list" => Reply::events("id: place-7\nretry: 10\ndata:\n\n"),
        "GET" if request.header("last-event-id") == Some("place-7") => {
            // Discover was request 1, initialize 2.
            Reply::events(format!("data: {{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{ONE}}}\n\n"))
        }
        _ => Reply::new(405, "", ""),
    });
    assert_eq!(check(&site), "2025-11-25 initialize: one\n");
}

#[test]
fn a_late_change_is_heard_on_the_servers_own_stream() {
    static LISTS: AtomicUsize = AtomicUsize::new(0);
    let site = Site::start(|request| match request.method() {
        "initialize" => Reply::result(request, CHANGING),
        "notifications/initialized" => Reply::new(202, "", ""),
        "tools/list" if LISTS.fetch_add(1, Ordering::SeqCst) == 0 => Reply::result(request, ONE),
        "tools/list" => Reply::result(request, r#"{"tools":[{"name":"one"},{"name":"two"}]}"#),
        "GET" => Reply::events(": open\n\n")
            .then(200, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"),
        _ => Reply::new(405, "", ""),
    });
    assert_eq!(
        check(&site),
        "2025-11-25 initialize: one, two\nnote: the server announced changes of its list; it was asked for 2 times\n"
    );
}

#[test]
fn pages_batches_and_five_megabytes_are_read() {
    let site = legacy(|request| match request.body.pointer("/params/cursor") {
        None => {
            let id = request.id();
            Reply::new(
                200,
                "application/json",
                format!(
                    r#"[{{"jsonrpc":"2.0","id":{id},"result":{{"tools":[{{"name":"a"}}],"nextCursor":"n"}}}}]"#
                ),
            )
        }
        Some(_) => {
            let text = "x".repeat(5_000_000);
            let id = request.id();
            Reply::events(format!(
                "data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"tools\":[{{\"name\":\"b\",\"x\":\"{text}\"}}]}}}}\n\n"
            ))
        }
    });
    assert_eq!(check(&site), "2025-11-25 initialize: a, b\n");
}

#[test]
fn headers_reach_the_server_and_nothing_else() {
    let site = Site::start(|request| {
        let header = request.header("authorization").unwrap_or_default();
        Reply::new(401, "text/plain", format!("bad credentials: {header}"))
    });
    let outcome = check_with(&site, &["Authorization: Bearer s3cret-value"], quick());
    assert_eq!(
        outcome,
        "error: `http://SITE/mcp` asks for authorization (HTTP 401): `bad credentials: [redacted]`; add one with --header 'Authorization: Bearer ${NAME}', where NAME is an environment variable\n"
    );
    assert_eq!(site.methods(), ["server/discover"]);
    assert_eq!(site.seen()[0].header("authorization"), Some("Bearer s3cret-value"));
}

#[test]
fn redirects_are_reported_and_not_followed() {
    let target = legacy(|request| Reply::result(request, ONE));
    let location = format!("Location: {}?key=1", target.url());
    let site = Site::start(move |_| Reply::new(307, "", "").with(&location));
    let outcome = check(&site).replace(&target.address, "TARGET");
    assert_eq!(
        outcome,
        "error: `http://SITE/mcp` redirects to `http://TARGET/mcp` (HTTP 307); redirects are not followed, so give that address if you trust it\n"
    );
    assert!(target.seen().is_empty());
}

#[test]
fn statuses_are_named_with_what_the_server_said() {
    for (reply, outcome) in [
        (
            Reply::new(500, "text/html", "<p>Internal\n  error</p>"),
            "error: `http://SITE/mcp` answered `tools/list` with HTTP 500: `<p>Internal error</p>`\n",
        ),
        (
            Reply::new(429, "", ""),
            "error: `http://SITE/mcp` answered `tools/list` with HTTP 429; try again later\n",
        ),
        (
            Reply::new(
                400,
                "application/json",
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}"#,
            ),
            "error: `http://SITE/mcp` refused `tools/list`: no (code -32600)\n",
        ),
        (
            Reply::new(200, "text/html", "<p>Welcome</p>"),
            "error: `http://SITE/mcp` gave an answer to `tools/list` that cannot be used: its content type is `text/html`; check the path of the address\n",
        ),
        (
            Reply::new(202, "", ""),
            "error: `http://SITE/mcp` gave an answer to `tools/list` that cannot be used: HTTP 202 without an answer\n",
        ),
        (
            Reply::new(200, "application/json", "oops"),
            "error: `http://SITE/mcp` gave an answer to `tools/list` that cannot be used: its body is no JSON-RPC message\n",
        ),
        (
            Reply::events("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n"),
            "error: `http://SITE/mcp` gave an answer to `tools/list` that cannot be used: the response ended without an answer\n",
        ),
    ] {
        let site = legacy(move |_| reply.clone());
        assert_eq!(check(&site), outcome);
    }
}

#[test]
fn a_notification_that_is_not_taken_is_only_noted() {
    let site = Site::start(|request| match request.method() {
        "initialize" => Reply::result(request, INITIALIZED),
        "tools/list" => Reply::result(request, ONE),
        _ => Reply::new(405, "", ""),
    });
    let outcome = check(&site);
    assert!(
        outcome.starts_with("2025-11-25 initialize: one\nnote: a message that needs no answer was not taken"),
        "{outcome}"
    );
}

#[test]
fn an_address_without_a_server_of_mcp_says_so() {
    let site = Site::start(|_| Reply::new(404, "text/html", "Cannot POST /mcp"));
    assert_eq!(
        check(&site),
        "error: `http://SITE/mcp` answered `initialize` with HTTP 404: `Cannot POST /mcp`; check the path of the address, which often ends in /mcp\n"
    );
}

#[test]
fn an_oversized_response_is_refused() {
    let site = legacy(|_| Reply::events(format!("data: {}", "x".repeat(300_000))));
    let options = Options { max_message_bytes: 100_000, ..quick() };
    assert_eq!(
        check_with(&site, &[], options),
        "error: `http://SITE/mcp` sent a response of more than 100000 bytes, the most that is accepted\n"
    );
}

#[test]
fn a_silent_server_runs_out_of_time() {
    let begin = Instant::now();
    let site = Site::start(|_| Reply::events(": wait\n\n").then(60_000, ""));
    let options = Options { timeout: Duration::from_secs(2), ..quick() };
    assert_eq!(
        check_with(&site, &[], options),
        "error: `http://SITE/mcp` did not answer `initialize` within 2 s; if it only starts slowly, raise --timeout\n"
    );
    assert!(begin.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_connection_that_breaks_is_named() {
    let site = legacy(|_| Reply::default());
    let outcome = check(&site);
    assert!(outcome.starts_with("error: the connection to `http://SITE/mcp` broke: "), "{outcome}");
}

#[test]
fn an_unreachable_address_is_named() {
    // The port was free a moment ago and its listener is gone.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = render(&run(&format!("http://{free}/mcp"), &[], quick()));
    assert!(outcome.contains("cannot be reached: Connection refused"), "{outcome}");
}

#[test]
fn tls_to_a_server_without_it_is_explained() {
    for (answer, reason) in [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "the server does not speak TLS there; is it an http address?"),
        ("", "the server hung up during the TLS handshake; is it an http address?"),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                // The greeting is read, so that closing the connection does not reset it.
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        let outcome = render(&run(&format!("https://{address}/mcp"), &[], quick()));
        assert!(outcome.starts_with("error: no secure connection to"), "{outcome}");
        assert!(outcome.contains(reason), "{outcome}");
    }
}

#[test]
fn a_certificate_nobody_vouches_for_is_refused() {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private.into())
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = std::sync::Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let _ = stream.read(&mut [0]);
        }
    });
    let outcome = render(&run(&format!("https://localhost:{port}/mcp"), &[], quick()));
    assert!(outcome.starts_with("error: no secure connection to"), "{outcome}");
    assert!(outcome.contains("invalid peer certificate"), "{outcome}");
}

#[test]
fn addresses_that_cannot_be_used_are_named() {
    let outcome = render(&run("https://me:secret@host/mcp", &[], quick()));
    assert!(outcome.starts_with("error: the address `https://host/mcp` cannot be used"), "{outcome}");
    assert!(!outcome.contains("secret"), "{outcome}");
}
