//! Checks statements: names to places, values to types, conditions to typed trees, one tool at a time. In: an item and the
//! [`World`](crate::resolve::namespace::World) it stands in. Out: [`Checked`].

mod admits;
mod alphabet;
mod arithmetic;
mod call;
mod clauses;
mod coalesce;
mod compare;
mod cond;
mod cx;
pub(crate) mod definitions;
mod field;
pub(crate) mod findings;
pub(crate) mod form;
mod function;
mod guards;
mod kind;
pub(crate) mod learning;
pub(crate) mod limit;
mod linear;
mod lists;
mod literal;
mod members;
mod no_result;
pub(crate) mod omission;
mod pattern;
mod polarity;
mod quantifier;
mod range;
mod reach;
mod remembered;
mod scope_rule;
pub(crate) mod shown;
mod slips;
pub(crate) mod statement;
pub(crate) mod swept;
pub(crate) mod testing;
mod text;
mod unread;
mod vacuous;
pub(crate) mod walk;

use crate::resolve::anchor::Found;
use crate::typed::{Action, Expr, PathStep, Pattern, Window};
use policyc_grammar::source::Span;
use policyc_runtime::program::memory::{Counting, Scope};
use policyc_runtime::program::{ApprovalTerms, Effect, StatementKind};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The result of checking one rule, decide or hide. Spans count from its item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Checked {
    /// What is wrong.
    pub found: Vec<Found>,
    /// One per rule or hide, one per arm of a decide.
    pub heads: Vec<Head>,
    /// Is a `decide`: the conditions of one tool are ordered arms.
    pub ordered: bool,
    /// For each tool, the condition of each head.
    pub tools: Vec<(u32, Arc<[Arc<Expr>]>)>,
    /// Of an `allow` without a condition: tools that only a pattern selects and that may write.
    pub swept: Vec<(swept::Risk, u32)>,
    /// Where to say so.
    pub swept_at: Span,
    /// Of a fact or label: what calls of a tool change, and when.
    pub actions: Vec<(u32, Section, Action)>,
    /// Of a limit: what it is.
    pub limit: Option<LimitShape>,
    /// Of a limit: per tool when a call counts, its keys and how much it counts.
    pub counts: Vec<(u32, Arc<Expr>, Vec<Expr>, Expr)>,
    /// Of a result rule or redaction: per tool, when it holds.
    pub shown: Vec<(u32, Arc<Expr>)>,
    /// Of a reply rule or disclaimer: when it holds.
    pub reply: Option<Arc<Expr>>,
    /// Of a redaction: what it takes out.
    pub redaction: Option<RedactionShape>,
    /// Of a disclaimer: its text.
    pub disclaimer: Option<Arc<str>>,
    /// Names used: `let:x`, `fn:x`, `group:x`, `std:x`.
    pub used: BTreeSet<String>,
}

/// When something that is remembered changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// When the call is admitted.
    Admit,
    /// When it has succeeded.
    Learn,
    /// Before any of its result is shown.
    Shown,
}

/// A limit before it is numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LimitShape {
    pub scope: Scope,
    pub keys: u8,
    pub max: i128,
    pub window: Window,
    pub counting: Counting,
    pub keeps_failures: bool,
    /// Its name.
    pub at: Span,
}

/// A redaction before it is numbered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RedactionShape {
    pub paths: Vec<Vec<PathStep>>,
    pub patterns: Vec<Pattern>,
    pub marker: Arc<str>,
    pub keep_images: bool,
}

/// A statement's head before ids are qualified and numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// `refunds.small`.
    pub id: Arc<str>,
    pub effect: Effect,
    pub kind: StatementKind,
    pub shadow: bool,
    pub because: Arc<str>,
    pub terms: Option<ApprovalTerms>,
    pub docs: Arc<str>,
    pub span: Span,
}

pub(crate) use literal::duration_ms;
pub(crate) use scope_rule::{calls, groups, mentions};
