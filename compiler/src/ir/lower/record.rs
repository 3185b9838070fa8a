//! Locations that are computed: elements, members of maps, parts of records. In: the expressions that name them. Out: a location where
//! there is one, else a value chosen among several.

use super::Lower;
use super::list::Domain;
use super::place::{Base, Binding, Location};
use super::value::{Typed, choice_of};
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{At, Value};
use crate::typed::{Const, Expr, ExprKind, Place, Root};
use policyc_runtime::program::instr::Compare;
use policyc_runtime::program::plan::KIND_STRING;
use std::sync::Arc;

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
    pub(super) fn substitute(&self, place: &Place) -> Option<&'a Expr> {
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

    /// A place that is no location: of a variable that stands for an element of a literal list, or the text of a result.
    pub(super) fn place_of_binding(&mut self, place: &'a Place) -> Result<Typed, EmitError> {
        if place.root == Root::ResultText && place.steps.is_empty() {
            self.reads.text = true;
            return Ok(Typed::computed(Value::ResultText, KIND_STRING, true));
        }
        let Root::Var(var) = place.root else { return Ok(Typed::MISSING) };
        match self.variable(var) {
            Some(Binding::Expr(expr)) => self.member_value(expr, &place.steps),
            Some(Binding::Text(text)) if place.steps.is_empty() => Ok(Typed::constant(Const::Text(text))),
            _ => Ok(Typed::MISSING),
        }
    }

    /// What stands below a computed record.
    pub(super) fn member_value(&mut self, base: &'a Expr, steps: &'a [Arc<str>]) -> Result<Typed, EmitError> {
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
    pub(super) fn declared_or_other(
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
    pub(super) fn edge_value(
        &mut self,
        list: &'a Expr,
        steps: &'a [Arc<str>],
        last: bool,
    ) -> Result<Typed, EmitError> {
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
}
