//! Errors that only lowering and emitting can see, all caused by what the author wrote. Out: a line for the author with the
//! statement and the place in it.

use super::pattern::PatternError;
use policyc_grammar::source::Span;

/// What is too much, or cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct EmitError {
    /// What is wrong.
    pub kind: EmitErrorKind,
    /// Index into the policy's statements; `None` if it concerns them all.
    pub statement: Option<u32>,
    /// Where, relative to the statement's item.
    pub span: Span,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmitErrorKind {
    /// A pattern cannot be compiled.
    #[error("{0}")]
    Pattern(PatternError),
    /// The conditions on one tool read or compute too much.
    #[error(
        "the conditions on one tool need more than {limit} registers; split the policy or read fewer arguments"
    )]
    TooManyRegisters {
        /// The limit.
        limit: u16,
    },
    /// A list's elements are read in too many places.
    #[error("conditions read more than {limit} fields of one list's elements; read fewer of them")]
    TooManyFields {
        /// The limit.
        limit: u16,
    },
    /// Quantifiers, counts and sums stand too deep inside each other.
    #[error(
        "quantifiers over lists are nested more than {limit} deep, lists searched by `in` and `subset` included"
    )]
    LoopsTooDeep {
        /// The limit.
        limit: u8,
    },
    /// The code would be too long.
    #[error(
        "the conditions on one tool compile to more than {limit} steps; quantify over fewer joined or literal lists"
    )]
    CodeTooLong {
        /// The limit.
        limit: usize,
    },
    /// `zip` over lists that are put together.
    #[error("`zip` takes lists as they stand in the call; a list joined by `++` has no pairs")]
    ZipOperand,
    /// A sum with fractions in a place that has no exact form for it.
    #[error("a sum with fractions can only be compared; compare it with `==`, `<`, `<=`, `>` or `>=`")]
    Fraction,
    /// The worst-case cost cannot be stated.
    #[error("the worst-case cost of a decision cannot be bounded: {0}")]
    Unbounded(String),
    /// The verifier refuses what was emitted, for a reason that no rule of the language foresees.
    #[error("the runtime would refuse the program, which is a defect of the compiler: {0}")]
    Refused(String),
}
