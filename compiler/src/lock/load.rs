//! Loading a lock. In: the text of a lock file. Out: the lock, verified, or the first thing that is wrong with it.

use super::digest::{Digest, MEMBERS};
use super::error::{LockError, LockErrorKind, Shown, parse};
use super::locate::{locate, tool_spans};
use super::prose::is_volatile_pointer;
use super::tool::name;
use super::{FORMAT, Lock, Server, Tool, VERSION, WithoutProse};
use policyc_grammar::source::Span;
use serde_json::{Map, Value};
use std::sync::Arc;

impl Lock {
    /// Reads and verifies a lock file: its JSON strictly (no duplicate keys, no byte order mark, nothing that the format does
    /// not have), and every tool against its digest.
    ///
    /// # Errors
    /// [`LockError`] with a stable kind, the tool and the place in `text`, for the first problem.
    pub fn load(text: &str) -> Result<Self, LockError> {
        if text.starts_with('\u{feff}') {
            let message =
                "the lock begins with a byte order mark: save it as plain UTF-8, or import it again";
            return Err(LockError::new(LockErrorKind::NotJson, message).at(Some(Span::new(0, 3))));
        }
        let mut document = parse(text)?;
        let top =
            document.as_object_mut().filter(|top| top.get("format").and_then(Value::as_str) == Some(FORMAT));
        let Some(top) = top else {
            let message = format!(
                "this is no tool lock: `format` is not `{FORMAT}`; make one with `policyc tools pull` or `import`"
            );
            return Err(LockError::new(LockErrorKind::WrongFormat, message).at(locate(text, "/format")));
        };
        if top.get("version").and_then(Value::as_u64) != Some(VERSION) {
            let found = top.get("version").map_or("nothing".to_owned(), crate::json::canonical);
            let message = format!(
                "the lock's format version is {found} and this policyc reads version {VERSION}: run `policyc tools pull` or \
                 `import` again, or use a policyc of the lock's version"
            );
            return Err(LockError::new(LockErrorKind::WrongVersion, message).at(locate(text, "/version")));
        }
        known(top, &["format", "version", "server", "tools"], "the lock")
            .map_err(|error| error.at(locate(text, "")))?;
        let server = server(top.get("server")).map_err(|error| error.at(locate(text, "/server")))?;
        let Some(Value::Array(listed)) = top.remove("tools") else {
            return Err(LockError::new(LockErrorKind::BadMember, "`tools` of the lock must be a list")
                .at(locate(text, "/tools")));
        };
        let spans = tool_spans(text);
        let mut tools = Vec::with_capacity(listed.len());
        for (index, listed) in listed.into_iter().enumerate() {
            let span = spans.get(index).copied();
            let tool = load_tool(listed).map_err(|error| error.at(span))?;
            tools.push(Tool { span: span.unwrap_or_default(), ..tool });
        }
        tools.sort_by(|a: &Tool, b| a.name.cmp(&b.name));
        if let Some((_, twin)) = tools.iter().zip(tools.iter().skip(1)).find(|(a, b)| a.name == b.name) {
            let message = format!("two tools of the lock are named {}", Shown(&twin.name));
            return Err(LockError::new(LockErrorKind::DuplicateTool, message)
                .of_tool(&twin.name)
                .at(Some(twin.span)));
        }
        Ok(Self { server, tools })
    }
}

/// Refuses members that the format does not have.
fn known(object: &Map<String, Value>, members: &[&str], what: &str) -> Result<(), LockError> {
    match object.keys().find(|key| !members.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(LockError::new(
            LockErrorKind::BadMember,
            format!("{what} has a member {} that the format does not have", Shown(key)),
        )),
    }
}

fn server(value: Option<&Value>) -> Result<Server, LockError> {
    let bad = |message: String| LockError::new(LockErrorKind::BadMember, message);
    let Some(server) = value.and_then(Value::as_object) else {
        return Err(bad("`server` of the lock must be an object with an `identity`".to_owned()));
    };
    known(
        server,
        &["identity", "name", "version", "protocol", "source", "capabilities"],
        "`server` of the lock",
    )?;
    let text = |member: &str| match server.get(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(Arc::from(text.as_str()))),
        Some(_) => Err(bad(format!("`server.{member}` of the lock must be a string"))),
    };
    let capabilities = match server.get("capabilities") {
        None => Some(Vec::new()),
        Some(list) => {
            list.as_array().and_then(|list| list.iter().map(|one| one.as_str().map(Arc::from)).collect())
        }
    };
    Ok(Server {
        identity: name(server.get("identity"))
            .map_err(|_| bad("`server.identity` of the lock must be a name: text without control characters, not empty".to_owned()))?,
        name: text("name")?,
        version: text("version")?,
        protocol: text("protocol")?,
        source: text("source")?,
        capabilities: capabilities.ok_or_else(|| bad("`server.capabilities` of the lock must be a list of strings".to_owned()))?,
    })
}

fn load_tool(listed: Value) -> Result<Tool, LockError> {
    let bad = |message: String| LockError::new(LockErrorKind::BadMember, message);
    let Value::Object(members) = listed else {
        return Err(bad("a tool of the lock is not an object".to_owned()));
    };
    let name = name(members.get("name"))?;
    let what = format!("the tool {}", Shown(&name));
    let ours = ["volatile", "digest", "description_digest", "facts_digest"];
    let allowed: Vec<&str> = MEMBERS.into_iter().chain(ours).collect();
    known(&members, &allowed, &what).map_err(|error| error.of_tool(&name))?;
    let digest = |member: &str| match members.get(member) {
        None => Ok(None),
        Some(value) => match value.as_str().and_then(Digest::parse) {
            Some(digest) => Ok(Some(digest)),
            None => {
                Err(bad(format!("`{member}` of {what} is no digest (`blake3:` and 64 hexadecimal digits)"))
                    .of_tool(&name))
            }
        },
    };
    let volatile = match members.get("volatile") {
        None => Some(Vec::new()),
        Some(list) => {
            list.as_array().and_then(|list| list.iter().map(|one| one.as_str().map(Arc::from)).collect())
        }
    };
    let volatile: Vec<Arc<str>> = volatile
        .ok_or_else(|| bad(format!("`volatile` of {what} must be a list of JSON pointers")).of_tool(&name))?;
    if let Some(pointer) = volatile.iter().find(|pointer| !is_volatile_pointer(pointer)) {
        let message = format!(
            "`volatile` of {what} names {}, but only prose and defaults may differ from run to run",
            Shown(pointer)
        );
        return Err(bad(message).of_tool(&name));
    }
    let Some(own) = digest("digest")? else {
        return Err(bad(format!("{what} has no `digest`")).of_tool(&name));
    };
    let without_prose = match (digest("facts_digest")?, digest("description_digest")?) {
        (None, None) => None,
        (Some(facts), Some(prose)) => Some(WithoutProse { facts, prose }),
        _ => {
            return Err(bad(format!(
                "{what} has one of `facts_digest` and `description_digest` without the other"
            ))
            .of_tool(&name));
        }
    };
    let tool = Tool::checked(members, volatile, own, without_prose)?;
    let intact = match &tool.without_prose {
        Some(digests) => tool.facts_digest(digests.prose) == digests.facts,
        None => tool.full_digest() == tool.digest,
    };
    if intact {
        Ok(tool)
    } else {
        let message = format!(
            "{what} was edited by hand: it is not what its digest covers; run `policyc tools pull` or `import` again"
        );
        Err(LockError::new(LockErrorKind::Edited, message).of_tool(&name))
    }
}
