//! The typed tree: what a policy means, tool by tool, before any lowering. In: the checker, one statement and one tool at a time.
//! Out: read by lowering (`ir`), by the reference evaluator of the tests, by `explain`, `doc` and the findings.
//!
//! `let`, `with`, `fn` and groups are gone: they are inlined. A statement over several tools has one tree per tool.
//! Meaning: strong Kleene three-valued logic as language.md section 2 and semantics.md section 0 define it; every form
//! below states when it is unknown.

use crate::ty::{ArgsTy, ObjectTy, ResultTy};
use policyc_grammar::ast;
use policyc_grammar::source::Span;
use policyc_runtime::program::memory::{CalendarUnit, Counting, FactKind, FactPart, Lasts, Scope, Slot16};
use policyc_runtime::program::{ApprovalTerms, Digest, Effect, StatementKind};
use std::sync::Arc;

/// A checked and linked policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The root policy's name.
    pub name: Arc<str>,
    /// The line that describes it, or empty.
    pub title: Arc<str>,
    /// Language edition.
    pub edition: u16,
    /// Source files; [`Origin::source`] indexes it.
    pub sources: Vec<PolicySource>,
    /// Servers, sorted by identity.
    pub servers: Vec<ServerInfo>,
    /// Tools, sorted by (server, name).
    pub tools: Vec<ToolInfo>,
    /// Principal fields, the union over root and guardrails.
    pub principal: ObjectTy,
    /// Session fields, the union over root and guardrails.
    pub session: ObjectTy,
    /// All statements, sorted: guardrails first, then by id.
    pub statements: Vec<Statement>,
    /// For each tool (same index as `tools`), what can match there.
    pub rules: Vec<Vec<Block>>,
    /// Digests of guardrails files, sorted.
    pub guardrails: Vec<Digest>,
    /// Facts, sorted by id; [`FactUse::fact`] indexes it.
    pub facts: Vec<Fact>,
    /// Labels, sorted by id; [`ExprKind::HasLabel`] indexes it.
    pub labels: Vec<Label>,
    /// Limits, in the order of their statements.
    pub limits: Vec<Limit>,
    /// For each tool (same index as `tools`), what its calls change and count towards.
    pub memory: Vec<ToolMemory>,
    /// Redactions, in the order of their statements.
    pub redactions: Vec<Redaction>,
    /// Disclaimers, in the order of their statements.
    pub disclaimers: Vec<Disclaimer>,
    /// What judges replies, by statement, each unless its condition is false.
    pub reply: Vec<(u32, Arc<Expr>)>,
}

/// What is learned from results, under keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Qualified id.
    pub id: Arc<str>,
    /// Where it is kept.
    pub slot: Slot16,
    /// One session's or one principal's.
    pub scope: Scope,
    /// What is known under a key.
    pub kind: FactKind,
    /// Names of its fields; one empty name for a scalar.
    pub fields: Vec<Arc<str>>,
    /// How many keys.
    pub keys: u8,
    /// Milliseconds after which it is forgotten.
    pub expires_ms: Option<u64>,
    /// Where the declaration stands.
    pub origin: Origin,
    /// Its name, relative to the item.
    pub span: Span,
}

/// Taint that only restricts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Qualified id.
    pub id: Arc<str>,
    /// Where it is kept.
    pub slot: Slot16,
    /// One session's or one principal's.
    pub scope: Scope,
    /// Some tool sets it; otherwise the host does.
    pub sourced: bool,
    /// Where the declaration stands.
    pub origin: Origin,
    /// Its name, relative to the item.
    pub span: Span,
}

/// A bound on calls, sums or distinct values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Index into [`Policy::statements`].
    pub statement: u32,
    /// Where it is kept.
    pub slot: Slot16,
    /// Whose it is.
    pub scope: Scope,
    /// How many keys.
    pub keys: u8,
    /// How much at most, in units of 10⁻⁹.
    pub max: i128,
    /// Over which time.
    pub window: Window,
    /// What is counted.
    pub counting: Counting,
    /// A call that fails stays counted.
    pub keeps_failures: bool,
}

/// Over which time a limit counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Window {
    /// Any interval of so many milliseconds.
    Trailing(u64),
    /// The whole session.
    Session,
    /// A unit of civil time in an IANA zone.
    Calendar(CalendarUnit, Arc<str>),
}

/// `redact NAME on …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// Index into [`Policy::statements`].
    pub statement: u32,
    /// Places below the result's root.
    pub paths: Vec<Vec<PathStep>>,
    /// What is taken out wherever it is found.
    pub patterns: Vec<Pattern>,
    /// What stands in its place.
    pub marker: Arc<str>,
    /// Images pass.
    pub keep_images: bool,
}

