//! Asking people. In: the asks that match a call, and the cell of its approval. Out: a new approval, or the one it joins.

use super::cell::{Approval, Head, List, Phase};
use super::{Ask, REJECTED_MS, USABLE_MS};
use crate::program::Digest;
use crate::state::StateError;
use alloc::vec::Vec;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// People are asked; the approval can be used before the deadline.
    Opened {
        /// UTC milliseconds, exclusive.
        deadline_ms: i64,
    },
    /// An identical call asked before; what it did not ask is asked too.
    Joined {
        /// UTC milliseconds, exclusive.
        deadline_ms: i64,
        /// It can be used.
        granted: bool,
    },
    /// An identical call was rejected (`approval_rejected`).
    Rejected {
        /// UTC milliseconds from which on it may ask again.
        until_ms: i64,
    },
}

/// Asks people about a call at `now`, on the terms of all asks that match: each must be met, the earliest deadline holds.
/// `principal` is the id that approvers are compared with. `out` is the cell in any case.
///
/// # Errors
/// `Unreadable`, `OtherFormat`; `Capped`: more than 64 asks.
pub fn request<'a>(
    cell: Option<&[u8]>,
    program: &Digest,
    principal: &[u8],
    asks: impl Iterator<Item = Ask<'a>> + Clone,
    now: i64,
    out: &mut Vec<u8>,
) -> Result<Requested, StateError> {
    let old = cell.map(Approval::read).transpose()?.filter(|old| old.head.program == *program);
    let now = old.map_or(now, |old| old.clamp(now));
    match old.map(|old| (old, old.head.phase)) {
        Some((old, Phase::Rejected { until_ms })) if now < until_ms => {
            old.write(core::iter::empty(), old.votes(), out)?;
            Ok(Requested::Rejected { until_ms })
        }
        Some((old, Phase::Open)) if now < old.head.deadline_ms => {
            let covered = asks.clone().all(|ask| old.has(&ask));
            // People who were not shown an ask have not granted it: what is granted without it does not count at all.
            if old.is_met() && !covered {
                return open(program, principal, asks, now, out);
            }
            join(&old, asks, now, out)
        }
        Some((_, Phase::Open | Phase::Rejected { .. } | Phase::Used { .. })) | None => {
            open(program, principal, asks, now, out)
        }
    }
}

fn open<'a>(
    program: &Digest,
    principal: &[u8],
    asks: impl Iterator<Item = Ask<'a>> + Clone,
    now: i64,
    out: &mut Vec<u8>,
) -> Result<Requested, StateError> {
    let within = within(asks.clone());
    let deadline_ms = now.saturating_add_unsigned(within.unwrap_or(USABLE_MS));
    let head = Head {
        phase: Phase::Open,
        program: *program,
        principal,
        opened_ms: now,
        last_ms: now,
        deadline_ms,
        rejected_ms: within.unwrap_or(REJECTED_MS),
    };
    let empty = Approval { head, asks: List::default(), votes: List::default() };
    empty.write(asks, core::iter::empty(), out)?;
    Ok(Requested::Opened { deadline_ms })
}

/// Votes that were given stay, for the asks that they were given for.
fn join<'a>(
    old: &Approval<'_>,
    asks: impl Iterator<Item = Ask<'a>> + Clone,
    now: i64,
    out: &mut Vec<u8>,
) -> Result<Requested, StateError> {
    let more = asks.filter(|ask| !old.has(ask));
    let granted = old.is_met();
    let mut head = old.head;
    head.last_ms = now;
    if let Some(within) = within(more.clone()) {
        head.deadline_ms = head.deadline_ms.min(now.saturating_add_unsigned(within));
        head.rejected_ms = head.rejected_ms.min(within);
    }
    Approval { head, ..*old }.write(more, old.votes(), out)?;
    Ok(Requested::Joined { deadline_ms: head.deadline_ms, granted })
}

fn within<'a>(asks: impl Iterator<Item = Ask<'a>>) -> Option<u64> {
    asks.filter_map(|ask| ask.terms.within_ms).min()
}
