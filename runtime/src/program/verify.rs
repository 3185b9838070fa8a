//! The verifier: a program that passes it runs without a trap other than its budget's end. In: a decoded [`Program`]. Out: nothing,
//! or the first thing that is wrong with it.
//!
//! One linear pass over every table, then over the code of every tool. Nothing is trusted: a file with a right digest may have
//! been written by anyone.

mod code;
mod constants;
mod memory;
mod plan;
mod shown;
mod texts;

pub use texts::MAX_REFERENCED_BYTES;

use super::{Caps, Digest, Program, SourceSpan, Statement, StatementKind};
use super::{Effect, cost};
use core::fmt;

/// Largest element cap: the compiler's proof that sums do not overflow rests on it (semantics.md 4).
pub const MAX_ELEMENTS: u32 = 1_000_000;
/// Largest depth cap: the scanner recurses.
pub const MAX_DEPTH: u16 = 128;
/// Largest instruction cap: a decision ends within seconds, whatever its program says.
pub const MAX_INSTRUCTIONS: u64 = 1_000_000_000;
/// Largest byte cap: offsets into a request, its scratch text and its elements stay far below 2³².
pub const MAX_REQUEST_BYTES: u32 = 64 << 20;

/// What is wrong with a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyError {
    /// What it is about: `instruction`, `tool`, `statement` ….
    pub place: &'static str,
    /// Which one, counted from 0.
    pub index: usize,
    /// What does not hold.
    pub reason: &'static str,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.place, self.index, self.reason)
    }
}

impl core::error::Error for VerifyError {}

/// `Ok` if `holds`.
pub(super) fn check(
    holds: bool,
    place: &'static str,
    index: usize,
    reason: &'static str,
) -> Result<(), VerifyError> {
    if holds { Ok(()) } else { Err(VerifyError { place, index, reason }) }
}

/// `index` is below `length`.
pub(super) fn within(index: u32, length: usize) -> bool {
    usize::try_from(index).is_ok_and(|index| index < length)
}

/// Each item is before the next one: sorted, without duplicates.
pub(super) fn ascending<T: PartialOrd>(items: &[T]) -> bool {
    items.is_sorted_by(|left, right| left < right)
}

impl Program {
    /// Checks everything that running the program relies on. Emitters call it on what they emit, loaders on what they read.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn verify(&self) -> Result<(), VerifyError> {
        self.verify_header()?;
        self.verify_sources()?;
        texts::verify(self)?;
        constants::verify(self)?;
        self.verify_statements()?;
        self.verify_tools()?;
        memory::verify(self)?;
        shown::verify(self)?;
        plan::verify(self)?;
        code::verify(self)?;
        check(cost::of(self)? == self.cost, "header", 0, "the stated cost is not that of the code")
    }

    fn verify_header(&self) -> Result<(), VerifyError> {
        let Caps { bytes, depth, elements, instructions } = self.caps;
        check(!self.name.is_empty(), "header", 0, "the policy has no name")?;
        check((1..=MAX_REQUEST_BYTES).contains(&bytes), "header", 0, "the byte cap is out of range")?;
        check((1..=MAX_DEPTH).contains(&depth), "header", 0, "the depth cap is out of range")?;
        check((1..=MAX_ELEMENTS).contains(&elements), "header", 0, "the element cap is out of range")?;
        let counted = (1..=MAX_INSTRUCTIONS).contains(&instructions);
        check(counted, "header", 0, "the instruction cap is out of range")?;
        check(ascending::<Digest>(&self.guardrails), "header", 0, "guardrails are not sorted")?;
        check(
            self.now.is_none_or(|now| now < self.host_registers),
            "header",
            0,
            "the time is not in a host register",
        )
    }

    fn verify_sources(&self) -> Result<(), VerifyError> {
        for (index, source) in self.sources.iter().enumerate() {
            check(source.lines.first() == Some(&0), "source", index, "the first line does not start at 0")?;
            check(ascending(&source.lines), "source", index, "line starts are not ascending")?;
        }
        let in_order = self.spans.is_sorted_by(|left, right| left.pc < right.pc);
        check(in_order, "span table", 0, "entries are not sorted by instruction")?;
        for (index, entry) in self.spans.iter().enumerate() {
            check(within(entry.pc, self.code.len()), "span table", index, "no such instruction")?;
            let known = entry.statement == u32::MAX || within(entry.statement, self.statements.len());
            check(known, "span table", index, "no such statement")?;
            self.verify_span(entry.span, "span table", index)?;
        }
        Ok(())
    }

    fn verify_span(&self, span: SourceSpan, place: &'static str, index: usize) -> Result<(), VerifyError> {
        check(within(span.source.into(), self.sources.len()), place, index, "no such source")?;
        check(span.start <= span.end, place, index, "its span ends before it starts")
    }

    fn verify_statements(&self) -> Result<(), VerifyError> {
        check(u32::try_from(self.statements.len()).is_ok(), "statement", 0, "there are too many")?;
        let in_order = self.statements.is_sorted_by(|left, right| rank(left) < rank(right));
        check(in_order, "statement", 0, "statements are not sorted: guardrails first, then by id")?;
        for (index, statement) in self.statements.iter().enumerate() {
            let wrong = |holds, reason| check(holds, "statement", index, reason);
            wrong(!statement.id.is_empty(), "it has no id")?;
            let Statement { effect, kind, .. } = statement;
            wrong(
                *kind != StatementKind::Hide || *effect == Effect::Deny,
                "a `hide` has another effect than deny",
            )?;
            wrong(kind.decides_calls() || *effect == Effect::Deny, "what is no rule on calls only denies")?;
            wrong(!(statement.guardrail && *effect == Effect::Allow), "a guardrail allows")?;
            wrong(
                statement.terms.is_some() == (*effect == Effect::Ask),
                "approval terms stand with `ask` alone",
            )?;
            if let Some(terms) = &statement.terms {
                wrong(terms.quorum > 0, "its quorum is zero")?;
                wrong(!terms.from.is_empty() && ascending(&terms.from), "its approvers are not sorted")?;
            }
            self.verify_span(statement.span, "statement", index)?;
        }
        Ok(())
    }

    fn verify_tools(&self) -> Result<(), VerifyError> {
        let in_order = self.servers.is_sorted_by(|left, right| left.identity < right.identity);
        check(in_order, "server", 0, "servers are not sorted by identity")?;
        check(u16::try_from(self.servers.len()).is_ok(), "server", 0, "there are too many")?;
        check(u32::try_from(self.tools.len()).is_ok(), "tool", 0, "there are too many")?;
        let in_order = self
            .tools
            .is_sorted_by(|left, right| (left.server, left.name.as_str()) < (right.server, &right.name));
        check(in_order, "tool", 0, "tools are not sorted by server and name")?;
        for (index, tool) in self.tools.iter().enumerate() {
            check(within(tool.server.into(), self.servers.len()), "tool", index, "no such server")?;
            let room = self.host_registers <= tool.registers && tool.registers <= super::instr::MAX_REGISTERS;
            check(room, "tool", index, "its number of registers is out of range")?;
        }
        Ok(())
    }
}

/// The place of a statement in canonical order.
fn rank(statement: &Statement) -> (bool, &str) {
    (!statement.guardrail, &statement.id)
}
