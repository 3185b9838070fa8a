//! Queries and what they select from. In: the clauses of a query. Out: tables, aliases and the scopes of common table
//! expressions, told to the [`Walk`].

use super::functions::is_lock_free;
use super::names::{idents, is_variable};
use super::parts;
use super::walk::{CteName, Scope, Walk};
use alloc::vec::Vec;
use sqlparser::ast::{
    BinaryOperator, Cte, Expr, ForClause, JoinConstraint, NamedWindowExpr, ObjectName, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

impl Walk {
    pub(super) fn table(&mut self, name: &ObjectName) -> Option<()> {
        let idents = idents(name)?;
        self.account(idents.len());
        let names = idents.iter().map(|ident| self.canonical(ident)).collect::<Option<Vec<_>>>()?;
        let last = names.last()?;
        self.rows.insert(last.clone());
        let target = self.targets.contains(&(&raw const *name));
        let mut ctes = self.scopes.iter().flat_map(|scope| &scope.ctes);
        if target || names.len() > 1 || !ctes.any(|cte| cte.visible && cte.name == *last) {
            self.tables.insert(names.join("."));
        }
        Some(())
    }

    pub(super) fn alias(&mut self, alias: &TableAlias) -> Option<()> {
        self.account(parts::in_alias(alias)?);
        let name = self.canonical(&alias.name)?;
        self.rows.insert(name);
        // Renaming by position hides which columns are read.
        self.star = self.star || !alias.columns.is_empty();
        Some(())
    }

    pub(super) fn items(&mut self, items: &[SelectItem]) -> Option<()> {
        for item in items {
            match item {
                SelectItem::UnnamedExpr(Expr::BinaryOp { left, op: BinaryOperator::Eq, .. }) if matches!(&**left, Expr::Identifier(ident) if is_variable(ident)) =>
                {
                    // `SELECT @x = …` assigns.
                    self.pure = false;
                }
                SelectItem::UnnamedExpr(_) => {}
                SelectItem::ExprWithAlias { alias, .. } => {
                    self.account(1);
                    self.pure = self.pure && !is_variable(alias);
                }
                SelectItem::ExprWithAliases { aliases, .. } => self.account(aliases.len()),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    self.account(parts::in_name(name)?);
                    self.star = true;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _)
                | SelectItem::Wildcard(_) => {
                    self.star = true;
                }
            }
        }
        Some(())
    }

    pub(super) fn joins(&mut self, tables: &[TableWithJoins]) -> Option<()> {
        for join in tables.iter().flat_map(|table| &table.joins) {
            match parts::constraint(&join.join_operator)? {
                JoinConstraint::Using(columns) => self.columns(columns)?,
                JoinConstraint::Natural => self.star = true,
                JoinConstraint::On(_) | JoinConstraint::None => {}
            }
        }
        Some(())
    }

    pub(super) fn factor(&mut self, factor: &TableFactor) -> Option<()> {
        match factor {
            TableFactor::Table { name, alias, args, with_hints, partitions, index_hints, .. } => {
                self.seen.insert(name);
                self.named_row(name, args.is_some(), alias.as_ref())?;
                match args {
                    Some(args) if args.settings.is_none() => self.call(name, &args.args)?,
                    Some(_) => return None,
                    None => self.table(name)?,
                }
                // Hints may take locks (`WITH (XLOCK)`); their words are expressions, so they count as columns.
                self.pure = self.pure && with_hints.iter().all(is_lock_free);
                self.account(partitions.len());
                self.account(index_hints.iter().map(|hint| hint.index_names.len()).sum());
                match alias {
                    Some(alias) if args.is_some() => self.derived_alias(alias),
                    Some(alias) => self.alias(alias),
                    None => Some(()),
                }
            }
            TableFactor::Derived { alias, .. } => {
                alias.iter().try_for_each(|alias| self.derived_alias(alias))
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                self.joins(core::slice::from_ref(table_with_joins))?;
                alias.iter().try_for_each(|alias| self.alias(alias))
            }
            TableFactor::Function { name, args, alias, .. } => {
                self.named_row(name, true, alias.as_ref())?;
                self.call(name, args)?;
                alias.iter().try_for_each(|alias| self.derived_alias(alias))
            }
            // In Snowflake `TABLE('name')` and `TABLE($name)` are the table of that name.
            TableFactor::TableFunction { expr: Expr::Function(_), alias } => {
                self.function_row("table", alias.as_ref())?;
                alias.iter().try_for_each(|alias| self.derived_alias(alias))
            }
            TableFactor::UNNEST { alias, with_offset_alias, .. } => {
                self.account(usize::from(with_offset_alias.is_some()));
                self.function_row("unnest", alias.as_ref())?;
                alias.iter().try_for_each(|alias| self.derived_alias(alias))
            }
            _ => None,
        }
    }

    /// The alias of computed rows: the columns that it renames were named, or starred, where they were computed.
    pub(super) fn derived_alias(&mut self, alias: &TableAlias) -> Option<()> {
        let star = self.star;
        self.alias(alias)?;
        self.star = star;
        Some(())
    }

    pub(super) fn query(&mut self, query: &Query) -> Option<()> {
        let plain =
            query.settings.is_none() && query.format_clause.is_none() && query.pipe_operators.is_empty();
        if !plain {
            return None;
        }
        self.pure =
            self.pure && query.locks.is_empty() && !matches!(query.for_clause, Some(ForClause::Browse));
        for name in query.locks.iter().filter_map(|lock| lock.of.as_ref()) {
            self.account(parts::in_name(name)?);
        }
        self.reveal(query, true);
        let with = query.with.as_ref();
        let ctes = with.map(|with| with.cte_tables.as_slice()).unwrap_or_default();
        let recursive = with.is_some_and(|with| with.recursive);
        let ctes = ctes.iter().map(|cte| self.cte(cte, recursive)).collect::<Option<Vec<_>>>()?;
        self.scopes.push(Scope { ctes });
        Self::body(&query.body)
    }

    pub(super) fn cte(&mut self, cte: &Cte, recursive: bool) -> Option<CteName> {
        self.account(parts::in_alias(&cte.alias)?);
        self.account(usize::from(cte.from.is_some()));
        let name = self.canonical(&cte.alias.name)?;
        Some(CteName { name, query: &raw const *cte.query, recursive, visible: false })
    }

    /// A common table expression is visible to what follows its query, and to its query if it is recursive.
    pub(super) fn reveal(&mut self, query: &Query, begins: bool) {
        for cte in self.scopes.last_mut().into_iter().flat_map(|scope| &mut scope.ctes) {
            if core::ptr::eq(cte.query, query) && (cte.recursive || !begins) {
                cte.visible = true;
            }
        }
    }

    /// `TABLE name` holds its name as text, with its quotes lost.
    pub(super) fn body(body: &SetExpr) -> Option<()> {
        let mut rest: Vec<&SetExpr> = alloc::vec![body];
        while let Some(body) = rest.pop() {
            match body {
                SetExpr::SetOperation { left, right, .. } => rest.extend([&**left, &**right]),
                SetExpr::Table(_) => return None,
                _ => {}
            }
        }
        Some(())
    }

    pub(super) fn select(&mut self, select: &Select) -> Option<()> {
        self.pure = self.pure && select.into.is_none();
        for target in select.into.iter().flat_map(|into| &into.targets) {
            let path = match target {
                Expr::Identifier(name) => core::slice::from_ref(name),
                Expr::CompoundIdentifier(path) => path,
                _ => return None,
            };
            let names = path.iter().map(|ident| self.canonical(ident)).collect::<Option<Vec<_>>>()?;
            self.tables.insert(names.join("."));
        }
        if select.exclude.is_some() {
            return None;
        }
        self.account(select.named_window.len());
        for window in &select.named_window {
            self.account(match &window.1 {
                NamedWindowExpr::NamedWindow(_) => 1,
                NamedWindowExpr::WindowSpec(spec) => usize::from(spec.window_name.is_some()),
            });
        }
        self.joins(&select.from)?;
        self.items(&select.projection)
    }
}
