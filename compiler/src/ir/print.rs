//! The IR as text, for tests and for readers of the compiler. In: a tool's IR and the places it reads. Out: an outline: conditions
//! indented, tests on a line each, `?` after a test that holds where it is unknown.

use super::captures::{Captures, Node, Place, Step as Below, Tree};
use super::lower::{Host, Reads};
use super::{
    Arm, Cond, Fold, FoldPart, Loop, Offset, Step, Test, TestKind, ToolIr, Unknown, Value, ViewMember, views,
};
use crate::typed::{Const, Policy};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::memory::FactPart;
use std::fmt::Write;
use std::sync::Arc;

/// The outline of a tool's IR.
#[must_use]
pub fn outline(ir: &ToolIr, policy: &Policy, reads: &Reads, host: &Host) -> String {
    let mut printer = Printer { policy, reads, host, out: String::new() };
    for (phase, units) in [("denies", &ir.denies), ("asks", &ir.asks), ("allows", &ir.allows)] {
        if !units.is_empty() {
            printer.line(0, phase);
        }
        for unit in units {
            for (index, arm) in unit.arms.iter().enumerate() {
                printer.arm(arm, index > 0);
            }
        }
    }
    printer.out
}

struct Printer<'p> {
    policy: &'p Policy,
    reads: &'p Reads,
    host: &'p Host,
    out: String,
}

