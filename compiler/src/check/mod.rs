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
mod linear;
mod lists;
mod literal;
mod members;
pub(crate) mod omission;
mod pattern;
mod quantifier;
mod range;
mod reach;
mod scope_rule;
mod slips;
pub(crate) mod statement;
pub(crate) mod swept;
pub(crate) mod testing;
mod text;
mod unread;
mod vacuous;
pub(crate) mod walk;

use crate::resolve::anchor::Found;
use crate::typed::Expr;
use policyc_grammar::source::Span;
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
    /// Names used: `let:x`, `fn:x`, `group:x`, `std:x`.
    pub used: BTreeSet<String>,
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

pub(crate) use scope_rule::{calls, groups, mentions};
