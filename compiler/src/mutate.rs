//! Changes of a policy that its tests ought to notice. In: a checked policy. Out: its [`Mutant`]s: small changes of its text, each of which
//! might have been a slip of its author; and, of each, whether a test block or an expectation notices it ([`trial`]).
//!
//! Changes are made in the text, so that each can be shown as its author would have made it. Tests are not changed, nor is what people
//! are told: titles, reasons, disclaimers.

mod bounds;
mod collect;
mod conditions;
mod redactions;
mod remembered;
mod statements;
#[cfg(test)]
mod tests;
mod tools;
pub mod trial;

use crate::report::{FileText, Report};
use crate::resolve::paths;
use collect::Collector;
use policyc_grammar::ast::ItemKind;
use policyc_grammar::parse::parse;
use policyc_grammar::source::Span;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A change of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The file, as the report names it.
    pub file: Arc<str>,
    /// What kind of change it is.
    pub kind: Kind,
    /// The statement or definition: `refunds.small`.
    pub statement: String,
    /// What is changed, on one line.
    pub before: String,
    /// The same after the change; empty where it is dropped.
    pub after: String,
    /// Byte of the file at which the change begins.
    pub at: u32,
    /// The change itself, from the file's beginning; apart and in order.
    pub edits: Vec<Edit>,
}

/// A piece of text and what replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The piece.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// Kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `<` to `<=`, `==` to `!=`.
    Comparison,
    /// A condition to its contrary, `any` to `all`.
    Negation,
    /// An operand of `and`, `or`, `++` or `??` is dropped.
    Operand,
    /// `and` to `or`, `+` to `-`.
    Operator,
    /// A number, a date or a duration is moved by one unit.
    Bound,
    /// `true` to `false`.
    Constant,
    /// An element of a list of constants is dropped.
    Element,
    /// A pattern matches elsewhere, or in another case.
    Pattern,
    /// A `when`, `unless` or `where` is dropped.
    Clause,
    /// Another effect.
    Effect,
    /// A statement is dropped.
    Statement,
    /// An arm of a `decide` is dropped.
    Arm,
    /// Two arms change places.
    Order,
    /// A tool is dropped from a list, or from its exceptions.
    Tool,
    /// What a fact learns from, or sets a label, is dropped.
    Source,
    /// A part of a limit is dropped: a key, `distinct`, `failures count`.
    Limit,
    /// Another quorum, another time to approve in, an approver too few.
    Terms,
    /// A path or a pattern is dropped from a redaction, or an exception of it.
    Redaction,
}

impl Kind {
    /// How it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Negation => "negation",
            Self::Operand => "operand",
            Self::Operator => "operator",
            Self::Bound => "bound",
            Self::Constant => "constant",
            Self::Element => "element",
            Self::Pattern => "pattern",
            Self::Clause => "clause",
            Self::Effect => "effect",
            Self::Statement => "statement",
            Self::Arm => "arm",
            Self::Order => "order",
            Self::Tool => "tool",
            Self::Source => "source",
            Self::Limit => "limit",
            Self::Terms => "terms",
            Self::Redaction => "redaction",
        }
    }
}

/// Every change of a policy, by file and place. Guardrails that the policy imports have tests of their own and are not changed, unless
/// they are the root.
#[must_use]
pub fn mutants(report: &Report) -> Vec<Mutant> {
    own_files(report).into_iter().flat_map(of_file).collect()
}

fn of_file(file: &FileText) -> Vec<Mutant> {
    let tree = parse(&file.text).ast;
    let mut found = Collector::new(file);
    for item in &tree.items {
        found.item(item);
    }
    found.finish()
}

/// The root and the files that it imports whole, in the order met.
pub(crate) fn own_files(report: &Report) -> Vec<&FileText> {
    let mut out: Vec<&FileText> = report.files.first().into_iter().collect();
    let mut seen: BTreeSet<&str> = out.iter().map(|file| &*file.path).collect();
    let mut next = 0;
    while let Some(file) = out.get(next).copied() {
        next += 1;
        for item in parse(&file.text).ast.items {
            let ItemKind::ImportFile(import) = &item.kind else { continue };
            let path = paths::join(&file.path, &import.value);
            let found = report.files.iter().find(|file| *file.path == *path);
            out.extend(found.filter(|file| seen.insert(&file.path)));
        }
    }
    out
}

impl Mutant {
    /// The file's text with the change made.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        applied(text, Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)), &self.edits)
    }
}

/// A piece of a text with changes made; those outside of it do not show.
pub(crate) fn applied(text: &str, shown: Span, edits: &[Edit]) -> String {
    let slice = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
    let mut out = String::new();
    let mut at = shown.start;
    for edit in edits.iter().filter(|edit| edit.span.start >= shown.start && edit.span.end <= shown.end) {
        out.push_str(slice(at, edit.span.start));
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(slice(at, shown.end));
    out
}
