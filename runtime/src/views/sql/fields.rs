//! Fields that may be functions. In: dotted names and what their qualifiers are bound to. Out: whether each is a column.
//!
//! PostgreSQL reads `x.f` as `f(x)` where x has no column f: `('q').nextval`, `SELECT r.pg_read_file FROM lower('…') AS r`.
//! So a field of a value, and a field of a function's row that is none of its columns, is a call of that name. The row of a
//! table or of a query only fits functions that users define for it: `orders.f` counts as a column.

use super::functions::is_row_function;
use super::walk::Walk;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use sqlparser::ast::{AccessExpr, Expr, Ident, ObjectName, TableAlias};

/// Dotted names, and the rows that they may be columns of.
#[derive(Default)]
pub(super) struct Fields {
    /// The last two parts of each dotted name.
    named: Vec<(String, String)>,
    /// The rows of table functions: their name or alias, and their columns.
    rows: Vec<(String, Vec<String>)>,
}

/// Columns that advance or read a sequence, in servers where `s.nextval` does so.
fn is_sequence(ident: &Ident) -> bool {
    ["nextval", "currval", "setval", "lastval", "prevval"]
        .iter()
        .any(|name| ident.value.eq_ignore_ascii_case(name))
}

impl Walk {
    /// A dotted name outside functions: `qualifier.column`, more qualifiers before it.
    pub(super) fn qualified(&mut self, path: &[Ident]) -> Option<()> {
        let [.., qualifier, column] = path else { return Some(()) };
        self.pure = self.pure && !is_sequence(column);
        if self.dialect.calls_fields() {
            let pair = (self.canonical(qualifier)?, self.canonical(column)?);
            self.fields.named.push(pair);
        }
        Some(())
    }

    /// `(value).field`, `value[1].field`, `table.column[1]`.
    pub(super) fn access(&mut self, root: &Expr, chain: &[AccessExpr]) -> Option<()> {
        let field = |access: &AccessExpr| match access {
            AccessExpr::Dot(Expr::Identifier(ident)) => Some(ident.clone()),
            _ => None,
        };
        let mut path: Vec<Ident> = match root {
            Expr::Identifier(ident) => alloc::vec![ident.clone()],
            Expr::CompoundIdentifier(path) => path.clone(),
            _ => Vec::new(),
        };
        let mut rest = chain;
        while let ([access, after @ ..], false) = (rest, path.is_empty()) {
            let Some(ident) = field(access) else { break };
            path.push(ident);
            rest = after;
        }
        for access in rest {
            let AccessExpr::Dot(accessed) = access else { continue };
            let named = field(access).is_some_and(|ident| !is_sequence(&ident));
            self.pure =
                self.pure && named && !self.dialect.calls_fields() && !matches!(accessed, Expr::Function(_));
        }
        self.qualified(&path)
    }

    /// A function in FROM: what its row goes by, and what its columns are called.
    pub(super) fn function_row(&mut self, name: &str, alias: Option<&TableAlias>) -> Option<()> {
        let mut columns = Vec::from([name.to_string()]);
        if name.starts_with("json") {
            columns.extend(["key", "value"].map(String::from));
        }
        let mut row = name.to_string();
        if let Some(alias) = alias {
            row = self.canonical(&alias.name)?;
            columns.push(row.clone());
            for column in &alias.columns {
                columns.push(self.canonical(&column.name)?);
            }
        }
        self.rows.insert(row.clone());
        self.fields.rows.push((row, columns));
        Some(())
    }

    /// The same for a function that is named; a table's name may be one (`FROM current_user AS u`).
    pub(super) fn named_row(
        &mut self,
        name: &ObjectName,
        is_call: bool,
        alias: Option<&TableAlias>,
    ) -> Option<()> {
        if !(is_call || is_row_function(name)) {
            return Some(());
        }
        let last = self.canonical(super::parts::column(name)?)?;
        self.function_row(&last, alias)
    }

    /// Every dotted name is a column of something that the text selects from.
    pub(super) fn fields_are_columns(&self) -> bool {
        let Fields { named, rows } = &self.fields;
        named.iter().all(|(qualifier, column)| {
            let functions = rows.iter().filter(|(row, _)| row == qualifier);
            self.rows.contains(qualifier) && functions.clone().all(|(_, columns)| columns.contains(column))
        })
    }
}
