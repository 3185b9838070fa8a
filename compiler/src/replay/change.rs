//! Changes of what is remembered, as recordings v2 write them. In: JSON objects, one a change. Out: [`Noted`], and back.
//!
//! Numbers are exact: they are read and written as decimals, never as floating point.

use policyc_runtime::gate::{Noted, What};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::memory::Lasts;
use policyc_runtime::state::Value;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A change. One of `limit`, `counter`, `fact` and `label` names what is changed; the other members say how.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ChangeLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    key: Vec<Box<RawValue>>,
    /// What a limit or a counter counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Box<RawValue>>,
    /// What a limit counts once.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    /// The fields of a fact, in the order of its declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    learned: Option<Vec<Box<RawValue>>>,
    /// A member of a set.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unknown: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    forgotten: bool,
    /// How long a label stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_calls: Option<u32>,
}

/// A text that is known by its digest alone.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Digest {
    blake3: String,
}

impl ChangeLine {
    /// As it is written.
    pub(super) fn of(noted: &Noted) -> Result<Self, serde_json::Error> {
        let id = || Some(noted.id.clone());
        let key = noted.key.iter().map(raw).collect::<Result<_, _>>()?;
        let line = Self { key, ..Self::default() };
        Ok(match &noted.what {
            What::Charged(units) => Self { limit: id(), amount: Some(number(*units)?), ..line },
            What::ChargedValue(value) => Self { limit: id(), value: Some(raw(value)?), ..line },
            What::Counted(units) => Self { counter: id(), amount: Some(number(*units)?), ..line },
            What::Learned(fields) => {
                let fields = fields.iter().map(|field| field.as_ref().map_or_else(null, raw));
                Self { fact: id(), learned: Some(fields.collect::<Result<_, _>>()?), ..line }
            }
            What::Added(value) => Self { fact: id(), added: Some(raw(value)?), ..line },
            What::Unknown => Self { fact: id(), unknown: true, ..line },
            What::Forgotten => Self { fact: id(), forgotten: true, ..line },
            What::Labelled(Lasts::Forever) => Self { label: id(), ..line },
            What::Labelled(Lasts::Time(ms)) => Self { label: id(), for_ms: Some(*ms), ..line },
            What::Labelled(Lasts::Calls(calls)) => Self { label: id(), for_calls: Some(*calls), ..line },
        })
    }

    /// What it says.
    ///
    /// # Errors
    /// It says nothing, or several things.
    pub(super) fn noted(self) -> Result<Noted, String> {
        let key = self.key.iter().map(|value| value_of(value)).collect::<Result<_, _>>()?;
        let amount = self.amount.as_deref().map(units).transpose()?;
        let value = self.value.as_deref().map(value_of).transpose()?;
        let added = self.added.as_deref().map(value_of).transpose()?;
        let learned = self.learned.as_deref().map(fields).transpose()?;
        let of_any = [
            self.unknown.then_some(What::Unknown),
            self.forgotten.then_some(What::Forgotten),
            self.for_ms.map(|ms| What::Labelled(Lasts::Time(ms))),
            self.for_calls.map(|calls| What::Labelled(Lasts::Calls(calls))),
            learned.map(What::Learned),
            added.map(What::Added),
            value.map(What::ChargedValue),
        ];
        let mut said = of_any.into_iter().flatten();
        let (what, more) = (said.next(), said.next());
        let said = match (self.limit, self.counter, self.fact, self.label, what, amount) {
            (Some(id), None, None, None, Some(what @ What::ChargedValue(_)), None)
            | (None, Some(id), None, None, Some(what @ What::Forgotten), None)
            | (None, None, None, Some(id), Some(what @ What::Labelled(_)), None)
            | (
                None,
                None,
                Some(id),
                None,
                Some(what @ (What::Learned(_) | What::Added(_) | What::Unknown | What::Forgotten)),
                None,
            ) => Some((id, what)),
            (Some(id), None, None, None, None, Some(units)) => Some((id, What::Charged(units))),
            (None, Some(id), None, None, None, Some(units)) => Some((id, What::Counted(units))),
            (None, None, None, Some(id), None, None) => Some((id, What::Labelled(Lasts::Forever))),
            _ => None,
        };
        let only = said.filter(|_| more.is_none());
        let (id, what) =
            only.ok_or_else(|| "an entry of `changes` says nothing, or several things".to_owned())?;
        Ok(Noted { id, key, what })
    }
}

fn fields(fields: &[Box<RawValue>]) -> Result<Vec<Option<Value>>, String> {
    let fields = fields.iter().map(|field| match field.get() {
        "null" => Ok(None),
        _ => value_of(field).map(Some),
    });
    fields.collect()
}

fn value_of(json: &RawValue) -> Result<Value, String> {
    let text = json.get();
    let broken = || format!("`{text}` is no value that is remembered");
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map(Value::Text).map_err(|_| broken()),
        Some(b't' | b'f') => Ok(Value::Bool(text == "true")),
        Some(b'{') => {
            let digest: Digest = serde_json::from_str(text).map_err(|_| broken())?;
            let digest = blake3::Hash::from_hex(digest.blake3.as_bytes()).map_err(|_| broken())?;
            Ok(Value::Digest(*digest.as_bytes()))
        }
        Some(b'-' | b'0'..=b'9') => units(json).map(Value::Number),
        _ => Err(broken()),
    }
}

fn units(json: &RawValue) -> Result<i128, String> {
    let decimal = Decimal::parse_json(json.get());
    decimal.map(Decimal::units).ok_or_else(|| format!("`{json}` is no number with nine decimals"))
}

/// A value as JSON.
fn raw(value: &Value) -> Result<Box<RawValue>, serde_json::Error> {
    match value {
        Value::Bool(value) => serde_json::value::to_raw_value(value),
        Value::Number(units) => number(*units),
        Value::Text(text) => serde_json::value::to_raw_value(text),
        Value::Digest(digest) => {
            let blake3 = blake3::Hash::from_bytes(*digest).to_string();
            serde_json::value::to_raw_value(&Digest { blake3 })
        }
    }
}

fn number(units: i128) -> Result<Box<RawValue>, serde_json::Error> {
    // One amount and one value are always decimals; only their sums are not.
    RawValue::from_string(Decimal::from_units(units).map_or_else(String::new, |decimal| decimal.to_string()))
}

fn null() -> Result<Box<RawValue>, serde_json::Error> {
    serde_json::value::to_raw_value(&())
}
