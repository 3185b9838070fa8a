//! The redactions of a program, ready to run. In: a program's tables, once at load; then which of them hold for one result. Out: the
//! redactions in the order in which their markers win.

use crate::pattern::Spans;
use crate::program::pool::{Pattern, StrId};
use crate::program::redact::{Path, Redaction, Step};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// All redactions of a program. Immutable; shared by all results under it.
#[derive(Debug, Default)]
pub struct Redactor {
    rules: Vec<Rule>,
    /// By index of the pattern.
    pub(super) patterns: BTreeMap<u32, Spans>,
}

/// A redaction that cannot be run; its program is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRedaction {
    /// Index into the redactions.
    pub index: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for BadRedaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "redaction {} of the program cannot be run: {}", self.index, self.what)
    }
}

impl core::error::Error for BadRedaction {}

/// A redaction.
#[derive(Debug)]
pub(super) struct Rule {
    /// Index into the program's redactions.
    pub(super) index: u32,
    /// Place in the order in which markers win: guardrails first, then the smallest id.
    rank: u32,
    pub(super) paths: Vec<Vec<Hop>>,
    /// Indexes of patterns.
    pub(super) patterns: Vec<u32>,
    pub(super) marker: Box<str>,
    pub(super) keep_images: bool,
}

/// A step of a path, with its text.
#[derive(Debug)]
pub(super) enum Hop {
    Key(Box<str>),
    Deep(Box<str>),
    Every,
}

impl Redactor {
    /// Prepares the redactions of a program with these strings and patterns.
    ///
    /// # Errors
    /// Names the first redaction that refers to what is not there, or to a pattern that cannot be run.
    pub fn new(
        redactions: &[Redaction],
        strings: &[String],
        patterns: &[Pattern],
    ) -> Result<Self, BadRedaction> {
        let mut order: Vec<usize> = (0..redactions.len()).collect();
        order.sort_by_key(|index| redactions.get(*index).map(|row| (!row.guardrail, &row.id)));
        let mut redactor = Self::default();
        for (index, row) in redactions.iter().enumerate() {
            let bad = |what| BadRedaction { index, what };
            let rank = order.iter().position(|other| *other == index).unwrap_or_default();
            let (Ok(index), Ok(rank)) = (u32::try_from(index), u32::try_from(rank)) else {
                return Err(bad("there are too many"));
            };
            redactor.rules.push(Rule::new(row, (index, rank), strings).map_err(bad)?);
            redactor.load(row, strings, patterns).map_err(bad)?;
        }
        Ok(redactor)
    }

    fn load(
        &mut self,
        row: &Redaction,
        strings: &[String],
        patterns: &[Pattern],
    ) -> Result<(), &'static str> {
        for id in &row.patterns {
            let pattern = patterns.get(id.0 as usize).ok_or("it refers to a pattern that is not there")?;
            if let Entry::Vacant(place) = self.patterns.entry(id.0) {
                place.insert(Spans::new(pattern, strings)?);
            }
        }
        Ok(())
    }

    /// Number of redactions.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// No redactions.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Those with these indexes, in the order in which markers win; their order here, and repetitions, are nothing.
    /// `None` if one is not there.
    pub(super) fn active(&self, indexes: &[u32]) -> Option<Active<'_>> {
        let rules = indexes.iter().map(|index| self.rules.get(*index as usize));
        let mut rules = rules.collect::<Option<Vec<_>>>()?;
        rules.sort_by_key(|rule| rule.rank);
        rules.dedup_by_key(|rule| rule.rank);
        Some(Active { redactor: self, rules })
    }

    /// All of them.
    pub(super) fn all(&self) -> Active<'_> {
        let mut rules: Vec<&Rule> = self.rules.iter().collect();
        rules.sort_by_key(|rule| rule.rank);
        Active { redactor: self, rules }
    }
}

impl Rule {
    fn new(row: &Redaction, (index, rank): (u32, u32), strings: &[String]) -> Result<Self, &'static str> {
        let text = |id: StrId| -> Result<Box<str>, &'static str> {
            let text = strings.get(id.0 as usize).ok_or("it refers to a string that is not there")?;
            Ok(text.as_str().into())
        };
        let hop = |step: &Step| {
            Ok(match step {
                Step::Key(name) => Hop::Key(text(*name)?),
                Step::Deep(name) => Hop::Deep(text(*name)?),
                Step::Every => Hop::Every,
            })
        };
        let path = |path: &Path| path.0.iter().map(hop).collect::<Result<Vec<_>, &'static str>>();
        Ok(Self {
            index,
            rank,
            paths: row.paths.iter().map(path).collect::<Result<_, _>>()?,
            patterns: row.patterns.iter().map(|id| id.0).collect(),
            marker: text(row.marker)?,
            keep_images: row.keep_images,
        })
    }
}

impl Rule {
    pub(super) fn has_paths(&self) -> bool {
        !self.paths.is_empty()
    }
}

/// The redactions that hold for a result.
#[derive(Debug)]
pub(super) struct Active<'r> {
    pub(super) redactor: &'r Redactor,
    /// In the order in which markers win.
    pub(super) rules: Vec<&'r Rule>,
}

/// A redaction, by its place in [`Active::rules`]: of several, the marker of the least wins.
pub(super) type Who = usize;

impl Active<'_> {
    pub(super) fn marker(&self, who: Who) -> &str {
        self.rules.get(who).map(|rule| &*rule.marker).unwrap_or_default()
    }

    /// The first one that names paths, if any does.
    pub(super) fn with_paths(&self) -> Option<Who> {
        self.rules.iter().position(|rule| rule.has_paths())
    }

    /// The first one that lets no image pass.
    pub(super) fn without_images(&self) -> Option<Who> {
        self.rules.iter().position(|rule| !rule.keep_images)
    }

    pub(super) fn is_marker(&self, text: &str) -> bool {
        self.rules.iter().any(|rule| &*rule.marker == text)
    }
}
