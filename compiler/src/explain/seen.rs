//! Values that a condition reads in one call, for people. In: expressions of the typed tree, and the call. Out: JSON values, or why there
//! is none: "`args.amount` is absent".
//!
//! Nothing is decided by this: truth comes from the VM (`probe`). What is too intricate to be shown is left out.

use super::known::Known;
use super::spell::{member_of, spell};
use super::view::view;
use crate::typed::{CivilPart, Const, Expr, ExprKind, Linear, Place, Root, VarId};
use policyc_runtime::number::{Decimal, SCALE};
use serde_json::Value;
use std::sync::Arc;

/// Elements of a list that are looked at.
pub(super) const ELEMENTS: usize = 64;

/// Why an expression has no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Why {
    /// One line each; empty if that is too intricate to say.
    pub(super) lines: Vec<String>,
    /// Something is there, but of another type: `??` does not stand in for that.
    pub(super) ill: bool,
}

impl Why {
    /// Nothing is there: absent, null, not parsed.
    pub(super) fn none(line: String) -> Self {
        Self { lines: vec![line], ill: false }
    }

    /// Something of another type is there.
    pub(super) fn ill(line: String) -> Self {
        Self { lines: vec![line], ill: true }
    }
}

/// A value and how to call it: `args.to[2]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) label: String,
    pub(super) value: Value,
}

/// The call, the host's values, and what is remembered.
#[derive(Debug)]
pub(super) struct Inputs<'m> {
    pub(super) args: Value,
    pub(super) principal: Value,
    pub(super) session: Value,
    pub(super) now_ms: Option<i64>,
    pub(super) known: Known<'m>,
}

/// What expressions are read in: the inputs, and what variables stand for.
#[derive(Debug, Clone)]
pub(super) struct Env<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) bound: Vec<(VarId, Item)>,
}

impl<'a> Env<'a> {
    pub(super) const fn new(inputs: &'a Inputs<'a>) -> Self {
        Self { inputs, bound: Vec::new() }
    }

    /// With one more variable.
    pub(super) fn with(&self, var: VarId, item: Item) -> Self {
        let mut out = self.clone();
        out.bound.push((var, item));
        out
    }

    pub(super) fn variable(&self, var: VarId) -> Option<&Item> {
        self.bound.iter().rev().find(|(bound, _)| *bound == var).map(|(_, item)| item)
    }

    /// What stands at a place, `null` included.
    pub(super) fn place(&self, place: &Place) -> Result<Value, Why> {
        let (mut label, start) = match place.root {
            Root::Args => ("args".to_owned(), &self.inputs.args),
            Root::Principal => ("principal".to_owned(), &self.inputs.principal),
            Root::Session => ("session".to_owned(), &self.inputs.session),
            // No decision reads a result.
            Root::Result | Root::ResultText => return Err(Why::default()),
            Root::Var(var) => {
                let item = self.variable(var).ok_or_else(Why::default)?;
                (item.label.clone(), &item.value)
            }
        };
        below(start, &mut label, &place.steps)
    }

