//! Value expressions. In: a typed expression and what the roots hold. Out: its value, by the definitions of `compiler::typed`.

use super::condition::{Scope, constant};
use super::text;
use super::truth::Truth;
use super::value::{Number, Value};
use super::zone;
use policyc_compiler::typed::{CivilPart, Expr, ExprKind, Linear, Place, Root, VarId, View};

impl Scope<'_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Const(value) => constant(value),
            ExprKind::Place(place) => self.place(place),
            ExprKind::Now => self.now_ms.map_or(Value::Nothing, |ms| Value::Number(Number::whole(ms.into()))),
            ExprKind::View(view) => self.view(view),
            ExprKind::Fact(used, part) => self.fact(used, *part).unwrap_or(Value::Nothing),
            ExprKind::Coalesce(first, second) => match self.value(first) {
                Value::Nothing | Value::Null => self.value(second),
                value => value,
            },
            ExprKind::Linear(linear) => self.linear_value(linear),
            ExprKind::Length(inner) => match self.value(inner) {
                Value::Text(text) => Value::whole(text.chars().count()),
                other => other.without_use(),
            },
            ExprKind::Lower(inner) => match self.value(inner) {
                Value::Text(text) => Value::text(&text.to_ascii_lowercase()),
                other => other.without_use(),
            },
            ExprKind::Count(inner) => match self.value(inner) {
                Value::List(list) => Value::whole(list.len()),
                other => other.without_use(),
            },
            ExprKind::CountIf(var, list, condition) => self.count_if(*var, list, condition),
            ExprKind::Sum(var, list, linear) => match self.sum(*var, list, linear) {
                Ok(sum) => Value::Number(sum),
                Err(none) => none,
            },
            ExprKind::First(list) => self.end(list, |list| list.first().cloned()),
            ExprKind::Last(list) => self.end(list, |list| list.last().cloned()),
            ExprKind::Table(table, key) => match self.value(key) {
                Value::Text(key) => {
                    let found = table.iter().find(|(name, _)| **name == *key);
                    found.map_or(Value::Nothing, |(_, value)| constant(value))
                }
                other => other.without_use(),
            },
            ExprKind::MapGet(map, key) => self.map_get(map, key),
            ExprKind::Civil(part, time, zone) => self.civil(*part, time, zone),
            ExprKind::Member(base, steps) => {
                let base = self.value(base);
                steps.iter().fold(base, |value, key| value.step(key))
            }
            ExprKind::List(items) => items.iter().map(|item| self.value(item)).collect(),
            ExprKind::Concat(parts) => self.concat(parts),
            ExprKind::Keys(map) => match self.value(map) {
                Value::Record(members) => members.keys().map(|key| Value::text(key)).collect(),
                other => other.without_use(),
            },
            ExprKind::Values(map) => match self.value(map) {
                Value::Record(members) => members.values().cloned().collect(),
                other => other.without_use(),
            },
            // A condition in the place of a value.
            _ => match self.truth(expr) {
                Truth::True => Value::Bool(true),
                Truth::False => Value::Bool(false),
                Truth::Unknown => Value::Ill,
            },
        }
    }

    fn place(&self, place: &Place) -> Value {
        let root = match place.root {
            Root::Args => self.args.clone(),
            Root::Principal => self.principal.clone(),
            Root::Session => self.session.clone(),
            Root::Result => self.result.clone(),
            Root::ResultText => self.text.clone(),
            Root::Var(var) => {
                let bound = self.variables.iter().rev().find(|(name, _)| *name == var);
                bound.map_or(Value::Nothing, |(_, value)| value.clone())
            }
        };
        place.steps.iter().fold(root, |value, key| value.step(key))
    }

    fn view(&mut self, view: &View) -> Value {
        match self.value(&view.subject) {
            Value::Text(text) => text::view_member(view.view, view.member, &text, view.param.as_deref()),
            other => other.without_use(),
        }
    }

    /// The true value of a sum of terms. Nothing if a term has no value, ill if one is of another type.
    fn linear_value(&mut self, linear: &Linear) -> Value {
        match self.linear(linear) {
            Ok(sum) => Value::Number(sum),
            Err(none) => none,
        }
    }

    /// (Σ coefficient × value + constant) × 10^-scale.
    fn linear(&mut self, linear: &Linear) -> Result<Number, Value> {
        let mut missing = Value::Nothing;
        for (_, term) in &linear.terms {
            match self.value(term) {
                Value::Number(_) => {}
                Value::Nothing | Value::Null => {}
                _ => missing = Value::Ill,
            }
        }
        match self.terms(&linear.terms).and_then(|sum| sum.plus(Number::units(linear.constant))) {
            Some(sum) => Ok(Number::scaled(sum.value, sum.scale + u32::from(linear.scale))),
            None => Err(missing),
        }
    }

    /// The sum over a list. Ill if the list is there and an element has no value.
    fn sum(&mut self, var: VarId, list: &Expr, linear: &Linear) -> Result<Number, Value> {
        let list = match self.value(list) {
            Value::List(list) => list,
            other => return Err(other.without_use()),
        };
        let mut sum = Number::units(0);
        for element in list.iter() {
            let one = self.bound(vec![(var, element.clone())], |scope| scope.linear(linear));
            sum = one.ok().and_then(|one| sum.plus(one)).ok_or(Value::Ill)?;
        }
        Ok(sum)
    }

    fn count_if(&mut self, var: VarId, list: &Expr, condition: &Expr) -> Value {
        let list = match self.value(list) {
            Value::List(list) => list,
            other => return other.without_use(),
        };
        let mut count = 0;
        for element in list.iter() {
            match self.bound(vec![(var, element.clone())], |scope| scope.truth(condition)) {
                Truth::True => count += 1,
                Truth::False => {}
                Truth::Unknown => return Value::Ill,
            }
        }
        Value::whole(count)
    }

    fn end(&mut self, list: &Expr, pick: fn(&[Value]) -> Option<Value>) -> Value {
        match self.value(list) {
            Value::List(list) => pick(&list).unwrap_or(Value::Nothing),
            other => other.without_use(),
        }
    }

    fn map_get(&mut self, map: &Expr, key: &Expr) -> Value {
        match (self.value(map), self.value(key)) {
            (map @ Value::Record(_), Value::Text(key)) => map.step(&key),
            (map, key) => {
                let map_ill = !matches!(map, Value::Record(_)) && map.without_use() == Value::Ill;
                let key_ill = !matches!(key, Value::Text(_)) && key.without_use() == Value::Ill;
                if map_ill || key_ill { Value::Ill } else { Value::Nothing }
            }
        }
    }

    fn civil(&mut self, part: CivilPart, time: &Expr, zone: &str) -> Value {
        let number = match self.value(time) {
            Value::Number(number) => number,
            other => return other.without_use(),
        };
        let units = number.value.div_euclid(10_i128.saturating_pow(number.scale + 9));
        let Some(civil) = i64::try_from(units).ok().and_then(|ms| zone::civil(zone, ms)) else {
            return Value::Ill;
        };
        match part {
            CivilPart::Hour => Value::Number(Number::whole(civil.hour.into())),
            CivilPart::Date => Value::Number(Number::whole(civil.days.into())),
            CivilPart::Weekday => Value::text(civil.weekday),
        }
    }

    fn concat(&mut self, parts: &[Expr]) -> Value {
        let mut all = Vec::new();
        let mut none = None;
        for part in parts {
            match self.value(part) {
                Value::List(list) => all.extend(list.iter().cloned()),
                other => {
                    let other = other.without_use();
                    if none != Some(Value::Ill) {
                        none = Some(other);
                    }
                }
            }
        }
        none.unwrap_or_else(|| all.into_iter().collect())
    }
}
