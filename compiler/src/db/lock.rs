//! Tool locks as the checker sees them. In: the bytes of a lock file. Out: [`LockedServer`], or why it cannot be used.

use crate::resolve::namespace::{Hints, LockedServer, LockedTool, Unusable};
use crate::schema::import_args;
use policyc_grammar::source::Span;
use serde_json::Value;
use std::sync::Arc;

/// Reads a lock.
pub(crate) fn read(bytes: &[u8]) -> Result<LockedServer, Unusable> {
    let unusable = |message: String| Unusable { message, span: None, help: None };
    let value: Value = serde_json::from_slice(bytes).map_err(|e| unusable(format!("{e}")))?;
    let identity = value.pointer("/server/identity").and_then(Value::as_str).unwrap_or("x");
    let tools = value.get("tools").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(LockedServer {
        identity: Arc::from(identity),
        digest: *blake3::hash(bytes).as_bytes(),
        tools: tools
            .iter()
            .map(|t| LockedTool {
                name: Arc::from(t.get("name").and_then(Value::as_str).unwrap_or_default()),
                digest: *blake3::hash(t.to_string().as_bytes()).as_bytes(),
                args: Arc::new(import_args(t.get("inputSchema").unwrap_or(&Value::Null)).args),
                hints: Hints {
                    read_only: t.pointer("/annotations/readOnlyHint").and_then(Value::as_bool),
                    destructive: t.pointer("/annotations/destructiveHint").and_then(Value::as_bool),
                    idempotent: None,
                    open_world: None,
                },
                summary: None,
                span: Span::default(),
                widened: Vec::new(),
            })
            .collect(),
    })
}
