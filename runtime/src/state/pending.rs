//! The open asks of a session. In: its pending cell. Out: whether one more may be opened (semantics.md 45), and the cell with it.
//!
//! An ask leaves when it is granted, rejected or used, and by itself at its deadline.

use super::approval::Fingerprint;
use super::{Kind, StateError, wire, wire::Reader};
use alloc::vec::Vec;

/// Open asks that a session may have, unless the host says otherwise.
pub const CAP: usize = 32;

/// An ask that waits for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which call.
    pub fingerprint: Fingerprint,
    /// From when on it does not wait any more.
    pub deadline_ms: i64,
}

/// The asks that a cell lists, the oldest first.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn list(cell: Option<&[u8]>) -> Result<impl Iterator<Item = Waiting> + use<'_>, StateError> {
    let entries = match cell {
        Some(cell) => Reader::open(cell, Kind::Pending)?.rest(),
        None => &[],
    };
    let (entries, rest) = entries.as_chunks::<ENTRY>();
    if !rest.is_empty() {
        return Err(StateError::Unreadable);
    }
    Ok(entries.iter().map_while(|entry| {
        let mut reader = Reader::part(entry);
        Some(Waiting { fingerprint: reader.array().ok()?, deadline_ms: reader.i64().ok()? })
    }))
}

const ENTRY: usize = 40;

/// Adds an ask, or renews its deadline. `Ok(false)`: `cap` others wait (`approval_pending`), and `out` lists them without it.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn enter(
    cell: Option<&[u8]>,
    waiting: Waiting,
    now: i64,
    cap: usize,
    out: &mut Vec<u8>,
) -> Result<bool, StateError> {
    let others = keep(cell, &waiting.fingerprint, now, out)?;
    if others >= cap {
        return Ok(false);
    }
    push(out, waiting);
    Ok(true)
}

/// Takes an ask out.
///
/// # Errors
/// `Unreadable`, `OtherFormat`.
pub fn leave(
    cell: Option<&[u8]>,
    fingerprint: &Fingerprint,
    now: i64,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    if keep(cell, fingerprint, now, out)? == 0 {
        out.clear();
    }
    Ok(())
}

/// Writes the asks that still wait, but this one; returns how many.
fn keep(
    cell: Option<&[u8]>,
    without: &Fingerprint,
    now: i64,
    out: &mut Vec<u8>,
) -> Result<usize, StateError> {
    wire::begin(out, Kind::Pending);
    let mut count: usize = 0;
    for waiting in list(cell)?.filter(|waiting| waiting.fingerprint != *without && now < waiting.deadline_ms)
    {
        push(out, waiting);
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn push(out: &mut Vec<u8>, waiting: Waiting) {
    out.extend_from_slice(&waiting.fingerprint);
    out.extend_from_slice(&waiting.deadline_ms.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(n: u8, deadline_ms: i64) -> Waiting {
        Waiting { fingerprint: [n; 32], deadline_ms }
    }

    #[test]
    fn the_cap_counts_those_that_wait() {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        assert_eq!(enter(None, waiting(1, 10), 0, 2, &mut a), Ok(true));
        assert_eq!(enter(Some(&a), waiting(2, 20), 0, 2, &mut b), Ok(true));
        assert_eq!(enter(Some(&b), waiting(3, 30), 9, 2, &mut a), Ok(false));
        assert_eq!(enter(Some(&b), waiting(2, 25), 9, 2, &mut a), Ok(true));
        assert_eq!(enter(Some(&a), waiting(3, 30), 10, 2, &mut b), Ok(true));
        assert_eq!(list(Some(&b)).unwrap().collect::<Vec<_>>(), [waiting(2, 25), waiting(3, 30)]);
        leave(Some(&b), &[2; 32], 10, &mut a).unwrap();
        leave(Some(&a), &[3; 32], 10, &mut b).unwrap();
        assert!(b.is_empty());
        assert!(list(Some(&[wire::FORMAT, Kind::Pending as u8, 0])).is_err());
    }
}
