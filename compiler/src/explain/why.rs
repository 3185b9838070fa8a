//! Why a condition is unknown, and what it read. In: a condition of the typed tree, and the call. Out: lines for people.

use super::Read;
use super::seen::{Env, exact, ill, kind};
use super::spell::spell;
use super::view::moment;
use crate::check::walk::children;
use crate::typed::{Expr, ExprKind, Root};
use policyc_runtime::views::ViewId;
use policyc_runtime::views::table::MemberType;
use serde_json::Value;

/// Lines of one condition at most.
const LINES: usize = 6;

/// Why the condition may be unknown: what it reads that has no value, or one of another kind than is compared.
pub(super) fn why(condition: &Expr, env: &Env<'_>) -> Vec<String> {
    let mut out = Vec::new();
    collect(condition, env, &mut out);
    let mut seen = Vec::new();
    for line in out {
        if !seen.contains(&line) && seen.len() < LINES {
            seen.push(line);
        }
    }
    seen
}

fn collect(expr: &Expr, env: &Env<'_>, out: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::And(all) | ExprKind::Or(all) => all.iter().for_each(|one| collect(one, env, out)),
        ExprKind::Not(inner) => collect(inner, env, out),
        // Never unknown.
        ExprKind::Has(_) | ExprKind::IsNull(_) | ExprKind::IsKind(..) => {}
        ExprKind::IsTrue(value) => needs(value, env, Needs::Bool, out),
        ExprKind::Equal(a, b) => equal(a, b, env, out),
        ExprKind::Compare(comparison) => {
            comparison.terms.iter().for_each(|(_, term)| needs(term, env, Needs::Number, out));
        }
        ExprKind::InConsts(value, consts) => {
            let found = env.value(value);
            if let (Ok(found), Some(first)) = (&found, consts.first()) {
                let constant = super::seen::of_const(first);
                if kind(found) != kind(&constant) {
                    out.push(ill(value, env, found, kind(&constant)));
                }
                inexact(value, found, env, out);
            }
            out.extend(found.err().into_iter().flat_map(|why| why.lines));
        }
        ExprKind::InList(value, list) => {
            out.extend(env.value(value).err().into_iter().flat_map(|why| why.lines));
            elements(list, env, out);
        }
        ExprKind::InSet(value, _) => {
            out.extend(env.value(value).err().into_iter().flat_map(|why| why.lines));
        }
        ExprKind::Subset(a, b) => [a, b].into_iter().for_each(|list| elements(list, env, out)),
        ExprKind::TextTest(_, a, b) => [a, b].into_iter().for_each(|text| needs(text, env, Needs::Text, out)),
        ExprKind::Matches(text, _) => needs(text, env, Needs::Text, out),
        ExprKind::Under(text, _) => match env.text(text) {
            Ok(_) => out.push(format!("`{}` is no absolute path that has one reading", spell(text, env))),
            Err(why) => out.extend(why.lines),
        },
        ExprKind::InCidr(text, _) => match env.text(text) {
            Ok(_) => out.push(format!("`{}` is no IP address", spell(text, env))),
            Err(why) => out.extend(why.lines),
        },
        ExprKind::Quantifier { domain, zip, .. } => {
            let first = env.list(domain);
            if let (Ok(first), Some((_, second))) = (&first, zip)
                && let Ok(second) = env.list(second)
                && first.len() != second.len()
            {
                out.push(format!("the lists have {} and {} elements", first.len(), second.len()));
            }
            out.extend(first.err().into_iter().flat_map(|why| why.lines));
            let second = zip.iter().filter_map(|(_, list)| env.list(list).err());
            out.extend(second.flat_map(|why| why.lines));
        }
        _ => out.extend(env.value(expr).err().into_iter().flat_map(|why| why.lines)),
    }
}

fn equal(a: &Expr, b: &Expr, env: &Env<'_>, out: &mut Vec<String>) {
    match (env.value(a), env.value(b)) {
        (Ok(x), Ok(y)) => {
            if kind(&x) != kind(&y) {
                let (a, b) = (spell(a, env), spell(b, env));
                out.push(format!("`{a}` is {}, `{b}` is {}", kind(&x), kind(&y)));
            } else {
                inexact(a, &x, env, out);
                inexact(b, &y, env, out);
            }
        }
        (x, y) => out.extend(x.err().into_iter().chain(y.err()).flat_map(|why| why.lines)),
    }
}

