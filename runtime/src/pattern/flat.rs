//! A small automaton as a table. In: a valid automaton. Out: the same answers at a table look-up per byte.
//!
//! The sparse form that a program stores is small in the file, but a step in it searches the ranges of a state. Most patterns of
//! policies have a few dozen states, whose table takes fewer bytes than that and a tenth of the time. Automata with more than
//! [`STATES`] states stay as they are.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;

/// Number of the state that nothing leaves and that matches nothing.
const DEAD: u8 = 0;
/// Number of the state that has matched: no further byte is looked at.
const MATCHED: u8 = 1;
/// Most states, those two included.
const STATES: usize = 256;

/// The table.
#[derive(Debug)]
pub(super) struct Flat {
    /// In one piece, since a decision meets it cold: the class of each byte (bytes that no state tells apart have one), then per
    /// state a row: the next state per class, and in the last column the one at the text's end.
    table: Box<[u8]>,
    /// Entries of a row.
    width: u16,
    first: u8,
}

impl Flat {
    /// The table of an anchored search from `start` that ends at the earliest match; `None` if it would be too large.
    /// The automaton must not give up on any text.
    pub(super) fn new(dfa: &impl Automaton, start: StateID) -> Option<Self> {
        let mut states = States::default();
        let first = states.number(dfa, start)?;
        let mut steps: Vec<([u8; 256], u8)> = Vec::new();
        while let Some(state) = states.found.get(steps.len()).copied() {
            let mut next = [DEAD; 256];
            for (byte, place) in (0..=u8::MAX).zip(&mut next) {
                *place = states.number(dfa, dfa.next_state(state, byte))?;
            }
            let end = states.number(dfa, dfa.next_eoi_state(state))?;
            steps.push((next, end));
        }
        let (classes, members) = classes(&steps);
        let width = members.len().checked_add(1)?;
        let mut table = classes.to_vec();
        // The rows of the two states that no step starts from.
        for state in [DEAD, MATCHED] {
            table.extend(core::iter::repeat_n(state, width));
        }
        for (next, end) in &steps {
            table.extend(members.iter().map(|byte| next.get(usize::from(*byte)).copied().unwrap_or(DEAD)));
            table.push(*end);
        }
        Some(Self { table: table.into(), width: u16::try_from(width).ok()?, first })
    }

    /// The automaton matches `text`.
    #[inline]
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let Some((classes, rows)) = self.table.split_first_chunk::<256>() else { return false };
        let width = usize::from(self.width);
        let step = |state: u8, column: usize| {
            let row = usize::from(state).wrapping_mul(width);
            rows.get(row.wrapping_add(column)).copied().unwrap_or(DEAD)
        };
        let mut state = self.first;
        for byte in text {
            if state <= MATCHED {
                return state == MATCHED;
            }
            let class = classes.get(usize::from(*byte)).copied().unwrap_or_default();
            state = step(state, usize::from(class));
        }
        step(state, width.wrapping_sub(1)) == MATCHED
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

/// The class of each byte, and a member of each class.
fn classes(steps: &[([u8; 256], u8)]) -> ([u8; 256], Vec<u8>) {
    let mut classes = [0; 256];
    let mut members: Vec<u8> = Vec::new();
    let mut known: BTreeMap<Vec<u8>, u8> = BTreeMap::new();
    for (byte, place) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let column: Vec<u8> =
            steps.iter().map(|(next, _)| next.get(usize::from(byte)).copied().unwrap_or(DEAD)).collect();
        *place = *known.entry(column).or_insert_with(|| {
            members.push(byte);
            // At most 256 classes: the number of one is below that of its first byte's place among all.
            u8::try_from(members.len().saturating_sub(1)).unwrap_or(u8::MAX)
        });
    }
    (classes, members)
}
