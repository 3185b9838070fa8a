//! From the words of the phases to those of reports. In: syntax errors, file problems, complaints with anchors. Out: [`Diagnostic`]s
//! with absolute places.

use crate::diagnostics::{Code, Diagnostic, Label, Level, Location};
use crate::emit::{EmitError, EmitErrorKind};
use crate::files::FileProblem;
use crate::resolve::anchor::{Found, Spot};
use crate::resolve::namespace::Unusable;
use crate::resolve::paths;
use crate::typed::Policy;
use policyc_grammar::error::{Severity, SyntaxCode, SyntaxError};
use policyc_grammar::source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Starts of items by file.
pub(crate) type Starts = BTreeMap<Arc<str>, Arc<FxHashMap<Arc<str>, u32>>>;

/// Why a file has no contents, as a complaint.
pub(crate) fn file_problem(problem: &FileProblem) -> Unusable {
    let (message, help) = match problem {
        FileProblem::NotFound => ("no such file", "paths are relative to the file that names them"),
        FileProblem::Directory => ("it is a directory", "name a file in it"),
        FileProblem::Unreadable(message) => {
            return Unusable { message: format!("it cannot be read: {message}"), span: None, help: None };
        }
    };
    Unusable { message: message.to_owned(), span: None, help: Some(help.to_owned()) }
}

/// A syntax error.
pub(crate) fn syntax(file: &Arc<str>, error: &SyntaxError) -> Diagnostic {
    let code = match error.code {
        SyntaxCode::InvalidUtf8
        | SyntaxCode::TooLarge
        | SyntaxCode::ByteOrderMark
        | SyntaxCode::LoneCarriageReturn
        | SyntaxCode::ControlCharacter
        | SyntaxCode::BidiControl => Code::E0102,
        SyntaxCode::BidiInString => Code::E0107,
        SyntaxCode::TooDeep => Code::E0103,
        SyntaxCode::MixedAndOr => Code::E0104,
        SyntaxCode::ChainedComparison => Code::E0105,
        SyntaxCode::LaterEdition => Code::E0106,
        _ => Code::E0101,
    };
    let at = Location { file: file.clone(), span: error.span };
    let mut out = Diagnostic::new(code, at, error.message.clone());
    if let Some((span, what)) = &error.label {
        out = out.label(Location { file: file.clone(), span: *span }, what);
    }
    out.help.clone_from(&error.help);
    out.level = match error.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    out
}

/// A complaint with its places made absolute. A place without an item is one in the file itself.
pub(crate) fn found(found: &Found, starts: &Starts) -> Diagnostic {
    let place = |spot: &Spot| {
        let start = starts
            .get(&spot.anchor.file)
            .and_then(|items| items.get(&spot.anchor.item))
            .copied()
            .unwrap_or(0);
        Location { file: spot.anchor.file.clone(), span: spot.span.shifted(i64::from(start)) }
    };
    Diagnostic {
        at: place(&found.at),
        code: found.code,
        level: found.level,
        message: found.message.clone(),
        hint: found.hint.clone(),
        labels: found
            .labels
            .iter()
            .map(|(spot, message)| Label { at: place(spot), message: message.clone() })
            .collect(),
        notes: found.notes.clone(),
        help: found.help.clone(),
        fix: found.fix.clone(),
    }
}

/// What only compiling can see: patterns without an automaton, conditions that need more than the VM has.
pub(crate) fn emit_error(policy: &Policy, error: &EmitError, root: &str) -> Diagnostic {
    let code = match error.kind {
        EmitErrorKind::Pattern(_) => Code::E0408,
        _ => Code::E0508,
    };
    let statement = error.statement.and_then(|n| policy.statements.get(n as usize));
    let source = statement.and_then(|s| policy.sources.get(usize::from(s.origin.source)));
    let at = match (statement, source) {
        (Some(statement), Some(source)) => Location {
            file: Arc::from(paths::join(root, &source.path)),
            span: error.span.shifted(i64::from(statement.origin.start)),
        },
        _ => Location { file: Arc::from(root), span: Span::default() },
    };
    Diagnostic::new(code, at, error.to_string())
}
