//! What an expression can be while it is checked: more forms than the typed tree has. In: nothing. Out: [`Form`].

use super::range::Range;
use crate::resolve::types;
use crate::ty::{Definitions, Kinds, StringRole, Ty};
use crate::typed::{Const, Expr, ExprKind, Place, Root};
use policyc_grammar::source::Span;
use policyc_runtime::request::INPUT_KEY;
use std::sync::Arc;

/// A checked expression.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// Something was wrong, and reported.
    Error,
    /// A value.
    Value(Value),
    /// A condition.
    Condition(Expr),
    /// A sum, exact: see [`Sum`].
    Sum(Sum),
    /// A typed view of a text, before a member is taken.
    View { view: u16, subject: Expr, param: Option<Arc<str>> },
    /// A regex constant.
    Regex { pattern: Arc<str>, ignore_case: bool },
    /// A constant table and the type of its values.
    Table(Arc<Vec<(Arc<str>, Const)>>, Ty),
    /// `zip(a, b)`.
    Zip(Box<Value>, Box<Value>),
    /// `cidr "10.0.0.0/8"`.
    Cidr(Arc<str>),
}

/// A value: its expression, its type, and whether it may be missing.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub expr: Expr,
    pub ty: Ty,
    /// May be absent, null, or not parsed.
    pub absent: bool,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A plain number.
    Plain,
    /// UTC milliseconds.
    Time,
    /// Days.
    Date,
    /// Milliseconds.
    Duration,
}

/// Σ coefficient × value + constant; coefficients and constant in units of 10⁻⁹.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub terms: Vec<(i128, Expr)>,
    pub constant: i128,
    pub unit: Unit,
    pub span: Span,
    pub grain: Grain,
    /// Where its value lies.
    pub range: Range,
}

/// What a sum is made of, for the question whether cents are compared with whole units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Grain {
    /// A value that is always an integer.
    pub whole: bool,
    /// A value that may have a fraction, or an integer times a fraction.
    pub parted: bool,
    /// A constant written with a fraction.
    pub fraction: bool,
}

impl Grain {
    /// Of a sum of both.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            whole: self.whole || other.whole,
            parted: self.parted || other.parted,
            fraction: self.fraction || other.fraction,
        }
    }

    /// Nothing in it has a fraction.
    pub(crate) fn integer(self) -> bool {
        !self.parted && !self.fraction
    }

    /// Nothing but integers against a constant with a fraction: one of them counts in hundredths.
    pub(crate) fn is_mixed(self) -> bool {
        self.whole && !self.parted && self.fraction
    }
}

impl Value {
    pub(crate) fn constant(value: Const, span: Span) -> Self {
        let ty = match &value {
            Const::Bool(_) => types::boolean(),
            Const::Number(n) => types::number(n % policyc_runtime::number::SCALE == 0),
            Const::Text(_) => types::text(),
        };
        Self { expr: Expr { kind: ExprKind::Const(value), span }, ty, absent: false }
    }

    /// A number written with a fraction, `50.00` included.
    pub(crate) fn is_fraction(&self) -> bool {
        matches!(&self.ty, Ty::Kinds(kinds) if kinds.number.as_ref().is_some_and(|n| !n.integer))
            && matches!(self.as_const(), Some(Const::Number(_)))
    }

    /// The constant that it is.
    pub(crate) fn as_const(&self) -> Option<&Const> {
        match &self.expr.kind {
            ExprKind::Const(value) => Some(value),
            _ => None,
        }
    }
}

/// Kinds of value that a type admits, as the checker tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classes(u16);

impl Classes {
    pub(crate) const BOOL: Self = Self(1);
    pub(crate) const NUMBER: Self = Self(2);
    pub(crate) const TEXT: Self = Self(4);
    pub(crate) const TIME: Self = Self(8);
    pub(crate) const DATE: Self = Self(16);
    pub(crate) const DURATION: Self = Self(32);
    pub(crate) const LIST: Self = Self(64);
    pub(crate) const OBJECT: Self = Self(128);
    /// What JSON itself has.
    const JSON: Self = Self(1 | 2 | 4 | 64 | 128);

    pub(crate) fn of(ty: &Ty, definitions: &Definitions) -> Self {
        match deref(ty, definitions) {
            Ty::Kinds(kinds) => Self::of_kinds(&kinds),
            Ty::Dynamic | Ty::Ref(_) => Self::JSON,
        }
    }

