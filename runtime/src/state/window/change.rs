//! Changing a limit's cell. In: a cell, and a call that is admitted or has failed. Out: the new cell, written into a buffer.
//!
//! While a cell is edited its entries stand in the buffer with their own amounts; [`Edit::seal`] turns these into running sums.

use super::cell::{self, Cell, Entry, ONE, ValueDigest, entry_size};
use super::{Charge, Spec, added};
use crate::state::wire::{self, Reader};
use crate::state::{AdmissionId, Kind, StateError};
use alloc::vec::Vec;

/// Charges a call that is admitted, whether the limit is exceeded or not: an approval may permit what exceeds it. Returns what the
/// window holds with it, in units. An amount of 0 leaves no entry.
///
/// # Errors
/// As [`super::would_exceed`]. `out` is not a cell then.
pub fn reserve(
    cell: Option<&[u8]>,
    spec: &Spec<'_>,
    now: i64,
    charge: Charge<'_>,
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<i128, StateError> {
    let old = Cell::open(cell, spec.distinct)?.unwrap_or(Cell::empty(spec.distinct));
    let now = old.clamp(now);
    let cutoff = spec.window.cutoff(now)?;
    let added = added(&old, spec, cutoff, charge)?;
    let mut edit = Edit::load(&old, spec.window.gone(now)?, out)?;
    match charge {
        Charge::Amount(0) => {}
        Charge::Amount(amount) => edit.push(Entry { at: now, amount, id, value: [0; 32] }),
        Charge::Value(value) => {
            let value = cell::digest(value);
            edit.supersede(&value)?;
            edit.push(Entry { at: now, amount: ONE, id, value });
        }
    }
    edit.shrink(usize::try_from(spec.cap.max(2)).unwrap_or(usize::MAX))?;
    edit.seal(now)?;
    cell::sum(old.sum_after(cutoff)?, added)
}

/// Takes the charge of a failed call back; `out` is the cell without it. Returns whether there was one: what was merged stays.
///
/// # Errors
/// `Unreadable`, `OtherFormat`. `out` is not a cell then.
pub fn release(
    cell: Option<&[u8]>,
    distinct: bool,
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<bool, StateError> {
    out.clear();
    let Some(old) = Cell::open(cell, distinct)? else { return Ok(false) };
    let mut edit = Edit::load(&old, None, out)?;
    let found = edit.release(id)?;
    edit.seal(old.last_ms)?;
    Ok(found)
}

/// Takes back everything that was charged until then, and the charges of one call; `out` is the cell without them.
///
/// # Errors
/// `Unreadable`, `OtherFormat`. `out` is not a cell then.
pub fn release_until(
    cell: Option<&[u8]>,
    until: i64,
    id: AdmissionId,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    out.clear();
    let Some(old) = Cell::open(cell, false)? else { return Ok(()) };
    let mut edit = Edit::load(&old, Some(until), out)?;
    edit.release(id)?;
    edit.seal(old.last_ms)
}

/// The cell counts nothing at `now` or later, so it can be deleted, if no time before `now` comes again.
///
/// # Errors
/// As [`super::usage`].
pub fn idle(cell: &[u8], spec: &Spec<'_>, now: i64) -> Result<bool, StateError> {
    let Some(cell) = Cell::open(Some(cell), spec.distinct)? else { return Ok(true) };
    let outside = cell.position(spec.window.gone(cell.clamp(now))?)?;
    Ok(cell.last_ms <= now && outside == cell.count())
}

/// Bytes before the entries.
const HEAD: usize = 2 + 1 + 8 + 4;

/// A cell in the making.
struct Edit<'o> {
    distinct: bool,
    out: &'o mut Vec<u8>,
}

impl<'o> Edit<'o> {
    /// Copies the entries after `gone`.
    fn load(old: &Cell<'_>, gone: Option<i64>, out: &'o mut Vec<u8>) -> Result<Self, StateError> {
        wire::begin(out, Kind::Limit);
        out.resize(HEAD, 0);
        let mut edit = Self { distinct: old.distinct, out };
        for entry in old.iter() {
            let entry = entry?;
            if gone.is_none_or(|gone| entry.at > gone) {
                edit.push(entry);
            }
        }
        Ok(edit)
    }

    fn len(&self) -> usize {
        let bytes = self.out.len().saturating_sub(HEAD);
        bytes.checked_div(entry_size(self.distinct)).unwrap_or_default()
    }

    fn push(&mut self, entry: Entry) {
        self.out.extend_from_slice(&entry.at.to_be_bytes());
        self.out.extend_from_slice(&entry.amount.to_be_bytes());
        self.out.extend_from_slice(entry.id.bytes());
        if self.distinct {
            self.out.extend_from_slice(&entry.value);
        }
    }

    fn place(&self, index: usize) -> Option<core::ops::Range<usize>> {
        let size = entry_size(self.distinct);
        let start = index.checked_mul(size)?.checked_add(HEAD)?;
        Some(start..start.checked_add(size)?)
    }

    fn get(&self, index: usize) -> Result<Entry, StateError> {
        let bytes = self.place(index).and_then(|place| self.out.get(place)).ok_or(StateError::Unreadable)?;
        let mut reader = Reader::part(bytes);
        let (at, amount, id) = (reader.i64()?, reader.i128()?, reader.admission()?);
        Ok(Entry { at, amount, id, value: if self.distinct { reader.array()? } else { [0; 32] } })
    }

    fn set(&mut self, index: usize, entry: Entry) {
        let end = self.out.len();
        self.push(entry);
        if let Some(place) = self.place(index).filter(|place| place.end <= end) {
            self.out.copy_within(end.., place.start);
        }
        self.out.truncate(end);
    }

    fn remove(&mut self, index: usize) {
        if let Some(place) = self.place(index).filter(|place| place.end <= self.out.len()) {
            self.out.drain(place);
        }
    }

    /// The first entry from `from` on that is wanted.
    fn find(&self, from: usize, mut wanted: impl FnMut(&Entry) -> bool) -> Result<Option<usize>, StateError> {
        for index in from..self.len() {
            if wanted(&self.get(index)?) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// The value's latest entry is not the latest any more.
    fn supersede(&mut self, value: &ValueDigest) -> Result<(), StateError> {
        while let Some(index) = self.find(0, |entry| entry.value == *value && entry.amount != 0)? {
            let entry = self.get(index)?;
            self.set(index, Entry { amount: 0, ..entry });
        }
        Ok(())
    }

    fn release(&mut self, id: AdmissionId) -> Result<bool, StateError> {
        let mut found = false;
        while let Some(index) = self.find(0, |entry| entry.id == id && id != AdmissionId::NONE)? {
            let gone = self.get(index)?;
            self.remove(index);
            found = true;
            if self.distinct && gone.amount != 0 {
                self.restore(&gone.value)?;
            }
        }
        Ok(found)
    }

    /// The value's latest entry was taken out: the one before it counts again.
    fn restore(&mut self, value: &ValueDigest) -> Result<(), StateError> {
        let mut latest = None;
        while let Some(index) =
            self.find(latest.map_or(0, |at: usize| at.saturating_add(1)), |e| e.value == *value)?
        {
            latest = Some(index);
        }
        if let Some(index) = latest {
            let entry = self.get(index)?;
            self.set(index, Entry { amount: ONE, ..entry });
        }
        Ok(())
    }

    /// Merges until at most `cap` entries are left.
    fn shrink(&mut self, cap: usize) -> Result<(), StateError> {
        while self.len() > cap {
            match self.find(0, |entry| entry.amount == 0)? {
                Some(index) => self.merge_superseded(index)?,
                None => self.merge_oldest()?,
            }
        }
        Ok(())
    }

    /// An earlier entry of a value merges into the next one of it, which then cannot be taken back.
    fn merge_superseded(&mut self, index: usize) -> Result<(), StateError> {
        let value = self.get(index)?.value;
        if let Some(next) = self.find(index.saturating_add(1), |entry| entry.value == value)? {
            let entry = self.get(next)?;
            self.set(next, Entry { id: AdmissionId::NONE, ..entry });
        }
        self.remove(index);
        Ok(())
    }

    /// The two oldest merge into the later time. Their values are not known any more, so that one of them that comes
    /// again counts twice.
    fn merge_oldest(&mut self) -> Result<(), StateError> {
        let (first, second) = (self.get(0)?, self.get(1)?);
        let amount = cell::sum(first.amount, second.amount)?;
        self.set(1, Entry { at: second.at, amount, id: AdmissionId::NONE, value: [0; 32] });
        self.remove(0);
        Ok(())
    }

    /// Makes running sums of the amounts, and writes the head.
    fn seal(self, last_ms: i64) -> Result<(), StateError> {
        let count = u32::try_from(self.len()).map_err(|_| StateError::Capped)?;
        let size = entry_size(self.distinct);
        let mut total = 0;
        for bytes in self.out.get_mut(HEAD..).unwrap_or_default().chunks_exact_mut(size) {
            let amount =
                bytes.get_mut(8..).and_then(<[u8]>::first_chunk_mut).ok_or(StateError::Unreadable)?;
            total = cell::sum(total, i128::from_be_bytes(*amount))?;
            *amount = total.to_be_bytes();
        }
        let head = [wire::FORMAT, Kind::Limit as u8, u8::from(self.distinct)].into_iter();
        let head = head.chain(last_ms.to_be_bytes()).chain(count.to_be_bytes());
        self.out.iter_mut().zip(head).for_each(|(place, byte)| *place = byte);
        Ok(())
    }
}
