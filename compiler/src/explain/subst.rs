//! A quantifier's condition on one element. In: a condition with variables, and what they stand for. Out: the condition with constants in
//! their place, which can be evaluated by itself.

use super::seen::Env;
use crate::typed::{Comparison, Const, Expr, ExprKind, FactUse, Linear, Place, Root, VarId, View};
use policyc_runtime::number::Decimal;
use serde_json::Value;
use std::sync::Arc;

/// The condition about the elements that `env` binds; `None` where an element is no constant of the language.
pub(super) fn subst(expr: &Expr, env: &Env<'_>) -> Option<Expr> {
    if env.bound.is_empty() {
        return Some(expr.clone());
    }
    let kind = match &expr.kind {
        ExprKind::Place(place) => match place.root {
            Root::Var(var) if env.variable(var).is_some() => constant(env, place)?,
            _ => expr.kind.clone(),
        },
        // Whether something stands there, and of what kind, is seen on the element itself.
        ExprKind::Has(inner) | ExprKind::IsNull(inner) if is_bound(inner, env) => {
            let ExprKind::Place(place) = &inner.kind else { return None };
            let value = env.place(place);
            let is_null = value.as_ref().is_ok_and(Value::is_null);
            truth(if matches!(expr.kind, ExprKind::Has(_)) { value.is_ok() && !is_null } else { is_null })
        }
        ExprKind::Const(_) | ExprKind::Now => expr.kind.clone(),
        _ => return composed(expr, env),
    };
    Some(Expr { kind, span: expr.span })
}

const fn truth(value: bool) -> ExprKind {
    if value { ExprKind::And(Vec::new()) } else { ExprKind::Or(Vec::new()) }
}

fn is_bound(expr: &Expr, env: &Env<'_>) -> bool {
    matches!(&expr.kind, ExprKind::Place(Place { root: Root::Var(var), .. }) if env.variable(*var).is_some())
}

/// What stands at the place, as a constant.
fn constant(env: &Env<'_>, place: &Place) -> Option<ExprKind> {
    match env.place(place) {
        // No argument has this name, so nothing stands there.
        Err(_) | Ok(Value::Null) => {
            Some(ExprKind::Place(Place { root: Root::Args, steps: vec![Arc::from("\u{0}")] }))
        }
        Ok(Value::Array(all)) => {
            let item = |value: &Value| {
                Some(Expr { kind: ExprKind::Const(scalar(value)?), span: Default::default() })
            };
            all.iter().map(item).collect::<Option<_>>().map(ExprKind::List)
        }
        Ok(value) => scalar(&value).map(ExprKind::Const),
    }
}

