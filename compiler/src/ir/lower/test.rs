//! Atoms: equality, membership in constants, kinds, text and patterns. In: values. Out: tests, folded where types or constants
//! decide them.

use super::Lower;
use super::member::{SCALAR, is_one_scalar, sorted_texts};
use super::value::Typed;
use crate::ir::cond::Polarity;
use crate::ir::error::{EmitError, EmitErrorKind};
use crate::ir::pattern::Shape;
use crate::ir::{At, Cond, TestKind, Value};
use crate::typed::{Const, Expr, ExprKind, Pattern, TextTest};
use policyc_runtime::program::instr::{Compare, KIND_INTEGER};
use policyc_runtime::program::plan::{KIND_BOOL, KIND_NUMBER, KIND_STRING};
use std::sync::Arc;

impl<'a> Lower<'a, '_> {
    /// `a == b`. A sum whose fraction was cleared is compared as a sum.
    pub(super) fn equality(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        polarity: Polarity,
        at: At,
    ) -> Result<Cond, EmitError> {
        let is_sum = |expr: &Expr| matches!(expr.kind, ExprKind::Linear(_)) || super::scale(expr) > 0;
        if is_sum(left) || is_sum(right) {
            return self.equal_sums(left, right, polarity, at);
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        Ok(self.equal(&left, &right, polarity, at))
    }

    /// Two scalars are equal; unknown unless both are there and of one kind.
    pub(super) fn equal(&self, left: &Typed, right: &Typed, polarity: Polarity, at: At) -> Cond {
        if left.never(SCALAR & right.kinds) {
            return polarity.unknown();
        }
        match (left.known(), right.known()) {
            (Some(left), Some(right)) => Cond::Const(left == right),
            (None, Some(constant)) => self.equal_constant(left, constant, polarity, at),
            (Some(constant), None) => self.equal_constant(right, constant, polarity, at),
            (None, None) => {
                let certain =
                    is_one_scalar(left.kinds) && left.always(right.kinds) && right.always(left.kinds);
                let kind = TestKind::Equal(left.value.clone(), right.value.clone());
                Cond::test(kind, polarity, certain, at)
            }
        }
    }

    fn equal_constant(&self, value: &Typed, constant: &Const, polarity: Polarity, at: At) -> Cond {
        match constant {
            Const::Text(text) => self.equal_text(value, text, polarity, at),
            Const::Number(number) => self.compare_number(value, Compare::Eq, *number, polarity, at),
            Const::Bool(true) => self.is_true(value, polarity, at),
            Const::Bool(false) => self.is_true(value, polarity.flipped(), at).negated(),
        }
    }

    /// A text equals a constant.
    pub(super) fn equal_text(&self, value: &Typed, text: &Arc<str>, polarity: Polarity, at: At) -> Cond {
        if let Some(Const::Text(known)) = value.known() {
            return Cond::Const(known == text);
        }
        self.of_text(value, TestKind::EqText(value.value.clone(), text.clone()), polarity, at)
    }

    /// A test of one text: unknown unless it is text.
    pub(super) fn of_text(&self, value: &Typed, kind: TestKind, polarity: Polarity, at: At) -> Cond {
        if value.never(KIND_STRING) {
            return polarity.unknown();
        }
        // Text that is there may still not read as what the test wants.
        let certain =
            value.always(KIND_STRING) && !matches!(kind, TestKind::Under(..) | TestKind::InCidr(..));
        Cond::test(kind, polarity, certain, at)
    }

    /// A number against a constant in units of 10⁻⁹.
    pub(super) fn compare_number(
        &self,
        value: &Typed,
        op: Compare,
        constant: i128,
        polarity: Polarity,
        at: At,
    ) -> Cond {
        if value.never(KIND_NUMBER) {
            return polarity.unknown();
        }
        if let Some(Const::Number(known)) = value.known() {
            return Cond::Const(op.holds(known.cmp(&constant)));
        }
        let kind = TestKind::CompareNumber(value.value.clone(), op, constant);
        Cond::test(kind, polarity, value.always(KIND_NUMBER), at)
    }

    /// A scalar equals one of the constants.
    pub(super) fn in_consts(&self, value: &Typed, constants: &[Const], polarity: Polarity, at: At) -> Cond {
        match self.in_constants(value, constants, polarity, at) {
            Some(test) => test,
            // Of several kinds, which the checker does not let pass: one by one, and unknown if any is.
            None => {
                Cond::any(constants.iter().map(|constant| self.equal_constant(value, constant, polarity, at)))
            }
        }
    }

    /// One test for all constants; `None` if they are of several kinds.
    pub(super) fn in_constants(
        &self,
        value: &Typed,
        constants: &[Const],
        polarity: Polarity,
        at: At,
    ) -> Option<Cond> {
        let Some(first) = constants.first() else {
            let scalar = TestKind::IsKind(value.value.clone(), u32::from(SCALAR));
            return Some(match polarity {
                Polarity::True => Cond::FALSE,
                Polarity::NotFalse if value.always(SCALAR) => Cond::FALSE,
                Polarity::NotFalse => Cond::sure(scalar, at).negated(),
            });
        };
        if constants.iter().all(|constant| constant == first) {
            return Some(self.equal_constant(value, first, polarity, at));
        }
        if let Some(texts) = sorted_texts(constants) {
            return Some(match value.known() {
                Some(Const::Text(known)) => Cond::Const(texts.contains(known)),
                _ => self.of_text(value, TestKind::InTexts(value.value.clone(), texts), polarity, at),
            });
        }
        if let Some(numbers) = sorted_numbers(constants) {
            if value.never(KIND_NUMBER) {
                return Some(polarity.unknown());
            }
            return Some(match value.known() {
                Some(Const::Number(known)) => Cond::Const(numbers.contains(known)),
                _ => {
                    let kind = TestKind::InNumbers(value.value.clone(), numbers);
                    Cond::test(kind, polarity, value.always(KIND_NUMBER), at)
                }
            });
        }
        if constants.iter().all(|constant| matches!(constant, Const::Bool(_))) {
            // Both booleans: true of any, unknown of anything else.
            return Some(match polarity {
                Polarity::True => self.is_kind(value, u32::from(KIND_BOOL), None, at),
                Polarity::NotFalse => Cond::TRUE,
            });
        }
        None
    }

    /// Of one of these kinds; and, if texts are given and it is text, one of them.
    pub(super) fn is_kind(&self, value: &Typed, mask: u32, texts: Option<&[Arc<str>]>, at: At) -> Cond {
        let kinds = u8::try_from(mask & u32::from(u8::MAX) & !KIND_INTEGER).unwrap_or(u8::MAX);
        let Some(texts) = texts.filter(|_| kinds & KIND_STRING != 0) else {
            let possible = if mask & KIND_INTEGER == 0 { kinds } else { kinds | KIND_NUMBER };
            if value.never(possible) {
                return Cond::FALSE;
            }
            if value.always(kinds) {
                return Cond::TRUE;
            }
            return Cond::sure(TestKind::IsKind(value.value.clone(), mask), at);
        };
        let others = mask & !u32::from(KIND_STRING);
        let other = if others == 0 { Cond::FALSE } else { self.is_kind(value, others, None, at) };
        let texts: Vec<_> = texts.iter().map(|text| Const::Text(text.clone())).collect();
        Cond::any([other, self.in_consts(value, &texts, Polarity::True, at)])
    }

    /// Text against text.
    pub(super) fn text_test(
        &self,
        test: TextTest,
        subject: &Typed,
        needle: &Typed,
        polarity: Polarity,
        at: At,
    ) -> Cond {
        if subject.never(KIND_STRING) || needle.never(KIND_STRING) {
            return polarity.unknown();
        }
        if let (Some(Const::Text(subject)), Some(Const::Text(needle))) = (subject.known(), needle.known()) {
            match test {
                TextTest::StartsWith => return Cond::Const(subject.starts_with(&**needle)),
                TextTest::EndsWith => return Cond::Const(subject.ends_with(&**needle)),
                TextTest::Contains => return Cond::Const(subject.contains(&**needle)),
                TextTest::Mentions => {}
            }
        }
        let make = match test {
            TextTest::StartsWith => TestKind::StartsWith,
            TextTest::EndsWith => TestKind::EndsWith,
            TextTest::Contains => TestKind::Contains,
            TextTest::Mentions => TestKind::Mentions,
        };
        // `mentions` is unknown of an empty value.
        let certain = test != TextTest::Mentions && subject.always(KIND_STRING) && needle.always(KIND_STRING);
        Cond::test(make(subject.value.clone(), needle.value.clone()), polarity, certain, at)
    }

    /// `like`, `matches`, `finds`.
    pub(super) fn matches(
        &mut self,
        subject: &Typed,
        pattern: &Pattern,
        polarity: Polarity,
        at: At,
    ) -> Result<Cond, EmitError> {
        let compiled =
            self.patterns.get(pattern).map_err(|error| self.error(EmitErrorKind::Pattern(error), at.0))?;
        if let Some(Const::Text(text)) = subject.known() {
            return Ok(Cond::Const(compiled.is_match(text)));
        }
        let value = subject.value.clone();
        let constant = |text: &Arc<str>| Value::Const(Const::Text(text.clone()));
        let kind = match &compiled.shape {
            Shape::Exact(text) => TestKind::EqText(value, text.clone()),
            Shape::Prefix(text) => TestKind::StartsWith(value, constant(text)),
            Shape::Suffix(text) => TestKind::EndsWith(value, constant(text)),
            Shape::Contains(text) => TestKind::Contains(value, constant(text)),
            Shape::PrefixSuffix(..) | Shape::Automaton(_) => TestKind::Matches(value, compiled),
        };
        Ok(self.of_text(subject, kind, polarity, at))
    }
}

fn sorted_numbers(constants: &[Const]) -> Option<Vec<i128>> {
    let mut numbers = constants
        .iter()
        .map(|constant| match constant {
            Const::Number(number) => Some(*number),
            Const::Bool(_) | Const::Text(_) => None,
        })
        .collect::<Option<Vec<_>>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}
