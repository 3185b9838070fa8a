//! Quantifiers (semantics.md section 0): Kleene over the elements, unknown over what is no list. In: a domain and a condition on its
//! elements. Out: conditions over each part of the domain in turn.
//!
//! Everything is `any`: `all x: p` is the negation of `any x: not p`, and two-valued negation is exact.

use super::Lower;
use super::list::{Domain, Elements};
use super::place::Binding;
use crate::ir::cond::Polarity;
use crate::ir::error::{EmitError, EmitErrorKind};
use crate::ir::{At, Cond, TestKind, Value};
use crate::typed::{Expr, VarId};
use policyc_grammar::source::Span;
use policyc_runtime::program::instr::Compare;

/// What is asked of the elements.
pub(super) trait Body<'a> {
    /// The condition on one element: that it is true (or, for the other polarity, not false).
    fn element(
        &mut self,
        lower: &mut Lower<'a, '_>,
        element: &Binding<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError>;

    /// One test that says it of a whole list: true, or unknown over what is no list.
    fn whole(&mut self, lower: &mut Lower<'a, '_>, list: &Elements<'a>, polarity: Polarity) -> Option<Cond>;
}

/// A variable and a condition on it, possibly negated.
#[derive(Debug)]
struct Quantified<'a> {
    var: VarId,
    condition: &'a Expr,
    negated: bool,
}

impl<'a> Body<'a> for Quantified<'a> {
    fn element(
        &mut self,
        lower: &mut Lower<'a, '_>,
        element: &Binding<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        lower.with(self.var, element.clone(), |lower| {
            if self.negated {
                Ok(lower.condition(self.condition, polarity.flipped())?.negated())
            } else {
                lower.condition(self.condition, polarity)
            }
        })
    }

    fn whole(&mut self, _: &mut Lower<'a, '_>, _: &Elements<'a>, _: Polarity) -> Option<Cond> {
        None
    }
}

/// The parts of a quantifier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quantifier<'a> {
    /// `all` rather than `any`.
    pub(super) all: bool,
    /// Bound variable.
    pub(super) var: VarId,
    /// A list.
    pub(super) domain: &'a Expr,
    /// The second variable and list of a `zip`.
    pub(super) zip: Option<(VarId, &'a Expr)>,
    /// The condition.
    pub(super) body: &'a Expr,
}

