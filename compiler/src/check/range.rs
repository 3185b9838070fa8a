//! Ranges of numbers: what a schema's bounds say of an argument, of a count, of a sum of both. In: types and constants. Out: [`Range`], and
//! whether any member of one satisfies a comparison.

use crate::ty::{Bound, NumberTy};
use policyc_runtime::number::{Decimal, SCALE};
use policyc_runtime::program::instr::Compare;

/// One end of a range, in units of 10⁻⁹.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    value: i128,
    /// The value itself is not a member.
    open: bool,
}

/// All numbers between two ends; an end that is absent is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Range {
    low: Option<End>,
    high: Option<End>,
}

impl Range {
    /// A number and nothing else.
    pub(crate) fn point(units: i128) -> Self {
        let end = Some(End { value: units, open: false });
        Self { low: end, high: end }
    }

    /// What a type admits.
    pub(crate) fn of(ty: &NumberTy) -> Self {
        let end = |bound: Bound| End { value: bound.value.units(), open: bound.exclusive };
        let listed = |pick: fn(&[Decimal]) -> Option<Decimal>| {
            let value = pick(ty.one_of.as_deref()?)?.units();
            Some(End { value, open: false })
        };
        Self {
            low: listed(|all| all.iter().copied().min()).or(ty.min.map(end)),
            high: listed(|all| all.iter().copied().max()).or(ty.max.map(end)),
        }
    }

    /// Sums of a member of each.
    pub(crate) fn plus(self, other: Self) -> Self {
        let add = |a: Option<End>, b: Option<End>| {
            let (a, b) = (a?, b?);
            Some(End { value: a.value.checked_add(b.value)?, open: a.open || b.open })
        };
        Self { low: add(self.low, other.low), high: add(self.high, other.high) }
    }

    /// Members times a factor in units of 10⁻⁹.
    pub(crate) fn times(self, factor: i128) -> Self {
        let scale = |end: Option<End>| {
            let end = end?;
            let product = end.value.checked_mul(factor)?;
            (product % SCALE == 0).then_some(End { value: product / SCALE, open: end.open })
        };
        let (low, high) = (scale(self.low), scale(self.high));
        if factor < 0 { Self { low: high, high: low } } else { Self { low, high } }
    }

    /// The smallest range that holds both.
    pub(crate) fn hull(self, other: Self) -> Self {
        let outer = |a: Option<End>, b: Option<End>, lower: bool| {
            let (a, b) = (a?, b?);
            let first = if a.value == b.value { !a.open } else { (a.value < b.value) == lower };
            Some(if first { a } else { b })
        };
        Self { low: outer(self.low, other.low, true), high: outer(self.high, other.high, false) }
    }

    /// As bounds of a type.
    pub(crate) fn bounds(self) -> (Option<Bound>, Option<Bound>) {
        let bound = |end: Option<End>| {
            let end = end?;
            Some(Bound { value: Decimal::from_units(end.value)?, exclusive: end.open })
        };
        (bound(self.low), bound(self.high))
    }

    /// No member satisfies `member op constant`.
    pub(crate) fn never(self, op: Compare, constant: i128) -> bool {
        let above = self.high.is_some_and(|end| constant > end.value || (constant == end.value && end.open));
        let below = self.low.is_some_and(|end| constant < end.value || (constant == end.value && end.open));
        let only = |end: Option<End>| end.is_some_and(|end| end.value == constant);
        match op {
            Compare::Eq => above || below,
            Compare::Lt => self.low.is_some_and(|end| constant <= end.value),
            Compare::Le => below,
            Compare::Gt => self.high.is_some_and(|end| constant >= end.value),
            Compare::Ge => above,
            Compare::Ne => only(self.low) && only(self.high),
        }
    }

    /// `at least 1 and at most 100`.
    pub(crate) fn words(self) -> String {
        let (low, high) = self.bounds();
        let part = |bound: Option<Bound>, words: [&str; 2]| {
            let bound = bound?;
            Some(format!("{} {}", if bound.exclusive { words[0] } else { words[1] }, bound.value))
        };
        let parts = [part(low, ["more than", "at least"]), part(high, ["less than", "at most"])];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: i128, high: i128) -> Range {
        Range {
            low: Some(End { value: low * SCALE, open: false }),
            high: Some(End { value: high * SCALE, open: true }),
        }
    }

    #[test]
    fn open_ends_are_no_members() {
        let half = range(0, 10);
        assert!(half.never(Compare::Eq, 10 * SCALE));
        assert!(half.never(Compare::Ge, 10 * SCALE));
        assert!(!half.never(Compare::Ge, 9 * SCALE));
        assert!(!half.never(Compare::Le, 0));
        assert!(half.never(Compare::Lt, 0));
        assert!(Range::point(SCALE).never(Compare::Ne, SCALE));
        assert_eq!(half.words(), "at least 0 and less than 10");
    }

    #[test]
    fn sums_and_multiples_keep_their_ends() {
        let sum = range(1, 10).plus(Range::point(5 * SCALE)).times(-2 * SCALE);
        assert_eq!(sum.words(), "more than -30 and at most -12");
        assert_eq!(range(1, 10).hull(range(3, 12)), range(1, 12));
        assert_eq!(range(1, 10).plus(Range::default()), Range::default());
    }

    #[test]
    fn what_leaves_the_range_of_numbers_is_not_known() {
        assert_eq!(Range::point(i128::MAX).plus(Range::point(1)), Range::default());
    }
}
