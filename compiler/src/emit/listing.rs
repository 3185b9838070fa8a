//! The code behind a list of tools (language.md section 2, semantics.md section 10, T10). In: the IR. Out: code that reads the
//! principal alone: a `match` of a deny where this principal is always denied, of an ask or allow where the call may be permitted.

use super::asm::Label;
use super::cond::Coder;
use crate::ir::listing::{may, must};
use crate::ir::{Arm, Cond, ToolIr, Unit};
use policyc_runtime::program::Effect;

impl Coder<'_> {
    /// The whole entry.
    pub(super) fn listing(&mut self, ir: &ToolIr) {
        for unit in [&ir.denies, &ir.asks, &ir.allows].into_iter().flatten() {
            if !unit.arms.iter().any(|arm| self.is_shadow(arm)) {
                self.list_unit(unit);
            }
        }
    }

    /// Arms in order, twice: first as long as no ask or allow before may have matched, when a deny that must match denies for
    /// certain; then as from an arm on that may have.
    fn list_unit(&mut self, unit: &Unit) {
        let end = self.asm.label();
        let uncertain: Vec<Label> = unit.arms.iter().map(|_| self.asm.label()).collect();
        for (index, arm) in unit.arms.iter().enumerate() {
            self.list_arm(arm, true, end);
            if let (Effect::Ask | Effect::Allow, Some(later)) =
                (self.effect(arm), uncertain.get(index.saturating_add(1)))
            {
                self.when(&may(&arm.matches), *later);
            }
        }
        self.asm.jump(end);
        for (arm, label) in unit.arms.iter().zip(uncertain) {
            self.asm.bind(label);
            self.list_arm(arm, false, end);
        }
        self.asm.bind(end);
    }

    /// One arm. Where it must match, the ones after it are not looked at.
    fn list_arm(&mut self, arm: &Arm, certain: bool, end: Label) {
        self.begin(arm.statement);
        let effect = self.effect(arm);
        let grants = match effect {
            Effect::Deny => None,
            Effect::Ask => arm.grants.as_ref(),
            Effect::Allow => Some(&arm.matches),
        };
        if let Some(grants) = grants {
            let (listed, next) = (self.asm.label(), self.asm.label());
            self.cond(&may(grants), listed, next, listed);
            self.asm.bind(listed);
            self.matched(arm.statement, 0);
            self.asm.bind(next);
        }
        let (matches, next) = (self.asm.label(), self.asm.label());
        self.cond(&must(&arm.matches), matches, next, matches);
        self.asm.bind(matches);
        if effect == Effect::Deny && certain {
            self.matched(arm.statement, 0);
        }
        self.asm.jump(end);
        self.asm.bind(next);
    }

    /// Goes to the label where the condition holds.
    fn when(&mut self, condition: &Cond, target: Label) {
        let next = self.asm.label();
        self.cond(condition, target, next, next);
        self.asm.bind(next);
    }

    fn effect(&self, arm: &Arm) -> Effect {
        self.policy.statements.get(arm.statement as usize).map_or(Effect::Deny, |head| head.effect)
    }

    fn is_shadow(&self, arm: &Arm) -> bool {
        self.policy.statements.get(arm.statement as usize).is_some_and(|head| head.shadow)
    }
}
