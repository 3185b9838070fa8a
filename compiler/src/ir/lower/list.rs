//! What can be gone through. In: list expressions of the typed tree. Out: [`Domain`], the shape that quantifiers, `in`, `subset`,
//! `zip` and folds recurse over.

use super::Lower;
use super::place::{Base, Binding, Location, Spot};
use super::value::Typed;
use crate::ir::error::EmitError;
use crate::ir::{At, Cond, TestKind};
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
}

/// One element.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    /// It is an element only then.
    pub(super) when: Cond,
    /// The element.
    pub(super) binding: Binding<'a>,
}

impl<'a> Item<'a> {
    fn always(binding: Binding<'a>) -> Self {
        Self { when: Cond::TRUE, binding }
    }
}

impl<'a> Lower<'a, '_> {
    /// What a list expression goes through.
    pub(super) fn domain(&mut self, expr: &'a Expr) -> Result<Domain<'a>, EmitError> {
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
                Domain::List(Elements { list, element, at_start })
            }
            _ => match self.locate(expr)? {
                Some(at) => self.list_at(&at),
                None => Domain::Only(Cond::FALSE, Box::new(Domain::Items(Vec::new()))),
            },
        })
    }

    fn list_at(&mut self, at: &Location<'a>) -> Domain<'a> {
        let list = self.read(at);
        if list.never(KIND_LIST) {
            return Domain::Only(Cond::FALSE, Box::new(Domain::Items(Vec::new())));
        }
        let element = self.element(at);
        let at_start = matches!(element, Spot::Captured(..) | Spot::Fixed(..));
        Domain::List(Elements { list, element, at_start })
    }

    fn keys(&mut self, map: &'a Expr) -> Result<Domain<'a>, EmitError> {
        self.members(map, |_| Spot::Fixed(0, MemberType::String), |_, key| Binding::Text(key.clone()))
    }

    fn values(&mut self, map: &'a Expr) -> Result<Domain<'a>, EmitError> {
        self.members(map, |value| value, |field, _| Binding::Location(field))
    }

    /// Members of a map: the entries, and declared keys one by one.
    fn members(
        &mut self,
        map: &'a Expr,
        of_entry: impl Fn(Spot<'a>) -> Spot<'a>,
        of_field: impl Fn(Location<'a>, &Arc<str>) -> Binding<'a>,
    ) -> Result<Domain<'a>, EmitError> {
        let never = Domain::Only(Cond::FALSE, Box::new(Domain::Items(Vec::new())));
        let Some(at) = self.locate(map)? else { return Ok(never) };
        if at.kinds() & KIND_OBJECT == 0 {
            return Ok(never);
        }
        let mut items = Vec::new();
        for key in at.shape().fields().collect::<Vec<_>>() {
            let below = self.steps(at.clone(), core::slice::from_ref(key));
            let when = if below.missing { self.is_there(&below) } else { Cond::TRUE };
            let binding = of_field(below, key);
            items.push(Item { when, binding });
        }
        let always = !at.missing && at.kinds() == KIND_OBJECT;
        let Some((entries, spot)) = self.entries(&at) else {
            let is_object = self.holds_object(&at);
            return Ok(Domain::Only(is_object, Box::new(Domain::Items(items))));
        };
        let element = of_entry(spot);
        // The key is what stands at offset 0 of an entry.
        let at_start = matches!(element, Spot::Fixed(..));
        let list = Typed::computed(entries, KIND_LIST, !always);
        let others = Domain::List(Elements { list, element, at_start });
        Ok(if items.is_empty() { others } else { Domain::Concat(vec![Domain::Items(items), others]) })
    }

    fn holds_object(&mut self, at: &Location<'a>) -> Cond {
        if !at.missing && at.kinds() == KIND_OBJECT {
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
            Binding::Expr(expr) => self.value(expr),
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
