//! Guards: tests that something is there (`has x`, `x is T`) joined with what is to be restricted. In: a condition and its effect. Out:
//! what a call may lack so that the guard fails, and the restriction with it.
//!
//! A guard counts where its failure makes the restriction not hold: among the operands of an `and` in a restricting position, at any
//! depth. A condition that asks for the opposite elsewhere (`not has x and …`) has said what omission means.

use super::members;
use super::omission::{Lack, Reading};
use super::reach::{Path, Reach, Step, lookup, may_be_absent};
use super::walk::{children, each};
use crate::ty::{ArgsTy, Kinds, Ty};
use crate::typed::{Expr, ExprKind, View};
use policyc_runtime::program::Effect;
use policyc_runtime::program::instr::KIND_INTEGER;
use policyc_runtime::program::plan;

/// What calls may lack so that a guard in the condition fails: for each guard what it fails on, the most that may be lacking first.
pub(crate) fn lacks(args: &ArgsTy, effect: Effect, condition: &Expr) -> Vec<Vec<Lack>> {
    let search = Search { args, reach: Reach::new(condition), condition, grants: effect == Effect::Allow };
    let mut out = Vec::new();
    search.conjunctions(condition, true, &mut out);
    out
}

struct Search<'a> {
    args: &'a ArgsTy,
    reach: Reach,
    condition: &'a Expr,
    grants: bool,
}

/// An operand, and whether making it true makes the whole condition true.
type Operand<'a> = (&'a Expr, bool);

impl<'a> Search<'a> {
    /// Whether making an expression of this sign true restricts.
    fn restricts(&self, sign: bool) -> bool {
        sign != self.grants
    }

    /// Looks at every group of operands that restrict only together.
    fn conjunctions(&self, expr: &'a Expr, sign: bool, out: &mut Vec<Vec<Lack>>) {
        let mut operands = Vec::new();
        self.operands(expr, sign, &mut operands);
        for (index, guard) in operands.iter().enumerate() {
            let others = || operands.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, o)| o.0);
            let mut found = self.lacks(*guard);
            found.retain(|lack| others().any(|o| self.tests(o, lack)) && !self.considers(lack));
            if !found.is_empty() && !out.contains(&found) {
                out.push(found);
            }
        }
        for (operand, sign) in operands {
            match &operand.kind {
                ExprKind::And(parts) | ExprKind::Or(parts) => {
                    parts.iter().for_each(|part| self.conjunctions(part, sign, out));
                }
                ExprKind::Quantifier { body, .. } => self.conjunctions(body, sign, out),
                _ => {}
            }
        }
    }

    /// Flattens what restricts only if all of it holds. A grant that says `not has x or …` names the omission itself, so only the
    /// `and` under a `not` is one there.
    fn operands(&self, expr: &'a Expr, sign: bool, out: &mut Vec<Operand<'a>>) {
        match &expr.kind {
            ExprKind::Not(inner) => self.operands(inner, !sign, out),
            ExprKind::And(all) if self.restricts(sign) => {
                all.iter().for_each(|e| self.operands(e, sign, out))
            }
            ExprKind::Or(all) if !self.grants && !sign => {
                all.iter().for_each(|e| self.operands(e, sign, out))
            }
            _ => out.push((expr, sign)),
        }
    }

    /// What a call may lack so that this guard fails; nothing if it is no guard, or never fails.
    fn lacks(&self, (guard, sign): Operand<'a>) -> Vec<Lack> {
        match guarded(guard).filter(|_| self.restricts(sign)) {
            Some(Expr { kind: ExprKind::View(view), .. }) => self.unread(view),
            Some(operand) => self.unmet(guard, operand).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The text does not read, or it reads and has no such member.
    fn unread(&self, view: &View) -> Vec<Lack> {
        let Some(subject) = self.reach.paths(&view.subject).into_iter().next() else { return Vec::new() };
        let reading = Reading { view: view.view, param: view.param.clone(), subject };
        let member =
            members::is_optional(view.view, view.member).then(|| Lack::Member(reading.clone(), view.member));
        std::iter::once(Lack::Reading(reading)).chain(member).collect()
    }

    /// The value is not there, or of another kind.
    fn unmet(&self, guard: &Expr, operand: &Expr) -> Option<Lack> {
        let path = self.reach.paths(operand).into_iter().next()?;
        let asks_for_kind = matches!(&guard.kind, ExprKind::IsKind(..));
        // Whether an element is there is not what its kind is asked for.
        let element = asks_for_kind && path.last() == Some(&Step::Element);
        if may_be_absent(self.args, &path) && !has_stand_in(operand) && !element {
            return Some(Lack::Value(path));
        }
        (asks_for_kind && self.kinds_left(&path) != 0).then_some(Lack::Kind(path))
    }

    /// Kinds that the value may be of and that nothing in the condition asks for.
    fn kinds_left(&self, path: &Path) -> u32 {
        let mut asked = 0;
        each(self.condition, &mut |e| {
            if let ExprKind::IsKind(operand, mask, _) = &e.kind
                && self.reach.paths(operand).contains(path)
            {
                asked |= mask;
                if mask & u32::from(plan::KIND_NUMBER) != 0 {
                    asked |= KIND_INTEGER;
                }
            }
        });
        kinds_at(self.args, path) & !asked
    }

    /// Whether the operand is a test of what is lacking, and no guard.
    fn tests(&self, operand: &Expr, lack: &Lack) -> bool {
        let mut found = false;
        each(operand, &mut |e| {
            if children(e).is_empty() || matches!(&e.kind, ExprKind::View(_)) {
                found |= self.reads(e, lack);
            }
        });
        found && guarded(operand).is_none()
    }

    fn reads(&self, value: &Expr, lack: &Lack) -> bool {
        match (lack, &value.kind) {
            (Lack::Reading(reading), ExprKind::View(view)) => reading.is_of(view, &self.reach),
            (Lack::Member(reading, member), ExprKind::View(view)) => {
                reading.is_of(view, &self.reach)
                    && members::without(view.view, *member, view.member) == Some(false)
            }
            (Lack::Value(path) | Lack::Kind(path), ExprKind::Place(place)) => {
                self.reach.of_place(place).iter().any(|own| own.starts_with(path))
            }
            _ => false,
        }
    }

    /// Whether a guard of the opposite sign says what holds without it.
    fn considers(&self, lack: &Lack) -> bool {
        let mut found = false;
        signed(self.condition, true, &mut |e, sign| {
            found |= !self.restricts(sign) && guarded(e).is_some_and(|operand| self.reads(operand, lack));
        });
        found
    }
}

/// `x ?? d` says itself what omission means.
fn has_stand_in(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Coalesce(_, other) if matches!(other.kind, ExprKind::Const(_) | ExprKind::List(_)))
}

