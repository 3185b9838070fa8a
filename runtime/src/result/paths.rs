//! Paths, followed down a tree. In: the redactions, then each step down. Out: which redactions hit the place.
//!
//! All paths are followed side by side, as sets of positions: a place costs at most as much as the paths have steps.

use super::rules::{Active, Hop, Who};
use alloc::vec::Vec;

/// How far one path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    who: Who,
    path: usize,
    /// Steps taken.
    steps: usize,
}

/// The paths that may still hit something below a place.
#[derive(Debug, Default)]
pub(super) struct Followed {
    positions: Vec<Position>,
    /// The redactions that hit the place itself, in order.
    pub(super) hit: Vec<Who>,
}

impl Followed {
    /// At the root.
    pub(super) fn root(active: &Active<'_>) -> Self {
        let rules = active.rules.iter().enumerate();
        let positions = rules
            .flat_map(|(who, rule)| (0..rule.paths.len()).map(move |path| Position { who, path, steps: 0 }));
        Self::at(active, positions.collect())
    }

    /// At the member of that key.
    pub(super) fn member(&self, active: &Active<'_>, key: &str) -> Self {
        self.down(active, |hop| match hop {
            Hop::Key(name) => (false, **name == *key),
            Hop::Deep(name) => (true, **name == *key),
            Hop::Every => (false, false),
        })
    }

    /// At an element.
    pub(super) fn element(&self, active: &Active<'_>) -> Self {
        self.down(active, |hop| match hop {
            Hop::Key(_) => (false, false),
            Hop::Deep(_) => (true, false),
            Hop::Every => (false, true),
        })
    }

    /// At the root of JSON that the text of this place holds. Whether the place itself is hit is known already.
    pub(super) fn inside(&self) -> Self {
        Self { positions: self.positions.clone(), hit: Vec::new() }
    }

    /// One level down: whether a hop stays where it is, and whether it is taken.
    fn down(&self, active: &Active<'_>, take: impl Fn(&Hop) -> (bool, bool)) -> Self {
        let mut positions = Vec::new();
        for position in &self.positions {
            let Some(hop) = position.hop(active) else { continue };
            let (stays, taken) = take(hop);
            if stays {
                positions.push(*position);
            }
            if taken {
                positions.push(Position { steps: position.steps.saturating_add(1), ..*position });
            }
        }
        Self::at(active, positions)
    }

    /// The first redaction that may still hit something below.
    pub(super) fn first(&self) -> Option<Who> {
        self.positions.iter().map(|position| position.who).min()
    }

    fn at(active: &Active<'_>, mut positions: Vec<Position>) -> Self {
        positions.sort_unstable();
        positions.dedup();
        let ended = positions.iter().filter(|position| position.hop(active).is_none());
        let mut hit: Vec<Who> = ended.map(|position| position.who).collect();
        hit.dedup();
        positions.retain(|position| position.hop(active).is_some());
        Self { positions, hit }
    }
}

impl Position {
    /// The next step; none where the path ends.
    fn hop<'a>(&self, active: &'a Active<'_>) -> Option<&'a Hop> {
        active.rules.get(self.who)?.paths.get(self.path)?.get(self.steps)
    }
}