/// One step down in a result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// `.name`
    Key(Arc<str>),
    /// `..name`: at any depth.
    Deep(Arc<str>),
    /// `[*]`: every element.
    Every,
}

impl From<&ast::PathStep> for PathStep {
    fn from(step: &ast::PathStep) -> Self {
        match step {
            ast::PathStep::Key(name) => Self::Key(Arc::from(name.text.as_str())),
            ast::PathStep::Deep(name) => Self::Deep(Arc::from(name.text.as_str())),
            ast::PathStep::Every => Self::Every,
        }
    }
}

/// `append NAME on reply`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclaimer {
    /// Index into [`Policy::statements`].
    pub statement: u32,
    /// What is appended.
    pub text: Arc<str>,
}

/// What the calls of one tool change and count towards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolMemory {
    /// Limits that count its calls.
    pub limits: Vec<LimitUse>,
    /// What an admitted call changes, whatever its outcome.
    pub admit: Vec<Action>,
    /// What a success teaches.
    pub learn: Vec<Action>,
    /// Labels whose condition reads the result: set before any of it is shown.
    pub shown: Vec<Action>,
    /// Result rules and redactions, by statement, each unless its condition is false.
    pub shows: Vec<(u32, Arc<Expr>)>,
    /// Type of its result, where something reads it.
    pub result: Option<Arc<ResultTy>>,
}

/// A limit as one tool's calls count towards it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitUse {
    /// Index into [`Policy::limits`].
    pub limit: u32,
    /// It counts unless this is false.
    pub when: Arc<Expr>,
    /// Its keys.
    pub keys: Vec<Expr>,
    /// How much a call counts, a [`ExprKind::Linear`] unscaled as in [`Comparison`]; or the value that is counted once.
    pub amount: Expr,
}

/// A change of what is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// When it happens: a label, a charge and forgetting unless it is false, a fact is learned if it is true and unknown if it is.
    pub when: Expr,
    /// For every element of a list, of every such element's list …; the first of each is what its condition (if any) is asked of.
    pub each: Vec<EachElement>,
    /// What happens.
    pub kind: ActionKind,
}

/// `each x in xs where e`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EachElement {
    /// The element.
    pub var: VarId,
    /// A list.
    pub domain: Expr,
    /// Elements of which it is not true are passed over.
    pub filter: Option<Expr>,
}

/// What an [`Action`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    /// Sets a label.
    SetLabel(u32, Lasts),
    /// The outcome decides what is known under this key.
    Pend(u32, Vec<Expr>),
    /// A counter grows by the amount.
    Tally(u32, Vec<Expr>, Expr),
    /// A fact's fields become known; those without an expression are absent.
    Learn(u32, Vec<Expr>, Vec<Option<Expr>>),
    /// A value joins a set.
    Join(u32, Vec<Expr>, Expr),
    /// A fact is no longer known.
    Forget(u32, Vec<Expr>),
}

/// A fact under its keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FactUse {
    /// Index into [`Policy::facts`].
    pub fact: u32,
    /// Scalars, one per key.
    pub keys: Vec<Expr>,
}

/// A source file of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    /// Path relative to the root policy's directory, with `/`.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Identity from the lock.
    pub identity: Arc<str>,
    /// The root policy's alias, or empty.
    pub alias: Arc<str>,
    /// Digest of the lock.
    pub lock: Digest,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolInfo {
    /// Index into [`Policy::servers`].
    pub server: u16,
    /// Exact name.
    pub name: Arc<str>,
    /// Digest of its locked definition.
    pub digest: Digest,
    /// Type of its arguments (`open` paths applied).
    pub args: Arc<ArgsTy>,
    /// The locked description's first line, if kept.
    pub summary: Option<Arc<str>>,
    /// Its calls may have rounds with input.
    pub input: bool,
}

/// Where a statement stands. Spans in its trees count from `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// Index into [`Policy::sources`].
    pub source: u16,
    /// Byte offset of the item in that file.
    pub start: u32,
}

/// A statement's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Qualified id.
    pub id: Arc<str>,
    /// Its effect.
    pub effect: Effect,
    /// Its form.
    pub kind: StatementKind,
    /// From a guardrails file.
    pub guardrail: bool,
    /// Evaluated, never decisive.
    pub shadow: bool,
    /// The author's reason, or empty.
    pub because: Arc<str>,
    /// Terms of an `ask`.
    pub terms: Option<ApprovalTerms>,
    /// Doc comment lines, joined by newlines.
    pub docs: Arc<str>,
    /// Where the item stands.
    pub origin: Origin,
    /// The rule, arm or hide, relative to the item.
    pub span: Span,
}

