//! Values: what can stand in a register. In: value expressions of the typed tree. Out: [`Typed`] values, constants folded.

use super::Lower;
use super::compare::Sum;
use super::list::Domain;
use super::place::{Base, Binding, Location, Spot, element_of};
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind, Value, ViewCall, ViewMember, views};
use crate::typed::{CivilPart, Const, Expr, ExprKind, Linear, Root, View};
use policyc_runtime::number::SCALE;
use policyc_runtime::program::instr::Compare;
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
    /// The location that the expression names, if it names one.
    pub(super) fn locate(&mut self, expr: &'a Expr) -> Result<Option<Location<'a>>, EmitError> {
        Ok(match &expr.kind {
            ExprKind::Place(place) => match self.substitute(place) {
                Some(expr) => self.locate(expr)?.map(|location| self.steps(location, &place.steps)),
                None => self.place(place),
            },
            ExprKind::Member(base, steps) => self.locate(base)?.map(|location| self.steps(location, steps)),
            ExprKind::First(list) => self.edge(list, Base::First)?,
            ExprKind::Last(list) => self.edge(list, Base::Last)?,
            ExprKind::MapGet(map, key) => self.map_get(map, key)?,
            _ => None,
        })
    }

    /// The expression that the place's variable stands for, if it does for one.
    pub(super) fn substitute(&self, place: &crate::typed::Place) -> Option<&'a Expr> {
        let Root::Var(var) = place.root else { return None };
        match self.variable(var) {
            Some(Binding::Expr(expr)) => Some(expr),
            Some(Binding::Location(_) | Binding::Text(_)) | None => None,
        }
    }

    /// The first or last element of a list that stands somewhere.
    fn edge(&mut self, list: &'a Expr, base: fn(Value) -> Base) -> Result<Option<Location<'a>>, EmitError> {
        Ok(match self.domain(list)? {
            Domain::List(list) => Some(Location {
                base: base(list.list.value),
                spot: list.element,
                missing: true,
                suspects: Vec::new(),
            }),
            Domain::Items(_) | Domain::Concat(_) | Domain::Either { .. } | Domain::Only(..) => None,
        })
    }

    /// The member of a map under a computed key, if the map has no declared keys.
    fn map_get(&mut self, map: &'a Expr, key: &'a Expr) -> Result<Option<Location<'a>>, EmitError> {
        let Some(map) = self.locate(map)? else { return Ok(None) };
        if map.shape().fields().next().is_some() {
            return Ok(None);
        }
        let key = self.value(key)?;
        Ok(Some(match self.entries(&map) {
            None => Location::never(),
            Some((entries, spot)) => Location {
                base: Base::Entry(entries, key.value),
                spot,
                missing: true,
                suspects: map.suspects,
            },
        }))
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Result<Typed, EmitError> {
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

    /// A place whose variable stands for an element of a literal list.
    fn place_of_binding(&mut self, place: &'a crate::typed::Place) -> Result<Typed, EmitError> {
        let Root::Var(var) = place.root else { return Ok(Typed::MISSING) };
        match self.variable(var) {
            Some(Binding::Expr(expr)) => self.member_value(expr, &place.steps),
            Some(Binding::Text(text)) if place.steps.is_empty() => Ok(Typed::constant(Const::Text(text))),
            _ => Ok(Typed::MISSING),
        }
    }

    /// What stands below a computed record.
    fn member_value(&mut self, base: &'a Expr, steps: &'a [Arc<str>]) -> Result<Typed, EmitError> {
        if steps.is_empty() {
            return self.value(base);
        }
        if let Some(location) = self.locate(base)? {
            let location = self.steps(location, steps);
            return Ok(self.read(&location));
        }
        match &base.kind {
            ExprKind::Coalesce(first, second) => {
                let one = self.member_value(first, steps)?;
                let other = self.member_value(second, steps)?;
                let record = self.value(first)?;
                let has = self.has(&record, At(base.span));
                let ill = self.ill(first)?;
                Ok(choice_of(has, one, choice_of(ill, Typed::MISSING, other)))
            }
            ExprKind::First(list) => self.edge_value(list, steps, false),
            ExprKind::Last(list) => self.edge_value(list, steps, true),
            ExprKind::MapGet(map, key) => self.declared_or_other(map, key, steps),
            // What a literal list holds is a scalar, or a place with steps of its own.
            ExprKind::Place(place) if place.steps.is_empty() => match self.substitute(place) {
                Some(expr) => self.member_value(expr, steps),
                None => Ok(Typed::MISSING),
            },
            _ => Ok(Typed::MISSING),
        }
    }

    /// A map's member under a computed key, where some keys are declared.
    fn declared_or_other(
        &mut self,
        map: &'a Expr,
        key: &'a Expr,
        steps: &[Arc<str>],
    ) -> Result<Typed, EmitError> {
        let Some(map) = self.locate(map)? else { return Ok(Typed::MISSING) };
        let key = self.value(key)?;
        let mut result = match self.entries(&map) {
            None => Typed::MISSING,
            Some((entries, spot)) => {
                let base = Base::Entry(entries, key.value.clone());
                let at = Location { base, spot, missing: true, suspects: Vec::new() };
                let at = self.steps(at, steps);
                self.read(&at)
            }
        };
        for field in map.shape().fields().collect::<Vec<_>>().into_iter().rev() {
            let at = self.steps(map.clone(), core::slice::from_ref(field));
            let at = self.steps(at, steps);
            let member = Typed { missing: true, ..self.read(&at) };
            let is_key = self.equal_text(&key, field, Polarity::True, At::default());
            result = choice_of(is_key, member, result);
        }
        Ok(result)
    }

    /// The first or last element of a list that is put together.
    fn edge_value(&mut self, list: &'a Expr, steps: &'a [Arc<str>], last: bool) -> Result<Typed, EmitError> {
        let domain = self.domain(list)?;
        let present = self.is_list(&domain);
        let edge = self.edge_of(&domain, steps, last)?;
        Ok(choice_of(present, Typed { missing: true, ..edge }, Typed::MISSING))
    }

    fn edge_of(
        &mut self,
        domain: &Domain<'a>,
        steps: &'a [Arc<str>],
        last: bool,
    ) -> Result<Typed, EmitError> {
        match domain {
            Domain::List(list) => {
                let value = list.list.value.clone();
                let base = if last { Base::Last(value) } else { Base::First(value) };
                let at = Location { base, spot: list.element, missing: true, suspects: Vec::new() };
                let at = self.steps(at, steps);
                Ok(self.read(&at))
            }
            Domain::Items(items) => {
                let mut result = Typed::MISSING;
                // The one that is found first is the last to be put in front.
                let order: Vec<_> = if last { items.iter().collect() } else { items.iter().rev().collect() };
                for item in order {
                    let value = match &item.binding {
                        Binding::Expr(expr) => self.member_value(expr, steps)?,
                        Binding::Text(text) if steps.is_empty() => Typed::constant(Const::Text(text.clone())),
                        Binding::Text(_) => Typed::MISSING,
                        Binding::Location(at) => {
                            let at = self.steps(at.clone(), steps);
                            self.read(&at)
                        }
                    };
                    result = choice_of(item.when.clone(), value, result);
                }
                Ok(result)
            }
            Domain::Concat(parts) => {
                let mut result = Typed::MISSING;
                let order: Vec<_> = if last { parts.iter().collect() } else { parts.iter().rev().collect() };
                for part in order {
                    let value = self.edge_of(part, steps, last)?;
                    let count = self.count(part)?;
                    let some = self.compare_number(&count, Compare::Gt, 0, Polarity::True, At::default());
                    result = choice_of(some, value, result);
                }
                Ok(result)
            }
            Domain::Either { none, first, second } => {
                let one = self.edge_of(first, steps, last)?;
                let other = self.edge_of(second, steps, last)?;
                Ok(choice_of(none.clone(), other, one))
            }
            Domain::Only(present, inner) => {
                let value = self.edge_of(inner, steps, last)?;
                Ok(choice_of(present.clone(), value, Typed::MISSING))
            }
        }
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
        let time = self.value(time)?;
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
        if value.always(KIND_LIST) {
            return Cond::TRUE;
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

fn choice_of(condition: Cond, yes: Typed, no: Typed) -> Typed {
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
