//! JSON-RPC 2.0 texts: what arrived is told apart, what is to be sent is written.
//!
//! Payloads stay the text they are; nothing is read into a model that could lose a field.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::strict;

/// One message of the server.
#[derive(Debug, PartialEq)]
pub(crate) enum Incoming {
    /// A successful answer: the text of its `result`.
    Result { id: Value, result: String },
    /// A JSON-RPC error; `id` is null when the server could not tell what it answers.
    Error { id: Value, error: RpcError },
    /// The server asks this client something; `id` is its text, echoed as it came.
    Request { id: String, method: String },
    /// The server tells this client something.
    Notification { method: String },
}

/// The `error` member of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RpcError {
    pub(crate) code: i64,
    pub(crate) message: String,
    /// `data.supported` of a version error (-32022), or empty.
    pub(crate) supported: Vec<String>,
}

/// What one text from the server turned out to be.
#[derive(Debug, PartialEq)]
pub(crate) enum Reading {
    /// One message, or several when the server sent a batch (an array; legal up to 2025-03-26).
    Messages(Vec<Incoming>),
    /// Not JSON-RPC at all: a banner, a log line.
    Noise,
    /// JSON-RPC that no two readers need agree on, or whose parts do not fit together.
    Broken(String),
}

/// Reads one text: a line of stdout, an HTTP body, the data of an event.
pub(crate) fn read(text: &[u8]) -> Reading {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let Ok(text) = std::str::from_utf8(text) else {
        return Reading::Noise;
    };
    if text.trim_start().starts_with('[') {
        read_batch(text)
    } else {
        match read_one(text) {
            Ok(Some(message)) => Reading::Messages(vec![message]),
            Ok(None) => Reading::Noise,
            Err(reason) => Reading::Broken(reason),
        }
    }
}

fn read_batch(text: &str) -> Reading {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Reading::Noise;
    };
    let mut messages = Vec::new();
    for item in items {
        match read_one(item.get()) {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return Reading::Noise,
            Err(reason) => return Reading::Broken(reason),
        }
    }
    if messages.is_empty() { Reading::Noise } else { Reading::Messages(messages) }
}

/// `Ok(None)`: not JSON-RPC. An object counts as JSON-RPC by its `jsonrpc` member, so that a program which logs
/// JSON lines to stdout is noise and not a broken peer.
fn read_one(text: &str) -> Result<Option<Incoming>, String> {
    let Ok(parts) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
        return Ok(None);
    };
    if !parts.contains_key("jsonrpc") {
        return Ok(None);
    }
    let is_answer = parts.contains_key("result") || parts.contains_key("error");
    match check(text) {
        Ok(()) => {}
        Err(reason) if is_answer => return Err(reason),
        // A notification or question that reads in two ways is left unread: nothing in it is used.
        Err(_) => return Ok(None),
    }
    let id = parts.get("id");
    if let Some(method) = parts.get("method") {
        let method = serde_json::from_str::<String>(method.get())
            .map_err(|_| "its `method` is not a string".to_owned())?;
        return Ok(Some(match id {
            Some(id) => Incoming::Request { id: id.get().to_owned(), method },
            None => Incoming::Notification { method },
        }));
    }
    let id = match id {
        Some(id) => serde_json::from_str(id.get()).map_err(|error| error.to_string())?,
        None => Value::Null,
    };
    match (parts.get("result"), parts.get("error")) {
        (Some(result), None) => Ok(Some(Incoming::Result { id, result: result.get().to_owned() })),
        (None, Some(error)) => Ok(Some(Incoming::Error { id, error: read_error(error.get())? })),
        (Some(_), Some(_)) => Err("it has both `result` and `error`".to_owned()),
        (None, None) => Err("it has neither `method`, `result` nor `error`".to_owned()),
    }
}

/// The whole text reads in one way, but for the tools of a list.
fn check(text: &str) -> Result<(), String> {
    for (name, value) in strict::members(text)? {
        if name == "result" { strict::check_result(value.get())? } else { strict::check(value.get())? }
    }
    Ok(())
}

