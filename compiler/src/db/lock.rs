//! Tool locks as the checker sees them. In: the bytes of a lock file. Out: [`LockedServer`], or why it cannot be used.

use crate::diagnostics::positions::Positions;
use crate::lock::{Lock, LockError, LockErrorKind, Tool};
use crate::resolve::namespace::{Hints, LockedServer, LockedTool, Unusable};
use crate::resolve::results;
use crate::schema::import_args;
use policyc_grammar::source::Span;
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
        tools: lock.tools.iter().map(|one| tool(text, one)).collect(),
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

/// Where a tool's name stands, which shows a reader which tool it is; the whole tool if the lock is laid out in another way.
fn name_span(text: &str, tool: Span) -> Span {
    const KEY: &str = "\n      \"name\": ";
    let whole = text.get(tool.start as usize..tool.end as usize).unwrap_or_default();
    let line = whole.split_once(KEY).and_then(|(before, name)| {
        let start = u32::try_from(before.len() + KEY.len()).ok()?;
        let name = name.lines().next()?.trim_end_matches(',');
        Some(Span::new(start, start + u32::try_from(name.len()).ok()?).shifted(i64::from(tool.start)))
    });
    line.unwrap_or(tool)
}

fn tool(text: &str, tool: &Tool) -> LockedTool {
    let imported = import_args(&tool.input_schema);
    LockedTool {
        name: tool.name.clone(),
        digest: *tool.digest.bytes(),
        args: Arc::new(imported.args),
        result: tool.output_schema.as_ref().map(|schema| Arc::new(results::of_schema(schema))),
        hints: Hints {
            read_only: tool.hints.read_only,
            destructive: tool.hints.destructive,
            idempotent: tool.hints.idempotent,
            open_world: tool.hints.open_world,
        },
        summary: tool.description.as_ref().and_then(|d| d.lines().next()).map(Arc::from),
        span: name_span(text, tool.span),
        widened: imported
            .notes
            .iter()
            .map(|note| match &*note.pointer {
                "" => format!("{} (at the root)", note.message),
                pointer => format!("{} at `{pointer}`", note.message),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::lock::{ImportOptions, import_document};

    #[test]
    fn a_note_says_where_also_at_the_root() {
        let list = r##"[{"name":"a","inputSchema":{"$ref":"#/nowhere"}},
            {"name":"b","inputSchema":{"properties":{"x":{"$ref":"#/nowhere"}}}}]"##;
        let lock = import_document(list, "s", &ImportOptions::default()).unwrap().lock.to_text();
        let first = |tool: usize| read(lock.as_bytes()).unwrap().tools[tool].widened[0].clone();
        assert_eq!(first(0), "`#/nowhere` is not in the document; any value fits (at the root)");
        assert_eq!(first(1), "`#/nowhere` is not in the document; any value fits at `/properties/x`");
    }

    #[test]
    fn a_lock_that_is_no_json_is_named_by_line() {
        assert_eq!(read(b"{\n!").unwrap_err().message, "line 2: this is not JSON: key must be a string");
    }
}
