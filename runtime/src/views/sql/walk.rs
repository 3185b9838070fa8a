//! The walk over a parse tree. In: statements. Out: kinds, names, and whether anything can change.
//!
//! The crate's visitor reaches every expression, query, table and identifier. Each hook names the identifiers that it has a
//! rule for; where the visitor has met more identifiers than rules were found for, some clause is unknown and the view is
//! absent.

use super::fields::Fields;
use super::functions::{is_count, is_pure};
use super::names::{canonical, is_reserved, is_variable};
use super::statement::kind;
use super::{Dialect, Names, Sql, parts};
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Interval,
    ObjectName, Query, Select, Statement, TableFactor, Value, Visit, Visitor, WindowType,
};

/// Collects over the statements of one text.
pub(super) struct Walk {
    pub(super) dialect: Dialect,
    pub(super) pure: bool,
    pub(super) named: bool,
    pub(super) kinds: Vec<&'static str>,
    pub(super) tables: BTreeSet<String>,
    pub(super) columns: BTreeSet<String>,
    pub(super) fields: Fields,
    /// Names and aliases that rows go by.
    pub(super) rows: BTreeSet<String>,
    pub(super) star: bool,
    /// Identifiers that the visitor met, and those that a rule accounts for.
    pub(super) met: usize,
    pub(super) known: usize,
    pub(super) scopes: Vec<Scope>,
    /// Addresses of table names that were accounted for with their table factor, or that are written to.
    pub(super) seen: BTreeSet<*const ObjectName>,
    pub(super) targets: BTreeSet<*const ObjectName>,
}

/// The common table expressions of one query.
pub(super) struct Scope {
    pub(super) ctes: Vec<CteName>,
}

pub(super) struct CteName {
    pub(super) name: String,
    pub(super) query: *const Query,
    pub(super) recursive: bool,
    pub(super) visible: bool,
}

/// What breaks the walk: something without a rule.
type Step = ControlFlow<()>;

fn step(known: Option<()>) -> Step {
    known.map_or(ControlFlow::Break(()), ControlFlow::Continue)
}

