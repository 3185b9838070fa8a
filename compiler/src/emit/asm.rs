//! The assembler of one entry's code. In: instructions with labels for targets. Out: [`Block`], relocatable: targets count from its
//! first instruction.
//!
//! On the way jumps to jumps are threaded, and code that nothing reaches is left out. A loop keeps its `Next`, which is how the
//! verifier recognizes it.

use policyc_runtime::program::instr::{Instr, Op, Role};
use policyc_runtime::program::{SourceSpan, instr};

/// A place in the code, bound once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

/// Where code comes from: a statement (`u32::MAX`: none) and its text.
pub(super) type Origin = (u32, SourceSpan);

/// A switch with relative targets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RelativeSwitch {
    /// Text (by its number in the pool under construction) and target.
    pub(super) cases: Vec<(u32, u32)>,
    pub(super) default: u32,
    pub(super) missing: u32,
}

/// Relocatable code. In a `Switch` instruction `c` counts the block's own switches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Block {
    pub(super) code: Vec<Instr>,
    pub(super) switches: Vec<RelativeSwitch>,
    pub(super) spans: Vec<(u32, u32, (u16, u32, u32))>,
}

/// Code under construction; targets are labels.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    code: Vec<(Instr, Origin)>,
    labels: Vec<u32>,
    switches: Vec<RelativeSwitch>,
    origin: Option<Origin>,
}

impl Assembler {
    /// What follows comes from there.
    pub(super) fn comes_from(&mut self, statement: u32, span: SourceSpan) {
        self.origin = Some((statement, span));
    }

    pub(super) fn origin(&self) -> Origin {
        self.origin.unwrap_or((u32::MAX, SourceSpan::default()))
    }

    pub(super) fn label(&mut self) -> Label {
        let label = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(u32::MAX);
        Label(label)
    }

    /// The label is the next instruction.
    pub(super) fn bind(&mut self, label: Label) {
        let here = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
        if let Some(place) = self.labels.get_mut(label.0 as usize) {
            *place = here;
        }
    }

    /// An instruction without a target.
    pub(super) fn push(&mut self, op: Op, a: u16, b: u32, c: u32) {
        self.emit(Instr { op, flags: 0, a, b, c, target: 0 });
    }

    /// An instruction whose target is a label.
    pub(super) fn branch(&mut self, instr: Instr, target: Label) {
        self.emit(Instr { target: target.0, ..instr });
    }

    pub(super) fn emit(&mut self, instr: Instr) {
        let origin = self.origin();
        self.code.push((instr, origin));
    }

    pub(super) fn jump(&mut self, target: Label) {
        self.branch(Instr { op: Op::Jump, flags: 0, a: 0, b: 0, c: 0, target: 0 }, target);
    }

    /// Goes to the label of the cell's value as a test, or on if it was not computed.
    pub(super) fn memo_test(&mut self, cell: u16, flags: u8, yes: Label, no: Label) {
        let instr = Instr { op: Op::MemoTest, flags, a: 0, b: yes.0, c: u32::from(cell), target: 0 };
        self.branch(instr, no);
    }

    pub(super) fn switch(&mut self, register: u16, cases: Vec<(u32, Label)>, default: Label, missing: Label) {
        let index = u32::try_from(self.switches.len()).unwrap_or(u32::MAX);
        self.switches.push(RelativeSwitch {
            cases: cases.into_iter().map(|(text, label)| (text, label.0)).collect(),
            default: default.0,
            missing: missing.0,
        });
        self.push(Op::Switch, register, 0, index);
    }

    /// Ends the code and resolves its labels.
    pub(super) fn finish(mut self) -> Block {
        self.push(Op::End, 0, 0, 0);
        self.resolve();
        self.thread();
        let keep = self.kept();
        self.compact(&keep)
    }

    /// Replaces labels by positions.
    fn resolve(&mut self) {
        let labels = std::mem::take(&mut self.labels);
        let position = |label: &mut u32| {
            *label = labels.get(*label as usize).copied().unwrap_or(u32::MAX);
        };
        for (instr, _) in &mut self.code {
            each_target(instr, position);
        }
        for switch in &mut self.switches {
            each_case(switch, position);
        }
        self.labels = labels;
    }