/// What a guard asks for.
fn guarded(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Has(operand) | ExprKind::IsKind(operand, ..) => Some(operand),
        _ => None,
    }
}

/// Runs on every condition below, with its sign.
fn signed<'a>(expr: &'a Expr, sign: bool, run: &mut impl FnMut(&'a Expr, bool)) {
    run(expr, sign);
    match &expr.kind {
        ExprKind::Not(inner) => signed(inner, !sign, run),
        ExprKind::And(all) | ExprKind::Or(all) => all.iter().for_each(|e| signed(e, sign, run)),
        ExprKind::Quantifier { body, .. } => signed(body, sign, run),
        _ => {}
    }
}

/// `KIND_*` bits of the values that the schema admits there, null left out.
fn kinds_at(args: &ArgsTy, path: &Path) -> u32 {
    let Some(field) = lookup(args, path) else { return 0 };
    let Ty::Kinds(kinds) = super::form::deref(&field.ty, &args.definitions) else { return 0 };
    let Kinds { boolean, number, string, list, object, null: _ } = &*kinds;
    let number_bit = match number {
        Some(number) if number.integer => KIND_INTEGER,
        _ => u32::from(plan::KIND_NUMBER),
    };
    [
        (boolean.is_some(), u32::from(plan::KIND_BOOL)),
        (number.is_some(), number_bit),
        (string.is_some(), u32::from(plan::KIND_STRING)),
        (list.is_some(), u32::from(plan::KIND_LIST)),
        (object.is_some(), u32::from(plan::KIND_OBJECT)),
    ]
    .into_iter()
    .filter(|(present, _)| *present)
    .fold(0, |all, (_, bit)| all | bit)
}
