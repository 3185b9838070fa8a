//! One strict pass over a value's bytes. In: the bytes of arguments, principal or session, and the node of a plan. Out: the
//! wanted places in a store's registers, or a [`Reject`].
//!
//! The pass checks *everything*: that the bytes are strict JSON (RFC 8259, UTF-8, no byte order mark, no duplicate key at any
//! level, escapes decoded before keys are compared, no unpaired surrogate), that every number means the same to every reader
//! (semantics.md 30), the program's caps, and the types and constraints of the plan.
//!
//! Two rules make a refusal independent of the order of members. Bytes that are not strict JSON are `bad_request`, even if
//! something before the fault does not fit the plan: the pass goes on to the end. And [`describe`] looks at the canonical form.
//!
//! A number that the plan checks or captures must fit [`crate::number::Decimal`], otherwise it is `bad_request`; elsewhere it
//! only has to be one that all readers agree on.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::cast_possible_truncation)
)]

mod admits;
mod bytes;
mod canonical;
mod checks;
mod describe;
mod free;
mod list;
mod message;
mod names;
mod numbers;
mod object;
mod path;
mod reject;
mod roles;
mod strings;
mod table;
pub(crate) mod tree;
mod value;
mod walk;
mod work;

pub(crate) use admits::{MemberSpot, Spot, fits};
pub use canonical::canonicalize;
pub(crate) use canonical::put_in_order;
pub use describe::{describe, describe_message};
pub use message::{ParsedCall, ParsedMessage, parse_any, parse_call, parse_message, parse_params};
pub use reject::{Member, Reject, RejectKind, What};
pub use roles::role_value;
pub use table::{BadPlan, MAX_DEPTH, Scanner};
pub(crate) use work::Work;

use crate::program::Caps;
use crate::program::plan::NodeId;
use crate::value::{Slot, Source, Store};
use bytes::skip_space;

/// A base that no register lies above: what is captured relative to it goes nowhere.
const NOWHERE: usize = usize::MAX >> 1;
/// Captured places in frames per element of the caps.
const PLACES_PER_ELEMENT: usize = 4;

/// The pass cannot go on; the reason is in [`Scan::fault`].
#[derive(Debug, Clone, Copy)]
struct Stop;

/// What follows a member or element.
#[derive(Debug, Clone, Copy)]
enum After {
    Next(usize),
    End(usize),
}

/// The state of one pass.
struct Scan<'a> {
    input: &'a [u8],
    plans: &'a Scanner,
    store: &'a mut Store,
    source: Source,
    /// Elements and members read so far, of containers that have ended.
    elements: usize,
    /// Why the pass stopped.
    fault: Reject,
    /// The first thing that does not fit the plan.
    misfit: Option<Reject>,
    /// Numbers that readers disagree about pass, and numbers are not held to their checks: to put a refused value in order, or to
    /// ask about a value whose numbers are not at issue.
    lenient: bool,
}

/// Checks `input` against node `node` of the scanner's plans and captures the places that the plan wants in `store`, whose
/// registers must be there already ([`Store::clear`]). Texts are captured as ranges of `source`, or of the store's scratch
/// bytes where they contain escapes.
///
/// The root must be an object. After a refusal the store's registers hold parts of the value and must be cleared.
///
/// # Errors
/// What is wrong, `bad_request` before anything else.
pub fn scan(
    plans: &Scanner,
    node: NodeId,
    input: &[u8],
    source: Source,
    store: &mut Store,
) -> Result<(), Reject> {
    let caps = plans.caps();
    precheck(input, caps.bytes)?;
    store.work.clear();
    let registers = store.registers.len();
    let fault = Reject { what: What::UnexpectedByte, offset: 0 };
    let mut scan = Scan { input, plans, store, source, elements: 0, fault, misfit: None, lenient: false };
    let ended = scan.root(node);
    let (fault, misfit) = (scan.fault, scan.misfit);
    store.registers.truncate(registers);
    match (ended, misfit) {
        (Err(Stop), _) => Err(fault),
        (Ok(()), Some(misfit)) => Err(misfit),
        (Ok(()), None) => Ok(()),
    }
}

/// Checks that `input` is one strict JSON value within `caps`; with `lenient`, whatever its numbers are.
fn strict(input: &[u8], caps: Caps, lenient: bool) -> Result<(), Reject> {
    precheck(input, caps.bytes)?;
    let plans = Scanner { caps: Caps { depth: caps.depth.min(MAX_DEPTH), ..caps }, ..Scanner::default() };
    let fault = Reject { what: What::UnexpectedByte, offset: 0 };
    let (mut store, source) = (Store::new(), Source::Args);
    let mut scan =
        Scan { input, plans: &plans, store: &mut store, source, elements: 0, fault, misfit: None, lenient };
    let start = skip_space(input, 0);
    let ended = scan.free_value(start, u32::from(plans.caps.depth)).and_then(|end| scan.end(end));
    ended.map_err(|Stop| scan.fault)
}

