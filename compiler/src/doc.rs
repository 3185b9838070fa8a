//! A policy for people who do not write policies: what each principal may do, tool by tool. In: a checked policy and its program's digest.
//! Out: a [`Document`], as one HTML page that needs nothing else, or as Markdown. The same policy gives the same bytes everywhere.

mod blocks;
mod classes;
mod content;
mod html;
mod markdown;
mod may;
mod memory;
mod statements;
#[cfg(test)]
mod tests;
mod tools;

pub use blocks::Document;
pub use classes::Class;
pub use may::Chances;
pub(crate) use tools::hints;

use crate::report::Report;
use crate::typed::Policy;
use policyc_runtime::program::Digest;

/// Describes the policy of a report; `None` if it has errors. `digest` is that of the program that decides by it.
#[must_use]
pub fn document(report: &Report, digest: &Digest) -> Option<Document> {
    let policy = report.policy.as_ref()?;
    Some(content::write(report, policy, digest))
}

/// What can come of calls, by kind of principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// The kinds of principal: at least one.
    pub classes: Vec<Class>,
    /// Fields of the principal that tell the kinds apart. All others can be anything.
    pub fields: Vec<std::sync::Arc<str>>,
    /// Per kind, the chances of each tool, in the order of [`Policy::tools`].
    pub chances: Vec<Vec<Chances>>,
}

/// What can come of a call of each tool, for each kind of principal; whatever the arguments, the session and the time. Never too little:
/// what is decided was among the chances. `None` for a policy of too many conditions.
#[must_use]
pub fn outcomes(policy: &Policy) -> Option<Outcomes> {
    let classes = classes::of(policy);
    let chances = may::chances(policy, &classes)?;
    Some(Outcomes { classes: classes.all, fields: classes.fields, chances })
}
