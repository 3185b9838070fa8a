//! Values: what can stand in a register. In: value expressions of the typed tree. Out: [`Typed`] values, constants folded.

use super::Lower;
use super::compare::Sum;
use super::list::Domain;
use super::place::{Spot, element_of};
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind, Value, ViewCall, ViewMember, views};
use crate::typed::{CivilPart, Const, Expr, ExprKind, Linear, View};
use policyc_runtime::number::SCALE;
use policyc_runtime::program::plan::{KIND_ANY, KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_STRING};
use std::sync::Arc;

/// A value and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    /// The value.
    pub(super) value: Value,
    /// Kinds that it can have where it is not missing.
    pub(super) kinds: u8,
    /// It may be missing.
    pub(super) missing: bool,
}

impl Typed {
    /// No value.
    pub(super) const MISSING: Self = Self { value: Value::Missing, kinds: 0, missing: true };

    /// A constant.
    pub(super) fn constant(constant: Const) -> Self {
        let kinds = match constant {
            Const::Bool(_) => KIND_BOOL,
            Const::Number(_) => KIND_NUMBER,
            Const::Text(_) => KIND_STRING,
        };
        Self { value: Value::Const(constant), kinds, missing: false }
    }

    /// A computed value of one kind, present where `from` are.
    pub(super) fn computed(value: Value, kinds: u8, missing: bool) -> Self {
        Self { value, kinds, missing }
    }

    /// It is there and of this kind, always.
    pub(super) const fn always(&self, kinds: u8) -> bool {
        !self.missing && self.kinds & !kinds == 0
    }

    /// It is never of one of these kinds.
    pub(super) const fn never(&self, kinds: u8) -> bool {
        self.kinds & kinds == 0
    }

    /// The constant that it is.
    pub(super) const fn known(&self) -> Option<&Const> {
        match &self.value {
            Value::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// Using it twice costs nothing.
    pub(super) const fn is_at_hand(&self) -> bool {
        matches!(
            self.value,
            Value::Missing
                | Value::Const(_)
                | Value::Now
                | Value::Plain(_)
                | Value::Element(..)
                | Value::Local(_)
        )
    }

    /// The same, under the name of a local.
    pub(super) const fn renamed(&self, local: u32) -> Self {
        Self { value: Value::Local(local), kinds: self.kinds, missing: self.missing }
    }
}

impl<'a> Lower<'a, '_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Result<Typed, EmitError> {
        self.step(expr.span)?;
        if let Some(location) = self.locate(expr)? {
            return Ok(self.read(&location));
        }
        Ok(match &expr.kind {
            ExprKind::Const(constant) => Typed::constant(constant.clone()),
            ExprKind::Now => {
                self.host.now = true;
                Typed::computed(Value::Now, KIND_NUMBER, false)
            }
            ExprKind::Place(place) => self.place_of_binding(place)?,
            ExprKind::View(view) => self.view(view)?,
            ExprKind::Fact(used, part) => self.fact(used, *part)?,
            ExprKind::Coalesce(first, second) => self.coalesce(first, second)?,
            ExprKind::Linear(linear) => self.linear_value(linear)?,
            ExprKind::Length(text) => self.text_value(text, Value::Length, KIND_NUMBER)?,
            ExprKind::Lower(text) => self.text_value(text, Value::Lower, KIND_STRING)?,
            ExprKind::Count(list) => {
                let domain = self.domain(list)?;
                self.count(&domain)?
            }
            ExprKind::CountIf(var, list, condition) => self.count_if(*var, list, condition)?,
            ExprKind::Sum(var, list, linear) => self.sum(*var, list, linear)?,
            ExprKind::First(list) => self.edge_value(list, &[], false)?,
            ExprKind::Last(list) => self.edge_value(list, &[], true)?,
            ExprKind::Table(table, key) => self.table(table, key)?,
            ExprKind::MapGet(map, key) => self.declared_or_other(map, key, &[])?,
            ExprKind::Civil(part, time, zone) => self.civil(*part, time, zone)?,
            ExprKind::Member(base, steps) => self.member_value(base, steps)?,
            ExprKind::List(_) | ExprKind::Concat(_) | ExprKind::Keys(_) | ExprKind::Values(_) => {
                match self.domain(expr)? {
                    Domain::List(list) => list.list,
                    Domain::Items(_) | Domain::Concat(_) | Domain::Either { .. } | Domain::Only(..) => {
                        Typed::MISSING
                    }
                }
            }
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
            | ExprKind::Subset(..)
            | ExprKind::HasLabel(_)
            | ExprKind::InSet(..)
            | ExprKind::Quantifier { .. } => self.truth_value(expr)?,
        })
    }