impl Walk {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            pure: true,
            named: true,
            kinds: Vec::new(),
            tables: BTreeSet::new(),
            columns: BTreeSet::new(),
            fields: Fields::default(),
            rows: BTreeSet::new(),
            star: false,
            met: 0,
            known: 0,
            scopes: Vec::new(),
            seen: BTreeSet::new(),
            targets: BTreeSet::new(),
        }
    }

    /// Takes in one statement; `None` if it holds something that there is no rule for.
    pub(super) fn statement(&mut self, statement: &Statement) -> Option<()> {
        let known = kind(statement)?;
        if let Statement::Explain { statement, .. } = statement {
            self.add_kinds(known.names);
            self.pure = self.pure && known.reads;
            return self.statement(statement);
        }
        if known.named {
            self.scopes.clear();
            self.seen.clear();
            self.targets.clear();
            return (statement.visit(self).is_continue() && self.met == self.known).then_some(());
        }
        self.add_kinds(known.names);
        self.named = false;
        self.pure = self.pure && known.reads;
        if known.reads {
            // The filter of a SHOW may hold any expression; its names are not reported.
            let mut filter = Self::new(self.dialect);
            self.pure = self.pure && statement.visit(&mut filter).is_continue() && filter.finish().read_only;
        }
        Some(())
    }

    pub(super) fn finish(self) -> Sql {
        let read_only = self.pure && self.fields_are_columns();
        let whole_row =
            self.dialect.has_whole_rows() && self.columns.iter().any(|name| self.rows.contains(name));
        let names = Names {
            tables: self.tables.into_iter().collect(),
            columns: self.columns.into_iter().collect(),
            star: self.star || whole_row,
        };
        Sql { read_only, kinds: self.kinds, names: self.named.then_some(names) }
    }

    fn add_kinds(&mut self, names: &[&'static str]) {
        for name in names {
            if !self.kinds.contains(name) {
                self.kinds.push(name);
            }
        }
    }

    pub(super) fn account(&mut self, count: usize) {
        self.known = self.known.saturating_add(count);
    }

    pub(super) fn canonical(&self, ident: &Ident) -> Option<String> {
        canonical(ident, self.dialect)
    }

    pub(super) fn column(&mut self, ident: &Ident) -> Option<()> {
        if is_variable(ident) {
            self.variable(&ident.value);
        } else {
            let name = self.canonical(ident)?;
            self.columns.insert(name);
        }
        Some(())
    }

    /// In Snowflake `$1` is a row's first column, in SQL Server `$IDENTITY` the column that numbers rows.
    fn variable(&mut self, name: &str) {
        let column = |rest: &str| match self.dialect {
            Dialect::Snowflake => true,
            Dialect::Mssql => rest.starts_with(|c: char| c.is_ascii_alphabetic()),
            _ => false,
        };
        self.star = self.star || name.strip_prefix('$').is_some_and(column);
    }

    /// Columns that are named outside expressions, qualifiers included.
    pub(super) fn columns<'a>(&mut self, names: impl IntoIterator<Item = &'a ObjectName>) -> Option<()> {
        for name in names {
            self.account(parts::in_name(name)?);
            self.column(parts::column(name)?)?;
        }
        Some(())
    }

    pub(super) fn call(&mut self, name: &ObjectName, args: &[FunctionArg]) -> Option<()> {
        self.account(parts::in_name(name)?);
        self.pure = self.pure && is_pure(name, self.dialect);
        for arg in args {
            let value = match arg {
                FunctionArg::Named { arg, .. } => {
                    self.account(1);
                    arg
                }
                FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg) => arg,
            };
            match value {
                FunctionArgExpr::Expr(_) => {}
                FunctionArgExpr::QualifiedWildcard(name) => {
                    self.account(parts::in_name(name)?);
                    self.star = true;
                }
                FunctionArgExpr::Wildcard => self.star = self.star || !is_count(name),
                FunctionArgExpr::WildcardWithOptions(_) => self.star = true,
            }
        }
        Some(())
    }

    pub(super) fn function(&mut self, function: &Function) -> Option<()> {
        let list = |args: &FunctionArguments| match args {
            FunctionArguments::List(list) => list.args.clone(),
            FunctionArguments::None | FunctionArguments::Subquery(_) => Vec::new(),
        };
        self.call(&function.name, &list(&function.args))?;
        if !matches!(function.parameters, FunctionArguments::None) {
            return None;
        }
        match &function.over {
            Some(WindowType::NamedWindow(_)) => self.account(1),
            Some(WindowType::WindowSpec(spec)) => self.account(usize::from(spec.window_name.is_some())),
            None => {}
        }
        Some(())
    }

    fn compound(&mut self, path: &[Ident]) -> Option<()> {
        self.account(path.len());
        self.qualified(path)?;
        let (last, before) = path.split_last()?;
        self.column(last)?;
        if self.dialect.has_dotted_fields() {
            // `a.b.c` may be field c of column b of a, or field b.c of column a.
            before.iter().try_for_each(|ident| self.column(ident))?;
        }
        Some(())
    }

    fn value(&mut self, value: &Value) {
        match value {
            // With `ANSI_QUOTES` a server takes a text in double quotes for a column.
            Value::DoubleQuotedString(text) if self.dialect == Dialect::Mysql => {
                self.columns.insert(text.to_lowercase());
            }
            Value::Placeholder(name) => self.variable(name),
            _ => {}
        }
    }

    /// Where a unit or a computed value is not part of the syntax, `INTERVAL x` is a column of that name with an alias.
    fn is_interval(&self, interval: &Interval) -> bool {
        let literal = matches!(&*interval.value, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
        let unit =
            matches!(self.dialect, Dialect::Mysql | Dialect::Bigquery) && interval.leading_field.is_some();
        literal || unit
    }

    /// Rules for expressions; those that hold only expressions need none beyond being listed.
    fn expr(&mut self, expr: &Expr) -> Option<()> {
        match expr {
            Expr::Identifier(ident) => {
                self.account(1);
                self.column(ident)?;
            }
            Expr::CompoundIdentifier(path) => self.compound(path)?,
            Expr::BinaryOp { op, .. }
            | Expr::AnyOp { compare_op: op, .. }
            | Expr::AllOp { compare_op: op, .. } => {
                // User-defined operators run functions; `:=` assigns.
                let defined =
                    matches!(op, BinaryOperator::Custom(_) | BinaryOperator::PGCustomBinaryOperator(_));
                self.pure = self.pure && !defined && !matches!(op, BinaryOperator::Assignment);
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain)?,
            Expr::Value(value) => self.value(&value.value),
            Expr::Function(function) => self.function(function)?,
            Expr::Cast { data_type, .. } => self.account(parts::in_type(data_type)?),
            Expr::TypedString(typed) if matches!(typed.value.value, Value::SingleQuotedString(_)) => {
                self.account(parts::in_type(&typed.data_type)?);
            }
            Expr::Convert { data_type, charset, .. } => {
                self.account(data_type.as_ref().map_or(Some(0), parts::in_type)?);
                self.account(charset.as_ref().map_or(Some(0), parts::in_name)?);
            }
            Expr::Extract { field, .. } => self.account(parts::in_field(field)),
            Expr::Ceil { field, .. } | Expr::Floor { field, .. } => self.account(parts::in_rounding(field)),
            Expr::Interval(interval) if self.is_interval(interval) => {
                self.account(parts::in_interval(interval))
            }
            Expr::Collate { collation, .. } => self.account(parts::in_name(collation)?),
            Expr::Prefixed { .. } if self.dialect == Dialect::Mysql => self.account(1),
            Expr::MatchAgainst { columns, .. } => self.columns(columns)?,
            Expr::Wildcard(_) => self.star = true,
            Expr::QualifiedWildcard(name, _) => {
                self.account(parts::in_name(name)?);
                self.star = true;
            }
            other => return holds_only_expressions(other).then_some(()),
        }
        Some(())
    }

    fn begin(&mut self, statement: &Statement) -> Option<()> {
        let known = kind(statement)?;
        self.add_kinds(known.names);
        self.pure = self.pure && known.reads;
        self.named = self.named && known.named;
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Merge(merge) => self.merge(merge),
            _ => Some(()),
        }
    }
}

