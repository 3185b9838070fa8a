//! The statements that matched. In: numbers, in the order in which the code meets them. Out: each once, in canonical order.

use crate::program::{Effect, StatementHead};
use alloc::vec::Vec;

/// One statement that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matched {
    /// Index into the program's statements.
    pub statement: u32,
    /// It is an ask whose condition is true, so that consent may permit the call.
    pub grants: bool,
}

/// A set of numbers that is empty again at no cost: `place[n]` is where n stands in `list`, if it stands there.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    list: Vec<Matched>,
    place: Vec<u32>,
    /// A deny that is not shadow is among them.
    denied: bool,
}

impl Matches {
    /// Empties the set, and makes room for `statements` numbers.
    pub(crate) fn clear(&mut self, statements: usize) {
        self.list.clear();
        self.denied = false;
        if self.place.len() < statements {
            self.place.resize(statements, 0);
            self.list.reserve(statements);
        }
    }

    /// Adds a statement; consent once given by its code stays.
    pub(crate) fn add(&mut self, number: u32, statement: StatementHead, grants: bool) {
        let Some(place) = self.place.get_mut(number as usize) else { return };
        if let Some(known) = self.list.get_mut(*place as usize).filter(|known| known.statement == number) {
            known.grants |= grants;
            return;
        }
        *place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Matched { statement: number, grants });
        self.denied |= statement.effect == Effect::Deny && !statement.shadow;
    }

    pub(crate) const fn denied(&self) -> bool {
        self.denied
    }

    /// Puts the statements into canonical order.
    pub(crate) fn sort(&mut self) {
        self.list.sort_unstable();
    }

    pub(crate) fn list(&self) -> &[Matched] {
        &self.list
    }
}
