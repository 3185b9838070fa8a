//! The members of a result or an error. In: the object as the server sent it. Out: the object that the agent sees.
//!
//! Members that this list does not know are left out, `_meta` among them: what nobody searched may not pass.

use super::report::Place;
use super::structure::{Shown, Structure};
use super::text::Pass;
use super::texts::{Plain, Text};
use super::{Failure, Output, WITHHELD, blocks};
use crate::scan::tree::{Tree, Value, write_text};
use alloc::vec::Vec;

/// Members of a result that pass.
#[derive(Debug, Default)]
struct Members {
    content: Option<usize>,
    structured: Option<usize>,
    is_error: Option<bool>,
    /// `resultType`, if it is there.
    complete: bool,
    ttl: Option<usize>,
    scope: Option<usize>,
    /// Others.
    unknown: u64,
}

impl Members {
    fn read(tree: &Tree<'_>) -> Result<Self, Failure> {
        if !matches!(tree.value_of(0), Value::Object) {
            return Err(Failure::Malformed);
        }
        let mut members = Self::default();
        for member in tree.children(0) {
            let value = tree.value_of(member);
            match (tree.key(member).unwrap_or_default(), value) {
                ("content", Value::List) => members.content = Some(member),
                ("structuredContent", _) => members.structured = Some(member),
                ("isError", Value::Bool(is_error)) => members.is_error = Some(is_error),
                ("resultType", _) if tree.text_of(member) == Some("complete") => members.complete = true,
                ("ttlMs", Value::Number(_)) => members.ttl = Some(member),
                ("cacheScope", Value::Text(_)) => members.scope = Some(member),
                ("content" | "isError" | "resultType", _) => return Err(Failure::Malformed),
                _ => members.unknown = members.unknown.saturating_add(1),
            }
        }
        Ok(members)
    }
}

/// The result that the agent sees.
pub(super) fn result(
    pass: &mut Pass<'_>,
    bytes: &[u8],
    output: Option<Output<'_>>,
) -> Result<Vec<u8>, Failure> {
    let tree = Tree::read(bytes, pass.caps)?;
    let members = Members::read(&tree)?;
    if members.unknown > 0 {
        pass.replaced(|_| true, members.unknown, &Place::Extra);
    }
    let mut structure = None;
    // An old server may send `null` for nothing.
    let structured = members.structured.filter(|node| !matches!(tree.value_of(*node), Value::Null));
    if let Some(node) = structured {
        structure = Some(Structure::new(pass, tree.bytes(node), output)?);
    }
    // Without structure the text of an error is its message.
    let message = members.is_error == Some(true) && structure.is_none();
    let plain = if message { Plain::Message } else { Plain::Content };
    let unfit = structure.as_ref().is_some_and(|structure| structure.shown == Shown::Unfit);
    let mut out = Object::default();
    if members.content.is_some() || unfit {
        out.key("content");
        let from = out.bytes.len();
        // Without content: a node that is nowhere has no blocks.
        let content = members.content.unwrap_or(usize::MAX);
        blocks::Blocks { tree: &tree, structure: structure.as_mut(), plain }.write(
            pass,
            content,
            &mut out.bytes,
        )?;
        if unfit {
            withheld_first(&mut out.bytes, from);
        }
    }
    match (structure.map(|structure| structure.shown), members.structured) {
        (Some(Shown::Json(json)), _) => out.raw("structuredContent", &json),
        (None, Some(_)) => out.raw("structuredContent", b"null"),
        (Some(Shown::Nothing | Shown::Unfit) | None, _) => {}
    }
    members.rest(pass, &tree, unfit, &mut out)?;
    Ok(out.finish())
}

impl Members {
    /// Everything but the content.
    fn rest(
        &self,
        pass: &mut Pass<'_>,
        tree: &Tree<'_>,
        unfit: bool,
        out: &mut Object,
    ) -> Result<(), Failure> {
        // A client holds a result without the structure that the schema promises to be broken, unless it is an error.
        if unfit || self.is_error == Some(true) {
            out.raw("isError", b"true");
        } else if self.is_error.is_some() {
            out.raw("isError", b"false");
        }
        if self.complete {
            out.raw("resultType", br#""complete""#);
        }
        if let Some(Value::Number(ttl)) = self.ttl.map(|node| tree.value_of(node))
            && pass.find(tree.text(ttl))?.is_empty()
        {
            out.raw("ttlMs", tree.text(ttl).as_bytes());
        }
        match self.scope.and_then(|node| tree.text_of(node)) {
            Some("public") => out.raw("cacheScope", br#""public""#),
            Some("private") => out.raw("cacheScope", br#""private""#),
            _ => {}
        }
        Ok(())
    }
}

/// Puts the words that the result was withheld before the blocks that begin at `from`, unless they are there.
fn withheld_first(out: &mut Vec<u8>, from: usize) {
    let mut block = Vec::from(&br#"[{"type":"text","text":"#[..]);
    write_text(WITHHELD, &mut block);
    block.push(b'}');
    let rest = out.split_off(from);
    out.extend_from_slice(&block);
    if rest != b"[]" {
        out.push(b',');
    }
    out.extend_from_slice(rest.get(1..).unwrap_or_default());
}

/// The error that the agent sees: its code, and its message searched.
pub(super) fn error(pass: &mut Pass<'_>, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let tree = Tree::read(bytes, pass.caps)?;
    let member = |name: &str| tree.member(0, name).ok_or(Failure::Malformed);
    let Value::Number(code) = tree.value_of(member("code")?) else { return Err(Failure::Malformed) };
    let code = tree.text(code);
    code.parse::<i32>().map_err(|_| Failure::Malformed)?;
    let message = tree.text_of(member("message")?).ok_or(Failure::Malformed)?;
    if tree.children(0).count() > 2 {
        pass.replaced(|_| true, 1, &Place::Extra);
    }
    let message = Text::new(message, pass.caps).redact(pass, None, Plain::Message)?;
    let mut out = Object::default();
    out.raw("code", code.as_bytes());
    out.key("message");
    write_text(&message, &mut out.bytes);
    Ok(out.finish())
}

/// An object being written.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
}

impl Object {
    /// Begins a member.
    pub(super) fn key(&mut self, key: &str) {
        self.bytes.push(if self.bytes.is_empty() { b'{' } else { b',' });
        write_text(key, &mut self.bytes);
        self.bytes.push(b':');
    }

    /// A member with this JSON.
    pub(super) fn raw(&mut self, key: &str, json: &[u8]) {
        self.key(key);
        self.bytes.extend_from_slice(json);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.bytes.is_empty() {
            self.bytes.push(b'{');
        }
        self.bytes.push(b'}');
        self.bytes
    }
}
