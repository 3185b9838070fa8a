//! The queries: text to report, remembered. In: files by path. Out: [`Report`]. Each phase is a plain function elsewhere; a query only
//! remembers its result, so that the command line and the editors run the same code.
//!
//! The firewall: [`queries::declarations`] and [`queries::world`] hold no rule bodies, and spans count from items. An edit in one rule's
//! condition re-executes the parse, and the check of that one statement.

mod annotations;
mod assemble;
pub(crate) mod convert;
mod grants;
mod learnable;
mod linked;
mod lints;
mod lock;
mod memory;
mod on_tools;
mod queries;
#[cfg(test)]
mod tests;

use crate::emit::{EmitOptions, emit};
use crate::files::{FileProblem, Files};
use crate::report::Report;
use policyc_runtime::Program;
use queries::SourceFile;
use salsa::Setter;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What queries see of the database.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// The input for a path; asked for the first time, it is read from the source of files.
    fn source(&self, path: &str) -> SourceFile;
}

/// A compiler that remembers: ask for reports, change files, ask again.
#[salsa::db]
#[derive(Clone)]
pub struct Compiler {
    storage: salsa::Storage<Self>,
    files: Arc<dyn Files + Send + Sync>,
    inputs: Arc<Mutex<BTreeMap<String, SourceFile>>>,
}

impl std::fmt::Debug for Compiler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiler").finish_non_exhaustive()
    }
}

#[salsa::db]
impl salsa::Database for Compiler {}

#[salsa::db]
impl Db for Compiler {
    fn source(&self, path: &str) -> SourceFile {
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = inputs.get(path) {
            return *known;
        }
        let input = SourceFile::new(self, Arc::from(path), self.files.read(path));
        inputs.insert(path.to_owned(), input);
        input
    }
}

impl Compiler {
    /// A compiler over these files.
    #[must_use]
    pub fn new(files: Arc<dyn Files + Send + Sync>) -> Self {
        Self { storage: salsa::Storage::new(None), files, inputs: Arc::default() }
    }

    /// A compiler that tells which queries it executes: their names with the values they are about.
    #[cfg(test)]
    fn logged(files: Arc<dyn Files + Send + Sync>, log: Arc<Mutex<Vec<String>>>) -> Self {
        let listen = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.push(format!("{database_key:?}"));
            }
        };
        Self { storage: salsa::Storage::new(Some(Box::new(listen))), files, inputs: Arc::default() }
    }

    /// Checks the root policy at `path` and all that it imports.
    #[must_use]
    pub fn report(&self, path: &str) -> Arc<Report> {
        queries::report(self, self.source(path)).clone()
    }

    /// Checks and compiles: the report, with what only compiling can see, and the program if nothing is wrong.
    #[must_use]
    pub fn build(&self, path: &str) -> (Arc<Report>, Option<Arc<Program>>) {
        let report = self.report(path);
        let Some(policy) = &report.policy else { return (report, None) };
        match emit(policy, &EmitOptions::default()) {
            Ok(emitted) => (report.clone(), Some(Arc::new(emitted.program))),
            Err(error) => {
                let mut refused = Report::clone(&report);
                refused.diagnostics.push(convert::emit_error(policy, &error, path));
                refused.diagnostics.sort();
                refused.policy = None;
                (Arc::new(refused), None)
            }
        }
    }

    /// Replaces the contents of a file: an unsaved buffer, or what is now on the disk.
    pub fn set(&mut self, path: &str, contents: Result<Arc<[u8]>, FileProblem>) {
        let input = self.source(path);
        if *input.contents(self) != contents {
            let _previous = input.set_contents(self).to(contents);
        }
    }

    /// The paths that were asked for and have no contents, in order.
    #[must_use]
    pub fn unread(&self) -> Vec<String> {
        let inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        let unread = inputs.iter().filter(|(_, file)| file.contents(self).is_err());
        unread.map(|(path, _)| path.clone()).collect()
    }

    /// Every path that was asked for, in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}
