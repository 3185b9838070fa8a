//! One attempt at a change of several cells. In: keys, and functions that make a new cell of an old one. Out: the reads and writes of one
//! [`StateStore::commit`].
//!
//! Cells are copied once, into a buffer that is kept between attempts, so that a thread that has its own transaction allocates
//! nothing once the buffers have grown.

use super::{Key, Kind, Scope, Seq, StateError, StateStore, Version, clock::Clock, key::NO_SLOT};
use alloc::vec::Vec;
use core::ops::Range;

/// Attempts before a change is given up with [`StateError::Conflicts`], unless the host says otherwise.
pub const ATTEMPTS: u32 = 64;

/// Reads and writes that are committed together. A key that was written is read as it was written.
#[derive(Debug, Default)]
pub struct Transaction {
    cells: Vec<Touched>,
    /// Keys and cells, one after the other.
    bytes: Vec<u8>,
    /// A cell in the making.
    scratch: Vec<u8>,
    /// A clock's key.
    key: Vec<u8>,
}

#[derive(Debug)]
struct Touched {
    key: Range<usize>,
    version: Version,
    cell: Option<Range<usize>>,
    changed: bool,
}

impl Transaction {
    /// Without reads and writes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all reads and writes and keeps the buffers: the next attempt.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.bytes.clear();
    }

    /// The cell of a key.
    ///
    /// # Errors
    /// Those of [`StateStore::read`].
    pub fn read(&mut self, store: &dyn StateStore, key: &[u8]) -> Result<Option<&[u8]>, StateError> {
        let index = self.touch(store, key)?;
        Ok(self.cell(index))
    }

    /// Makes a new cell of the key's old one; one that is left empty is deleted. If `change` fails, the cell stays as it was.
    ///
    /// # Errors
    /// Those of [`StateStore::read`] and of `change`.
    pub fn change<T>(
        &mut self,
        store: &dyn StateStore,
        key: &[u8],
        change: impl FnOnce(Option<&[u8]>, &mut Vec<u8>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let index = self.touch(store, key)?;
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        let done = change(self.cell(index), &mut scratch);
        let cell = done.is_ok().then(|| self.keep(&scratch));
        self.scratch = scratch;
        if let (Some(cell), Some(touched)) = (cell, self.cells.get_mut(index)) {
            touched.cell = (!cell.is_empty()).then_some(cell);
            touched.changed = true;
        }
        done
    }

    /// Takes the next number in the order of a scope, and the time that holds there where the host says `host_ms`.
    ///
    /// # Errors
    /// Those of [`StateStore::read`]; `OutOfRange`: there are no numbers left.
    pub fn tick(
        &mut self,
        store: &dyn StateStore,
        scope: &Scope<'_>,
        host_ms: i64,
    ) -> Result<(Seq, i64), StateError> {
        let mut bytes = core::mem::take(&mut self.key);
        let key = Key::begin(&mut bytes, Kind::Clock, scope, &NO_SLOT).finish();
        let ticked = self.change(store, key, |cell, out| {
            let mut clock = Clock::read(cell)?;
            let now = clock.now(host_ms);
            let seq = clock.tick(now)?;
            clock.write(out);
            Ok((seq, now))
        });
        self.key = bytes;
        ticked
    }

    /// Commits. `Ok(false)`: another changed one of the cells; [`Transaction::clear`], and evaluate again.
    ///
    /// # Errors
    /// Those of [`StateStore::commit`].
    pub fn commit(&self, store: &dyn StateStore) -> Result<bool, StateError> {
        self.commit_reading(store, core::iter::empty())
    }

    /// Commits if also what was read elsewhere has not changed.
    ///
    /// # Errors
    /// Those of [`StateStore::commit`].
    pub fn commit_reading<'r>(
        &'r self,
        store: &dyn StateStore,
        also: impl Iterator<Item = (&'r [u8], Version)>,
    ) -> Result<bool, StateError> {
        let at = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        let mut reads = self.cells.iter().map(|touched| (at(&touched.key), touched.version)).chain(also);
        let changed = self.cells.iter().filter(|touched| touched.changed);
        let mut writes = changed.map(|touched| (at(&touched.key), touched.cell.as_ref().map(at)));
        store.commit(&mut reads, &mut writes)
    }

    /// Where a key is, read from the store if it is not there yet. Transactions are small, so they are searched in order.
    fn touch(&mut self, store: &dyn StateStore, key: &[u8]) -> Result<usize, StateError> {
        let same = |touched: &Touched| self.bytes.get(touched.key.clone()) == Some(key);
        if let Some(index) = self.cells.iter().position(same) {
            return Ok(index);
        }
        let key_at = self.keep(key);
        let mut cell = None;
        let version = store.read(key, &mut |bytes| cell = bytes.map(|bytes| self.keep(bytes)))?;
        let index = self.cells.len();
        self.cells.push(Touched { key: key_at, version, cell, changed: false });
        Ok(index)
    }

    fn cell(&self, index: usize) -> Option<&[u8]> {
        let range = self.cells.get(index)?.cell.clone()?;
        self.bytes.get(range)
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// Attempts a change until it is committed: at most [`ATTEMPTS`] times. `attempt` reads and changes through the transaction; what it
/// answers to the attempt that counted is the answer.
///
/// # Errors
/// Those of the store and of `attempt`; `Conflicts`.
pub fn transact<T>(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    mut attempt: impl FnMut(&mut Transaction) -> Result<T, StateError>,
) -> Result<T, StateError> {
    for _ in 0..ATTEMPTS {
        transaction.clear();
        let answer = attempt(transaction)?;
        if transaction.commit(store)? {
            return Ok(answer);
        }
    }
    Err(StateError::Conflicts)
}

#[cfg(test)]
mod tests;
