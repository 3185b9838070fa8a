//! What a run has read of what is remembered, and what it wants remembered: data, until a gate writes it. In: keys and values. Out:
//! the versions that were read, changes and charges.

use crate::pdp::Pdp;
use crate::program::instr::Op;
use crate::program::memory::{CalendarUnit, Counting, Limit, Scope, Slot16, Window as Per};
use crate::state::clock::Clock;
use crate::state::key::{Key, NO_SLOT};
use crate::state::window::{CAP, Calendar, Spec, Unit, Window};
use crate::state::{Kind, Memory, StateError, Version};
use alloc::vec::Vec;
use core::ops::Range;

/// Bytes in one of the run's buffers.
pub(crate) type Bytes = Range<usize>;

/// What a run has read and wants written. Kept from one run to the next; no allocation is repeated.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Keys and values, one after the other.
    pub(crate) bytes: Vec<u8>,
    /// A key in the making.
    pub(super) key: Vec<u8>,
    /// Cells that were read.
    pub(crate) reads: Vec<(Bytes, Version)>,
    /// What is to be written if the call is admitted, or with its outcome.
    pub(crate) changes: Vec<Change>,
    /// Limits that count the call.
    pub(crate) charges: Vec<Charge>,
    /// Why state could not be read.
    pub(crate) error: Option<StateError>,
    /// An amount or a key could not be determined.
    pub(crate) unmeasurable: bool,
    /// The clocks of session and principal, once they were read.
    session: Option<Clock>,
    principal: Option<Clock>,
}

/// A change that the code asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The instruction.
    pub(crate) op: Op,
    /// Its table's index: a fact, or a label as it is set.
    pub(crate) index: u32,
    /// The cell.
    pub(crate) key: Bytes,
    /// Of a fact's value the fields, of a set's member the set's head.
    pub(crate) value: Bytes,
    /// Amount of a counter, in units of 10⁻⁹.
    pub(crate) amount: i128,
}

/// A limit as a call counts towards it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    /// Index into the program's limits.
    pub(crate) limit: u32,
    /// The cell.
    pub(crate) key: Bytes,
    /// The distinct value that is counted.
    pub(crate) value: Bytes,
    /// How much is counted, in units of 10⁻⁹.
    pub(crate) amount: i128,
    /// How much was used before, in the same units.
    pub(crate) used: i128,
    /// With this call it is exceeded.
    pub(crate) exceeded: bool,
}

impl Remembered {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.reads.clear();
        self.changes.clear();
        self.charges.clear();
        self.error = None;
        self.unmeasurable = false;
        self.session = None;
        self.principal = None;
    }

    pub(crate) fn slice(&self, range: &Bytes) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// The keys that were read, each with the version that was seen.
    pub(crate) fn versions(&self) -> impl Iterator<Item = (&[u8], Version)> {
        self.reads.iter().map(|(key, version)| (self.slice(key), *version))
    }

    /// Begins a key.
    pub(crate) fn begin(&mut self, kind: Kind, memory: &Memory<'_>, scope: Scope, slot: &Slot16) {
        let _ = Key::begin(&mut self.key, kind, &memory.who.scope(scope), slot);
    }

    /// Puts the key in the making where it stays.
    pub(crate) fn keep_key(&mut self) -> Bytes {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&self.key);
        start..self.bytes.len()
    }

    /// Puts bytes where they stay.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Bytes {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// The key in the making.
    pub(crate) const fn key_in_making(&mut self) -> &mut Vec<u8> {
        &mut self.key
    }

    /// Reads the cell of a key, and notes that it was read.
    pub(super) fn read(
        &mut self,
        memory: &Memory<'_>,
        key: &Bytes,
        see: &mut dyn FnMut(Option<&[u8]>),
    ) -> Result<(), StateError> {
        let version = memory.store.read(self.bytes.get(key.clone()).unwrap_or_default(), see)?;
        self.reads.push((key.clone(), version));
        Ok(())
    }

    /// The clock of a scope.
    pub(crate) fn clock(&mut self, memory: &Memory<'_>, scope: Scope) -> Result<Clock, StateError> {
        let known = if scope == Scope::Session { self.session } else { self.principal };
        if let Some(clock) = known {
            return Ok(clock);
        }
        self.begin(Kind::Clock, memory, scope, &NO_SLOT);
        let key = self.keep_key();
        let mut clock = Ok(Clock::default());
        self.read(memory, &key, &mut |cell| clock = Clock::read(cell))?;
        let clock = clock?;
        *(if scope == Scope::Session { &mut self.session } else { &mut self.principal }) = Some(clock);
        Ok(clock)
    }
}

/// The time where the host says `now`, if anything that is remembered depends on time: not before the latest that the session has seen,
/// nor the principal, whose facts would come back otherwise in a session that has seen less.
///
/// # Errors
/// A clock cannot be read.
pub(crate) fn moment(
    pdp: &Pdp,
    remembered: &mut Remembered,
    memory: &Memory<'_>,
    now: Option<i64>,
) -> Result<Option<i64>, StateError> {
    let Some(now) = now.filter(|_| pdp.is_timed()) else { return Ok(now) };
    let now = remembered.clock(memory, Scope::Session)?.now(now);
    Ok(Some(if pdp.remembers_principals() {
        remembered.clock(memory, Scope::Principal)?.now(now)
    } else {
        now
    }))
}

/// How a limit counts.
///
/// # Errors
/// A zone that the program does not have, which the verifier rules out.
pub(crate) fn spec<'p>(pdp: &'p Pdp, limit: &Limit) -> Result<Spec<'p>, StateError> {
    let window = match limit.window {
        Per::Trailing(ms) => Window::Duration(ms),
        Per::Session => Window::Session,
        Per::Calendar(unit, zone) => {
            let (transitions, horizon_ms) = pdp.transitions(zone).ok_or(StateError::OutsideTables)?;
            let unit = match unit {
                CalendarUnit::Hour => Unit::Hour,
                CalendarUnit::Day => Unit::Day,
                CalendarUnit::Week => Unit::Week,
                CalendarUnit::Month => Unit::Month,
            };
            Window::Calendar(Calendar { unit, transitions, horizon_ms })
        }
    };
    Ok(Spec { max: limit.max, window, distinct: limit.counting == Counting::Distinct, cap: CAP })
}
