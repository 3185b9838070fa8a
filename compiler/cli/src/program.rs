//! A policy to decide by. In: the path of a source file or of a built program. Out: the loaded program, and the report if there is one.

use crate::commands::check::tell;
use crate::commands::format::Format;
use crate::disk::{Disk, read};
use crate::exit::Trouble;
use crate::output::{Output, Stream};
use policyc_compiler::build::build;
use policyc_compiler::diagnostics::Level;
use policyc_compiler::{Compiler, Report};
use policyc_runtime::program::encode::MAGIC;
use policyc_runtime::{Pdp, Requirements};
use std::sync::Arc;

/// A loaded policy.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What decides.
    pub(crate) pdp: Pdp,
    /// What the check found; none for a built program.
    pub(crate) report: Option<Arc<Report>>,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum NotLoaded {
    /// The policy has errors. They have been told.
    Errors,
    /// Something else.
    Trouble(Trouble),
}

impl From<Trouble> for NotLoaded {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// Loads a policy; errors of the source are told on standard error.
pub(crate) fn load(path: &str, output: &Output) -> Result<Loaded, NotLoaded> {
    let bytes = read(path)?;
    if bytes.starts_with(&MAGIC) {
        let pdp = Pdp::load(&bytes, &Requirements::default())
            .map_err(|error| Trouble::new(format!("`{path}`: {error}")))?;
        return Ok(Loaded { pdp, report: None });
    }
    from_report(Compiler::new(Arc::new(Disk)).report(path), output)
}

/// Builds and loads what was checked; errors are told on standard error.
fn from_report(report: Arc<Report>, output: &Output) -> Result<Loaded, NotLoaded> {
    match build(&report) {
        Ok(built) => {
            let pdp = Pdp::from_program(built.program, &Requirements::default())
                .map_err(|error| Trouble::new(format!("the built program cannot be loaded: {error}")))?;
            Ok(Loaded { pdp, report: Some(report) })
        }
        Err(found) => {
            let mut shown = Report::clone(&report);
            shown.diagnostics.retain(|diagnostic| diagnostic.level == Level::Error);
            shown.diagnostics.extend(found);
            tell(&shown, Format::Human, false, Stream::Err, output)?;
            Err(NotLoaded::Errors)
        }
    }
}
