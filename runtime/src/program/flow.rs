//! The shape of code: where an entry's code ends and which loop each instruction is in. In: a program, verified or not. Out:
//! regions, for the verifier, the cost bound and the listing.
//!
//! The code of an entry is the run of instructions from it to the first `End` that no jump before it passes over. Runs of
//! different entries are disjoint, so that a pass over all of them is linear in the length of the code.

use super::instr::{Instr, MAX_LOOPS, Op, Role};
use super::pool::Switch;
use super::verify::{VerifyError, check};
use super::{Program, ReplyCode, Tool};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

/// Deepest nesting of loops; each level is a power in the cost (`zip` is one level and two depths).
pub(crate) const MAX_NESTING: usize = 3;

/// What code may use: the least of what the tools that share it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) registers: u16,
    pub(crate) memos: u16,
    /// What it is run for: of [`LIST`], [`DECIDE`], [`ADMIT`], [`LEARN`], [`SHOW`] and [`REPLY`].
    pub(crate) sections: u8,
}

/// Code that lists tools.
pub(crate) const LIST: u8 = 1;
/// Code that decides.
pub(crate) const DECIDE: u8 = 2;
/// Code that says what an admission writes.
pub(crate) const ADMIT: u8 = 4;
/// Code that says what a result teaches.
pub(crate) const LEARN: u8 = 8;
/// Code that says what of a result is shown.
pub(crate) const SHOW: u8 = 16;
/// Code that judges replies.
pub(crate) const REPLY: u8 = 32;

/// A loop: its body is the instructions `start..=next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoopBody {
    /// First instruction of the body.
    pub(crate) start: usize,
    /// The `Next`.
    pub(crate) next: usize,
    /// Depth of its first frame.
    depth: u32,
    /// Depth of its last frame: one more for a `zip`.
    last: u32,
    /// Index of the loop around it.
    parent: Option<usize>,
    /// Loops that its body is in, itself included.
    nesting: usize,
}

/// The code of one entry.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) range: Range<usize>,
    pub(crate) frame: Frame,
    loops: Vec<LoopBody>,
    /// Per instruction, the innermost loop around it.
    inside: Vec<Option<usize>>,
}

/// The regions of all entries, in order of their code.
pub(crate) fn regions(program: &Program) -> Result<Vec<Region>, VerifyError> {
    let mut entries: BTreeMap<usize, Frame> = BTreeMap::new();
    for (index, tool) in program.tools.iter().enumerate() {
        let Tool { registers, memos, .. } = *tool;
        let learning = tool.learning.map(|learning| learning.entry);
        let shown = tool.learning.and_then(|learning| learning.shown_entry);
        let memory = [(tool.admit_entry, ADMIT), (learning, LEARN), (shown, SHOW)];
        let memory = memory.into_iter().filter_map(|(entry, section)| entry.zip(Some(section)));
        for (entry, section) in [(tool.entry, DECIDE), (tool.list_entry, LIST)].into_iter().chain(memory) {
            let entry = usize::try_from(entry).unwrap_or(usize::MAX);
            check(entry < program.code.len(), "tool", index, "its code does not exist")?;
            let frame = entries.entry(entry).or_insert(Frame { registers, memos, sections: section });
            frame.registers = frame.registers.min(registers);
            frame.memos = frame.memos.min(memos);
            frame.sections |= section;
        }
    }
    if let Some(reply) = program.reply {
        let entry = usize::try_from(reply.entry).unwrap_or(usize::MAX);
        check(entry < program.code.len(), "reply", 0, "its code does not exist")?;
        let ReplyCode { registers, memos, .. } = reply;
        let frame = entries.entry(entry).or_insert(Frame { registers, memos, sections: REPLY });
        frame.registers = frame.registers.min(registers);
        frame.memos = frame.memos.min(memos);
        frame.sections |= REPLY;
    }
    let mut regions = Vec::with_capacity(entries.len());
    let mut entries = entries.into_iter().peekable();
    while let Some((entry, frame)) = entries.next() {
        let limit = entries.peek().map_or(program.code.len(), |(next, _)| *next);
        regions.push(Region::read(program, entry, limit, frame)?);
    }
    Ok(regions)
}