/// What can match on one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A rule or hide: index into [`Policy::statements`], and its condition (`when a unless b` is `a and not (b)`; none is `true`).
    Rule(u32, Arc<Expr>),
    /// The arms of a `decide` in order. A deny or ask arm matches unless its condition is false, an allow arm if it is true; arms after
    /// a matching one are not looked at.
    Decide(Vec<(u32, Arc<Expr>)>),
}

impl Block {
    /// The numbers of its statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = u32> + '_ {
        let (one, arms) = match self {
            Self::Rule(number, _) => (Some(*number), &[][..]),
            Self::Decide(arms) => (None, arms.as_slice()),
        };
        one.into_iter().chain(arms.iter().map(|(number, _)| *number))
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The text it came from, relative to the item; of an inlined body, the use.
    pub span: Span,
}

/// A name bound by a quantifier or aggregate; unique within one tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u32);

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// The call's arguments.
    Args,
    /// The host's principal.
    Principal,
    /// The host's session.
    Session,
    /// The call's result: its structured content, or the JSON that its text is.
    Result,
    /// The plain text of the call's result.
    ResultText,
    /// The element a variable stands for.
    Var(VarId),
}

/// A path of constant keys from a root. A missing key, or a step into what is no object, has no value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where it starts.
    pub root: Root,
    /// Keys, outermost first; may be empty for a variable.
    pub steps: Vec<Arc<str>>,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Const {
    /// A boolean.
    Bool(bool),
    /// A number in units of 10⁻⁹. Timestamps and durations are milliseconds, dates are days since 1970-01-01, as numbers.
    Number(i128),
    /// Text.
    Text(Arc<str>),
}

/// The forms of expression. "Has no value": absent, null, not parsed, a missing key, an empty list's first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExprKind {
    // ---- conditions ----
    /// Kleene negation.
    Not(Box<Expr>),
    /// Kleene conjunction; empty: true.
    And(Vec<Expr>),
    /// Kleene disjunction; empty: false.
    Or(Vec<Expr>),
    /// Present and not null. Never unknown. The operand is a place, or a view's member.
    Has(Box<Expr>),
    /// Present and null. Never unknown.
    IsNull(Box<Expr>),
    /// Of one of these kinds (`KIND_*` bits of `runtime::program::plan` and `KIND_INTEGER` of `instr`) — and, if texts are given and it is
    /// text, one of them. Never unknown; absent: false.
    IsKind(Box<Expr>, u32, Option<Vec<Arc<str>>>),
    /// A boolean value used as a condition: unknown unless it is a boolean.
    IsTrue(Box<Expr>),
    /// Two scalars are equal. Unknown if either has no value or they are of different kinds.
    Equal(Box<Expr>, Box<Expr>),
    /// Σ coefficient × value `op` constant, exact. Unknown if a value is no number. See [`Comparison`].
    Compare(Comparison),
    /// A scalar equals one of the constants (all of one kind): unknown if it has no value or another kind.
    InConsts(Box<Expr>, Vec<Const>),
    /// A scalar equals an element of a list: `any e in list: e == x` (Kleene). Unknown if either has no value.
    InList(Box<Expr>, Box<Expr>),
    /// `subject op pattern` on text. Unknown unless both are text.
    TextTest(TextTest, Box<Expr>, Box<Expr>),
    /// `like`, `matches`, `finds`. Unknown unless text.
    Matches(Box<Expr>, Pattern),
    /// `path(e) under root`: unknown unless the whole text is an absolute path that reads in one way.
    Under(Box<Expr>, Arc<str>),
    /// `ip(e) in cidr block` (canonical text): unknown unless an address.
    InCidr(Box<Expr>, Arc<str>),
    /// Every element of the first list equals an element of the second (Kleene; over an empty list true). Unknown if either has no value.
    Subset(Box<Expr>, Box<Expr>),
    /// `any`/`all`: Kleene over the elements; unknown if the domain has no value.
    Quantifier {
        /// `all` rather than `any`.
        all: bool,
        /// Bound variable.
        var: VarId,
        /// A list.
        domain: Box<Expr>,
        /// `zip`: a second variable and list; unknown if the lengths differ.
        zip: Option<(VarId, Box<Expr>)>,
        /// The condition.
        body: Box<Expr>,
    },

    /// `session has label L`: index into [`Policy::labels`]. Never unknown.
    HasLabel(u32),
    /// A scalar is in a learned set. Nothing learned: false; unknown if the scalar or a key has no value.
    InSet(Box<Expr>, FactUse),

    // ---- values ----
    /// A part of a fact: no value if it is not known, or a key has none.
    Fact(FactUse, FactPart),
    /// A constant.
    Const(Const),
    /// What stands at a place.
    Place(Place),
    /// The time of the decision, UTC milliseconds.
    Now,
    /// A member of a typed view of a text: stable numbers from `runtime::views::table`.
    View(View),
    /// The first, or the second where the first is absent, null or not parsed (not where it is of another type).
    Coalesce(Box<Expr>, Box<Expr>),
    /// A sum of terms, as in [`Comparison`], that is not compared here (an aggregate's body).
    Linear(Linear),
    /// Code points of a text.
    Length(Box<Expr>),
    /// ASCII lower case of a text.
    Lower(Box<Expr>),
    /// Number of elements of a list.
    Count(Box<Expr>),
    /// Number of elements whose condition is true; no value if one is unknown or the domain has no value.
    CountIf(VarId, Box<Expr>, Box<Expr>),
    /// Sum over the elements; no value if one has none or the domain has none.
    Sum(VarId, Box<Expr>, Linear),
    /// First element.
    First(Box<Expr>),
    /// Last element.
    Last(Box<Expr>),
    /// A constant table under a text key.
    Table(Arc<Vec<(Arc<str>, Const)>>, Box<Expr>),
    /// A map's member under a key that is computed.
    MapGet(Box<Expr>, Box<Expr>),
    /// Civil time of a timestamp in an IANA zone.
    Civil(CivilPart, Box<Expr>, Arc<str>),
    /// A path below a computed record (`first(args.items).id`).
    Member(Box<Expr>, Vec<Arc<str>>),

    // ---- lists ----
    /// `[a, b]`, constants or computed scalars.
    List(Vec<Expr>),
    /// `xs ++ ys`: no value if one has none.
    Concat(Vec<Expr>),
    /// Keys of a map.
    Keys(Box<Expr>),
    /// Values of a map.
    Values(Box<Expr>),
}

