//! Tool lists of all kinds as locks. In: a saved `tools/list` result or response, pages of it, a function list for OpenAI's or
//! Anthropic's interface, or a lock. Out: a lock, and what was left out or assumed.

use super::digest::tool_digest;
use super::error::{LockError, LockErrorKind, Shown, parse};
use super::prose::is_volatile_pointer;
use super::salvage::salvage;
use super::tool::{Tool, name};
use super::{FORMAT, Lock, Server};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the importer of tool lists may be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Leave out the prose and keep only its digest (`--no-descriptions`).
    pub no_descriptions: bool,
    /// The identity was chosen by the user, so it replaces that of an existing lock too.
    pub rename: bool,
    /// Pointers whose values differ from run to run, by tool. Those of an earlier lock belong here.
    pub volatile: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

/// A lock that was made of a tool list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedLock {
    /// The lock; the spans of its tools are those in [`Lock::to_text`].
    pub lock: Lock,
    /// What was left out or assumed, in the order of the list.
    pub notes: Vec<ToolNote>,
}

/// Something that a user should know of an import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolNote {
    /// The tool's name, or its place in the list (`#3`, from 1) where it has none; empty for the list itself.
    pub tool: String,
    /// What happened.
    pub kind: ToolNoteKind,
    /// One line.
    pub message: String,
}

/// Kinds of [`ToolNote`], with stable slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolNoteKind {
    /// The tool is not in the lock, so every call of it is denied.
    Refused,
    /// The tool came without a schema and counts as one without arguments.
    NoSchema,
    /// The list says that it goes on.
    Incomplete,
    /// A volatile pointer was given for a tool or place that cannot have it; it has no effect.
    NotVolatile,
}

impl ToolNoteKind {
    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Refused => "refused_tool",
            Self::NoSchema => "no_schema",
            Self::Incomplete => "incomplete_list",
            Self::NotVolatile => "not_volatile",
        }
    }
}

/// Makes a lock of a document.
///
/// Accepted are: the result of `tools/list` (`{"tools": […]}`, also with a `server` beside it), the whole JSON-RPC response,
/// a list of such pages, a bare list of tools, OpenAI's function lists (`{"type": "function", …}` nested or flat, bare, or under
/// `functions` or `tools`), Anthropic's (`input_schema`), Gemini's (`functionDeclarations`, `parametersJsonSchema`), Bedrock's (`toolSpec`), and a lock, which is verified first. One byte order mark at the
/// beginning is skipped. A tool that cannot be pinned (two of one name, a reference to another document, a member of the wrong
/// type, a duplicate key, a number that no reader can hold) is left out with a note. Half of a surrogate pair in prose becomes U+FFFD.
///
/// # Errors
/// On text that is not JSON or has a duplicate key around its entries, and on documents that are none of these.
pub fn import_document(
    text: &str,
    identity: &str,
    options: &ImportOptions,
) -> Result<ImportedLock, LockError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut notes = Vec::new();
    let (document, unread) = match parse(text) {
        Ok(document) => (document, None),
        Err(error) => match salvage(text, &mut notes) {
            Some(document) => (document, Some(error)),
            None => return Err(error),
        },
    };
    let mut server = Server { identity: name(Some(&identity.into()))?, ..Server::default() };
    if document.get("format").and_then(Value::as_str) == Some(FORMAT) {
        return relock(Lock::load(text)?, server.identity, options);
    }
    let tools: Vec<Value> =
        listed(&document, &mut server, &mut notes)?.into_iter().flat_map(declarations).collect();
    let mut imported = from_tools(server, &tools, options)?;
    notes.append(&mut imported.notes);
    let refused = notes.iter().find(|note| note.kind == ToolNoteKind::Refused);
    match refused.filter(|_| imported.lock.tools.is_empty()) {
        // A lock without any tool would look like a server that has none.
        Some(note) => Err(unread.unwrap_or_else(|| {
            let message = format!("no tool of the list can be pinned: {}", note.message);
            LockError::new(LockErrorKind::BadMember, message)
        })),
        None => Ok(ImportedLock { notes, ..imported }),
    }
}

