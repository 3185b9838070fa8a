//! The connectives and their polarity. In: conditions of the typed tree. Out: two-valued conditions.
//!
//! `and` and `or` keep the polarity, `not` flips it; atoms take it in.

use super::Lower;
use super::quantifier::Quantifier;
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind};
use crate::typed::{Const, Expr, ExprKind};
use policyc_runtime::program::plan::{KIND_BOOL, KIND_NULL};

impl<'a> Lower<'a, '_> {
    /// The condition is true; or, for the other polarity, not false.
    pub(super) fn condition(&mut self, expr: &'a Expr, polarity: Polarity) -> Result<Cond, EmitError> {
        let at = At(expr.span);
        self.step(expr.span)?;
        Ok(match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, polarity.flipped())?.negated(),
            ExprKind::And(parts) => Cond::all(self.conditions(parts, polarity)?),
            ExprKind::Or(parts) => Cond::any(self.conditions(parts, polarity)?),
            ExprKind::Has(operand) => {
                let value = self.value(operand)?;
                self.has(&value, at)
            }
            ExprKind::IsNull(operand) => {
                let value = self.value(operand)?;
                if value.never(KIND_NULL) {
                    Cond::FALSE
                } else {
                    Cond::sure(TestKind::IsNull(value.value), at)
                }
            }
            ExprKind::IsKind(operand, mask, texts) => {
                let value = self.unshifted(operand)?;
                match texts {
                    None => self.is_kind(&value, *mask, None, at),
                    texts => self
                        .bound(value, |lower, value| Ok(lower.is_kind(value, *mask, texts.as_deref(), at)))?,
                }
            }
            ExprKind::IsTrue(operand) => {
                let value = self.value(operand)?;
                self.is_true(&value, polarity, at)
            }
            ExprKind::Equal(left, right) => self.equality(left, right, polarity, at)?,
            ExprKind::Compare(comparison) => self.comparison(comparison, polarity, at)?,
            ExprKind::InConsts(operand, constants) => {
                let value = self.unshifted(operand)?;
                match self.in_constants(&value, constants, polarity, at) {
                    Some(test) => test,
                    None => {
                        self.bound(value, |lower, value| Ok(lower.in_consts(value, constants, polarity, at)))?
                    }
                }
            }
            ExprKind::InList(needle, list) => self.in_list(needle, list, polarity, expr.span)?,
            ExprKind::TextTest(..) | ExprKind::Matches(..) | ExprKind::Under(..) | ExprKind::InCidr(..) => {
                self.text_condition(expr, polarity)?
            }
            ExprKind::Subset(part, whole) => self.subset(part, whole, polarity, expr.span)?,
            ExprKind::Quantifier { all, var, domain, zip, body } => {
                let zip = zip.as_ref().map(|(second, other)| (*second, &**other));
                let quantifier = Quantifier { all: *all, var: *var, domain, zip, body };
                self.quantifier(quantifier, polarity, expr.span)?
            }
            ExprKind::HasLabel(label) => Cond::sure(TestKind::HasLabel(*label), at),
            ExprKind::InSet(value, set) => self.in_set(value, set, polarity, at)?,
            ExprKind::Const(Const::Bool(value)) => Cond::Const(*value),
            ExprKind::Const(Const::Number(_) | Const::Text(_)) => polarity.unknown(),
            ExprKind::Place(_)
            | ExprKind::Now
            | ExprKind::Fact(..)
            | ExprKind::View(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Linear(_)
            | ExprKind::Length(_)
            | ExprKind::Lower(_)
            | ExprKind::Count(_)
            | ExprKind::CountIf(..)
            | ExprKind::Sum(..)
            | ExprKind::First(_)
            | ExprKind::Last(_)
            | ExprKind::Table(..)
            | ExprKind::MapGet(..)
            | ExprKind::Civil(..)
            | ExprKind::Member(..)
            | ExprKind::List(_)
            | ExprKind::Concat(_)
            | ExprKind::Keys(_)
            | ExprKind::Values(_) => {
                let value = self.value(expr)?;
                self.is_true(&value, polarity, at)
            }
        })
    }

    /// A test of text.
    fn text_condition(&mut self, expr: &'a Expr, polarity: Polarity) -> Result<Cond, EmitError> {
        let at = At(expr.span);
        Ok(match &expr.kind {
            ExprKind::TextTest(test, subject, needle) => {
                let (subject, needle) = (self.value(subject)?, self.value(needle)?);
                self.text_test(*test, &subject, &needle, polarity, at)
            }
            ExprKind::Matches(subject, pattern) => {
                let subject = self.value(subject)?;
                self.matches(&subject, pattern, polarity, at)?
            }
            ExprKind::Under(subject, root) => {
                let subject = self.value(subject)?;
                self.of_text(&subject, TestKind::Under(subject.value.clone(), root.clone()), polarity, at)
            }
            ExprKind::InCidr(subject, block) => {
                let subject = self.value(subject)?;
                self.of_text(&subject, TestKind::InCidr(subject.value.clone(), block.clone()), polarity, at)
            }
            _ => polarity.unknown(),
        })
    }

    fn conditions(&mut self, parts: &'a [Expr], polarity: Polarity) -> Result<Vec<Cond>, EmitError> {
        parts.iter().map(|part| self.condition(part, polarity)).collect()
    }

    /// The boolean `true`; unknown unless it is a boolean.
    pub(super) fn is_true(&self, value: &super::value::Typed, polarity: Polarity, at: At) -> Cond {
        if value.never(KIND_BOOL) {
            return polarity.unknown();
        }
        match value.known() {
            Some(Const::Bool(value)) => Cond::Const(*value),
            _ => {
                let certain = value.always(KIND_BOOL);
                Cond::test(TestKind::IsTrue(value.value.clone()), polarity, certain, at)
            }
        }
    }
}
