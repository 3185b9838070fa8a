//! Paths: where a value stands and what is known of it. In: places of the typed tree. Out: locations, which become values once
//! they are read.
//!
//! Only what is read is captured. A step from a map that is also read as a list of entries goes through those entries: a member
//! is captured in one way only.

use super::shape::{Below, Shape};
use super::value::Typed;
use super::{Lower, NO_DEFINITIONS};
use crate::ir::captures::{Place, Step, Tree};
use crate::ir::{At, Cond, Offset, TestKind, Value, views};
use crate::typed::{Const, Expr, Root, VarId};
use policyc_runtime::program::plan::{
    KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING,
};
use policyc_runtime::views::table::{MemberSpec, MemberType};
use std::sync::Arc;

/// Kinds that have no keys, `null` aside: a step into one is no absence.
const KEYLESS: u8 = KIND_BOOL | KIND_NUMBER | KIND_STRING | KIND_LIST;

/// What a variable stands for.
#[derive(Debug, Clone)]
pub(super) enum Binding<'a> {
    /// What stands at a place.
    Location(Location<'a>),
    /// An element of a literal list.
    Expr(&'a Expr),
    /// A constant text.
    Text(Arc<str>),
}

/// Where a value stands.
#[derive(Debug, Clone)]
pub(super) struct Location<'a> {
    /// What the place is relative to.
    pub(super) base: Base,
    /// The place there.
    pub(super) spot: Spot<'a>,
    /// It may be that nothing stands there.
    pub(super) missing: bool,
    /// Places above it where something may stand that has no keys: what stands here is then unknown rather than absent.
    pub(super) suspects: Vec<(Base, Place)>,
}

/// What a place is relative to.
#[derive(Debug, Clone)]
pub(super) enum Base {
    /// A root.
    Plain,
    /// The element of the loop at this depth.
    Element(u8),
    /// The first element of a list.
    First(Value),
    /// The last element of a list.
    Last(Value),
    /// The entry of a list of entries under a key.
    Entry(Value, Value),
}

