//! The bytes of an approval's cell. In: a cell. Out: its phase, asks and votes; and back.
//!
//! `head | phase | program | principal | times | asks | votes`. Of an ask the cell keeps its id, roles and quorum; of a vote who gave it
//! and, as a bit each, the asks it counts for.

use super::{ASKS, Ask, VOTES};
use crate::program::Digest;
use crate::state::wire::{self, Reader};
use crate::state::{AdmissionId, Kind, StateError};
use alloc::vec::Vec;

/// Where an approval stands, but for time and votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    Rejected { until_ms: i64 },
    Used { by: AdmissionId },
}

/// The parts of fixed size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'c> {
    pub(super) phase: Phase,
    pub(super) program: Digest,
    pub(super) principal: &'c [u8],
    pub(super) opened_ms: i64,
    /// Latest time that anything happened to it.
    pub(super) last_ms: i64,
    pub(super) deadline_ms: i64,
    /// How long a rejection holds.
    pub(super) rejected_ms: u64,
}

/// Asks or votes as they stand in the cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct List<'c> {
    pub(super) count: usize,
    pub(super) bytes: &'c [u8],
}

/// An approval's cell, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'c> {
    pub(super) head: Head<'c>,
    pub(super) asks: List<'c>,
    pub(super) votes: List<'c>,
}

/// An ask of an approval.
#[derive(Debug, Clone, Copy)]
pub struct AskState<'c> {
    /// Qualified id of the statement.
    pub id: &'c [u8],
    /// How many distinct approvers it wants.
    pub quorum: u32,
    /// How many have approved.
    pub votes: usize,
    roles: (u16, &'c [u8]),
}

/// A vote: who, and a bit for each ask that it counts for.
pub(super) type Vote<'c> = (&'c [u8], u64);

const OPEN: u8 = 0;
const REJECTED: u8 = 1;
const USED: u8 = 2;

impl<'c> Approval<'c> {
    /// Reads the whole cell.
    ///
    /// # Errors
    /// `Unreadable`, `OtherFormat`.
    pub fn read(cell: &'c [u8]) -> Result<Self, StateError> {
        let mut reader = Reader::open(cell, Kind::Approval)?;
        let phase = match reader.u8()? {
            OPEN => Phase::Open,
            REJECTED => Phase::Rejected { until_ms: reader.i64()? },
            USED => Phase::Used { by: reader.admission()? },
            _ => return Err(StateError::Unreadable),
        };
        let head = Head {
            phase,
            program: reader.array()?,
            principal: reader.text()?,
            opened_ms: reader.i64()?,
            last_ms: reader.i64()?,
            deadline_ms: reader.i64()?,
            rejected_ms: reader.u64()?,
        };
        let asks = List::read(&mut reader, ASKS, |reader| read_ask(reader).map(|_| ()))?;
        let votes = List::read(&mut reader, VOTES, |reader| read_vote(reader).map(|_| ()))?;
        reader.end()?;
        let approval = Self { head, asks, votes };
        if approval.is_distinct() { Ok(approval) } else { Err(StateError::Unreadable) }
    }

    /// Nobody votes twice.
    fn is_distinct(&self) -> bool {
        let before = |index, id| self.votes().take(index).any(|(other, _)| other == id);
        !self.votes().enumerate().any(|(index, (id, _))| before(index, id))
    }

    /// The time to use where the caller says `now`.
    pub(super) fn clamp(&self, now: i64) -> i64 {
        now.max(self.head.last_ms)
    }

    /// Its asks, in the order they were made.
    pub fn asks(&self) -> impl Iterator<Item = AskState<'c>> + use<'c> {
        let (mut reader, votes) = (Reader::part(self.asks.bytes), *self);
        // All bytes were read once before, so nothing fails here.
        (0..self.asks.count).map_while(move |index| {
            let ask = read_ask(&mut reader).ok()?;
            let counted = votes.votes().filter(|(_, mask)| mask & bit(index) != 0).count();
            Some(AskState { votes: counted, ..ask })
        })
    }

    /// Who has approved, in the order of their votes.
    pub fn approvers(&self) -> impl Iterator<Item = &'c [u8]> + use<'c> {
        self.votes().map(|(id, _)| id)
    }

    pub(super) fn votes(&self) -> impl Iterator<Item = Vote<'c>> + Clone + use<'c> {
        let mut reader = Reader::part(self.votes.bytes);
        (0..self.votes.count).map_while(move |_| read_vote(&mut reader).ok())
    }

    /// Every ask has its quorum.
    pub(super) fn is_met(&self) -> bool {
        self.asks.count > 0 && self.asks().all(|ask| ask.is_met())
    }

    pub(super) fn has(&self, ask: &Ask<'_>) -> bool {
        self.asks().any(|own| own.is(ask))
    }

