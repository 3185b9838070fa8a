//! Conditions on what is remembered. In: facts, sets and labels as conditions name them. Out: their values, by [`Memory`]'s lists.

use super::condition::{Known, Scope};
use super::memory::{Owner, Scalar, Under};
use super::value::{Number, Value};
use policyc_compiler::typed::{Expr, Fact, FactUse};
use policyc_runtime::program::memory::{FactKind, FactPart};

impl Scope<'_> {
    /// The values, if all of them can be keys.
    pub(super) fn scalars(&mut self, exprs: &[Expr]) -> Option<Vec<Scalar>> {
        exprs.iter().map(|expr| Scalar::of(&self.value(expr))).collect()
    }

    pub(super) fn has_label(&self, label: u32) -> bool {
        let Some(known) = &self.known else { return true };
        let Some(declared) = known.policy.labels.get(label as usize) else { return true };
        let owner = Owner::of(declared.scope, known.who);
        known.memory.label(label, &owner, known.now)
    }

    /// `None` if the value or a key is no scalar.
    pub(super) fn in_set(&mut self, value: &Expr, used: &FactUse) -> Option<bool> {
        let (keys, value) = (self.scalars(&used.keys)?, Scalar::of(&self.value(value))?);
        let (known, fact, under, now) = self.place_of(used, keys)?;
        Some(known.memory.holds(&under, &value, now, fact.expires_ms))
    }

    pub(super) fn fact(&mut self, used: &FactUse, part: FactPart) -> Option<Value> {
        let keys = self.scalars(&used.keys)?;
        let (known, fact, under, now) = self.place_of(used, keys)?;
        if fact.kind == FactKind::Counter {
            return Some(Value::Number(Number::units(known.memory.counter(&under, now, fact.expires_ms))));
        }
        let (fields, learned) = known.memory.fact(&under, now, fact.expires_ms)?;
        match part {
            FactPart::Known => Some(Value::Bool(true)),
            FactPart::LearnedAt => Some(Value::Number(Number::whole(learned.into()))),
            FactPart::Field(field) => match fields.get(usize::from(field))?.as_ref()? {
                Scalar::Bool(value) => Some(Value::Bool(*value)),
                Scalar::Number(units) => Some(Value::Number(Number::units(*units))),
                Scalar::Text(text) => Some(Value::text(text)),
            },
        }
    }

    /// Where a fact is kept, and what the time is there.
    fn place_of(&self, used: &FactUse, keys: Vec<Scalar>) -> Option<(&Known<'_>, &Fact, Under, i64)> {
        let known = self.known.as_ref()?;
        let fact = known.policy.facts.get(used.fact as usize)?;
        let owner = Owner::of(fact.scope, known.who);
        Some((known, fact, Under { index: used.fact, owner, keys }, known.now))
    }
}
