//! The result of checking one root policy. In: every phase. Out: [`Report`], for the command line and the editors.

use crate::diagnostics::Diagnostic;
use crate::typed::Policy;
use policyc_grammar::ast::Effect;
use policyc_grammar::source::Span;
use std::sync::Arc;

/// A file that took part: policies, guardrails, locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its path as diagnostics name it.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Every file that was read, in the order first met.
    pub files: Vec<FileText>,
    /// Everything to tell the author, sorted by file, place and code.
    pub diagnostics: Vec<Diagnostic>,
    /// The policy, if there was no error.
    pub policy: Option<Arc<Policy>>,
    /// The tests of the root file (guardrails files have their own runs).
    pub tests: Vec<Test>,
}

/// A `test` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its name.
    pub name: Arc<str>,
    /// Path of the file it stands in.
    pub file: Arc<str>,
    /// The whole block, absolute.
    pub span: Span,
    /// What it does, in order.
    pub steps: Vec<TestStep>,
}

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestStep {
    /// Sets the principal for the following calls: JSON text.
    Principal(Arc<str>),
    /// Sets the session for the following calls: JSON text.
    Session(Arc<str>),
    /// Sets the time, UTC milliseconds.
    At(i64),
    /// So many milliseconds pass.
    After(i64),
    /// The host sets a label, by its qualified id.
    Label(Arc<str>),
    /// A call and what is expected of it.
    Call(Box<TestCall>),
    /// An answer to the last call that asked.
    Answer(Box<TestAnswer>),
    /// A reply of the host's and what is expected of it.
    Reply(Box<TestReply>),
}

/// Somebody approves or rejects the last call that asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestAnswer {
    /// Approved, or rejected.
    pub approved: bool,
    /// Who.
    pub by: Arc<str>,
    /// Their roles.
    pub roles: Vec<Arc<str>>,
    /// What is expected of the call then.
    pub expect: Option<Effect>,
    /// Statement ids or built-in reasons that must be among the reasons.
    pub reasons: Vec<Arc<str>>,
    /// The whole step, absolute.
    pub span: Span,
}

/// The host is about to reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReply {
    /// The text.
    pub text: Arc<str>,
    /// What is expected.
    pub expect: Effect,
    /// Ids that must be among the reasons.
    pub by: Vec<Arc<str>>,
    /// Disclaimers that must be appended, and no others; none: not said.
    pub appending: Vec<Arc<str>>,
    /// The whole step, absolute.
    pub span: Span,
}

/// What a test expects of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestShown {
    /// Something is taken out at each of these places: `result.items[*].email`.
    Redacting(Vec<Arc<str>>),
    /// Nothing of it is shown.
    Withheld,
}

/// What comes of a call in a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOutcome {
    /// It succeeds with an empty result.
    Silent,
    /// It succeeds with this JSON.
    Returns(Arc<str>),
    /// It succeeds with this text.
    Says(Arc<str>),
    /// It fails.
    Fails,
    /// Nobody knows.
    Lost,
}

/// A call in a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCall {
    /// Server identity.
    pub server: Arc<str>,
    /// Exact tool name.
    pub tool: Arc<str>,
    /// Arguments, JSON text.
    pub args: Arc<str>,
    /// What comes of it, if it runs.
    pub outcome: CallOutcome,
    /// What is expected of its result.
    pub shown: Vec<TestShown>,
    /// Expected decision.
    pub expect: Effect,
    /// Statement ids or built-in reasons that must be among the reasons.
    pub by: Vec<Arc<str>>,
    /// The whole step, absolute.
    pub span: Span,
}
