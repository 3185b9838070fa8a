//! How many keys a declaration may have. In: a key that gets its first cell. Out: one more entry, or a refusal: what would be too much
//! to remember is denied, not forgotten (semantics.md 34).

use crate::state::entries::Entries;
use crate::state::key::Slot;
use crate::state::transaction::Transaction;
use crate::state::{Key, Kind, Scope, StateError, StateStore};
use alloc::vec::Vec;

/// Keys of one declaration in a session or of a principal.
const MAX_OWN: u32 = 100_000;
/// Keys of one declaration that is everyone's.
const MAX_SHARED: u32 = 10_000_000;

/// Keys of one declaration in a scope.
pub(super) const fn cap(scope: &Scope<'_>) -> u32 {
    if matches!(scope, Scope::Everyone) { MAX_SHARED } else { MAX_OWN }
}

/// A key of a declaration gets its first cell.
pub(super) fn enter(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    scope: &Scope<'_>,
    slot: &Slot,
) -> Result<(), StateError> {
    let mut key = Vec::new();
    let key = Key::begin(&mut key, Kind::Entries, scope, slot).finish();
    transaction.change(store, key, |cell, out| {
        let mut entries = Entries::read(cell)?;
        entries.enter(cap(scope))?;
        entries.write(out);
        Ok(())
    })
}

/// How much there is, and the floor below which nothing may be believed of a key that has no cell.
pub(super) fn of(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    scope: &Scope<'_>,
    slot: &Slot,
) -> Result<Entries, StateError> {
    let mut key = Vec::new();
    let key = Key::begin(&mut key, Kind::Entries, scope, slot).finish();
    Entries::read(transaction.read(store, key)?)
}

/// The time at which a cell is charged: that of a key without one is not before the last sweep, which may have deleted it.
pub(super) fn charged_at(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    (key, now): (&[u8], i64),
    scope: &Scope<'_>,
    slot: &Slot,
) -> Result<i64, StateError> {
    match transaction.read(store, key)? {
        Some(_) => Ok(now),
        None => Ok(now.max(of(store, transaction, scope, slot)?.floor_ms)),
    }
}