/// What can be refused before reading.
fn precheck(input: &[u8], bytes: u32) -> Result<(), Reject> {
    match u32::try_from(input.len()) {
        Ok(len) if len <= bytes => {}
        _ => return Err(Reject { what: What::TooLarge, offset: 0 }),
    }
    if input.starts_with(b"\xEF\xBB\xBF") {
        return Err(Reject { what: What::ByteOrderMark, offset: 0 });
    }
    Ok(())
}

impl Scan<'_> {
    /// The whole input is one object.
    fn root(&mut self, node: NodeId) -> Result<(), Stop> {
        let plans = self.plans;
        let at = skip_space(self.input, 0);
        let depth = u32::from(plans.caps.depth);
        let end = match plans.nodes.get(node.0 as usize) {
            // Arguments and host values are objects; a result is any value.
            Some(node) if self.source == Source::Result || bytes::byte(self.input, at) == b'{' => {
                self.value(at, node, 0, depth)?
            }
            _ => {
                self.misfit(What::WrongType, at);
                self.free_value(at, depth)?
            }
        };
        self.end(end)
    }

    /// After a member or element that ends at `at`: the position of the next one, or after the container, which ends with
    /// `close`. No white space stands at a position so found.
    #[inline(always)]
    fn after(&mut self, mut at: usize, close: u8) -> Result<After, Stop> {
        let mut symbol = bytes::byte(self.input, at);
        if symbol <= b' ' {
            at = skip_space(self.input, at);
            symbol = bytes::byte(self.input, at);
        }
        if symbol == b',' {
            Ok(After::Next(skip_space(self.input, at.wrapping_add(1))))
        } else if symbol == close {
            Ok(After::End(at.wrapping_add(1)))
        } else {
            Err(self.unexpected(at))
        }
    }

    /// Only white space follows.
    fn end(&mut self, at: usize) -> Result<(), Stop> {
        let at = skip_space(self.input, at);
        if at < self.input.len() {
            return Err(self.stop(What::TrailingBytes, at));
        }
        let most = self.plans.caps.elements as usize;
        if self.elements > most { Err(self.stop(What::TooMuch, 0)) } else { Ok(()) }
    }

    /// Remembers why the pass ends.
    #[cold]
    fn stop(&mut self, what: What, at: usize) -> Stop {
        self.fault = Reject { what, offset: u32::try_from(at).unwrap_or(u32::MAX) };
        Stop
    }

    /// Something other than what must stand at `at`.
    #[cold]
    fn unexpected(&mut self, at: usize) -> Stop {
        self.stop(if at < self.input.len() { What::UnexpectedByte } else { What::UnexpectedEnd }, at)
    }

    /// Remembers the first thing that does not fit.
    #[cold]
    fn misfit(&mut self, what: What, at: usize) {
        if self.misfit.is_none() {
            self.misfit = Some(Reject { what, offset: u32::try_from(at).unwrap_or(u32::MAX) });
        }
    }

    /// Writes a captured value.
    #[inline(always)]
    fn put(&mut self, base: usize, capture: u16, value: Slot) {
        if let Some(slot) = self.store.registers.get_mut(base.wrapping_add(usize::from(capture))) {
            *slot = value;
        }
    }

    /// A new frame of `stride` missing slots behind the registers; where it begins.
    fn frame(&mut self, stride: u16, at: usize) -> Result<usize, Stop> {
        let frame = self.store.registers.len();
        let most = (self.plans.caps.elements as usize).saturating_mul(PLACES_PER_ELEMENT);
        if frame.saturating_add(self.store.elements.len()) > most {
            return Err(self.stop(What::TooMuch, at));
        }
        self.store.registers.resize(frame.saturating_add(usize::from(stride)), Slot::Missing);
        Ok(frame)
    }

    /// Moves the frames from `frame` on to the elements, as a list of `len` of them.
    fn finish_frames(&mut self, frame: usize, len: u32, stride: u16) -> Slot {
        let start = u32::try_from(self.store.elements.len()).unwrap_or(u32::MAX);
        let frames = self.store.registers.get(frame..).unwrap_or_default();
        self.store.elements.extend_from_slice(frames);
        self.store.registers.truncate(frame);
        Slot::List(crate::value::List { start, len, stride })
    }
}

#[cfg(test)]
pub(crate) mod tests;
