//! Expressions (language.md section 4). In: parser actions. Out: [`Expr`].

use super::{Name, StringLit, Text, TypeExpr};
use crate::source::Span;

/// An expression and its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
    /// Height of the tree below, at least 1; bounded by the parser.
    pub depth: u16,
}

/// The forms of expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// Text that did not parse; an error was reported.
    Error,
    /// `true`, `false`.
    Bool(bool),
    /// `null`, legal only after `is`.
    Null,
    /// `42`, `4_000`, `0.01`; the text without underscores, unsigned.
    Number(Text),
    /// `"text"`.
    Str(StringLit),
    /// `/re/i`: the pattern between the slashes (`\/` already `/`), and the flags.
    Regex {
        /// Pattern source.
        pattern: Text,
        /// Flag letters as written.
        flags: Text,
    },
    /// `15m`, `1h30m`, as written.
    Duration(Text),
    /// `2027-01-01`, as written.
    Date(Text),
    /// `2027-01-01T09:00Z`, as written.
    Timestamp(Text),
    /// A root, a `let`, a `with` name, a bound variable, `now`.
    Name(Text),
    /// `base.field`, `base."odd"`.
    Field(Box<Expr>, Name),
    /// `base[index]`.
    Index(Box<Expr>, Box<Expr>),
    /// `f(x, y)`; `count(xs)`, `sum(xs)` without a binder and every typed view parse as calls.
    Call(Name, Vec<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ "gold": 3, silver: 2 }`, a constant table.
    Table(Vec<(Name, Expr)>),
    /// `not e`, `-e`.
    Unary(UnaryOp, Box<Expr>),
    /// `a and b and c`: two or more operands, flattened while no parentheses intervene.
    And(Vec<Expr>),
    /// `a or b or c`: two or more operands.
    Or(Vec<Expr>),
    /// Every other binary operator.
    Binary(BinaryOp, Span, Box<Expr>, Box<Expr>),
    /// `has args.amount`.
    Has(Box<Expr>),
    /// `known owner(args.id)`.
    Known(Box<Expr>),
    /// `session has label untrusted`.
    HasLabel(Box<Expr>, Name),
    /// `e is string`, `e is null`.
    Is(Box<Expr>, TypeExpr),
    /// `any x in xs: p`, `all a, b in zip(xs, ys): p`.
    Quantifier {
        /// `any` or `all`.
        kind: QuantifierKind,
        /// One name, or two over `zip`.
        vars: Vec<Name>,
        /// What is ranged over.
        domain: Box<Expr>,
        /// The body; extends as far right as it can.
        body: Box<Expr>,
    },
    /// `count(x in xs: p)`, `sum(x in xs: e)`.
    Aggregate {
        /// `count` or `sum`.
        kind: AggregateKind,
        /// The bound name.
        var: Name,
        /// What is ranged over.
        domain: Box<Expr>,
        /// Predicate of `count`, amount of `sum`.
        body: Box<Expr>,
    },
    /// `(e)`; kept, since the checker asks whether the author grouped.
    Paren(Box<Expr>),
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Neg,
}

/// Binary operators other than `and`/`or`. One table gives spelling and precedence: [`BinaryOp::spelling`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `like`
    Like,
    /// `matches`
    Matches,
    /// `finds`
    Finds,
    /// `starts_with`
    StartsWith,
    /// `ends_with`
    EndsWith,
    /// `contains`
    Contains,
    /// `under`
    Under,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `++`
    Concat,
    /// `*`
    Mul,
    /// `??`
    Coalesce,
}

impl BinaryOp {
    /// How the operator is written.
    #[must_use]
    pub const fn spelling(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Like => "like",
            Self::Matches => "matches",
            Self::Finds => "finds",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Contains => "contains",
            Self::Under => "under",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Concat => "++",
            Self::Mul => "*",
            Self::Coalesce => "??",
        }
    }
}

/// `any` or `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuantifierKind {
    /// At least one element.
    Any,
    /// Every element.
    All,
}

/// `count` or `sum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateKind {
    /// How many elements satisfy the body.
    Count,
    /// The sum of the body over the elements.
    Sum,
}
