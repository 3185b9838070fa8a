//! What the compiler says to people: diagnostics with stable codes. In: every phase. Out: plain data ([`Diagnostic`]) that the
//! renderers (terminal, JSON, SARIF) and the language server turn into their own words.

mod excerpt;
pub(crate) use excerpt::shown;
pub mod github;
pub mod json;
pub mod pages;
pub mod positions;
mod registry;
pub mod render;
pub mod sarif;
pub mod sources;
pub mod syntax;

#[cfg(test)]
mod tests;

pub use registry::{Code, Level};

use policyc_grammar::source::Span;
use std::sync::Arc;

/// A place in one of the files of a check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file as it was named: relative to the working directory or the importing file, with `/`.
    pub file: Arc<str>,
    /// Bytes, half-open, from the start of the file.
    pub span: Span,
}

/// A secondary place and what it has to do with the matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where.
    pub at: Location,
    /// What stands there, on one line.
    pub message: String,
}

/// One thing to tell the author.
///
/// `message` stands alone on one line: lower-case start, no full stop, user text in backticks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Where it is.
    pub at: Location,
    /// Which kind.
    pub code: Code,
    /// How grave; the code's own level unless a context raises it (findings in guardrails are errors).
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to put under the primary place, if not the message itself.
    pub hint: Option<String>,
    /// Other places.
    pub labels: Vec<Label>,
    /// Further facts, one line each.
    pub notes: Vec<String>,
    /// What to do, one line.
    pub help: Option<String>,
    /// A replacement of the primary place that would mend it, if there is one.
    pub fix: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of the code's own level.
    #[must_use]
    pub fn new(code: Code, at: Location, message: impl Into<String>) -> Self {
        Self {
            at,
            code,
            level: code.level(),
            message: message.into(),
            hint: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// With a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a text under the primary place.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn label(mut self, at: Location, message: impl Into<String>) -> Self {
        self.labels.push(Label { at, message: message.into() });
        self
    }

    /// With a replacement of the primary place.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = Some(text.into());
        self
    }
}
