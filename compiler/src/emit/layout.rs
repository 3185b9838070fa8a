//! Register numbers. In: the trees of captured places. Out: the register, or the offset in its frame, of every place.
//!
//! Host registers come first and are the same for every tool, the time last among them; then the tool's arguments; what is
//! computed follows (`cond`, `value`).

use super::too_many_registers;
use crate::ir::Offset;
use crate::ir::captures::{Captures, Place, Step, Tree};
use crate::ir::error::{EmitError, EmitErrorKind};
use crate::ir::lower::{Host, Reads};
use policyc_grammar::source::Span;
use policyc_runtime::program::instr::{MAX_REGISTERS, MAX_STRIDE};
use policyc_runtime::program::plan::NO_REGISTER;

/// Registers of one tree of places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Per node: where its value goes.
    pub(super) values: Vec<u16>,
    /// Per node: where its list of entries goes.
    pub(super) entries: Vec<u16>,
    /// Per node that is an element or an entry: the size of the frame.
    pub(super) strides: Vec<u16>,
}

/// The registers of the host's values and of one tool's arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layouts {
    pub(super) principal: Layout,
    pub(super) session: Layout,
    pub(super) args: Layout,
    pub(super) result: Layout,
    /// Register of the result's plain text, if it is read.
    pub(super) text: Option<u16>,
    /// Register of the time, if any condition reads it.
    pub(super) now: Option<u16>,
    /// Registers that hold for every tool.
    pub(super) host_registers: u16,
    /// Registers taken, arguments included.
    pub(super) taken: u16,
}

impl Layouts {
    /// Registers of the host's values.
    pub(super) fn of_host(host: &Host) -> Result<Self, EmitError> {
        let (principal, next) = Layout::of(&host.principal, 0)?;
        let (session, next) = Layout::of(&host.session, next)?;
        let now = host.now.then_some(next);
        let host_registers = next.saturating_add(u16::from(host.now));
        Ok(Self { principal, session, now, host_registers, taken: host_registers, ..Self::default() })
    }

    /// Registers of what is read of a tool's calls.
    pub(super) fn set_tool(&mut self, reads: &Reads) -> Result<(), EmitError> {
        let next;
        (self.args, next) = Layout::of(&reads.args, self.host_registers)?;
        (self.result, self.taken) = Layout::of(&reads.result, next)?;
        self.text = reads.text.then_some(self.taken);
        self.taken = self.taken.saturating_add(u16::from(reads.text));
        Ok(())
    }

    /// The register of a place, or its offset in a frame.
    pub(super) fn offset(&self, offset: Offset) -> u16 {
        match offset {
            Offset::Fixed(offset) => offset,
            Offset::Captured(place) => at(&self.layout(place.tree).values, place),
            Offset::Entries(place) => at(&self.layout(place.tree).entries, place),
        }
    }

    fn layout(&self, tree: Tree) -> &Layout {
        match tree {
            Tree::Args => &self.args,
            Tree::Principal => &self.principal,
            Tree::Session => &self.session,
            Tree::Result => &self.result,
        }
    }
}

fn at(registers: &[u16], place: Place) -> u16 {
    registers.get(place.node as usize).copied().unwrap_or(NO_REGISTER)
}

impl Layout {
    /// Numbers the places of a tree from `first` on; also the next free register.
    fn of(captures: &Captures, first: u16) -> Result<(Self, u16), EmitError> {
        let count = captures.nodes().len();
        let mut layout = Self {
            values: vec![NO_REGISTER; count],
            entries: vec![NO_REGISTER; count],
            strides: vec![0; count],
        };
        let mut next = u32::from(first);
        layout.number(captures, 0, &mut next)?;
        let next = u16::try_from(next).ok().filter(|next| *next <= MAX_REGISTERS);
        Ok((layout, next.ok_or_else(too_many_registers)?))
    }

    /// Numbers a node and what is below it. An element that is read itself gets offset 0 of its frame.
    fn number(&mut self, captures: &Captures, index: u32, next: &mut u32) -> Result<(), EmitError> {
        let Some(node) = captures.node(index) else { return Ok(()) };
        let mut take = |wanted: bool, registers: &mut Vec<u16>| {
            if let Some(register) = registers.get_mut(index as usize)
                && wanted
            {
                *register = u16::try_from(*next).unwrap_or(NO_REGISTER);
                *next = next.saturating_add(1);
            }
        };
        take(node.wanted, &mut self.values);
        take(node.entries, &mut self.entries);
        for (step, child) in &node.below {
            match step {
                Step::Key(_) => self.number(captures, *child, next)?,
                Step::Element => self.frame(captures, *child, 0)?,
                // The key stands at offset 0.
                Step::Entry => self.frame(captures, *child, 1)?,
            }
        }
        Ok(())
    }

    fn frame(&mut self, captures: &Captures, index: u32, first: u32) -> Result<(), EmitError> {
        let mut next = first;
        self.number(captures, index, &mut next)?;
        let stride = u16::try_from(next).ok().filter(|stride| *stride <= MAX_STRIDE);
        let Some(stride) = stride else {
            let kind = EmitErrorKind::TooManyFields { limit: MAX_STRIDE };
            return Err(EmitError { kind, statement: None, span: Span::default() });
        };
        if let Some(place) = self.strides.get_mut(index as usize) {
            *place = stride;
        }
        Ok(())
    }
}
