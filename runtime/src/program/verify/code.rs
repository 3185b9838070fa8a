//! Code: every operand what its row of the instruction table says, jumps forward within the tool's own code and into no loop,
//! loops properly nested, every path at an end.

use super::{VerifyError, check, memory, within};
use crate::program::flow::{Region, regions, targets};
use crate::program::instr::{
    ALL_KINDS, Compare, GRANTS, Instr, MAX_LOOPS, MAX_PLACES, MAX_STRIDE, Op, Reg, Role,
};
use crate::program::{Effect, Program};
use crate::views::table::MemberType;
use crate::views::{TestId, ViewId, check_operand};
use alloc::vec;
use alloc::vec::Vec;

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    check(u32::try_from(program.code.len()).is_ok(), "instruction", 0, "there are too many")?;
    let mut switched = vec![false; program.switches.len()];
    let mut roots: Vec<Option<bool>> = vec![None; program.strings.len()];
    for (pc, instr) in program.code.iter().enumerate() {
        verify_instr(program, pc, instr)?;
        if instr.op == Op::Under {
            let index = usize::try_from(instr.c).unwrap_or(usize::MAX);
            let root = program.strings.get(index).zip(roots.get_mut(index)).is_some_and(|(text, root)| {
                // Each text is read once, however many instructions name it.
                *root.get_or_insert_with(|| check_operand(TestId::PathUnder, text).is_ok())
            });
            check(root, "instruction", pc, "its root is no absolute path")?;
        }
        if instr.op == Op::Switch {
            let seen = usize::try_from(instr.c).ok().and_then(|index| switched.get_mut(index));
            let first = seen.is_some_and(|seen| !core::mem::replace(seen, true));
            // Otherwise checking the cases of one table at many instructions would not be linear.
            check(first, "instruction", pc, "it shares its switch with another one")?;
        }
    }
    let widest = widest_frame(program);
    regions(program)?.iter().try_for_each(|region| verify_region(program, region, widest))
}

/// Most registers in the frame of any element: of a planned list, of captured entries, of a view's records, or of plain values.
fn widest_frame(program: &Program) -> u16 {
    let lists = program.plan.lists.iter().map(|list| list.stride);
    let entries = program.plan.objects.iter().filter_map(|object| object.entries).map(|(_, stride)| stride);
    let views = program.views.iter().filter_map(|call| ViewId::from_number(call.view)?.spec());
    let records = views.flat_map(|spec| spec.members).map(|member| match member.ty {
        MemberType::Records(fields) => u16::try_from(fields.len()).unwrap_or(MAX_STRIDE),
        _ => 1,
    });
    lists.chain(entries).chain(records).fold(1, u16::max)
}

/// What can be said of an instruction without its surroundings.
fn verify_instr(program: &Program, pc: usize, instr: &Instr) -> Result<(), VerifyError> {
    let [a, b, c, target] = instr.op.roles();
    let wrong = |holds, reason| check(holds, "instruction", pc, reason);
    wrong(instr.flags & !instr.op.flags() == 0, "it carries a flag of other operations")?;
    for (role, value) in [(a, u32::from(instr.a)), (b, instr.b), (c, instr.c), (target, instr.target)] {
        wrong(operand(program, role, value), problem(role))?;
    }
    if instr.op == Op::Match {
        let index = usize::try_from(instr.c).unwrap_or(usize::MAX);
        let ask = program.statements.get(index).is_some_and(|statement| statement.effect == Effect::Ask);
        wrong(ask || instr.flags & GRANTS == 0, "only an ask can match with consent")?;
    }
    Ok(())
}

fn operand(program: &Program, role: Role, value: u32) -> bool {
    match role {
        Role::Unused => value == 0,
        // Registers are checked where the tool is known, targets where the region is.
        Role::Read | Role::Write | Role::Update => u16::try_from(value).is_ok(),
        Role::SecondList => value == u32::MAX || u16::try_from(value).is_ok(),
        Role::Memo => u16::try_from(value).is_ok(),
        Role::Forward | Role::LoopEnd | Role::LoopStart => true,
        Role::Depth => value < u32::from(MAX_LOOPS),
        Role::Truth => value <= 2,
        Role::Compare => Compare::from_code(value).is_some(),
        Role::Kinds => value != 0 && value & !ALL_KINDS == 0,
        Role::Bool => value <= 1,
        Role::Offset => value < u32::from(MAX_STRIDE),
        Role::Statement => within(value, program.statements.len()),
        Role::Switch => within(value, program.switches.len()),
        Role::String => within(value, program.strings.len()),
        Role::Number => within(value, program.numbers.len()),
        Role::StringSet => within(value, program.string_sets.len()),
        Role::NumberSet => within(value, program.number_sets.len()),
        Role::Pattern => within(value, program.patterns.len()),
        Role::Cidr => within(value, program.cidrs.len()),
        Role::Table => within(value, program.tables.len()),
        Role::View => within(value, program.views.len()),
        Role::Zone => within(value, program.zones.len()),
        // As many as the fact or limit has: checked where the tool is known.
        Role::Keys | Role::Fields => u16::try_from(value).is_ok(),
        Role::Places => (1..=MAX_PLACES).contains(&value),
        Role::Fact => within(value, program.facts.len()),
        Role::FactRead => within(value, program.fact_reads.len()),
        Role::Label => within(value, program.labels.len()),
        Role::LabelSet => within(value, program.label_sets.len()),
        Role::Limit => within(value, program.limits.len()),
    }
}

