//! Processes that die: what they acknowledged is in the file, and no limit is exceeded. This binary starts itself anew as the process
//! that admits calls, kills it at any moment, opens the file and counts.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on fails there, and its process says what it did"
)]

use policyc_runtime::number::SCALE;
use policyc_runtime::state::window::{CAP, Charge, Spec, Window, reserve, usage, would_exceed};
use policyc_runtime::state::{AdmissionId, StateError, StateStore, Transaction, transact};
use policyc_store::Durable;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Names the file to the process that this binary starts, and its part.
const FILE: &str = "POLICYC_STORE_TEST_FILE";
const PART: &str = "POLICYC_STORE_TEST_PART";

/// A trailing window that is full most of the time, and a budget that outlives all processes.
const PACE: Spec<'static> = Spec { max: 5 * SCALE, window: Window::Duration(50), distinct: false, cap: CAP };
const BUDGET: Spec<'static> =
    Spec { max: 100_000 * SCALE, window: Window::Session, distinct: false, cap: 64 };

/// The part of the started process; nothing in the usual run.
#[test]
fn started_process() {
    let (Ok(file), Ok(part)) = (std::env::var(FILE), std::env::var(PART)) else { return };
    match part.as_str() {
        "fill" => fill(Path::new(&file)),
        part => admit(Path::new(&file), part.parse().unwrap()),
    }
}

fn start(command: &mut Command, file: &Path, part: &str) -> Child {
    command.args(["--exact", "started_process", "--nocapture", "--test-threads=1"]);
    command.env(FILE, file).env(PART, part).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The numbers that the process acknowledged, as `ack number` lines that are whole; what it said last without an end does not count.
fn acknowledged(child: &mut Child) -> BTreeSet<u64> {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut seen, mut line) = (BTreeSet::new(), Vec::new());
    while lines.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
        if let Some(number) = line.strip_prefix(b"ack ").and_then(|rest| rest.strip_suffix(b"\n")) {
            seen.insert(std::str::from_utf8(number).unwrap().parse().unwrap());
        }
        line.clear();
    }
    seen
}

