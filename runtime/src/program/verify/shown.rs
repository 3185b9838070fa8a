//! What says what the agent sees: redactions, disclaimers and the code for replies refer to what is there, one per statement of their kind.

use super::{VerifyError, check, within};
use crate::program::instr::MAX_REGISTERS;
use crate::program::redact::Step;
use crate::program::{Program, StatementKind};

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    let count = |kind| program.statements.iter().filter(|statement| statement.kind == kind).count();
    let kind_of = |index: u32| {
        let index = usize::try_from(index).ok()?;
        program.statements.get(index).map(|statement| statement.kind)
    };
    let in_order = program.redactions.is_sorted_by(|left, right| left.statement < right.statement);
    check(in_order, "redaction", 0, "redactions are not sorted by statement")?;
    check(
        count(StatementKind::Redact) == program.redactions.len(),
        "redaction",
        0,
        "a statement has no redaction",
    )?;
    for (index, redaction) in program.redactions.iter().enumerate() {
        let wrong = |holds, reason| check(holds, "redaction", index, reason);
        wrong(kind_of(redaction.statement) == Some(StatementKind::Redact), "its statement is no redaction")?;
        let statement = usize::try_from(redaction.statement).ok().and_then(|at| program.statements.get(at));
        let named = statement.is_some_and(|s| s.id == redaction.id && s.guardrail == redaction.guardrail);
        wrong(named, "its statement has another name")?;
        wrong(within(redaction.marker.0, program.strings.len()), "its marker does not exist")?;
        let patterns = redaction.patterns.iter().all(|id| within(id.0, program.patterns.len()));
        wrong(patterns, "one of its patterns does not exist")?;
        let mut steps = redaction.paths.iter().flat_map(|path| &path.0);
        let named = steps.all(|step| match step {
            Step::Key(name) | Step::Deep(name) => within(name.0, program.strings.len()),
            Step::Every => true,
        });
        wrong(named, "one of its paths does not exist")?;
    }
    let in_order = program.disclaimers.is_sorted_by(|left, right| left.statement < right.statement);
    check(in_order, "disclaimer", 0, "disclaimers are not sorted by statement")?;
    check(
        count(StatementKind::Append) == program.disclaimers.len(),
        "disclaimer",
        0,
        "a statement has no disclaimer",
    )?;
    for (index, disclaimer) in program.disclaimers.iter().enumerate() {
        let wrong = |holds, reason| check(holds, "disclaimer", index, reason);
        wrong(kind_of(disclaimer.statement) == Some(StatementKind::Append), "its statement is none")?;
        wrong(within(disclaimer.text.0, program.strings.len()), "its text does not exist")?;
    }
    let judged = count(StatementKind::Reply) > 0 || count(StatementKind::Append) > 0;
    check(judged == program.reply.is_some(), "reply", 0, "what judges replies has no code")?;
    if let Some(reply) = program.reply {
        let room = program.host_registers <= reply.registers && reply.registers <= MAX_REGISTERS;
        check(room, "reply", 0, "its number of registers is out of range")?;
        let text = reply.text.is_none_or(|text| text >= program.host_registers && text < reply.registers);
        check(text, "reply", 0, "its text is in no register of its own")?;
    }
    Ok(())
}
