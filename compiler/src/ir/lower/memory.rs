//! What is remembered. In: the limits and actions of one tool. Out: [`MemoryIr`]: what its calls count towards, and what an admission or a
//! result changes.

use super::list::Domain;
use super::value::Typed;
use super::{Lower, scale};
use crate::ir::cond::Polarity;
use crate::ir::error::EmitError;
use crate::ir::{ActionIr, At, Cond, FactValue, LimitIr, MemoryIr, TestKind, Value};
use crate::typed::{Action, ActionKind, EachElement, Expr, FactUse, LimitUse, Policy, ToolMemory};
use policyc_runtime::program::memory::{FactKind, FactPart};
use policyc_runtime::program::plan::{KIND_ANY, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT};
use std::sync::Arc;

/// What a fact's field can be: a scalar.
const SCALAR: u8 = KIND_ANY & !(KIND_NULL | KIND_LIST | KIND_OBJECT);

/// What is lowered in the place of an element.
type Body<'b, L> = &'b mut dyn FnMut(&mut L, &mut Vec<ActionIr>) -> Result<(), EmitError>;

impl<'a> Lower<'a, '_> {
    /// Everything that one tool's calls count towards and change.
    pub(super) fn memory(
        &mut self,
        policy: &'a Policy,
        memory: &'a ToolMemory,
    ) -> Result<MemoryIr, EmitError> {
        let limits = memory.limits.iter().map(|used| self.limit(policy, used));
        let limits = limits.collect::<Result<_, _>>()?;
        self.statement = u32::MAX;
        let mut actions = |actions: &'a [Action]| {
            let mut out = Vec::new();
            for action in actions {
                self.action(action, &mut out)?;
            }
            Ok::<_, EmitError>(out)
        };
        let (admit, learn) = (actions(&memory.admit)?, actions(&memory.learn)?);
        // What is shown need not be what is declared; what teaches is.
        self.unfit = true;
        let mut shown = Vec::new();
        for action in &memory.shown {
            self.action(action, &mut shown)?;
        }
        shown.extend(self.shows(&memory.shows)?);
        Ok(MemoryIr { limits, admit, learn, shown })
    }

    /// Statements that restrict what is shown: each holds unless its condition is false.
    pub(super) fn shows(&mut self, shows: &'a [(u32, Arc<Expr>)]) -> Result<Vec<ActionIr>, EmitError> {
        let mut out = Vec::with_capacity(shows.len());
        for (statement, when) in shows {
            self.statement = *statement;
            let when = self.condition(when, Polarity::NotFalse)?;
            out.push(ActionIr::When(when, vec![ActionIr::Match(*statement)]));
        }
        Ok(out)
    }

    fn limit(&mut self, policy: &Policy, used: &'a LimitUse) -> Result<LimitIr, EmitError> {
        let statement = policy.limits.get(used.limit as usize).map_or(u32::MAX, |limit| limit.statement);
        self.statement = statement;
        Ok(LimitIr {
            limit: used.limit,
            statement,
            when: self.condition(&used.when, Polarity::NotFalse)?,
            keys: self.scalars(&used.keys)?,
            amount: self.amount(&used.amount)?,
        })
    }

    fn action(&mut self, action: &'a Action, out: &mut Vec<ActionIr>) -> Result<(), EmitError> {
        self.for_each(&action.each, out, &mut |lower, out| lower.what(action, out))
    }

    /// Runs `what` for every element, as deep as the lists go.
    fn for_each(
        &mut self,
        each: &'a [EachElement],
        out: &mut Vec<ActionIr>,
        what: Body<'_, Self>,
    ) -> Result<(), EmitError> {
        let Some((first, inner)) = each.split_first() else { return what(self, out) };
        let domain = self.domain(&first.domain)?;
        self.over_domain(first, &domain, out, &mut |lower, out| {
            let mut body = Vec::new();
            lower.for_each(inner, &mut body, what)?;
            match &first.filter {
                None => out.append(&mut body),
                Some(filter) => {
                    let filter = lower.condition(filter, Polarity::True)?;
                    out.push(ActionIr::When(filter, body));
                }
            }
            Ok(())
        })
    }

    fn over_domain(
        &mut self,
        each: &'a EachElement,
        domain: &Domain<'a>,
        out: &mut Vec<ActionIr>,
        body: Body<'_, Self>,
    ) -> Result<(), EmitError> {
        match domain {
            Domain::List(elements) => {
                let list = elements.list.value.clone();
                if list == Value::Missing {
                    return Ok(());
                }
                let done = self.in_loop(1, each.domain.span, |lower, depth| {
                    let element = lower.element_in_loop(elements, depth);
                    let mut inner = Vec::new();
                    lower.with(each.var, element, |lower| body(lower, &mut inner))?;
                    let included = lower.is_included(elements, depth);
                    let inner =
                        if included == Cond::TRUE { inner } else { vec![ActionIr::When(included, inner)] };
                    Ok(ActionIr::Loop { depth, list, body: inner })
                })?;
                out.push(done);
            }
            Domain::Items(items) => {
                for item in items {
                    let mut inner = Vec::new();
                    self.with(each.var, item.binding.clone(), |lower| body(lower, &mut inner))?;
                    out.push(ActionIr::When(item.when.clone(), inner));
                }
            }
            Domain::Concat(parts) => {
                for part in parts {
                    self.over_domain(each, part, out, body)?;
                }
            }
            Domain::Either { none, first, second } => {
                let (mut one, mut other) = (Vec::new(), Vec::new());
                self.over_domain(each, first, &mut one, body)?;
                self.over_domain(each, second, &mut other, body)?;
                out.push(ActionIr::When(none.clone().negated(), one));
                out.push(ActionIr::When(none.clone(), other));
            }
            Domain::Only(condition, inner) => {
                let mut only = Vec::new();
                self.over_domain(each, inner, &mut only, body)?;
                out.push(ActionIr::When(condition.clone(), only));
            }
        }
        Ok(())
    }

    fn what(&mut self, action: &'a Action, out: &mut Vec<ActionIr>) -> Result<(), EmitError> {
        let does = match &action.kind {
            ActionKind::SetLabel(label, lasts) => ActionIr::SetLabel(*label, *lasts),
            ActionKind::Pend(fact, keys) => ActionIr::Pend(*fact, self.scalars(keys)?),
            ActionKind::Tally(fact, keys, amount) => {
                ActionIr::Tally(*fact, self.scalars(keys)?, self.amount(amount)?)
            }
            ActionKind::Forget(fact, keys) => ActionIr::Forget(*fact, self.scalars(keys)?),
            ActionKind::Join(fact, keys, value) => {
                let (keys, value) = (self.scalars(keys)?, self.scalar(value)?);
                let joined = ActionIr::Join(*fact, keys, value);
                // What may not be meant to be known is not.
                let when = self.condition(&action.when, Polarity::True)?;
                out.push(ActionIr::When(when, vec![joined]));
                return Ok(());
            }
            ActionKind::Learn(fact, keys, fields) => {
                let keys = self.scalars(keys)?;
                let fields = fields.iter().map(|field| match field {
                    Some(field) => self.scalar(field),
                    None => Ok(Value::Missing),
                });
                let fields = fields.collect::<Result<_, _>>()?;
                let yes = self.condition(&action.when, Polarity::True)?;
                let maybe = self.condition(&action.when, Polarity::NotFalse)?;
                if maybe != yes {
                    let unlearned = vec![ActionIr::Unlearn(*fact, keys.clone())];
                    let only_maybe = Cond::all([maybe, yes.clone().negated()]);
                    out.push(ActionIr::When(only_maybe, unlearned));
                }
                out.push(ActionIr::When(yes, vec![ActionIr::Learn(*fact, keys, fields)]));
                return Ok(());
            }
        };
        let when = self.condition(&action.when, Polarity::NotFalse)?;
        out.push(ActionIr::When(when, vec![does]));
        Ok(())
    }

    fn scalars(&mut self, exprs: &'a [Expr]) -> Result<Vec<Value>, EmitError> {
        exprs.iter().map(|expr| self.scalar(expr)).collect()
    }

    fn scalar(&mut self, expr: &'a Expr) -> Result<Value, EmitError> {
        Ok(self.unshifted(expr)?.value)
    }

    /// An amount in units of 10⁻⁹; what has more places is no amount, which the machine sees by the shift.
    fn amount(&mut self, expr: &'a Expr) -> Result<(Value, u8), EmitError> {
        Ok((self.value(expr)?.value, scale(expr)))
    }

    /// A part of a fact.
    pub(super) fn fact(&mut self, used: &'a FactUse, part: FactPart) -> Result<Typed, EmitError> {
        let keys = self.scalars(&used.keys)?;
        let counter = self.facts.get(used.fact as usize).is_some_and(|fact| fact.kind == FactKind::Counter);
        let kinds = if counter || part == FactPart::LearnedAt { KIND_NUMBER } else { SCALAR };
        let value = Value::Fact(Box::new(FactValue { fact: used.fact, keys, part }));
        Ok(Typed::computed(value, kinds, true))
    }

    /// A scalar is in a learned set.
    pub(super) fn in_set(
        &mut self,
        value: &'a Expr,
        used: &'a FactUse,
        polarity: Polarity,
        at: At,
    ) -> Result<Cond, EmitError> {
        let needle = self.unshifted(value)?;
        let keys = self.scalars(&used.keys)?;
        if needle.never(SCALAR) {
            return Ok(polarity.unknown());
        }
        Ok(Cond::test(TestKind::InSet(needle.value, used.fact, keys), polarity, false, at))
    }
}
