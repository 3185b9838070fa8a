//! Set operations on numbers and strings. In: the constraints of two types. Out: those of their union or intersection, and
//! whether a union is exact.

use crate::ty::{Alphabet, BoolTy, Bound, NumberTy, StringRole, StringTy};
use policyc_runtime::number::Decimal;
use std::cmp::Ordering;
use std::sync::Arc;

pub(super) fn union_booleans(a: &BoolTy, b: &BoolTy) -> BoolTy {
    BoolTy { only: if a.only == b.only { a.only } else { None } }
}

pub(super) fn intersect_booleans(a: &BoolTy, b: &BoolTy) -> Option<BoolTy> {
    match (a.only, b.only) {
        (Some(x), Some(y)) if x != y => None,
        (x, y) => Some(BoolTy { only: x.or(y) }),
    }
}

/// The union, and whether it is exact.
pub(super) fn union_numbers(a: &NumberTy, b: &NumberTy) -> (NumberTy, bool) {
    if let (Some(x), Some(y)) = (&a.one_of, &b.one_of) {
        let mut values: Vec<Decimal> =
            x.iter().chain(y).copied().filter(|v| fits(*v, a) || fits(*v, b)).collect();
        values.sort_unstable();
        values.dedup();
        let integer = values.iter().all(|value| value.is_integer());
        return (NumberTy { integer, one_of: Some(values), ..NumberTy::default() }, true);
    }
    if includes_numbers(a, b) {
        return (a.clone(), true);
    }
    if includes_numbers(b, a) {
        return (b.clone(), true);
    }
    let (a, b) = (without_values(a), without_values(b));
    let hull = NumberTy {
        integer: a.integer && b.integer,
        min: looser(a.min, b.min, Ordering::Less),
        max: looser(a.max, b.max, Ordering::Greater),
        multiple_of: match (a.multiple_of, b.multiple_of) {
            (Some(x), Some(y)) if x.is_multiple_of(y) => Some(y),
            (Some(x), Some(y)) if y.is_multiple_of(x) => Some(x),
            _ => None,
        },
        one_of: None,
    };
    (hull, false)
}

/// The intersection (`None` if it is empty), and whether it is exact.
pub(super) fn intersect_numbers(a: &NumberTy, b: &NumberTy) -> (Option<NumberTy>, bool) {
    let (multiple_of, exact) = match (a.multiple_of, b.multiple_of) {
        (Some(x), Some(y)) => match common_multiple(x, y) {
            Some(multiple) => (Some(multiple), true),
            None => (Some(x), false),
        },
        (x, y) => (x.or(y), true),
    };
    let mut out = NumberTy {
        integer: a.integer || b.integer,
        min: tighter(a.min, b.min, Ordering::Greater),
        max: tighter(a.max, b.max, Ordering::Less),
        multiple_of,
        one_of: None,
    };
    if let Some(values) = a.one_of.as_ref().or(b.one_of.as_ref()) {
        let values: Vec<Decimal> = values.iter().copied().filter(|v| fits(*v, a) && fits(*v, b)).collect();
        if values.is_empty() {
            return (None, true);
        }
        out = NumberTy {
            integer: values.iter().all(|v| v.is_integer()),
            one_of: Some(values),
            ..NumberTy::default()
        };
        return (Some(out), true);
    }
    let empty = matches!((out.min, out.max), (Some(min), Some(max))
        if min.value > max.value || (min.value == max.value && (min.exclusive || max.exclusive)));
    ((!empty).then_some(out), exact)
}

/// `value` satisfies every constraint of `ty`.
pub(in crate::schema) fn fits(value: Decimal, ty: &NumberTy) -> bool {
    let above = ty.min.is_none_or(|min| value > min.value || (value == min.value && !min.exclusive));
    let below = ty.max.is_none_or(|max| value < max.value || (value == max.value && !max.exclusive));
    above
        && below
        && (!ty.integer || value.is_integer())
        && ty.multiple_of.is_none_or(|divisor| value.is_multiple_of(divisor))
        && ty.one_of.as_ref().is_none_or(|values| values.contains(&value))
}

/// Every member of `inner` is plainly a member of `outer`.
fn includes_numbers(outer: &NumberTy, inner: &NumberTy) -> bool {
    if let Some(values) = &inner.one_of {
        return values.iter().all(|value| fits(*value, outer) || !fits(*value, inner));
    }
    let integer = inner.integer || inner.multiple_of.is_some_and(Decimal::is_integer);
    outer.one_of.is_none()
        && (!outer.integer || integer)
        && looser(outer.min, inner.min, Ordering::Less) == outer.min
        && looser(outer.max, inner.max, Ordering::Greater) == outer.max
        && outer.multiple_of.is_none_or(|divisor| {
            inner.multiple_of.is_some_and(|multiple| multiple.is_multiple_of(divisor))
                || (inner.integer && Decimal::ONE.is_multiple_of(divisor))
        })
}

/// The range that enumerated values span, in place of the values.
fn without_values(ty: &NumberTy) -> NumberTy {
    let Some(values) = &ty.one_of else { return ty.clone() };
    let bound = |value: Option<&Decimal>| value.map(|value| Bound { value: *value, exclusive: false });
    NumberTy {
        integer: values.iter().all(|value| value.is_integer()),
        min: bound(values.iter().min()),
        max: bound(values.iter().max()),
        ..NumberTy::default()
    }
}

/// The bound that admits more; `side` is how it compares with the other (`Less` for minima).
fn looser(a: Option<Bound>, b: Option<Bound>, side: Ordering) -> Option<Bound> {
    let (a, b) = (a?, b?);
    Some(if a.value == b.value {
        Bound { value: a.value, exclusive: a.exclusive && b.exclusive }
    } else if a.value.cmp(&b.value) == side {
        a
    } else {
        b
    })
}

