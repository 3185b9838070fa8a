//! Voting. In: an approval's cell, who votes and how. Out: the cell with the vote, and what it changes.

use super::cell::{Approval, Phase, bit};
use crate::state::StateError;
use alloc::vec::Vec;

/// A person, as the host authenticated them.
#[derive(Debug, Clone, Copy)]
pub struct Approver<'a> {
    /// Who; the same for one person at every vote, and of the same kind as the principal's id.
    pub id: &'a [u8],
    /// What they may approve as: compared with the `from` of asks.
    pub roles: &'a [&'a str],
}

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// What a vote changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voted {
    /// It counts.
    Counted {
        /// Every ask has its quorum.
        granted: bool,
    },
    /// The approval has ended; the call is denied until then.
    Rejected {
        /// UTC milliseconds, exclusive.
        until_ms: i64,
    },
    /// It does not count, and the cell stays as it is.
    Refused(Refusal),
}

/// Why a vote does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The approver is the call's principal or acts for it.
    OwnCall,
    /// No ask lists a role of the approver.
    NotAsked,
    /// The deadline is over.
    Expired,
    /// It was rejected or used.
    Ended,
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::OwnCall => "the approver makes the call, or acts for whoever does",
            Self::NotAsked => "no ask lists a role of the approver",
            Self::Expired => "the approval's deadline is over",
            Self::Ended => "the approval was used or rejected before",
        })
    }
}

/// An approver answers at `now`. `delegates` are the ids of all who act for the principal of the call. `out` is the cell in any case.
///
/// # Errors
/// `Unreadable`, `OtherFormat`; `Capped`: more than 256 approvers.
pub fn vote(
    cell: &[u8],
    approver: Approver<'_>,
    answer: Answer,
    delegates: &[&[u8]],
    now: i64,
    out: &mut Vec<u8>,
) -> Result<Voted, StateError> {
    let old = Approval::read(cell)?;
    let now = old.clamp(now);
    let mask = asked(&old, approver.roles);
    if let Some(refusal) = refusal(&old, approver, delegates, mask, now) {
        out.clear();
        out.extend_from_slice(cell);
        return Ok(Voted::Refused(refusal));
    }
    let mut new = old;
    new.head.last_ms = now;
    if answer == Answer::Reject {
        let until_ms = now.saturating_add_unsigned(old.head.rejected_ms);
        new.head.phase = Phase::Rejected { until_ms };
        new.write(core::iter::empty(), old.votes(), out)?;
        return Ok(Voted::Rejected { until_ms });
    }
    let own = old.votes().filter(|(id, _)| *id == approver.id).fold(mask, |all, (_, mask)| all | mask);
    let votes = old.votes().filter(|(id, _)| *id != approver.id).chain([(approver.id, own)]);
    new.write(core::iter::empty(), votes, out)?;
    Ok(Voted::Counted { granted: Approval::read(out)?.is_met() })
}

/// The asks that list one of these roles.
fn asked(approval: &Approval<'_>, roles: &[&str]) -> u64 {
    let asked = approval.asks().enumerate().filter(|(_, ask)| ask.lists(roles));
    asked.fold(0, |mask, (index, _)| mask | bit(index))
}

fn refusal(
    approval: &Approval<'_>,
    approver: Approver<'_>,
    delegates: &[&[u8]],
    mask: u64,
    now: i64,
) -> Option<Refusal> {
    if approver.id == approval.head.principal || delegates.contains(&approver.id) {
        Some(Refusal::OwnCall)
    } else if approval.head.phase != Phase::Open {
        Some(Refusal::Ended)
    } else if now >= approval.head.deadline_ms {
        Some(Refusal::Expired)
    } else if mask == 0 || approver.id.is_empty() {
        Some(Refusal::NotAsked)
    } else {
        None
    }
}
