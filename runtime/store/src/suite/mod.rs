//! What any store has to do, as tests that a host runs over its own. In: a way to open a fresh store. Out: the first law that it breaks.
//!
//! ```
//! use policyc_store::{Memory, suite};
//! use std::sync::Arc;
//!
//! assert_eq!(suite::check(&mut || Ok(Arc::new(Memory::new()))), Ok(()));
//! ```

mod cells;
mod limits;
mod threads;

use policyc_runtime::state::{StateError, StateStore, Version};
use std::fmt;
use std::sync::Arc;

/// A store that threads share.
pub type Shared = Arc<dyn StateStore + Send + Sync>;

/// A law that a store has broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The law, as a sentence.
    pub law: &'static str,
    /// What was seen.
    pub found: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {}: {}", self.law, self.found)
    }
}

impl std::error::Error for Broken {}

/// A law: its sentence, and a test that says what it found wrong.
type Law = (&'static str, fn(&Shared) -> Result<(), String>);

const LAWS: [Law; 12] = [
    ("a cell is read as it was written", cells::read_as_written),
    ("every content of a key has its own version", cells::versions_differ),
    ("a commit whose reads are not current writes nothing", cells::stale_reads),
    ("of several writes of a key the last counts", cells::last_write_counts),
    ("keys and cells are any bytes", cells::any_bytes),
    ("a scan shows the keys with a prefix, in order, until it is told to stop", cells::scan),
    ("a commit without writes says whether its reads are current", cells::read_only),
    ("no increment is lost", threads::increments),
    ("a committed evaluation has seen one moment", threads::transfers),
    ("a cell is never seen half written", threads::whole_cells),
    ("threads never exceed a limit", limits::threads),
    ("threads use an approval once", limits::approval),
];

/// Holds a store to all laws, each on a fresh one.
///
/// # Errors
/// The first law that it breaks.
pub fn check(fresh: &mut dyn FnMut() -> Result<Shared, StateError>) -> Result<(), Broken> {
    for (law, test) in LAWS {
        let opened = fresh().map_err(|error| error.to_string());
        opened.and_then(|store| test(&store)).map_err(|found| Broken { law, found })?;
    }
    Ok(())
}

/// Holds a store that lasts to the law that it does. `open` opens the same store each time; the one opened before is closed by then.
///
/// # Errors
/// What was lost.
pub fn check_durable(open: &mut dyn FnMut() -> Result<Shared, StateError>) -> Result<(), Broken> {
    let law = "what was committed is there after the store is opened again";
    cells::reopened(open).map_err(|found| Broken { law, found })
}

/// The cell and version of a key.
fn read(store: &Shared, key: &[u8]) -> Result<(Option<Vec<u8>>, Version), String> {
    let (mut cell, mut calls) = (None, 0_u32);
    let version = store.read(key, &mut |bytes| {
        cell = bytes.map(<[u8]>::to_vec);
        calls = calls.saturating_add(1);
    });
    let version = version.map_err(|error| error.to_string())?;
    expect(calls == 1, || format!("a read showed the cell {calls} times"))?;
    expect(cell.is_some() == (version > 0), || format!("version {version} of {cell:?}"))?;
    Ok((cell, version))
}

/// Commits slices.
fn commit(
    store: &Shared,
    reads: &[(&[u8], Version)],
    writes: &[(&[u8], Option<&[u8]>)],
) -> Result<bool, String> {
    let done = store.commit(&mut reads.iter().copied(), &mut writes.iter().copied());
    done.map_err(|error| error.to_string())
}

fn expect(holds: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(found()) }
}
