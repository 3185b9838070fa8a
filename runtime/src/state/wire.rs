//! Bytes of cells. In: a cell, read strictly from front to back, or parts of one. Out: its parts, or a cell.
//!
//! Numbers are big-endian and of fixed width; texts have a length before them. A cell begins with [`FORMAT`] and the byte of its
//! [`Kind`], so that no cell is read as another.

use super::key::Kind;
use super::{AdmissionId, StateError};
use alloc::vec::Vec;

/// Format version of all cells.
pub(super) const FORMAT: u8 = 1;

/// Begins a cell in `out`, which loses what it held.
pub(super) fn begin(out: &mut Vec<u8>, kind: Kind) {
    out.clear();
    out.extend_from_slice(&[FORMAT, kind as u8]);
}

/// Appends a text with its length. `Capped` if it is longer than 4 GiB.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8]) -> Result<(), StateError> {
    let len = u32::try_from(text.len()).map_err(|_| StateError::Capped)?;
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(text);
    Ok(())
}

/// What is left to read of a cell. Every reader fails with `Unreadable` where the bytes end too early.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'c> {
    rest: &'c [u8],
}

impl<'c> Reader<'c> {
    /// A cell of this kind, after its head.
    pub(super) fn open(cell: &'c [u8], kind: Kind) -> Result<Self, StateError> {
        match cell {
            [FORMAT, tag, rest @ ..] if *tag == kind as u8 => Ok(Self { rest }),
            [] | [FORMAT, ..] => Err(StateError::Unreadable),
            _ => Err(StateError::OtherFormat),
        }
    }

    /// Bytes that are no whole cell.
    pub(super) const fn part(rest: &'c [u8]) -> Self {
        Self { rest }
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'c [u8] {
        self.rest
    }

    /// The cell must end here.
    pub(super) const fn end(&self) -> Result<(), StateError> {
        if self.rest.is_empty() { Ok(()) } else { Err(StateError::Unreadable) }
    }

    pub(super) fn bytes(&mut self, len: usize) -> Result<&'c [u8], StateError> {
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or(StateError::Unreadable)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or(StateError::Unreadable)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8, StateError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, StateError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, StateError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, StateError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, StateError> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn i128(&mut self) -> Result<i128, StateError> {
        self.array().map(i128::from_be_bytes)
    }

    /// A byte that is 0 or 1.
    pub(super) fn bool(&mut self) -> Result<bool, StateError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StateError::Unreadable),
        }
    }

    /// Bytes with their length before them.
    pub(super) fn text(&mut self) -> Result<&'c [u8], StateError> {
        let len = self.u32()?;
        self.bytes(usize::try_from(len).map_err(|_| StateError::Unreadable)?)
    }

    pub(super) fn admission(&mut self) -> Result<AdmissionId, StateError> {
        self.array().map(AdmissionId::from_bytes)
    }
}
