//! Patterns, ready to run. In: a program's patterns, once at load. Out: whether one matches a text, in time linear in the text.
//!
//! A serialized automaton is validated here and nowhere later: bytes that are no automaton of this format, or one that could
//! give up on some text, refuse the program.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::cast_possible_truncation)
)]

mod explored;
mod flat;
mod runs;
mod spans;

use crate::program::pool::{Pattern, PatternShape, StrId};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use explored::Explored;
use flat::Flat;
use memchr::memmem::Finder;
use regex_automata::dfa::{Automaton, sparse::DFA};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};
use runs::Runs;
pub(crate) use spans::{Exhausted, Spans, Work};

/// All patterns of a program.
#[derive(Debug, Default)]
pub struct PatternSet {
    patterns: Vec<Matcher>,
}

/// A pattern that cannot be run; its program is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPattern {
    /// Index into the program's patterns.
    pub index: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pattern {} of the program cannot be run: {}", self.index, self.what)
    }
}

impl core::error::Error for BadPattern {}

/// One pattern, owning what it compares with.
#[derive(Debug)]
enum Matcher {
    Exact(Box<[u8]>),
    Prefix(Box<[u8]>),
    Suffix(Box<[u8]>),
    Contains(Box<Finder<'static>>),
    PrefixSuffix(Box<[u8]>, Box<[u8]>),
    Runs(Runs),
    Flat(Flat),
    Dfa(Box<DFA<Vec<u8>>>),
}

impl PatternSet {
    /// Prepares the patterns of a program with these strings.
    ///
    /// # Errors
    /// Names the first pattern that refers to a string that is not there, or whose automaton is not valid.
    pub fn new(patterns: &[Pattern], strings: &[String]) -> Result<Self, BadPattern> {
        let matchers = patterns.iter().enumerate().map(|(index, pattern)| {
            Matcher::new(&pattern.shape, strings).map_err(|what| BadPattern { index, what })
        });
        Ok(Self { patterns: matchers.collect::<Result<_, _>>()? })
    }

    /// Checks the patterns of a program as [`PatternSet::new`] does, without making them ready to run.
    ///
    /// # Errors
    /// See [`PatternSet::new`].
    pub fn check(patterns: &[Pattern], strings: &[String]) -> Result<(), BadPattern> {
        let known = |id: &StrId| strings.get(id.0 as usize).map(|_| ()).ok_or(DANGLING);
        patterns.iter().enumerate().try_for_each(|(index, pattern)| {
            let checked = match &pattern.shape {
                PatternShape::Exact(id)
                | PatternShape::Prefix(id)
                | PatternShape::Suffix(id)
                | PatternShape::Contains(id) => known(id),
                PatternShape::PrefixSuffix(prefix, suffix) => known(prefix).and_then(|()| known(suffix)),
                PatternShape::Dfa(bytes) => automaton(bytes).map(|_| ()),
            };
            checked.map_err(|what| BadPattern { index, what })
        })
    }

    /// Number of patterns.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.patterns.len()
    }

    /// No patterns.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Pattern `index` matches `text`, which is UTF-8. `false` if there is no such pattern, which the verifier rules out.
    #[must_use]
    pub fn is_match(&self, index: u32, text: &[u8]) -> bool {
        self.patterns.get(index as usize).is_some_and(|pattern| pattern.is_match(text))
    }
}

const DANGLING: &str = "it refers to a string that is not there";

impl Matcher {
    fn new(shape: &PatternShape, strings: &[String]) -> Result<Self, &'static str> {
        let text = |id: StrId| -> Result<Box<[u8]>, &'static str> {
            let string = strings.get(id.0 as usize).ok_or(DANGLING)?;
            Ok(string.as_bytes().into())
        };
        Ok(match shape {
            PatternShape::Exact(id) => Self::Exact(text(*id)?),
            PatternShape::Prefix(id) => Self::Prefix(text(*id)?),
            PatternShape::Suffix(id) => Self::Suffix(text(*id)?),
            PatternShape::Contains(id) => Self::Contains(Box::new(Finder::new(&text(*id)?).into_owned())),
            PatternShape::PrefixSuffix(prefix, suffix) => Self::PrefixSuffix(text(*prefix)?, text(*suffix)?),
            PatternShape::Dfa(bytes) => load(bytes)?,
        })
    }

    fn is_match(&self, text: &[u8]) -> bool {
        match self {
            Self::Exact(whole) => text == &**whole,
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::Contains(finder) => finder.find(text).is_some(),
            Self::PrefixSuffix(prefix, suffix) => {
                text.strip_prefix(&**prefix).is_some_and(|rest| rest.ends_with(suffix))
            }
            Self::Runs(runs) => runs.is_match(text),
            Self::Flat(table) => table.is_match(text),
            Self::Dfa(dfa) => {
                let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
                // `load` has excluded automata that could give up.
                matches!(dfa.try_search_fwd(&input), Ok(Some(_)))
            }
        }
    }
}

/// A serialized automaton, ready to run. Most patterns of policies have a few dozen states, which a decision reads faster in a form of their
/// own; automata with more stay as they are.
fn load(bytes: &[u8]) -> Result<Matcher, &'static str> {
    let (dfa, start) = automaton(bytes)?;
    let explored = Explored::new(&dfa, start);
    let small = explored.and_then(|explored| {
        let runs = Runs::new(&explored).map(Matcher::Runs);
        runs.or_else(|| Flat::new(&explored).map(Matcher::Flat))
    });
    Ok(small.unwrap_or_else(|| Matcher::Dfa(Box::new(dfa.to_owned()))))
}

/// Validates a serialized automaton; its start is that of an anchored search.
fn automaton(bytes: &[u8]) -> Result<(DFA<&[u8]>, StateID), &'static str> {
    let (dfa, read) =
        DFA::from_bytes(bytes).map_err(|_| "it is no automaton of the format that this version reads")?;
    if read != bytes.len() {
        return Err("bytes follow the automaton");
    }
    let config = regex_automata::util::start::Config::new().anchored(Anchored::Yes);
    let start = dfa.start_state(&config).map_err(|_| "the automaton has no anchored start")?;
    // A byte on which an automaton quits does so in every state.
    if (0..=u8::MAX).any(|byte| dfa.is_quit_state(dfa.next_state(start, byte))) {
        return Err("the automaton gives up on some texts");
    }
    Ok((dfa, start))
}

#[cfg(test)]
mod tests;
