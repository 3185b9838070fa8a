//! Why a lock or a tool list cannot be used. In: what was found in its text. Out: an error with a stable kind and a place.

use policyc_grammar::source::Span;
use std::fmt;

/// Kinds of [`LockError`], with stable slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockErrorKind {
    /// The text is not JSON, or is nested too deeply.
    NotJson,
    /// An object has one key twice; readers disagree on which counts.
    DuplicateKey,
    /// The document is JSON, but no tool lock (or no tool list, where one is imported).
    WrongFormat,
    /// The lock was written for another version of the format.
    WrongVersion,
    /// A member is missing, unknown, or of the wrong type.
    BadMember,
    /// Two tools have one name.
    DuplicateTool,
    /// What the file says of a tool is not what its digest covers: it was edited by hand.
    Edited,
    /// A schema refers to another document, which is never loaded.
    ExternalRef,
    /// A tool has no `inputSchema`.
    NoSchema,
    /// The saved response is an error of the server.
    ServerFailed,
}

impl LockErrorKind {
    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::DuplicateKey => "duplicate_key",
            Self::WrongFormat => "wrong_format",
            Self::WrongVersion => "wrong_version",
            Self::BadMember => "bad_member",
            Self::DuplicateTool => "duplicate_tool",
            Self::Edited => "edited",
            Self::ExternalRef => "external_ref",
            Self::NoSchema => "no_schema",
            Self::ServerFailed => "server_failed",
        }
    }
}

/// Why a lock or a tool list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{message}")]
pub struct LockError {
    /// What is wrong.
    pub kind: LockErrorKind,
    /// One self-contained line: what, where, and what to do.
    pub message: String,
    /// The tool that it is about.
    pub tool: Option<String>,
    /// Where in the text, in bytes.
    pub span: Option<Span>,
}

impl LockError {
    pub(super) fn new(kind: LockErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), tool: None, span: None }
    }

    pub(super) fn at(self, span: Option<Span>) -> Self {
        Self { span: self.span.or(span), ..self }
    }

    pub(super) fn of_tool(self, tool: &str) -> Self {
        Self { tool: Some(tool.to_owned()), ..self }
    }
}

/// A name as messages show it: nothing hidden, nothing endless.
pub(super) struct Shown<'t>(pub(super) &'t str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short: String = self.0.chars().take(80).collect();
        write!(f, "`{}{}`", short.escape_debug(), if short.len() < self.0.len() { "…" } else { "" })
    }
}

/// Reads JSON strictly, with the errors of locks.
pub(super) fn parse(text: &str) -> Result<serde_json::Value, LockError> {
    crate::json::parse_strict(text).map_err(|error| {
        let kind = if error.duplicate_key { LockErrorKind::DuplicateKey } else { LockErrorKind::NotJson };
        let start = text.floor_char_boundary(error.offset);
        let end = text.ceil_char_boundary(start.saturating_add(1));
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        LockError::new(kind, error.message).at(Some(Span::new(at(start), at(end))))
    })
}
