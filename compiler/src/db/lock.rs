//! Tool locks as the checker sees them. In: the bytes of a lock file. Out: [`LockedServer`], or why it cannot be used.

use crate::diagnostics::positions::Positions;
use crate::lock::{Lock, LockError, LockErrorKind, Tool};
use crate::resolve::namespace::{Hints, LockedServer, LockedTool, Unusable};
use crate::schema::import_args;
use std::sync::Arc;

/// Reads a lock.
pub(crate) fn read(bytes: &[u8]) -> Result<LockedServer, Unusable> {
    let text = std::str::from_utf8(bytes).map_err(|e| Unusable {
        message: format!("it is not UTF-8 at byte {}", e.valid_up_to()),
        span: None,
        help: Some("make it again with `policyc tools pull` or `policyc tools import`".to_owned()),
    })?;
    let lock = Lock::load(text).map_err(|error| unusable(text, &error))?;
    Ok(LockedServer {
        identity: lock.server.identity.clone(),
        digest: *lock.digest().bytes(),
        tools: lock.tools.iter().map(tool).collect(),
    })
}

/// The complaint stands at the import, so it says the line of the lock.
fn unusable(text: &str, error: &LockError) -> Unusable {
    let is_json = !matches!(error.kind, LockErrorKind::NotJson | LockErrorKind::DuplicateKey);
    let message = match error.span.filter(|_| !is_json) {
        Some(span) => format!("line {}: {}", Positions::new(text).at(span.start).line, error.message),
        None => error.message.clone(),
    };
    Unusable { message, span: error.span, help: None }
}

fn tool(tool: &Tool) -> LockedTool {
    let imported = import_args(&tool.input_schema);
    LockedTool {
        name: tool.name.clone(),
        digest: *tool.digest.bytes(),
        args: Arc::new(imported.args),
        hints: Hints {
            read_only: tool.hints.read_only,
            destructive: tool.hints.destructive,
            idempotent: tool.hints.idempotent,
            open_world: tool.hints.open_world,
        },
        summary: tool.description.as_ref().and_then(|d| d.lines().next()).map(Arc::from),
        span: tool.span,
        widened: imported
            .notes
            .iter()
            .map(|note| match &*note.pointer {
                "" => format!("{} at the root", note.message),
                pointer => format!("{} at `{pointer}`", note.message),
            })
            .collect(),
    }
}
