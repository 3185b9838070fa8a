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
    /// A call and what is expected of it.
    Call(Box<TestCall>),
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
    /// Expected decision.
    pub expect: Effect,
    /// Statement ids or built-in reasons that must be among the reasons.
    pub by: Vec<Arc<str>>,
    /// The whole step, absolute.
    pub span: Span,
}
