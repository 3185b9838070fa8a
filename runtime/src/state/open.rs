//! Admitted calls that have no outcome yet. In: what an admission reserved and pended. Out: the call's own cell, and what to undo or
//! settle when the outcome comes, or after a crash.
//!
//! The cell stands under [`super::Kind::Open`] in the call's session, with the call's name as slot. It is written with the admission and
//! deleted with the outcome, so every cell that is there after a crash is a call whose outcome is unknown: its charges stay, at their
//! time, and the keys that it may have changed become unknown (semantics.md 33, 39).

use super::{AdmissionId, Key, Kind, Scope, Seq, StateError, wire, wire::Reader};
use crate::program::Digest;
use alloc::vec::Vec;

/// What an admission did to another cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mark {
    /// It charged a limit of amounts ([`super::window::release`] on failure).
    Charged = 1,
    /// It charged a limit of different values ([`super::window::release`] on failure).
    ChargedValue = 2,
    /// It charged a counter ([`super::counter::give_back`] on failure).
    Counted = 3,
    /// It made a fact's key wait ([`super::fact::settle`]; an unknown outcome: [`super::recover::settle`]).
    Pended = 4,
    /// It used an approval ([`super::approval::give_back`] if nothing was sent).
    Approved = 5,
}

impl Mark {
    const ALL: [Self; 5] = [Self::Charged, Self::ChargedValue, Self::Counted, Self::Pended, Self::Approved];
}

/// An admitted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub id: AdmissionId,
    /// The program that admitted it; it finishes under that one.
    pub program: Digest,
    /// The program's number of the tool.
    pub tool: u32,
    /// When, UTC milliseconds.
    pub at_ms: i64,
    /// Its number in the order of its session.
    pub session_seq: Seq,
    /// Its number in the order of its principal; 0 if it has none there.
    pub principal_seq: Seq,
}

/// Writes the cell of an admitted call.
#[derive(Debug)]
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Writer<'o> {
    /// Begins the cell in `out`, which loses what it held.
    #[must_use]
    pub fn begin(head: &Head, out: &'o mut Vec<u8>) -> Self {
        wire::begin(out, Kind::Open);
        out.extend_from_slice(head.id.bytes());
        out.extend_from_slice(&head.program);
        out.extend_from_slice(&head.tool.to_be_bytes());
        out.extend_from_slice(&head.at_ms.to_be_bytes());
        out.extend_from_slice(&head.session_seq.to_be_bytes());
        out.extend_from_slice(&head.principal_seq.to_be_bytes());
        Self { out }
    }

    /// Adds a cell that the admission changed. Charges that a failure keeps (`failures count`) are not named.
    ///
    /// # Errors
    /// `Capped`: the key has more than 4 GiB.
    pub fn mark(&mut self, mark: Mark, key: &[u8]) -> Result<(), StateError> {
        self.out.push(mark as u8);
        wire::push_text(self.out, key)
    }
}

/// The cell of an admitted call.
#[derive(Debug, Clone, Copy)]
pub struct Open<'c> {
    /// The call.
    pub head: Head,
    marks: Reader<'c>,
}

impl<'c> Open<'c> {
    /// Reads the whole cell.
    ///
    /// # Errors
    /// `Unreadable`, `OtherFormat`.
    pub fn read(cell: &'c [u8]) -> Result<Self, StateError> {
        let mut reader = Reader::open(cell, Kind::Open)?;
        let head = Head {
            id: reader.admission()?,
            program: reader.array()?,
            tool: reader.u32()?,
            at_ms: reader.i64()?,
            session_seq: reader.u64()?,
            principal_seq: reader.u64()?,
        };
        let marks = reader;
        while reader.end().is_err() {
            next(&mut reader)?;
        }
        Ok(Self { head, marks })
    }

    /// The cells that the admission changed, in the order they were marked.
    pub fn marks(&self) -> impl Iterator<Item = (Mark, &'c [u8])> + use<'c> {
        let mut reader = self.marks;
        // All bytes were read once before, so an error is the end.
        core::iter::from_fn(move || next(&mut reader).ok())
    }
}

fn next<'c>(reader: &mut Reader<'c>) -> Result<(Mark, &'c [u8]), StateError> {
    let tag = reader.u8()?;
    let mark = Mark::ALL.into_iter().find(|mark| *mark as u8 == tag).ok_or(StateError::Unreadable)?;
    Ok((mark, reader.text()?))
}

/// The key of an admitted call's cell.
pub fn key<'b>(bytes: &'b mut Vec<u8>, session: &Scope<'_>, id: AdmissionId) -> &'b [u8] {
    Key::begin(bytes, Kind::Open, session, id.bytes()).finish()
}

#[cfg(test)]
mod tests;
