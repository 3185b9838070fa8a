//! The states of a small automaton. In: a valid automaton. Out: each state with where every byte leads, as the forms that run it read
//! them.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;

/// Number of the state that nothing leaves and that matches nothing.
pub(super) const DEAD: u8 = 0;
/// Number of the state that has matched: no further byte is looked at.
pub(super) const MATCHED: u8 = 1;
/// Most states, those two included.
const STATES: usize = 256;

/// Where a state leads.
pub(super) struct Step {
    /// By byte.
    pub(super) next: [u8; 256],
    /// At the text's end.
    pub(super) end: u8,
}

/// An anchored search that ends at the earliest match.
pub(super) struct Explored {
    /// The state in which it begins.
    pub(super) first: u8,
    /// Those with numbers from 2 on, in the order in which they are found.
    pub(super) steps: Vec<Step>,
}

impl Explored {
    /// The states of a search from `start`; `None` if they are too many. The automaton must not give up on any text.
    pub(super) fn new(dfa: &impl Automaton, start: StateID) -> Option<Self> {
        let mut states = States::default();
        let first = states.number(dfa, start)?;
        let mut steps = Vec::new();
        while let Some(state) = states.found.get(steps.len()).copied() {
            let mut next = [DEAD; 256];
            for (byte, place) in (0..=u8::MAX).zip(&mut next) {
                *place = states.number(dfa, dfa.next_state(state, byte))?;
            }
            let end = states.number(dfa, dfa.next_eoi_state(state))?;
            steps.push(Step { next, end });
        }
        Some(Self { first, steps })
    }

    /// Where a state leads; `None` for the two that no step starts from.
    pub(super) fn step(&self, state: u8) -> Option<&Step> {
        self.steps.get(usize::from(state).checked_sub(2)?)
    }
}

/// States as they are found.
#[derive(Default)]
struct States {
    numbers: BTreeMap<StateID, u8>,
    /// Those with numbers from 2 on, in order.
    found: Vec<StateID>,
}

impl States {
    /// The state's number; `None` if there are too many.
    fn number(&mut self, dfa: &impl Automaton, state: StateID) -> Option<u8> {
        if dfa.is_match_state(state) {
            return Some(MATCHED);
        }
        if dfa.is_dead_state(state) {
            return Some(DEAD);
        }
        if let Some(known) = self.numbers.get(&state) {
            return Some(*known);
        }
        let number = self.found.len().checked_add(2).filter(|number| *number < STATES)?;
        let number = u8::try_from(number).ok()?;
        self.numbers.insert(state, number);
        self.found.push(state);
        Some(number)
    }
}
