//! What is remembered: tables in order, indexes in range, and each instruction in a section of code where it means something.

use super::{VerifyError, ascending, check, within};
use crate::program::flow::{ADMIT, DECIDE, LEARN, LIST, REPLY, Region, SHOW};
use crate::program::instr::{Instr, Op};
use crate::program::memory::{FactKind, FactPart, Lasts, MAX_FIELDS, MAX_KEYS, Scope, Window};
use crate::program::{Program, StatementKind};
use alloc::vec::Vec;

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    facts(program)?;
    labels(program)?;
    limits(program)?;
    slots(program)
}

fn facts(program: &Program) -> Result<(), VerifyError> {
    let ids: Vec<&str> = program.facts.iter().map(|fact| &*fact.id).collect();
    check(ascending(&ids), "fact", 0, "facts are not sorted by id")?;
    for (index, fact) in program.facts.iter().enumerate() {
        let wrong = |holds, reason| check(holds, "fact", index, reason);
        wrong(!fact.id.is_empty(), "it has no id")?;
        wrong(fact.keys <= MAX_KEYS, "it has too many keys")?;
        wrong(fact.scope != Scope::Everyone, "it is everyone's")?;
        wrong(fact.scope == Scope::Session || fact.expires_ms.is_some(), "it never expires")?;
        let fields = match fact.kind {
            FactKind::Value(fields) => (1..=MAX_FIELDS).contains(&fields),
            FactKind::Set | FactKind::Counter => true,
        };
        wrong(fields, "its number of fields is out of range")?;
    }
    for (index, read) in program.fact_reads.iter().enumerate() {
        let kind = usize::try_from(read.fact).ok().and_then(|fact| program.facts.get(fact)).map(|f| f.kind);
        let part = match (kind, read.part) {
            (Some(FactKind::Value(fields)), FactPart::Field(field)) => field < fields,
            (Some(FactKind::Value(_)), FactPart::LearnedAt | FactPart::Known) => true,
            (Some(FactKind::Counter), FactPart::Field(field)) => field == 0,
            _ => false,
        };
        check(part, "part of a fact", index, "no such part")?;
    }
    Ok(())
}

fn labels(program: &Program) -> Result<(), VerifyError> {
    let ids: Vec<&str> = program.labels.iter().map(|label| &*label.id).collect();
    check(ascending(&ids), "label", 0, "labels are not sorted by id")?;
    for (index, label) in program.labels.iter().enumerate() {
        check(!label.id.is_empty(), "label", index, "it has no id")?;
        check(label.scope != Scope::Everyone, "label", index, "it is everyone's")?;
    }
    for (index, set) in program.label_sets.iter().enumerate() {
        check(within(set.label, program.labels.len()), "set label", index, "no such label")?;
        let lasts = !matches!(set.lasts, Lasts::Time(0) | Lasts::Calls(0));
        check(lasts, "set label", index, "it lasts no time")?;
    }
    Ok(())
}

fn limits(program: &Program) -> Result<(), VerifyError> {
    let in_order = program.limits.is_sorted_by(|left, right| left.statement < right.statement);
    check(in_order, "limit", 0, "limits are not sorted by statement")?;
    for (index, limit) in program.limits.iter().enumerate() {
        let wrong = |holds, reason| check(holds, "limit", index, reason);
        let statement = usize::try_from(limit.statement).ok().and_then(|index| program.statements.get(index));
        let kind = statement.map(|statement| statement.kind);
        wrong(kind == Some(StatementKind::Limit), "its statement is no limit")?;
        wrong(limit.keys <= MAX_KEYS, "it has too many keys")?;
        wrong(limit.max >= 0, "it is negative")?;
        let window = match limit.window {
            Window::Trailing(ms) => ms > 0,
            Window::Session => limit.scope == Scope::Session,
            Window::Calendar(_, zone) => within(zone.into(), program.zones.len()),
        };
        wrong(window, "its window does not exist")?;
    }
    let kinds = program.statements.iter().filter(|statement| statement.kind == StatementKind::Limit);
    check(kinds.count() == program.limits.len(), "limit", 0, "a statement has no limit")
}

/// Two things remembered in one place would be read as each other.
fn slots(program: &Program) -> Result<(), VerifyError> {
    let facts = program.facts.iter().map(|fact| fact.slot);
    let labels = program.labels.iter().map(|label| label.slot);
    let limits = program.limits.iter().map(|limit| limit.slot);
    let mut slots: Vec<_> = facts.chain(labels).chain(limits).collect();
    slots.sort_unstable();
    check(ascending(&slots), "memory", 0, "two things are kept in one place")
}

/// The section, and the registers of keys and fields.
pub(super) fn verify_instr(
    program: &Program,
    region: &Region,
    pc: usize,
    instr: &Instr,
) -> Result<(), VerifyError> {
    let wrong = |holds, reason| check(holds, "instruction", pc, reason);
    let index = usize::try_from(instr.c).unwrap_or(usize::MAX);
    let fact = match instr.op {
        Op::FactGet => program.fact_reads.get(index).and_then(|read| usize::try_from(read.fact).ok()),
        Op::InSet | Op::Pend | Op::Tally | Op::Learn | Op::Unlearn | Op::Join | Op::Forget => Some(index),
        _ => None,
    };
    let fact = fact.and_then(|fact| program.facts.get(fact));
    let keys = match instr.op {
        Op::Charge => program.limits.get(index).map(|limit| limit.keys),
        _ => fact.map(|fact| fact.keys),
    };
    if let Some(keys) = keys {
        let end = instr.b.saturating_add(keys.into());
        wrong(end <= region.frame.registers.into(), "its keys are no registers of the tool")?;
    }
    if let (Op::Learn, Some(FactKind::Value(fields))) = (instr.op, fact.map(|fact| fact.kind)) {
        let end = instr.a.saturating_add(fields.into());
        wrong(end <= region.frame.registers, "its fields are no registers of the tool")?;
    }
    let kind = match (instr.op, fact.map(|fact| fact.kind)) {
        (Op::InSet | Op::Join, kind) => kind == Some(FactKind::Set),
        (Op::Tally, kind) => kind == Some(FactKind::Counter),
        (Op::Learn | Op::Unlearn | Op::Pend, kind) => matches!(kind, Some(FactKind::Value(_))),
        _ => true,
    };
    wrong(kind, "the fact is of another kind")?;
    if instr.op == Op::Match {
        let kind = program.statements.get(index).map(|statement| statement.kind);
        let allowed = match kind {
            Some(StatementKind::Result | StatementKind::Redact) => SHOW,
            Some(StatementKind::Reply | StatementKind::Append) => REPLY,
            Some(StatementKind::Limit) => 0,
            _ => LIST | DECIDE,
        };
        wrong(region.frame.sections & !allowed == 0, "its statement does not belong into this section")?;
    }
    let sections = sections(instr.op);
    wrong(region.frame.sections & !sections == 0, "it does not belong into this section")
}

/// The sections in which an operation means something.
const fn sections(op: Op) -> u8 {
    match op {
        Op::HasLabel | Op::InSet | Op::FactGet => DECIDE | ADMIT | LEARN | SHOW | REPLY,
        Op::Charge | Op::EndStatements => DECIDE,
        Op::Match => LIST | DECIDE | SHOW | REPLY,
        Op::SetLabel => ADMIT | SHOW,
        Op::Pend | Op::Tally => ADMIT,
        Op::Learn | Op::Unlearn | Op::Join | Op::Forget => LEARN,
        _ => u8::MAX,
    }
}