/// An existing lock under other options.
fn relock(mut lock: Lock, identity: Arc<str>, options: &ImportOptions) -> Result<ImportedLock, LockError> {
    if options.rename {
        lock.server.identity = identity;
    }
    for tool in &mut lock.tools {
        if options.no_descriptions && tool.without_prose.is_none() {
            *tool = Tool::pinned(&Value::Object(tool.members()), &tool.volatile, false)?;
        }
    }
    Ok(ImportedLock { lock: Lock::load(&lock.to_text())?, notes: Vec::new() })
}

/// Makes a lock of tools as a live server lists them (or as a function list names them).
///
/// # Errors
/// Only if the lock cannot be read back, which is a defect of this program.
pub fn from_tools(
    server: Server,
    tools: &[Value],
    options: &ImportOptions,
) -> Result<ImportedLock, LockError> {
    let mut notes = Vec::new();
    let mut pinned: BTreeMap<Arc<str>, Option<Tool>> = BTreeMap::new();
    for (index, entry) in tools.iter().enumerate() {
        let place = format!("#{}", index.saturating_add(1));
        let tool = normalized(entry, &place, &mut notes).and_then(|tool| {
            let name = name(tool.get("name"))?;
            let volatile = volatile(&name, options, &mut notes);
            Tool::pinned(&Value::Object(tool), &volatile, !options.no_descriptions)
        });
        match tool {
            Err(error) => {
                let tool = error.tool.clone().filter(|name| !name.is_empty()).unwrap_or(place);
                notes.push(ToolNote { tool, kind: ToolNoteKind::Refused, message: error.message });
            }
            Ok(tool) => {
                let name = tool.name.clone();
                let twin = pinned.contains_key(&name);
                if twin && !matches!(pinned.insert(name.clone(), None), Some(None)) {
                    let message = format!(
                        "several tools are named {}, and nobody can say which one a call means",
                        Shown(&name)
                    );
                    notes.push(ToolNote { tool: name.to_string(), kind: ToolNoteKind::Refused, message });
                } else if !twin {
                    pinned.insert(name, Some(tool));
                }
            }
        }
    }
    let lock = Lock { server, tools: pinned.into_values().flatten().collect() };
    // Read back, so that what is used is what is written, and the spans are known.
    Ok(ImportedLock { lock: Lock::load(&lock.to_text())?, notes })
}

fn volatile(tool: &Arc<str>, options: &ImportOptions, notes: &mut Vec<ToolNote>) -> Vec<Arc<str>> {
    let mut out = options.volatile.get(tool).cloned().unwrap_or_default();
    out.retain(|pointer| {
        let fits = is_volatile_pointer(pointer);
        if !fits {
            let message = format!(
                "{} restricts values or is no place in a tool, so it cannot be volatile",
                Shown(pointer)
            );
            notes.push(ToolNote { tool: tool.to_string(), kind: ToolNoteKind::NotVolatile, message });
        }
        fits
    });
    out.sort_unstable();
    out.dedup();
    out
}

/// The entries of a document, and what it says of the server.
fn listed(document: &Value, server: &mut Server, notes: &mut Vec<ToolNote>) -> Result<Vec<Value>, LockError> {
    let list = match document {
        Value::Array(list) if list.iter().any(is_page) => {
            let mut tools = Vec::new();
            for (index, page) in list.iter().enumerate() {
                let last = index.saturating_add(1) == list.len();
                let mut ignored = Vec::new();
                tools.extend(listed_page(page, server, if last { notes } else { &mut ignored })?);
            }
            return Ok(tools);
        }
        Value::Array(list) => list.clone(),
        page => return listed_page(page, server, notes),
    };
    Ok(list)
}

fn is_page(value: &Value) -> bool {
    ["tools", "result", "functions"]
        .iter()
        .any(|member| value.get(*member).is_some_and(|value| !value.is_string()))
        && value.get("name").is_none()
}