/// The bound that admits less; `side` is how it compares with the other (`Greater` for minima).
pub(in crate::schema) fn tighter(a: Option<Bound>, b: Option<Bound>, side: Ordering) -> Option<Bound> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.value == b.value {
            Bound { value: a.value, exclusive: a.exclusive || b.exclusive }
        } else if a.value.cmp(&b.value) == side {
            a
        } else {
            b
        }),
        (a, b) => a.or(b),
    }
}

/// The least common multiple of two divisors above zero; `None` out of range.
fn common_multiple(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (mut x, mut y) = (a.units(), b.units());
    while y != 0 {
        (x, y) = (y, x.checked_rem(y)?);
    }
    Decimal::from_units(a.units().checked_div(x)?.checked_mul(b.units())?)
}

/// The union of strings, and whether it is exact.
pub(super) fn union_strings(parts: &[StringTy]) -> (StringTy, bool) {
    if let Some(widest) = parts.iter().find(|outer| parts.iter().all(|inner| includes_strings(outer, inner)))
    {
        return (StringTy { format: common_format(parts), ..widest.clone() }, true);
    }
    let plain =
        |part: &StringTy| part.patterns.is_empty() && part.min_length.is_none() && part.max_length.is_none();
    let values: Option<Vec<&Vec<Arc<str>>>> =
        parts.iter().map(|part| part.one_of.as_ref().filter(|_| plain(part))).collect();
    if let Some(values) = values {
        let mut values: Vec<Arc<str>> = values.into_iter().flatten().cloned().collect();
        values.sort_unstable();
        values.dedup();
        return (
            StringTy { one_of: Some(values), format: common_format(parts), ..StringTy::default() },
            true,
        );
    }
    let hulls: Vec<StringTy> = parts.iter().map(without_texts).collect();
    let mut patterns = hulls.first().map(|first| first.patterns.clone()).unwrap_or_default();
    patterns.retain(|pattern| hulls.iter().all(|hull| hull.patterns.contains(pattern)));
    let hull = StringTy {
        one_of: None,
        min_length: hulls.iter().map(|hull| hull.min_length).min().flatten(),
        max_length: hulls
            .iter()
            .map(|hull| hull.max_length)
            .collect::<Option<Vec<u32>>>()
            .and_then(|all| all.into_iter().max()),
        patterns,
        format: common_format(parts),
        role: match parts {
            [first, rest @ ..] if rest.iter().all(|part| part.role == first.role) => first.role,
            _ => StringRole::Text,
        },
        alphabet: Alphabet::ALL,
    };
    (hull, false)
}

/// The intersection; `None` if it is empty.
pub(super) fn intersect_strings(a: &StringTy, b: &StringTy) -> Option<StringTy> {
    let mut patterns: Vec<Arc<str>> = a.patterns.iter().chain(&b.patterns).cloned().collect();
    patterns.sort_unstable();
    patterns.dedup();
    let mut out = StringTy {
        one_of: None,
        min_length: a.min_length.max(b.min_length),
        max_length: match (a.max_length, b.max_length) {
            (Some(x), Some(y)) => Some(x.min(y)),
            (x, y) => x.or(y),
        },
        patterns,
        format: a.format.clone().or_else(|| b.format.clone()),
        role: if a.role == StringRole::Text { b.role } else { a.role },
        alphabet: Alphabet::ALL,
    };
    if let Some(values) = a.one_of.as_ref().or(b.one_of.as_ref()) {
        let values: Vec<Arc<str>> = values
            .iter()
            .filter(|v| length_and_values_fit(v, a) && length_and_values_fit(v, b))
            .cloned()
            .collect();
        if values.is_empty() {
            return None;
        }
        out = StringTy { one_of: Some(values), min_length: None, max_length: None, ..out };
    }
    let empty = matches!((out.min_length, out.max_length), (Some(min), Some(max)) if min > max);
    (!empty).then_some(out)
}

/// `text` satisfies every constraint but the patterns.
pub(in crate::schema) fn length_and_values_fit(text: &str, ty: &StringTy) -> bool {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    ty.min_length.is_none_or(|min| length >= min)
        && ty.max_length.is_none_or(|max| length <= max)
        && ty
            .one_of
            .as_ref()
            .is_none_or(|values| values.binary_search_by(|value| (**value).cmp(text)).is_ok())
}

/// Every member of `inner` is plainly a member of `outer`; formats do not count.
fn includes_strings(outer: &StringTy, inner: &StringTy) -> bool {
    if outer.role != inner.role {
        return false;
    }
    let patterns = outer.patterns.iter().all(|pattern| inner.patterns.contains(pattern));
    if let Some(values) = &inner.one_of {
        return patterns && values.iter().all(|value| length_and_values_fit(value, outer));
    }
    patterns
        && outer.one_of.is_none()
        && outer.min_length.is_none_or(|min| min == 0 || inner.min_length.is_some_and(|inner| inner >= min))
        && outer.max_length.is_none_or(|max| inner.max_length.is_some_and(|inner| inner <= max))
}

/// The lengths that enumerated texts span, in place of the texts.
fn without_texts(ty: &StringTy) -> StringTy {
    let Some(values) = &ty.one_of else { return ty.clone() };
    let lengths = || values.iter().map(|value| u32::try_from(value.chars().count()).unwrap_or(u32::MAX));
    StringTy { one_of: None, min_length: lengths().min(), max_length: lengths().max(), ..ty.clone() }
}

fn common_format(parts: &[StringTy]) -> Option<Arc<str>> {
    let first = parts.first()?.format.as_ref()?;
    parts.iter().all(|part| part.format.as_ref() == Some(first)).then(|| first.clone())
}
