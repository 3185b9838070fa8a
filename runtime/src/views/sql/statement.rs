//! Kinds of statements. In: one statement of a parse tree. Out: what it is called, and whether its kind alone changes nothing.

use sqlparser::ast::{
    Insert, MysqlInsertPriority, OnConflictAction, OnInsert, SetExpr, SqliteOnConflict, Statement,
    UtilityOption,
};

/// What is known of a statement before its parts are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// One or two names out of [`KINDS`](super::KINDS); none if a statement inside tells.
    pub names: &'static [&'static str],
    /// It changes nothing, if its parts do not.
    pub reads: bool,
    /// Its tables and columns can be told from its parts.
    pub named: bool,
}

const fn writes(names: &'static [&'static str]) -> Option<Kind> {
    Some(Kind { names, reads: false, named: false })
}

const fn shows() -> Option<Kind> {
    Some(Kind { names: &["show"], reads: true, named: false })
}

/// The kind of a statement; `None` for one that there is no rule for.
pub(super) fn kind(statement: &Statement) -> Option<Kind> {
    use Statement as S;
    match statement {
        S::Query(query) => Some(Kind { names: query_names(&query.body), reads: true, named: true }),
        S::Insert(insert) => Some(Kind { names: insert_names(insert)?, reads: false, named: true }),
        S::Update(_) => Some(Kind { names: &["update"], reads: false, named: true }),
        S::Delete(_) => Some(Kind { names: &["delete"], reads: false, named: true }),
        S::Merge(_) => Some(Kind { names: &["merge"], reads: false, named: true }),
        S::Truncate(_) => Some(Kind { names: &["truncate"], reads: false, named: true }),
        S::Explain { analyze, options, .. } => {
            let plans_only = !analyze && options.iter().flatten().all(is_harmless);
            Some(Kind { names: &["explain"], reads: plans_only, named: true })
        }
        S::ExplainTable { .. }
        | S::ShowColumns { .. }
        | S::ShowCreate { .. }
        | S::ShowDatabases { .. }
        | S::ShowFunctions { .. }
        | S::ShowCollation { .. }
        | S::ShowCharset(_)
        | S::ShowObjects(_)
        | S::ShowSchemas { .. }
        | S::ShowStatus { .. }
        | S::ShowTables { .. }
        | S::ShowVariable { .. }
        | S::ShowVariables { .. }
        | S::ShowViews { .. } => shows(),
        other => definition(other),
    }
}

/// Statements that change definitions, rights, sessions or transactions.
fn definition(statement: &Statement) -> Option<Kind> {
    use Statement as S;
    match statement {
        S::CreateTable(_)
        | S::CreateView(_)
        | S::CreateIndex(_)
        | S::CreateRole(_)
        | S::CreateUser(_)
        | S::CreateSchema { .. }
        | S::CreateDatabase { .. }
        | S::CreateFunction(_)
        | S::CreateProcedure { .. }
        | S::CreateTrigger(_)
        | S::CreateSequence { .. }
        | S::CreateDomain(_)
        | S::CreateType { .. }
        | S::CreateExtension(_)
        | S::CreatePolicy(_)
        | S::CreateStage { .. }
        | S::CreateVirtualTable { .. } => writes(&["create"]),
        S::AlterTable(_)
        | S::AlterView { .. }
        | S::AlterIndex { .. }
        | S::AlterRole { .. }
        | S::AlterUser(_)
        | S::AlterSchema(_)
        | S::AlterType(_)
        | S::AlterFunction(_)
        | S::AlterPolicy(_) => writes(&["alter"]),
        S::Drop { .. }
        | S::DropFunction(_)
        | S::DropProcedure { .. }
        | S::DropTrigger(_)
        | S::DropDomain(_)
        | S::DropExtension(_)
        | S::DropPolicy(_) => writes(&["drop"]),
        S::RenameTable(_) => writes(&["rename"]),
        S::Comment { .. } => writes(&["comment"]),
        S::Grant(_) => writes(&["grant"]),
        S::Revoke(_) | S::Deny(_) => writes(&["revoke"]),
        S::Call(_) => writes(&["call"]),
        S::Execute { .. } | S::Prepare { .. } | S::Deallocate { .. } => writes(&["execute"]),
        S::Copy { .. } | S::CopyIntoSnowflake { .. } | S::LoadData { .. } | S::Unload { .. } => {
            writes(&["copy"])
        }
        S::Set(_) | S::Reset(_) | S::AlterSession { .. } => writes(&["set"]),
        S::Use(_) => writes(&["use"]),
        S::StartTransaction { statements, exception: None, .. } if statements.is_empty() => {
            writes(&["transaction"])
        }
        S::Commit { .. } | S::Rollback { .. } | S::Savepoint { .. } | S::ReleaseSavepoint { .. } => {
            writes(&["transaction"])
        }
        S::Lock(_) | S::LockTables { .. } | S::UnlockTables => writes(&["lock"]),
        _ => None,
    }
}

/// A query is a selection, unless its body is a statement that is visited for itself.
fn query_names(body: &SetExpr) -> &'static [&'static str] {
    let mut body = body;
    loop {
        body = match body {
            SetExpr::Query(query) => &query.body,
            SetExpr::Select(select) if select.into.is_some() => return &["select_into"],
            SetExpr::Select(_) | SetExpr::SetOperation { .. } | SetExpr::Values(_) | SetExpr::Table(_) => {
                return &["select"];
            }
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => return &[],
        };
    }
}

/// An insertion may also replace or update the rows that it meets.
fn insert_names(insert: &Insert) -> Option<&'static [&'static str]> {
    let low = matches!(
        insert.priority,
        None | Some(MysqlInsertPriority::LowPriority | MysqlInsertPriority::HighPriority)
    );
    let names: &[&str] = match (&insert.on, insert.replace_into, insert.or) {
        (
            None,
            false,
            None | Some(SqliteOnConflict::Ignore | SqliteOnConflict::Abort | SqliteOnConflict::Fail),
        ) => &["insert"],
        (None, true, None) | (None, false, Some(SqliteOnConflict::Replace)) => &["replace"],
        (Some(OnInsert::OnConflict(on)), false, _) if matches!(on.action, OnConflictAction::DoNothing) => {
            &["insert"]
        }
        (Some(_), false, None) => &["insert", "update"],
        _ => return None,
    };
    (low && !insert.overwrite).then_some(names)
}

/// An option of `EXPLAIN` that does not make it run the statement.
fn is_harmless(option: &UtilityOption) -> bool {
    let harmless =
        ["format", "verbose", "costs", "buffers", "settings", "summary", "timing", "memory", "generic_plan"];
    harmless.iter().any(|name| option.name.value.eq_ignore_ascii_case(name))
}