    /// A condition as a boolean.
    fn truth_value(&mut self, expr: &'a Expr) -> Result<Typed, EmitError> {
        let yes = self.condition(expr, Polarity::True)?;
        let maybe = self.condition(expr, Polarity::NotFalse)?;
        let truth = |value| Value::Const(Const::Bool(value));
        let missing = yes != maybe;
        let otherwise = if missing { choose(maybe, Value::Missing, truth(false)) } else { truth(false) };
        Ok(Typed::computed(choose(yes, truth(true), otherwise), KIND_BOOL, missing))
    }

    fn view(&mut self, view: &'a View) -> Result<Typed, EmitError> {
        let subject = self.value(&view.subject)?;
        let Some(member) = views::member(view.view, view.member) else { return Ok(Typed::MISSING) };
        if subject.never(KIND_STRING) {
            return Ok(Typed::MISSING);
        }
        if views::takes_zone(view.view) && view.param.is_some() {
            self.reads_zone = true;
        }
        let call = ViewCall { view: view.view, param: view.param.clone(), subject: subject.value };
        let value = Value::View(Box::new(ViewMember { call, member: view.member }));
        Ok(Typed::computed(value, views::kinds(member.ty), true))
    }

    /// What an element of a view's list member is.
    pub(super) fn view_element(&self, view: &View) -> Spot<'a> {
        views::member(view.view, view.member).map_or(Spot::Never, |member| element_of(member.ty))
    }

    fn coalesce(&mut self, first: &'a Expr, second: &'a Expr) -> Result<Typed, EmitError> {
        let one = self.value(first)?;
        if !one.missing && one.never(KIND_NULL) {
            return Ok(one);
        }
        let (one_scale, other_scale) = (super::scale(first), super::scale(second));
        let other = self.value(second)?;
        let one = rescaled(one, other_scale.saturating_sub(one_scale));
        let other = rescaled(other, one_scale.saturating_sub(other_scale));
        let ill = self.ill(first)?;
        let missing = other.missing || ill != Cond::FALSE;
        let kinds = (one.kinds & !KIND_NULL) | other.kinds;
        let value = match (&one.value, &other.value) {
            (Value::Missing, _) => other.value,
            // `null` in place of nothing: no condition but `is null` tells, and that one reads places alone.
            (_, Value::Missing) => one.value,
            _ => Value::Coalesce(Box::new(one.value), Box::new(other.value)),
        };
        Ok(Typed::computed(choose(ill, Value::Missing, value), kinds, missing))
    }

    fn text_value(
        &mut self,
        text: &'a Expr,
        make: fn(Box<Value>) -> Value,
        kinds: u8,
    ) -> Result<Typed, EmitError> {
        let text = self.value(text)?;
        if text.never(KIND_STRING) {
            return Ok(Typed::MISSING);
        }
        let missing = !text.always(KIND_STRING);
        let value = make(Box::new(text.value));
        Ok(match &value {
            Value::Lower(inner) => match inner.as_ref() {
                Value::Const(Const::Text(text)) => {
                    Typed::constant(Const::Text(text.to_ascii_lowercase().into()))
                }
                _ => Typed::computed(value, kinds, missing),
            },
            Value::Length(inner) => match inner.as_ref() {
                Value::Const(Const::Text(text)) => {
                    Typed::constant(Const::Number(whole(text.chars().count())))
                }
                _ => Typed::computed(value, kinds, missing),
            },
            _ => Typed::computed(value, kinds, missing),
        })
    }

    fn linear_value(&mut self, linear: &'a Linear) -> Result<Typed, EmitError> {
        let Sum { terms, constant, missing } = self.terms(&linear.terms, linear.constant)?;
        Ok(match terms.as_slice() {
            [] => Typed::constant(Const::Number(constant)),
            _ if terms.iter().any(|(_, value)| *value == Value::Missing) => Typed::MISSING,
            [(1, value)] if constant == 0 && !missing => Typed::computed(value.clone(), KIND_NUMBER, false),
            _ => Typed::computed(Value::Linear(terms, constant), KIND_NUMBER, missing),
        })
    }

    fn table(&mut self, table: &'a Arc<Vec<(Arc<str>, Const)>>, key: &'a Expr) -> Result<Typed, EmitError> {
        let key = self.value(key)?;
        if key.never(KIND_STRING) || table.is_empty() {
            return Ok(Typed::MISSING);
        }
        if let Some(Const::Text(key)) = key.known() {
            let entry = table.iter().find(|(name, _)| name == key);
            return Ok(entry.map_or(Typed::MISSING, |(_, value)| Typed::constant(value.clone())));
        }
        let kinds = table.iter().fold(0, |kinds, (_, value)| kinds | Typed::constant(value.clone()).kinds);
        let mut sorted = table.as_ref().clone();
        sorted.sort_by(|left, right| left.0.cmp(&right.0));
        sorted.dedup_by(|next, previous| next.0 == previous.0);
        Ok(Typed::computed(Value::Table(Arc::new(sorted), Box::new(key.value)), kinds, true))
    }

    fn civil(&mut self, part: CivilPart, time: &'a Expr, zone: &'a Arc<str>) -> Result<Typed, EmitError> {
        let time = self.unshifted(time)?;
        if time.never(KIND_NUMBER) {
            return Ok(Typed::MISSING);
        }
        self.reads_zone = true;
        let kinds = match part {
            CivilPart::Hour | CivilPart::Date => KIND_NUMBER,
            CivilPart::Weekday => KIND_STRING,
        };
        let missing = !time.always(KIND_NUMBER);
        Ok(Typed::computed(Value::Civil(part, Box::new(time.value), zone.clone()), kinds, missing))
    }

    /// Present and not null.
    pub(super) fn has(&self, value: &Typed, at: At) -> Cond {
        if value.value == Value::Missing || value.never(KIND_ANY & !KIND_NULL) {
            return Cond::FALSE;
        }
        if !value.missing && value.never(KIND_NULL) {
            return Cond::TRUE;
        }
        Cond::sure(TestKind::Present(value.value.clone()), at)
    }

    /// It is a list.
    pub(super) fn holds_list(&self, value: &Typed) -> Cond {
        if value.value == Value::Missing || value.never(KIND_LIST) {
            return Cond::FALSE;
        }
        if value.never(KIND_ANY & !KIND_NULL & !KIND_LIST) {
            return self.has(value, At::default());
        }
        Cond::sure(TestKind::IsKind(value.value.clone(), u32::from(KIND_LIST)), At::default())
    }
}

