//! A policy to decide by. In: the path of a source file or of a built program. Out: the loaded program, and the report if there is one.

use crate::commands::check::tell;
use crate::commands::format::Format;
use crate::disk::{Disk, STDIN, read};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use policyc_compiler::build::build;
use policyc_compiler::diagnostics::{Code, Level};
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

impl Loaded {
    /// The files that it was made of.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.report.iter().flat_map(|report| &report.files).map(|file| &*file.path)
    }
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum NotLoaded {
    /// The policy has errors, which have been told on standard error.
    Errors(Box<Unusable>),
    /// Something else.
    Trouble(Trouble),
}

/// A policy with errors.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// The errors, and the files that they are in.
    pub(crate) report: Report,
    /// Findings; trouble if a file that it needs could not be read.
    pub(crate) exit: Exit,
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
            .map_err(|error| Trouble::new(format!("`{path}`: {error}")).of(Code::E0003, path))?;
        return Ok(Loaded { pdp, report: None });
    }
    let disk = if path == STDIN { Disk::with_stdin(bytes) } else { Disk::default() };
    let compiler = Compiler::new(Arc::new(disk));
    let report = compiler.report(path);
    match build(&report) {
        Ok(built) => {
            let pdp = Pdp::from_program(built.program, &Requirements::default()).map_err(|error| {
                Trouble::new(format!("the built program cannot be loaded: {error}")).of(Code::E0003, path)
            })?;
            Ok(Loaded { pdp, report: Some(report) })
        }
        Err(found) => {
            let mut report = Report::clone(&report);
            report.diagnostics.retain(|diagnostic| diagnostic.level == Level::Error);
            report.diagnostics.extend(found);
            let exit = tell(&report, Format::Human, false, Stream::Err, output)?.and(unread(&compiler));
            Err(NotLoaded::Errors(Box::new(Unusable { report, exit })))
        }
    }
}

/// Trouble if a file that a policy needs could not be read.
pub(crate) fn unread(compiler: &Compiler) -> Exit {
    if compiler.unread().is_empty() { Exit::Clean } else { Exit::Trouble }
}
