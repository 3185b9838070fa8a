//! Where a pattern matches, not only whether. In: a pattern made for it ([`PatternId`]), once at load, and texts. Out: the parts of
//! a text that lie in some match.
//!
//! All matches count, also those that overlap: what is covered is the union of every match that is not empty, so that nothing of a
//! match stays behind because another one came first.
//!
//! All runs of the automaton are carried on side by side, one from each place where a match may begin. Two runs in one state have the
//! same future, so only the one that began first is kept. A byte therefore costs at most one step per *state* of the automaton,
//! whatever the text: time is linear in the text. In practice one or two runs are under way; [`Work`] bounds the rest.
//!
//! [`PatternId`]: crate::program::redact::PatternId

use super::{DANGLING, Matcher};
use crate::program::pool::{Pattern, PatternShape};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use memchr::memmem::Finder;
use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, sparse::DFA};
use regex_automata::util::{primitives::StateID, start};

/// A pattern, ready to find places.
#[derive(Debug)]
pub(crate) struct Spans(Kind);

#[derive(Debug)]
enum Kind {
    /// Every occurrence of a text.
    Part(Box<Finder<'static>>),
    /// The whole text, if it matches.
    Whole(Matcher),
    /// Every match of an automaton.
    Runs(Box<Runs>),
}

/// An automaton that is run from many places.
#[derive(Debug)]
struct Runs {
    dfa: DFA<Vec<u8>>,
    /// The state in which a run begins, by the byte before it; last: at the text's start.
    starts: Vec<StateID>,
    /// With which bytes some run can begin.
    firsts: [bool; 256],
}

/// A run under way.
#[derive(Debug, Clone, Copy)]
struct Run {
    state: StateID,
    /// Where it began.
    from: usize,
}

/// More steps than were allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// Memory of a search, and what is left of the steps that all searches together may take.
#[derive(Debug, Default)]
pub(crate) struct Work {
    fuel: u64,
    runs: Vec<Run>,
    next: Vec<Run>,
    /// By state: the round in which a run was last in it.
    seen: Vec<u32>,
    round: u32,
}

impl Work {
    /// For searches of at most `fuel` steps; a byte that is looked at is one, and so is each run that goes on with it.
    pub(crate) fn new(fuel: u64) -> Self {
        Self { fuel, ..Self::default() }
    }

    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.fuel = self.fuel.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }

    /// Begins a round; no state has been seen in it.
    fn round(&mut self) {
        if self.round == u32::MAX {
            self.seen.fill(0);
            self.round = 0;
        }
        self.round = self.round.saturating_add(1);
    }

    /// The state has not been seen in this round.
    fn is_new(&mut self, state: StateID) -> bool {
        let index = state.as_usize();
        if index >= self.seen.len() {
            self.seen.resize(index.saturating_add(1), 0);
        }
        let Some(seen) = self.seen.get_mut(index) else { return false };
        core::mem::replace(seen, self.round) != self.round
    }
}

impl Spans {
    /// Prepares a pattern of a program with these strings.
    pub(crate) fn new(pattern: &Pattern, strings: &[String]) -> Result<Self, &'static str> {
        Ok(Self(match &pattern.shape {
            PatternShape::Contains(id) => {
                let part = strings.get(id.0 as usize).ok_or(DANGLING)?;
                Kind::Part(Box::new(Finder::new(part.as_bytes()).into_owned()))
            }
            PatternShape::Dfa(bytes) => Kind::Runs(Box::new(Runs::new(bytes)?)),
            shape => Kind::Whole(Matcher::new(shape, strings)?),
        }))
    }

    /// Appends the parts of `text` that lie in a match, in order, none touching another.
    pub(crate) fn find(
        &self,
        text: &[u8],
        work: &mut Work,
        found: &mut Vec<Range<usize>>,
    ) -> Result<(), Exhausted> {
        work.spend(text.len())?;
        match &self.0 {
            Kind::Part(part) => {
                let mut at = 0_usize;
                while let Some(step) = part.find(text.get(at..).unwrap_or_default()) {
                    let from = at.saturating_add(step);
                    // An empty text, which is found everywhere, covers nothing.
                    let after = from.saturating_add(part.needle().len());
                    if after > from {
                        cover(found, from..after);
                    }
                    at = from.saturating_add(1);
                    work.spend(part.needle().len())?;
                }
                Ok(())
            }
            Kind::Whole(whole) => {
                if !text.is_empty() && whole.is_match(text) {
                    found.push(0..text.len());
                }
                Ok(())
            }
            Kind::Runs(runs) => runs.find(text, work, found),
        }
    }
}

impl Runs {
    fn new(bytes: &[u8]) -> Result<Self, &'static str> {
        let (dfa, _) = super::automaton(bytes)?;
        let config = start::Config::new().anchored(Anchored::Yes);
        let before = (0..=u8::MAX).map(Some).chain([None]);
        let starts = before.map(|before| dfa.start_state(&config.clone().look_behind(before)));
        let starts: Vec<StateID> =
            starts.collect::<Result<_, _>>().map_err(|_| "the automaton cannot start inside a text")?;
        let mut kinds = starts.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let mut firsts = [false; 256];
        for (byte, first) in (0..=u8::MAX).zip(&mut firsts) {
            let mut next = kinds.iter().map(|start| dfa.next_state(*start, byte));
            *first = next.any(|state| !dfa.is_dead_state(state));
        }
        Ok(Self { dfa: dfa.to_owned(), starts, firsts })
    }

    fn find(&self, text: &[u8], work: &mut Work, found: &mut Vec<Range<usize>>) -> Result<(), Exhausted> {
        work.runs.clear();
        let mut before = usize::from(u8::MAX).saturating_add(1);
        for (at, byte) in text.iter().enumerate() {
            let index = usize::from(*byte);
            let begins = self.firsts.get(index).copied().unwrap_or(true);
            if begins && let Some(state) = self.starts.get(before) {
                work.runs.push(Run { state: *state, from: at });
            }
            if !work.runs.is_empty() {
                work.spend(work.runs.len())?;
                self.step(at, *byte, work, found);
            }
            before = index;
        }
        for run in &work.runs {
            if self.dfa.is_match_state(self.dfa.next_eoi_state(run.state)) {
                cover(found, run.from..text.len());
            }
        }
        Ok(())
    }

    /// All runs go on with the byte at `at`. They are in the order in which they began, so that of those in one state the first one
    /// is kept.
    fn step(&self, at: usize, byte: u8, work: &mut Work, found: &mut Vec<Range<usize>>) {
        work.round();
        let runs = core::mem::take(&mut work.runs);
        work.next.clear();
        for run in &runs {
            let state = self.dfa.next_state(run.state, byte);
            if self.dfa.is_dead_state(state) || !work.is_new(state) {
                continue;
            }
            // An automaton knows one byte later that it has matched.
            if self.dfa.is_match_state(state) && run.from < at {
                cover(found, run.from..at);
            }
            work.next.push(Run { state, ..*run });
        }
        work.runs = core::mem::replace(&mut work.next, runs);
    }
}

/// Adds a part, which ends no earlier than those before it, and unites it with those that it touches.
fn cover(found: &mut Vec<Range<usize>>, mut part: Range<usize>) {
    while let Some(last) = found.pop_if(|last| last.end >= part.start) {
        part.start = part.start.min(last.start);
    }
    found.push(part);
}

#[cfg(test)]
mod tests;
