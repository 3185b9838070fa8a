//! Conditions as text. In: paths in scope and a position. Out: an expression that the checker accepts nearly always: of fitting types,
//! within the bounds of the schema, and without vacuous truth where it would grant.

use super::rng::Rng;
use super::scope::Path;
use super::shape::Shape;
use super::values::Constants;
use std::collections::BTreeSet;

/// How making an expression true changes the decision; decides where `all` and `subset` need a guard (semantics.md 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// It relaxes it.
    Grants,
    /// Its falsehood relaxes it.
    GrantsNegated,
    /// It tightens it.
    Restricts,
}

impl Position {
    /// Under a `not`.
    #[must_use]
    pub(super) const fn flipped(self) -> Self {
        match self {
            Self::Grants => Self::GrantsNegated,
            Self::GrantsNegated | Self::Restricts => Self::Grants,
        }
    }
}

/// A definition that conditions may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    /// `let NAME = ["a", …]`.
    Texts(String),
    /// `let NAME = { "a": 1, … }`.
    Numbers(String),
    /// `fn NAME(x: string) -> bool`.
    TextTest(String),
    /// `fn NAME(x: string) -> string`.
    TextToText(String),
    /// `fn NAME(x: decimal) -> bool`.
    NumberTest(String),
}

/// Makes conditions.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    /// Choices.
    pub rng: &'a mut Rng,
    /// What can be read.
    pub scope: Vec<Path>,
    /// Definitions that can be used.
    pub definitions: &'a [Definition],
    /// Constants that were mentioned.
    pub constants: &'a mut Constants,
    /// Names of the standard library that were used, as `module name`.
    pub imports: &'a mut BTreeSet<(&'static str, &'static str)>,
    /// Quantifiers around.
    pub loops: usize,
    /// Number of the next bound variable.
    pub next: usize,
    /// The time may be read.
    pub time: bool,
}

impl Maker<'_> {
    /// A condition; compound ones stand in parentheses.
    pub(super) fn condition(&mut self, depth: usize, position: Position) -> String {
        if depth > 0 {
            match self.rng.below(10) {
                0..=2 => return self.junction(" and ", depth, position),
                3 | 4 => return self.junction(" or ", depth, position),
                5 => return format!("(not {})", self.condition(depth - 1, position.flipped())),
                _ => {}
            }
        }
        for _ in 0..12 {
            if let Some(leaf) = self.leaf(depth, position) {
                return format!("({leaf})");
            }
        }
        "true".to_owned()
    }

    fn junction(&mut self, word: &str, depth: usize, position: Position) -> String {
        let count = 2 + self.rng.below(2);
        let parts: Vec<String> = (0..count).map(|_| self.condition(depth - 1, position)).collect();
        format!("({})", parts.join(word))
    }

    fn leaf(&mut self, depth: usize, position: Position) -> Option<String> {
        match self.rng.below(22) {
            0..=4 => self.number_comparison(),
            5..=8 => self.text_comparison(),
            9 => self.truth(),
            10 | 11 => self.presence(),
            12 => self.kind(),
            13 => self.text_pattern(),
            14 | 15 => self.membership(),
            16 | 17 => self.quantifier(depth, position),
            18 => self.subset(position),
            19 => self.view_test(),
            20 if self.time => self.moment(),
            _ => self.definition_test(),
        }
    }

    /// A path that satisfies `test`.
    pub(super) fn path(&mut self, test: impl Fn(&Path) -> bool) -> Option<Path> {
        let all: Vec<&Path> = self.scope.iter().filter(|path| test(path)).collect();
        self.rng.pick(&all).map(|path| Path::clone(path))
    }

    /// A name for a bound variable.
    pub(super) fn variable(&mut self) -> String {
        self.next += 1;
        format!("v{}", self.next)
    }

    /// Runs with an element in scope. Mostly the element is what is spoken of.
    pub(super) fn inside<T>(&mut self, name: &str, shape: Shape, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.clone();
        let mut own = Vec::new();
        super::scope::below(name.to_owned(), &shape, self.rng, &mut own);
        if self.rng.chance(75) {
            self.scope = own;
        } else {
            self.scope.extend(own);
        }
        self.loops += 1;
        let out = run(self);
        self.loops -= 1;
        self.scope = outer;
        out
    }
}
