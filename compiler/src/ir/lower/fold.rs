//! Counts and sums over elements. In: domains and what to do with an element. Out: values that are missing unless every element has
//! its part.

use super::Lower;
use super::list::Domain;
use super::place::Binding;
use super::value::{Typed, whole};
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{Cond, Counted, Fold, FoldPart, Step, Value};
use crate::typed::{Const, Expr, Linear, VarId};
use policyc_grammar::source::Span;
use policyc_runtime::program::plan::{KIND_LIST, KIND_NUMBER};

impl<'a> Lower<'a, '_> {
    /// Number of elements.
    pub(super) fn count(&mut self, domain: &Domain<'a>) -> Result<Typed, EmitError> {
        if let Domain::List(list) = domain
            && list.skip.is_empty()
        {
            if list.list.never(KIND_LIST) {
                return Ok(Typed::MISSING);
            }
            let missing = !list.list.always(KIND_LIST);
            return Ok(Typed::computed(
                Value::Count(Box::new(list.list.value.clone())),
                KIND_NUMBER,
                missing,
            ));
        }
        if let Domain::Items(items) = domain
            && items.iter().all(|item| item.when == Cond::TRUE)
        {
            return Ok(Typed::constant(Const::Number(whole(items.len()))));
        }
        if let Domain::Concat(parts) = domain {
            let counts = parts.iter().map(|part| self.count(part)).collect::<Result<Vec<_>, _>>()?;
            let missing = counts.iter().any(|count| count.missing);
            if counts.iter().any(|count| count.value == Value::Missing) {
                return Ok(Typed::MISSING);
            }
            let mut constant = 0_i128;
            let mut terms = Vec::new();
            for count in counts {
                match count.value {
                    Value::Const(Const::Number(number)) => constant = constant.saturating_add(number),
                    value => terms.push((1, value)),
                }
            }
            return Ok(Typed::computed(Value::Linear(terms, constant), KIND_NUMBER, missing));
        }
        self.fold(domain, Span::default(), &mut |_, _| Ok(counted(Cond::TRUE, Cond::TRUE)))
    }

    /// `count(x in xs: p)`.
    pub(super) fn count_if(
        &mut self,
        var: VarId,
        list: &'a Expr,
        condition: &'a Expr,
    ) -> Result<Typed, EmitError> {
        let domain = self.domain(list)?;
        self.fold(&domain, list.span, &mut |lower, element| {
            lower.with(var, element.clone(), |lower| {
                let yes = lower.condition(condition, Polarity::True)?;
                let maybe = lower.condition(condition, Polarity::NotFalse)?;
                Ok(counted(yes, maybe))
            })
        })
    }

    /// `sum(x in xs: e)`.
    pub(super) fn sum(&mut self, var: VarId, list: &'a Expr, linear: &'a Linear) -> Result<Typed, EmitError> {
        let domain = self.domain(list)?;
        self.fold(&domain, list.span, &mut |lower, element| {
            lower.with(var, element.clone(), |lower| {
                let sum = lower.terms(&linear.terms, linear.constant)?;
                Ok(Step::Add(sum.terms, sum.constant))
            })
        })
    }

    fn fold(
        &mut self,
        domain: &Domain<'a>,
        span: Span,
        step: &mut dyn FnMut(&mut Self, &Binding<'a>) -> Result<Step, EmitError>,
    ) -> Result<Typed, EmitError> {
        let present = self.is_list(domain);
        if present == Cond::FALSE {
            return Ok(Typed::MISSING);
        }
        let mut parts = Vec::new();
        self.fold_parts(domain, span, step, &mut parts)?;
        Ok(Typed::computed(Value::Fold(Box::new(Fold { present, parts })), KIND_NUMBER, true))
    }

    fn fold_parts(
        &mut self,
        domain: &Domain<'a>,
        span: Span,
        step: &mut dyn FnMut(&mut Self, &Binding<'a>) -> Result<Step, EmitError>,
        parts: &mut Vec<FoldPart>,
    ) -> Result<(), EmitError> {
        match domain {
            Domain::List(elements) => {
                let list = elements.list.value.clone();
                if list != Value::Missing {
                    parts.push(self.in_loop(1, span, |lower, depth| {
                        let element = lower.element_in_loop(elements, depth);
                        let once = FoldPart::Once(step(lower, &element)?);
                        let body = match lower.is_included(elements, depth) {
                            Cond::Const(true) => vec![once],
                            included => vec![FoldPart::When(included, vec![once])],
                        };
                        Ok(FoldPart::Loop { depth, list, body })
                    })?);
                }
            }
            Domain::Items(items) => {
                for item in items {
                    let once = FoldPart::Once(step(self, &item.binding)?);
                    match &item.when {
                        Cond::Const(true) => parts.push(once),
                        when => parts.push(FoldPart::When(when.clone(), vec![once])),
                    }
                }
            }
            Domain::Concat(domains) => {
                for domain in domains {
                    self.fold_parts(domain, span, step, parts)?;
                }
            }
            Domain::Either { none, first, second } => {
                let (mut one, mut other) = (Vec::new(), Vec::new());
                self.fold_parts(first, span, step, &mut one)?;
                self.fold_parts(second, span, step, &mut other)?;
                // Over what is no list a loop does nothing, so only the second needs its condition.
                parts.extend(one);
                if !other.is_empty() {
                    parts.push(FoldPart::When(none.clone(), other));
                }
            }
            Domain::Only(_, inner) => self.fold_parts(inner, span, step, parts)?,
        }
        Ok(())
    }
}

fn counted(yes: Cond, maybe: Cond) -> Step {
    Step::Count(Box::new(Counted { yes, maybe }))
}
