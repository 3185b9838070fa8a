//! The bytes of a limit's cell. In: a cell. Out: sums over its entries, found by bisection, without a copy.
//!
//! `head | distinct | last | count | entries`, each entry `time | sum | admission` and, where values are counted, `digest`. The
//! sums run: an entry's is its own amount and those of all entries before it, so what lies in a window is one subtraction.
//! Entries are ordered by time.

use crate::number::{Decimal, SCALE};
use crate::state::wire::Reader;
use crate::state::{AdmissionId, Kind, StateError};

/// A digest of a counted value; zero where merged entries do not know theirs any more.
pub(super) type ValueDigest = [u8; 32];

/// An entry in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: i64,
    /// Of this entry alone. With `distinct`, [`SCALE`] for the latest entry of a value, 0 for earlier ones.
    pub(super) amount: i128,
    pub(super) id: AdmissionId,
    /// Zero unless `distinct`.
    pub(super) value: ValueDigest,
}

/// Bytes of time and sum; of an entry of amounts; of an entry of values.
const AMOUNT_ENTRY: usize = 40;
const VALUE_ENTRY: usize = 72;

/// Bytes of an entry.
pub(super) const fn entry_size(distinct: bool) -> usize {
    if distinct { VALUE_ENTRY } else { AMOUNT_ENTRY }
}

/// A cell whose head was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'c> {
    pub(super) distinct: bool,
    pub(super) last_ms: i64,
    count: usize,
    entries: &'c [u8],
}

impl<'c> Cell<'c> {
    /// What there is before the first admission.
    pub(super) const fn empty(distinct: bool) -> Self {
        Self { distinct, last_ms: i64::MIN, count: 0, entries: &[] }
    }

    /// Reads the head; `None` without a cell.
    pub(super) fn open(cell: Option<&'c [u8]>, distinct: bool) -> Result<Option<Self>, StateError> {
        let Some(cell) = cell else { return Ok(None) };
        let mut reader = Reader::open(cell, Kind::Limit)?;
        let (written, last_ms) = (reader.bool()?, reader.i64()?);
        let count = usize::try_from(reader.u32()?).map_err(|_| StateError::Unreadable)?;
        let entries = reader.rest();
        let whole = count.checked_mul(entry_size(distinct)) == Some(entries.len());
        if written != distinct || !whole {
            return Err(StateError::Unreadable);
        }
        Ok(Some(Self { distinct, last_ms, count, entries }))
    }

    /// The time to use where the caller says `now`.
    pub(super) fn clamp(&self, now: i64) -> i64 {
        now.max(self.last_ms)
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Units of the entries after `cutoff`.
    pub(super) fn sum_after(&self, cutoff: Option<i64>) -> Result<i128, StateError> {
        let Some(last) = self.count.checked_sub(1) else { return Ok(0) };
        let (_, total) = self.at_and_sum(last)?;
        let Some(outside) = self.position(cutoff)?.checked_sub(1) else { return sum(0, total) };
        let (_, before) = self.at_and_sum(outside)?;
        if before < 0 || before > total {
            return Err(StateError::Unreadable);
        }
        sum(0, total.checked_sub(before).ok_or(StateError::Unreadable)?)
    }

    /// How many entries lie at `cutoff` or before. Every step checks that times and sums keep their order.
    pub(super) fn position(&self, cutoff: Option<i64>) -> Result<usize, StateError> {
        let Some(cutoff) = cutoff else { return Ok(0) };
        let (mut low, mut high) = (0, self.count);
        let (mut least, mut most) = ((i64::MIN, 0), (self.last_ms, i128::MAX));
        while low < high {
            let middle = low.midpoint(high);
            let found = self.at_and_sum(middle)?;
            let ordered = least.0 <= found.0 && found.0 <= most.0 && least.1 <= found.1 && found.1 <= most.1;
            if !ordered {
                return Err(StateError::Unreadable);
            }
            if found.0 <= cutoff {
                (low, least) = (middle.saturating_add(1), found);
            } else {
                (high, most) = (middle, found);
            }
        }
        Ok(low)
    }

    /// An entry after `cutoff` has this value.
    pub(super) fn holds(&self, value: &ValueDigest, cutoff: Option<i64>) -> bool {
        let inside = |at: i64| cutoff.is_none_or(|cutoff| at > cutoff);
        self.iter().any(|entry| entry.is_ok_and(|entry| entry.value == *value && inside(entry.at)))
    }

    /// All entries, with their own amounts. An error wherever order is not kept.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<Entry, StateError>> + use<'c> {
        let (distinct, last_ms) = (self.distinct, self.last_ms);
        let mut before = (i64::MIN, 0_i128);
        self.entries.chunks_exact(entry_size(distinct)).map(move |bytes| {
            let mut reader = Reader::part(bytes);
            let (at, total) = (reader.i64()?, reader.i128()?);
            let id = reader.admission()?;
            let value = if distinct { reader.array()? } else { [0; 32] };
            let amount = total.checked_sub(before.1).ok_or(StateError::Unreadable)?;
            if at < before.0 || at > last_ms || amount < 0 || Decimal::from_units(total).is_none() {
                return Err(StateError::Unreadable);
            }
            before = (at, total);
            Ok(Entry { at, amount, id, value })
        })
    }

    fn at_and_sum(&self, index: usize) -> Result<(i64, i128), StateError> {
        let start = index.checked_mul(entry_size(self.distinct)).ok_or(StateError::Unreadable)?;
        let mut reader = Reader::part(self.entries.get(start..).ok_or(StateError::Unreadable)?);
        Ok((reader.i64()?, reader.i128()?))
    }
}

/// The sum of two amounts, neither of which may be below zero.
pub(super) fn sum(a: i128, b: i128) -> Result<i128, StateError> {
    let legal = |units: i128| units >= 0 && Decimal::from_units(units).is_some();
    a.checked_add(b).filter(|total| a >= 0 && b >= 0 && legal(*total)).ok_or(StateError::OutOfRange)
}

/// What a cell keeps of a counted value.
pub(super) fn digest(value: &[u8]) -> ValueDigest {
    *blake3::hash(value).as_bytes()
}

/// One value, or one call.
pub(super) const ONE: i128 = SCALE;
