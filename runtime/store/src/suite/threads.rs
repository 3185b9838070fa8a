//! Laws of threads that read, evaluate and commit at once.

use super::{Shared, commit, expect, read};

/// Threads of each test.
const THREADS: usize = 8;

/// Runs `work` in all threads, each with its number.
pub(super) fn race<T: Send>(work: impl Fn(usize) -> Result<T, String> + Sync) -> Result<Vec<T>, String> {
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let work = &work;
                    move || work(thread)
                })
            })
            .collect();
        let joined =
            handles.into_iter().map(|handle| handle.join().map_err(|_| "a thread panicked".to_owned()));
        joined.map(|result| result.and_then(|result| result)).collect()
    })
}

fn number(cell: Option<Vec<u8>>) -> u64 {
    cell.and_then(|cell| cell.try_into().ok()).map_or(0, u64::from_be_bytes)
}

pub(super) fn increments(store: &Shared) -> Result<(), String> {
    let done = race(|_| {
        let mut done = 0_u64;
        while done < 50 {
            let (cell, version) = read(store, b"n")?;
            let next = number(cell).saturating_add(1).to_be_bytes();
            done = done.saturating_add(u64::from(commit(store, &[(b"n", version)], &[(b"n", Some(&next))])?));
        }
        Ok(done)
    })?;
    let (counted, wanted) = (number(read(store, b"n")?.0), done.iter().sum::<u64>());
    expect(counted == wanted, || format!("{counted} of {wanted} are there"))
}

/// Amounts move between accounts; whoever commits has seen the same total.
pub(super) fn transfers(store: &Shared) -> Result<(), String> {
    let accounts: [&[u8]; 4] = [b"a", b"b", b"c", b"d"];
    for account in accounts {
        commit(store, &[], &[(account, Some(&100_u64.to_be_bytes()))])?;
    }
    race(|thread| {
        for round in 0..40_usize {
            let seen: Vec<_> = accounts.iter().map(|key| read(store, key)).collect::<Result<_, _>>()?;
            let reads: Vec<_> =
                accounts.iter().copied().zip(seen.iter().map(|(_, version)| *version)).collect();
            let mut amounts: Vec<u64> = seen.into_iter().map(|(cell, _)| number(cell)).collect();
            let total: u64 = amounts.iter().sum();
            let from = thread.saturating_add(round) % 4;
            let to = from.saturating_add(1) % 4;
            if let Some(amount) = amounts.get_mut(from) {
                *amount = amount.saturating_sub(1);
            }
            if let Some(amount) = amounts.get_mut(to) {
                *amount = amount.saturating_add(1);
            }
            let cells: Vec<_> = amounts.iter().map(|amount| amount.to_be_bytes()).collect();
            let moved =
                accounts.iter().zip(&cells).enumerate().filter(|(index, _)| *index == from || *index == to);
            let writes: Vec<_> = moved.map(|(_, (key, cell))| (*key, Some(cell.as_slice()))).collect();
            let committed = commit(store, &reads, &writes)?;
            expect(!committed || total == 400, || format!("a total of {total}"))?;
        }
        Ok(())
    })?;
    let total: u64 =
        accounts.iter().map(|key| read(store, key).map(|(cell, _)| number(cell))).sum::<Result<_, _>>()?;
    expect(total == 400, || format!("a total of {total} in the end"))
}

pub(super) fn whole_cells(store: &Shared) -> Result<(), String> {
    race(|thread| {
        let byte = u8::try_from(thread).unwrap_or_default();
        for round in 0..60_usize {
            if thread < 2 {
                let cell = vec![byte; 1_000_usize.saturating_add(round)];
                commit(store, &[], &[(b"k", Some(&cell)), (b"l", Some(&cell))])?;
            } else {
                let cell = read(store, b"k")?.0.unwrap_or_default();
                let whole = cell.iter().all(|byte| Some(byte) == cell.first());
                expect(whole, || "two contents in one cell".into())?;
            }
        }
        Ok(())
    })?;
    expect(read(store, b"k")?.0 == read(store, b"l")?.0, || "half of a commit".into())
}