    /// Writes the cell with more asks, and with these votes.
    pub(super) fn write<'a, 'v>(
        &self,
        more: impl Iterator<Item = Ask<'a>> + Clone,
        votes: impl Iterator<Item = Vote<'v>> + Clone,
        out: &mut Vec<u8>,
    ) -> Result<(), StateError> {
        self.head.write(out)?;
        push_count(out, self.asks.count.saturating_add(more.clone().count()), ASKS)?;
        out.extend_from_slice(self.asks.bytes);
        for ask in more {
            push_ask(out, &ask)?;
        }
        push_count(out, votes.clone().count(), VOTES)?;
        for (id, mask) in votes {
            wire::push_text(out, id)?;
            out.extend_from_slice(&mask.to_be_bytes());
        }
        Ok(())
    }
}

impl AskState<'_> {
    /// It has its quorum.
    #[must_use]
    pub fn is_met(&self) -> bool {
        // A quorum of none would be a grant by nobody.
        u32::try_from(self.votes).is_ok_and(|votes| votes >= self.quorum.max(1))
    }

    /// It lists one of these roles.
    pub(super) fn lists(&self, roles: &[&str]) -> bool {
        self.roles().any(|own| roles.iter().any(|role| role.as_bytes() == own))
    }

    /// The roles that may approve.
    pub fn roles(&self) -> impl Iterator<Item = &[u8]> {
        let mut reader = Reader::part(self.roles.1);
        (0..self.roles.0).map_while(move |_| reader.text().ok())
    }

    /// It is this ask, on the same terms.
    fn is(&self, ask: &Ask<'_>) -> bool {
        let roles = ask.terms.from.iter().map(|role| role.as_bytes());
        self.id == ask.id.as_bytes() && self.quorum == ask.terms.quorum && self.roles().eq(roles)
    }
}

impl Head<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), StateError> {
        wire::begin(out, Kind::Approval);
        match self.phase {
            Phase::Open => out.push(OPEN),
            Phase::Rejected { until_ms } => {
                out.push(REJECTED);
                out.extend_from_slice(&until_ms.to_be_bytes());
            }
            Phase::Used { by } => {
                out.push(USED);
                out.extend_from_slice(by.bytes());
            }
        }
        out.extend_from_slice(&self.program);
        wire::push_text(out, self.principal)?;
        for ms in [self.opened_ms, self.last_ms, self.deadline_ms] {
            out.extend_from_slice(&ms.to_be_bytes());
        }
        out.extend_from_slice(&self.rejected_ms.to_be_bytes());
        Ok(())
    }
}

impl<'c> List<'c> {
    /// Reads so many items as the cell says; only what they are made of is kept.
    fn read(
        reader: &mut Reader<'c>,
        cap: usize,
        item: impl Fn(&mut Reader<'c>) -> Result<(), StateError>,
    ) -> Result<Self, StateError> {
        let count = usize::from(reader.u16()?);
        let before = reader.rest();
        (0..count).try_for_each(|_| item(reader))?;
        let len = before.len().saturating_sub(reader.rest().len());
        let bytes = before.get(..len).filter(|_| count <= cap).ok_or(StateError::Unreadable)?;
        Ok(Self { count, bytes })
    }
}

/// The bit of an ask; none past the last.
pub(super) fn bit(index: usize) -> u64 {
    u32::try_from(index).ok().and_then(|shift| 1_u64.checked_shl(shift)).unwrap_or_default()
}

fn read_ask<'c>(reader: &mut Reader<'c>) -> Result<AskState<'c>, StateError> {
    let (id, quorum, roles) = (reader.text()?, reader.u32()?, reader.u16()?);
    let before = reader.rest();
    for _ in 0..roles {
        reader.text()?;
    }
    let len = before.len().saturating_sub(reader.rest().len());
    Ok(AskState { id, quorum, votes: 0, roles: (roles, before.get(..len).unwrap_or_default()) })
}

fn push_ask(out: &mut Vec<u8>, ask: &Ask<'_>) -> Result<(), StateError> {
    wire::push_text(out, ask.id.as_bytes())?;
    out.extend_from_slice(&ask.terms.quorum.to_be_bytes());
    push_count(out, ask.terms.from.len(), usize::from(u16::MAX))?;
    ask.terms.from.iter().try_for_each(|role| wire::push_text(out, role.as_bytes()))
}

fn read_vote<'c>(reader: &mut Reader<'c>) -> Result<Vote<'c>, StateError> {
    Ok((reader.text()?, reader.u64()?))
}

fn push_count(out: &mut Vec<u8>, count: usize, cap: usize) -> Result<(), StateError> {
    let count = u16::try_from(count).ok().filter(|count| usize::from(*count) <= cap);
    out.extend_from_slice(&count.ok_or(StateError::Capped)?.to_be_bytes());
    Ok(())
}
