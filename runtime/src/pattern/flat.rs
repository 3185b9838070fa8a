//! A small automaton as a table. In: its states. Out: the same answers at a table look-up per byte.
//!
//! The sparse form that a program stores is small in the file, but a step in it searches the ranges of a state. A table takes fewer
//! bytes than that and a tenth of the time.

use super::explored::{DEAD, Explored, MATCHED, Step};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

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
    /// The table of an automaton.
    pub(super) fn new(explored: &Explored) -> Option<Self> {
        let (classes, members) = classes(&explored.steps);
        let width = members.len().checked_add(1)?;
        let mut table = classes.to_vec();
        // The rows of the two states that no step starts from.
        for state in [DEAD, MATCHED] {
            table.extend(core::iter::repeat_n(state, width));
        }
        for Step { next, end } in &explored.steps {
            table.extend(members.iter().map(|byte| next.get(usize::from(*byte)).copied().unwrap_or(DEAD)));
            table.push(*end);
        }
        Some(Self { table: table.into(), width: u16::try_from(width).ok()?, first: explored.first })
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

/// The class of each byte, and a member of each class.
fn classes(steps: &[Step]) -> ([u8; 256], Vec<u8>) {
    let mut classes = [0; 256];
    let mut members: Vec<u8> = Vec::new();
    let mut known: BTreeMap<Vec<u8>, u8> = BTreeMap::new();
    for (byte, place) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let column: Vec<u8> =
            steps.iter().map(|step| step.next.get(usize::from(byte)).copied().unwrap_or(DEAD)).collect();
        *place = *known.entry(column).or_insert_with(|| {
            members.push(byte);
            // At most 256 classes: the number of one is below that of its first byte's place among all.
            u8::try_from(members.len().saturating_sub(1)).unwrap_or(u8::MAX)
        });
    }
    (classes, members)
}