impl Region {
    /// The code from `entry` on, which must end before `limit`.
    fn read(program: &Program, entry: usize, limit: usize, frame: Frame) -> Result<Self, VerifyError> {
        let mut region = Self { range: entry..entry, frame, loops: Vec::new(), inside: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        let mut furthest = entry;
        for pc in entry..limit {
            let Some(instr) = program.code.get(pc) else { break };
            region.inside.push(open.last().copied());
            targets(program, instr, |target| {
                furthest = furthest.max(usize::try_from(target).unwrap_or(usize::MAX));
            });
            match instr.op {
                Op::Loop => {
                    let body = region.loop_body(program, pc, instr, &open)?;
                    open.push(region.loops.len());
                    region.loops.push(body);
                }
                Op::Next => {
                    let ends = open.pop().and_then(|index| region.loops.get(index)).map(|body| body.next);
                    check(ends == Some(pc), "instruction", pc, "no loop ends here")?;
                }
                Op::End if furthest <= pc => {
                    check(open.is_empty(), "instruction", pc, "the code ends in a loop")?;
                    region.range.end = pc.saturating_add(1);
                    return Ok(region);
                }
                _ => {}
            }
        }
        check(false, "instruction", entry, "the code from here has no end")?;
        Ok(region)
    }

    fn loop_body(
        &self,
        program: &Program,
        pc: usize,
        instr: &Instr,
        open: &[usize],
    ) -> Result<LoopBody, VerifyError> {
        let wrong = |holds, reason| check(holds, "instruction", pc, reason);
        let start = pc.saturating_add(1);
        let next = usize::try_from(instr.target).unwrap_or_default().saturating_sub(1);
        let closing = program.code.get(next).filter(|_| next >= start);
        let matches = closing.is_some_and(|closing| {
            closing.op == Op::Next && closing.b == instr.b && usize::try_from(closing.target) == Ok(start)
        });
        wrong(matches, "its target is not after the matching `next`")?;
        let parent = open.last().copied();
        let outer = parent.and_then(|parent| self.loops.get(parent));
        let last = if instr.c == u32::MAX { instr.b } else { instr.b.saturating_add(1) };
        wrong(last < u32::from(MAX_LOOPS), "its depth is out of range")?;
        wrong(outer.is_none_or(|outer| instr.b > outer.last), "its depth is that of a loop around it")?;
        wrong(outer.is_none_or(|outer| next < outer.next), "it reaches out of the loop around it")?;
        let nesting = open.len().saturating_add(1);
        wrong(nesting <= MAX_NESTING, "loops are nested more than three deep")?;
        Ok(LoopBody { start, next, depth: instr.b, last, parent, nesting })
    }

    /// The loops around an instruction, innermost first.
    fn around(&self, pc: usize) -> impl Iterator<Item = (usize, &LoopBody)> {
        let mut index =
            pc.checked_sub(self.range.start).and_then(|at| self.inside.get(at)).copied().flatten();
        core::iter::from_fn(move || {
            let at = index?;
            let body = self.loops.get(at)?;
            index = body.parent;
            Some((at, body))
        })
    }

    /// How many loops are around an instruction.
    pub(crate) fn nesting(&self, pc: usize) -> usize {
        self.around(pc).next().map_or(0, |(_, body)| body.nesting)
    }

    /// A loop around the instruction has a frame at `depth`.
    pub(crate) fn has_frame(&self, pc: usize, depth: u8) -> bool {
        self.around(pc).any(|(_, body)| (body.depth..=body.last).contains(&u32::from(depth)))
    }

    /// Going from `pc` on to `target` enters no loop.
    pub(crate) fn may_go(&self, pc: usize, target: usize) -> bool {
        let innermost = self.around(target).next().map(|(index, _)| index);
        innermost.is_none_or(|innermost| self.around(pc).any(|(index, _)| index == innermost))
    }
}

/// Calls `each` with every instruction that `instr` may go to, save the next one.
pub(crate) fn targets(program: &Program, instr: &Instr, mut each: impl FnMut(u32)) {
    if let Some(Switch { cases, default, missing }) = switch_of(program, instr) {
        cases.iter().for_each(|(_, target)| each(*target));
        each(*default);
        each(*missing);
    }
    let [_, b, _, target] = instr.op.roles();
    if b == Role::Forward {
        each(instr.b);
    }
    if matches!(target, Role::Forward | Role::LoopEnd | Role::LoopStart) {
        each(instr.target);
    }
}

fn switch_of<'p>(program: &'p Program, instr: &Instr) -> Option<&'p Switch> {
    if instr.op != Op::Switch {
        return None;
    }
    usize::try_from(instr.c).ok().and_then(|index| program.switches.get(index))
}
