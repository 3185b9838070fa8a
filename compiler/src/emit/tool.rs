//! The code of one tool. In: its decision IR. Out: two entries: the decision, and what a list of tools needs.
//!
//! A decision tries the units with a deny, stops there if one matched, then those with an ask, then the rest. Every determining
//! statement is found: an ask or an allow that matches ends nothing.

use super::asm::{Block, Label, each_case, each_target};
use super::cond::Coder;
use super::layout::Layouts;
use super::pools::Pools;
use super::{EmitOptions, index, too_many_registers};
use crate::ir::error::EmitError;
use crate::ir::share::Shared;
use crate::ir::{ActionIr, Arm, ToolIr, Unit};
use crate::typed::Policy;
use policyc_runtime::program::instr::{GRANTS, Instr, MAX_REGISTERS, Op};
use policyc_runtime::program::pool::{StrId, Switch};
use policyc_runtime::program::{PcSpan, Program, SourceSpan};
use rustc_hash::FxHashMap;

/// What is needed to code a tool.
#[derive(Debug)]
pub(super) struct ToolCode<'e> {
    pub(super) policy: &'e Policy,
    pub(super) layouts: &'e Layouts,
    pub(super) options: EmitOptions,
}

/// Where a tool's code is and what it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coded {
    pub(super) entry: u32,
    pub(super) list_entry: u32,
    pub(super) admit_entry: Option<u32>,
    /// Of what a result teaches, and of what is set before it is shown.
    pub(super) learn_entry: Option<u32>,
    pub(super) shown_entry: Option<u32>,
    pub(super) registers: u16,
    pub(super) memos: u16,
}

impl ToolCode<'_> {
    /// Codes both entries; equal code is placed once.
    pub(super) fn emit(&self, ir: &ToolIr, pools: &mut Pools, codes: &mut Codes) -> Result<Coded, EmitError> {
        let shared = Shared::of(ir);
        let mut coder = Coder::new(self.policy, self.layouts, pools, &shared);
        self.phase(&ir.denies, &mut coder);
        let only_denies = ir.asks.is_empty() && ir.allows.is_empty();
        if !ir.denies.is_empty() && !only_denies {
            coder.begin(u32::MAX);
            coder.asm.push(Op::EndDenies, 0, 0, 0);
        }
        self.phase(&ir.asks, &mut coder);
        self.phase(&ir.allows, &mut coder);
        if !ir.memory.limits.is_empty() {
            coder.begin(u32::MAX);
            coder.asm.push(Op::EndStatements, 0, 0, 0);
            coder.limits(&ir.memory.limits);
        }
        coder.begin(u32::MAX);
        let decision_registers = coder.most;
        let decision = coder.asm.finish();
        let nothing = Shared::default();
        let mut coder = Coder::new(self.policy, self.layouts, pools, &nothing);
        coder.listing(ir);
        coder.begin(u32::MAX);
        let mut most = decision_registers.max(coder.most);
        let listing = coder.asm.finish();
        let entry = codes.place(decision);
        let list_entry = codes.place(listing);
        let mut section = |actions: &[ActionIr]| {
            if actions.is_empty() {
                return None;
            }
            let mut coder = Coder::new(self.policy, self.layouts, pools, &nothing);
            coder.begin(u32::MAX);
            coder.actions(actions);
            most = most.max(coder.most);
            Some(codes.place(coder.asm.finish()))
        };
        let (admit_entry, learn_entry) = (section(&ir.memory.admit), section(&ir.memory.learn));
        let shown_entry = section(&ir.memory.shown);
        let registers = u16::try_from(most).ok().filter(|most| *most <= MAX_REGISTERS);
        Ok(Coded {
            entry,
            list_entry,
            admit_entry,
            learn_entry,
            shown_entry,
            registers: registers.ok_or_else(too_many_registers)?,
            memos: shared.cells,
        })
    }

    /// Codes what judges replies: where it is, and the registers that it takes.
    pub(super) fn reply(
        &self,
        shown: &[ActionIr],
        pools: &mut Pools,
        codes: &mut Codes,
    ) -> Result<(u32, u16), EmitError> {
        let nothing = Shared::default();
        let mut coder = Coder::new(self.policy, self.layouts, pools, &nothing);
        coder.begin(u32::MAX);
        coder.actions(shown);
        let registers = u16::try_from(coder.most).ok().filter(|most| *most <= MAX_REGISTERS);
        let code = coder.asm.finish();
        Ok((codes.place(code), registers.ok_or_else(too_many_registers)?))
    }

    fn phase(&self, units: &[Unit], coder: &mut Coder<'_>) {
        if self.options.index {
            for step in index::plan(units) {
                match step {
                    index::Step::Try(unit) => coder.unit(unit),
                    index::Step::Switch(switch) => coder.switch(&switch),
                }
            }
        } else {
            units.iter().for_each(|unit| coder.unit(unit));
        }
    }
}

