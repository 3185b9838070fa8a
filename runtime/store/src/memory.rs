//! A store in memory. In: keys and cells. Out: the same, as long as the process lives.
//!
//! Keys are spread over shards, each an ordered map behind a lock. A read locks one shard and shows the cell where it lies; a commit
//! locks the shards of all its keys, in ascending order, so that two commits never wait for each other in a circle.

use policyc_runtime::state::{StateError, StateStore, Version};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Many more than threads, so that two of them seldom meet; a bit of a `u64` each.
const SHARDS: u32 = 64;

type Cells = BTreeMap<Box<[u8]>, (Version, Vec<u8>)>;

/// Cells in memory, shared between threads.
#[derive(Debug)]
pub struct Memory {
    shards: Vec<Mutex<Cells>>,
    hasher: RandomState,
    /// The last version given out.
    last: AtomicU64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Without cells.
    #[must_use]
    pub fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, hasher: RandomState::new(), last: AtomicU64::new(0) }
    }

    fn shard(&self, key: &[u8]) -> u32 {
        u32::try_from(self.hasher.hash_one(key) % u64::from(SHARDS)).unwrap_or_default()
    }

    /// Locks the shards whose bit is set, in ascending order; the others are `None`.
    fn lock(&self, wanted: u64) -> Vec<Option<MutexGuard<'_, Cells>>> {
        let locked = (0..SHARDS).zip(&self.shards).map(|(shard, cells)| {
            // A panic while a cell was shown has changed nothing.
            (wanted & bit(shard) != 0).then(|| cells.lock().unwrap_or_else(PoisonError::into_inner))
        });
        locked.collect()
    }
}

fn bit(shard: u32) -> u64 {
    1_u64.checked_shl(shard).unwrap_or_default()
}

/// The locked cells of a shard.
fn cells<'l, 'm>(
    locked: &'l mut [Option<MutexGuard<'m, Cells>>],
    shard: u32,
) -> Result<&'l mut Cells, StateError> {
    let guard = usize::try_from(shard).ok().and_then(|shard| locked.get_mut(shard)).and_then(Option::as_mut);
    guard.map(|guard| &mut **guard).ok_or(StateError::Io)
}

impl StateStore for Memory {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        let shard = self.shard(key);
        let cells =
            usize::try_from(shard).ok().and_then(|shard| self.shards.get(shard)).ok_or(StateError::Io)?;
        let cells = cells.lock().unwrap_or_else(PoisonError::into_inner);
        let found = cells.get(key);
        see(found.map(|(_, cell)| cell.as_slice()));
        Ok(found.map_or(0, |(version, _)| *version))
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        let reads: Vec<_> = reads.map(|(key, version)| (self.shard(key), key, version)).collect();
        let writes: Vec<_> = writes.map(|(key, cell)| (self.shard(key), key, cell)).collect();
        let wanted = reads.iter().map(|(shard, ..)| *shard).chain(writes.iter().map(|(shard, ..)| *shard));
        let mut locked = self.lock(wanted.fold(0, |bits, shard| bits | bit(shard)));
        for (shard, key, version) in reads {
            let current = cells(&mut locked, shard)?.get(key).map_or(0, |(version, _)| *version);
            if current != version {
                return Ok(false);
            }
        }
        for (shard, key, cell) in writes {
            let version =
                self.last.fetch_add(1, Ordering::Relaxed).checked_add(1).ok_or(StateError::OutOfRange)?;
            write(cells(&mut locked, shard)?, key, version, cell);
        }
        Ok(true)
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        // Copied, so that the cells of all shards are of one moment and come in the order of keys.
        let mut found = BTreeMap::new();
        let locked = self.lock(u64::MAX);
        for cells in locked.iter().flatten() {
            let from =
                cells.range::<[u8], _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
            let within = from.take_while(|(key, _)| key.starts_with(prefix));
            found.extend(within.map(|(key, (_, cell))| (key.clone(), cell.clone())));
        }
        drop(locked);
        for (key, cell) in &found {
            if !see(key, cell) {
                break;
            }
        }
        Ok(())
    }
}

/// Puts a cell in the place of another, whose buffer it takes over, or deletes it.
fn write(cells: &mut Cells, key: &[u8], version: Version, cell: Option<&[u8]>) {
    let Some(cell) = cell else {
        cells.remove(key);
        return;
    };
    if let Some((current, bytes)) = cells.get_mut(key) {
        *current = version;
        bytes.clear();
        bytes.extend_from_slice(cell);
    } else if let Entry::Vacant(place) = cells.entry(key.into()) {
        place.insert((version, cell.to_vec()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite;
    use std::sync::Arc;

    #[test]
    fn memory_keeps_the_laws_of_stores() {
        assert_eq!(suite::check(&mut || Ok(Arc::new(Memory::new()))), Ok(()));
    }

    #[test]
    fn a_panic_while_a_cell_is_shown_spoils_nothing() {
        let store = Memory::new();
        let write = |cell: &[u8]| {
            store.commit(&mut std::iter::empty(), &mut [(b"k".as_slice(), Some(cell))].into_iter())
        };
        assert_eq!(write(b"a"), Ok(true));
        let shown = std::panic::AssertUnwindSafe(|| store.read(b"k", &mut |_| panic!("shown")));
        assert!(std::panic::catch_unwind(shown).is_err());
        assert_eq!(write(b"b"), Ok(true));
        let mut seen = Vec::new();
        assert!(store.read(b"k", &mut |cell| seen = cell.unwrap_or_default().to_vec()).is_ok());
        assert_eq!(seen, b"b");
    }
}
