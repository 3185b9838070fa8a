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
    /// `result TOOLS: TYPE`.
    Result {
        /// Whose results.
        tools: ToolList,
        /// What is relied on.
        shape: TypeExpr,
    },
    /// `fact f(k: K): V for principal for 7d after …`.
    Fact(Box<FactDecl>),
    /// `label L after TOOLS when e for 10m`.
    Label(Box<LabelDecl>),
    /// `limit NAME: 500 per 1d for each e on TOOLS counting e exceeded ask`.
    Limit(Box<LimitDecl>),
    /// `rule NAME: deny result of TOOLS clauses`.
    ResultRule {
        /// Its name.
        name: Name,
        /// The effect word.
        effect: Effect,
        /// Place of the effect word.
        effect_span: Span,
        /// Whose results.
        tools: ToolList,
        /// `when`, `unless`, `with`, `because`, in the order written.
        clauses: Vec<Clause>,
    },
    /// `rule NAME: deny reply clauses`.
    ReplyRule {
        /// Its name.
        name: Name,
        /// The effect word.
        effect: Effect,
        /// Place of the effect word.
        effect_span: Span,
        /// `when`, `unless`, `with`, `because`, in the order written.
        clauses: Vec<Clause>,
    },
    /// `redact NAME on TOOLS: paths … patterns … with "…"`.
    Redact(Box<RedactDecl>),
    /// `append NAME on reply: "text" clauses`.
    Append {
        /// Its name.
        name: Name,
        /// What is appended.
        text: StringLit,
        /// `when`, `unless`, `with`, in the order written.
        clauses: Vec<Clause>,
    },
    /// `accept input on TOOLS`.
    Accept {
        /// What is accepted: `input`.
        what: Name,
        /// Whose calls may have further rounds.
        tools: ToolList,
    },
    /// `test NAME { steps }`.
    Test {
        /// Its name.
        name: Name,
        /// Steps in order.
        steps: Vec<Step>,
    },
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactDecl {
    /// Its name.
    pub name: Name,
    /// Its keys; none for a fact without one.
    pub params: Vec<(Name, TypeExpr)>,
    /// What is known under a key.
    pub ty: TypeExpr,
    /// Whose it is and for how long.
    pub scope: Vec<ForClause>,
    /// What teaches it.
    pub after: Vec<FactAfter>,
}

/// `for principal`, `for 7d`, `for 5 calls`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForClause {
    /// What it says.
    pub kind: ForKind,
    /// The whole clause.
    pub span: Span,
}

/// The forms of [`ForClause`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForKind {
    /// Over all sessions of a principal.
    Principal,
    /// A duration as written.
    Duration(Text),
    /// So many calls; the number as written.
    Calls(Text),
}

/// `after TOOLS when e: each x in xs where e: ACTION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactAfter {
    /// Whose results.
    pub tools: ToolList,
    /// `when`, `unless` and `with`.
    pub clauses: Vec<Clause>,
    /// Lists that are gone through, outermost first.
    pub each: Vec<Each>,
    /// What is learned.
    pub action: FactAction,
    /// The whole block.
    pub span: Span,
}

/// `each x in xs where e:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The element.
    pub name: Name,
    /// What is gone through.
    pub domain: Expr,
    /// Elements of which it is not true are passed over.
    pub filter: Option<Expr>,
    /// From `each` to the colon.
    pub span: Span,
}

/// What a result changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactAction {
    /// `f(k) = v`.
    Assign(Expr, Expr),
    /// `add v` (of a fact without keys), `f(k) add v`.
    Add(Option<Expr>, Expr),
    /// `f(k) += n`.
    Charge(Expr, Expr),
    /// `forget f(k)`.
    Forget(Expr),
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelDecl {
    /// Its name.
    pub name: Name,
    /// Whose it is, and for how long if no `after` says so.
    pub scope: Vec<ForClause>,
    /// What sets it; none: the host does.
    pub after: Vec<LabelAfter>,
}

/// `after TOOLS when e for 10m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelAfter {
    /// Whose calls.
    pub tools: ToolList,
    /// `when`, `unless` and `with`.
    pub clauses: Vec<Clause>,
    /// For how long, and whose.
    pub scope: Vec<ForClause>,
    /// The whole block.
    pub span: Span,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitDecl {
    /// Its name.
    pub name: Name,
    /// How much at most.
    pub quantity: Expr,
    /// Its parts in the order written.
    pub parts: Vec<LimitPart>,
}

/// A part of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitPart {
    /// What it says.
    pub kind: LimitPartKind,
    /// The whole part.
    pub span: Span,
}