fn listed_page(
    page: &Value,
    server: &mut Server,
    notes: &mut Vec<ToolNote>,
) -> Result<Vec<Value>, LockError> {
    if let Some(error) = page.get("error").filter(|error| error.is_object()) {
        let said = error.get("message").and_then(Value::as_str).unwrap_or("nothing");
        return Err(LockError::new(
            LockErrorKind::ServerFailed,
            format!("the saved response is an error of the server, which said {}", Shown(said)),
        ));
    }
    let result = page.get("result").unwrap_or(page);
    describe(page, result, server);
    if result.get("nextCursor").is_some_and(|cursor| !cursor.is_null()) {
        let message =
            "the list goes on after this page (`nextCursor`): tools of later pages are not in the lock"
                .to_owned();
        notes.push(ToolNote { tool: String::new(), kind: ToolNoteKind::Incomplete, message });
    }
    let list = ["tools", "functions"].iter().chain(&DECLARATIONS).find_map(|member| result.get(*member));
    match list.and_then(Value::as_array) {
        Some(tools) => Ok(tools.clone()),
        None => Err(LockError::new(
            LockErrorKind::WrongFormat,
            "this is no tool list: expected the result of `tools/list` (`{\"tools\": […]}`), a list of functions, or a tool lock",
        )),
    }
}

/// Takes over what a document says of the server, where it says so in a form that we know.
fn describe(page: &Value, result: &Value, server: &mut Server) {
    let about = page.get("server").unwrap_or(&Value::Null);
    let meta = result.pointer("/_meta/io.modelcontextprotocol~1serverInfo").unwrap_or(&Value::Null);
    let info = about.get("serverInfo").unwrap_or(meta);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(Arc::from);
    server.name = server.name.take().or_else(|| text(info.get("name")));
    server.version = server.version.take().or_else(|| text(info.get("version")));
    server.protocol = server.protocol.take().or_else(|| text(about.get("protocolVersion")));
}

/// The members under which Gemini's interface puts functions together.
pub(super) const DECLARATIONS: [&str; 2] = ["functionDeclarations", "function_declarations"];

/// The functions of an entry that holds several; any other entry itself.
fn declarations(entry: Value) -> Vec<Value> {
    let declared = DECLARATIONS.iter().find_map(|member| entry.get(*member)?.as_array().cloned());
    declared.filter(|_| entry.get("name").is_none()).unwrap_or_else(|| vec![entry])
}

/// A tool in MCP's shape, whichever shape it came in.
fn normalized(
    entry: &Value,
    place: &str,
    notes: &mut Vec<ToolNote>,
) -> Result<Map<String, Value>, LockError> {
    let bad = |message: String| LockError::new(LockErrorKind::BadMember, message);
    let wrapped = ["function", "toolSpec"].iter().find_map(|member| entry.get(*member));
    let function = wrapped.filter(|function| function.is_object() && entry.get("name").is_none());
    let Some(members) = function.unwrap_or(entry).as_object() else {
        return Err(bad(format!("entry {place} of the list is not an object")));
    };
    let mut tool = members.clone();
    let spellings = ["inputSchema", "input_schema", "parameters", "parametersJsonSchema"];
    let mut schemas: Vec<Value> =
        spellings.iter().filter_map(|key| tool.remove(*key)).filter(|schema| !schema.is_null()).collect();
    if entry.get("toolSpec").is_some() {
        // Bedrock's interface puts the schema one level deeper.
        schemas
            .iter_mut()
            .filter_map(|schema| schema.get("json").cloned().map(|json| (schema, json)))
            .for_each(|(schema, json)| *schema = json);
    }
    let shown = members.get("name").and_then(Value::as_str).unwrap_or(place).to_owned();
    let schema = match schemas.as_slice() {
        [schema] => schema.clone(),
        [] => {
            let message =
                format!("the tool {} has no schema and counts as one without arguments", Shown(&shown));
            // What has no name is no tool, which is told where names are read.
            if members.contains_key("name") {
                notes.push(ToolNote { tool: shown, kind: ToolNoteKind::NoSchema, message });
            }
            json!({"type": "object", "properties": {}})
        }
        [first, rest @ ..] if rest.iter().all(|other| super::prose::same(first, other)) => first.clone(),
        _ => {
            return Err(
                bad(format!("the tool {} has several schemas, which differ", Shown(&shown))).of_tool(&shown)
            );
        }
    };
    tool.insert("inputSchema".to_owned(), schema);
    Ok(tool)
}

/// An entry that can be read, in MCP's shape.
pub(super) fn mcp_tool(entry: &Value) -> Option<Map<String, Value>> {
    normalized(entry, "", &mut Vec::new()).ok()
}

impl Tool {
    /// The live tool is this one: nothing that the digest covers has changed.
    #[must_use]
    pub fn is(&self, listed: &Value) -> bool {
        tool_digest(listed, &self.volatile) == self.digest
    }
}