impl Coder<'_> {
    /// The arms of a unit in order, up to the first that matches.
    fn unit(&mut self, unit: &Unit) {
        let end = self.asm.label();
        for arm in &unit.arms {
            self.arm(arm, end);
        }
        self.asm.bind(end);
    }

    /// A statement: its `match` where it matches, then on to `end`; otherwise what follows.
    pub(super) fn arm(&mut self, arm: &Arm, end: Label) {
        self.begin(arm.statement);
        let (matches, next) = (self.asm.label(), self.asm.label());
        self.cond(&arm.matches, matches, next, matches);
        self.asm.bind(matches);
        match &arm.grants {
            None => self.matched(arm.statement, 0),
            Some(grants) if *grants == arm.matches => self.matched(arm.statement, GRANTS),
            Some(grants) => {
                let (granted, unknown) = (self.asm.label(), self.asm.label());
                self.cond(grants, granted, unknown, granted);
                self.asm.bind(granted);
                self.matched(arm.statement, GRANTS);
                self.asm.jump(end);
                self.asm.bind(unknown);
                self.matched(arm.statement, 0);
            }
        }
        self.asm.jump(end);
        self.asm.bind(next);
    }

    pub(super) fn matched(&mut self, statement: u32, flags: u8) {
        self.begin(statement);
        self.asm.emit(Instr { op: Op::Match, flags, a: 0, b: 0, c: statement, target: 0 });
    }
}

/// The code of all entries.
#[derive(Debug, Default)]
pub(super) struct Codes {
    known: FxHashMap<Block, u32>,
    code: Vec<Instr>,
    switches: Vec<Switch>,
    spans: Vec<PcSpan>,
}

impl Codes {
    /// Places the code, or finds where equal code is.
    fn place(&mut self, block: Block) -> u32 {
        if let Some(entry) = self.known.get(&block) {
            return *entry;
        }
        let entry = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
        let first_switch = u32::try_from(self.switches.len()).unwrap_or(u32::MAX);
        let moved = |target: &mut u32| *target = target.saturating_add(entry);
        self.code.extend(block.code.iter().map(|instr| {
            let mut instr = *instr;
            each_target(&mut instr, moved);
            if instr.op == Op::Switch {
                instr.c = instr.c.saturating_add(first_switch);
            }
            instr
        }));
        self.switches.extend(block.switches.iter().map(|switch| {
            let mut switch = switch.clone();
            each_case(&mut switch, moved);
            let cases = switch.cases.into_iter().map(|(text, target)| (StrId(text), target));
            Switch { cases: cases.collect(), default: switch.default, missing: switch.missing }
        }));
        self.spans.extend(block.spans.iter().map(|(at, statement, (source, start, end))| PcSpan {
            pc: at.saturating_add(entry),
            statement: *statement,
            span: SourceSpan { source: *source, start: *start, end: *end },
        }));
        self.known.insert(block, entry);
        entry
    }

    /// Code that does nothing.
    pub(super) fn nothing(&mut self) -> u32 {
        self.place(super::asm::Assembler::default().finish())
    }

    /// Moves everything into the program.
    pub(super) fn finish(self, program: &mut Program) {
        program.code = self.code;
        program.switches = self.switches;
        program.spans = self.spans;
    }
}
