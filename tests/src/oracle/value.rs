//! Values of the reference evaluator. In: JSON. Out: values with the four ways to have none told apart.

use super::json::Json;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value, or one of the ways to have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing stands there: absent, a missing key, not parsed, the first of an empty list. `??` stands in.
    Nothing,
    /// `null`; counts as absent.
    Null,
    /// What was read is there, but of another type than needed, or itself unknown. `??` does not stand in.
    Ill,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Rc<str>),
    /// A list.
    List(Rc<[Value]>),
    /// An object; keys in order of their text.
    Record(Rc<BTreeMap<String, Value>>),
}

/// `value × 10⁻⁹ × 10^-scale`, exactly; the scale is as small as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its digits.
    pub value: i128,
    /// Decimal places beyond nine.
    pub scale: u32,
}

impl Number {
    /// From units of 10⁻⁹.
    #[must_use]
    pub const fn units(value: i128) -> Self {
        Self { value, scale: 0 }
    }

    /// From a whole number.
    #[must_use]
    pub const fn whole(value: i128) -> Self {
        Self::units(value * 1_000_000_000)
    }

    /// `value × 10⁻⁹ × 10^-scale`.
    #[must_use]
    pub const fn scaled(mut value: i128, mut scale: u32) -> Self {
        while scale > 0 && value % 10 == 0 {
            value /= 10;
            scale -= 1;
        }
        Self { value, scale }
    }

    /// The sum; `None` beyond 128 bits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(Self::scaled(self.at(scale)?.checked_add(other.at(scale)?)?, scale))
    }

    /// The product with an integer; `None` beyond 128 bits.
    #[must_use]
    pub fn times(self, factor: i64) -> Option<Self> {
        Some(Self::scaled(self.value.checked_mul(i128::from(factor))?, self.scale))
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.value.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at(scale), other.at(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // Only the one that is scaled up can leave 128 bits, and then it is the greater by magnitude.
            (None, _) => self.value.cmp(&0),
            (_, None) => 0.cmp(&other.value),
        }
    }
}

impl Value {
    /// What JSON says. A number that is no decimal has been refused where it is read, so elsewhere it may stand for anything.
    #[must_use]
    pub fn of(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(exact) => {
                exact.units().map_or(Self::Ill, |units| Self::Number(Number::units(units)))
            }
            Json::Text(text) => Self::text(text),
            Json::Array(items) => items.iter().map(Self::of).collect(),
            Json::Object(members) => {
                Self::Record(Rc::new(members.iter().map(|(k, v)| (k.clone(), Self::of(v))).collect()))
            }
        }
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(Rc::from(text))
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: usize) -> Self {
        i128::try_from(value).map_or(Self::Ill, |value| Self::Number(Number::whole(value)))
    }

    /// Present and not null.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Null | Self::Ill)
    }

    /// What stands under a key. A missing key is nothing, as is what stands below nothing; a step into what has no keys is ill.
    #[must_use]
    pub fn step(&self, key: &str) -> Self {
        match self {
            Self::Record(members) => members.get(key).cloned().unwrap_or(Self::Nothing),
            Self::Nothing | Self::Null => Self::Nothing,
            Self::Ill | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => Self::Ill,
        }
    }

    /// What remains of an operand that is not of the type needed: nothing if it has no value, else ill.
    #[must_use]
    pub const fn without_use(&self) -> Self {
        match self {
            Self::Nothing | Self::Null => Self::Nothing,
            _ => Self::Ill,
        }
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}