fn elements(list: &Expr, env: &Env<'_>, out: &mut Vec<String>) {
    match env.list(list) {
        Ok(items) => {
            let none = items.iter().filter(|item| item.value.is_null());
            out.extend(none.map(|item| format!("`{}` is null", item.label)));
        }
        Err(why) => out.extend(why.lines),
    }
}

/// Kinds of operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Bool,
    Number,
    Text,
}

fn needs(expr: &Expr, env: &Env<'_>, needed: Needs, out: &mut Vec<String>) {
    match (env.value(expr), needed) {
        (Ok(Value::Bool(_)), Needs::Bool) | (Ok(Value::String(_)), Needs::Text) => {}
        (Ok(value @ Value::Number(_)), Needs::Number) => inexact(expr, &value, env, out),
        // A moment or duration of the host is text in JSON and a number to the program.
        (Ok(Value::String(_)), Needs::Number) if reads_host(expr) => {}
        (Ok(value), Needs::Bool) => out.push(ill(expr, env, &value, "a boolean")),
        (Ok(value), Needs::Number) => out.push(ill(expr, env, &value, "a number")),
        (Ok(value), Needs::Text) => out.push(ill(expr, env, &value, "a text")),
        (Err(why), _) => out.extend(why.lines),
    }
}

/// A number that is outside the exact range compares with nothing.
fn inexact(expr: &Expr, value: &Value, env: &Env<'_>, out: &mut Vec<String>) {
    if value.as_number().is_some_and(|number| exact(number).is_none()) {
        out.push(format!("`{}` is outside the exact range", spell(expr, env)));
    }
}

fn reads_host(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Place(place) if matches!(place.root, Root::Principal | Root::Session))
}

/// The values that a condition reads, in the order in which they stand in it, each once. Constants are left out.
pub(super) fn reads(condition: &Expr, env: &Env<'_>) -> Vec<Read> {
    let mut out = Vec::new();
    gather(condition, env, &mut out);
    out
}

fn gather(expr: &Expr, env: &Env<'_>, out: &mut Vec<Read>) {
    let shown = match &expr.kind {
        ExprKind::Const(_) => return,
        ExprKind::Place(_)
        | ExprKind::Now
        | ExprKind::Fact(..)
        | ExprKind::View(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Length(_)
        | ExprKind::Lower(_)
        | ExprKind::Count(_)
        | ExprKind::First(_)
        | ExprKind::Last(_)
        | ExprKind::Table(..)
        | ExprKind::MapGet(..)
        | ExprKind::Civil(..)
        | ExprKind::Member(..)
        | ExprKind::Sum(..)
        | ExprKind::Concat(_)
        | ExprKind::Keys(_)
        | ExprKind::Values(_) => env.value(expr).ok(),
        // The body is told element by element.
        ExprKind::Quantifier { domain, zip, .. } => {
            gather(domain, env, out);
            zip.iter().for_each(|(_, list)| gather(list, env, out));
            return;
        }
        ExprKind::CountIf(_, domain, _) => return gather(domain, env, out),
        _ => None,
    };
    match shown {
        Some(value) => {
            let what = spell(expr, env);
            let what = if matches!(expr.kind, ExprKind::Coalesce(..)) { format!("({what})") } else { what };
            let read = Read { what, value: readable(expr, value) };
            if !out.contains(&read) {
                out.push(read);
            }
        }
        None => children(expr).into_iter().for_each(|child| gather(child, env, out)),
    }
}

/// A moment as the language writes it rather than in milliseconds; other values as they are.
fn readable(expr: &Expr, value: Value) -> Value {
    let is_moment = match &expr.kind {
        ExprKind::Now => true,
        ExprKind::View(view) => ViewId::from_number(view.view)
            .and_then(ViewId::spec)
            .and_then(|spec| spec.members.get(usize::from(view.member)))
            .is_some_and(|member| member.ty == MemberType::Timestamp),
        _ => false,
    };
    let text = if is_moment { value.as_i64().and_then(moment) } else { None };
    text.map_or(value, Value::from)
}