/// The forms of [`LimitPart`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitPartKind {
    /// `per 1d`, `per session`, `per calendar day in "Europe/London"`.
    Per(LimitWindow),
    /// `for each e, f`.
    ForEach(Vec<Expr>),
    /// `for everyone`.
    ForEveryone,
    /// `on TOOLS counting e, TOOLS counting distinct f`.
    On(Vec<LimitOn>),
    /// `exceeded ask`.
    Exceeded(Effect, Span),
    /// `failures count`.
    FailuresCount,
    /// `when`, `unless`, `with`, `because` and approval terms.
    Clause(Clause),
}

/// Over which time a limit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitWindow {
    /// A duration as written.
    Duration(Text),
    /// The session.
    Session,
    /// A unit of civil time as written, and the zone.
    Calendar(Name, Option<StringLit>),
}

/// Tools, and what of their calls is counted: calls themselves without a `counting`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitOn {
    /// The tools.
    pub tools: ToolList,
    /// `counting e`, `counting distinct e`.
    pub counting: Option<Counting>,
}

/// What a limit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Place of `distinct`.
    pub distinct: Option<Span>,
    /// The amount, or the value.
    pub value: Expr,
}

/// What of results the agent does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactDecl {
    /// Its name.
    pub name: Name,
    /// Whose results.
    pub tools: ToolList,
    /// Its parts in the order written.
    pub parts: Vec<RedactPart>,
}

/// A part of a redaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactPart {
    /// What it says.
    pub kind: RedactPartKind,
    /// The whole part.
    pub span: Span,
}

/// The forms of [`RedactPart`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedactPartKind {
    /// `paths result.a, result..b`.
    Paths(Vec<ResultPath>),
    /// `patterns email_address, /re/`.
    Patterns(Vec<Expr>),
    /// `keep images`.
    KeepImages,
    /// `with "[redacted]"`.
    Marker(StringLit),
    /// `when`, `unless`, `with n = e`, `because`.
    Clause(Clause),
}

/// Places in a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultPath {
    /// The way down from `result`.
    pub steps: Vec<PathStep>,
    /// The whole path.
    pub span: Span,
}

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// `.name`
    Key(Name),
    /// `..name`: at any depth.
    Deep(Name),
    /// `[*]`: every element.
    Every,
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
    /// `rule`, `decide`, `hide`, `limit`, `redact` and `append`: what a test's `by` names.
    Rule,
    /// `fact`
    Fact,
    /// `label`
    Label,
    /// `result`
    Result,
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
    /// `after 1h`: the duration as written.
    After(Text),
    /// `label L`: the host sets it.
    Label(Name),
    /// `call T { … } => EFFECT by ID, …`.
    Call(Box<CallStep>),
    /// `approved by "x" from "role" => EFFECT by ID, …`, `rejected by "x"`: of the last call that asked.
    Answer {
        /// `approved`.
        approved: bool,
        /// Who.
        by: StringLit,
        /// The roles; none: the one that is called as the person is.
        from: Vec<StringLit>,
        /// What is expected of the call then.
        expect: Option<(Effect, Span)>,
        /// Its reasons.
        reasons: Vec<Name>,
    },
    /// `reply "text" => EFFECT by ID, … appending NAME, …`.
    Reply {
        /// What the host is about to say.
        text: StringLit,
        /// What is expected.
        expect: Effect,
        /// Place of the effect word.
        expect_span: Span,
        /// Ids that must be among the reasons.
        by: Vec<Name>,
        /// Disclaimers that must be appended, and no others; none: not said.
        appending: Vec<Name>,
    },
}

/// What is expected of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// `redacting result.a`: something is taken out there.
    Redacting(Vec<ResultPath>),
    /// `withheld`: nothing of it is shown.
    Withheld(Span),
}

/// A call of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallStep {
    /// Alias (absent: an unqualified or unknown tool, which the checker reports).
    pub server: Name,
    /// Exact tool name.
    pub tool: Name,
    /// A JSON-like object.
    pub args: Expr,
    /// What comes of it, if it runs.
    pub outcome: TestOutcome,
    /// What is expected.
    pub expect: Effect,
    /// Place of the effect word.
    pub expect_span: Span,
    /// Ids or built-in reasons that must be among the reasons; `refunds.small` as one text.
    pub by: Vec<Name>,
    /// What is expected of the result.
    pub shown: Vec<Shown>,
}

/// What comes of a call in a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It succeeds with nothing to learn from.
    Silent,
    /// `returns { … }`, `returns "text"`.
    Returns(Expr),
    /// `fails`
    Fails,
    /// `lost`: nobody knows.
    Lost,
}