    /// The value of an expression; never `null`.
    pub(super) fn value(&self, expr: &Expr) -> Result<Value, Why> {
        let value = match &expr.kind {
            ExprKind::Const(constant) => of_const(constant),
            ExprKind::Place(place) => {
                let value = self.place(place)?;
                if value.is_null() {
                    return Err(Why::none(format!("`{}` is null", spell(expr, self))));
                }
                value
            }
            ExprKind::Fact(used, part) => {
                let spelled = spell(expr, self);
                self.inputs.known.fact(used, *part, &spelled, |key| self.value(key))?
            }
            ExprKind::Now => Value::from(self.inputs.now_ms.ok_or_else(Why::default)?),
            ExprKind::View(one) => {
                let text = self.text(&one.subject)?;
                view(one, &text, &spell(&one.subject, self)).map_err(Why::none)?
            }
            ExprKind::Coalesce(first, second) => match self.value(first) {
                Err(why) if !why.ill => self.value(second)?,
                found => found?,
            },
            ExprKind::Length(text) => Value::from(self.text(text)?.chars().count()),
            ExprKind::Lower(text) => Value::from(self.text(text)?.to_ascii_lowercase()),
            ExprKind::Count(list) => Value::from(self.list(list)?.len()),
            ExprKind::First(list) => self.edge(list, false)?,
            ExprKind::Last(list) => self.edge(list, true)?,
            ExprKind::Table(table, key) => self.table(table, key)?,
            ExprKind::MapGet(map, key) => {
                let (key, mut label) = (self.text(key)?, spell(map, self));
                below(&self.value(map)?, &mut label, &[Arc::from(key)])?
            }
            ExprKind::Member(base, steps) => {
                let mut label = spell(base, self);
                below(&self.value(base)?, &mut label, steps)?
            }
            ExprKind::Civil(part, time, zone) => self.civil(*part, time, zone)?,
            ExprKind::Sum(var, list, linear) => self.sum(*var, list, linear)?,
            ExprKind::Linear(linear) => of_units(self.linear(linear)?),
            ExprKind::List(_) | ExprKind::Concat(_) | ExprKind::Keys(_) | ExprKind::Values(_) => {
                Value::Array(self.list(expr)?.into_iter().map(|item| item.value).collect())
            }
            // Whether an element counts is the VM's to say; conditions are no values.
            _ => return Err(Why::default()),
        };
        if value.is_null() { Err(Why::none(format!("`{}` is null", spell(expr, self)))) } else { Ok(value) }
    }

    /// Text, or why it is none.
    pub(super) fn text(&self, expr: &Expr) -> Result<String, Why> {
        match self.value(expr)? {
            Value::String(text) => Ok(text),
            other => Err(Why::ill(ill(expr, self, &other, "a text"))),
        }
    }

    fn number(&self, expr: &Expr) -> Result<i128, Why> {
        match self.value(expr)? {
            Value::Number(number) => Decimal::parse_json_bytes(number.to_string().as_bytes())
                .map(Decimal::units)
                .ok_or_else(Why::default),
            other => Err(Why::ill(ill(expr, self, &other, "a number"))),
        }
    }

    /// The elements of a list and how to call each.
    pub(super) fn list(&self, expr: &Expr) -> Result<Vec<Item>, Why> {
        match &expr.kind {
            ExprKind::List(all) => {
                all.iter().map(|one| Ok(Item { label: spell(one, self), value: self.value(one)? })).collect()
            }
            ExprKind::Concat(all) => {
                let parts: Result<Vec<_>, Why> = all.iter().map(|one| self.list(one)).collect();
                Ok(parts?.into_iter().flatten().collect())
            }
            ExprKind::Coalesce(first, second) => match self.list(first) {
                Err(why) if !why.ill => self.list(second),
                found => found,
            },
            ExprKind::Keys(map) => {
                let (label, members) = (spell(map, self), self.members(map)?);
                Ok(members
                    .into_iter()
                    .map(|(key, _)| Item {
                        label: format!("the key `{key}` of {label}"),
                        value: Value::from(key),
                    })
                    .collect())
            }
            ExprKind::Values(map) => {
                let (label, members) = (spell(map, self), self.members(map)?);
                Ok(members
                    .into_iter()
                    .map(|(key, value)| Item { label: member_of(&label, &key), value })
                    .collect())
            }
            _ => match self.value(expr)? {
                Value::Array(all) => {
                    let label = spell(expr, self);
                    let item = |(n, value)| Item { label: format!("{label}[{n}]"), value };
                    Ok(all.into_iter().enumerate().map(item).collect())
                }
                other => Err(Why::ill(ill(expr, self, &other, "a list"))),
            },
        }
    }

    /// The members of a map, sorted by key.
    fn members(&self, map: &Expr) -> Result<Vec<(String, Value)>, Why> {
        match self.value(map)? {
            Value::Object(members) => {
                let mut all: Vec<(String, Value)> = members.into_iter().collect();
                all.sort_by(|(a, _), (b, _)| a.cmp(b));
                Ok(all)
            }
            other => Err(Why::ill(ill(map, self, &other, "an object"))),
        }
    }