const fn problem(role: Role) -> &'static str {
    match role {
        Role::Unused => "an unused operand is not zero",
        Role::Read | Role::Write | Role::Update | Role::SecondList => "no such register",
        Role::Memo => "no such memo cell",
        Role::Forward | Role::LoopEnd | Role::LoopStart => "no such target",
        Role::Depth => "no such depth",
        Role::Truth => "no such truth value",
        Role::Compare => "no such comparison",
        Role::Kinds => "no such kinds",
        Role::Bool => "no such boolean",
        Role::Offset => "no such offset",
        Role::Statement => "no such statement",
        Role::Switch => "no such switch",
        Role::String => "no such string",
        Role::Number => "no such number",
        Role::StringSet => "no such string set",
        Role::NumberSet => "no such number set",
        Role::Pattern => "no such pattern",
        Role::Cidr => "no such address block",
        Role::Table => "no such table",
        Role::View => "no such view",
        Role::Zone => "no such zone",
        Role::Keys | Role::Fields => "no such register",
        Role::Places => "too many places",
        Role::Fact | Role::FactRead => "no such fact",
        Role::Label | Role::LabelSet => "no such label",
        Role::Limit => "no such limit",
    }
}

/// Registers, memo cells and targets, which depend on the tools that run the code.
fn verify_region(program: &Program, region: &Region, widest: u16) -> Result<(), VerifyError> {
    for pc in region.range.clone() {
        let Some(instr) = program.code.get(pc) else { continue };
        let [a, b, c, _] = instr.op.roles();
        let wrong = |holds, reason| check(holds, "instruction", pc, reason);
        for (role, value) in [(a, u32::from(instr.a)), (b, instr.b), (c, instr.c)] {
            let register = u16::try_from(value).unwrap_or(u16::MAX);
            match role {
                Role::Read => {
                    wrong(readable(region, pc, register, widest), "it reads no register of the tool")?
                }
                Role::SecondList if value != u32::MAX => {
                    wrong(readable(region, pc, register, widest), "it reads no register of the tool")?;
                }
                Role::Write | Role::Update => {
                    wrong(writable(program, region, register), "it writes no register of the tool")?;
                }
                Role::Memo => wrong(register < region.frame.memos, "no such memo cell")?,
                _ => {}
            }
        }
        if let (Op::View, Ok(view)) = (instr.op, usize::try_from(instr.c)) {
            let members = program.views.get(view).map_or(&[][..], |call| &call.members);
            let written = members.iter().all(|(_, register)| writable(program, region, *register));
            wrong(written, "a member goes to no register of the tool")?;
        }
        memory::verify_instr(program, region, pc, instr)?;
        let mut forward = true;
        let mut outside = true;
        targets(program, instr, |target| {
            let target = usize::try_from(target).unwrap_or(usize::MAX);
            forward &= target > pc || instr.op == Op::Next;
            outside &= region.range.contains(&target) && region.may_go(pc, target);
        });
        wrong(forward, "it goes backward")?;
        wrong(outside, "it goes into a loop or out of the tool's code")?;
    }
    Ok(())
}

/// Which list a loop goes through is not known here, so an offset need only be in some frame; the VM reads missing outside of its own.
fn readable(region: &Region, pc: usize, register: u16, widest: u16) -> bool {
    match Reg(register).as_element() {
        Some((depth, offset)) => offset < widest && region.has_frame(pc, depth),
        None => register < region.frame.registers,
    }
}

/// Host values hold for every call, so code cannot write their registers.
fn writable(program: &Program, region: &Region, register: u16) -> bool {
    register >= program.host_registers && register < region.frame.registers
}
