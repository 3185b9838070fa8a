//! Tool locks as the checker sees them. In: the bytes of a lock file. Out: [`LockedServer`], or why it cannot be used.

use crate::lock::{Lock, Tool};
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
    let lock =
        Lock::load(text).map_err(|e| Unusable { message: e.message.clone(), span: e.span, help: None })?;
    Ok(LockedServer {
        identity: lock.server.identity.clone(),
        digest: *lock.digest().bytes(),
        tools: lock.tools.iter().map(tool).collect(),
    })
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
            .map(|note| format!("{} at `{}`", note.message, note.pointer))
            .collect(),
    }
}
