//! The memory of a decision. In: cleared before each one. Out: registers, elements, numbers and text that slots point to.

use super::slot::{List, Slot, Source, Text};
use super::text::Inputs;
use crate::number::{Decimal, SCALE};
use crate::scan::Work;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Buffers for one decision at a time, reused from one to the next.
#[derive(Debug, Default)]
pub struct Store {
    /// The registers. While a list is scanned, frames under construction lie behind them.
    pub(crate) registers: Vec<Slot>,
    /// Frames of list elements.
    pub(crate) elements: Vec<Slot>,
    /// Numbers too wide for a slot.
    wide: Vec<i128>,
    /// Text that is in no input.
    pub(crate) scratch: Vec<u8>,
    /// The scanner's own buffers.
    pub(crate) work: Work,
}

/// A state of a store to go back to: what principal and session captured, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    registers: usize,
    elements: usize,
    wide: usize,
    scratch: usize,
}

impl Store {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything and provides `registers` registers that hold [`Slot::Missing`].
    pub fn clear(&mut self, registers: u16) {
        self.registers.clear();
        self.registers.resize(usize::from(registers), Slot::Missing);
        self.elements.clear();
        self.wide.clear();
        self.scratch.clear();
    }

    /// The present state: the number of registers, and how far the other buffers are filled.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            registers: self.registers.len(),
            elements: self.elements.len(),
            wide: self.wide.len(),
            scratch: self.scratch.len(),
        }
    }

    /// Forgets what came after `mark` and provides `registers` registers: those of the mark as they are (they must not have
    /// been overwritten), the further ones [`Slot::Missing`].
    pub fn rewind(&mut self, mark: Mark, registers: u16) {
        self.registers.truncate(mark.registers);
        self.registers.resize(usize::from(registers), Slot::Missing);
        self.elements.truncate(mark.elements);
        self.wide.truncate(mark.wide);
        self.scratch.truncate(mark.scratch);
    }

    /// Bytes in use, registers aside.
    pub(crate) fn footprint(&self) -> usize {
        let slots = self.elements.len().saturating_add(self.wide.len());
        slots.saturating_mul(size_of::<Slot>()).saturating_add(self.scratch.len())
    }

    /// Gives the memory back to the allocator, for a host that has just judged an unusually large request.
    pub fn release(&mut self) {
        *self = Self::default();
    }

    /// The value in register `index`; [`Slot::Missing`] if there is no such register.
    #[inline]
    #[must_use]
    pub fn register(&self, index: u16) -> Slot {
        self.registers.get(usize::from(index)).copied().unwrap_or_default()
    }

    /// Writes register `index`; without effect if there is no such register.
    #[inline]
    pub fn set_register(&mut self, index: u16, value: Slot) {
        if let Some(slot) = self.registers.get_mut(usize::from(index)) {
            *slot = value;
        }
    }

    /// The value at `offset` in the frame of element `index`; [`Slot::Missing`] outside the list or its frame.
    #[inline]
    #[must_use]
    pub fn element(&self, list: List, index: u32, offset: u16) -> Slot {
        list.place(index, offset).and_then(|place| self.elements.get(place)).copied().unwrap_or_default()
    }

    /// Writes into the frame of an element; without effect outside the list or its frame.
    #[inline]
    pub fn set_element(&mut self, list: List, index: u32, offset: u16, value: Slot) {
        if let Some(slot) = list.place(index, offset).and_then(|place| self.elements.get_mut(place)) {
            *slot = value;
        }
    }

    /// Appends frames as a list. `None` if `frames` is not a whole number of frames, or there is no room in 32 bits.
    pub fn push_list(&mut self, frames: &[Slot], stride: u16) -> Option<List> {
        let start = u32::try_from(self.elements.len()).ok()?;
        let len = frames.len().checked_div(usize::from(stride))?;
        if len.checked_mul(usize::from(stride))? != frames.len() {
            return None;
        }
        let list = List { start, len: u32::try_from(len).ok()?, stride };
        self.elements.extend_from_slice(frames);
        Some(list)
    }

    /// The list of the elements of `first` followed by those of `second` (`++`), offset 0 of each frame alone. A list of which
    /// only the count is known contributes missing elements. `None` if there is no room in 32 bits.
    pub fn concat(&mut self, first: List, second: List) -> Option<List> {
        let start = u32::try_from(self.elements.len()).ok()?;
        let len = first.len.checked_add(second.len)?;
        start.checked_add(len)?;
        for list in [first, second] {
            for index in 0..list.len {
                let value = self.element(list, index, 0);
                self.elements.push(value);
            }
        }
        Some(List { start, len, stride: 1 })
    }

    /// A slot for a number of units of 10⁻⁹. Equal numbers below 2⁹⁵ units give equal slots.
    #[inline]
    pub fn number(&mut self, units: i128) -> Slot {
        inline_number(units).unwrap_or_else(|| self.wide_number(units))
    }

    /// A slot for a decimal.
    #[inline]
    #[must_use]
    pub fn decimal(value: Decimal) -> Slot {
        inline_number(value.units()).unwrap_or_default()
    }

    /// A slot for a whole number.
    #[inline]
    #[must_use]
    pub fn whole(value: i64) -> Slot {
        // INVARIANT: 2⁶³ · 10⁹ is below 2⁹⁵ (test `every_whole_number_is_inline`).
        inline_number(i128::from(value).saturating_mul(SCALE)).unwrap_or_default()
    }

    #[cold]
    fn wide_number(&mut self, units: i128) -> Slot {
        match u32::try_from(self.wide.len()) {
            Ok(index) => {
                self.wide.push(units);
                Slot::Wide(index)
            }
            Err(_) => Slot::Missing,
        }
    }

    /// The number in `slot` in units of 10⁻⁹; `None` if it holds no number.
    #[inline]
    #[must_use]
    pub fn units(&self, slot: Slot) -> Option<i128> {
        match slot {
            Slot::Number { high, low } => Some(i128::from(high).wrapping_shl(64) | i128::from(low)),
            Slot::Wide(index) => self.wide.get(index as usize).copied(),
            Slot::Missing | Slot::Null | Slot::Bool(_) | Slot::Text(_) | Slot::List(_) | Slot::Object => None,
        }
    }

    /// The bytes of `text`.
    #[inline]
    #[must_use]
    pub fn bytes<'s>(&'s self, inputs: &Inputs<'s>, text: Text) -> &'s [u8] {
        inputs.bytes(&self.scratch, text)
    }

    /// `text` as a string, for readers that need one; checks its bytes once more. Empty if the inputs are not the scanned ones.
    #[must_use]
    pub fn str<'s>(&'s self, inputs: &Inputs<'s>, text: Text) -> &'s str {
        core::str::from_utf8(self.bytes(inputs, text)).unwrap_or_default()
    }

    /// Keeps a copy of `bytes`. `None` if there is no room in 32 bits.
    pub fn push_text(&mut self, bytes: &str) -> Option<Text> {
        let text = self.next_text(bytes.len())?;
        self.scratch.extend_from_slice(bytes.as_bytes());
        Some(text)
    }

    /// `text` with ASCII letters in lower case; `text` itself where nothing changes.
    pub fn lower(&mut self, inputs: &Inputs<'_>, text: Text) -> Option<Text> {
        if !self.bytes(inputs, text).iter().any(u8::is_ascii_uppercase) {
            return Some(text);
        }
        let start = self.scratch.len();
        let lower = self.next_text(text.len as usize)?;
        if matches!(text.source, Source::Scratch) {
            let from = text.offset as usize;
            // The range was readable above, so it lies inside.
            self.scratch.extend_from_within(from..from.saturating_add(text.len as usize));
        } else {
            self.scratch.extend_from_slice(inputs.bytes(&[], text));
        }
        self.scratch.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
        Some(lower)
    }

    /// Equality of two scalars; `None` unless both are booleans, both numbers or both text.
    #[must_use]
    pub fn same(&self, inputs: &Inputs<'_>, left: Slot, right: Slot) -> Option<bool> {
        match (left, right) {
            (Slot::Bool(left), Slot::Bool(right)) => Some(left == right),
            (Slot::Text(left), Slot::Text(right)) => {
                Some(left == right || self.bytes(inputs, left) == self.bytes(inputs, right))
            }
            _ => Some(self.units(left)? == self.units(right)?),
        }
    }

    /// Order of two numbers; `None` unless both are numbers.
    #[must_use]
    pub fn compare(&self, left: Slot, right: Slot) -> Option<Ordering> {
        Some(self.units(left)?.cmp(&self.units(right)?))
    }

    /// The range that the next `len` bytes of scratch will have.
    fn next_text(&self, len: usize) -> Option<Text> {
        let offset = u32::try_from(self.scratch.len()).ok()?;
        let len = u32::try_from(len).ok()?;
        offset.checked_add(len)?;
        Some(Text { source: Source::Scratch, offset, len })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half of the number is what is wanted")]
#[inline]
fn inline_number(units: i128) -> Option<Slot> {
    let high = i32::try_from(units.wrapping_shr(64)).ok()?;
    Some(Slot::Number { high, low: units as u64 })
}
