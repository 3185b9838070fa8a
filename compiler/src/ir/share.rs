//! Predicates that are evaluated at most once. In: the conditions of one tool. Out: which quantifiers, patterns and views occur more
//! than once, or in a loop on whose element they do not depend; each gets a memo cell.
//!
//! A view is called on demand; once called, all members that the tool reads stay in registers of their own. A view of a list's
//! element is called at most once per element.

use super::visit::{Part, fold_part};
use super::{Cond, FoldPart, Loop, TestKind, ToolIr, Value, ViewCall};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What is shared within one tool.
#[derive(Debug, Default)]
pub struct Shared {
    loops: FxHashMap<Loop, u16>,
    tests: FxHashMap<TestKind, u16>,
    views: FxHashMap<ViewCall, SharedView>,
    /// Memo cells used.
    pub cells: u16,
    /// Registers for members of shared views, counted from the first.
    pub registers: u16,
}

/// A view that is called at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedView {
    /// Its memo cell: set once it was called.
    pub cell: u16,
    /// Members that are read, ascending.
    pub members: Vec<u8>,
    /// Where the first member goes, counted from the first shared register; the others follow.
    pub first: u16,
    /// Depth of the innermost element that its text is part of: it is called anew for each.
    pub element: Option<u8>,
}

/// What may be shared, and how often it occurs.
#[derive(Debug, Default)]
struct Candidates<'i> {
    /// In the order first met, so that cells are numbered alike on every machine.
    order: Vec<Candidate<'i>>,
    loops: FxHashMap<Loop, usize>,
    tests: FxHashMap<&'i TestKind, usize>,
    views: FxHashMap<&'i ViewCall, usize>,
}

#[derive(Debug)]
struct Candidate<'i> {
    kind: Kind<'i>,
    uses: u32,
}

#[derive(Debug)]
enum Kind<'i> {
    Loop(Box<Loop>),
    Test(&'i TestKind),
    View(&'i ViewCall, BTreeSet<u8>),
}

impl Shared {
    /// What is shared among the conditions of a tool.
    #[must_use]
    pub fn of(ir: &ToolIr) -> Self {
        let mut candidates = Candidates::default();
        for arm in [&ir.denies, &ir.asks, &ir.allows].into_iter().flatten().flat_map(|unit| &unit.arms) {
            candidates.cond(&arm.matches, None);
            if let Some(grants) = arm.grants.as_ref().filter(|grants| **grants != arm.matches) {
                candidates.cond(grants, None);
            }
        }
        candidates.shared()
    }

    /// The memo cell of a quantifier, as `any`; the flag says that the cell holds the opposite.
    #[must_use]
    pub fn of_loop(&self, quantifier: &Loop) -> Option<(u16, bool)> {
        if self.loops.is_empty() {
            return None;
        }
        self.loops.get(&as_any(quantifier)).map(|cell| (*cell, quantifier.all))
    }

    /// The memo cell of a test.
    #[must_use]
    pub fn of_test(&self, test: &TestKind) -> Option<u16> {
        self.tests.get(test).copied()
    }

    /// Cells to reset for each element of the loop at a depth: those of views, among the ones that `collect` names, that read it.
    #[must_use]
    pub fn reset_in<'i>(&self, depth: u8, zip: bool, collect: &mut dyn FnMut(&mut Views<'i>)) -> Vec<u16> {
        if self.views.is_empty() {
            return Vec::new();
        }
        let mut views = Views::default();
        collect(&mut views);
        let frames = depth..=depth.saturating_add(u8::from(zip));
        let shared = views.calls.iter().filter_map(|call| self.views.get(*call));
        let mut cells: Vec<u16> = shared
            .filter(|view| view.element.is_some_and(|element| frames.contains(&element)))
            .map(|view| view.cell)
            .collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// How a view is shared.
    #[must_use]
    pub fn of_view(&self, call: &ViewCall) -> Option<&SharedView> {
        self.views.get(call)
    }
}

impl<'i> Candidates<'i> {
    /// `inside`: depth of the innermost loop around.
    fn cond(&mut self, condition: &'i Cond, inside: Option<u8>) {
        match condition {
            Cond::Loop(inner) if Needs::of_loop(inner) == Needs::NOTHING => {
                let key = as_any(inner);
                if let Some(index) = self.loops.get(&key).copied() {
                    // Its parts are evaluated no more often than it is.
                    self.used(index, inside);
                    return;
                }
                self.loops.insert(key.clone(), self.order.len());
                self.add(Kind::Loop(Box::new(key)), inside);
            }
            Cond::Test(test) if is_dear(&test.kind) => match self.tests.get(&test.kind).copied() {
                Some(index) => self.used(index, inside),
                None => {
                    self.tests.insert(&test.kind, self.order.len());
                    self.add(Kind::Test(&test.kind), inside);
                }
            },
            Cond::Const(_) | Cond::All(_) | Cond::Any(_) | Cond::Test(_) | Cond::Loop(_) | Cond::Let(..) => {}
        }
        condition.parts(&mut |part| self.part(part, inside));
    }

    fn value(&mut self, value: &'i Value, inside: Option<u8>) {
        if let Value::View(member) = value
            && let needs = Needs::of_value(&member.call.subject)
            && !needs.local
        {
            // Of an element it is called anew for each, so that only a loop within is a repetition.
            let inside = inside.filter(|depth| needs.element.is_none_or(|element| *depth > element));
            let index = match self.views.get(&member.call).copied() {
                Some(index) => {
                    self.used(index, inside);
                    index
                }
                None => {
                    self.views.insert(&member.call, self.order.len());
                    self.add(Kind::View(&member.call, BTreeSet::new()), inside);
                    self.order.len().saturating_sub(1)
                }
            };
            if let Some(Candidate { kind: Kind::View(_, members), .. }) = self.order.get_mut(index) {
                members.insert(member.member);
            }
        }
        value.parts(&mut |part| self.part(part, inside));
    }

