//! A store in one file. In: keys and cells. Out: the same, after any crash: what a commit has acknowledged is on the disk.
//!
//! The file is a redb database with two tables: cells, each with its version and a digest, and one row of metadata. One process
//! holds it at a time. Commits that wait at the same moment share one write to the disk ([`group`]).
//!
//! A damaged file is refused, never repaired by leaving something out: every page is checked when the file is opened, and every
//! cell when it is read. Where a write fails (a full disk), the file is opened anew at the next use, so that a host goes on
//! once there is space again; until then everything fails, and decisions deny.

mod failure;
mod file;
mod group;
mod row;

use failure::state_error;
use file::CELLS;
use group::Group;
use policyc_runtime::state::{StateError, StateStore, Version};
use redb::{Database, ReadTransaction, ReadableDatabase};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Cells in a file, shared between threads.
pub struct Durable {
    path: PathBuf,
    /// `None` after a failure, until it can be opened again.
    database: RwLock<Option<Database>>,
    group: Group,
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Durable").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Durable {
    /// Opens a file that [`Durable::create`] made. Reads all of it to see that it is whole.
    ///
    /// # Errors
    /// `Unreadable`: it is damaged, cut off, or no such file at all. `OtherFormat`: another version wrote it. `Locked`: a process has
    /// it open, this one included. `Full`: the disk is full. `Io`: it is not there or cannot be read or written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = path.as_ref().to_path_buf();
        let database = file::open(&path)?;
        Ok(Self { path, database: RwLock::new(Some(database)), group: Group::default() })
    }

    /// Makes a new file and opens it. It appears as a whole or not at all.
    ///
    /// # Errors
    /// `Io`: there is a file already, or none can be made there. `Full`: the disk is full.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, StateError> {
        file::create(path.as_ref())?;
        Self::open(path)
    }

    /// Opens the file, or makes it if there is none. A host that has state to lose should rather [`Durable::open`] it: where a file
    /// has vanished this forgets what was charged.
    ///
    /// # Errors
    /// Those of [`Durable::open`] and [`Durable::create`].
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let path = path.as_ref();
        match path.try_exists() {
            Ok(true) => Self::open(path),
            Ok(false) => Self::create(path),
            Err(_) => Err(StateError::Io),
        }
    }

    /// Does something with the database; opens it anew first if it has failed, and marks it as failed if this fails.
    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, StateError>) -> Result<T, StateError> {
        let guard = self.opened()?;
        let done = guard.as_ref().ok_or(StateError::Io).and_then(work);
        drop(guard);
        if matches!(done, Err(StateError::Full | StateError::Io)) {
            *self.database.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
        done
    }

    fn opened(&self) -> Result<RwLockReadGuard<'_, Option<Database>>, StateError> {
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        if guard.is_some() {
            return Ok(guard);
        }
        drop(guard);
        let mut place = self.database.write().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            *place = Some(file::open(&self.path)?);
        }
        drop(place);
        Ok(self.database.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin_read(database: &Database) -> Result<ReadTransaction, StateError> {
        failure::guarded(|| database.begin_read().map_err(state_error))
    }
}

impl StateStore for Durable {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        self.with(|database| {
            let reading = Self::begin_read(database)?;
            let found = failure::guarded(|| {
                let cells = reading.open_table(CELLS).map_err(state_error)?;
                cells.get(key).map_err(state_error)
            })?;
            let Some(found) = found else {
                see(None);
                return Ok(0);
            };
            let (version, cell) = row::read(key, found.value())?;
            see(Some(cell));
            Ok(version)
        })
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        let job = group::Job::new(reads, writes);
        if job.is_read_only() {
            return self.with(|database| group::check(&Self::begin_read(database)?, &job));
        }
        self.group.commit(job, |jobs| self.with(|database| group::run(database, jobs)))
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        self.with(|database| {
            let reading = Self::begin_read(database)?;
            let mut rows = failure::guarded(|| {
                let cells = reading.open_table(CELLS).map_err(state_error)?;
                cells.range(prefix..).map_err(state_error)
            })?;
            loop {
                let next = failure::guarded(|| rows.next().transpose().map_err(state_error))?;
                let Some((key, row)) = next.filter(|(key, _)| key.value().starts_with(prefix)) else {
                    return Ok(());
                };
                let (_, cell) = row::read(key.value(), row.value())?;
                if !see(key.value(), cell) {
                    return Ok(());
                }
            }
        })
    }
}

#[cfg(test)]
mod tests;
