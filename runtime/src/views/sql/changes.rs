//! Statements that change rows. In: one insert, update, delete or merge. Out: the identifiers outside its expressions, told
//! to the [`Walk`].

use super::names::idents;
use super::parts;
use super::walk::Walk;
use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, FromTable, Insert, Merge, MergeAction,
    MergeUpdateKind, ObjectName, OnConflictAction, OnInsert, OutputClause, SelectItem, TableFactor,
    TableObject, Update, UpdateTableFromKind,
};

impl Walk {
    /// What stands before the last dot is a table, or a column of which a field is set.
    fn assigned(&mut self, name: &ObjectName) -> Option<()> {
        if self.dialect.sets_fields() {
            idents(name)?.into_iter().try_for_each(|ident| self.column(ident))?;
        }
        self.columns([name])
    }

    pub(super) fn assignments(&mut self, assignments: &[Assignment]) -> Option<()> {
        for assignment in assignments {
            match &assignment.target {
                AssignmentTarget::ColumnName(name) => self.assigned(name)?,
                AssignmentTarget::Tuple(names) => names.iter().try_for_each(|name| self.assigned(name))?,
            }
        }
        Some(())
    }

    pub(super) fn output(
        &mut self,
        returning: Option<&[SelectItem]>,
        output: Option<&OutputClause>,
    ) -> Option<()> {
        self.items(returning.unwrap_or_default())?;
        match output {
            Some(
                OutputClause::Output { select_items, .. } | OutputClause::Returning { select_items, .. },
            ) => self.items(select_items),
            None => Some(()),
        }
    }

    pub(super) fn target(&mut self, factor: &TableFactor) {
        if let TableFactor::Table { name, .. } = factor {
            self.targets.insert(name);
        }
    }

    pub(super) fn insert(&mut self, insert: &Insert) -> Option<()> {
        if !matches!(insert.table, TableObject::TableName(_)) {
            return None;
        }
        if let TableObject::TableName(name) = &insert.table {
            self.targets.insert(name);
        }
        if let Some(alias) = &insert.table_alias {
            self.account(1);
            let name = self.canonical(&alias.alias)?;
            self.rows.insert(name);
        }
        insert.columns.iter().try_for_each(|name| self.assigned(name))?;
        self.star = self.star || (insert.columns.is_empty() && insert.assignments.is_empty());
        self.assignments(&insert.assignments)?;
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => self.assignments(assignments)?,
            Some(OnInsert::OnConflict(on)) => {
                match &on.conflict_target {
                    Some(ConflictTarget::Columns(columns)) => {
                        self.account(columns.len());
                        columns.iter().try_for_each(|column| self.column(column))?;
                    }
                    Some(ConflictTarget::OnConstraint(name)) => self.account(parts::in_name(name)?),
                    None => {}
                }
                if let OnConflictAction::DoUpdate(update) = &on.action {
                    self.assignments(&update.assignments)?;
                }
            }
            Some(_) => return None,
            None => {}
        }
        self.output(insert.returning.as_deref(), insert.output.as_ref())
    }

    pub(super) fn update(&mut self, update: &Update) -> Option<()> {
        self.target(&update.table.relation);
        self.joins(core::slice::from_ref(&update.table))?;
        match &update.from {
            Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) => {
                self.joins(tables)?
            }
            None => {}
        }
        self.assignments(&update.assignments)?;
        self.output(update.returning.as_deref(), update.output.as_ref())
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Option<()> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        from.iter().for_each(|table| self.target(&table.relation));
        self.joins(from)?;
        self.joins(delete.using.as_deref().unwrap_or_default())?;
        for name in &delete.tables {
            self.targets.insert(name);
            self.table(name)?;
        }
        self.output(delete.returning.as_deref(), delete.output.as_ref())
    }

    pub(super) fn merge(&mut self, merge: &Merge) -> Option<()> {
        self.target(&merge.table);
        for clause in &merge.clauses {
            match &clause.action {
                MergeAction::Insert(insert) => {
                    self.star = self.star || insert.columns.is_empty();
                    self.columns(&insert.columns)?;
                }
                MergeAction::Update(update) => match &update.kind {
                    MergeUpdateKind::Set(assignments) => self.assignments(assignments)?,
                    _ => self.star = true,
                },
                MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
            }
        }
        self.output(None, merge.output.as_ref())
    }
}
