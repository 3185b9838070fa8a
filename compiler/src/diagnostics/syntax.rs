//! A single file's syntax errors as a report. In: a path and bytes. Out: [`Report`] without a policy, for tools that read no imports.

use crate::db::convert;
use crate::report::{FileText, Report};
use policyc_grammar::parse::parse_bytes;
use std::sync::Arc;

/// What does not read in a file.
#[must_use]
pub fn syntax_report(path: &str, bytes: &[u8]) -> Report {
    let file: Arc<str> = path.into();
    let errors = parse_bytes(bytes).errors;
    Report {
        diagnostics: errors.iter().map(|error| convert::syntax(&file, error)).collect(),
        files: vec![FileText { path: file, text: String::from_utf8_lossy(bytes).into() }],
        ..Report::default()
    }
}
