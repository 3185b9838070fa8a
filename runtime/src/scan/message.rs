//! Splitting a call. In: the bytes of a message. Out: the tool's name and where its arguments lie; everything else is left alone.
//!
//! The whole message must be strict JSON within the caps, so duplicate keys are refused wherever they stand, and batches
//! (arrays) are refused. Keys are compared exactly, after decoding: `Method` is an unknown member and is never read, so a
//! reader that ignores case must be given the re-serialized form and not these bytes.

use super::bytes::{byte, skip_space};
use super::reject::{Member, Reject, What};
use super::strict;
use super::walk::{Members, string_at, text};
use crate::program::Caps;
use alloc::borrow::Cow;
use core::ops::Range;

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCall<'a> {
    /// The server's identity, where the form carries one.
    pub server: Option<Cow<'a, str>>,
    /// The tool's exact name.
    pub tool: Cow<'a, str>,
    /// Where the arguments' object lies in the message; `None` if there is none, which means `{}`.
    pub args: Option<Range<usize>>,
}

impl ParsedCall<'_> {
    /// The bytes of the arguments; `message` is what the call was parsed from.
    #[must_use]
    pub fn args<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        self.args.clone().and_then(|range| message.get(range)).unwrap_or(b"{}")
    }
}

/// A JSON-RPC `tools/call` request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMessage<'a> {
    /// Where the request's `id` (text or a number) lies in the message.
    pub id: Range<usize>,
    /// Where `params` lies.
    pub params: Range<usize>,
    /// What it calls.
    pub call: ParsedCall<'a>,
}

/// Splits a whole JSON-RPC 2.0 `tools/call` request.
///
/// # Errors
/// `bad_request`: not strict JSON, a batch, another method, or a member that is missing or ill-typed.
pub fn parse_message(input: &[u8], caps: Caps) -> Result<ParsedMessage<'_>, Reject> {
    let root = open(input, caps)?;
    message(input, root)
}

/// Splits the parameters of a `tools/call` request: `{"name": …, "arguments": {…}}`.
///
/// # Errors
/// `bad_request`: not strict JSON, no object, or a member that is missing or ill-typed.
pub fn parse_params(input: &[u8], caps: Caps) -> Result<ParsedCall<'_>, Reject> {
    let root = open(input, caps)?;
    params(input, root)
}

/// Splits a plain call: `{"server": …, "tool": …, "args": {…}}`, where only `tool` is required and nothing else may stand.
///
/// # Errors
/// `bad_request` as above, also for a member of another name. [`super::RejectKind::HostValue`] for `principal` and `session`:
/// they are the host's to supply, and never come from the same bytes as the arguments (semantics.md 32).
pub fn parse_call(input: &[u8], caps: Caps) -> Result<ParsedCall<'_>, Reject> {
    let root = open(input, caps)?;
    plain(input, root)
}

/// Splits a call in whichever of the three forms it has: with `method` it is a JSON-RPC request, with `name` its parameters,
/// otherwise a plain call.
///
/// # Errors
/// As the form's own function.
pub fn parse_any(input: &[u8], caps: Caps) -> Result<ParsedCall<'_>, Reject> {
    let root = open(input, caps)?;
    if member(input, root, Member::Method).is_some() {
        return Ok(message(input, root)?.call);
    }
    if member(input, root, Member::Name).is_some() { params(input, root) } else { plain(input, root) }
}

/// Checks the whole input; the brace of its root object.
fn open(input: &[u8], caps: Caps) -> Result<usize, Reject> {
    strict(input, caps, false)?;
    let root = skip_space(input, 0);
    match byte(input, root) {
        b'{' => Ok(root),
        b'[' => Err(reject(What::Batch, root)),
        _ => Err(reject(What::NotAnObject, root)),
    }
}

fn message(input: &[u8], root: usize) -> Result<ParsedMessage<'_>, Reject> {
    let version = string(input, root, Member::Jsonrpc)?;
    if version.0 != "2.0" {
        return Err(reject(What::IllTypedMember(Member::Jsonrpc), version.1));
    }
    let method = string(input, root, Member::Method)?;
    if method.0 != "tools/call" {
        return Err(reject(What::IllTypedMember(Member::Method), method.1));
    }
    let id = required(input, root, Member::Id)?;
    if !matches!(byte(input, id.start), b'"' | b'-' | b'0'..=b'9') {
        return Err(reject(What::IllTypedMember(Member::Id), id.start));
    }
    let object = required(input, root, Member::Params)?;
    if byte(input, object.start) != b'{' {
        return Err(reject(What::IllTypedMember(Member::Params), object.start));
    }
    let call = params(input, object.start)?;
    Ok(ParsedMessage { id, params: object, call })
}

fn params(input: &[u8], root: usize) -> Result<ParsedCall<'_>, Reject> {
    let tool = name(input, root, Member::Name)?;
    Ok(ParsedCall { server: None, tool, args: object(input, root, Member::Arguments)? })
}

fn plain(input: &[u8], root: usize) -> Result<ParsedCall<'_>, Reject> {
    for (key, _) in Members::new(input, root) {
        match &*text(input, key) {
            "server" | "tool" | "args" => {}
            "principal" | "session" => return Err(reject(What::HostMember, key.start)),
            _ => return Err(reject(What::UnknownMember, key.start)),
        }
    }
    let server = match member(input, root, Member::Server) {
        Some(_) => Some(name(input, root, Member::Server)?),
        None => None,
    };
    let tool = name(input, root, Member::Tool)?;
    Ok(ParsedCall { server, tool, args: object(input, root, Member::Args)? })
}

/// Where the value of a member lies.
fn member(input: &[u8], root: usize, member: Member) -> Option<Range<usize>> {
    Members::new(input, root).find(|(key, _)| text(input, *key) == member.key()).map(|(_, value)| value)
}

fn required(input: &[u8], root: usize, wanted: Member) -> Result<Range<usize>, Reject> {
    member(input, root, wanted).ok_or(reject(What::MissingMember(wanted), root))
}

/// The text of a member that must be there, and its position.
fn string(input: &[u8], root: usize, wanted: Member) -> Result<(Cow<'_, str>, usize), Reject> {
    let at = required(input, root, wanted)?.start;
    if byte(input, at) != b'"' {
        return Err(reject(What::IllTypedMember(wanted), at));
    }
    Ok((text(input, string_at(input, at.wrapping_add(1))), at))
}

/// A text that is not empty.
fn name(input: &[u8], root: usize, wanted: Member) -> Result<Cow<'_, str>, Reject> {
    let (name, at) = string(input, root, wanted)?;
    if name.is_empty() { Err(reject(What::IllTypedMember(wanted), at)) } else { Ok(name) }
}

/// An object that may be missing, but nothing else.
fn object(input: &[u8], root: usize, wanted: Member) -> Result<Option<Range<usize>>, Reject> {
    match member(input, root, wanted) {
        Some(range) if byte(input, range.start) != b'{' => {
            Err(reject(What::IllTypedMember(wanted), range.start))
        }
        found => Ok(found),
    }
}

fn reject(what: What, at: usize) -> Reject {
    Reject { what, offset: u32::try_from(at).unwrap_or(u32::MAX) }
}