/// Σ coefficient × value + constant, in units of 10⁻⁹ × 10^-scale.
///
/// The fraction of constant factors is cleared: coefficients are integers. With the element cap of 10⁶ no intermediate leaves i128;
/// the checker proves it (semantics.md 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Linear {
    /// Terms: integer coefficient, and a number-valued expression.
    pub terms: Vec<(i64, Expr)>,
    /// Added constant, in the same units.
    pub constant: i128,
    /// The true value is this sum × 10^-scale.
    pub scale: u8,
}

/// Σ coefficient × value `op` constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// Terms: integer coefficient, and a number-valued expression. A `Sum` or `Linear` counts unscaled, as true value × 10^scale; `a ?? b`
    /// counts as true value × 10^(the greater scale of both). That factor is in the coefficients.
    pub terms: Vec<(i64, Expr)>,
    /// How to compare.
    pub op: policyc_runtime::program::instr::Compare,
    /// In units of 10⁻⁹, scaled as the terms are.
    pub constant: i128,
}

/// Tests of text against text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextTest {
    /// `starts_with`
    StartsWith,
    /// `ends_with`
    EndsWith,
    /// `contains`
    Contains,
    /// `mentions(text, value)`
    Mentions,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// How it is written.
    pub kind: PatternKind,
    /// Its source: glob or regex without slashes.
    pub source: Arc<str>,
    /// Flag `i`: ASCII letters match in either case.
    pub ignore_case: bool,
}

/// Kinds of pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternKind {
    /// `like "a*b"`: `*` any text, `?` one code point, both including `/` and newlines (semantics.md 29).
    Like,
    /// `path(x) like "src/**"`: `*` stays within a segment, `**` crosses.
    PathLike,
    /// `matches /re/`: the whole text.
    Matches,
    /// `finds /re/`: anywhere.
    Finds,
}

/// Parts of civil time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CivilPart {
    /// 0–23.
    Hour,
    /// `"mon"` … `"sun"`.
    Weekday,
    /// Days since 1970-01-01.
    Date,
}

/// A member of a typed view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct View {
    /// Stable number of the view.
    pub view: u16,
    /// Stable number of the member.
    pub member: u8,
    /// The text.
    pub subject: Box<Expr>,
    /// Constant parameter (dialect, zone).
    pub param: Option<Arc<str>>,
}