/// A place relative to a base.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    /// A captured place.
    Captured(Place, Shape<'a>),
    /// A fixed offset of the frame, with text or what a view's table says.
    Fixed(u16, MemberType),
    /// A whole record of a view: only its fields are values.
    Record(&'static [MemberSpec]),
    /// Nothing ever stands here.
    Never,
}

impl Base {
    /// The value at an offset from here.
    fn at(&self, offset: Offset) -> Value {
        match self {
            Self::Plain => Value::Plain(offset),
            Self::Element(depth) => Value::Element(*depth, offset),
            Self::First(list) => Value::First(Box::new(list.clone()), offset),
            Self::Last(list) => Value::Last(Box::new(list.clone()), offset),
            Self::Entry(entries, key) => {
                Value::MapGet { entries: Box::new(entries.clone()), key: Box::new(key.clone()), part: offset }
            }
        }
    }
}

impl<'a> Location<'a> {
    /// A place where nothing stands.
    pub(super) const fn never() -> Self {
        Self { base: Base::Plain, spot: Spot::Never, missing: true, suspects: Vec::new() }
    }

    /// Kinds that can stand there.
    pub(super) fn kinds(&self) -> u8 {
        match self.spot {
            Spot::Captured(_, shape) => shape.kinds(),
            Spot::Fixed(_, ty) => views::kinds(ty),
            Spot::Record(_) | Spot::Never => 0,
        }
    }

    /// An object stands there in every call.
    pub(super) fn is_always_object(&self) -> bool {
        !self.missing && self.kinds() == KIND_OBJECT
    }

    /// The type of what stands there.
    pub(super) const fn shape(&self) -> Shape<'a> {
        match self.spot {
            Spot::Captured(_, shape) => shape,
            Spot::Fixed(..) | Spot::Record(_) | Spot::Never => Shape::Any,
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// The location of a place of the tree.
    pub(super) fn place(&mut self, place: &crate::typed::Place) -> Option<Location<'a>> {
        let start = match place.root {
            Root::Args => self.root(Tree::Args, Shape::Object(&self.args_ty.root, &self.args_ty.definitions)),
            Root::Principal => self.root(Tree::Principal, Shape::Object(self.principal, &NO_DEFINITIONS)),
            Root::Session => self.root(Tree::Session, Shape::Object(self.session, &NO_DEFINITIONS)),
            Root::Result => match self.result_ty {
                Some(result) => Location {
                    missing: self.unfit,
                    ..self.root(Tree::Result, Shape::of(&result.ty, &result.definitions))
                },
                None => Location::never(),
            },
            Root::ResultText => return None,
            Root::Var(var) => match self.variable(var)? {
                Binding::Location(location) => location,
                Binding::Expr(_) | Binding::Text(_) => return None,
            },
        };
        Some(self.steps(start, &place.steps))
    }

    fn root(&self, tree: Tree, shape: Shape<'a>) -> Location<'a> {
        let spot = Spot::Captured(Place { tree, node: 0 }, shape);
        Location { base: Base::Plain, spot, missing: false, suspects: Vec::new() }
    }

    /// What a variable stands for.
    pub(super) fn variable(&self, var: VarId) -> Option<Binding<'a>> {
        self.scope.iter().rev().find(|(bound, _)| *bound == var).map(|(_, binding)| binding.clone())
    }

    /// The location below another one.
    pub(super) fn steps(&mut self, from: Location<'a>, steps: &[Arc<str>]) -> Location<'a> {
        steps.iter().fold(from, |at, key| self.below(at, key))
    }

    fn below(&mut self, from: Location<'a>, key: &Arc<str>) -> Location<'a> {
        match from.spot {
            Spot::Captured(place, shape) => self.captured_step(from, place, shape, key),
            Spot::Record(fields) => {
                let field = fields.iter().zip(0_u16..).find(|(field, _)| field.name == &**key);
                let Some((field, offset)) = field else { return Location::never() };
                Location { spot: Spot::Fixed(offset, field.ty), missing: true, ..from }
            }
            Spot::Fixed(..) | Spot::Never => Location { spot: Spot::Never, missing: true, ..from },
        }
    }

    fn captured_step(
        &mut self,
        from: Location<'a>,
        place: Place,
        shape: Shape<'a>,
        key: &Arc<str>,
    ) -> Location<'a> {
        let mut suspects = from.suspects.clone();
        if shape.kinds() & KEYLESS != 0 {
            suspects.push((from.base.clone(), place));
        }
        let always_object = from.is_always_object();
        let (below, missing) = match shape.below(key) {
            Below::Field(field, below) => (below, !(always_object && field.required)),
            Below::Other(below) if self.captures(place.tree).has_entries(place.node) => {
                let entries = self.entries_value(&from, place);
                let key = Value::Const(Const::Text(key.clone()));
                let spot = self.entry_spot(place, below);
                return Location { base: Base::Entry(entries, key), spot, missing: true, suspects };
            }
            Below::Other(below) => (below, true),
            Below::Never => return Location { spot: Spot::Never, missing: true, suspects, ..from },
        };
        let node = self.captures(place.tree).below(place.node, Step::Key(key.clone()));
        let spot = Spot::Captured(Place { tree: place.tree, node }, below);
        Location { base: from.base, spot, missing, suspects }
    }

    /// Something that has no keys stands above the place.
    pub(super) fn is_cut_off(&mut self, at: &Location<'a>) -> Cond {
        Cond::any(at.suspects.iter().map(|(base, place)| {
            self.want(*place);
            let value = base.at(Offset::Captured(*place));
            Cond::sure(TestKind::IsKind(value, u32::from(KEYLESS)), At::default())
        }))
    }

    /// The list of entries of the map at a captured place.
    fn entries_value(&mut self, map: &Location<'a>, place: Place) -> Value {
        self.captures(place.tree).want_entries(place.node);
        map.base.at(Offset::Entries(place))
    }

    /// The list of entries of the map there and what a member is in an entry's frame; `None` if it has no members but declared
    /// ones.
    pub(super) fn entries(&mut self, map: &Location<'a>) -> Option<(Value, Spot<'a>)> {
        let Spot::Captured(place, shape) = map.spot else { return None };
        let below = shape.others()?;
        let entries = self.entries_value(map, place);
        Some((entries, self.entry_spot(place, below)))
    }

    fn entry_spot(&mut self, map: Place, below: Shape<'a>) -> Spot<'a> {
        let node = self.captures(map.tree).below(map.node, Step::Entry);
        Spot::Captured(Place { tree: map.tree, node }, below)
    }

    /// What an element of the list there is, relative to its frame.
    pub(super) fn element(&mut self, list: &Location<'a>) -> Spot<'a> {
        match list.spot {
            Spot::Captured(place, shape) => {
                let node = self.captures(place.tree).below(place.node, Step::Element);
                Spot::Captured(Place { tree: place.tree, node }, shape.items())
            }
            Spot::Fixed(_, ty) => element_of(ty),
            Spot::Record(_) | Spot::Never => Spot::Never,
        }
    }

    /// The value there, which is captured from then on.
    pub(super) fn read(&mut self, at: &Location<'a>) -> Typed {
        let value = match at.spot {
            Spot::Captured(place, shape) if shape.kinds() != 0 => {
                self.want(place);
                at.base.at(Offset::Captured(place))
            }
            Spot::Fixed(offset, _) => at.base.at(Offset::Fixed(offset)),
            Spot::Captured(..) | Spot::Record(_) | Spot::Never => Value::Missing,
        };
        Typed { value, kinds: at.kinds(), missing: at.missing }
    }

    /// The key is there, with whatever value.
    pub(super) fn is_there(&mut self, at: &Location<'a>) -> Cond {
        let typed = self.read(at);
        let is_null = if typed.kinds & KIND_NULL == 0 {
            Cond::FALSE
        } else {
            Cond::sure(TestKind::IsNull(typed.value.clone()), At::default())
        };
        Cond::any([self.has(&typed, At::default()), is_null])
    }
}

/// Elements of a view's list member.
pub(super) const fn element_of(ty: MemberType) -> Spot<'static> {
    match ty {
        MemberType::Strings => Spot::Fixed(0, MemberType::String),
        MemberType::Enums(texts) => Spot::Fixed(0, MemberType::Enum(texts)),
        MemberType::Records(fields) => Spot::Record(fields),
        MemberType::Bool
        | MemberType::Int
        | MemberType::Decimal
        | MemberType::String
        | MemberType::Enum(_)
        | MemberType::Date
        | MemberType::Timestamp => Spot::Never,
    }
}
