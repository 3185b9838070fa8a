//! Arithmetic (semantics.md 4). In: sums of terms with integer coefficients, their fraction cleared. Out: the cheapest exact test: a
//! register against a constant, two registers, or an accumulated sum.
//!
//! A sum's value in the IR is the unscaled one: the true value × 10^[`scale`]. Whoever compares it has that factor in its
//! coefficients, so that the checker can prove that nothing overflows.

use super::Lower;
use super::value::Typed;
use crate::ir::cond::Polarity;
use crate::ir::error::{EmitError, EmitErrorKind};
use crate::ir::{At, Cond, TestKind, Value};
use crate::typed::{Comparison, Const, Expr, ExprKind};
use policyc_runtime::program::instr::Compare;
use policyc_runtime::program::plan::KIND_NUMBER;

/// By how many decimal places the value of an expression is shifted in the IR: a sum by its own scale, `a ?? b` by the greater of both
/// (to which the other is raised), everything else not at all. The checker's coefficients account for it.
#[must_use]
pub fn scale(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Linear(linear) | ExprKind::Sum(_, _, linear) => linear.scale,
        ExprKind::Coalesce(first, second) => scale(first).max(scale(second)),
        _ => 0,
    }
}

/// 10^places.
fn power(places: u8) -> i64 {
    10_i64.saturating_pow(u32::from(places))
}

impl<'a> Lower<'a, '_> {
    /// Σ coefficient × value `op` constant.
    pub(super) fn comparison(
        &mut self,
        comparison: &'a Comparison,
        polarity: Polarity,
        at: At,
    ) -> Result<Cond, EmitError> {
        let Comparison { terms, op, constant } = comparison;
        if terms.is_empty() {
            return Ok(Cond::Const(op.holds(0.cmp(constant))));
        }
        let Sum { terms, constant: added, missing } = self.terms(terms, 0)?;
        // A constant too large to be taken over is left on its side.
        let (terms, constant) = match constant.checked_sub(added) {
            Some(constant) => (terms, constant),
            None => {
                let mut terms = terms;
                terms.push((1, Value::Const(Const::Number(added))));
                (terms, *constant)
            }
        };
        Ok(self.compare_terms(terms, *op, constant, missing, polarity, at))
    }

    /// Equality of two expressions of which one is a sum.
    pub(super) fn equal_sums(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        polarity: Polarity,
        at: At,
    ) -> Result<Cond, EmitError> {
        let (left_scale, right_scale) = (scale(left), scale(right));
        let (one, other) = (self.value(left)?, self.value(right)?);
        if one.never(KIND_NUMBER) || other.never(KIND_NUMBER) {
            return Ok(polarity.unknown());
        }
        let missing = !(one.always(KIND_NUMBER) && other.always(KIND_NUMBER));
        let mut terms = Vec::new();
        let mut constant: i128 = 0;
        for (factor, value) in [
            (power(right_scale.saturating_sub(left_scale)), one.value),
            (power(left_scale.saturating_sub(right_scale)).saturating_neg(), other.value),
        ] {
            match value {
                Value::Const(Const::Number(number)) => {
                    constant = constant.saturating_sub(number.saturating_mul(i128::from(factor)));
                }
                value => terms.push((factor, value)),
            }
        }
        Ok(self.compare_terms(terms, Compare::Eq, constant, missing, polarity, at))
    }

    /// A value that is its true one: no sum whose fraction was cleared.
    pub(super) fn unshifted(&mut self, expr: &'a Expr) -> Result<Typed, EmitError> {
        if scale(expr) > 0 {
            return Err(self.error(EmitErrorKind::Fraction, expr.span));
        }
        self.value(expr)
    }

    /// A sum of terms, equal values together.
    pub(super) fn terms(&mut self, terms: &'a [(i64, Expr)], constant: i128) -> Result<Sum, EmitError> {
        let mut sum = Sum { terms: Vec::with_capacity(terms.len()), constant, missing: false };
        for (coefficient, expr) in terms {
            let value = self.value(expr)?;
            sum.add(*coefficient, value);
        }
        Ok(sum)
    }

    fn compare_terms(
        &mut self,
        mut terms: Vec<(i64, Value)>,
        op: Compare,
        constant: i128,
        missing: bool,
        polarity: Polarity,
        at: At,
    ) -> Cond {
        if terms.iter().any(|(_, value)| *value == Value::Missing) {
            return polarity.unknown();
        }
        if let [(coefficient, value)] = terms.as_slice()
            && let Some((op, constant)) = divided(*coefficient, op, constant)
        {
            let value = Typed::computed(value.clone(), KIND_NUMBER, missing);
            return self.compare_number(&value, op, constant, polarity, at);
        }
        if let ([(one, left), (other, right)], 0) = (terms.as_slice(), constant)
            && one.checked_neg() == Some(*other)
            && *one != 0
        {
            let (left, right) = if *one > 0 { (left, right) } else { (right, left) };
            let kind = TestKind::CompareValues(left.clone(), op, right.clone());
            return Cond::test(kind, polarity, !missing, at);
        }
        if terms.is_empty() {
            return Cond::Const(op.holds(0.cmp(&constant)));
        }
        terms.shrink_to_fit();
        let sum = Typed::computed(Value::Linear(terms, 0), KIND_NUMBER, missing);
        self.compare_number(&sum, op, constant, polarity, at)
    }
}