    fn part(&mut self, part: Part<'i>, inside: Option<u8>) {
        match part {
            Part::Cond(condition) => self.cond(condition, inside),
            Part::Value(value) => self.value(value, inside),
            Part::LoopCond(depth, condition) => self.cond(condition, Some(depth)),
            Part::LoopValue(depth, value) => self.value(value, Some(depth)),
        }
    }

    fn add(&mut self, kind: Kind<'i>, inside: Option<u8>) {
        self.order.push(Candidate { kind, uses: 1_u32.saturating_add(u32::from(inside.is_some())) });
    }

    fn used(&mut self, index: usize, inside: Option<u8>) {
        if let Some(candidate) = self.order.get_mut(index) {
            candidate.uses = candidate.uses.saturating_add(1).saturating_add(u32::from(inside.is_some()));
        }
    }

    fn shared(self) -> Shared {
        let mut shared = Shared::default();
        for candidate in self.order {
            if candidate.uses < 2 || shared.cells == u16::MAX {
                continue;
            }
            let cell = shared.cells;
            match candidate.kind {
                Kind::Loop(key) => {
                    shared.loops.insert(*key, cell);
                }
                Kind::Test(test) => {
                    shared.tests.insert(test.clone(), cell);
                }
                Kind::View(call, members) => {
                    let first = shared.registers;
                    let count = u16::try_from(members.len()).unwrap_or(u16::MAX);
                    shared.registers = first.saturating_add(count);
                    let element = Needs::of_value(&call.subject).element;
                    let view = SharedView { cell, members: members.into_iter().collect(), first, element };
                    shared.views.insert(call.clone(), view);
                }
            }
            shared.cells = cell.saturating_add(1);
        }
        shared
    }
}

/// A test whose cost grows with the text, and which depends on no element.
fn is_dear(test: &TestKind) -> bool {
    match test {
        TestKind::Matches(value, _) => Needs::of_value(value) == Needs::NOTHING,
        _ => false,
    }
}

/// The quantifier as `any`, which is how it is kept.
fn as_any(quantifier: &Loop) -> Loop {
    let body = quantifier.body.clone();
    Loop { all: false, body: if quantifier.all { body.negated() } else { body }, ..quantifier.clone() }
}

/// What a part depends on that is bound around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Needs {
    /// Depth of the innermost element.
    element: Option<u8>,
    /// Some local.
    local: bool,
}

impl Needs {
    const NOTHING: Self = Self { element: None, local: false };

    fn of_value(value: &Value) -> Self {
        let mut needs = Free { depths: Vec::new(), locals: Vec::new(), needs: Self::NOTHING };
        needs.value(value);
        needs.needs
    }

    fn of_loop(quantifier: &Loop) -> Self {
        let mut needs = Free { depths: Vec::new(), locals: Vec::new(), needs: Self::NOTHING };
        needs.quantifier(quantifier);
        needs.needs
    }
}

/// Collects what a part needs.
struct Free {
    /// Depths from which on frames are bound within the part.
    depths: Vec<u8>,
    /// Locals bound within the part.
    locals: Vec<u32>,
    needs: Needs,
}

impl Free {
    fn value(&mut self, value: &Value) {
        match value {
            // A loop stands deeper than those around it.
            Value::Element(depth, _) if self.depths.first().is_none_or(|bound| depth < bound) => {
                self.needs.element = self.needs.element.max(Some(*depth));
            }
            Value::Local(local) if !self.locals.contains(local) => self.needs.local = true,
            _ => value.parts(&mut |part| self.part(part)),
        }
    }

    fn cond(&mut self, condition: &Cond) {
        match condition {
            Cond::Let(local, value, body) => {
                self.value(value);
                self.locals.push(*local);
                self.cond(body);
                self.locals.pop();
            }
            Cond::Loop(inner) => self.quantifier(inner),
            Cond::Const(_) | Cond::All(_) | Cond::Any(_) | Cond::Test(_) => {
                condition.parts(&mut |part| self.part(part));
            }
        }
    }

    fn quantifier(&mut self, inner: &Loop) {
        self.value(&inner.list);
        inner.zip.iter().for_each(|list| self.value(list));
        self.part(Part::LoopCond(inner.depth, &inner.body));
    }

    fn part(&mut self, part: Part<'_>) {
        match part {
            Part::Value(value) => self.value(value),
            Part::Cond(condition) => self.cond(condition),
            Part::LoopValue(depth, value) => {
                self.depths.push(depth);
                self.value(value);
                self.depths.pop();
            }
            Part::LoopCond(depth, condition) => {
                self.depths.push(depth);
                self.cond(condition);
                self.depths.pop();
            }
        }
    }
}

/// Collects the views below a part.
#[derive(Debug, Default)]
pub struct Views<'i> {
    calls: Vec<&'i ViewCall>,
}

impl<'i> Views<'i> {
    /// Those of a condition.
    pub fn cond(&mut self, condition: &'i Cond) {
        condition.parts(&mut |part| self.part(part));
    }

    /// Those of a part of a fold.
    pub fn fold(&mut self, parts: &'i [FoldPart]) {
        parts.iter().for_each(|part| fold_part(part, None, &mut |part| self.part(part)));
    }

    fn part(&mut self, part: Part<'i>) {
        match part {
            Part::Value(value) | Part::LoopValue(_, value) => {
                if let Value::View(member) = value {
                    self.calls.push(&member.call);
                }
                value.parts(&mut |part| self.part(part));
            }
            Part::Cond(condition) | Part::LoopCond(_, condition) => self.cond(condition),
        }
    }
}
