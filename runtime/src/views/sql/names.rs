//! Names in SQL. In: identifiers of a parse tree. Out: one spelling for all that the server takes for the same.

use super::Dialect;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// The spelling that policies compare with: lower case, except for what was quoted where quoting keeps letter case. `None`
/// for names that would be mistaken for others (with dots or quotes in them, or letters whose case servers fold differently).
pub(super) fn canonical(ident: &Ident, dialect: Dialect) -> Option<String> {
    let name = ident.value.as_str();
    let odd = |c: char| c.is_control() || matches!(c, '.' | '"' | '`' | '[' | ']' | '\'' | '\\');
    if name.is_empty() || name.contains(odd) {
        return None;
    }
    let lower = name.to_lowercase();
    if !name.is_ascii() && lower != name {
        return None;
    }
    Some(match (dialect, ident.quote_style) {
        (Dialect::Postgres, Some(_)) => name.to_owned(),
        // Unquoted names are stored in capitals: "USERS" is users, "users" is another table.
        (Dialect::Snowflake, Some(_)) if name.to_ascii_uppercase() != name => format!("\"{name}\""),
        _ => lower,
    })
}

/// The identifiers of a dotted name; `None` if a part is not an identifier.
pub(super) fn idents(name: &ObjectName) -> Option<Vec<&Ident>> {
    name.0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Some(ident),
            ObjectNamePart::Function(_) => None,
        })
        .collect()
}

/// An unquoted name is a word that servers take for a part of the statement: where the parser read it as a name, the two have
/// read different statements (`SELECT ALL INTO t` has no columns in PostgreSQL, and one named `into` here).
pub(super) fn is_reserved(ident: &Ident) -> bool {
    ident.quote_style.is_none() && RESERVED.binary_search(&ident.value.to_ascii_lowercase().as_str()).is_ok()
}

/// Sorted, in lower case (a test holds it to that). Words that are functions in some dialect (`left`, `replace`, `values`) are
/// not on it.
#[rustfmt::skip]
pub(in crate::views) const RESERVED: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "as", "asc", "asymmetric", "between", "both", "by", "case",
    "check", "collate", "constraint", "create", "cross", "delete", "desc", "distinct", "do", "drop", "else",
    "end", "escape", "except", "exec", "execute", "exists", "explain", "fetch", "for", "foreign", "from",
    "full", "grant", "group", "having", "ilike", "in", "inner", "insert", "intersect", "into", "is", "join",
    "lateral", "leading", "like", "limit", "lock", "merge", "minus", "natural", "not", "notnull", "null",
    "offset", "on", "only", "or", "order", "outer", "overlaps", "pivot", "primary", "qualify", "references",
    "returning", "revoke", "select", "set", "similar", "some", "symmetric", "table", "tablesample", "then",
    "to", "trailing", "union", "unique", "unpivot", "update", "using", "when", "where", "window", "with",
];

/// A variable or parameter (`@x`, `:x`, `$1`), which is no column.
pub(super) fn is_variable(ident: &Ident) -> bool {
    ident.quote_style.is_none() && ident.value.starts_with(['@', ':', '$'])
}
