//! `sql(s, dialect)`. In: text and the dialect of the server that will run it. Out: what its statements do, read from a real
//! parse tree (the `sqlparser` crate), or nothing (semantics.md 26).
//!
//! Whatever this room does not know makes the view absent: a statement or clause it has no rule for, an identifier that no
//! rule accounts for, a comment that some servers execute. `read_only` is true only for what cannot change anything; names
//! are over-reported rather than missed.
//!
//! What users have defined is not known: a view, an operator, a cast, a function of a built-in one's name, and where `x.f` may be
//! a call, a function of a table's row (`orders.f`).

mod changes;
mod dialect;
mod fields;
mod functions;
mod guard;
mod lexis;
mod names;
mod parts;
mod statement;
mod tables;
mod walk;

pub use dialect::{DIALECTS, Dialect};
#[cfg(test)]
pub(super) use {functions::PURE, names::RESERVED};

use super::screen::is_clean;
use alloc::string::String;
use alloc::vec::Vec;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;
use walk::Walk;

/// Longest text in bytes that is read.
pub const LONGEST: usize = 65_536;

/// What a text of SQL does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// No statement can change data, definitions, sessions, locks or files.
    pub read_only: bool,
    /// What the statements are, out of [`KINDS`]: each once, in order of first appearance, with those inside other
    /// statements (`WITH … AS (DELETE …)`), subqueries aside.
    pub kinds: Vec<&'static str>,
    /// What they name; `None` if some statement is none of select, insert, replace, update, delete, merge, truncate.
    pub names: Option<Names>,
}

/// What statements name. Names are in lower case unless they were quoted and their server tells letter case apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Tables, `schema.table` where a schema is written; without common table expressions. Sorted.
    pub tables: Vec<String>,
    /// Columns mentioned anywhere, and aliases of columns that are mentioned again, without qualifiers. Sorted.
    pub columns: Vec<String>,
    /// More columns may be read or written than are mentioned: `*`, whole rows, positional renaming, `NATURAL JOIN`, an
    /// `INSERT` without columns.
    pub star: bool,
}

/// What `sql(…).kinds` may contain.
pub const KINDS: [&str; 24] = [
    "select",
    "select_into",
    "insert",
    "replace",
    "update",
    "delete",
    "merge",
    "truncate",
    "create",
    "alter",
    "drop",
    "rename",
    "comment",
    "grant",
    "revoke",
    "call",
    "execute",
    "copy",
    "set",
    "use",
    "transaction",
    "lock",
    "explain",
    "show",
];

/// Reads statements of a dialect.
#[must_use]
pub fn sql(text: &str, dialect: Dialect) -> Option<Sql> {
    if text.len() > LONGEST || !is_clean(text) {
        return None;
    }
    let tokens = guard::tokens(text, dialect)?;
    let parser = Parser::new(dialect.parser()).with_recursion_limit(guard::MAX_NESTING);
    let mut parser = parser.with_tokens_with_locations(tokens);
    let statements = parser.parse_statements().ok()?;
    // The parser stops at a stray END and leaves the rest of the text unread.
    let whole = parser.peek_token_ref().token == Token::EOF;
    if statements.is_empty() || !whole {
        return None;
    }
    let mut walk = Walk::new(dialect);
    for statement in &statements {
        walk.statement(statement)?;
    }
    Some(walk.finish())
}