impl<'a> Lower<'a, '_> {
    /// A quantifier.
    pub(super) fn quantifier(
        &mut self,
        quantifier: Quantifier<'a>,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        let Quantifier { all, var, domain, zip, body } = quantifier;
        let inner = if all { polarity.flipped() } else { polarity };
        let domain = self.domain(domain)?;
        let mut quantified = Quantified { var, condition: body, negated: all };
        let any = match zip {
            None => self.any(&domain, &mut quantified, inner, span)?,
            Some((second, other)) => {
                let other = self.domain(other)?;
                let zipped = Zipped { first: var, second, condition: body, negated: all, span };
                self.zip(&domain, &other, &zipped, inner)?
            }
        };
        Ok(if all { any.negated() } else { any })
    }

    /// Some element satisfies the body.
    pub(super) fn any(
        &mut self,
        domain: &Domain<'a>,
        body: &mut dyn Body<'a>,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        match polarity {
            Polarity::True => {
                let present = self.is_list_if_it_matters(domain);
                Ok(Cond::all([present, self.any_true(domain, body, span)?]))
            }
            Polarity::NotFalse => self.any_not_false(domain, body, span),
        }
    }

    /// Some element satisfies the body for certain, whether the whole is a list or not.
    fn any_true(
        &mut self,
        domain: &Domain<'a>,
        body: &mut dyn Body<'a>,
        span: Span,
    ) -> Result<Cond, EmitError> {
        Ok(match domain {
            Domain::List(list) => match body.whole(self, list, Polarity::True) {
                Some(test) => test,
                None => self.over(list, body, Polarity::True, span)?,
            },
            Domain::Items(_) => self.items(domain, body, Polarity::True)?,
            Domain::Concat(parts) => Cond::any(
                parts.iter().map(|part| self.any_true(part, body, span)).collect::<Result<Vec<_>, _>>()?,
            ),
            Domain::Either { none, first, second } => {
                let one = self.any_true(first, body, span)?;
                let other = self.any_true(second, body, span)?;
                Cond::any([one, Cond::all([none.clone(), other])])
            }
            Domain::Only(condition, inner) => {
                Cond::all([condition.clone(), self.any_true(inner, body, span)?])
            }
        })
    }

    /// Some element may satisfy the body, or it is no list.
    fn any_not_false(
        &mut self,
        domain: &Domain<'a>,
        body: &mut dyn Body<'a>,
        span: Span,
    ) -> Result<Cond, EmitError> {
        Ok(match domain {
            Domain::List(list) => {
                let is_list = self.holds_list(&list.list);
                let some = self.in_list_not_false(list, body, span)?;
                // A test of a whole list is unknown of what is none.
                if matches!(some, Cond::Test(_)) { some } else { Cond::any([is_list.negated(), some]) }
            }
            Domain::Items(_) => self.items(domain, body, Polarity::NotFalse)?,
            Domain::Concat(parts) => Cond::any(
                parts
                    .iter()
                    .map(|part| self.any_not_false(part, body, span))
                    .collect::<Result<Vec<_>, _>>()?,
            ),
            Domain::Either { none, first, second } => {
                let one = match first.as_ref() {
                    // What is there is a list.
                    Domain::List(list) if self.holds_list(&list.list).negated() == *none => {
                        self.in_list_not_false(list, body, span)?
                    }
                    _ => self.any_not_false(first, body, span)?,
                };
                let other = self.any_not_false(second, body, span)?;
                Cond::any([Cond::all([none.clone().negated(), one]), Cond::all([none.clone(), other])])
            }
            Domain::Only(condition, inner) => {
                Cond::any([condition.clone().negated(), self.any_not_false(inner, body, span)?])
            }
        })
    }

    /// Some element of a list may satisfy the body.
    fn in_list_not_false(
        &mut self,
        list: &Elements<'a>,
        body: &mut dyn Body<'a>,
        span: Span,
    ) -> Result<Cond, EmitError> {
        match body.whole(self, list, Polarity::NotFalse) {
            Some(test) => Ok(test),
            None => self.over(list, body, Polarity::NotFalse, span),
        }
    }

    /// A loop over a list at run time.
    fn over(
        &mut self,
        list: &Elements<'a>,
        body: &mut dyn Body<'a>,
        polarity: Polarity,
        span: Span,
    ) -> Result<Cond, EmitError> {
        self.in_loop(1, span, |lower, depth| {
            let element = lower.element_in_loop(list, depth);
            let condition = body.element(lower, &element, polarity)?;
            let condition = Cond::all([lower.is_included(list, depth), condition]);
            Ok(Cond::some(depth, list.list.value.clone(), None, condition, At(span)))
        })
    }

    fn items(
        &mut self,
        domain: &Domain<'a>,
        body: &mut dyn Body<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        let Domain::Items(items) = domain else { return Ok(Cond::FALSE) };
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            let condition = body.element(self, &item.binding, polarity)?;
            parts.push(Cond::all([item.when.clone(), condition]));
        }
        Ok(Cond::any(parts))
    }

    /// Some pair satisfies the condition; unknown unless both are lists of one length.
    fn zip(
        &mut self,
        one: &Domain<'a>,
        other: &Domain<'a>,
        body: &Zipped<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        match (one, other) {
            (Domain::Either { none, first, second }, _) => {
                let (yes, no) =
                    (self.zip(second, other, body, polarity)?, self.zip(first, other, body, polarity)?);
                Ok(if_else(none, yes, no))
            }
            (_, Domain::Either { none, first, second }) => {
                let (yes, no) =
                    (self.zip(one, second, body, polarity)?, self.zip(one, first, body, polarity)?);
                Ok(if_else(none, yes, no))
            }
            (Domain::Only(condition, inner), _) => {
                Ok(if_else(condition, self.zip(inner, other, body, polarity)?, polarity.unknown()))
            }
            (_, Domain::Only(condition, inner)) => {
                Ok(if_else(condition, self.zip(one, inner, body, polarity)?, polarity.unknown()))
            }
            (Domain::List(one), Domain::List(other)) => self.zip_lists(one, other, body, polarity),
            (Domain::List(list), Domain::Items(items)) if items.is_empty() => self.zip_empty(list, polarity),
            (Domain::Items(items), Domain::List(list)) if items.is_empty() => self.zip_empty(list, polarity),
            (Domain::Items(ones), Domain::Items(others)) => {
                if ones.len() != others.len() {
                    return Ok(polarity.unknown());
                }
                let pairs = ones.iter().zip(others);
                let pairs = pairs.map(|(one, other)| body.pair(self, &one.binding, &other.binding, polarity));
                Ok(Cond::any(pairs.collect::<Result<Vec<_>, _>>()?))
            }
            (Domain::Concat(_) | Domain::Items(_), _) | (_, Domain::Concat(_) | Domain::Items(_)) => {
                Err(self.error(EmitErrorKind::ZipOperand, body.span))
            }
        }
    }

    fn zip_lists(
        &mut self,
        one: &Elements<'a>,
        other: &Elements<'a>,
        body: &Zipped<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        let certain = self.holds_list(&one.list) == Cond::TRUE && self.holds_list(&other.list) == Cond::TRUE;
        let (first, second) = (one.list.value.clone(), other.list.value.clone());
        let lengths = TestKind::SameLength(first.clone(), second.clone());
        let same = Cond::test(lengths, Polarity::True, certain, At(body.span));
        let some = self.in_loop(2, body.span, |lower, depth| {
            let pair =
                (lower.element_in_loop(one, depth), lower.element_in_loop(other, depth.saturating_add(1)));
            let condition = body.pair(lower, &pair.0, &pair.1, polarity)?;
            Ok(Cond::some(depth, first, Some(second), condition, At(body.span)))
        })?;
        Ok(if_else(&same, some, polarity.unknown()))
    }

    /// Against the empty list: no pair, or of another length.
    fn zip_empty(&mut self, list: &Elements<'a>, polarity: Polarity) -> Result<Cond, EmitError> {
        let is_list = self.holds_list(&list.list);
        let count = super::value::Typed::computed(
            Value::Count(Box::new(list.list.value.clone())),
            policyc_runtime::program::plan::KIND_NUMBER,
            is_list != Cond::TRUE,
        );
        let empty = self.compare_number(&count, Compare::Eq, 0, Polarity::True, At::default());
        Ok(if_else(&empty, Cond::FALSE, polarity.unknown()))
    }
}

/// A condition on pairs.
#[derive(Debug)]
struct Zipped<'a> {
    first: VarId,
    second: VarId,
    condition: &'a Expr,
    negated: bool,
    span: Span,
}

impl<'a> Zipped<'a> {
    fn pair(
        &self,
        lower: &mut Lower<'a, '_>,
        one: &Binding<'a>,
        other: &Binding<'a>,
        polarity: Polarity,
    ) -> Result<Cond, EmitError> {
        lower.with(self.first, one.clone(), |lower| {
            let mut body = Quantified { var: self.second, condition: self.condition, negated: self.negated };
            body.element(lower, other, polarity)
        })
    }
}

/// The second where the first holds, else the third.
pub(super) fn if_else(condition: &Cond, yes: Cond, no: Cond) -> Cond {
    if yes == no {
        return yes;
    }
    Cond::any([Cond::all([condition.clone(), yes]), Cond::all([condition.clone().negated(), no])])
}
