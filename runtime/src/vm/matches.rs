//! The statements that matched. In: numbers, in the order in which the code meets them. Out: each once, in canonical order.

use crate::decision::Combination;
use crate::program::{Effect, StatementHead};
use alloc::vec::Vec;

/// One statement that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// Index into the program's statements.
    pub statement: u32,
    /// It is an ask whose condition is true, so that consent may permit the call.
    pub grants: bool,
    /// What of the statement decides.
    pub(crate) head: StatementHead,
}

/// A set of numbers that is empty again at no cost.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    list: Vec<Matched>,
    /// `place[n]` is where n stands in `list`, if it stands there behind the first [`FEW`].
    place: Vec<u32>,
    /// A deny that is not shadow is among them.
    denied: bool,
}

/// So many are looked through one by one: their places would each be a line of memory of its own.
const FEW: usize = 16;

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
    pub(crate) fn add(&mut self, number: u32, head: StatementHead, grants: bool) {
        if let Some(known) = self.find(number) {
            known.grants |= grants;
            return;
        }
        let many = self.list.len() >= FEW;
        // Code refers to statements of its program alone: any other number would have no room.
        let Some(place) = self.place.get_mut(number as usize) else { return };
        if many {
            *place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        }
        self.list.push(Matched { statement: number, grants, head });
        self.denied |= head.effect == Effect::Deny && !head.shadow;
    }

    /// The statement of this number, if it is there.
    fn find(&mut self, number: u32) -> Option<&mut Matched> {
        let place = match self.list.iter().take(FEW).position(|known| known.statement == number) {
            Some(place) => place,
            None if self.list.len() > FEW => *self.place.get(number as usize)? as usize,
            None => return None,
        };
        // A place may be left over from an earlier decision.
        self.list.get_mut(place).filter(|known| known.statement == number)
    }

    pub(crate) const fn denied(&self) -> bool {
        self.denied
    }

    /// Puts the statements into canonical order.
    pub(crate) fn sort(&mut self) {
        self.list.sort_unstable_by_key(|matched| matched.statement);
    }

    /// What they come to.
    pub(crate) fn combination(&self) -> Combination {
        let mut combination = Combination::default();
        for matched in &self.list {
            combination.add(matched.head, matched.grants);
        }
        combination
    }

    pub(crate) fn list(&self) -> &[Matched] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Matches};
    use crate::program::{Effect, StatementHead};
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Whatever was in it before, and however many there are.
        #[test]
        fn each_statement_is_there_once(
            rounds in prop::collection::vec(prop::collection::vec((0..40_u32, any::<bool>()), 0..3 * FEW), 1..4),
        ) {
            let mut matches = Matches::default();
            for round in rounds {
                matches.clear(40);
                let mut reference: BTreeMap<u32, bool> = BTreeMap::new();
                for (number, grants) in round {
                    let head = StatementHead { effect: Effect::Ask, guardrail: number % 2 == 0, shadow: false };
                    matches.add(number, head, grants);
                    *reference.entry(number).or_default() |= grants;
                }
                matches.sort();
                let found: Vec<_> = matches.list().iter().map(|one| (one.statement, one.grants)).collect();
                prop_assert_eq!(found, reference.into_iter().collect::<Vec<_>>());
                prop_assert!(matches.list().iter().all(|one| one.head.guardrail == (one.statement % 2 == 0)));
            }
        }
    }
}
