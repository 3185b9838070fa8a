//! Typed views. In: a text and a call of the program. Out: its members in registers, lists of them as frames.

use super::budget::Trap;
use super::machine::Machine;
use crate::pdp::Pdp;
use crate::program::pool::ViewCall;
use crate::trace::Tracer;
use crate::value::{List, Slot, Source, Store, Text};
use crate::views::table::{MemberSpec, MemberType, Takes, ViewSpec};
use crate::views::{self, Dialect, Event, Outcome, Param, ViewId, ViewSink, Wanted, offset_in};
use alloc::string::String;
use core::mem::take;

/// Lists within lists that a view may send.
const MAX_LISTS: usize = 4;

impl<T: Tracer> Machine<'_, T> {
    /// Evaluates view call `index` on the text in `slot`.
    pub(super) fn view(&mut self, slot: Slot, index: u32) -> Result<(), Trap> {
        let Some(call) = self.pdp.program().views.get(index as usize) else { return Ok(()) };
        for (_, register) in &call.members {
            self.write(*register, Slot::Missing);
        }
        let spec = ViewId::from_number(call.view).and_then(ViewId::spec);
        let Some((text, spec)) = self.text(slot).zip(spec) else { return Ok(()) };
        let length = text.len as usize;
        self.budget.charge_view(spec.cost, if length > spec.longest { 0 } else { length })?;
        let outcome = self.evaluate(call, spec, text);
        self.check_memory()?;
        match outcome {
            Outcome::Present | Outcome::Absent => Ok(()),
            Outcome::OutsideTables => Err(Trap::StateUnavailable),
        }
    }

    fn evaluate(&mut self, call: &ViewCall, spec: &ViewSpec, text: Text) -> Outcome {
        let mut copy = take(&mut self.state.text);
        let input = if text.source == Source::Scratch {
            // The view's results are written to the bytes that this text is part of.
            copy.clear();
            copy.push_str(self.state.store.str(&self.inputs, text));
            &*copy
        } else {
            core::str::from_utf8(self.inputs.bytes(&[], text)).unwrap_or_default()
        };
        let Some(param) = param(self.pdp, call, spec.takes) else { return Outcome::Absent };
        let wanted = call.members.iter().fold(0, |bits, (member, _)| bits | Wanted::only(*member).0);
        let mut receiver = Receiver {
            store: &mut self.state.store,
            call,
            spec,
            text,
            input,
            member: None,
            lists: [Open::NONE; MAX_LISTS],
            depth: 0,
        };
        let outcome =
            views::eval(spec.id, input, param, Wanted(wanted), &mut self.state.scratch, &mut receiver);
        self.state.text = copy;
        outcome
    }
}

/// The constant that a view takes besides the text; `None` if the program names none that there is.
fn param<'p>(pdp: &'p Pdp, call: &ViewCall, takes: Takes) -> Option<Param<'p>> {
    match (takes, call.zone) {
        (Takes::Dialect, _) => dialect(call, &pdp.program().strings).map(Param::Dialect),
        (Takes::Zone, Some(zone)) => pdp.zone(zone.into()).map(Param::Zone),
        (Takes::Zone, None) | (Takes::Nothing, _) => Some(Param::None),
    }
}

/// The dialect that a call names.
fn dialect(call: &ViewCall, strings: &[String]) -> Option<Dialect> {
    let index = usize::try_from(call.param?.0).ok()?;
    Dialect::named(strings.get(index)?)
}

/// A list that is being received.
#[derive(Debug, Clone, Copy)]
struct Open {
    list: List,
    /// The element and the field that the next value is for.
    index: u32,
    field: u16,
    /// The fields of its elements; empty for a list of plain values.
    fields: &'static [MemberSpec],
}

impl Open {
    const NONE: Self = Self { list: List::EMPTY, index: 0, field: 0, fields: &[] };
}

/// Puts what a view sends where the call wants it.
struct Receiver<'r> {
    store: &'r mut Store,
    call: &'r ViewCall,
    spec: &'r ViewSpec,
    text: Text,
    /// The bytes of `text`.
    input: &'r str,
    /// The member that the next value is, and its register.
    member: Option<(&'static MemberSpec, u16)>,
    lists: [Open; MAX_LISTS],
    /// How many of them are open.
    depth: usize,
}

impl ViewSink for Receiver<'_> {
    fn put(&mut self, event: Event<'_>) {
        match event {
            Event::Member(member) => {
                let register = self.call.members.iter().find(|(wanted, _)| *wanted == member);
                let spec = self.spec.members.get(usize::from(member));
                self.member = spec.zip(register.map(|(_, register)| *register));
                self.depth = 0;
            }
            Event::Bool(value) => self.value(Slot::Bool(value)),
            Event::Int(value) => self.value(Store::whole(value)),
            Event::Decimal(value) => self.value(Store::decimal(value)),
            Event::Str(part) => {
                let text = self.part(part);
                self.value(text.map_or(Slot::Missing, Slot::Text));
            }
            Event::List(len) => self.open(len),
            // The list's frames are as wide as its records; their fields follow.
            Event::Record(_) => {}
        }
    }
}

impl Receiver<'_> {
    /// The text of a result: a part of the input where it is one, otherwise a copy.
    fn part(&mut self, part: &str) -> Option<Text> {
        let within = offset_in(self.input, part).and_then(|from| self.text.part(from, part.len()));
        within.or_else(|| self.store.push_text(part))
    }

    /// What the next value is for, by type: a member, or a place in an element.
    fn expected(&self) -> Option<MemberType> {
        match self.depth.checked_sub(1).and_then(|depth| self.lists.get(depth)) {
            Some(open) => open.fields.get(usize::from(open.field)).map(|field| field.ty),
            None => self.member.map(|(spec, _)| spec.ty),
        }
    }

    fn open(&mut self, len: usize) {
        let fields: &'static [MemberSpec] = match self.expected() {
            Some(MemberType::Records(fields)) => fields,
            _ => &[],
        };
        let stride = fields.len().max(1);
        let start = self.store.elements.len();
        let list = u32::try_from(start).ok().zip(u32::try_from(len).ok()).zip(u16::try_from(stride).ok());
        let Some(((start, len), stride)) = list else { return };
        let slots = (len as usize).saturating_mul(usize::from(stride));
        self.store.elements.resize(self.store.elements.len().saturating_add(slots), Slot::Missing);
        let list = List { start, len, stride };
        self.value(Slot::List(list));
        if let (true, Some(open)) = (len > 0, self.lists.get_mut(self.depth)) {
            *open = Open { list, index: 0, field: 0, fields };
            self.depth = self.depth.saturating_add(1);
        }
    }

    fn value(&mut self, value: Slot) {
        let Some(open) = self.depth.checked_sub(1).and_then(|depth| self.lists.get_mut(depth)) else {
            if let Some((_, register)) = self.member {
                self.store.set_register(register, value);
            }
            return;
        };
        self.store.set_element(open.list, open.index, open.field, value);
        open.field = open.field.saturating_add(1);
        if open.field >= open.list.stride {
            open.field = 0;
            open.index = open.index.saturating_add(1);
        }
        // The last value of an element may itself be a list, whose values come first.
        while let Some(open) = self.depth.checked_sub(1).and_then(|depth| self.lists.get(depth)) {
            if open.index < open.list.len {
                break;
            }
            self.depth = self.depth.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
