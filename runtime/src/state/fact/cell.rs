//! The bytes of a fact's cell. In: a cell. Out: who is in flight, and the state; and back.
//!
//! `head | number of calls in flight | their names | state`. The state remembers what the next teacher must be compared with:
//! until when calls taught the present value, and until when another one.

use super::{Known, Why};
use crate::state::scalar::Fields;
use crate::state::wire::{self, Reader};
use crate::state::{AdmissionId, Kind, Seq, StateError};
use alloc::vec::Vec;

/// A cell, taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'c> {
    /// Names of admitted calls that may change the key, without order.
    pub(super) in_flight: &'c [[u8; 16]],
    pub(super) state: State<'c>,
}

/// What is known, but for the calls in flight.
#[derive(Debug, Clone, Copy)]
pub(super) enum State<'c> {
    /// Nothing was ever taught.
    Empty,
    /// Calls taught a value.
    Value {
        known: Known<'c>,
        /// The value's bytes.
        bytes: &'c [u8],
        /// The latest outcome of a call that taught another value, or 0. Earlier than that of this value.
        other: Seq,
    },
    /// There is no value to believe.
    Lost {
        why: Why,
        /// The latest outcome that had to do with it: only a call admitted after it can teach again.
        until: Seq,
    },
}

const EMPTY: u8 = 0;
const VALUE: u8 = 1;
const CONFLICT: u8 = 2;
const DOUBT: u8 = 3;
const FORGOTTEN: u8 = 4;
const EVICTED: u8 = 5;

impl<'c> Cell<'c> {
    pub(super) fn read(cell: Option<&'c [u8]>) -> Result<Self, StateError> {
        let Some(cell) = cell else { return Ok(Self { in_flight: &[], state: State::Empty }) };
        let mut reader = Reader::open(cell, Kind::Fact)?;
        let names = usize::from(reader.u16()?).checked_mul(16).ok_or(StateError::Unreadable)?;
        let (in_flight, _) = reader.bytes(names)?.as_chunks();
        let state = State::read(&mut reader)?;
        reader.end()?;
        Ok(Self { in_flight, state })
    }

    /// Writes the cell with the calls in flight that are not `without`, and `also`. Leaves `out` empty if nothing is left to say.
    pub(super) fn write(
        &self,
        without: AdmissionId,
        also: Option<AdmissionId>,
        out: &mut Vec<u8>,
    ) -> Result<(), StateError> {
        wire::begin(out, Kind::Fact);
        let names = self.in_flight.iter().filter(|name| *name != without.bytes());
        let count = names.clone().count().saturating_add(usize::from(also.is_some()));
        if count == 0 && matches!(self.state, State::Empty) {
            out.clear();
            return Ok(());
        }
        out.extend_from_slice(&u16::try_from(count).map_err(|_| StateError::Capped)?.to_be_bytes());
        names.chain(also.as_ref().map(AdmissionId::bytes)).for_each(|name| out.extend_from_slice(name));
        self.state.write(out);
        Ok(())
    }
}

impl<'c> State<'c> {
    fn read(reader: &mut Reader<'c>) -> Result<Self, StateError> {
        let why = match reader.u8()? {
            EMPTY => return Ok(Self::Empty),
            VALUE => return Self::read_value(reader),
            CONFLICT => Why::Conflict,
            DOUBT => Why::Doubt,
            FORGOTTEN => Why::Forgotten,
            EVICTED => Why::NeverLearned,
            _ => return Err(StateError::Unreadable),
        };
        Ok(Self::Lost { why, until: reader.u64()? })
    }

    fn read_value(reader: &mut Reader<'c>) -> Result<Self, StateError> {
        let (learned_ms, expires_ms) = (reader.i64()?, reader.i64()?);
        let (admitted, outcome, other) = (reader.u64()?, reader.u64()?, reader.u64()?);
        let bytes = reader.text()?;
        let fields = Fields::read(bytes)?;
        if expires_ms < learned_ms || outcome < admitted || outcome < other {
            return Err(StateError::Unreadable);
        }
        let known = Known { fields, learned_ms, expires_ms, admitted, outcome };
        Ok(Self::Value { known, bytes, other })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => out.push(EMPTY),
            Self::Value { known, bytes, other } => {
                out.push(VALUE);
                out.extend_from_slice(&known.learned_ms.to_be_bytes());
                out.extend_from_slice(&known.expires_ms.to_be_bytes());
                for seq in [known.admitted, known.outcome, *other] {
                    out.extend_from_slice(&seq.to_be_bytes());
                }
                out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or_default().to_be_bytes());
                out.extend_from_slice(bytes);
            }
            Self::Lost { why, until } => {
                out.push(match why {
                    Why::Conflict => CONFLICT,
                    Why::Forgotten => FORGOTTEN,
                    Why::NeverLearned => EVICTED,
                    Why::Doubt | Why::InFlight | Why::Expired => DOUBT,
                });
                out.extend_from_slice(&until.to_be_bytes());
            }
        }
    }
}
