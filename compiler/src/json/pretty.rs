//! JSON for people who read a diff. In: a value. Out: text with one spelling per value: two spaces of indentation, keys in
//! canonical order, a container on one line where it fits.

use super::canonical::{compare_keys, scalar};
use serde_json::Value;

/// Longest line that a container may share with nothing but its own members, in bytes, indentation included.
const LINE: usize = 110;

/// The text of `value`, for the column where it starts (in bytes from the margin of its own lines) and the indentation of the
/// line that it starts on (in levels of two spaces). No trailing newline.
#[must_use]
pub fn pretty(value: &Value, column: usize, level: usize) -> String {
    let mut out = String::new();
    write(value, column, level, &mut out);
    out
}

fn write(value: &Value, column: usize, level: usize, out: &mut String) {
    let mut line = String::new();
    if inline(value, LINE.saturating_sub(column), &mut line) || is_leaf(value) {
        out.push_str(&line);
        return;
    }
    let inner = level.saturating_add(1);
    let start = inner.saturating_mul(2);
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "[\n" } else { ",\n" });
                indent(inner, out);
                write(item, start, inner, out);
            }
            close(']', level, out);
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| compare_keys(a, b));
            for (index, (key, member)) in members.into_iter().enumerate() {
                out.push_str(if index == 0 { "{\n" } else { ",\n" });
                indent(inner, out);
                let before = out.len();
                scalar(&Value::from(key.as_str()), out);
                out.push_str(": ");
                let written = out.len().saturating_sub(before);
                write(member, start.saturating_add(written), inner, out);
            }
            close('}', level, out);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Scalars and empty containers are written on one line however long it is.
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Writes `value` on one line; for a container that is longer than `room` bytes, stops early and says `false`.
fn inline(value: &Value, room: usize, out: &mut String) -> bool {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                if !inline(item, room, out) || out.len() > room {
                    return false;
                }
            }
            out.push(']');
        }
        Value::Object(members) if members.is_empty() => out.push_str("{}"),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| compare_keys(a, b));
            for (index, (key, member)) in members.into_iter().enumerate() {
                out.push_str(if index == 0 { "{ " } else { ", " });
                scalar(&Value::from(key.as_str()), out);
                out.push_str(": ");
                if !inline(member, room, out) || out.len() > room {
                    return false;
                }
            }
            out.push_str(" }");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value, out),
    }
    out.len() <= room
}

fn close(bracket: char, level: usize, out: &mut String) {
    out.push('\n');
    indent(level, out);
    out.push(bracket);
}

fn indent(level: usize, out: &mut String) {
    for _ in 0..level {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use serde_json::json;

    #[test]
    fn what_fits_stays_on_one_line() {
        let value = json!({"type": "object", "required": ["a"], "properties": {"b": {}, "a": {"type": "string", "enum": [], "format": "uuid"}}});
        let expected = "{\n  \"properties\": { \"a\": { \"enum\": [], \"format\": \"uuid\", \"type\": \"string\" }, \"b\": {} },\n  \"required\": [\"a\"],\n  \"type\": \"object\"\n}";
        assert_eq!(pretty(&value, 0, 0), expected);
    }

    #[test]
    fn a_long_scalar_is_not_broken() {
        let long = "x".repeat(200);
        assert_eq!(pretty(&json!([long]), 0, 0), format!("[\n  \"{long}\"\n]"));
    }
}
