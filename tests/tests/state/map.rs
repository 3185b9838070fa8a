//! A store that can be set back: for trying every order of events. In: cells. Out: the same, and copies of all of them.

use policyc_runtime::state::{StateError, StateStore, Version};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

pub(crate) type Cells = BTreeMap<Vec<u8>, (Version, Vec<u8>)>;

#[derive(Default)]
pub(crate) struct Map {
    cells: RefCell<Cells>,
    last: Cell<Version>,
}

impl Map {
    pub(crate) fn save(&self) -> Cells {
        self.cells.borrow().clone()
    }

    pub(crate) fn restore(&self, cells: &Cells) {
        self.cells.replace(cells.clone());
    }
}

impl StateStore for Map {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        let cells = self.cells.borrow();
        let cell = cells.get(key);
        see(cell.map(|(_, cell)| cell.as_slice()));
        Ok(cell.map_or(0, |(version, _)| *version))
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        let mut cells = self.cells.borrow_mut();
        for (key, version) in reads {
            if cells.get(key).map_or(0, |(version, _)| *version) != version {
                return Ok(false);
            }
        }
        for (key, cell) in writes {
            self.last.set(self.last.get() + 1);
            match cell {
                Some(cell) => drop(cells.insert(key.to_vec(), (self.last.get(), cell.to_vec()))),
                None => drop(cells.remove(key)),
            }
        }
        Ok(true)
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        for (key, (_, cell)) in self.cells.borrow().range(prefix.to_vec()..) {
            if !key.starts_with(prefix) || !see(key, cell) {
                break;
            }
        }
        Ok(())
    }
}
