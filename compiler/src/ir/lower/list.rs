//! What can be gone through. In: list expressions of the typed tree. Out: [`Domain`], the shape that quantifiers, `in`, `subset`,
//! `zip` and folds recurse over.

use super::Lower;
use super::place::{Base, Binding, Location, Spot};
use super::value::Typed;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, Offset, TestKind, Value};
use crate::typed::{Const, Expr, ExprKind};
use policyc_runtime::program::plan::{KIND_LIST, KIND_OBJECT};
use policyc_runtime::views::table::MemberType;
use std::sync::Arc;

/// Something to go through.
#[derive(Debug, Clone)]
pub(super) enum Domain<'a> {
    /// A list that stands in a register at run time.
    List(Elements<'a>),
    /// Elements known one by one.
    Items(Vec<Item<'a>>),
    /// One after the other; no list unless all are.
    Concat(Vec<Domain<'a>>),
    /// The second where the first has no value.
    Either {
        /// The first is absent, null or not parsed.
        none: Cond,
        /// The first.
        first: Box<Domain<'a>>,
        /// The second.
        second: Box<Domain<'a>>,
    },
    /// No list unless the condition holds.
    Only(Cond, Box<Domain<'a>>),
}

/// A list at run time.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a> {
    /// The list, or something else.
    pub(super) list: Typed,
    /// What an element is, relative to its frame.
    pub(super) element: Spot<'a>,
    /// The element itself stands at offset 0 of its frame.
    pub(super) at_start: bool,
    /// Entries under these keys, sorted, are left out: their values stand elsewhere.
    pub(super) skip: Vec<Arc<str>>,
}

/// One element.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    /// It is an element only then.
    pub(super) when: Cond,
    /// The element.
    pub(super) binding: Binding<'a>,
}

impl Domain<'_> {
    /// What is never a list.
    fn never() -> Self {
        Self::Only(Cond::FALSE, Box::new(Self::Items(Vec::new())))
    }
}

impl<'a> Item<'a> {
    fn always(binding: Binding<'a>) -> Self {
        Self { when: Cond::TRUE, binding }
    }
}