fn scalar(value: &Value) -> Option<Const> {
    match value {
        Value::Bool(value) => Some(Const::Bool(*value)),
        Value::Number(number) => {
            Decimal::parse_json_bytes(number.to_string().as_bytes()).map(|n| Const::Number(n.units()))
        }
        Value::String(text) => Some(Const::Text(Arc::from(text.as_str()))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn fact(used: &FactUse, env: &Env<'_>) -> Option<FactUse> {
    let keys = used.keys.iter().map(|key| subst(key, env)).collect::<Option<Vec<_>>>()?;
    Some(FactUse { fact: used.fact, keys })
}

/// The parts one by one.
fn composed(expr: &Expr, env: &Env<'_>) -> Option<Expr> {
    let one = |inner: &Expr| subst(inner, env).map(Box::new);
    let all = |inner: &[Expr]| inner.iter().map(|e| subst(e, env)).collect::<Option<Vec<_>>>();
    let terms = |terms: &[(i64, Expr)]| {
        terms.iter().map(|(c, e)| Some((*c, subst(e, env)?))).collect::<Option<Vec<_>>>()
    };
    let linear = |linear: &Linear| Some(Linear { terms: terms(&linear.terms)?, ..linear.clone() });
    let kind = match &expr.kind {
        ExprKind::Const(_) | ExprKind::Place(_) | ExprKind::Now | ExprKind::HasLabel(_) => expr.kind.clone(),
        ExprKind::Fact(used, part) => ExprKind::Fact(fact(used, env)?, *part),
        ExprKind::InSet(value, used) => ExprKind::InSet(one(value)?, fact(used, env)?),
        ExprKind::Not(a) => ExprKind::Not(one(a)?),
        ExprKind::And(parts) => ExprKind::And(all(parts)?),
        ExprKind::Or(parts) => ExprKind::Or(all(parts)?),
        ExprKind::Has(a) => ExprKind::Has(one(a)?),
        ExprKind::IsNull(a) => ExprKind::IsNull(one(a)?),
        ExprKind::IsKind(a, mask, texts) => ExprKind::IsKind(one(a)?, *mask, texts.clone()),
        ExprKind::IsTrue(a) => ExprKind::IsTrue(one(a)?),
        ExprKind::Equal(a, b) => ExprKind::Equal(one(a)?, one(b)?),
        ExprKind::Compare(c) => {
            ExprKind::Compare(Comparison { terms: terms(&c.terms)?, op: c.op, constant: c.constant })
        }
        ExprKind::InConsts(a, consts) => ExprKind::InConsts(one(a)?, consts.clone()),
        ExprKind::InList(a, b) => ExprKind::InList(one(a)?, one(b)?),
        ExprKind::TextTest(test, a, b) => ExprKind::TextTest(*test, one(a)?, one(b)?),
        ExprKind::Matches(a, pattern) => ExprKind::Matches(one(a)?, pattern.clone()),
        ExprKind::Under(a, root) => ExprKind::Under(one(a)?, root.clone()),
        ExprKind::InCidr(a, block) => ExprKind::InCidr(one(a)?, block.clone()),
        ExprKind::Subset(a, b) => ExprKind::Subset(one(a)?, one(b)?),
        ExprKind::Quantifier { all, var, domain, zip, body } => ExprKind::Quantifier {
            all: *all,
            var: *var,
            domain: one(domain)?,
            zip: zip
                .as_ref()
                .map(|(v, e)| Some::<(VarId, _)>((*v, one(e)?)))
                .map_or(Some(None), |z| z.map(Some))?,
            body: one(body)?,
        },
        ExprKind::View(view) => ExprKind::View(View { subject: one(&view.subject)?, ..view.clone() }),
        ExprKind::Coalesce(a, b) => ExprKind::Coalesce(one(a)?, one(b)?),
        ExprKind::Linear(l) => ExprKind::Linear(linear(l)?),
        ExprKind::Length(a) => ExprKind::Length(one(a)?),
        ExprKind::Lower(a) => ExprKind::Lower(one(a)?),
        ExprKind::Count(a) => ExprKind::Count(one(a)?),
        ExprKind::CountIf(var, a, b) => ExprKind::CountIf(*var, one(a)?, one(b)?),
        ExprKind::Sum(var, a, l) => ExprKind::Sum(*var, one(a)?, linear(l)?),
        ExprKind::First(a) => ExprKind::First(one(a)?),
        ExprKind::Last(a) => ExprKind::Last(one(a)?),
        ExprKind::Table(table, a) => ExprKind::Table(table.clone(), one(a)?),
        ExprKind::MapGet(a, b) => ExprKind::MapGet(one(a)?, one(b)?),
        ExprKind::Civil(part, a, zone) => ExprKind::Civil(*part, one(a)?, zone.clone()),
        ExprKind::Member(a, steps) => ExprKind::Member(one(a)?, steps.clone()),
        ExprKind::List(parts) => ExprKind::List(all(parts)?),
        ExprKind::Concat(parts) => ExprKind::Concat(all(parts)?),
        ExprKind::Keys(a) => ExprKind::Keys(one(a)?),
        ExprKind::Values(a) => ExprKind::Values(one(a)?),
    };
    Some(Expr { kind, span: expr.span })
}
