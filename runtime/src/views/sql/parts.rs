//! Identifiers that stand outside expressions. In: clauses of a parse tree. Out: how many identifiers they hold, and which
//! of them are columns. [`Walk`](super::walk::Walk) holds the sum against the number of identifiers that there are.

use super::names::idents;
use sqlparser::ast::{
    ArrayElemTypeDef, CeilFloorKind, DataType, DateTimeField, Ident, Interval, JoinConstraint, JoinOperator,
    ObjectName, TableAlias,
};

/// Identifiers in a dotted name.
pub(super) fn in_name(name: &ObjectName) -> Option<usize> {
    idents(name).map(|parts| parts.len())
}

/// Identifiers in a type: those of user-defined types. `None` for types made of other types with names.
pub(super) fn in_type(ty: &DataType) -> Option<usize> {
    match ty {
        DataType::Custom(name, _) => in_name(name),
        DataType::Array(
            ArrayElemTypeDef::AngleBracket(element)
            | ArrayElemTypeDef::SquareBracket(element, _)
            | ArrayElemTypeDef::Parenthesis(element)
            | ArrayElemTypeDef::Qualified(element, _),
        ) => in_type(element),
        DataType::Table(_)
        | DataType::NamedTable { .. }
        | DataType::Map(..)
        | DataType::Tuple(_)
        | DataType::Nested(_)
        | DataType::Struct(..)
        | DataType::Nullable(_)
        | DataType::LowCardinality(_) => None,
        _ => Some(0),
    }
}

/// Identifiers in a part of a date.
pub(super) fn in_field(field: &DateTimeField) -> usize {
    usize::from(matches!(field, DateTimeField::Week(Some(_)) | DateTimeField::Custom(_)))
}

/// Identifiers in the second part of `CEIL(x TO …)`.
pub(super) fn in_rounding(kind: &CeilFloorKind) -> usize {
    match kind {
        CeilFloorKind::DateTimeField(field) => in_field(field),
        CeilFloorKind::Scale(_) => 0,
    }
}

/// Identifiers in the units of an interval.
pub(super) fn in_interval(interval: &Interval) -> usize {
    [&interval.leading_field, &interval.last_field].into_iter().flatten().map(in_field).sum()
}

/// Identifiers in an alias with its columns; `None` if a column has a type with names.
pub(super) fn in_alias(alias: &TableAlias) -> Option<usize> {
    let mut count = 1usize.saturating_add(usize::from(alias.at.is_some()));
    for column in &alias.columns {
        let ty = column.data_type.as_ref().map_or(Some(0), in_type)?;
        count = count.saturating_add(1).saturating_add(ty);
    }
    Some(count)
}

/// The condition of a join; `None` for joins of other kinds than rows with rows.
pub(super) fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(on)
        | J::Inner(on)
        | J::Left(on)
        | J::LeftOuter(on)
        | J::Right(on)
        | J::RightOuter(on)
        | J::FullOuter(on)
        | J::CrossJoin(on)
        | J::Semi(on)
        | J::LeftSemi(on)
        | J::RightSemi(on)
        | J::Anti(on)
        | J::LeftAnti(on)
        | J::RightAnti(on)
        | J::StraightJoin(on)
        | J::AsOf { constraint: on, .. } => Some(on),
        J::CrossApply | J::OuterApply => Some(&JoinConstraint::None),
        J::ArrayJoin | J::LeftArrayJoin | J::InnerArrayJoin => None,
    }
}

/// The last identifier of a column's dotted name.
pub(super) fn column(name: &ObjectName) -> Option<&Ident> {
    idents(name)?.pop()
}
