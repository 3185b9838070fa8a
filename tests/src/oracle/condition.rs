//! Conditions. In: a typed condition and what the roots hold. Out: its truth value, by the definitions of `compiler::typed`.

use super::glob;
use super::memory::{Memory, Who};
use super::regex::Regex;
use super::text;
use super::truth::Truth;
use super::value::{Number, Value};
use policyc_compiler::typed::{
    Comparison, Const, Expr, ExprKind, Pattern, PatternKind, Policy, TextTest, VarId,
};
use policyc_runtime::program::instr::KIND_INTEGER;
use policyc_runtime::program::plan;
use policyc_runtime::views::TestId;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Regular expressions, each parsed once.
#[derive(Debug, Default)]
pub(super) struct Regexes(RefCell<BTreeMap<(String, bool), Option<Regex>>>);

/// What is remembered, as one call sees it.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) policy: &'a Policy,
    pub(super) memory: &'a Memory,
    pub(super) who: &'a Who,
    /// The time.
    pub(super) now: i64,
}

/// What a condition reads: the roots, and the elements that variables stand for.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) args: Value,
    pub(super) principal: Value,
    pub(super) session: Value,
    /// The call's result; where there is none that fits, ill.
    pub(super) result: Value,
    pub(super) has_result: bool,
    /// Its plain text.
    pub(super) text: Value,
    pub(super) now_ms: Option<i64>,
    /// What is remembered.
    pub(super) known: Option<Known<'a>>,
    pub(super) variables: Vec<(VarId, Value)>,
    pub(super) regexes: &'a Regexes,
}

impl Scope<'_> {
    /// The truth of a condition.
    pub(super) fn truth(&mut self, condition: &Expr) -> Truth {
        match &condition.kind {
            ExprKind::Not(inner) => self.truth(inner).not(),
            ExprKind::And(parts) => Truth::all(parts.iter().map(|part| self.truth(part)).collect::<Vec<_>>()),
            ExprKind::Or(parts) => Truth::any(parts.iter().map(|part| self.truth(part)).collect::<Vec<_>>()),
            // What is asked of a result that is not there is unknown (semantics.md 2).
            ExprKind::Has(inner) | ExprKind::IsNull(inner) | ExprKind::IsKind(inner, ..)
                if !self.has_result && self.result == Value::Ill && self.value(inner) == Value::Ill =>
            {
                Truth::Unknown
            }
            ExprKind::Has(inner) => Truth::of(self.value(inner).is_there()),
            ExprKind::IsNull(inner) => Truth::of(self.value(inner) == Value::Null),
            ExprKind::IsKind(inner, kinds, texts) => {
                Truth::of(is_kind(&self.value(inner), *kinds, texts.as_deref()))
            }
            ExprKind::Equal(a, b) => equal(&self.value(a), &self.value(b)),
            ExprKind::Compare(comparison) => self.compare(comparison),
            ExprKind::InConsts(inner, constants) => {
                let value = self.value(inner);
                Truth::any(constants.iter().map(|c| equal(&value, &constant(c))).collect::<Vec<_>>())
            }
            ExprKind::InList(inner, list) => is_in(&self.value(inner), &self.value(list)),
            ExprKind::TextTest(test, a, b) => match (self.value(a), self.value(b)) {
                (Value::Text(a), Value::Text(b)) => text_test(*test, &a, &b),
                _ => Truth::Unknown,
            },
            ExprKind::Matches(inner, pattern) => match self.value(inner) {
                Value::Text(text) => Truth::from_option(self.matches(pattern, &text)),
                _ => Truth::Unknown,
            },
            ExprKind::Under(inner, root) => match self.value(inner) {
                Value::Text(path) => text::test(TestId::PathUnder, &path, root),
                _ => Truth::Unknown,
            },
            ExprKind::InCidr(inner, block) => match self.value(inner) {
                Value::Text(address) => text::test(TestId::IpInCidr, &address, block),
                _ => Truth::Unknown,
            },
            ExprKind::Subset(a, b) => match (self.value(a), self.value(b)) {
                (Value::List(part), whole @ Value::List(_)) => {
                    Truth::all(part.iter().map(|element| is_in(element, &whole)))
                }
                _ => Truth::Unknown,
            },
            ExprKind::Quantifier { all, var, domain, zip, body } => {
                let mut truths = Vec::new();
                let first = self.value(domain);
                let Value::List(first) = first else { return Truth::Unknown };
                let second = match zip {
                    None => None,
                    Some((var, list)) => match self.value(list) {
                        Value::List(second) if second.len() == first.len() => Some((*var, second)),
                        _ => return Truth::Unknown,
                    },
                };
                for (index, element) in first.iter().enumerate() {
                    let mut bound = vec![(*var, element.clone())];
                    if let Some((var, list)) = &second {
                        bound.push((*var, list.get(index).cloned().unwrap_or(Value::Nothing)));
                    }
                    truths.push(self.bound(bound, |scope| scope.truth(body)));
                }
                if *all { Truth::all(truths) } else { Truth::any(truths) }
            }
            ExprKind::HasLabel(label) => Truth::of(self.has_label(*label)),
            ExprKind::InSet(value, used) => Truth::from_option(self.in_set(value, used)),
            ExprKind::IsTrue(inner) => match self.value(inner) {
                Value::Bool(value) => Truth::of(value),
                _ => Truth::Unknown,
            },
            // A value in the place of a condition.
            _ => match self.value(condition) {
                Value::Bool(value) => Truth::of(value),
                _ => Truth::Unknown,
            },
        }
    }

    /// Runs with variables bound.
    pub(super) fn bound<T>(&mut self, bound: Vec<(VarId, Value)>, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.variables.len();
        self.variables.extend(bound);
        let out = run(self);
        self.variables.truncate(before);
        out
    }

    fn compare(&mut self, comparison: &Comparison) -> Truth {
        let Some(sum) = self.terms(&comparison.terms) else { return Truth::Unknown };
        Truth::of(comparison.op.holds(sum.cmp(&Number::units(comparison.constant))))
    }

    /// Σ coefficient × value; `None` if a value is no number. Each counts as its true value × 10^[`shift`].
    pub(super) fn terms(&mut self, terms: &[(i64, Expr)]) -> Option<Number> {
        terms.iter().try_fold(Number::units(0), |sum, (coefficient, term)| {
            let Value::Number(number) = self.value(term) else { return None };
            let shifted = number.times(10_i64.checked_pow(u32::from(shift(term)))?)?;
            sum.plus(shifted.times(*coefficient)?)
        })
    }

    fn matches(&self, pattern: &Pattern, text: &str) -> Option<bool> {
        let folded;
        let (glob, text) = if pattern.ignore_case {
            folded = (pattern.source.to_ascii_lowercase(), text.to_ascii_lowercase());
            (&*folded.0, &*folded.1)
        } else {
            (&*pattern.source, text)
        };
        match pattern.kind {
            PatternKind::Like => Some(glob::like(glob, text)),
            PatternKind::PathLike => Some(glob::path_like(glob, text)),
            PatternKind::Matches => self.regexes.with(pattern, |regex| regex.matches(text)),
            PatternKind::Finds => self.regexes.with(pattern, |regex| regex.finds(text)),
        }
    }
}

