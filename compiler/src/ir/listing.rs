//! Partial evaluation for tool lists (language.md section 2): the principal is known; arguments, session and time are not. In: a
//! condition. Out: a condition over the principal alone that is stronger ([`must`]) or weaker ([`may`]) whatever the rest is.

use super::captures::Tree;
use super::visit::Part;
use super::{Cond, Loop, Offset, Test, TestKind, Value, views};

/// Holds only if the condition holds for every call of this principal.
#[must_use]
pub fn must(condition: &Cond) -> Cond {
    Partial { unknown: false, elements: Vec::new(), locals: Vec::new() }.cond(condition)
}

/// Holds if the condition holds for some call of this principal.
#[must_use]
pub fn may(condition: &Cond) -> Cond {
    Partial { unknown: true, elements: Vec::new(), locals: Vec::new() }.cond(condition)
}

struct Partial {
    /// What a test that cannot be known comes to.
    unknown: bool,
    /// Depths of loops over lists that are known.
    elements: Vec<u8>,
    /// Locals that are known.
    locals: Vec<u32>,
}

impl Partial {
    fn cond(&mut self, condition: &Cond) -> Cond {
        match condition {
            Cond::Const(value) => Cond::Const(*value),
            Cond::All(parts) => Cond::all(parts.iter().map(|part| self.cond(part)).collect::<Vec<_>>()),
            Cond::Any(parts) => Cond::any(parts.iter().map(|part| self.cond(part)).collect::<Vec<_>>()),
            Cond::Test(test) if self.knows_test(&test.kind) => Cond::Test(Test::clone(test)),
            Cond::Test(_) => Cond::Const(self.unknown),
            Cond::Loop(inner) => self.quantifier(inner),
            Cond::Let(local, value, body) => {
                if !self.knows(value) {
                    return self.cond(body);
                }
                self.locals.push(*local);
                let body = self.cond(body);
                self.locals.pop();
                Cond::bind(*local, Value::clone(value), body)
            }
        }
    }

    fn quantifier(&mut self, inner: &Loop) -> Cond {
        let Loop { all, depth, list, zip, body, at } = inner;
        let known = self.knows(list) && zip.as_ref().is_none_or(|list| self.knows(list));
        if !known {
            // Such a list may be empty, and may hold any elements.
            return if *all == self.unknown { Cond::Const(self.unknown) } else { self.cond(body) };
        }
        let before = self.elements.len();
        self.elements.extend([*depth].into_iter().chain(zip.as_ref().map(|_| depth.saturating_add(1))));
        let body = self.cond(body);
        self.elements.truncate(before);
        let some = |body| Cond::some(*depth, list.clone(), zip.clone(), body, *at);
        if *all { some(body.negated()).negated() } else { some(body) }
    }

    fn knows_test(&self, test: &TestKind) -> bool {
        let mut known = !matches!(test, TestKind::HasLabel(_) | TestKind::InSet(..));
        test.operands(&mut |value| known = known && self.knows(value));
        known
    }

    fn knows(&self, value: &Value) -> bool {
        let mut known = match value {
            Value::Plain(offset) => of_principal(*offset),
            Value::Element(depth, _) => self.elements.contains(depth),
            Value::Local(local) => self.locals.contains(local),
            // A zone's table may end before the time of the call.
            Value::Now | Value::Civil(..) | Value::Fact(_) | Value::ResultText => false,
            Value::View(member) => !views::takes_zone(member.call.view),
            Value::Missing
            | Value::Const(_)
            | Value::Coalesce(..)
            | Value::Choose(..)
            | Value::Linear(..)
            | Value::Length(_)
            | Value::Lower(_)
            | Value::Count(_)
            | Value::Fold(_)
            | Value::First(..)
            | Value::Last(..)
            | Value::Table(..)
            | Value::MapGet { .. } => true,
        };
        value.parts(&mut |part| known = known && self.knows_part(part));
        known
    }

    /// Within a value that is known as a whole, elements are those of its own lists.
    fn knows_part(&self, part: Part<'_>) -> bool {
        match part {
            Part::Value(value) => self.knows(value),
            Part::Cond(condition) => self.knows_cond(condition),
            Part::LoopValue(depth, value) => self.within(depth).knows(value),
            Part::LoopCond(depth, condition) => self.within(depth).knows_cond(condition),
        }
    }

    fn knows_cond(&self, condition: &Cond) -> bool {
        let mut known = true;
        if let Cond::Let(local, value, body) = condition {
            let mut inner = self.within(u8::MAX);
            inner.locals.push(*local);
            return self.knows(value) && inner.knows_cond(body);
        }
        condition.parts(&mut |part| known = known && self.knows_part(part));
        known
    }

    /// The same, with frames from `depth` on known: their lists are checked beside them.
    fn within(&self, depth: u8) -> Self {
        let mut elements = self.elements.clone();
        elements.extend((depth..u8::MAX).take(usize::from(policyc_runtime::program::instr::MAX_LOOPS)));
        Self { unknown: self.unknown, elements, locals: self.locals.clone() }
    }
}

fn of_principal(offset: Offset) -> bool {
    match offset {
        Offset::Captured(place) | Offset::Entries(place) => place.tree == Tree::Principal,
        Offset::Fixed(_) => false,
    }
}
