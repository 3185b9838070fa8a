//! Plans for people: one line per node, in the order of their numbers.

use super::{kinds, register};
use crate::program::Program;
use crate::program::plan::{
    KIND_ANY, KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING, NO_CHECK, NO_REGISTER,
    Node, NumberCheck, ObjectCheck, Rest, Role, StringCheck,
};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

pub(super) fn write(program: &Program, out: &mut String) -> fmt::Result {
    out.write_str("\nplans\n")?;
    for (index, node) in program.plan.nodes.iter().enumerate() {
        let capture = if node.capture == NO_REGISTER {
            String::new()
        } else {
            format!(" to {}", register(node.capture))
        };
        writeln!(out, "{index:>6}  {}{capture}", describe(program, node))?;
    }
    Ok(())
}

/// The check of that number, if the node has one.
fn get<T>(checks: &[T], index: u32) -> Option<&T> {
    if index == NO_CHECK { None } else { usize::try_from(index).ok().and_then(|index| checks.get(index)) }
}

fn describe(program: &Program, node: &Node) -> String {
    let plan = &program.plan;
    let checked = [node.number, node.string, node.list, node.object].iter().any(|check| *check != NO_CHECK);
    if node.kinds == KIND_ANY && node.boolean == 0 && !checked {
        return "any".into();
    }
    let mut parts = Vec::new();
    for kind in [KIND_NULL, KIND_BOOL, KIND_NUMBER, KIND_STRING, KIND_LIST, KIND_OBJECT] {
        if node.kinds & kind == 0 {
            continue;
        }
        parts.push(match kind {
            KIND_BOOL => ["bool", "false", "true"].get(usize::from(node.boolean)).unwrap_or(&"?").to_string(),
            KIND_NUMBER => get(&plan.numbers, node.number).map_or_else(|| "number".into(), number),
            KIND_STRING => get(&plan.strings, node.string)
                .map_or_else(|| "string".into(), |check| string(program, check)),
            KIND_LIST => get(&plan.lists, node.list).map_or_else(
                || "list".into(),
                |check| {
                    let sizes = sizes(check.min, check.max);
                    let unique = if check.unique { " unique" } else { "" };
                    format!("[node {}]{sizes}{unique}, stride {}", check.items.0, check.stride)
                },
            ),
            KIND_OBJECT => get(&plan.objects, node.object)
                .map_or_else(|| "object".into(), |check| object(program, check)),
            _ => kinds(kind.into()),
        });
    }
    parts.join(" | ")
}

fn number(check: &NumberCheck) -> String {
    let mut text = String::from(if check.integer { "integer" } else { "number" });
    for (bound, open, closed) in [(&check.min, ">", ">="), (&check.max, "<", "<=")] {
        if let Some((value, excluded)) = bound {
            text.push_str(&format!(" {} {value}", if *excluded { open } else { closed }));
        }
    }
    if let Some(divisor) = check.multiple_of {
        text.push_str(&format!(" multiple of {divisor}"));
    }
    if !check.one_of.is_empty() {
        let values = super::shorten(check.one_of.iter().map(ToString::to_string), check.one_of.len());
        text.push_str(&format!(" in {values}"));
    }
    text
}

fn string(program: &Program, check: &StringCheck) -> String {
    let role = match check.role {
        Role::Text => "string",
        Role::Timestamp => "timestamp",
        Role::Date => "date",
        Role::Duration => "duration",
    };
    let mut text = format!("{role}{}", sizes(check.min_length, check.max_length));
    if let Some(set) = check.one_of {
        text.push_str(&format!(" in {}", program.operand(super::Role::StringSet, set)));
    }
    for pattern in &check.patterns {
        text.push_str(&format!(" matching {}", program.operand(super::Role::Pattern, *pattern)));
    }
    if check.empty_is_absent {
        text.push_str(" or empty for absent");
    }
    text
}

fn object(program: &Program, check: &ObjectCheck) -> String {
    let mut parts: Vec<String> = Vec::new();
    for key in &check.keys {
        let optional = if key.required { "" } else { "?" };
        parts.push(format!("{}{optional}: node {}", program.text(key.name), key.node.0));
    }
    match check.rest {
        Rest::Closed => {}
        Rest::Open => parts.push("..".into()),
        Rest::Map(node) => parts.push(format!("*: node {}", node.0)),
    }
    let mut text = format!("{{ {} }}{}", parts.join(", "), sizes(check.min, check.max));
    if let Some(names) = check.names.and_then(|names| get(&program.plan.strings, names)) {
        text.push_str(&format!(" keys {}", string(program, names)));
    }
    if let Some((list, stride)) = check.entries {
        text.push_str(&format!(" entries to {}, stride {stride}", register(list)));
    }
    let Some(variants) = &check.variants else { return text };
    let key = |index: &u32| get(&check.keys, *index).map_or_else(|| "?".into(), |key| program.text(key.name));
    let keys = |indexes: &[u32]| indexes.iter().map(key).collect::<Vec<_>>().join(", ");
    text.push_str(&format!(" by {}", key(&variants.tag)));
    for case in &variants.cases {
        let (value, allowed, required) =
            (program.text(case.value), keys(&case.allowed), keys(&case.required));
        text.push_str(&format!("; {value}: keys {allowed}, of them required {required}"));
    }
    text
}

/// ` 1..=5`; empty without bounds.
fn sizes(min: u32, max: Option<u32>) -> String {
    match (min, max) {
        (0, None) => String::new(),
        (min, None) => format!(" {min}.."),
        (min, Some(max)) => format!(" {min}..={max}"),
    }
}