fn read_error(text: &str) -> Result<RpcError, String> {
    let error: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let code = error.get("code").and_then(Value::as_i64);
    let message = error.get("message").and_then(Value::as_str);
    let supported = error.pointer("/data/supported").and_then(Value::as_array);
    Ok(RpcError {
        code: code.ok_or_else(|| "its `error` has no integer `code`".to_owned())?,
        message: message.unwrap_or("no message given").to_owned(),
        supported: supported
            .map(|versions| {
                let names = versions.iter().filter_map(Value::as_str);
                names.map(str::to_owned).collect()
            })
            .unwrap_or_default(),
    })
}

/// Whether only a client sends requests of this method.
pub(crate) fn is_ours(method: &str) -> bool {
    matches!(method, "initialize" | "server/discover" | "tools/list")
}

/// The text of a request.
pub(crate) fn request(id: u64, method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// The text of a notification without parameters.
pub(crate) fn notification(method: &str) -> String {
    json!({"jsonrpc": "2.0", "method": method}).to_string()
}

/// This client's answer to a question of the server, whose `id` is echoed as the text it came in.
pub(crate) fn answer(id: &str, method: &str) -> String {
    let (part, value) = match method {
        "ping" => ("result", json!({})),
        "roots/list" => ("result", json!({"roots": []})),
        "elicitation/create" => ("result", json!({"action": "decline"})),
        // The code of MCP's own example of a user who declines (client/sampling, "Error Handling").
        "sampling/createMessage" => {
            ("error", json!({"code": -1, "message": "declined: this client only lists tools"}))
        }
        _ => ("error", json!({"code": -32601, "message": "Method not found"})),
    };
    format!(r#"{{"jsonrpc":"2.0","id":{id},"{part}":{value}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banners_logs_and_foreign_json_are_noise() {
        for text in ["Server ready", "", "{oops", "42", "[]", "[1]", r#"{"level":30,"msg":"x","msg":"y"}"#] {
            assert_eq!(read(text.as_bytes()), Reading::Noise, "{text}");
        }
        assert_eq!(read(b"\xff\xfe"), Reading::Noise);
    }

    #[test]
    fn a_result_keeps_its_text() {
        let text = r#"{"jsonrpc":"2.0","id":1,"result":{"b": 1.10, "a":1e400}}"#;
        // The exponent is beyond every number type of this program.
        assert!(matches!(read(text.as_bytes()), Reading::Broken(_)));
        // Tools are judged one by one.
        let text = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"a":1,"a":1e400,"b":"\ud83d"}]}}"#;
        assert!(matches!(read(text.as_bytes()), Reading::Messages(_)));
        let text = r#"{"result":{"b": 1.10, "a":18446744073709551617},"jsonrpc":"2.0","id":1}"#;
        assert_eq!(
            read(text.as_bytes()),
            Reading::Messages(vec![Incoming::Result {
                id: json!(1),
                result: r#"{"b": 1.10, "a":18446744073709551617}"#.to_owned(),
            }])
        );
    }

    #[test]
    fn a_request_with_an_id_of_ours_is_still_a_request() {
        let text = br#"{"method":"roots/list","jsonrpc":"2.0","id":1}"#;
        assert_eq!(
            read(text),
            Reading::Messages(vec![Incoming::Request {
                id: "1".to_owned(),
                method: "roots/list".to_owned()
            }])
        );
        assert_eq!(
            answer("\"a\\\"b\"", "roots/list"),
            r#"{"jsonrpc":"2.0","id":"a\"b","result":{"roots":[]}}"#
        );
    }

    #[test]
    fn an_ambiguous_message_is_broken() {
        for text in [
            r#"{"jsonrpc":"2.0","id":1,"id":2,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{}}"#,
        ] {
            assert!(matches!(read(text.as_bytes()), Reading::Broken(_)), "{text}");
        }
        // Nothing depends on what a log message says.
        let log = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"\ud83d"}}"#;
        assert_eq!(read(log.as_bytes()), Reading::Noise);
    }
}
