//! Type expressions: `set<"triage" | "escalation">`, `{ id: string, note?: string }`. In: parser actions. Out: [`TypeExpr`].

use super::{Name, StringLit};
use crate::source::Span;

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// Text that did not parse; an error was reported.
    Error,
    /// `string`, `int`, `decimal`, `bool`, `timestamp`, `date`, `duration`, `dynamic`, `null`; any other name is the checker's error.
    Named(Name),
    /// `list<T>`, `set<T>`, `map<string, T>`; arity is checked later.
    Generic(Name, Vec<TypeExpr>),
    /// `"triage"`: one value of an enum.
    Literal(StringLit),
    /// `A | B`, two or more.
    Union(Vec<TypeExpr>),
    /// `{ a: T, b?: U }`.
    Record(RecordType),
    /// `T?`.
    Optional(Box<TypeExpr>),
}

/// A record type: also the body of `principal { }` and `session { }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordType {
    /// Fields in the order written.
    pub fields: Vec<FieldDecl>,
    /// Braces included.
    pub span: Span,
}

/// `name: T` or `name?: T`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldDecl {
    /// The field's name; every word is allowed.
    pub name: Name,
    /// Written with `?`.
    pub optional: bool,
    /// Its type.
    pub ty: TypeExpr,
}
