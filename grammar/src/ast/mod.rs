//! The syntax tree. In: what the parser read. Out: plain data, no meaning attached.
//!
//! Spans inside an [`Item`] count from the item's own first byte ([`Item::start`]), so that text which moves without
//! changing compares equal. The depth of every tree is bounded by the parser ([`crate::parse::MAX_DEPTH`]), so walks may recurse.

pub mod dump;
mod expr;
mod item;
pub mod spans;
mod tools;
mod types;

pub use expr::*;
pub use item::*;
pub use tools::*;
pub use types::*;

use crate::source::Span;
pub use compact_str::CompactString as Text;

/// A name as written, with its place. `quoted` names came as string literals (`args."$filter"`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name without quotes, escapes resolved.
    pub text: Text,
    /// Where it stands.
    pub span: Span,
}

/// A string literal, escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StringLit {
    /// The value.
    pub value: Text,
    /// Where it stands, quotes included.
    pub span: Span,
}