    fn of_kinds(kinds: &Kinds) -> Self {
        let mut out = 0;
        if kinds.boolean.is_some() {
            out |= Self::BOOL.0;
        }
        if kinds.number.is_some() {
            out |= Self::NUMBER.0;
        }
        if let Some(text) = &kinds.string {
            out |= match text.role {
                StringRole::Text => Self::TEXT.0,
                StringRole::Timestamp => Self::TIME.0,
                StringRole::Date => Self::DATE.0,
                StringRole::Duration => Self::DURATION.0,
            };
        }
        if kinds.list.is_some() {
            out |= Self::LIST.0;
        }
        if kinds.object.is_some() {
            out |= Self::OBJECT.0;
        }
        Self(out)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn only(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(crate) fn unit(self) -> Option<Unit> {
        [
            (Self::NUMBER, Unit::Plain),
            (Self::TIME, Unit::Time),
            (Self::DATE, Unit::Date),
            (Self::DURATION, Unit::Duration),
        ]
        .into_iter()
        .find(|(class, _)| self.has(*class))
        .map(|(_, unit)| unit)
    }
}

/// Follows references to the definition they stand for.
pub(crate) fn deref(ty: &Ty, definitions: &Definitions) -> Ty {
    let mut ty = ty.clone();
    for _ in 0..=definitions.0.len() {
        match &ty {
            Ty::Ref(id) => ty = definitions.0.get(id.0 as usize).cloned().unwrap_or(Ty::Dynamic),
            Ty::Dynamic | Ty::Kinds(_) => return ty,
        }
    }
    Ty::Dynamic
}

/// A type in the author's words: `string`, `"a" | "b"`, `list<string>`.
pub(crate) fn describe(ty: &Ty) -> String {
    let Ty::Kinds(kinds) = ty else { return "dynamic".to_owned() };
    let mut parts = Vec::new();
    if kinds.boolean.is_some() {
        parts.push("bool".to_owned());
    }
    if let Some(number) = &kinds.number {
        parts.push(if number.integer { "int" } else { "decimal" }.to_owned());
    }
    if let Some(text) = &kinds.string {
        parts.push(match (&text.one_of, text.role) {
            (_, StringRole::Timestamp) => "timestamp".to_owned(),
            (_, StringRole::Date) => "date".to_owned(),
            (_, StringRole::Duration) => "duration".to_owned(),
            (Some(all), StringRole::Text) => {
                all.iter().map(|v| format!("\"{v}\"")).collect::<Vec<_>>().join(" | ")
            }
            (None, StringRole::Text) => "string".to_owned(),
        });
    }
    if let Some(list) = &kinds.list {
        let word = if list.unique { "set" } else { "list" };
        parts.push(format!("{word}<{}>", describe(&list.items)));
    }
    if let Some(object) = &kinds.object {
        let word = match &object.rest {
            crate::ty::Rest::Map(value) if object.fields.is_empty() => {
                format!("map<string, {}>", describe(value))
            }
            _ => "a record".to_owned(),
        };
        parts.push(word);
    }
    if kinds.null {
        parts.push("null".to_owned());
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(" | ") }
}

/// The place is `input` or below it.
pub(crate) fn is_input(place: &Place) -> bool {
    place.root == Root::Session && place.steps.first().is_some_and(|step| **step == *INPUT_KEY)
}

/// A place as an author writes it.
pub(crate) fn spelled(place: &Place) -> String {
    let root = match place.root {
        Root::Args => "args",
        Root::Principal => "principal",
        Root::Session => "session",
        Root::Result => "result",
        Root::ResultText => "result.text",
        Root::Var(_) => "…",
    };
    let (root, steps) =
        if is_input(place) { ("input", place.steps.get(1..)) } else { (root, place.steps.get(..)) };
    let mut out = root.to_owned();
    for step in steps.unwrap_or_default() {
        let plain = step.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if plain { out.push_str(&format!(".{step}")) } else { out.push_str(&format!(".\"{step}\"")) }
    }
    out
}

/// `kind` at `span`.
pub(crate) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span }
}

/// Kleene negation, without doubling.
pub(crate) fn not(inner: Expr) -> Expr {
    let span = inner.span;
    match inner.kind {
        ExprKind::Not(inner) => *inner,
        ExprKind::And(all) if all.is_empty() => expr(ExprKind::Or(Vec::new()), span),
        ExprKind::Or(all) if all.is_empty() => expr(ExprKind::And(Vec::new()), span),
        kind => expr(ExprKind::Not(Box::new(Expr { kind, span })), span),
    }
}

/// A constant condition.
pub(crate) fn truth(value: bool, span: Span) -> Expr {
    expr(if value { ExprKind::And(Vec::new()) } else { ExprKind::Or(Vec::new()) }, span)
}

/// A condition that is unknown whatever the call is: a text where a boolean is needed.
pub(crate) fn unknown(span: Span) -> Expr {
    let text = expr(ExprKind::Const(Const::Text(Arc::from("unknown"))), span);
    expr(ExprKind::IsTrue(Box::new(text)), span)
}
