//! A policy for people who do not write policies: what each principal may do, tool by tool. In: a checked policy and its program's digest.
//! Out: a [`Document`], as one HTML page that needs nothing else, or as Markdown. The same policy gives the same bytes everywhere.

mod blocks;
mod classes;
mod content;
mod html;
mod markdown;
mod may;
mod statements;
#[cfg(test)]
mod tests;
mod tools;

pub use blocks::Document;

use crate::report::Report;
use policyc_runtime::program::Digest;

/// Describes the policy of a report; `None` if it has errors. `digest` is that of the program that decides by it.
#[must_use]
pub fn document(report: &Report, digest: &Digest) -> Option<Document> {
    let policy = report.policy.as_ref()?;
    Some(content::write(report, policy, digest))
}
