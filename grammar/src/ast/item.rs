//! Statements and declarations. In: parser actions. Out: [`Ast`], the whole file.

use super::{Expr, Name, RecordType, StringLit, Text, ToolList, TypeExpr};
use crate::source::Span;

/// One source file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ast {
    /// Statements in the order written.
    pub items: Vec<Item>,
}

/// One top-level statement. All spans inside count from `start`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Byte offset of the item's first token (annotations and `shadow` included) in the file.
    pub start: u32,
    /// Text of the `///` lines right above, markers and one leading blank stripped.
    pub docs: Vec<Text>,
    /// `@name(args)` lines before the statement.
    pub annotations: Vec<Annotation>,
    /// Place of a leading `shadow`.
    pub shadow: Option<Span>,
    /// The statement.
    pub kind: ItemKind,
    /// From the first token to the last: starts at 0.
    pub span: Span,
}

/// `@overlaps(rule_id)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// The name after `@`.
    pub name: Name,
    /// Arguments as expressions.
    pub args: Vec<Expr>,
    /// The whole annotation.
    pub span: Span,
}

/// The forms of top-level statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// A piece that did not parse; errors were reported.
    Error(Broken),
    /// `edition 2026`.
    Edition(Text, Span),
    /// `policy NAME "title"`.
    Policy(Name, Option<StringLit>),
    /// `import tools ALIAS from "f.lock.json" open T.args.path, …`.
    ImportTools {
        /// The name policies use for the server.
        alias: Name,
        /// Path of the lock, relative to this file.
        path: StringLit,
        /// Paths whose undeclared keys are let in: `create_issue.args.fields`.
        open: Vec<Expr>,
    },
    /// `import guardrails "f.policy"`.
    ImportGuardrails(StringLit),
    /// `import "f.policy"`.
    ImportFile(StringLit),
    /// `import std.email { email, emails }`.
    ImportStd {
        /// The module after `std.`.
        module: Name,
        /// The names taken.
        names: Vec<Name>,
    },
    /// `principal { … }`.
    Principal(RecordType),
    /// `session { … }`.
    Session(RecordType),
    /// `approvers default "support-lead", "oncall"`.
    ApproversDefault(Vec<StringLit>),
    /// `let n = e`.
    Let(Name, Expr),
    /// `group g = tools`.
    Group(Name, ToolList),
    /// `fn f(x: T) -> U = e`.
    Fn {
        /// Its name.
        name: Name,
        /// Parameters.
        params: Vec<(Name, TypeExpr)>,
        /// Result type.
        result: TypeExpr,
        /// Body.
        body: Expr,
    },
    /// `rule NAME: EFFECT TOOLS clauses`.
    Rule {
        /// Its name.
        name: Name,
        /// The effect word.
        effect: Effect,
        /// Place of the effect word.
        effect_span: Span,
        /// Which tools.
        tools: ToolList,
        /// `when`, `unless`, `with`, `because`, approval terms, in the order written.
        clauses: Vec<Clause>,
    },
    /// `decide NAME on TOOLS { with …; arms }`.
    Decide {
        /// Its name.
        name: Name,
        /// Which tools.
        tools: ToolList,
        /// `with n = e`, shared by the arms.
        with: Vec<With>,
        /// Arms in order.
        arms: Vec<Arm>,
    },
    /// `hide NAME: TOOLS when e because "…"`.
    Hide {
        /// Its name.
        name: Name,
        /// Which tools.
        tools: ToolList,
        /// `when`/`unless`/`because`.
        clauses: Vec<Clause>,
    },
    /// `test NAME { steps }`.
    Test {
        /// Its name.
        name: Name,
        /// Steps in order.
        steps: Vec<Step>,
    },
}

/// What a statement that did not parse would have defined, as far as it can be told: whoever looks names up leaves out
/// complaints that it caused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Broken {
    /// The statement it began as.
    pub form: Form,
    /// The names it would have defined; none if they could not be read.
    pub names: Vec<Name>,
}

/// Forms of statement, by what they define.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Form {
    /// The whole file, or a part of it too large to tell.
    File,
    /// Its word could not be read: each of its names may be that of anything.
    #[default]
    Unknown,
    /// `edition`
    Edition,
    /// `policy`
    Policy,
    /// `import tools`
    ImportTools,
    /// `import "…"` and `import guardrails`: names of another file.
    ImportFile,
    /// `import std.…`
    ImportStd,
    /// `principal`
    Principal,
    /// `session`
    Session,
    /// `approvers default`
    Approvers,
    /// `let`
    Let,
    /// `group`
    Group,
    /// `fn`
    Fn,
    /// `rule`, `decide` and `hide`: what a test's `by` names.
    Rule,
    /// `test`
    Test,
}

/// The effect word of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `allow`
    Allow,
    /// `ask`
    Ask,
    /// `deny`
    Deny,
}

impl Effect {
    /// How the effect is written.
    #[must_use]
    pub const fn spelling(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// `with n = e`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct With {
    /// The name.
    pub name: Name,
    /// What it stands for.
    pub value: Expr,
    /// The whole clause.
    pub span: Span,
}

/// One arm of a `decide`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Its name.
    pub name: Name,
    /// The effect word; `None` where the arm did not parse.
    pub effect: Option<Effect>,
    /// Place of the effect word.
    pub effect_span: Span,
    /// Clauses in the order written.
    pub clauses: Vec<Clause>,
    /// The whole arm.
    pub span: Span,
}

/// A clause after a rule's tools or an arm's effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// The whole clause.
    pub span: Span,
}

/// The forms of clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClauseKind {
    /// `when e`.
    When(Expr),
    /// `unless e`.
    Unless(Expr),
    /// `with n = e`.
    With(With),
    /// `because "…"`.
    Because(StringLit),
    /// `from "a", "b"`.
    From(Vec<StringLit>),
    /// `quorum 2`.
    Quorum(Text),
    /// `within 15m`.
    Within(Text),
}

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// The whole step.
    pub span: Span,
}

/// The forms of test step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// Text that did not parse.
    Error,
    /// `principal { … }`: a JSON-like object.
    Principal(Expr),
    /// `session { … }`.
    Session(Expr),
    /// `at 2027-01-01T09:00Z` or `at "…"`.
    At(Expr),
    /// `call T { … } => EFFECT by ID, …`.
    Call {
        /// Alias (absent: an unqualified or unknown tool, which the checker reports).
        server: Name,
        /// Exact tool name.
        tool: Name,
        /// A JSON-like object.
        args: Expr,
        /// What is expected.
        expect: Effect,
        /// Place of the effect word.
        expect_span: Span,
        /// Ids or built-in reasons that must be among the reasons; `refunds.small` as one text.
        by: Vec<Name>,
    },
}
