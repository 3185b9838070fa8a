//! Transactions over a map.

use super::*;
use crate::state::map::Map;

fn append(cell: Option<&[u8]>, out: &mut Vec<u8>, byte: u8) -> Result<usize, StateError> {
    out.extend_from_slice(cell.unwrap_or_default());
    out.push(byte);
    Ok(out.len())
}

#[test]
fn a_key_is_read_as_it_was_written() {
    let (map, mut t) = (Map::default(), Transaction::new());
    assert_eq!(t.read(&map, b"k"), Ok(None));
    assert_eq!(t.change(&map, b"k", |cell, out| append(cell, out, 1)), Ok(1));
    assert_eq!(t.change(&map, b"k", |cell, out| append(cell, out, 2)), Ok(2));
    assert_eq!(t.read(&map, b"k"), Ok(Some([1, 2].as_slice())));
    assert_eq!(map.get(b"k"), None);
    assert_eq!(t.commit(&map), Ok(true));
    assert_eq!(map.get(b"k"), Some([1, 2].to_vec()));
}

#[test]
fn what_changed_meanwhile_is_evaluated_again() {
    let (map, mut t, mut other) = (Map::default(), Transaction::new(), Transaction::new());
    let mut attempts = 0;
    let done = transact(&map, &mut t, |t| {
        attempts += 1;
        t.read(&map, b"read")?;
        if attempts < 3 {
            transact(&map, &mut other, |t| t.change(&map, b"read", |cell, out| append(cell, out, 9)))?;
        }
        t.change(&map, b"written", |cell, out| append(cell, out, attempts))
    });
    assert_eq!((done, attempts), (Ok(1), 3));
    assert_eq!(map.get(b"written"), Some([3].to_vec()));
    let never = transact(&map, &mut t, |t| {
        t.read(&map, b"read")?;
        transact(&map, &mut other, |t| t.change(&map, b"read", |cell, out| append(cell, out, 9))).map(|_| ())
    });
    assert_eq!(never, Err(StateError::Conflicts));
}

#[test]
fn an_empty_cell_is_deleted_and_an_error_changes_nothing() {
    let (map, mut t) = (Map::default(), Transaction::new());
    transact(&map, &mut t, |t| t.change(&map, b"k", |cell, out| append(cell, out, 1))).unwrap();
    t.clear();
    let failed = t.change(&map, b"k", |_, out| {
        out.push(7);
        Err::<(), _>(StateError::OutOfRange)
    });
    assert_eq!(failed, Err(StateError::OutOfRange));
    assert_eq!(t.read(&map, b"k"), Ok(Some([1].as_slice())));
    t.change(&map, b"k", |_, _| Ok(())).unwrap();
    assert_eq!(t.read(&map, b"k"), Ok(None));
    assert_eq!(t.commit(&map), Ok(true));
    assert_eq!(map.get(b"k"), None);
}

#[test]
fn ticks_are_ordered_and_never_turn_back() {
    let (map, mut t) = (Map::default(), Transaction::new());
    let scope = Scope::Principal(b"p");
    assert_eq!(transact(&map, &mut t, |t| t.tick(&map, &scope, 50)), Ok((1, 50)));
    assert_eq!(transact(&map, &mut t, |t| t.tick(&map, &scope, 20)), Ok((2, 50)));
    assert_eq!(transact(&map, &mut t, |t| t.tick(&map, &Scope::Everyone, 20)), Ok((1, 20)));
}
