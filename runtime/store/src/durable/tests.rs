//! The file store: the laws of stores, and files that are not as they should be.

use super::*;
use crate::suite;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state");
    (folder, path)
}

fn write(store: &Durable, key: &[u8], cell: &[u8]) -> Result<bool, StateError> {
    store.commit(&mut std::iter::empty(), &mut [(key, Some(cell))].into_iter())
}

fn get(store: &Durable, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
    let mut found = None;
    store.read(key, &mut |cell| found = cell.map(<[u8]>::to_vec))?;
    Ok(found)
}

/// A file with cells, closed.
fn filled(path: &Path) -> Vec<u8> {
    let store = Durable::create(path).unwrap();
    for n in 0..40_u8 {
        assert_eq!(write(&store, &[n; 40], &[n; 500]), Ok(true));
    }
    drop(store);
    fs::read(path).unwrap()
}

#[test]
fn a_file_keeps_the_laws_of_stores() {
    let folder = TempDir::new().unwrap();
    let mut files = 0;
    let mut fresh = || {
        files += 1;
        let store: suite::Shared = Arc::new(Durable::create(folder.path().join(files.to_string()))?);
        Ok(store)
    };
    assert_eq!(suite::check(&mut fresh), Ok(()));
    let path = folder.path().join("durable");
    assert_eq!(suite::check_durable(&mut || Ok(Arc::new(Durable::open_or_create(&path)?))), Ok(()));
}

#[test]
fn a_file_is_held_by_one() {
    let (_folder, path) = folder();
    let store = Durable::create(&path).unwrap();
    assert_eq!(Durable::open(&path).err(), Some(StateError::Locked));
    assert_eq!(Durable::create(&path).err(), Some(StateError::Io), "there is one already");
    drop(store);
    assert!(Durable::open(&path).is_ok());
}

#[test]
fn what_is_not_there_is_not_opened() {
    let (folder, path) = folder();
    assert_eq!(Durable::open(&path).err(), Some(StateError::Io));
    assert_eq!(Durable::open(folder.path()).err(), Some(StateError::Io), "a folder");
    assert_eq!(Durable::open_or_create(folder.path().join("no/such/folder")).err(), Some(StateError::Io));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    assert!(Durable::open_or_create(&path).is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let (_folder, path) = folder();
    let whole = filled(&path);
    for kept in [0, 1, 8, 100, 4_095, 4_096, 8_192, whole.len() / 2, whole.len() - 4_096, whole.len() - 1] {
        fs::write(&path, &whole[..kept]).unwrap();
        assert_eq!(Durable::open(&path).err(), Some(StateError::Unreadable), "{kept} of {}", whole.len());
    }
}

#[test]
fn another_file_is_refused() {
    let (_folder, path) = folder();
    for bytes in [b"x".to_vec(), vec![0; 70_000], vec![0xff; 70_000], b"{\"cells\": []}".repeat(1_000)] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(Durable::open(&path).err(), Some(StateError::Unreadable));
    }
    fs::remove_file(&path).unwrap();
    drop(Database::create(&path).unwrap());
    assert_eq!(Durable::open(&path).err(), Some(StateError::Unreadable), "a database of someone else");
}

#[test]
fn another_format_is_refused() {
    let (_folder, path) = folder();
    filled(&path);
    let database = Database::open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(file::META).unwrap().insert("format", 2).unwrap();
    writing.commit().unwrap();
    drop(database);
    assert_eq!(Durable::open(&path).err(), Some(StateError::OtherFormat));
}

/// Wherever bytes are changed: the file is refused, or it holds what was written.
#[test]
fn a_damaged_file_never_loses_a_cell_unseen() {
    let (_folder, path) = folder();
    let whole = filled(&path);
    let (mut refused, mut random) = (0, 1_u64);
    for _ in 0..120 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(random >> 33).unwrap() % bytes.len();
            bytes[at] ^= 1 << ((random >> 20) & 7);
        }
        fs::write(&path, bytes).unwrap();
        match Durable::open(&path) {
            Err(error) => {
                assert!(matches!(error, StateError::Unreadable | StateError::OtherFormat), "{error:?}");
                refused += 1;
            }
            Ok(store) => {
                for n in 0..40_u8 {
                    let found = get(&store, &[n; 40]);
                    assert!(
                        found == Ok(Some(vec![n; 500])) || found == Err(StateError::Unreadable),
                        "{found:?}"
                    );
                }
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_row_that_was_changed_is_refused_when_it_is_read() {
    let (_folder, path) = folder();
    filled(&path);
    let database = Database::open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(CELLS).unwrap().insert([3_u8; 40].as_slice(), [0; 60].as_slice()).unwrap();
    writing.commit().unwrap();
    drop(database);
    let store = Durable::open(&path).unwrap();
    assert_eq!(get(&store, &[3; 40]), Err(StateError::Unreadable));
    assert_eq!(get(&store, &[4; 40]), Ok(Some(vec![4; 500])));
    let key = [3_u8; 40];
    let reads = || [(key.as_slice(), 5)].into_iter();
    let writes: [(&[u8], Option<&[u8]>); 1] = [(b"x", Some(b"y"))];
    assert_eq!(store.commit(&mut reads(), &mut writes.into_iter()), Err(StateError::Unreadable));
    assert_eq!(store.commit(&mut reads(), &mut std::iter::empty()), Err(StateError::Unreadable));
    assert_eq!(store.scan(b"", &mut |_, _| true), Err(StateError::Unreadable));
    assert_eq!(write(&store, b"x", b"z"), Ok(true), "other cells can be written");
}

#[test]
fn after_a_failure_the_file_is_opened_anew() {
    let (_folder, path) = folder();
    filled(&path);
    let store = Durable::open(&path).unwrap();
    assert_eq!(store.with(|_| Err::<(), _>(StateError::Full)), Err(StateError::Full));
    assert!(store.database.read().unwrap().is_none());
    assert_eq!(get(&store, &[4; 40]), Ok(Some(vec![4; 500])));
    assert_eq!(write(&store, b"x", b"z"), Ok(true));
    assert_eq!(store.with(|_| Err::<(), _>(StateError::Unreadable)), Err(StateError::Unreadable));
    assert!(store.database.read().unwrap().is_some(), "a damaged cell is no reason");
}