/// Small random numbers, the same at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Admits calls from four threads until the process is killed, by clocks that jump in both directions, and says each number
/// once it is committed.
fn admit(file: &Path, round: u64) {
    let store = Durable::open_or_create(file).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                let (mut random, mut transaction) = (Random(round * 31 + thread), Transaction::new());
                for n in 0..100_000 {
                    let number = (round * 4 + thread) * 100_000 + n;
                    let host = i64::try_from(round * 100 + n + random.below(80)).unwrap() - 40;
                    match transact(store, &mut transaction, |t| admit_one(store, t, number, host)) {
                        Ok(true) => println!("ack {number}"),
                        Ok(false) | Err(StateError::Conflicts) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
}

/// Charges both limits and leaves a cell with the call's time, if neither would be exceeded.
fn admit_one(store: &Durable, t: &mut Transaction, number: u64, host: i64) -> Result<bool, StateError> {
    let charge = Charge::Amount(SCALE);
    let mut name = [0xff; 16];
    name[..8].copy_from_slice(&number.to_be_bytes());
    let id = AdmissionId::from_bytes(name);
    // The clock of the limit's scope: here one cell.
    let now = t.change(store, b"clock", |cell, out| {
        let last = cell.and_then(|cell| cell.try_into().ok()).map_or(i64::MIN, i64::from_be_bytes);
        out.extend_from_slice(&host.max(last).to_be_bytes());
        Ok(host.max(last))
    })?;
    for (key, spec) in [(b"pace".as_slice(), &PACE), (b"budget", &BUDGET)] {
        if would_exceed(t.read(store, key)?, spec, now, charge)? {
            return Ok(false);
        }
        t.change(store, key, |cell, out| reserve(cell, spec, now, charge, id, out))?;
    }
    let cell = [b"call".as_slice(), &number.to_be_bytes()].concat();
    t.change(store, &cell, |_, out| {
        out.extend_from_slice(&now.to_be_bytes());
        Ok(())
    })?;
    Ok(true)
}

/// The times of all calls that the file holds.
fn calls(store: &Durable) -> BTreeMap<u64, i64> {
    let mut calls = BTreeMap::new();
    let all = store.scan(b"call", &mut |key, cell| {
        let number = u64::from_be_bytes(key[4..].try_into().unwrap());
        calls.insert(number, i64::from_be_bytes(cell.try_into().unwrap()));
        true
    });
    all.unwrap();
    calls
}

#[test]
fn what_a_killed_process_acknowledged_is_kept() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("state");
    let (mut random, mut all) = (Random(7), BTreeSet::new());
    for round in 0..24_u64 {
        let mut child = start(&mut Command::new(std::env::current_exe().unwrap()), &file, &round.to_string());
        let wait = Duration::from_millis(20 + random.below(150));
        std::thread::sleep(wait);
        if round == 3 {
            // Either it has not come so far as to lock the file, or it holds it.
            assert!(matches!(Durable::open(&file), Err(StateError::Locked) | Ok(_)));
        }
        child.kill().unwrap();
        all.extend(acknowledged(&mut child));
        child.wait().unwrap();
        if !file.exists() {
            continue;
        }
        let store = Durable::open(&file).unwrap();
        let calls = calls(&store);
        let lost: Vec<_> = all.iter().filter(|number| !calls.contains_key(number)).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        let used = usage(Transaction::new().read(&store, b"budget").unwrap(), &BUDGET, 0).unwrap();
        assert_eq!(used, i128::try_from(calls.len()).unwrap() * SCALE, "a charge for each call and no other");
        let times: Vec<i64> = calls.into_values().collect();
        for end in &times {
            let inside = times.iter().filter(|time| **time > end - 50 && *time <= end).count();
            assert!(inside <= 5, "{inside} calls in (t - 50, t] of {end}");
        }
    }
    assert!(all.len() > 20, "only {} calls were acknowledged", all.len());
}

/// Writes until there is no space left, and says which cells are committed.
fn fill(file: &Path) {
    let store = Durable::open(file).unwrap();
    let write = |number: u64| {
        let cell = vec![7; 50_000];
        store.commit(
            &mut std::iter::empty(),
            &mut [(number.to_be_bytes().as_slice(), Some(cell.as_slice()))].into_iter(),
        )
    };
    for number in 0..10_000 {
        match write(number) {
            Ok(_) => println!("ack {number}"),
            Err(error) => {
                assert_eq!(error, StateError::Full);
                // It fails as long as there is no space, and what can be read is right.
                assert_eq!(write(number), Err(StateError::Full));
                let first = store
                    .read(&0_u64.to_be_bytes(), &mut |cell| assert_eq!(cell, Some([7; 50_000].as_slice())));
                assert!(matches!(first, Ok(_) | Err(StateError::Full)), "{first:?}");
                println!("ack 1000000");
                return;
            }
        }
    }
}

/// A limit on the size of files stands for a full disk: it meets the same calls with another number of error.
#[test]
fn a_full_disk_denies_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("state");
    drop(Durable::create(&file).unwrap());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 12000; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap());
    let mut child = start(&mut shell, &file, "fill");
    let mut seen = acknowledged(&mut child);
    assert!(child.wait().unwrap().success());
    assert!(seen.remove(&1_000_000), "it did meet the end of space");
    let store = Durable::open(&file).unwrap();
    let mut found = BTreeSet::new();
    let all = store.scan(b"", &mut |key, cell| {
        assert_eq!(cell, [7; 50_000]);
        found.insert(u64::from_be_bytes(key.try_into().unwrap()));
        true
    });
    assert_eq!(all, Ok(()));
    assert!(seen.len() > 10 && seen.is_subset(&found), "{} of {} are there", found.len(), seen.len());
    assert_eq!(
        store.commit(&mut std::iter::empty(), &mut [(b"k".as_slice(), Some(b"v".as_slice()))].into_iter()),
        Ok(true)
    );
}
