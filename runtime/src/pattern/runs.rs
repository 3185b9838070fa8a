//! A small automaton as runs of text and ranges of bytes. In: its states. Out: the same answers, at a comparison per run.
//!
//! Most of what a pattern says is literal: `SELECT [a-z, ]+ FROM t` is two runs of text and two sets of bytes. In this form it takes a
//! line or two of memory, where a table takes a line for every few states; a decision meets a pattern cold, and waits for each.
//!
//! The code is a sequence of nodes, in the order in which a search comes to them. A node is either
//! - a run: [`RUN`], its length, the next node, its bytes: the text goes on with exactly these; or
//! - a choice: the number of ranges, whether the text may end here, and per range its first and last byte and the next node.
//!
//! Nodes are byte offsets of 16 bits, little-endian, or [`ACCEPT`].

use super::explored::{DEAD, Explored, MATCHED, Step};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// What a run begins with; more ranges than any choice has.
const RUN: u8 = u8::MAX;
/// Most ranges of a choice: beyond that a table is faster.
const RANGES: usize = 6;
/// The node at which the text has matched.
const ACCEPT: u16 = u16::MAX;

/// The code.
#[derive(Debug)]
pub(super) struct Runs {
    code: Box<[u8]>,
}

impl Runs {
    /// The code of an automaton; `None` if some state tells more ranges apart than is quick to search.
    pub(super) fn new(explored: &Explored) -> Option<Self> {
        let mut writer = Writer { explored, code: Vec::new(), nodes: BTreeMap::new(), open: Vec::new() };
        if explored.first <= MATCHED {
            return None;
        }
        writer.node(explored.first)?;
        while let Some((place, state)) = writer.open.pop() {
            let node = match writer.nodes.get(&state) {
                Some(node) => *node,
                None => writer.node(state)?,
            };
            let [low, high] = node.to_le_bytes();
            *writer.code.get_mut(place)? = low;
            *writer.code.get_mut(place.checked_add(1)?)? = high;
        }
        Some(Self { code: writer.code.into() })
    }

    /// The automaton matches `text`.
    #[inline]
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let mut rest = text;
        let mut node = 0_u16;
        loop {
            match self.code.get(usize::from(node)..) {
                Some([RUN, len, low, high, tail @ ..]) => {
                    let after = tail.get(..usize::from(*len)).and_then(|run| rest.strip_prefix(run));
                    let Some(after) = after else { return false };
                    (rest, node) = (after, u16::from_le_bytes([*low, *high]));
                }
                Some([count, end, tail @ ..]) => {
                    let (ranges, _) = tail.as_chunks::<4>();
                    let ranges = ranges.get(..usize::from(*count)).unwrap_or_default();
                    // Most steps of a choice lead back to it.
                    loop {
                        let Some((byte, after)) = rest.split_first() else { return *end == 1 };
                        let range = ranges.iter().find(|[first, last, ..]| (*first..=*last).contains(byte));
                        let Some([_, _, low, high]) = range else { return false };
                        rest = after;
                        let next = u16::from_le_bytes([*low, *high]);
                        if next != node {
                            node = next;
                            break;
                        }
                    }
                }
                _ => return false,
            }
            if node == ACCEPT {
                return true;
            }
        }
    }
}

/// Code being written.
struct Writer<'a> {
    explored: &'a Explored,
    code: Vec<u8>,
    /// The nodes that are written, by state.
    nodes: BTreeMap<u8, u16>,
    /// Places that wait for the node of a state.
    open: Vec<(usize, u8)>,
}

impl Writer<'_> {
    /// Writes the node of a state, and says where it is.
    fn node(&mut self, state: u8) -> Option<u16> {
        if state == MATCHED {
            return Some(ACCEPT);
        }
        let node = u16::try_from(self.code.len()).ok().filter(|node| *node != ACCEPT)?;
        self.nodes.insert(state, node);
        let (run, next) = self.run(state);
        if !run.is_empty() {
            self.code.extend([RUN, u8::try_from(run.len()).ok()?]);
            self.target(next);
            self.code.extend(run);
            return Some(node);
        }
        let step = self.explored.step(state)?;
        let ranges = ranges(step);
        if ranges.len() > RANGES {
            return None;
        }
        self.code.extend([u8::try_from(ranges.len()).ok()?, u8::from(step.end == MATCHED)]);
        for (first, last, next) in ranges {
            self.code.extend([first, last]);
            self.target(next);
        }
        Some(node)
    }

    /// Room for the node of a state, to be filled in.
    fn target(&mut self, state: u8) {
        self.open.push((self.code.len(), state));
        self.code.extend([0, 0]);
    }

    /// The text that must follow in a state, and the state behind it.
    fn run(&self, state: u8) -> (Vec<u8>, u8) {
        let (mut run, mut at) = (Vec::new(), state);
        while let Some((byte, next)) = self.explored.step(at).and_then(only)
            && run.len() < usize::from(u8::MAX)
        {
            run.push(byte);
            at = next;
        }
        (run, at)
    }
}

/// The one byte that leads anywhere from here, and where; `None` if the text may also end.
fn only(step: &Step) -> Option<(u8, u8)> {
    let mut leads = (0..=u8::MAX).zip(&step.next).filter(|(_, next)| **next != DEAD);
    let (byte, next) = leads.next()?;
    (step.end != MATCHED && leads.next().is_none()).then_some((byte, *next))
}

/// The bytes that lead somewhere, as ranges that lead to one state, the widest first.
fn ranges(step: &Step) -> Vec<(u8, u8, u8)> {
    let mut out: Vec<(u8, u8, u8)> = Vec::new();
    for (byte, next) in (0..=u8::MAX).zip(&step.next) {
        match out.last_mut() {
            Some((_, last, same)) if same == next => *last = byte,
            _ => out.push((byte, byte, *next)),
        }
    }
    out.retain(|(_, _, next)| *next != DEAD);
    out.sort_by_key(|(first, last, _)| core::cmp::Reverse(last.abs_diff(*first)));
    out
}
