//! Predicates that are evaluated at most once. In: the conditions of one tool. Out: which quantifiers, patterns and views occur more
//! than once, or in a loop on whose element they do not depend; each gets a memo cell.
//!
//! A view is called on demand; once called, all members that the tool reads stay in registers of their own.

use super::visit::Part;
use super::{Cond, Loop, TestKind, ToolIr, Value, ViewCall};
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
            candidates.cond(&arm.matches, false);
            if let Some(grants) = arm.grants.as_ref().filter(|grants| **grants != arm.matches) {
                candidates.cond(grants, false);
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

    /// How a view is shared.
    #[must_use]
    pub fn of_view(&self, call: &ViewCall) -> Option<&SharedView> {
        self.views.get(call)
    }
}

impl<'i> Candidates<'i> {
    fn cond(&mut self, condition: &'i Cond, repeated: bool) {
        match condition {
            Cond::Loop(inner) if is_closed_loop(inner) => {
                let key = as_any(inner);
                if let Some(index) = self.loops.get(&key).copied() {
                    // Its parts are evaluated no more often than it is.
                    self.used(index, repeated);
                    return;
                }
                self.loops.insert(key.clone(), self.order.len());
                self.add(Kind::Loop(Box::new(key)), repeated);
            }
            Cond::Test(test) if is_dear(&test.kind) => match self.tests.get(&test.kind).copied() {
                Some(index) => self.used(index, repeated),
                None => {
                    self.tests.insert(&test.kind, self.order.len());
                    self.add(Kind::Test(&test.kind), repeated);
                }
            },
            Cond::Const(_) | Cond::All(_) | Cond::Any(_) | Cond::Test(_) | Cond::Loop(_) | Cond::Let(..) => {}
        }
        condition.parts(&mut |part| self.part(part, repeated));
    }

    fn value(&mut self, value: &'i Value, repeated: bool) {
        if let Value::View(member) = value
            && is_closed(&member.call.subject, u8::MAX)
        {
            let index = match self.views.get(&member.call).copied() {
                Some(index) => {
                    self.used(index, repeated);
                    index
                }
                None => {
                    self.views.insert(&member.call, self.order.len());
                    self.add(Kind::View(&member.call, BTreeSet::new()), repeated);
                    self.order.len().saturating_sub(1)
                }
            };
            if let Some(Candidate { kind: Kind::View(_, members), .. }) = self.order.get_mut(index) {
                members.insert(member.member);
            }
        }
        value.parts(&mut |part| self.part(part, repeated));
    }

    fn part(&mut self, part: Part<'i>, repeated: bool) {
        match part {
            Part::Cond(condition) => self.cond(condition, repeated),
            Part::Value(value) => self.value(value, repeated),
            Part::LoopCond(_, condition) => self.cond(condition, true),
            Part::LoopValue(_, value) => self.value(value, true),
        }
    }

    fn add(&mut self, kind: Kind<'i>, repeated: bool) {
        self.order.push(Candidate { kind, uses: 1_u32.saturating_add(u32::from(repeated)) });
    }

    fn used(&mut self, index: usize, repeated: bool) {
        if let Some(candidate) = self.order.get_mut(index) {
            candidate.uses = candidate.uses.saturating_add(1).saturating_add(u32::from(repeated));
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
                    let view = SharedView { cell, members: members.into_iter().collect(), first };
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
        TestKind::Matches(value, _) => is_closed(value, u8::MAX),
        _ => false,
    }
}

/// The quantifier as `any`, which is how it is kept.
fn as_any(quantifier: &Loop) -> Loop {
    let body = quantifier.body.clone();
    Loop { all: false, body: if quantifier.all { body.negated() } else { body }, ..quantifier.clone() }
}

fn is_closed_loop(quantifier: &Loop) -> bool {
    is_closed(&quantifier.list, u8::MAX)
        && quantifier.zip.as_ref().is_none_or(|list| is_closed(list, u8::MAX))
        && is_closed_cond(&quantifier.body, quantifier.depth)
}

/// Depends on no element of a depth below `bound`, and on no local. (A local within a quantifier makes it no candidate: rare, and
/// sharing is no more than an economy.)
fn is_closed(value: &Value, bound: u8) -> bool {
    let mut closed = match value {
        Value::Element(depth, _) => *depth >= bound,
        Value::Local(_) => false,
        _ => true,
    };
    value.parts(&mut |part| closed = closed && is_closed_part(part, bound));
    closed
}

fn is_closed_cond(condition: &Cond, bound: u8) -> bool {
    let mut closed = true;
    condition.parts(&mut |part| closed = closed && is_closed_part(part, bound));
    closed
}

fn is_closed_part(part: Part<'_>, bound: u8) -> bool {
    match part {
        Part::Cond(condition) => is_closed_cond(condition, bound),
        Part::Value(value) => is_closed(value, bound),
        // The frames of an inner loop are its own; a loop stands deeper than those around it.
        Part::LoopCond(depth, condition) => is_closed_cond(condition, bound.min(depth)),
        Part::LoopValue(depth, value) => is_closed(value, bound.min(depth)),
    }
}