impl Visitor for Walk {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> Step {
        step(self.begin(statement))
    }

    fn pre_visit_query(&mut self, query: &Query) -> Step {
        step(self.query(query))
    }

    fn post_visit_query(&mut self, query: &Query) -> Step {
        self.scopes.pop();
        self.reveal(query, false);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> Step {
        step(self.select(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Step {
        step(self.factor(factor))
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> Step {
        let seen = self.seen.contains(&(&raw const *name));
        step(if seen { Some(()) } else { self.table(name) })
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Step {
        step(self.expr(expr))
    }

    fn pre_visit_ident(&mut self, ident: &Ident) -> Step {
        self.met = self.met.saturating_add(1);
        step((!is_reserved(ident)).then_some(()))
    }
}

/// Forms whose parts are all expressions, queries or constants, and that compute something from them.
fn holds_only_expressions(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::JsonAccess { .. }
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::IsJson { .. }
            | Expr::IsNormalized { .. }
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::InUnnest { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::SimilarTo { .. }
            | Expr::RLike { .. }
            | Expr::UnaryOp { .. }
            | Expr::AtTimeZone { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. }
            | Expr::Overlay { .. }
            | Expr::Nested(_)
            | Expr::Case { .. }
            | Expr::Exists { .. }
            | Expr::Subquery(_)
            | Expr::GroupingSets(_)
            | Expr::Cube(_)
            | Expr::Rollup(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::MemberOf(_)
    )
}
