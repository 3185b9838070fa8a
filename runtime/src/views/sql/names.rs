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

/// A variable or parameter (`@x`, `:x`, `$1`), which is no column.
pub(super) fn is_variable(ident: &Ident) -> bool {
    ident.quote_style.is_none() && ident.value.starts_with(['@', ':', '$'])
}
