//! Forgetting a session or a principal. In: a store and a scope. Out: none of the scope's cells is left.
//!
//! For hosts that know that a session is over, since its handle is never given out again. Whoever forgets a session that goes on gives it
//! its budgets back.

use super::recover::settle;
use super::transaction::{Transaction, transact};
use super::{Kind, Scope, StateError, StateStore, key};
use alloc::vec::Vec;

/// Cells that are deleted in one transaction.
const BATCH: usize = 256;

/// Deletes all cells of exactly this scope; those of a principal's sessions are not the principal's. Calls of it that have no
/// outcome are settled as unknown first, since they may have pended keys elsewhere. Returns how many cells were deleted. What is
/// charged to wider scopes stays.
///
/// # Errors
/// Those of the store; `Unreadable` or `OtherFormat` of an open call's cell. Run it again: it goes on where it stopped.
pub fn forget(store: &dyn StateStore, scope: &Scope<'_>, host_ms: i64) -> Result<u32, StateError> {
    let (mut transaction, mut prefix, mut gone) = (Transaction::new(), Vec::new(), 0_u32);
    key::prefix(&mut prefix, Kind::Open, scope);
    for open in keys(store, &prefix)? {
        transact(store, &mut transaction, |t| settle(store, t, &open, host_ms, |_| true))?;
    }
    for kind in Kind::ALL {
        key::prefix(&mut prefix, kind, scope);
        let all = keys(store, &prefix)?;
        for batch in all.chunks(BATCH) {
            let deleted = transact(store, &mut transaction, |t| {
                batch.iter().try_for_each(|key| t.change(store, key, |_, _| Ok(())))?;
                Ok(u32::try_from(batch.len()).unwrap_or(u32::MAX))
            })?;
            gone = gone.saturating_add(deleted);
        }
    }
    Ok(gone)
}

fn keys(store: &dyn StateStore, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StateError> {
    let mut keys = Vec::new();
    store.scan(prefix, &mut |key, _| {
        keys.push(key.to_vec());
        true
    })?;
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fact::{Reading, Why, pend, read};
    use crate::state::map::Map;
    use crate::state::open::{self, Head, Mark, Writer};
    use crate::state::{AdmissionId, Key, Scalar};

    const SESSION: Scope<'static> = Scope::Session { principal: b"p", session: b"s" };
    const OTHER: Scope<'static> = Scope::Session { principal: b"p", session: b"st" };
    const OWN: Scope<'static> = Scope::Principal(b"p");

    fn key(kind: Kind, scope: &Scope<'_>, n: i128) -> Vec<u8> {
        Key::begin(&mut Vec::new(), kind, scope, &[1; 16]).with(Scalar::Number(n)).finish().to_vec()
    }

    #[test]
    fn a_session_goes_and_what_it_may_have_changed_elsewhere_is_unknown() {
        let map = Map::default();
        let id = AdmissionId::from_bytes([5; 16]);
        let fact = key(Kind::Fact, &OWN, 0);
        transact(&map, &mut Transaction::new(), |t| {
            for scope in [SESSION, OTHER, OWN, Scope::Everyone] {
                for n in 1..300 {
                    t.change(&map, &key(Kind::Limit, &scope, n), |_, out| {
                        out.push(1);
                        Ok(())
                    })?;
                }
            }
            t.change(&map, &fact, |cell, out| pend(cell, id, out))?;
            let head = Head { id, program: [0; 32], tool: 0, at_ms: 0, session_seq: 1, principal_seq: 1 };
            t.change(&map, open::key(&mut Vec::new(), &SESSION, id), |_, out| {
                Writer::begin(&head, out).mark(Mark::Pended, &fact)
            })
        })
        .unwrap();
        assert_eq!(forget(&map, &SESSION, 0), Ok(299));
        for (scope, left) in [(SESSION, 0), (OTHER, 299), (OWN, 299), (Scope::Everyone, 299)] {
            let mut prefix = Vec::new();
            key::prefix(&mut prefix, Kind::Limit, &scope);
            assert_eq!(keys(&map, &prefix).unwrap().len(), left);
        }
        assert!(matches!(read(map.get(&fact).as_deref(), 0), Ok(Reading::Unknown(Why::Doubt))));
        assert_eq!(forget(&map, &SESSION, 0), Ok(0));
    }
}
