//! Tool lists: which tools a statement is about. In: parser actions. Out: [`ToolList`].

use super::{Expr, Name, Text};
use crate::source::Span;

/// `A.x, B.list_*, writes except B.secret where destructiveHint having args.ids`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ToolList {
    /// One or more patterns, joined.
    pub patterns: Vec<ToolPattern>,
    /// Patterns taken out again.
    pub except: Vec<ToolPattern>,
    /// `where e` over locked hints; may only restrict (language.md section 6).
    pub hints: Option<Box<Expr>>,
    /// `having args.path, …`: keeps the tools that declare every path.
    pub having: Vec<Expr>,
    /// The whole list.
    pub span: Span,
}

/// One pattern of a tool list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ToolPattern {
    /// What it is.
    pub kind: ToolPatternKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of tool pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ToolPatternKind {
    /// `*`: every tool of every import.
    Every,
    /// `writes`: a group (or an unqualified name, which the resolver reports).
    Group(Name),
    /// `crm.search_objects`, `crm."odd.name"`.
    Exact(Name, Name),
    /// `crm.*`, `crm.search_*`, `*.delete_*` (alias `*`): the glob text after the dot; `*` matches any characters of the tool's name.
    Glob(Name, Text),
}
