//! Tests of tool locks: documents in, the lock's text, errors, changes or findings out.

mod changes;
mod data;
mod findings;
mod imports;
mod loading;

use super::{ImportOptions, ImportedLock, Lock, import_document};
use serde_json::Value;

/// A server with two tools, of which one restricts and describes.
fn sample() -> Value {
    serde_json::json!({"tools": [
        {
            "name": "send-mail", "title": "Send", "description": "Sends mail.", "_meta": {"x": 1}, "icons": [],
            "inputSchema": {
                "type": "object",
                "properties": {
                    "to": {"type": "string", "description": "Whom.", "pattern": "^.+@.+$"},
                    "cwd": {"type": "string", "default": "/srv/a"}
                },
                "required": ["to"]
            },
            "annotations": {"title": "Mail", "readOnlyHint": false}, "outputSchema": null
        },
        {"name": "list", "inputSchema": {"type": "object", "properties": {}}}
    ]})
}

fn import(document: &Value, options: &ImportOptions) -> ImportedLock {
    import_document(&document.to_string(), "mail", options).unwrap()
}

fn lock(document: &Value) -> Lock {
    import(document, &ImportOptions::default()).lock
}

fn short() -> ImportOptions {
    ImportOptions { no_descriptions: true, ..ImportOptions::default() }
}

fn notes(imported: &ImportedLock) -> Vec<String> {
    imported.notes.iter().map(|note| format!("{} {}", note.tool, note.kind.slug())).collect()
}