impl<'a> Lower<'a, '_> {
    /// What a list expression goes through.
    pub(super) fn domain(&mut self, expr: &'a Expr) -> Result<Domain<'a>, EmitError> {
        self.step(expr.span)?;
        if let ExprKind::Place(place) = &expr.kind
            && place.steps.is_empty()
            && let Some(bound) = self.substitute(place)
        {
            return self.domain(bound);
        }
        Ok(match &expr.kind {
            ExprKind::List(elements) => {
                Domain::Items(elements.iter().map(|element| Item::always(Binding::Expr(element))).collect())
            }
            ExprKind::Concat(parts) => {
                let mut domains =
                    parts.iter().map(|part| self.domain(part)).collect::<Result<Vec<_>, _>>()?;
                match domains.len() {
                    1 => domains.pop().unwrap_or(Domain::Items(Vec::new())),
                    _ => Domain::Concat(domains),
                }
            }
            ExprKind::Coalesce(first, second) => {
                let one = self.domain(first)?;
                let other = self.domain(second)?;
                let none = self.is_none(first, &one)?;
                match none {
                    Cond::Const(true) => other,
                    Cond::Const(false) => one,
                    _ => Domain::Either { none, first: Box::new(one), second: Box::new(other) },
                }
            }
            ExprKind::Keys(map) => self.keys(map)?,
            ExprKind::Values(map) => self.values(map)?,
            ExprKind::View(view) => {
                let list = self.value(expr)?;
                let element = self.view_element(view);
                let at_start = matches!(element, Spot::Fixed(..));
                Domain::List(Elements { list, element, at_start, skip: Vec::new() })
            }
            _ => match self.locate(expr)? {
                Some(at) => self.list_at(&at),
                None => Domain::never(),
            },
        })
    }

    fn list_at(&mut self, at: &Location<'a>) -> Domain<'a> {
        let list = self.read(at);
        if list.never(KIND_LIST) {
            return Domain::never();
        }
        let element = self.element(at);
        let at_start = matches!(element, Spot::Captured(..) | Spot::Fixed(..));
        Domain::List(Elements { list, element, at_start, skip: Vec::new() })
    }

    /// Keys of an object: those of its entries, or the declared ones that are there.
    fn keys(&mut self, map: &'a Expr) -> Result<Domain<'a>, EmitError> {
        let Some(at) = self.object_at(map)? else { return Ok(Domain::never()) };
        let Some((entries, _)) = self.entries(&at) else {
            let items = self.fields(&at).into_iter();
            let items = items.map(|(key, _, when)| Item { when, binding: Binding::Text(key) }).collect();
            return Ok(Domain::Only(self.holds_object(&at), Box::new(Domain::Items(items))));
        };
        let list = Typed::computed(entries, KIND_LIST, !at.is_always_object());
        let element = Spot::Fixed(0, MemberType::String);
        Ok(Domain::List(Elements { list, element, at_start: true, skip: Vec::new() }))
    }

    /// Values of an object: the declared ones that are there, and those of the other entries.
    fn values(&mut self, map: &'a Expr) -> Result<Domain<'a>, EmitError> {
        let Some(at) = self.object_at(map)? else { return Ok(Domain::never()) };
        let fields = self.fields(&at);
        let skip = fields.iter().map(|(key, _, _)| key.clone()).collect();
        let items = fields.into_iter();
        let items: Vec<_> =
            items.map(|(_, field, when)| Item { when, binding: Binding::Location(field) }).collect();
        let Some((entries, element)) = self.entries(&at) else {
            return Ok(Domain::Only(self.holds_object(&at), Box::new(Domain::Items(items))));
        };
        let list = Typed::computed(entries, KIND_LIST, !at.is_always_object());
        let others = Domain::List(Elements { list, element, at_start: false, skip });
        Ok(if items.is_empty() { others } else { Domain::Concat(vec![Domain::Items(items), others]) })
    }

    /// Where an object may stand; `None` if none can.
    fn object_at(&mut self, map: &'a Expr) -> Result<Option<Location<'a>>, EmitError> {
        Ok(self.locate(map)?.filter(|at| at.kinds() & KIND_OBJECT != 0))
    }

    /// Declared keys, sorted, with where their values stand and whether they are there.
    fn fields(&mut self, at: &Location<'a>) -> Vec<(Arc<str>, Location<'a>, Cond)> {
        let keys: Vec<_> = at.shape().fields().collect();
        let fields = keys.into_iter().map(|key| {
            let below = self.steps(at.clone(), core::slice::from_ref(key));
            let when = if below.missing { self.is_there(&below) } else { Cond::TRUE };
            (key.clone(), below, when)
        });
        fields.collect()
    }

    fn holds_object(&mut self, at: &Location<'a>) -> Cond {
        if at.is_always_object() {
            return Cond::TRUE;
        }
        let value = self.read(at);
        Cond::sure(TestKind::IsKind(value.value, u32::from(KIND_OBJECT)), At::default())
    }

    /// The domain is a list.
    pub(super) fn is_list(&self, domain: &Domain<'a>) -> Cond {
        match domain {
            Domain::List(elements) => self.holds_list(&elements.list),
            Domain::Items(_) => Cond::TRUE,
            Domain::Concat(parts) => Cond::all(parts.iter().map(|part| self.is_list(part))),
            Domain::Either { none, first, second } => {
                let other = Cond::all([none.clone(), self.is_list(second)]);
                Cond::any([self.is_list(first), other])
            }
            Domain::Only(condition, inner) => Cond::all([condition.clone(), self.is_list(inner)]),
        }
    }

    /// The domain is a list, unless going through it finds nothing anyway where it is none.
    pub(super) fn is_list_if_it_matters(&self, domain: &Domain<'a>) -> Cond {
        match domain {
            Domain::List(_) | Domain::Items(_) => Cond::TRUE,
            Domain::Concat(_) => self.is_list(domain),
            Domain::Either { first, second, .. } => {
                match (self.is_list_if_it_matters(first), self.is_list_if_it_matters(second)) {
                    (Cond::Const(true), Cond::Const(true)) => Cond::TRUE,
                    _ => self.is_list(domain),
                }
            }
            Domain::Only(condition, inner) => {
                Cond::all([condition.clone(), self.is_list_if_it_matters(inner)])
            }
        }
    }

    /// The location of an element in its loop.
    pub(super) fn element_in_loop(&self, elements: &Elements<'a>, depth: u8) -> Binding<'a> {
        let base = Base::Element(depth);
        Binding::Location(Location { base, spot: elements.element, missing: false, suspects: Vec::new() })
    }

    /// The element of the loop at this depth is not left out.
    pub(super) fn is_included(&self, elements: &Elements<'a>, depth: u8) -> Cond {
        if elements.skip.is_empty() {
            return Cond::TRUE;
        }
        let key = Value::Element(depth, Offset::Fixed(0));
        Cond::sure(TestKind::InTexts(key, elements.skip.clone()), At::default()).negated()
    }

    /// The constants that the elements are, if all are constants.
    pub(super) fn constants(&mut self, domain: &Domain<'a>) -> Result<Option<Vec<Const>>, EmitError> {
        let Domain::Items(items) = domain else { return Ok(None) };
        let mut constants = Vec::with_capacity(items.len());
        for item in items {
            let constant = match &item.binding {
                Binding::Expr(expr) if item.when == Cond::TRUE => self.value(expr)?.known().cloned(),
                Binding::Text(text) if item.when == Cond::TRUE => Some(Const::Text(text.clone())),
                Binding::Expr(_) | Binding::Text(_) | Binding::Location(_) => None,
            };
            match constant {
                Some(constant) => constants.push(constant),
                None => return Ok(None),
            }
        }
        Ok(Some(constants))
    }

    /// What an item or element is.
    pub(super) fn bound_value(&mut self, binding: &Binding<'a>) -> Result<Typed, EmitError> {
        match binding {
            Binding::Location(at) => Ok(self.read(at)),
            Binding::Expr(expr) => self.unshifted(expr),
            Binding::Text(text) => Ok(Typed::constant(Const::Text(text.clone()))),
        }
    }

    /// The type of a captured place that a list's elements have; for lists read as a whole.
    pub(super) fn wants_elements(&mut self, elements: &Elements<'a>) {
        if let Spot::Captured(place, shape) = elements.element
            && shape.kinds() != 0
        {
            self.want(place);
        }
    }
}
