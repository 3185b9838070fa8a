//! `x in list` and `subset(a, b)`. In: domains. Out: one test per list where a test of the instruction set says it, loops elsewhere.

use super::Lower;
use super::list::{Domain, Elements};
use super::place::{Binding, Spot};
use super::quantifier::Body;
use super::value::Typed;
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind, views};
use crate::typed::{Const, Expr};
use policyc_grammar::source::Span;
use policyc_runtime::program::plan::{KIND_BOOL, KIND_LIST, KIND_NUMBER, KIND_STRING};
use std::sync::Arc;

/// Kinds that can be compared for equality.
pub(super) const SCALAR: u8 = KIND_BOOL | KIND_NUMBER | KIND_STRING;

/// Some element equals the needle.
#[derive(Debug)]
struct Has<'t> {
    needle: &'t Typed,
    at: At,
}

impl<'a> Body<'a> for Has<'_> {
    fn element(
        &mut self,
        lower: &mut Lower<'a, '_>,
        element: &Binding<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        let element = lower.bound_value(element)?;
        Ok(lower.equal(&element, self.needle, polarity, self.at))
    }

    fn whole(&mut self, lower: &mut Lower<'a, '_>, list: &Elements<'a>, polarity: Polarity) -> Option<Cond> {
        if !list.at_start {
            return None;
        }
        lower.wants_elements(list);
        let haystack = list.list.value.clone();
        let kind = match self.needle.known() {
            Some(Const::Text(text)) => TestKind::ListHasText(haystack, text.clone()),
            Some(Const::Number(number)) => TestKind::ListHasNumber(haystack, *number),
            Some(Const::Bool(_)) | None => TestKind::ListHas(haystack, self.needle.value.clone()),
        };
        let certain = list.list.always(KIND_LIST)
            && list.element_kinds().is_some_and(|kinds| is_one_scalar(kinds) && self.needle.always(kinds));
        Some(Cond::test(kind, polarity, certain, self.at))
    }
}

/// Some element is not among those of the other list.
#[derive(Debug)]
struct Outside<'a, 't> {
    within: &'t Domain<'a>,
    texts: Option<Vec<Arc<str>>>,
    span: Span,
}

impl<'a> Body<'a> for Outside<'a, '_> {
    fn element(
        &mut self,
        lower: &mut Lower<'a, '_>,
        element: &Binding<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        let element = lower.bound_value(element)?;
        Ok(lower.in_domain(&element, self.within, polarity.flipped(), self.span)?.negated())
    }

    fn whole(&mut self, lower: &mut Lower<'a, '_>, list: &Elements<'a>, polarity: Polarity) -> Option<Cond> {
        if !list.at_start {
            return None;
        }
        let part = list.list.value.clone();
        let kind = match (&self.texts, self.within) {
            (Some(texts), _) => TestKind::SubsetTexts(part, texts.clone()),
            (None, Domain::List(whole)) if whole.at_start => {
                lower.wants_elements(whole);
                TestKind::Subset(part, whole.list.value.clone())
            }
            (None, _) => return None,
        };
        lower.wants_elements(list);
        let is_list = list.list.always(KIND_LIST);
        let certain = self.texts.is_some()
            && is_list
            && list.element_kinds().is_some_and(|kinds| kinds & !KIND_STRING == 0);
        Some(Cond::test(kind, polarity.flipped(), certain, At(self.span)).negated())
    }
}

impl<'a> Lower<'a, '_> {
    /// `x in list`.
    pub(super) fn in_list(
        &mut self,
        needle: &'a Expr,
        list: &'a Expr,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        let needle = self.unshifted(needle)?;
        let domain = self.domain(list)?;
        if let Some(constants) = self.constants(&domain)?
            && let Some(test) = self.in_constants(&needle, &constants, polarity, At(span))
        {
            return Ok(test);
        }
        self.bound(needle, |lower, needle| lower.in_domain(needle, &domain, polarity, span))
    }

    /// The scalar equals an element; unknown if it is no scalar, whatever the list holds.
    fn in_domain(
        &mut self,
        needle: &Typed,
        domain: &Domain<'a>,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        if needle.never(SCALAR) {
            return Ok(polarity.unknown());
        }
        if let Some(constants) = self.constants(domain)?
            && let Some(test) = self.in_constants(needle, &constants, polarity, At(span))
        {
            return Ok(test);
        }
        let any = self.any(domain, &mut Has { needle, at: At(span) }, polarity, span)?;
        match polarity {
            // Nothing equals what is not there.
            Polarity::True => Ok(any),
            Polarity::NotFalse => {
                let is_scalar = self.is_scalar(needle);
                Ok(Cond::any([is_scalar.negated(), any]))
            }
        }
    }

    fn is_scalar(&self, value: &Typed) -> Cond {
        if value.always(SCALAR) {
            return Cond::TRUE;
        }
        Cond::sure(TestKind::IsKind(value.value.clone(), u32::from(SCALAR)), At::default())
    }

    /// Every element of the first list equals one of the second.
    pub(super) fn subset(
        &mut self,
        part: &'a Expr,
        whole: &'a Expr,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        let part = self.domain(part)?;
        let within = self.domain(whole)?;
        let texts = self.constants(&within)?.and_then(|constants| sorted_texts(&constants));
        let mut outside = Outside { within: &within, texts, span };
        let any = self.any(&part, &mut outside, polarity.flipped(), span)?.negated();
        // Where the second is no list, an empty first one must not make it true.
        Ok(match polarity {
            Polarity::True => Cond::all([self.is_list(&within), any]),
            Polarity::NotFalse => Cond::any([self.is_list(&within).negated(), any]),
        })
    }
}

/// The texts, sorted, if all constants are text.
pub(super) fn sorted_texts(constants: &[Const]) -> Option<Vec<Arc<str>>> {
    let mut texts = constants
        .iter()
        .map(|constant| match constant {
            Const::Text(text) => Some(text.clone()),
            Const::Bool(_) | Const::Number(_) => None,
        })
        .collect::<Option<Vec<_>>>()?;
    texts.sort();
    texts.dedup();
    Some(texts)
}

/// Exactly one scalar kind.
pub(super) const fn is_one_scalar(kinds: u8) -> bool {
    kinds & !SCALAR == 0 && kinds.count_ones() == 1
}

impl Elements<'_> {
    /// Kinds of the elements, where they are known.
    fn element_kinds(&self) -> Option<u8> {
        match self.element {
            Spot::Captured(_, shape) => Some(shape.kinds()),
            Spot::Fixed(_, ty) => Some(views::kinds(ty)),
            Spot::Record(_) | Spot::Never => None,
        }
    }
}
