//! Making room. In: a store, and which cells of a declaration say nothing any more. Out: they are deleted, and the entries count less.
//!
//! A host sweeps where [`super::entries::Entries::enter`] refuses a key, before it denies. A sweep takes a number in the order of the scope
//! and leaves it and the time as a floor, so that neither a call that was admitted before it nor an earlier time can build
//! on the missing cells.

use super::transaction::{Transaction, transact};
use super::{Key, Kind, Scope, Slot, StateError, StateStore, entries::Entries, key};
use alloc::vec::Vec;

/// Cells that one sweep deletes at most.
const BATCH: usize = 256;

/// What a declaration remembers in a scope.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Which kind of cells: limits, facts, members or counters.
    pub kind: Kind,
    /// Whose.
    pub scope: Scope<'a>,
    /// Of which declaration.
    pub slot: &'a Slot,
}

/// Deletes cells for which `idle` says `true` at a time: [`super::window::idle`] and its like. Returns how many.
///
/// # Errors
/// Those of the store and of `idle`; `Conflicts`.
pub fn sweep(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    place: Place<'_>,
    host_ms: i64,
    mut idle: impl FnMut(&[u8], &[u8], i64) -> Result<bool, StateError>,
) -> Result<u32, StateError> {
    let keys = candidates(store, place, host_ms, &mut idle)?;
    if keys.is_empty() {
        return Ok(0);
    }
    transact(store, transaction, |t| {
        let (seq, now) = t.tick(store, &place.scope, host_ms)?;
        let mut gone: u32 = 0;
        for key in &keys {
            let silent = t.read(store, key)?.map_or(Ok(false), |cell| idle(key, cell, now))?;
            if silent {
                t.change(store, key, |_, _| Ok(()))?;
                gone = gone.saturating_add(1);
            }
        }
        let mut bytes = Vec::new();
        let entries = Key::begin(&mut bytes, Kind::Entries, &place.scope, place.slot).finish();
        t.change(store, entries, |cell, out| {
            let mut entries = Entries::read(cell)?;
            entries.sweep(gone, seq, now);
            entries.write(out);
            Ok(gone)
        })
    })
}

/// Keys of cells that seem to say nothing.
fn candidates(
    store: &dyn StateStore,
    place: Place<'_>,
    host_ms: i64,
    idle: &mut impl FnMut(&[u8], &[u8], i64) -> Result<bool, StateError>,
) -> Result<Vec<Vec<u8>>, StateError> {
    let (mut prefix, mut keys, mut failed) = (Vec::new(), Vec::new(), None);
    key::prefix(&mut prefix, place.kind, &place.scope);
    prefix.extend_from_slice(place.slot);
    store.scan(&prefix, &mut |key, cell| {
        match idle(key, cell, host_ms) {
            Ok(true) => keys.push(key.to_vec()),
            Ok(false) => {}
            Err(error) => failed = Some(error),
        }
        failed.is_none() && keys.len() < BATCH
    })?;
    failed.map_or(Ok(keys), Err)
}

#[cfg(test)]
mod tests;
