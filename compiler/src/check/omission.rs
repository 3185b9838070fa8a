//! What an omitted argument does. In: a typed condition. Out: the truth values it can still have when a path is absent.
//!
//! Abstract evaluation over sets of truth values: every test that does not read the path may come out any way, those that read it
//! are exact. So the answer over-approximates: "never matches" and "always matches" are certain, the rest is "depends".

use super::walk::places;
use crate::typed::{Expr, ExprKind, Place};

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

/// What a condition can come to when `absent` is absent.
pub(crate) fn truths(expr: &Expr, absent: &Place) -> Truths {
    match &expr.kind {
        ExprKind::Not(inner) => truths(inner, absent).not(),
        ExprKind::And(all) => all.iter().fold(Truths::TRUE, |acc, e| acc.combine(truths(e, absent), and)),
        ExprKind::Or(all) => all.iter().fold(Truths::FALSE, |acc, e| acc.combine(truths(e, absent), or)),
        ExprKind::Has(inner) | ExprKind::IsNull(inner) | ExprKind::IsKind(inner, ..) => {
            if is_absent(inner, absent) { Truths::FALSE } else { Truths::EITHER }
        }
        ExprKind::Quantifier { domain, zip, body, .. } => {
            let lost = is_absent(domain, absent) || zip.as_ref().is_some_and(|(_, e)| is_absent(e, absent));
            if lost {
                Truths::UNKNOWN
            } else if reads(body, absent) {
                Truths::ANY
            } else {
                Truths::EITHER.or_set(Truths::UNKNOWN)
            }
        }
        _ => {
            let lost = super::walk::children(expr).into_iter().any(|child| is_absent(child, absent));
            if lost { Truths::UNKNOWN } else { Truths::ANY }
        }
    }
}

/// The value certainly has none when `absent` is absent.
fn is_absent(expr: &Expr, absent: &Place) -> bool {
    match &expr.kind {
        ExprKind::Place(place) => place.root == absent.root && place.steps.starts_with(&absent.steps),
        ExprKind::Coalesce(a, b) => is_absent(a, absent) && is_absent(b, absent),
        ExprKind::View(view) => is_absent(&view.subject, absent),
        ExprKind::Length(a)
        | ExprKind::Lower(a)
        | ExprKind::Count(a)
        | ExprKind::CountIf(_, a, _)
        | ExprKind::Sum(_, a, _)
        | ExprKind::First(a)
        | ExprKind::Last(a)
        | ExprKind::Table(_, a)
        | ExprKind::Civil(_, a, _)
        | ExprKind::Member(a, _)
        | ExprKind::Keys(a)
        | ExprKind::Values(a) => is_absent(a, absent),
        ExprKind::MapGet(a, b) => is_absent(a, absent) || is_absent(b, absent),
        ExprKind::Concat(all) => all.iter().any(|e| is_absent(e, absent)),
        ExprKind::Linear(linear) => linear.terms.iter().any(|(_, e)| is_absent(e, absent)),
        _ => false,
    }
}

fn reads(expr: &Expr, place: &Place) -> bool {
    places(expr).into_iter().any(|p| p.root == place.root && p.steps.starts_with(&place.steps))
}

/// Whether the condition guards the path (`has`, `is`) and also tests it.
pub(crate) fn guarded(expr: &Expr, place: &Place) -> bool {
    let (mut guard, mut test) = (false, false);
    walk_guards(expr, place, &mut guard, &mut test);
    guard && test
}

fn walk_guards(expr: &Expr, place: &Place, guard: &mut bool, test: &mut bool) {
    match &expr.kind {
        ExprKind::Has(inner) | ExprKind::IsKind(inner, ..) if reads(inner, place) => *guard = true,
        ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => {
            for child in super::walk::children(expr) {
                walk_guards(child, place, guard, test);
            }
        }
        _ => *test |= reads(expr, place),
    }
}
