//! What is remembered, for people. In: a fact under keys that have values. Out: what it holds as JSON, or why nothing is known of it.

use super::seen::{Why, exact, of_units};
use crate::typed::{Expr, FactUse, Policy};
use policyc_runtime::Pdp;
use policyc_runtime::gate::Recollection;
use policyc_runtime::program::memory::FactPart;
use policyc_runtime::state::{self, Memory, Scalar};
use serde_json::Value;

/// A memory, and whose program knows its places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'m> {
    pub(super) policy: &'m Policy,
    pub(super) pdp: &'m Pdp,
    pub(super) memory: Memory<'m>,
    pub(super) now_ms: i64,
}

impl Known<'_> {
    /// A fact as the policy spells it: `order(args.id)`, its field behind it.
    pub(super) fn spelled(&self, used: &FactUse, part: FactPart, keys: &[String]) -> String {
        let Some(fact) = self.policy.facts.get(used.fact as usize) else { return "a fact".to_owned() };
        let keys = if keys.is_empty() { String::new() } else { format!("({})", keys.join(", ")) };
        let name = format!("{}{keys}", fact.id);
        match part {
            FactPart::Known => format!("known {name}"),
            FactPart::LearnedAt => format!("age({name})"),
            FactPart::Field(field) => match fact.fields.get(usize::from(field)) {
                Some(field) if !field.is_empty() => super::spell::member_of(&name, field),
                _ => name,
            },
        }
    }
}

impl Known<'_> {
    /// A part of a fact; `spelled` is how the policy writes it.
    pub(super) fn fact(
        &self,
        used: &FactUse,
        part: FactPart,
        spelled: &str,
        value: impl Fn(&Expr) -> Result<Value, Why>,
    ) -> Result<Value, Why> {
        let keys = used.keys.iter().map(value).collect::<Result<Vec<Value>, Why>>()?;
        let keys = keys.iter().map(scalar).collect::<Option<Vec<_>>>().ok_or_else(Why::default)?;
        let found = self.memory.recall(self.pdp, used.fact, &keys, self.now_ms);
        match (found, part) {
            (Err(error), _) => Err(Why::none(error.to_string())),
            (Ok(Recollection::Unknown(why)), _) => {
                let name = self.policy.facts.get(used.fact as usize).map_or("the fact", |fact| &*fact.id);
                let shown: Vec<String> = keys.iter().map(shown).collect();
                let shown = if shown.is_empty() { String::new() } else { format!("({})", shown.join(", ")) };
                Err(Why::none(format!("`{name}{shown}` {why}")))
            }
            (Ok(Recollection::Count(units)), _) => Ok(of_units(units)),
            (Ok(Recollection::Fields(_)), FactPart::Known) => Ok(Value::Bool(true)),
            (Ok(Recollection::Fields(_)), FactPart::LearnedAt) => Err(Why::default()),
            (Ok(Recollection::Fields(fields)), FactPart::Field(field)) => {
                let field = fields.get(usize::from(field)).and_then(Option::as_ref);
                field.map(json).ok_or_else(|| Why::none(format!("`{spelled}` is absent")))
            }
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar<'_>> {
    match value {
        Value::Bool(value) => Some(Scalar::Bool(*value)),
        Value::String(text) => Some(Scalar::Text(text.as_bytes())),
        Value::Number(number) => exact(number).map(Scalar::Number),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn shown(key: &Scalar<'_>) -> String {
    match key {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Number(units) => of_units(*units).to_string(),
        Scalar::Text(text) => Value::from(String::from_utf8_lossy(text)).to_string(),
    }
}

fn json(value: &state::Value) -> Value {
    match value {
        state::Value::Bool(value) => Value::Bool(*value),
        state::Value::Number(units) => of_units(*units),
        state::Value::Text(text) => Value::from(text.as_str()),
        // Only keys are ever known by their digest.
        state::Value::Digest(_) => Value::Null,
    }
}
