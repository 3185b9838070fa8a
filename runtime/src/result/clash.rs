//! Markers that a pattern would redact again (semantics.md 48). In: the redactions of a program. Out: those that clash: the compiler
//! refuses them, since under them results with a hit are withheld.

use super::report::Report;
use super::rules::{Redactor, Rule, Who};
use super::text::Pass;
use crate::pattern::Work;
use crate::program::Caps;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

/// A marker that a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clash {
    /// Index of the redaction whose patterns match.
    pub redaction: u32,
    /// Index of the redaction whose marker it is.
    pub marker: u32,
}

impl Redactor {
    /// All clashes, sorted. A marker that follows itself, as in two blocks, may not match either.
    ///
    /// Redactions that never hold for the same result clash too: which do is not known here.
    #[must_use]
    pub fn clashes(&self) -> Vec<Clash> {
        let active = self.all();
        let mut work = Work::new(u64::MAX);
        let (report, room, caps) = (Report::default(), usize::MAX, Caps::default());
        let mut pass = Pass { active: &active, work: &mut work, report, room, caps };
        let index = |who: Who| active.rules.get(who).map(|rule| rule.index);
        let mut clashes = BTreeSet::new();
        for Rule { index: of, marker, .. } in active.rules.iter().copied() {
            for text in [&**marker, &*format!("{marker}{marker}")] {
                // The steps are not bounded.
                let hits = pass.find(text).unwrap_or_default();
                let redactions = hits.iter().filter_map(|hit| index(hit.who));
                clashes.extend(redactions.map(|redaction| Clash { redaction, marker: *of }));
            }
        }
        clashes.into_iter().collect()
    }
}