impl Printer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{:1$}{text}", "", indent.saturating_mul(2));
    }

    fn arm(&mut self, arm: &Arm, or_else: bool) {
        let id = self.policy.statements.get(arm.statement as usize).map_or("?", |head| &*head.id);
        self.line(1, &format!("{}{id} matches", if or_else { "else " } else { "" }));
        self.cond(2, &arm.matches);
        match &arm.grants {
            None => {}
            Some(grants) if *grants == arm.matches => self.line(1, &format!("{id} then grants")),
            Some(grants) => {
                self.line(1, &format!("{id} grants"));
                self.cond(2, grants);
            }
        }
    }

    fn cond(&mut self, indent: usize, condition: &Cond) {
        let inner = indent.saturating_add(1);
        match condition {
            Cond::Const(value) => self.line(indent, if *value { "always" } else { "never" }),
            Cond::All(parts) => {
                self.line(indent, "all of");
                parts.iter().for_each(|part| self.cond(inner, part));
            }
            Cond::Any(parts) => {
                self.line(indent, "any of");
                parts.iter().for_each(|part| self.cond(inner, part));
            }
            Cond::Test(test) => {
                let text = self.test(test);
                self.line(indent, &text);
            }
            Cond::Loop(quantifier) => {
                let Loop { all, depth, list, zip, body, .. } = &**quantifier;
                let second = zip.as_ref().map_or(String::new(), |list| format!(" with {}", self.value(list)));
                let word = if *all { "each" } else { "some" };
                let text = format!("{word} e{depth} in {}{second}", self.value(list));
                self.line(indent, &text);
                self.cond(inner, body);
            }
            Cond::Let(local, value, body) => {
                let text = format!("with t{local} = {}", self.value(value));
                self.line(indent, &text);
                self.cond(inner, body);
            }
        }
    }

    /// A condition within a value, on one line.
    fn inline(&self, condition: &Cond) -> String {
        let list = |word: &str, parts: &[Cond]| {
            let parts: Vec<_> = parts.iter().map(|part| self.inline(part)).collect();
            format!("{word}({})", parts.join(", "))
        };
        match condition {
            Cond::Const(value) => (if *value { "always" } else { "never" }).to_owned(),
            Cond::All(parts) => list("all", parts),
            Cond::Any(parts) => list("any", parts),
            Cond::Test(test) => self.test(test),
            Cond::Loop(inner) => format!(
                "{}(e{} in {}: {})",
                if inner.all { "each" } else { "some" },
                inner.depth,
                self.value(&inner.list),
                self.inline(&inner.body)
            ),
            Cond::Let(local, value, body) => {
                format!("with(t{local} = {}: {})", self.value(value), self.inline(body))
            }
        }
    }

    fn test(&self, test: &Test) -> String {
        let negated = if test.negate { "not " } else { "" };
        let unknown = if test.unknown == Unknown::True { "?" } else { "" };
        format!("{negated}{}{unknown}", self.kind(&test.kind))
    }

    fn kind(&self, kind: &TestKind) -> String {
        let value = |value: &Value| self.value(value);
        match kind {
            TestKind::Present(a) => format!("has {}", value(a)),
            TestKind::IsNull(a) => format!("{} is null", value(a)),
            TestKind::IsKind(a, kinds) => format!("{} is of kinds {kinds:#b}", value(a)),
            TestKind::IsTrue(a) => value(a),
            TestKind::EqText(a, text) => format!("{} == {text:?}", value(a)),
            TestKind::CompareNumber(a, op, number) => {
                format!("{} {} {}", value(a), op.name(), self::number(*number))
            }
            TestKind::Equal(a, b) => format!("{} == {}", value(a), value(b)),
            TestKind::CompareValues(a, op, b) => format!("{} {} {}", value(a), op.name(), value(b)),
            TestKind::InTexts(a, texts) => format!("{} in {}", value(a), set(texts)),
            TestKind::InNumbers(a, numbers) => {
                let numbers: Vec<_> = numbers.iter().map(|number| self::number(*number)).collect();
                format!("{} in {{{}}}", value(a), numbers.join(", "))
            }
            TestKind::ListHasText(a, text) => format!("{text:?} in {}", value(a)),
            TestKind::ListHasNumber(a, number) => format!("{} in {}", self::number(*number), value(a)),
            TestKind::ListHas(a, b) => format!("{} in {}", value(b), value(a)),
            TestKind::StartsWith(a, b) => format!("{} starts_with {}", value(a), value(b)),
            TestKind::EndsWith(a, b) => format!("{} ends_with {}", value(a), value(b)),
            TestKind::Contains(a, b) => format!("{} contains {}", value(a), value(b)),
            TestKind::Mentions(a, b) => format!("{} mentions {}", value(a), value(b)),
            TestKind::Matches(a, pattern) => format!("{} fits {}", value(a), pattern.source),
            TestKind::Under(a, root) => format!("{} under {root:?}", value(a)),
            TestKind::InCidr(a, block) => format!("{} in cidr {block:?}", value(a)),
            TestKind::SubsetTexts(a, texts) => format!("{} within {}", value(a), set(texts)),
            TestKind::Subset(a, b) => format!("{} within {}", value(a), value(b)),
            TestKind::HasLabel(label) => {
                let label = self.policy.labels.get(*label as usize).map_or("?", |label| &*label.id);
                format!("has label {label}")
            }
            TestKind::InSet(a, fact, keys) => format!("{} in {}", value(a), self.fact(*fact, keys)),
            TestKind::SameLength(a, b) => format!("{} as long as {}", value(a), value(b)),
        }
    }

    fn value(&self, value: &Value) -> String {
        let inner = |value: &Value| self.value(value);
        match value {
            Value::Missing => "nothing".to_owned(),
            Value::Const(constant) => self::constant(constant),
            Value::Now => "now".to_owned(),
            Value::Plain(offset) => self.offset(*offset, None),
            Value::Element(depth, offset) => self.offset(*offset, Some(&format!("e{depth}"))),
            Value::Local(local) => format!("t{local}"),
            Value::Coalesce(first, second) => format!("({} ?? {})", inner(first), inner(second)),
            Value::Choose(condition, yes, no) => {
                format!("(if {} then {} else {})", self.inline(condition), inner(yes), inner(no))
            }
            Value::Linear(terms, constant) => {
                let mut parts: Vec<_> =
                    terms.iter().map(|(factor, term)| format!("{factor}*{}", inner(term))).collect();
                if *constant != 0 {
                    parts.push(number(*constant));
                }
                format!("({})", parts.join(" + "))
            }
            Value::Length(text) => format!("length({})", inner(text)),
            Value::Lower(text) => format!("lower({})", inner(text)),
            Value::Count(list) => format!("count({})", inner(list)),
            Value::Fold(fold) => self.fold(fold),
            Value::First(list, part) => self.offset(*part, Some(&format!("first({})", inner(list)))),
            Value::Last(list, part) => self.offset(*part, Some(&format!("last({})", inner(list)))),
            Value::Table(table, key) => {
                let entries: Vec<_> =
                    table.iter().map(|(key, value)| format!("{key:?}: {}", self::constant(value))).collect();
                format!("{{{}}}[{}]", entries.join(", "), inner(key))
            }
            Value::MapGet { entries, key, part } => {
                self.offset(*part, Some(&format!("{}[{}]", inner(entries), inner(key))))
            }
            Value::Civil(part, time, zone) => format!("{part:?}({}, {zone:?})", inner(time)),
            Value::View(member) => self.view(member),
            Value::Fact(fact) => {
                let part = match fact.part {
                    FactPart::Field(field) => field.to_string(),
                    FactPart::LearnedAt => "learned".to_owned(),
                    FactPart::Known => "known".to_owned(),
                };
                format!("{}.{part}", self.fact(fact.fact, &fact.keys))
            }
            Value::ResultText => "result.text".to_owned(),
        }
    }

    fn fold(&self, fold: &Fold) -> String {
        let parts: Vec<_> = fold.parts.iter().map(|part| self.fold_part(part)).collect();
        format!("(if {} then fold({}))", self.inline(&fold.present), parts.join("; "))
    }

    fn fold_part(&self, part: &FoldPart) -> String {
        let several = |parts: &[FoldPart]| {
            let parts: Vec<_> = parts.iter().map(|part| self.fold_part(part)).collect();
            parts.join("; ")
        };
        match part {
            FoldPart::Loop { depth, list, body } => {
                format!("each e{depth} in {}: {}", self.value(list), several(body))
            }
            FoldPart::When(condition, parts) => {
                format!("when {}: {}", self.inline(condition), several(parts))
            }
            FoldPart::Once(Step::Count(counted)) => {
                format!("count if {} of {}", self.inline(&counted.yes), self.inline(&counted.maybe))
            }
            FoldPart::Once(Step::Add(terms, constant)) => {
                format!("add {}", self.value(&Value::Linear(terms.clone(), *constant)))
            }
        }
    }

    fn fact(&self, fact: u32, keys: &[Value]) -> String {
        let id = self.policy.facts.get(fact as usize).map_or("?", |fact| &*fact.id);
        let keys: Vec<_> = keys.iter().map(|key| self.value(key)).collect();
        format!("{id}({})", keys.join(", "))
    }

    fn view(&self, member: &ViewMember) -> String {
        let ViewMember { call, member } = member;
        let view = policyc_runtime::views::ViewId::from_number(call.view).and_then(|id| id.spec());
        let name = view.map_or("view", |view| view.name);
        let param = call.param.as_ref().map_or(String::new(), |param| format!(", {param:?}"));
        let member = views::member(call.view, *member).map_or("?", |member| member.name);
        let dot = if member.is_empty() { "" } else { "." };
        format!("{name}({}{param}){dot}{member}", self.value(&call.subject))
    }

    /// A place, relative to a frame where there is one.
    fn offset(&self, offset: Offset, frame: Option<&str>) -> String {
        let base = frame.unwrap_or_default();
        match offset {
            Offset::Fixed(offset) => format!("{base}.{offset}"),
            Offset::Captured(place) => self.path(place, frame),
            Offset::Entries(place) => format!("entries({})", self.path(place, frame)),
        }
    }

    fn path(&self, place: Place, frame: Option<&str>) -> String {
        let (name, captures) = match place.tree {
            Tree::Args => ("args", &self.reads.args),
            Tree::Principal => ("principal", &self.host.principal),
            Tree::Session => ("session", &self.host.session),
            Tree::Result => ("result", &self.reads.result),
        };
        let mut steps = Vec::new();
        let mut at = place.node;
        let mut in_frame = false;
        while let Some((parent, step)) = step_to(captures, at) {
            match step {
                Below::Key(key) => steps.push(key.clone()),
                Below::Element | Below::Entry => {
                    in_frame = true;
                    break;
                }
            }
            at = parent;
        }
        let base = if in_frame { frame.unwrap_or("?") } else { name };
        steps.push(Arc::from(base));
        steps.reverse();
        steps.join(".")
    }
}

/// The node above and the step from there.
fn step_to(captures: &Captures, node: u32) -> Option<(u32, &Below)> {
    let parent = captures.node(node)?.parent?;
    let Node { below, .. } = captures.node(parent)?;
    below.iter().find(|(_, child)| **child == node).map(|(step, _)| (parent, step))
}

fn constant(constant: &Const) -> String {
    match constant {
        Const::Bool(value) => value.to_string(),
        Const::Number(number) => self::number(*number),
        Const::Text(text) => format!("{text:?}"),
    }
}

fn number(units: i128) -> String {
    Decimal::from_units(units).map_or_else(|| format!("{units}e-9"), |number| number.to_string())
}

fn set(texts: &[Arc<str>]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("{{{}}}", texts.join(", "))
}
