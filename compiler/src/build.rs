//! From a report to a program. In: a checked policy. Out: the program, or what only emission can see, as a diagnostic with its place.

use crate::db::convert::emit_error;
use crate::diagnostics::Diagnostic;
use crate::emit::{EmitOptions, emit};
use crate::report::Report;
use policyc_runtime::program::Program;

/// A built program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The program.
    pub program: Program,
    /// Schema constraints that it does not enforce, one line each.
    pub notes: Vec<String>,
}

/// Builds the program of what was checked.
///
/// # Errors
/// What emission refuses. None if the report has errors already: they are why there is no program.
pub fn build(report: &Report) -> Result<Built, Vec<Diagnostic>> {
    let policy = report.policy.as_ref().ok_or_else(Vec::new)?;
    // The root is the first file that was read.
    let root = report.files.first().map_or("", |file| &*file.path);
    let emitted =
        emit(policy, &EmitOptions::default()).map_err(|error| vec![emit_error(policy, &error, root)])?;
    Ok(Built { program: emitted.program, notes: emitted.notes })
}
