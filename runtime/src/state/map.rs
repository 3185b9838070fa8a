//! A store for tests: a map.

use super::{StateError, StateStore, Version};
use alloc::vec::Vec;
use std::cell::RefCell;
use std::collections::BTreeMap;

type Cells = BTreeMap<Vec<u8>, (Version, Vec<u8>)>;

/// Cells by key, and the last version given out.
#[derive(Debug, Default)]
pub(super) struct Map {
    cells: RefCell<(Version, Cells)>,
}

impl Map {
    /// The cell of a key.
    pub(super) fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.cells.borrow().1.get(key).map(|(_, cell)| cell.clone())
    }
}

impl StateStore for Map {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        let cells = self.cells.borrow();
        let found = cells.1.get(key);
        see(found.map(|(_, cell)| cell.as_slice()));
        Ok(found.map_or(0, |(version, _)| *version))
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        let (last, cells) = &mut *self.cells.borrow_mut();
        for (key, version) in reads {
            if cells.get(key).map_or(0, |(current, _)| *current) != version {
                return Ok(false);
            }
        }
        for (key, cell) in writes {
            *last += 1;
            match cell {
                Some(cell) => cells.insert(key.to_vec(), (*last, cell.to_vec())),
                None => cells.remove(key),
            };
        }
        Ok(true)
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        let cells = self.cells.borrow();
        let found = cells.1.iter().filter(|(key, _)| key.starts_with(prefix));
        for (key, (_, cell)) in found {
            if !see(key, cell) {
                break;
            }
        }
        Ok(())
    }
}
