//! Variants of one call's arguments. In: the call, what its tool declares, what recordings and its session hold. Out: [`Variant`]s, the same
//! every time.

use super::Kind;
use super::pool::Pool;
use super::seen::Seen;
use super::shapes::{Recipient, identifies, is_amount, is_id, is_status};
use crate::replay::line::CallLine;
use policyc_runtime::program::Program;
use serde_json::{Map, Number, Value};
use std::collections::BTreeSet;

/// Elements of a list that are changed.
const ELEMENTS: usize = 3;
/// Values that one is swapped for.
const SWAPS: usize = 2;
/// The argument that no tool has.
const UNKNOWN: &str = "undeclared_argument";
/// Characters of a value that are shown.
const WIDE: usize = 60;

/// A hostile variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::replay) struct Variant {
    pub(in crate::replay) kind: Kind,
    /// What is another.
    pub(in crate::replay) change: String,
    /// The arguments: a JSON object.
    pub(in crate::replay) args: String,
}

/// What a tool declares.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Arguments that must be there.
    required: BTreeSet<String>,
}

impl Shape {
    /// Of a tool of a program, by the server's identity and its name.
    pub(super) fn of(program: &Program, (server, name): (&str, &str)) -> Self {
        let own = |tool: &&policyc_runtime::program::Tool| {
            let server_of = program.servers.get(usize::from(tool.server));
            tool.name == name && server_of.is_some_and(|own| own.identity == server)
        };
        let object = program.tools.iter().find(own).and_then(|tool| {
            let node = program.plan.nodes.get(tool.args.0 as usize)?;
            program.plan.objects.get(node.object as usize)
        });
        let keys = object.into_iter().flat_map(|object| &object.keys).filter(|key| key.required);
        let names = keys.filter_map(|key| program.strings.get(key.name.0 as usize));
        Self { required: names.map(|name| name.to_string()).collect() }
    }
}

/// The variants of a call.
pub(super) fn variants(
    line: &CallLine<'_>,
    principal: &str,
    pool: &Pool,
    seen: &Seen,
    shape: &Shape,
) -> Vec<Variant> {
    let Ok(Value::Object(args)) = serde_json::from_str::<Value>(line.args) else { return Vec::new() };
    let mut out = Vec::new();
    for (pointer, name, leaf) in leaves(&args) {
        let mut swap = |kind, value: Value| out.extend(swapped(&args, &pointer, kind, &leaf, value));
        if identifies(&name, &leaf) {
            for other in pool.foreign(&line.server, &name, &leaf, principal) {
                swap(Kind::ForeignId, other);
            }
        }
        match &leaf {
            Value::Number(number) if !identifies(&name, &leaf) => {
                if let Some(negative) = times(number, -1) {
                    swap(Kind::Negated, negative);
                }
                if let Some(large) = times(number, 1_000) {
                    swap(Kind::Scaled, large);
                }
                swap(Kind::AsString, Value::String(number.to_string()));
            }
            Value::String(text) if is_amount(text) => {
                swap(Kind::Negated, Value::String(format!("-{text}")));
                swap(Kind::Scaled, Value::String(text.replacen('.', "000.", 1)));
            }
            Value::String(text) if is_status(&name, text) => {
                for state in pool.states(&line.server, &name, text) {
                    swap(Kind::ChangedStatus, Value::String(state.to_owned()));
                }
            }
            Value::String(text) => {
                for other in Recipient::of(text).into_iter().flat_map(|form| seen.untrusted(form)).take(SWAPS)
                {
                    swap(Kind::UntrustedValue, Value::String(other.to_owned()));
                }
            }
            _ => {}
        }
    }
    out.extend(dropped(&args, shape));
    let mut more = args.clone();
    more.insert(UNKNOWN.to_owned(), Value::Bool(true));
    out.push(Variant {
        kind: Kind::UnknownArgument,
        change: format!("args.{UNKNOWN}: true is added"),
        args: Value::Object(more).to_string(),
    });
    out
}

/// Arguments left out, one by one. One that the tool can do without may rightly be missing, unless it says which thing is meant.
fn dropped<'a>(args: &'a Map<String, Value>, shape: &'a Shape) -> impl Iterator<Item = Variant> + 'a {
    let dropped = args.keys().filter(move |name| shape.required.contains(*name) || is_id(name));
    let dropped = dropped.filter_map(|name| Some((name, args.get(name)?)));
    dropped.map(|(name, value)| {
        let mut fewer = args.clone();
        fewer.remove(name);
        Variant {
            kind: Kind::DroppedArgument,
            change: format!("args.{name}: {} is left out", shown(value)),
            args: Value::Object(fewer).to_string(),
        }
    })
}

/// Every leaf: where it is, the name that it goes by, its value. Of a list only the first elements.
fn leaves(args: &Map<String, Value>) -> Vec<(String, String, Value)> {
    fn walk(value: &Value, pointer: &str, name: &str, out: &mut Vec<(String, String, Value)>) {
        match value {
            Value::Array(all) => {
                for (index, one) in all.iter().take(ELEMENTS).enumerate() {
                    walk(one, &format!("{pointer}/{index}"), name, out);
                }
            }
            Value::Object(all) => {
                for (key, one) in all {
                    let step = key.replace('~', "~0").replace('/', "~1");
                    walk(one, &format!("{pointer}/{step}"), key, out);
                }
            }
            leaf => out.push((pointer.to_owned(), name.to_owned(), leaf.clone())),
        }
    }
    let mut out = Vec::new();
    walk(&Value::Object(args.clone()), "", "", &mut out);
    out
}

fn swapped(
    args: &Map<String, Value>,
    pointer: &str,
    kind: Kind,
    before: &Value,
    after: Value,
) -> Option<Variant> {
    let mut changed = Value::Object(args.clone());
    let change = format!("args{}: {} → {}", path(pointer), shown(before), shown(&after));
    *changed.pointer_mut(pointer)? = after;
    Some(Variant { kind, change, args: changed.to_string() })
}

/// `/items/0/id` as people write it.
pub(super) fn path(pointer: &str) -> String {
    let mut out = String::new();
    for step in pointer.split('/').skip(1) {
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(&format!("[{step}]"));
        } else {
            out.push('.');
            out.push_str(&step.replace("~1", "/").replace("~0", "~"));
        }
    }
    out
}

/// A value as people see it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(WIDE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// The product, if it is another number.
fn times(number: &Number, factor: i64) -> Option<Value> {
    if let Some(whole) = number.as_i64() {
        return (whole != 0).then(|| whole.checked_mul(factor)).flatten().map(Value::from);
    }
    let product = number.as_f64()? * if factor < 0 { -1.0 } else { 1_000.0 };
    (product != 0.0).then(|| Number::from_f64(product).map(Value::Number)).flatten()
}
