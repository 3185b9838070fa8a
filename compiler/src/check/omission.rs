//! What a call that lacks something does to a condition. In: a typed condition and a [`Lack`]. Out: the truth values that it can still
//! have.
//!
//! Abstract evaluation over sets of truth values: every test that does not read what is lacking may come out any way, those that read it
//! are exact. So the answer over-approximates: "never matches" and "always matches" are certain, the rest is "depends".

use super::members;
use super::reach::{Path, Reach};
use super::walk::children;
use crate::typed::{Const, Expr, ExprKind, View};
use std::sync::Arc;

/// A set of truth values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Truths(u8);

impl Truths {
    pub(crate) const TRUE: Self = Self(1);
    pub(crate) const FALSE: Self = Self(2);
    pub(crate) const UNKNOWN: Self = Self(4);
    /// True or unknown: a restriction matches.
    pub(crate) const MATCHES: Self = Self(5);
    const ANY: Self = Self(7);
    const EITHER: Self = Self(3);

    pub(crate) fn may(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn only(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    fn or_set(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn not(self) -> Self {
        let swapped = (self.0 & 1) << 1 | (self.0 & 2) >> 1 | (self.0 & 4);
        Self(swapped)
    }

    fn each(self) -> impl Iterator<Item = Self> {
        [Self::TRUE, Self::FALSE, Self::UNKNOWN].into_iter().filter(move |t| self.may(*t))
    }

    fn combine(self, other: Self, with: fn(Self, Self) -> Self) -> Self {
        let mut out = Self(0);
        for a in self.each() {
            for b in other.each() {
                out = out.or_set(with(a, b));
            }
        }
        out
    }
}

fn and(a: Truths, b: Truths) -> Truths {
    match () {
        () if a == Truths::FALSE || b == Truths::FALSE => Truths::FALSE,
        () if a == Truths::UNKNOWN || b == Truths::UNKNOWN => Truths::UNKNOWN,
        () => Truths::TRUE,
    }
}

fn or(a: Truths, b: Truths) -> Truths {
    match () {
        () if a == Truths::TRUE || b == Truths::TRUE => Truths::TRUE,
        () if a == Truths::UNKNOWN || b == Truths::UNKNOWN => Truths::UNKNOWN,
        () => Truths::FALSE,
    }
}

/// What a call lacks. Below a list: what some element of it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Nothing that is known.
    Nothing,
    /// The value is absent or null.
    Value(Path),
    /// The value is there, and of none of the kinds that the condition asks for.
    Kind(Path),
    /// The text does not read as a view needs it.
    Reading(Reading),
    /// The text reads and lacks this member.
    Member(Reading, u8),
}

/// The reading of a text by a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub view: u16,
    pub param: Option<Arc<str>>,
    /// Where the text comes from.
    pub subject: Path,
}

impl Lack {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Nothing => None,
            Self::Value(path) | Self::Kind(path) => Some(path),
            Self::Reading(reading) | Self::Member(reading, _) => Some(&reading.subject),
        }
    }
}

/// What a condition can come to.
pub(crate) fn truths(condition: &Expr, lack: &Lack) -> Truths {
    Eval { reach: &Reach::new(condition), lack }.truths(condition)
}

struct Eval<'a> {
    reach: &'a Reach,
    lack: &'a Lack,
}

impl Eval<'_> {
    fn truths(&self, expr: &Expr) -> Truths {
        match &expr.kind {
            ExprKind::Not(inner) => self.truths(inner).not(),
            ExprKind::And(all) => all.iter().fold(Truths::TRUE, |acc, e| acc.combine(self.truths(e), and)),
            ExprKind::Or(all) => all.iter().fold(Truths::FALSE, |acc, e| acc.combine(self.truths(e), or)),
            ExprKind::IsTrue(inner) if matches!(&inner.kind, ExprKind::Const(c) if !matches!(c, Const::Bool(_))) => {
                Truths::UNKNOWN
            }
            ExprKind::Has(inner) | ExprKind::IsNull(inner) | ExprKind::IsKind(inner, ..) => {
                self.presence(expr, inner)
            }
            ExprKind::Quantifier { .. } => self.quantifier(expr),
            _ => {
                let lost = children(expr).into_iter().any(|child| self.is_absent(child));
                if lost { Truths::UNKNOWN } else { Truths::ANY }
            }
        }
    }

    /// `has`, `is null`, `is T`.
    fn presence(&self, test: &Expr, operand: &Expr) -> Truths {
        match self.lack {
            _ if self.is_absent(operand) => Truths::FALSE,
            _ if self.is_there(test, operand) => Truths::TRUE,
            Lack::Kind(path) if self.reach.paths(operand).contains(path) => {
                if matches!(&test.kind, ExprKind::Has(_)) { Truths::TRUE } else { Truths::FALSE }
            }
            _ => Truths::EITHER,
        }
    }

    fn quantifier(&self, expr: &Expr) -> Truths {
        let ExprKind::Quantifier { all, var, domain, zip, body } = &expr.kind else { return Truths::ANY };
        if self.is_absent(domain) || zip.as_ref().is_some_and(|(_, e)| self.is_absent(e)) {
            return Truths::UNKNOWN;
        }
        let (join, empty): (fn(Truths, Truths) -> Truths, _) =
            if *all { (and, Truths::TRUE) } else { (or, Truths::FALSE) };
        let body = self.truths(body);
        let ranges_over_it = |var| {
            self.lack
                .path()
                .is_some_and(|lack| self.reach.of_var(var).iter().any(|base| lack.starts_with(base)))
        };
        if ranges_over_it(*var) {
            // One element is the one that lacks it; the others are of any kind.
            return body.combine(Truths::ANY, join);
        }
        // The list may be absent, and a `zip` of unequal lists is unknown.
        body.combine(body, join).or_set(body).or_set(empty).or_set(Truths::UNKNOWN)
    }

    /// A test of what is certainly there.
    fn is_there(&self, test: &Expr, operand: &Expr) -> bool {
        matches!((&test.kind, &operand.kind), (ExprKind::Has(_), ExprKind::View(view)) if self.is_read(view) == Some(true))
    }

    /// The value certainly has none.
    fn is_absent(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Place(place) => match self.lack {
                Lack::Value(path) => self.reach.of_place(place).iter().any(|own| own.starts_with(path)),
                Lack::Nothing | Lack::Kind(_) | Lack::Reading(_) | Lack::Member(..) => false,
            },
            ExprKind::Coalesce(a, b) => self.is_absent(a) && self.is_absent(b),
            ExprKind::View(view) => self.is_read(view) == Some(false) || self.is_absent(&view.subject),
            // Elements, and what is asked of each, may be without a value.
            ExprKind::List(_) => false,
            ExprKind::CountIf(_, domain, _) | ExprKind::Sum(_, domain, _) => self.is_absent(domain),
            // Whatever else is computed needs all of its parts.
            _ => children(expr).into_iter().any(|part| self.is_absent(part)),
        }
    }

    /// Whether the text gives the view's member; `None`: it may or may not.
    fn is_read(&self, view: &View) -> Option<bool> {
        match self.lack {
            Lack::Reading(reading) if reading.is_of(view, self.reach) => Some(false),
            Lack::Member(reading, member) if reading.is_of(view, self.reach) => {
                members::without(view.view, *member, view.member)
            }
            _ => None,
        }
    }
}

impl Reading {
    /// Whether the view reads this text in this way.
    pub(crate) fn is_of(&self, view: &View, reach: &Reach) -> bool {
        self.view == view.view
            && self.param == view.param
            && reach.paths(&view.subject).contains(&self.subject)
    }
}