/// A count in units of 10⁻⁹.
pub(super) fn whole(count: usize) -> i128 {
    i128::try_from(count).unwrap_or(i128::MAX).saturating_mul(SCALE)
}

fn choose(condition: Cond, yes: Value, no: Value) -> Value {
    match condition {
        Cond::Const(true) => yes,
        Cond::Const(false) => no,
        _ if yes == no => yes,
        _ => Value::Choose(Box::new(condition), Box::new(yes), Box::new(no)),
    }
}

pub(super) fn choice_of(condition: Cond, yes: Typed, no: Typed) -> Typed {
    match condition {
        Cond::Const(true) => yes,
        Cond::Const(false) => no,
        _ => Typed {
            kinds: yes.kinds | no.kinds,
            missing: yes.missing || no.missing,
            value: choose(condition, yes.value, no.value),
        },
    }
}

/// The value × 10^places.
fn rescaled(value: Typed, places: u8) -> Typed {
    if places == 0 || value.value == Value::Missing {
        return value;
    }
    let factor = 10_i64.saturating_pow(u32::from(places));
    match value.value {
        Value::Const(Const::Number(number)) => {
            Typed::constant(Const::Number(number.saturating_mul(i128::from(factor))))
        }
        other => Typed { value: Value::Linear(vec![(factor, other)], 0), ..value },
    }
}
