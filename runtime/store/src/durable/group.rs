//! Commits that share one write to the disk. In: jobs of several threads. Out: for each whether it was written, once it is.
//!
//! The thread that finds no other writing takes all jobs that wait, its own among them, and runs them one after the other in one
//! transaction of redb; each job sees what the ones before it have written. The others wait for their answer.

use super::failure::{guarded, state_error};
use super::file::{CELLS, META, VERSION_KEY};
use super::row;
use policyc_runtime::state::{StateError, Version};
use redb::{Database, Durability, ReadTransaction, ReadableTable, Table};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What one commit wants.
#[derive(Debug)]
pub(super) struct Job {
    reads: Vec<(Vec<u8>, Version)>,
    writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Job {
    pub(super) fn new(
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Self {
        Self {
            reads: reads.map(|(key, version)| (key.to_vec(), version)).collect(),
            writes: writes.map(|(key, cell)| (key.to_vec(), cell.map(<[u8]>::to_vec))).collect(),
        }
    }

    pub(super) const fn is_read_only(&self) -> bool {
        self.writes.is_empty()
    }
}

type Answer = Result<bool, StateError>;

/// Jobs that wait, and answers that were not fetched.
#[derive(Debug, Default)]
pub(super) struct Group {
    queue: Mutex<Queue>,
    done: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    waiting: Vec<(u64, Job)>,
    answers: BTreeMap<u64, Answer>,
    /// A thread runs jobs.
    busy: bool,
}

impl Group {
    /// Waits until the job was run, by this thread or another.
    pub(super) fn commit(
        &self,
        job: Job,
        run: impl Fn(&[(u64, Job)]) -> Result<Vec<Answer>, StateError>,
    ) -> Answer {
        let mut queue = self.lock();
        let ticket = queue.next;
        queue.next = queue.next.wrapping_add(1);
        queue.waiting.push((ticket, job));
        loop {
            if let Some(answer) = queue.answers.remove(&ticket) {
                return answer;
            }
            if queue.busy {
                queue = self.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.busy = true;
            let jobs = std::mem::take(&mut queue.waiting);
            drop(queue);
            let answers = guarded(|| run(&jobs)).unwrap_or_else(|error| vec![Err(error); jobs.len()]);
            queue = self.lock();
            queue.busy = false;
            queue.answers.extend(jobs.iter().map(|(ticket, _)| *ticket).zip(answers));
            self.done.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether everything that a job read is current; for one that writes nothing.
pub(super) fn check(reading: &ReadTransaction, job: &Job) -> Answer {
    guarded(|| is_current(&reading.open_table(CELLS).map_err(state_error)?, job))
}

/// Runs jobs in one transaction and makes it durable. An error is that of all jobs.
pub(super) fn run(database: &Database, jobs: &[(u64, Job)]) -> Result<Vec<Answer>, StateError> {
    let mut writing = database.begin_write().map_err(state_error)?;
    writing.set_durability(Durability::Immediate).map_err(|_| StateError::Io)?;
    // A damaged page must be reported, not answered with the transaction before it.
    writing.set_two_phase_commit(true);
    let mut answers = Vec::with_capacity(jobs.len());
    {
        let mut cells = writing.open_table(CELLS).map_err(state_error)?;
        let mut meta = writing.open_table(META).map_err(state_error)?;
        let mut version = meta.get(VERSION_KEY).map_err(state_error)?.ok_or(StateError::Unreadable)?.value();
        for (_, job) in jobs {
            let answer = is_current(&cells, job);
            match answer {
                Ok(true) => {
                    version = version.checked_add(1).ok_or(StateError::OutOfRange)?;
                    write(&mut cells, job, version)?;
                }
                // A damaged cell concerns the calls that read it.
                Ok(false) | Err(StateError::Unreadable) => {}
                Err(error) => return Err(error),
            }
            answers.push(answer);
        }
        meta.insert(VERSION_KEY, version).map_err(state_error)?;
    }
    if answers.contains(&Ok(true)) {
        writing.commit().map_err(state_error)?;
    } else {
        writing.abort().map_err(state_error)?;
    }
    Ok(answers)
}

fn is_current(cells: &impl ReadableTable<&'static [u8], &'static [u8]>, job: &Job) -> Answer {
    for (key, version) in &job.reads {
        let found = cells.get(key.as_slice()).map_err(state_error)?;
        let current =
            found.map_or(Ok(0), |found| row::read(key, found.value()).map(|(version, _)| version))?;
        if current != *version {
            return Ok(false);
        }
    }
    Ok(true)
}

fn write(
    cells: &mut Table<'_, &'static [u8], &'static [u8]>,
    job: &Job,
    version: Version,
) -> Result<(), StateError> {
    let mut bytes = Vec::new();
    for (key, cell) in &job.writes {
        match cell {
            Some(cell) => {
                row::write(key, version, cell, &mut bytes);
                cells.insert(key.as_slice(), bytes.as_slice()).map_err(state_error)?;
            }
            None => {
                cells.remove(key.as_slice()).map_err(state_error)?;
            }
        }
    }
    Ok(())
}
