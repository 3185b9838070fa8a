//! Making room. In: a call that met a cap. Out: whether cells that say nothing any more were deleted, so that it can be tried again.

use super::{Gate, entries};
use crate::program::memory::FactKind;
use crate::state::entries::Entries;
use crate::state::sweep::{Place, sweep};
use crate::state::transaction::{Transaction, transact};
use crate::state::{Key, Kind, StateError, Who, counter, fact, set, window};
use crate::vm::remembered::spec;
use alloc::vec::Vec;

/// How long a declaration that is full is left alone after it was swept, in milliseconds of the host's clock: a sweep may look at every
/// key, and whoever fills a limit with keys must not make every call as slow.
const PAUSE: i64 = 60_000;

impl Gate<'_> {
    /// Sweeps what is full of all that calls of `who` change. `true`: there is room.
    pub(super) fn make_room(&self, who: &Who<'_>, now_ms: Option<i64>) -> Result<bool, StateError> {
        let (program, host_ms) = (self.pdp.program(), now_ms.unwrap_or_default());
        let mut has_room = false;
        for limit in &program.limits {
            let spec = spec(self.pdp, limit)?;
            let place = Place { kind: Kind::Limit, scope: who.scope(limit.scope), slot: &limit.slot };
            has_room |= self.sweep(place, host_ms, |cell, now| window::idle(cell, &spec, now))?;
        }
        for declared in &program.facts {
            let (scope, expires) = (who.scope(declared.scope), declared.expires_ms);
            let place = |kind| Place { kind, scope, slot: &declared.slot };
            has_room |= match declared.kind {
                FactKind::Value(_) => self.sweep(place(Kind::Fact), host_ms, fact::idle)?,
                FactKind::Set => self.sweep(place(Kind::Member), host_ms, set::idle)?,
                FactKind::Counter => {
                    self.sweep(place(Kind::Counter), host_ms, |cell, now| counter::idle(cell, expires, now))?
                }
            };
        }
        Ok(has_room)
    }

    /// Sweeps a declaration that is full, and was not swept just before.
    fn sweep(
        &self,
        place: Place<'_>,
        host_ms: i64,
        idle: impl Fn(&[u8], i64) -> Result<bool, StateError>,
    ) -> Result<bool, StateError> {
        let (mut key, mut found) = (Vec::new(), Ok(Entries::default()));
        let key = Key::begin(&mut key, Kind::Entries, &place.scope, place.slot).finish();
        self.store.read(key, &mut |cell| found = Entries::read(cell))?;
        let found = found?;
        if found.count < entries::cap(&place.scope) || host_ms.saturating_sub(found.floor_ms) < PAUSE {
            return Ok(false);
        }
        let mut transaction = Transaction::new();
        if sweep(self.store, &mut transaction, place, host_ms, |_, cell, now| idle(cell, now))? > 0 {
            return Ok(true);
        }
        transact(self.store, &mut transaction, |transaction| {
            transaction.change(self.store, key, |cell, out| {
                let mut entries = Entries::read(cell)?;
                entries.sweep(0, 0, host_ms);
                entries.write(out);
                Ok(false)
            })
        })
    }
}