    fn thread(&mut self) {
        // Where a jump to an instruction ends up. Jumps go forward, so what follows is known first.
        let mut destinations: Vec<u32> = vec![0; self.code.len()];
        for (at, (instr, _)) in self.code.iter().enumerate().rev() {
            let here = u32::try_from(at).unwrap_or(u32::MAX);
            let destination = match instr.op {
                Op::Jump => destinations.get(instr.target as usize).copied().unwrap_or(instr.target),
                _ => here,
            };
            if let Some(place) = destinations.get_mut(at) {
                *place = destination;
            }
        }
        let follow = |target: &mut u32| {
            *target = destinations.get(*target as usize).copied().unwrap_or(*target);
        };
        for (instr, _) in &mut self.code {
            // The targets of loops say where they begin and end.
            if !matches!(instr.op, Op::Loop | Op::Next) {
                each_target(instr, follow);
            }
        }
        for switch in &mut self.switches {
            each_case(switch, follow);
        }
    }

    /// Which instructions stay: those that can be reached, without jumps to the next one.
    fn kept(&self) -> Vec<bool> {
        let mut reached = vec![false; self.code.len()];
        let mut open = vec![0_u32];
        while let Some(at) = open.pop() {
            let Some(place) = reached.get_mut(at as usize).filter(|place| !**place) else { continue };
            *place = true;
            let Some((instr, _)) = self.code.get(at as usize) else { continue };
            let mut instr = *instr;
            each_target(&mut instr, |target| open.push(*target));
            match instr.op {
                Op::Switch => {
                    if let Some(mut switch) = self.switches.get(instr.c as usize).cloned() {
                        each_case(&mut switch, |target| open.push(*target));
                    }
                }
                Op::Loop => {
                    open.push(instr.target.saturating_sub(1));
                    open.push(at.saturating_add(1));
                }
                Op::Jump | Op::End => {}
                _ => open.push(at.saturating_add(1)),
            }
        }
        // From the end, so that what lies between a jump and its target is decided before the jump.
        let mut next_kept = self.code.len();
        for at in (0..self.code.len()).rev() {
            let Some((instr, _)) = self.code.get(at) else { continue };
            let idle = instr.op == Op::Jump
                && usize::try_from(instr.target).is_ok_and(|target| target <= next_kept && target > at);
            if let Some(place) = reached.get_mut(at) {
                *place = *place && !idle;
                if *place {
                    next_kept = at;
                }
            }
        }
        reached
    }

    /// Leaves out what is not kept. A target that is left out moves to what follows it.
    fn compact(self, keep: &[bool]) -> Block {
        let mut moved = Vec::with_capacity(keep.len());
        let mut next = 0_u32;
        for kept in keep {
            moved.push(next);
            next = next.saturating_add(u32::from(*kept));
        }
        let follow = |target: &mut u32| {
            *target = moved.get(*target as usize).copied().unwrap_or(*target);
        };
        let mut block = Block::default();
        let mut last = None;
        for ((mut instr, origin), _) in self.code.into_iter().zip(keep).filter(|(_, kept)| **kept) {
            each_target(&mut instr, follow);
            if last != Some(origin) {
                let at = u32::try_from(block.code.len()).unwrap_or(u32::MAX);
                let (statement, span) = origin;
                block.spans.push((at, statement, (span.source, span.start, span.end)));
                last = Some(origin);
            }
            if instr.op == Op::Switch
                && let Some(mut switch) = self.switches.get(instr.c as usize).cloned()
            {
                each_case(&mut switch, follow);
                instr.c = u32::try_from(block.switches.len()).unwrap_or(u32::MAX);
                block.switches.push(switch);
            }
            block.code.push(instr);
        }
        block
    }
}

/// Calls `each` with every target of the instruction.
pub(super) fn each_target(instr: &mut Instr, mut each: impl FnMut(&mut u32)) {
    let [_, b, _, target] = instr.op.roles();
    if b == Role::Forward {
        each(&mut instr.b);
    }
    if matches!(target, Role::Forward | Role::LoopEnd | Role::LoopStart) {
        each(&mut instr.target);
    }
}

/// Calls `each` with every target of the switch.
pub(super) fn each_case(switch: &mut RelativeSwitch, mut each: impl FnMut(&mut u32)) {
    switch.cases.iter_mut().for_each(|(_, target)| each(target));
    each(&mut switch.default);
    each(&mut switch.missing);
}

/// Flags that turn a test's outcome around.
pub(super) const fn opposite(flags: u8, can_be_unknown: bool) -> u8 {
    let flags = flags ^ instr::NEGATE;
    if can_be_unknown { flags ^ instr::UNKNOWN_IS_TRUE } else { flags }
}