    fn edge(&self, list: &Expr, last: bool) -> Result<Value, Why> {
        let mut items = self.list(list)?;
        let item = if last { items.pop() } else { items.into_iter().next() };
        item.map(|item| item.value).ok_or_else(|| Why::none(format!("`{}` is empty", spell(list, self))))
    }

    fn table(&self, table: &[(Arc<str>, Const)], key: &Expr) -> Result<Value, Why> {
        let text = self.text(key)?;
        let found = table.iter().find(|(known, _)| **known == *text);
        found.map(|(_, value)| of_const(value)).ok_or_else(|| {
            Why::none(format!("the table has no key {}, which `{}` is", Value::from(text), spell(key, self)))
        })
    }

    fn civil(&self, part: CivilPart, time: &Expr, zone: &str) -> Result<Value, Why> {
        let ms = i64::try_from(self.number(time)? / SCALE).map_err(|_| Why::default())?;
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).map_err(|_| Why::default())?;
        let local = jiff::Timestamp::from_millisecond(ms).map_err(|_| Why::default())?.to_zoned(zone);
        Ok(match part {
            CivilPart::Hour => Value::from(local.hour()),
            CivilPart::Weekday => Value::from(local.strftime("%a").to_string().to_ascii_lowercase()),
            CivilPart::Date => {
                let days = local.date().since(jiff::civil::date(1970, 1, 1)).map_err(|_| Why::default())?;
                Value::from(days.get_days())
            }
        })
    }

    fn sum(&self, var: VarId, list: &Expr, linear: &Linear) -> Result<Value, Why> {
        let mut units: i128 = 0;
        for item in self.list(list)? {
            let step = self.with(var, item).linear(linear)?;
            units = units.checked_add(step).ok_or_else(Why::default)?;
        }
        Ok(of_units(units))
    }

    /// In units of 10⁻⁹.
    fn linear(&self, linear: &Linear) -> Result<i128, Why> {
        let mut units = linear.constant;
        for (coefficient, term) in &linear.terms {
            let product =
                self.number(term)?.checked_mul(i128::from(*coefficient)).ok_or_else(Why::default)?;
            units = units.checked_add(product).ok_or_else(Why::default)?;
        }
        let divisor = 10_i128.checked_pow(u32::from(linear.scale)).ok_or_else(Why::default)?;
        units.checked_div(divisor).ok_or_else(Why::default)
    }
}

/// What stands below a value; `label` says where that got to.
fn below(start: &Value, label: &mut String, steps: &[Arc<str>]) -> Result<Value, Why> {
    let mut at = start;
    for step in steps {
        let next = member_of(label, step);
        match at {
            Value::Object(members) => {
                at = members.get(&**step).ok_or_else(|| Why::none(format!("`{next}` is absent")))?;
            }
            Value::Null => return Err(Why::none(format!("`{label}` is null"))),
            other => return Err(Why::ill(format!("`{label}` is {} and has no `{step}`", kind(other)))),
        }
        *label = next;
    }
    Ok(at.clone())
}

/// `x` is of another kind than is needed.
pub(super) fn ill(expr: &Expr, env: &Env<'_>, value: &Value, needed: &str) -> String {
    format!("`{}` is {}, not {needed}", spell(expr, env), kind(value))
}

/// A number in units of 10⁻⁹; none outside the exact range.
pub(super) fn exact(number: &serde_json::Number) -> Option<i128> {
    Decimal::parse_json(&number.to_string()).map(Decimal::units)
}

/// A value's kind with its article.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn of_const(constant: &Const) -> Value {
    match constant {
        Const::Bool(value) => Value::from(*value),
        Const::Number(units) => of_units(*units),
        Const::Text(text) => Value::from(&**text),
    }
}

/// A number in units of 10⁻⁹ as JSON.
pub(super) fn of_units(units: i128) -> Value {
    let text = Decimal::from_units(units).map(|number| number.to_string());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}
