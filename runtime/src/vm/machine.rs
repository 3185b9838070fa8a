//! The machine: what one run of a tool's code works on. In: a loaded program, filled registers, fuel. Out: the statements that
//! matched, or a trap.

use super::budget::{Budget, Trap};
use super::matches::Matches;
use super::remembered::Remembered;
use crate::pdp::Pdp;
use crate::program::instr::{MAX_LOOPS, Reg};
use crate::state::{AdmissionId, Memory};
use crate::trace::Tracer;
use crate::value::{Inputs, List, Slot, Store, Text};
use crate::views::Scratch;
use alloc::string::String;
use alloc::vec::Vec;

/// Bytes that computed text, lists and numbers may take, per byte of the request, before memory counts as exhausted. A typed view
/// takes a few times its text; code that takes more is made for it.
const MEMORY_PER_BYTE: usize = 64;
/// And this much in any case.
const MEMORY: usize = 1 << 20;

/// The element that a loop stands on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) list: List,
    pub(super) index: u32,
}

/// Buffers of the machine, kept from one decision to the next.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) matches: Matches,
    pub(crate) remembered: Remembered,
    /// The call that is decided again, whose own marks are not looked at.
    pub(super) admitted: Option<AdmissionId>,
    /// 0 not computed, 1 false, 2 true, 3 unknown.
    pub(super) memos: Vec<u8>,
    /// Room for the views.
    pub(super) scratch: Scratch,
    /// A text of the store's scratch bytes, while a view of it writes there.
    pub(super) text: String,
}

/// One run.
pub(crate) struct Machine<'m, T> {
    pub(super) pdp: &'m Pdp,
    pub(super) inputs: Inputs<'m>,
    pub(super) state: &'m mut State,
    pub(super) frames: [Frame; MAX_LOOPS as usize],
    pub(super) budget: Budget,
    pub(super) tracer: &'m mut T,
    /// The statement that the tracer last heard of.
    pub(super) traced: u32,
    /// Bytes that the buffers may hold.
    room: usize,
    /// What is remembered, if the host keeps it.
    pub(super) memory: Option<Memory<'m>>,
    /// The time for what is remembered: it never runs backwards.
    pub(super) moment: Option<i64>,
}

impl<'m, T: Tracer> Machine<'m, T> {
    /// A machine whose registers are those of `state`.
    pub(crate) fn new(
        pdp: &'m Pdp,
        inputs: Inputs<'m>,
        state: &'m mut State,
        memos: u16,
        (memory, moment): (Option<Memory<'m>>, Option<i64>),
        tracer: &'m mut T,
    ) -> Self {
        state.memos.clear();
        state.memos.resize(usize::from(memos), 0);
        state.matches.clear(pdp.program().statements.len());
        let bytes =
            inputs.args.len().saturating_add(inputs.principal.len()).saturating_add(inputs.session.len());
        let bytes = bytes.saturating_add(inputs.result.len()).saturating_add(inputs.text.len());
        let room = bytes.saturating_mul(MEMORY_PER_BYTE).saturating_add(MEMORY);
        let room = room.saturating_add(state.store.footprint());
        let budget = Budget::new(pdp.program().caps.instructions);
        let frames = [Frame { list: List::EMPTY, index: 0 }; MAX_LOOPS as usize];
        Self { pdp, inputs, state, frames, budget, tracer, traced: u32::MAX, room, memory, moment }
    }

    /// Instructions charged so far.
    pub(crate) const fn used(&self) -> u64 {
        self.budget.used()
    }

    /// The value of an operand; missing if there is no such place.
    #[inline]
    pub(super) fn read(&self, register: u16) -> Slot {
        match Reg(register).as_element() {
            None => self.state.store.register(register),
            Some((depth, offset)) => match self.frames.get(usize::from(depth)) {
                Some(frame) => self.state.store.element(frame.list, frame.index, offset),
                None => Slot::Missing,
            },
        }
    }

    /// The value of an operand that is a wide field.
    #[inline]
    pub(super) fn read_wide(&self, register: u32) -> Slot {
        u16::try_from(register).map_or(Slot::Missing, |register| self.read(register))
    }

    #[inline]
    pub(super) fn write(&mut self, register: u16, value: Slot) {
        self.state.store.set_register(register, value);
    }

    #[inline]
    pub(super) fn units(&self, slot: Slot) -> Option<i128> {
        self.state.store.units(slot)
    }

    /// The bytes of the text in `slot`.
    #[inline]
    pub(super) fn bytes(&self, slot: Slot) -> Option<&[u8]> {
        self.text(slot).map(|text| self.state.store.bytes(&self.inputs, text))
    }

    #[inline]
    pub(super) fn text(&self, slot: Slot) -> Option<Text> {
        if let Slot::Text(text) = slot { Some(text) } else { None }
    }

    #[inline]
    pub(super) fn list(&self, slot: Slot) -> Option<List> {
        if let Slot::List(list) = slot { Some(list) } else { None }
    }

    /// The bytes of a text constant of the program.
    #[inline]
    pub(super) fn range(&self, start: u32, len: u32) -> &'m [u8] {
        let start = start as usize;
        self.inputs.strings.get(start..start.saturating_add(len as usize)).unwrap_or_default()
    }

    /// Bytes that keys and values may take.
    pub(super) const fn memory_cap(&self) -> usize {
        self.room
    }

    /// Traps when computed values take more memory than any honest policy needs.
    pub(super) fn check_memory(&self) -> Result<(), Trap> {
        if self.state.store.footprint() > self.room { Err(Trap::BudgetExceeded) } else { Ok(()) }
    }
}
