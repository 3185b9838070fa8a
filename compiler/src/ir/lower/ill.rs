//! What `??` must not cover (semantics.md section 0): `x ?? d` is d where x is absent, null or not parsed, never where it is of
//! another type. In: the first operand. Out: the condition that it has no value for that other reason.
//!
//! Such is a step into what has no keys, a view or function of what is of another kind, and a count or sum over a list that is
//! there of which an element has no value. Where types rule that out the condition folds to never.

use super::Lower;
use super::list::Domain;
use super::value::Typed;
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind, Value};
use crate::typed::{Expr, ExprKind, Linear};
use policyc_runtime::program::plan::{KIND_ANY, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING};

impl<'a> Lower<'a, '_> {
    /// The expression has no value although what it reads is there.
    pub(super) fn ill(&mut self, expr: &'a Expr) -> Result<Cond, EmitError> {
        self.step(expr.span)?;
        Ok(match &expr.kind {
            ExprKind::Place(place) => {
                let bound = match self.substitute(place) {
                    Some(bound) => self.ill(bound)?,
                    None => Cond::FALSE,
                };
                let cut_off = match self.locate(expr)? {
                    Some(at) => self.is_cut_off(&at),
                    None => Cond::FALSE,
                };
                Cond::any([bound, cut_off])
            }
            ExprKind::Member(base, _) => {
                let above = self.ill(base)?;
                let cut_off = match self.locate(expr)? {
                    Some(at) => self.is_cut_off(&at),
                    None => Cond::FALSE,
                };
                Cond::any([above, cut_off])
            }
            ExprKind::View(view) => self.ill_operand(&view.subject, KIND_STRING)?,
            ExprKind::Length(text) | ExprKind::Lower(text) | ExprKind::Table(_, text) => {
                self.ill_operand(text, KIND_STRING)?
            }
            ExprKind::Civil(_, time, _) => self.ill_operand(time, KIND_NUMBER)?,
            ExprKind::MapGet(map, key) => {
                Cond::any([self.ill_operand(map, KIND_OBJECT)?, self.ill_operand(key, KIND_STRING)?])
            }
            ExprKind::Keys(map) | ExprKind::Values(map) => self.ill_operand(map, KIND_OBJECT)?,
            ExprKind::Linear(linear) => self.ill_sum(linear)?,
            ExprKind::Count(list) | ExprKind::First(list) | ExprKind::Last(list) => self.ill_list(list)?,
            ExprKind::CountIf(_, list, _) | ExprKind::Sum(_, list, _) => {
                let domain = self.domain(list)?;
                let present = self.is_list(&domain);
                let value = self.value(expr)?;
                let incomplete = Cond::all([present, self.has(&value, At(expr.span)).negated()]);
                Cond::any([self.ill_list(list)?, incomplete])
            }
            ExprKind::Coalesce(first, second) => {
                let value = self.value(first)?;
                let none = self.has(&value, At(first.span)).negated();
                Cond::any([self.ill(first)?, Cond::all([none, self.ill(second)?])])
            }
            ExprKind::Concat(parts) => {
                Cond::any(parts.iter().map(|part| self.ill_list(part)).collect::<Result<Vec<_>, _>>()?)
            }
            ExprKind::Const(_) | ExprKind::Now | ExprKind::List(_) | ExprKind::Fact(..) => Cond::FALSE,
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Has(_)
            | ExprKind::IsNull(_)
            | ExprKind::IsKind(..)
            | ExprKind::IsTrue(_)
            | ExprKind::Equal(..)
            | ExprKind::Compare(_)
            | ExprKind::InConsts(..)
            | ExprKind::InList(..)
            | ExprKind::TextTest(..)
            | ExprKind::Matches(..)
            | ExprKind::Under(..)
            | ExprKind::InCidr(..)
            | ExprKind::HasLabel(_)
            | ExprKind::InSet(..)
            | ExprKind::Subset(..)
            | ExprKind::Quantifier { .. } => {
                // A condition that is unknown is no absence.
                let yes = self.condition(expr, Polarity::True)?;
                let maybe = self.condition(expr, Polarity::NotFalse)?;
                if yes == maybe { Cond::FALSE } else { Cond::all([maybe, yes.negated()]) }
            }
        })
    }

    /// An operand is there, but of another kind than the one wanted.
    fn ill_operand(&mut self, operand: &'a Expr, wanted: u8) -> Result<Cond, EmitError> {
        let value = self.value(operand)?;
        Ok(Cond::any([self.ill(operand)?, other_kind(&value, wanted)]))
    }

    fn ill_sum(&mut self, linear: &'a Linear) -> Result<Cond, EmitError> {
        let terms = linear.terms.iter().map(|(_, term)| self.ill_operand(term, KIND_NUMBER));
        Ok(Cond::any(terms.collect::<Result<Vec<_>, _>>()?))
    }

    /// A list expression is no list although what it reads is there.
    fn ill_list(&mut self, list: &'a Expr) -> Result<Cond, EmitError> {
        match &list.kind {
            ExprKind::List(_) | ExprKind::Concat(_) | ExprKind::Keys(_) | ExprKind::Values(_) => {
                self.ill(list)
            }
            ExprKind::Coalesce(first, second) => {
                let domain = self.domain(first)?;
                let none = self.is_none(first, &domain)?;
                Ok(Cond::any([self.ill_list(first)?, Cond::all([none, self.ill_list(second)?])]))
            }
            _ => self.ill_operand(list, KIND_LIST),
        }
    }

    /// A list expression has no value and what it reads is absent, null or not parsed.
    pub(super) fn is_none(&mut self, list: &'a Expr, domain: &Domain<'a>) -> Result<Cond, EmitError> {
        if let Domain::List(elements) = domain {
            let has = self.has(&elements.list, At(list.span));
            return Ok(Cond::all([has.negated(), self.ill(list)?.negated()]));
        }
        let ill = self.ill_list(list)?;
        Ok(Cond::all([self.is_list(domain).negated(), ill.negated()]))
    }
}

/// Present, not null, and of none of the wanted kinds.
fn other_kind(value: &Typed, wanted: u8) -> Cond {
    let others = KIND_ANY & !KIND_NULL & !wanted;
    if value.value == Value::Missing || value.never(others) {
        return Cond::FALSE;
    }
    Cond::sure(TestKind::IsKind(value.value.clone(), u32::from(others)), At::default())
}
