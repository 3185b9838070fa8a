//! Laws of single cells and transactions, without threads.

use super::{Shared, commit, expect, read};
use policyc_runtime::state::StateError;
use std::collections::BTreeSet;

/// Absent, written, replaced, empty, deleted.
pub(super) fn read_as_written(store: &Shared) -> Result<(), String> {
    let long = vec![7; 300_000];
    let contents: [Option<&[u8]>; 6] =
        [Some(b"a"), Some(b"bcd"), Some(&long), Some(b""), None, Some(b"again")];
    expect(read(store, b"key")? == (None, 0), || "a cell that was never written".into())?;
    for content in contents {
        expect(commit(store, &[], &[(b"key", content)])?, || "a write without reads was refused".into())?;
        let (found, _) = read(store, b"key")?;
        expect(found.as_deref() == content, || {
            format!("{:?} bytes in place of {:?}", found.map(|cell| cell.len()), content.map(<[u8]>::len))
        })?;
        expect(read(store, b"ke")?.0.is_none() && read(store, b"key\0")?.0.is_none(), || {
            "another key has it".into()
        })?;
    }
    Ok(())
}

/// Also where a cell is written anew with the same bytes, or deleted in between.
pub(super) fn versions_differ(store: &Shared) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for round in 0..20_u32 {
        let cell: Option<&[u8]> = if round % 5 == 4 { None } else { Some(b"same") };
        commit(store, &[], &[(b"key", cell), (b"other", Some(b"x"))])?;
        let (_, version) = read(store, b"key")?;
        expect(version == 0 || seen.insert(version), || format!("version {version} came twice"))?;
    }
    Ok(())
}

/// Whichever of the reads it is: changed, made or deleted meanwhile.
pub(super) fn stale_reads(store: &Shared) -> Result<(), String> {
    commit(store, &[], &[(b"a", Some(b"1")), (b"b", Some(b"1"))])?;
    let (a, b, c) = (read(store, b"a")?.1, read(store, b"b")?.1, read(store, b"c")?.1);
    let changes: [(&[u8], Option<&[u8]>); 3] = [(b"a", Some(b"2")), (b"b", None), (b"c", Some(b"2"))];
    let mut current = [(b"a".as_slice(), a), (b"b", b), (b"c", c)];
    for (index, change) in changes.into_iter().enumerate() {
        let writes: [(&[u8], Option<&[u8]>); 2] = [(b"w", Some(b"written")), (b"a", Some(b"3"))];
        commit(store, &[], &[change])?;
        let written = commit(store, &current, &writes)?;
        let clean = read(store, b"w")?.0.is_none() && read(store, b"a")?.0.as_deref() == Some(b"2");
        expect(!written && clean, || format!("read {index} was not current"))?;
        if let Some((key, version)) = current.get_mut(index) {
            *version = read(store, key)?.1;
        }
    }
    let written = commit(store, &current, &[(b"w", Some(b"written"))])?;
    expect(written && read(store, b"w")?.0.is_some(), || "all reads were current".into())
}

pub(super) fn last_write_counts(store: &Shared) -> Result<(), String> {
    commit(
        store,
        &[],
        &[(b"k", Some(b"1")), (b"k", None), (b"k", Some(b"2")), (b"l", Some(b"1")), (b"l", None)],
    )?;
    expect(read(store, b"k")?.0.as_deref() == Some(b"2") && read(store, b"l")?.0.is_none(), || {
        "another".into()
    })
}

pub(super) fn any_bytes(store: &Shared) -> Result<(), String> {
    let all: Vec<u8> = (0..=255).collect();
    let keys: [&[u8]; 6] = [b"\0", b"\0\0", b"\xff", b"\xff\xff", b"/../x", &all];
    for key in keys {
        commit(store, &[], &[(key, Some(key))])?;
    }
    for key in keys {
        expect(read(store, key)?.0.as_deref() == Some(key), || format!("key {key:?}"))?;
    }
    Ok(())
}

pub(super) fn scan(store: &Shared) -> Result<(), String> {
    let keys: [&[u8]; 8] = [b"a", b"a\0", b"a\0b", b"a\xff", b"a\xff\xff", b"b", b"\xff", b"\xff\xff"];
    for key in keys.iter().rev() {
        commit(store, &[], &[(key, Some(key))])?;
    }
    for prefix in [b"".as_slice(), b"a", b"a\0", b"a\xff", b"c", b"\xff"] {
        for stop in [usize::MAX, 2] {
            let mut found: Vec<Vec<u8>> = Vec::new();
            let mut other = false;
            let scanned = store.scan(prefix, &mut |key, cell| {
                found.push(key.to_vec());
                other |= key != cell;
                found.len() < stop
            });
            scanned.map_err(|error| error.to_string())?;
            let mut wanted: Vec<&[u8]> = keys.into_iter().filter(|key| key.starts_with(prefix)).collect();
            wanted.sort_unstable();
            wanted.truncate(stop);
            expect(found == wanted && !other, || format!("{prefix:?} showed {found:?}"))?;
        }
    }
    Ok(())
}

pub(super) fn read_only(store: &Shared) -> Result<(), String> {
    commit(store, &[], &[(b"k", Some(b"1"))])?;
    let (_, version) = read(store, b"k")?;
    let current = commit(store, &[(b"k", version), (b"absent", 0)], &[])?;
    commit(store, &[], &[(b"k", Some(b"1"))])?;
    let stale = commit(store, &[(b"k", version)], &[])?;
    expect(current && !stale, || format!("current: {current}, stale: {stale}"))
}

/// Writes, closes and opens a few times.
pub(super) fn reopened(open: &mut dyn FnMut() -> Result<Shared, StateError>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for round in 0..4_u8 {
        let store = open().map_err(|error| error.to_string())?;
        let before = round.checked_sub(1).map(|round| [round; 3]);
        let (cell, version) = read(&store, b"k")?;
        expect(cell.as_deref() == before.as_ref().map(<[u8; 3]>::as_slice), || {
            format!("{cell:?} after round {round}")
        })?;
        expect(round == 0 || seen.contains(&version), || format!("version {version} was never given out"))?;
        expect(read(&store, b"gone")?.0.is_none(), || "a deleted cell is there".into())?;
        commit(&store, &[(b"k", version)], &[(b"gone", Some(b"x"))])?;
        commit(&store, &[], &[(b"gone", None), (b"k", Some(&[round; 3]))])?;
        expect(seen.insert(read(&store, b"k")?.1), || "a version came twice".into())?;
    }
    Ok(())
}
