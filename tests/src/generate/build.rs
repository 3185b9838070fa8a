//! From source text to programs. In: a generated policy. Out: the checked policy, its program with and without index; statements that
//! the compiler refuses are left out and counted.

use super::policy::{ItemKind, PolicyText, ROOT};
use policyc_compiler::Compiler;
use policyc_compiler::diagnostics::{Diagnostic, Level};
use policyc_compiler::emit::{EmitOptions, emit};
use policyc_compiler::report::Report;
use policyc_compiler::typed::{Policy, ToolInfo};
use policyc_runtime::Program;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A policy that checks.
#[derive(Debug, Clone)]
pub struct Built {
    /// What is left of the source.
    pub source: PolicyText,
    /// The checked policy.
    pub policy: Arc<Policy>,
    /// Its program.
    pub indexed: Arc<Program>,
    /// Its program without index.
    pub linear: Program,
    /// Statements that were refused, with the first complaint about each.
    pub refused: Vec<String>,
    /// Statements that were generated.
    pub statements: usize,
}

impl Built {
    /// The checked policy's tool of that server and name.
    #[must_use]
    pub fn tool(&self, server: &str, name: &str) -> Option<&ToolInfo> {
        let of = |tool: &&ToolInfo| {
            self.policy.servers.get(usize::from(tool.server)).is_some_and(|s| *s.identity == *server)
        };
        self.policy.tools.iter().filter(of).find(|tool| *tool.name == *name)
    }
}

/// Compiles a policy: what there is to say about it, and its program.
#[must_use]
pub fn compile(source: &PolicyText) -> (Arc<Report>, Option<Arc<Program>>) {
    Compiler::new(Arc::new(source.files())).build(ROOT)
}

/// Checks a policy and leaves out statements with errors until it passes; `None` if it does not after a few rounds.
#[must_use]
pub fn build(mut source: PolicyText) -> Option<Built> {
    let statements = source.items.iter().filter(|item| item.kind == ItemKind::Statement).count();
    let mut refused = Vec::new();
    for _ in 0..6 {
        let (report, program) = compile(&source);
        if let (Some(policy), Some(indexed)) = (&report.policy, program) {
            let linear = emit(policy, &EmitOptions { index: false }).ok()?.program;
            return Some(Built { source, policy: policy.clone(), indexed, linear, refused, statements });
        }
        let errors: Vec<&Diagnostic> =
            report.diagnostics.iter().filter(|d| d.level == Level::Error).collect();
        let wrong: BTreeSet<usize> = errors.iter().filter_map(|error| item_at(&source, error)).collect();
        for index in &wrong {
            let first = errors.iter().find(|error| item_at(&source, error) == Some(*index));
            let words = first.map(|error| format!("{} {}", error.code.name(), error.message));
            let text = source.items.get(*index).map(|item| item.text.clone()).unwrap_or_default();
            refused.push(format!("{}\n    in {text}", words.unwrap_or_default()));
        }
        let before = source.items.len();
        let mut index = 0;
        source.items.retain(|item| {
            let keep = !wrong.contains(&index) || item.kind == ItemKind::Frame && !is_definition(&item.text);
            index += 1;
            keep
        });
        if source.items.len() == before {
            return None;
        }
    }
    None
}

fn is_definition(text: &str) -> bool {
    text.starts_with("fn ") || text.starts_with("let ") || text.starts_with("group ")
}

/// The item that a diagnostic is about.
fn item_at(source: &PolicyText, diagnostic: &Diagnostic) -> Option<usize> {
    let file = source.paths.iter().position(|path| **path == *diagnostic.at.file)?;
    let offset = usize::try_from(diagnostic.at.span.start).ok()?;
    let mut start = 0;
    for (index, item) in source.items.iter().enumerate().filter(|(_, item)| item.file == file) {
        let end = start + item.text.len() + 2;
        if (start..end).contains(&offset) {
            return Some(index);
        }
        start = end;
    }
    None
}