impl Regexes {
    fn with<T>(&self, pattern: &Pattern, run: impl FnOnce(&Regex) -> T) -> Option<T> {
        let mut known = self.0.borrow_mut();
        let key = (pattern.source.to_string(), pattern.ignore_case);
        let regex = known.entry(key).or_insert_with(|| Regex::parse(&pattern.source, pattern.ignore_case));
        regex.as_ref().map(run)
    }

    /// A pattern that this evaluator cannot read, if there was one: its decisions mean nothing then.
    pub(super) fn unread(&self) -> Option<String> {
        let known = self.0.borrow();
        known.iter().find(|(_, regex)| regex.is_none()).map(|((source, _), _)| source.clone())
    }
}

/// By how many places the coefficient of a term is too small: the scale of a sum, of `a ?? b` the greater of both.
fn shift(term: &Expr) -> u8 {
    match &term.kind {
        ExprKind::Linear(linear) | ExprKind::Sum(_, _, linear) => linear.scale,
        ExprKind::Coalesce(first, second) => shift(first).max(shift(second)),
        _ => 0,
    }
}

/// A constant of the policy.
pub(super) fn constant(constant: &Const) -> Value {
    match constant {
        Const::Bool(value) => Value::Bool(*value),
        Const::Number(units) => Value::Number(Number::units(*units)),
        Const::Text(text) => Value::text(text),
    }
}

/// Two scalars of one kind are compared; everything else is unknown.
pub(super) fn equal(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Truth::of(a == b),
        (Value::Number(a), Value::Number(b)) => Truth::of(a == b),
        (Value::Text(a), Value::Text(b)) => Truth::of(a == b),
        _ => Truth::Unknown,
    }
}

/// The scalar equals an element.
fn is_in(value: &Value, list: &Value) -> Truth {
    match (value, list) {
        (Value::Bool(_) | Value::Number(_) | Value::Text(_), Value::List(list)) => {
            Truth::any(list.iter().map(|element| equal(element, value)))
        }
        _ => Truth::Unknown,
    }
}

fn is_kind(value: &Value, kinds: u32, texts: Option<&[std::sync::Arc<str>]>) -> bool {
    let has = |kind: u8| kinds & u32::from(kind) != 0;
    match value {
        Value::Nothing | Value::Ill => false,
        Value::Null => has(plan::KIND_NULL),
        Value::Bool(_) => has(plan::KIND_BOOL),
        Value::Number(number) => {
            let whole = number.scale == 0 && number.value % 1_000_000_000 == 0;
            has(plan::KIND_NUMBER) || (whole && kinds & KIND_INTEGER != 0)
        }
        Value::Text(text) => {
            has(plan::KIND_STRING) && texts.is_none_or(|texts| texts.iter().any(|known| **known == **text))
        }
        Value::List(_) => has(plan::KIND_LIST),
        Value::Record(_) => has(plan::KIND_OBJECT),
    }
}

fn text_test(test: TextTest, a: &str, b: &str) -> Truth {
    match test {
        TextTest::StartsWith => Truth::of(a.starts_with(b)),
        TextTest::EndsWith => Truth::of(a.ends_with(b)),
        TextTest::Contains => Truth::of(a.contains(b)),
        TextTest::Mentions => text::test(TestId::Mentions, a, b),
    }
}
