//! What the importer could not keep of a schema. In: findings of the import. Out: notes, listed by `check`.

use std::fmt;
use std::sync::Arc;

/// One thing that the imported type says differently from the schema.
///
/// Unless its kind says otherwise, a note means that the type admits *more* than the schema does: conditions still meet only
/// values of the types that they were checked against, and a call that the server would refuse may be forwarded to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// JSON pointer into the schema; empty for its root.
    pub pointer: Arc<str>,
    /// What happened.
    pub kind: NoteKind,
    /// One line for the author: what and why.
    pub message: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}

/// What [`NoteKind::ClosedRoot`] says.
pub(super) const CLOSED_ROOT: &str =
    "the root is a free form: arguments that it does not declare are denied unless the import opens it";

/// Kinds of [`Note`], with stable slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// Became `dynamic`, although the schema says more.
    Widened,
    /// Alternatives of one kind became one type that admits more than any of them.
    Merged,
    /// "A record, or any object" became the record with further keys (semantics.md 23). Admits *less* than the schema: a declared
    /// key has its declared type.
    OpenRecord,
    /// A keyword that restricts values, but is not modeled.
    Ignored,
    /// A keyword that JSON Schema does not have.
    Unknown,
    /// A keyword whose value is not what JSON Schema wants there.
    Invalid,
    /// A `pattern` that no finite automaton can decide within bounds; any string fits. Keys that only such a pattern declares are
    /// undeclared.
    Pattern,
    /// An alternative that no value fits. Nothing is lost.
    Dropped,
    /// A reference to what is not in the document; the value is `dynamic`.
    Reference,
    /// Nothing fits: the argument can never be given, or the tool never be called.
    Nothing,
    /// `required` names a key that `properties` does not declare; it counts as declared, with any value.
    Undeclared,
    /// The root is a free form, yet undeclared arguments are denied unless an import opens it (semantics.md 5). Admits *less*
    /// than the schema.
    ClosedRoot,
}

impl NoteKind {
    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Widened => "widened",
            Self::Merged => "merged",
            Self::OpenRecord => "open_record",
            Self::Ignored => "ignored_keyword",
            Self::Unknown => "unknown_keyword",
            Self::Invalid => "invalid_keyword",
            Self::Pattern => "unsupported_pattern",
            Self::Dropped => "dropped_alternative",
            Self::Reference => "unresolved_reference",
            Self::Nothing => "nothing_fits",
            Self::Undeclared => "undeclared_required",
            Self::ClosedRoot => "closed_root",
        }
    }
}
