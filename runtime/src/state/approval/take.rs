//! Using an approval. In: the cell, and the asks that match the call as it is evaluated again. Out: whether it may be forwarded.

use super::Ask;
use super::cell::{Approval, Phase};
use crate::decision::BuiltIn;
use crate::program::Digest;
use crate::state::{AdmissionId, StateError};
use alloc::vec::Vec;

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// People are asked.
    Pending {
        /// UTC milliseconds, exclusive.
        deadline_ms: i64,
    },
    /// It can be used once.
    Granted {
        /// UTC milliseconds, exclusive.
        deadline_ms: i64,
    },
    /// Someone rejected it.
    Rejected {
        /// UTC milliseconds from which on the call may ask again.
        until_ms: i64,
    },
    /// Its deadline is over.
    Expired,
    /// A call used it.
    Used {
        /// Which.
        by: AdmissionId,
    },
    /// Another program asked.
    Stale,
}

/// What becomes of a call that wants to use an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Forward it: the approval is used.
    Forward,
    /// People have not granted all that matches now: [`super::request`].
    AskAgain,
    /// Deny it: `approval_expired`, `approval_rejected` or `approval_stale`.
    Denied(BuiltIn),
}

/// Where the approval stands at `now`, under the program that decides now.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn status(cell: &[u8], program: &Digest, now: i64) -> Result<Status, StateError> {
    Ok(Approval::read(cell)?.status(program, now))
}

impl Approval<'_> {
    /// Where it stands at `now`, under the program that decides now.
    #[must_use]
    pub fn status(&self, program: &Digest, now: i64) -> Status {
        let (now, deadline_ms) = (self.clamp(now), self.head.deadline_ms);
        match self.head.phase {
            _ if self.head.program != *program => Status::Stale,
            Phase::Rejected { until_ms } => Status::Rejected { until_ms },
            Phase::Used { by } => Status::Used { by },
            Phase::Open if now >= deadline_ms => Status::Expired,
            Phase::Open if self.is_met() => Status::Granted { deadline_ms },
            Phase::Open => Status::Pending { deadline_ms },
        }
    }
}

/// Uses the approval for the call admitted as `id`, if it is granted and covers every ask that matches at `now`. Call it in the
/// transaction of the admission, and commit `out` with it; `out` is the cell in any case, or empty without one.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn take<'a>(
    cell: Option<&[u8]>,
    program: &Digest,
    mut asks: impl Iterator<Item = Ask<'a>>,
    now: i64,
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<Use, StateError> {
    out.clear();
    let Some(cell) = cell else { return Ok(Use::AskAgain) };
    let old = Approval::read(cell)?;
    let now = old.clamp(now);
    let used = match old.status(program, now) {
        Status::Stale => Use::Denied(BuiltIn::ApprovalStale),
        Status::Expired => Use::Denied(BuiltIn::ApprovalExpired),
        Status::Rejected { until_ms } if now < until_ms => Use::Denied(BuiltIn::ApprovalRejected),
        Status::Granted { .. } if asks.all(|ask| old.has(&ask)) => Use::Forward,
        Status::Granted { .. } | Status::Pending { .. } | Status::Rejected { .. } | Status::Used { .. } => {
            Use::AskAgain
        }
    };
    let mut new = old;
    if used == Use::Forward {
        new.head.last_ms = now;
        new.head.phase = Phase::Used { by: id };
    }
    new.write(core::iter::empty(), old.votes(), out)?;
    Ok(used)
}

/// Gives back what the call `id` used, since nothing of it was sent. Returns whether it had used it; `out` is the cell in any case.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn give_back(cell: &[u8], id: AdmissionId, out: &mut Vec<u8>) -> Result<bool, StateError> {
    let old = Approval::read(cell)?;
    let found = old.head.phase == Phase::Used { by: id };
    let mut new = old;
    if found {
        new.head.phase = Phase::Open;
    }
    new.write(core::iter::empty(), old.votes(), out)?;
    Ok(found)
}
