//! A small HTTP server on a free port of this computer: a function from requests to replies in, the requests it saw
//! out. One thread per connection, one request per connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }

    /// The MCP method, or the HTTP verb of a request without a body.
    pub(crate) fn method(&self) -> &str {
        let method = self.body.get("method").and_then(Value::as_str);
        method.unwrap_or(if self.body.is_null() { &self.verb } else { "answer" })
    }

    pub(crate) fn id(&self) -> String {
        self.body.get("id").unwrap_or(&Value::Null).to_string()
    }
}

/// What to reply: the status, header lines, and the body in pieces with a pause before each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<String>,
    pub(crate) pieces: Vec<(u64, String)>,
}

impl Reply {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        let headers = if kind.is_empty() { vec![] } else { vec![format!("Content-Type: {kind}")] };
        Self { status, headers, pieces: vec![(0, body.into())] }
    }

    /// A JSON-RPC result as a JSON body.
    pub(crate) fn result(request: &Request, result: &str) -> Self {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, request.id());
        Self::new(200, "application/json; charset=utf-8", body)
    }

    /// A stream of events, written as they are.
    pub(crate) fn events(text: impl Into<String>) -> Self {
        Self::new(200, "text/event-stream", text)
    }

    pub(crate) fn with(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }

    pub(crate) fn then(mut self, pause: u64, text: impl Into<String>) -> Self {
        self.pieces.push((pause, text.into()));
        self
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    /// Serves until the test process ends.
    pub(crate) fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, handler) = (Arc::clone(&seen), Arc::new(handler));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                // A client that hangs up in the middle is no error of the server.
                std::thread::spawn(move || serve(&stream, &log, &*handler).ok());
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The methods seen, in order.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.seen().iter().map(|request| request.method().to_owned()).collect()
    }
}

fn serve(
    mut stream: &TcpStream,
    log: &Mutex<Vec<Request>>,
    handler: &dyn Fn(&Request) -> Reply,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let Some(request) = read(stream)? else {
        return Ok(());
    };
    log.lock().unwrap().push(request.clone());
    let reply = handler(&request);
    if reply.status == 0 {
        return Ok(());
    }
    write!(stream, "HTTP/1.1 {} X\r\nConnection: close\r\n", reply.status)?;
    for header in &reply.headers {
        write!(stream, "{header}\r\n")?;
    }
    write!(stream, "\r\n")?;
    for (pause, text) in &reply.pieces {
        std::thread::sleep(Duration::from_millis(*pause));
        stream.write_all(text.as_bytes())?;
        stream.flush()?;
    }
    Ok(())
}

fn read(stream: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(verb), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Some(Request { verb, path, headers, body }))
}
