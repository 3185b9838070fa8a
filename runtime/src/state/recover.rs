//! After a crash. In: a store. Out: every admitted call without outcome is settled as unknown (semantics.md 33).
//!
//! A call that is in flight on another host that shares the store looks the same, so the caller says which calls are lost.

use super::fact::Teacher;
use super::open::{Head, Mark, Open};
use super::transaction::{Transaction, transact};
use super::{Kind, Outcome, Scope, StateError, StateStore, fact, key};
use alloc::vec::Vec;

/// Settles the open calls that `is_lost` names: their charges stay, at their time; the keys that they may have changed become
/// unknown; their cells go. Returns how many there were. Run it before the first decision, and again if it fails: it settles
/// each call in one step.
///
/// # Errors
/// Those of the store; `Unreadable`, `OtherFormat` of a cell, which is then left as it is, and the calls after it too.
pub fn recover(
    store: &dyn StateStore,
    host_ms: i64,
    mut is_lost: impl FnMut(&Head) -> bool,
) -> Result<u32, StateError> {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    store.scan(&[Kind::Open as u8], &mut |key, _| {
        keys.push(key.to_vec());
        true
    })?;
    let (mut transaction, mut settled) = (Transaction::new(), 0_u32);
    for open in &keys {
        if transact(store, &mut transaction, |t| settle(store, t, open, host_ms, &mut is_lost))? {
            settled = settled.saturating_add(1);
        }
    }
    Ok(settled)
}

/// Settles one open call as unknown, within a transaction: what a host does too when an outcome is lost while it runs. `open` is the
/// key of its cell. `false`: it is not there (any more), or `is_lost` says no.
///
/// # Errors
/// As [`recover`].
pub fn settle(
    store: &dyn StateStore,
    transaction: &mut Transaction,
    open: &[u8],
    host_ms: i64,
    mut is_lost: impl FnMut(&Head) -> bool,
) -> Result<bool, StateError> {
    let Some(cell) = transaction.read(store, open)?.map(<[u8]>::to_vec) else { return Ok(false) };
    let call = Open::read(&cell)?;
    if !is_lost(&call.head) {
        return Ok(false);
    }
    for (_, key) in call.marks().filter(|(mark, _)| *mark == Mark::Pended) {
        let scope = key::parts(key)?.scope;
        let (outcome, _) = transaction.tick(store, &scope, host_ms)?;
        let admitted = match scope {
            Scope::Session { .. } | Scope::Everyone => call.head.session_seq,
            Scope::Principal(_) => call.head.principal_seq,
        };
        let teacher = Teacher { id: call.head.id, admitted, outcome };
        let lose =
            |cell: Option<&[u8]>, out: &mut Vec<u8>| fact::settle(cell, teacher, Outcome::Unknown, out);
        transaction.change(store, key, lose)?;
    }
    transaction.change(store, open, |_, _| Ok(()))?;
    Ok(true)
}

#[cfg(test)]
mod tests;
