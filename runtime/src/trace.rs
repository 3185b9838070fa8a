//! What happens while a decision is made. In: the VM's steps. Out: a closed set of events for whoever listens.
//!
//! Without a tracer the VM is compiled without a trace of this; with one it also goes on after the denies, so that every
//! statement of the tool is heard of. Positions (`pc`) are instructions; [`crate::pdp::Pdp::span_at`] tells their source.

use crate::decision::Decision;

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// It reads something that is absent, unlearned, unparsed or of another type.
    Unknown,
}

impl From<Option<bool>> for Truth {
    fn from(truth: Option<bool>) -> Self {
        match truth {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The code of a statement begins, or goes on after code shared with others.
    Statement {
        /// Index into the program's statements.
        statement: u32,
        /// The instruction.
        pc: u32,
    },
    /// A test was made, or its remembered value used.
    Test {
        /// The instruction.
        pc: u32,
        /// What it came to, before the instruction's flags.
        value: Truth,
        /// Whether it holds under the instruction's flags: then the next instruction runs, otherwise the one at its target.
        holds: bool,
    },
    /// A loop stands on an element.
    Element {
        /// The `loop` or `next` instruction.
        pc: u32,
        /// The element, from 0.
        index: u32,
        /// How many there are.
        len: u32,
    },
    /// A statement matched.
    Matched {
        /// Index into the program's statements.
        statement: u32,
        /// It is an ask whose condition is true.
        grants: bool,
    },
    /// The decision; nothing follows.
    Decision(Decision),
}

/// Listens to one decision.
pub trait Tracer {
    /// Whether events are wanted at all.
    const ACTIVE: bool = true;

    /// Takes the next event.
    fn event(&mut self, event: Event);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTrace;

impl Tracer for NoTrace {
    const ACTIVE: bool = false;

    fn event(&mut self, _: Event) {}
}

impl<F: FnMut(Event)> Tracer for F {
    fn event(&mut self, event: Event) {
        self(event);
    }
}
