//! From a report to a program. In: a checked policy. Out: the program, or what only emission can see, as diagnostics with places.

use crate::diagnostics::{Code, Diagnostic, Location};
use crate::emit::{EmitError, EmitErrorKind, EmitOptions, emit};
use crate::report::Report;
use crate::resolve::paths::join;
use crate::typed::Policy;
use policyc_runtime::program::Program;
use std::sync::Arc;

/// A built program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The program.
    pub program: Program,
    /// Schema constraints that it does not enforce, one line each.
    pub notes: Vec<String>,
}

/// Builds the program of a report without errors.
///
/// # Errors
/// What emission refuses. A report with errors gives no diagnostics of its own: they are in the report.
pub fn build(report: &Report) -> Result<Built, Vec<Diagnostic>> {
    let Some(policy) = &report.policy else { return Err(Vec::new()) };
    let emitted =
        emit(policy, &EmitOptions::default()).map_err(|error| vec![diagnostic(report, policy, &error)])?;
    Ok(Built { program: emitted.program, notes: emitted.notes })
}

fn diagnostic(report: &Report, policy: &Policy, error: &EmitError) -> Diagnostic {
    let root: Arc<str> = report.files.first().map_or_else(|| "".into(), |file| file.path.clone());
    let code = match error.kind {
        EmitErrorKind::Pattern(_) => Code::E0408,
        EmitErrorKind::ZipOperand => Code::E0412,
        _ => Code::E0508,
    };
    let statement = error.statement.and_then(|index| policy.statements.get(index as usize));
    let place = statement.map(|statement| {
        let source = policy.sources.get(usize::from(statement.origin.source));
        let file = source.map_or_else(|| root.clone(), |source| join(&root, &source.path).into());
        Location { file, span: error.span.shifted(i64::from(statement.origin.start)) }
    });
    let at = place.unwrap_or(Location { file: root.clone(), span: error.span });
    let out = Diagnostic::new(code, at, error.to_string());
    match statement {
        Some(statement) => out.note(format!("found while compiling `{}`", statement.id)),
        None => out,
    }
}
