//! Approvals: people's answers to an Ask (semantics.md 36, 43–45). In: the cell of a call's approval, the asks that match, votes. Out:
//! whether the call may be forwarded, and the cell after it.
//!
//! An approval is bound to one call by its [`Fingerprint`]: program, tool, canonical arguments, input, principal and session. It is
//! *pending* until every ask has its quorum of distinct approvers, then *granted*, and *used* at the admission of one call. One
//! rejection ends it, and the same call is denied for a while. A call that is asked again while its approval is pending joins it.
//!
//! A vote counts for the asks that the approver was shown and that list a role of theirs. The principal of the call, and
//! whoever acts for it, never counts.

mod ask;
mod cell;
mod take;
mod vote;

pub use ask::{Requested, request};
pub use cell::{Approval, AskState};
pub use take::{Status, Use, give_back, status, take};
pub use vote::{Answer, Approver, Refusal, Voted, vote};

use crate::program::{ApprovalTerms, Digest};

/// Names what an approval is bound to.
pub type Fingerprint = [u8; 32];

/// An approval without `within` can be used for so long after its request, in milliseconds: a day.
pub const USABLE_MS: u64 = 86_400_000;
/// After a rejection the same call is denied for so long unless a `within` says otherwise, in milliseconds: an hour.
pub const REJECTED_MS: u64 = 3_600_000;
/// Asks of one approval.
const ASKS: usize = 64;
/// Votes of one approval.
const VOTES: usize = 256;

/// What an approval is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// Digest of the program that asked.
    pub program: &'a Digest,
    /// Identity of the server.
    pub server: &'a str,
    /// Exact name of the tool.
    pub tool: &'a str,
    /// Canonical arguments, as they would be forwarded.
    pub args: &'a [u8],
    /// Canonical input of a follow-up round, if there is one.
    pub input: Option<&'a [u8]>,
    /// The principal's handle.
    pub principal: &'a [u8],
    /// The session's handle.
    pub session: &'a [u8],
}

impl Bound<'_> {
    /// The digest of all of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_derive_key("policyc approval 1");
        let has_input: &[u8] = if self.input.is_some() { &[1] } else { &[0] };
        for part in [
            self.program.as_slice(),
            self.server.as_bytes(),
            self.tool.as_bytes(),
            self.args,
            has_input,
            self.input.unwrap_or_default(),
            self.principal,
            self.session,
        ] {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()).update(part);
        }
        *hasher.finalize().as_bytes()
    }
}

/// An ask that matches a call: of a statement or of an exceeded limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Qualified id of the statement.
    pub id: &'a str,
    /// Its terms.
    pub terms: &'a ApprovalTerms,
}

#[cfg(test)]
mod tests;
