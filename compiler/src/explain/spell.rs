//! Expressions of the typed tree in the language's own words, with elements called by their places: `email(args.to[2]).domain`. In: an
//! expression. Out: one line. Names that the author gave (`let`, `with`, `fn`) are inlined in the typed tree, so the words are those of
//! what they stand for.

use super::seen::{Env, of_const};
use crate::typed::{CivilPart, Expr, ExprKind, Linear, Root};
use policyc_runtime::number::SCALE;
use policyc_runtime::views::ViewId;

/// A value expression. Conditions within it (`count(x in xs: …)`) are not spelled out.
pub(super) fn spell(expr: &Expr, env: &Env<'_>) -> String {
    let of = |inner: &Expr| spell(inner, env);
    let call = |name: &str, inner: &Expr| format!("{name}({})", of(inner));
    match &expr.kind {
        ExprKind::Const(constant) => of_const(constant).to_string(),
        ExprKind::Place(place) => {
            let root = match place.root {
                Root::Args => "args".to_owned(),
                Root::Principal => "principal".to_owned(),
                Root::Session => "session".to_owned(),
                Root::Result => "result".to_owned(),
                Root::ResultText => "result.text".to_owned(),
                Root::Var(var) => {
                    env.variable(var).map_or_else(|| "the element".to_owned(), |item| item.label.clone())
                }
            };
            let (root, steps) = if crate::check::form::is_input(place) {
                ("input".to_owned(), place.steps.get(1..))
            } else {
                (root, place.steps.get(..))
            };
            steps.unwrap_or_default().iter().fold(root, |label, step| member_of(&label, step))
        }
        ExprKind::Fact(used, part) => {
            let keys: Vec<String> = used.keys.iter().map(of).collect();
            env.inputs.known.spelled(used, *part, &keys)
        }
        ExprKind::Now => "now".to_owned(),
        ExprKind::View(view) => {
            let spec = ViewId::from_number(view.view).and_then(ViewId::spec);
            let name = spec.map_or("view", |spec| spec.name);
            let member = spec.and_then(|spec| spec.members.get(usize::from(view.member)));
            let member = member.map_or("", |member| member.name);
            let param = view.param.as_ref().map_or_else(String::new, |param| format!(", \"{param}\""));
            let dot = if member.is_empty() { "" } else { "." };
            format!("{name}({}{param}){dot}{member}", of(&view.subject))
        }
        ExprKind::Coalesce(first, second) => format!("{} ?? {}", of(first), of(second)),
        ExprKind::Linear(linear) => sum(linear, env),
        ExprKind::Length(inner) => call("length", inner),
        ExprKind::Lower(inner) => call("lower", inner),
        ExprKind::Count(inner) => call("count", inner),
        ExprKind::CountIf(_, list, _) => format!("count(… in {}: …)", of(list)),
        ExprKind::Sum(_, list, _) => format!("sum(… in {}: …)", of(list)),
        ExprKind::First(inner) => call("first", inner),
        ExprKind::Last(inner) => call("last", inner),
        ExprKind::Keys(inner) => call("keys", inner),
        ExprKind::Values(inner) => call("values", inner),
        ExprKind::Table(_, key) => format!("the table at {}", of(key)),
        ExprKind::MapGet(map, key) => format!("{}[{}]", of(map), of(key)),
        ExprKind::Civil(part, time, zone) => {
            let name = match part {
                CivilPart::Hour => "hour",
                CivilPart::Weekday => "weekday",
                CivilPart::Date => "date",
            };
            format!("{name}({}, \"{zone}\")", of(time))
        }
        ExprKind::Member(base, steps) => steps.iter().fold(of(base), |label, step| member_of(&label, step)),
        ExprKind::List(all) => {
            let all: Vec<String> = all.iter().map(of).collect();
            format!("[{}]", all.join(", "))
        }
        ExprKind::Concat(all) => {
            let operand = |one: &Expr| {
                if matches!(one.kind, ExprKind::Coalesce(..)) { format!("({})", of(one)) } else { of(one) }
            };
            all.iter().map(operand).collect::<Vec<_>>().join(" ++ ")
        }
        _ => "…".to_owned(),
    }
}

fn sum(linear: &Linear, env: &Env<'_>) -> String {
    let one = i64::try_from(SCALE).unwrap_or(i64::MAX);
    let mut parts: Vec<String> = Vec::new();
    for (coefficient, term) in &linear.terms {
        let term = spell(term, env);
        parts.push(match *coefficient {
            c if c == 1 || c == one => term,
            c => format!("{c} * {term}"),
        });
    }
    if linear.constant != 0 {
        parts.push(super::seen::of_units(linear.constant).to_string());
    }
    parts.join(" + ")
}

/// `label.step`, quoted where the language wants it.
pub(super) fn member_of(label: &str, step: &str) -> String {
    let plain = step.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { format!("{label}.{step}") } else { format!("{label}.{}", serde_json::Value::from(step)) }
}
