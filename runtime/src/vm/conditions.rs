//! The tests that instructions make. In: slots. Out: true, false, or `None` for unknown.
//!
//! Quantifying tests follow Kleene: one element that settles it settles it, otherwise one that is not comparable makes it unknown.

use super::budget::Trap;
use super::dispatch::constant;
use super::machine::Machine;
use crate::number::SCALE;
use crate::program::cost::{LONGEST_ADDRESS, test_cost};
use crate::program::instr::{Instr, KIND_INTEGER, Op};
use crate::program::plan::{KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING};
use crate::trace::Tracer;
use crate::value::{List, Slot};
use crate::views::{self, TestId};
use memchr::memmem;

/// A test's value.
type Kleene = Result<Option<bool>, Trap>;

impl<T: Tracer> Machine<'_, T> {
    /// The kinds that a value has, as bits.
    pub(super) fn kinds(&self, slot: Slot) -> u32 {
        match slot {
            Slot::Missing => 0,
            Slot::Null => KIND_NULL.into(),
            Slot::Bool(_) => KIND_BOOL.into(),
            Slot::Number { .. } | Slot::Wide(_) => {
                let whole = self.units(slot).and_then(|units| units.checked_rem(SCALE)) == Some(0);
                u32::from(KIND_NUMBER) | if whole { KIND_INTEGER } else { 0 }
            }
            Slot::Text(_) => KIND_STRING.into(),
            Slot::List(_) => KIND_LIST.into(),
            Slot::Object => KIND_OBJECT.into(),
        }
    }

    /// Equality of two scalars.
    pub(super) fn same(&mut self, left: Slot, right: Slot) -> Kleene {
        if let (Slot::Text(left), Slot::Text(right)) = (left, right) {
            if left.len != right.len {
                return Ok(Some(false));
            }
            self.budget.charge_text(left.len as usize)?;
        }
        Ok(self.state.store.same(&self.inputs, left, right))
    }

    pub(super) fn in_strings(&self, slot: Slot, set: u32) -> Option<bool> {
        let text = self.bytes(slot)?;
        let small = self.pdp.code().in_small_set(set, text);
        small.or_else(|| Some(self.pdp.string_set(set)?.get(text).is_some()))
    }

    pub(super) fn in_numbers(&self, slot: Slot, set: u32) -> Option<bool> {
        let units = self.units(slot)?;
        let set = self.pdp.program().number_sets.get(set as usize)?;
        Some(set.binary_search_by(|number| number.units().cmp(&units)).is_ok())
    }

    /// [`Op::ListHasString`] and [`Op::ListHasNumber`].
    pub(super) fn list_has_constant(&mut self, instr: &Instr) -> Kleene {
        let wanted =
            if instr.op == Op::ListHasString { Slot::Text(constant(instr)) } else { self.number(instr.c) };
        self.list_has(self.read(instr.a), wanted)
    }

    /// An element of the list equals `wanted`.
    pub(super) fn list_has(&mut self, list: Slot, wanted: Slot) -> Kleene {
        match self.list(list) {
            Some(list) => self.has(list, wanted),
            None => Ok(None),
        }
    }

    fn has(&mut self, list: List, wanted: Slot) -> Kleene {
        self.budget.charge(list.len.into())?;
        let mut answer = Some(false);
        for index in 0..list.len {
            match self.same(self.state.store.element(list, index, 0), wanted)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    /// Every element of the list is text in the set.
    pub(super) fn subset_strings(&mut self, list: Slot, set: u32) -> Kleene {
        let Some(list) = self.list(list) else { return Ok(None) };
        self.budget.charge(list.len.into())?;
        let mut answer = Some(true);
        for index in 0..list.len {
            match self.in_strings(self.state.store.element(list, index, 0), set) {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => answer = None,
            }
        }
        Ok(answer)
    }

    /// Every element of `left` equals one of `right`; unknown of an element that is no scalar, whatever `right` holds.
    pub(super) fn subset(&mut self, left: Slot, right: Slot) -> Kleene {
        let Some((left, right)) = self.list(left).zip(self.list(right)) else { return Ok(None) };
        self.budget.charge(left.len.into())?;
        let mut answer = Some(true);
        for index in 0..left.len {
            let element = self.state.store.element(left, index, 0);
            let scalar = self.kinds(element) & u32::from(KIND_BOOL | KIND_NUMBER | KIND_STRING) != 0;
            match if scalar { self.has(right, element)? } else { None } {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => answer = None,
            }
        }
        Ok(answer)
    }

    /// `test` of two texts, whose work the shorter one bounds.
    pub(super) fn two_texts(&mut self, left: Slot, right: Slot, test: fn(&[u8], &[u8]) -> bool) -> Kleene {
        let Some((left, right)) = self.text(left).zip(self.text(right)) else { return Ok(None) };
        self.budget.charge_text(left.len.min(right.len) as usize)?;
        let store = &self.state.store;
        Ok(Some(test(store.bytes(&self.inputs, left), store.bytes(&self.inputs, right))))
    }

    /// The text in `left` contains the one in `right`; linear in both.
    pub(super) fn contains(&mut self, left: Slot, right: Slot) -> Kleene {
        let Some((left, right)) = self.text(left).zip(self.text(right)) else { return Ok(None) };
        if right.len > left.len {
            return Ok(Some(false));
        }
        self.budget.charge_text(left.len as usize)?;
        let store = &self.state.store;
        let (text, part) = (store.bytes(&self.inputs, left), store.bytes(&self.inputs, right));
        Ok(Some(memmem::find(text, part).is_some()))
    }

    pub(super) fn matches(&mut self, slot: Slot, pattern: u32) -> Kleene {
        let Some(text) = self.text(slot) else { return Ok(None) };
        self.budget.charge_pattern(text.len as usize)?;
        let bytes = self.state.store.bytes(&self.inputs, text);
        Ok(Some(self.pdp.patterns().is_match(pattern, bytes)))
    }

    pub(super) fn under(&mut self, slot: Slot, root: u32) -> Kleene {
        let Some(text) = self.text(slot) else { return Ok(None) };
        let Some(root) = self.pdp.program().strings.get(root as usize) else { return Ok(None) };
        let bytes = (text.len as usize).saturating_add(root.len());
        self.budget.charge_view(test_cost(TestId::PathUnder), bytes)?;
        let text = self.state.store.str(&self.inputs, text);
        Ok(views::test(TestId::PathUnder, text, root, &mut self.state.scratch))
    }

    pub(super) fn in_cidr(&mut self, slot: Slot, block: u32) -> Kleene {
        let Some((text, block)) = self.text(slot).zip(self.pdp.block(block)) else { return Ok(None) };
        let bytes = (text.len as usize).min(LONGEST_ADDRESS);
        self.budget.charge_view(test_cost(TestId::IpInCidr), bytes)?;
        if text.len as usize > LONGEST_ADDRESS {
            return Ok(None);
        }
        let ip = views::ip(self.state.store.str(&self.inputs, text));
        Ok(ip.map(|ip| block.contains(&ip.address)))
    }

    pub(super) fn mentions(&mut self, slot: Slot, value: Slot) -> Kleene {
        let Some((text, value)) = self.text(slot).zip(self.text(value)) else { return Ok(None) };
        let cost = test_cost(TestId::Mentions);
        if value.len > text.len {
            self.budget.charge(cost.fixed.into())?;
            return Ok(Some(false));
        }
        self.budget.charge_view(cost, (text.len as usize).saturating_add(value.len as usize))?;
        let store = &self.state.store;
        let (text, value) = (store.str(&self.inputs, text), store.str(&self.inputs, value));
        Ok(views::test(TestId::Mentions, text, value, &mut self.state.scratch))
    }
}
