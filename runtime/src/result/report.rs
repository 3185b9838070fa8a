//! What was redacted, for logs and tests. In: places as they are met. Out: counts and places by redaction, never a value: a key that
//! was redacted itself stands there as its marker.

use super::rules::{Active, Who};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Most places that are named for one redaction; further ones are only counted.
const MOST_PLACES: usize = 64;

/// What one redaction took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// Index into the program's redactions.
    pub redaction: u32,
    /// How often: places hit by a path, parts of text hit by a pattern, blocks replaced.
    pub count: u64,
    /// Where, sorted, without repetitions; the first 64.
    pub places: Vec<Place>,
}

/// A place in what the agent sees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Below the result's root; without steps: the root, or text that has no structure.
    Result(Vec<PlaceStep>),
    /// Images, sound, links and the like.
    Block,
    /// The text of an error.
    Error,
    /// `_meta`, and the data of an error.
    Extra,
}

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceStep {
    /// A member.
    Key(String),
    /// Some element.
    Every,
}

impl fmt::Display for Place {
    /// As a path of a policy is written: `result.items[*].email`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = match self {
            Self::Result(steps) => steps,
            Self::Block => return f.write_str("block"),
            Self::Error => return f.write_str("error"),
            Self::Extra => return f.write_str("extra"),
        };
        f.write_str("result")?;
        for step in steps {
            match step {
                PlaceStep::Every => f.write_str("[*]")?,
                PlaceStep::Key(key) if is_name(key) => write!(f, ".{key}")?,
                PlaceStep::Key(key) => write!(f, ".{key:?}")?,
            }
        }
        Ok(())
    }
}

/// A name that a path spells without quotes.
fn is_name(key: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && key.chars().all(inner)
}

/// The report while it is made.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: BTreeMap<Who, (u64, BTreeSet<Place>)>,
    /// Parts of text found by patterns.
    pub(super) found: u64,
}

impl Report {
    pub(super) fn add(&mut self, who: Who, count: u64, place: impl FnOnce() -> Place) {
        let (sum, places) = self.rows.entry(who).or_default();
        *sum = sum.saturating_add(count);
        if places.len() < MOST_PLACES {
            places.insert(place());
        }
    }

    pub(super) fn finish(self, active: &Active<'_>) -> Vec<Redacted> {
        let rows = self.rows.into_iter().filter_map(|(who, (count, places))| {
            let rule = active.rules.get(who)?;
            Some(Redacted { redaction: rule.index, count, places: places.into_iter().collect() })
        });
        rows.collect()
    }
}