/// A sum as it is put together.
#[derive(Debug)]
pub(super) struct Sum {
    /// Values with their coefficients.
    pub(super) terms: Vec<(i64, Value)>,
    /// What is added, in units of 10⁻⁹.
    pub(super) constant: i128,
    /// It may have no value.
    pub(super) missing: bool,
}

impl Sum {
    fn add(&mut self, coefficient: i64, value: Typed) {
        let missing = !value.always(KIND_NUMBER);
        self.missing |= missing;
        if value.never(KIND_NUMBER) {
            self.terms.push((1, Value::Missing));
            return;
        }
        match value.value {
            Value::Const(Const::Number(number)) if self.add_constant(coefficient, number) => {}
            Value::Linear(inner, constant) if self.add_constant(coefficient, constant) => {
                for (factor, value) in inner {
                    match coefficient.checked_mul(factor) {
                        Some(coefficient) => self.push(coefficient, value),
                        None => self.push(coefficient, Value::Linear(vec![(factor, value)], 0)),
                    }
                }
            }
            value => self.push(coefficient, value),
        }
    }

    /// Takes coefficient × constant into the sum's constant, if it fits.
    fn add_constant(&mut self, coefficient: i64, constant: i128) -> bool {
        let sum = constant
            .checked_mul(i128::from(coefficient))
            .and_then(|product| self.constant.checked_add(product));
        if let Some(sum) = sum {
            self.constant = sum;
        }
        sum.is_some()
    }

    fn push(&mut self, coefficient: i64, value: Value) {
        if let Some((known, _)) = self.terms.iter_mut().find(|(_, known)| *known == value)
            && let Some(sum) = known.checked_add(coefficient)
        {
            // A coefficient of zero stays: the sum has no value where the term has none.
            *known = sum;
            return;
        }
        self.terms.push((coefficient, value));
    }
}

/// `coefficient × x op constant` as `x op constant`, exact for whole units; `None` if there is no such form.
fn divided(coefficient: i64, op: Compare, constant: i128) -> Option<(Compare, i128)> {
    let factor = i128::from(coefficient);
    if factor == 0 {
        return None;
    }
    let exact = constant.checked_rem_euclid(factor)? == 0;
    let op = if coefficient > 0 { op } else { mirrored(op) };
    // With the constant negated as well, the factor is positive.
    let (factor, constant) =
        if coefficient > 0 { (factor, constant) } else { (-factor, constant.checked_neg()?) };
    let floor = constant.checked_div_euclid(factor)?;
    let ceiling = if exact { floor } else { floor.checked_add(1)? };
    match op {
        Compare::Eq | Compare::Ne => exact.then_some((op, floor)),
        Compare::Le | Compare::Gt => Some((op, floor)),
        Compare::Lt | Compare::Ge => Some((op, ceiling)),
    }
}

/// The same comparison of the negated sides.
const fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Eq,
        Compare::Ne => Compare::Ne,
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
    }
}
