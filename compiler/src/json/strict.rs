//! Reading JSON documents without guessing. In: text. Out: a value, or an error with its byte offset.
//!
//! Parsers disagree on duplicate keys (the first or the last counts), so a document that has one is refused at any depth.
//! Nesting deeper than 128 is refused too. Whole numbers of 64 bits are exact; any other number is the nearest double.

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StrictError {
    /// One line, without the place.
    pub message: String,
    /// Byte offset in the text, near the mistake.
    pub offset: usize,
    /// The mistake is a key that an object has twice.
    pub duplicate_key: bool,
}

/// What the error of a duplicate key begins with: the only way to tell it from the parser's own errors.
const DUPLICATE: &str = "duplicate key ";

/// Reads one JSON document.
///
/// # Errors
/// On text that is not JSON, on duplicate keys, on nesting deeper than 128 and on anything after the value.
pub fn parse_strict(text: &str) -> Result<Value, StrictError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| explain(text, &error))
}

fn explain(text: &str, error: &serde_json::Error) -> StrictError {
    let full = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let mut message = full.strip_suffix(&place).unwrap_or(&full).to_owned();
    let duplicate_key = message.starts_with(DUPLICATE);
    if message.starts_with("recursion limit exceeded") {
        "nesting is deeper than 128 levels".clone_into(&mut message);
    } else if text.trim_ascii().is_empty() {
        "the document is empty".clone_into(&mut message);
    } else if !duplicate_key {
        message = format!("this is not JSON: {message}");
    }
    StrictError { message, offset: offset(text, error.line(), error.column()), duplicate_key }
}

/// The byte offset of a place that the parser names by line (from 1) and column (in bytes, from 1; 0 before the first).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before.saturating_add(column.saturating_sub(1)).min(text.len())
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(Self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("{DUPLICATE}`{}`", key.escape_debug())));
            }
            let member = members.next_value_seed(Self)?;
            object.insert(key, member);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::parse_strict;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        let error = parse_strict(text).unwrap_err();
        assert_eq!(format!("{}: {error}", error.offset), expected, "{text}");
    }

    #[test]
    fn duplicate_keys_are_refused_at_any_depth() {
        check(r#"{"a":1,"a":1}"#, "9: duplicate key `a`");
        check(r#"[{"x":{"é":1,"\u00e9":2}}]"#, "21: duplicate key `é`");
        assert!(parse_strict(r#"{"a":{"b":1},"c":{"b":1}}"#).is_ok());
    }

    #[test]
    fn broken_documents_say_where() {
        check("", "0: the document is empty");
        check(" \n ", "2: the document is empty");
        check("{\n\"a\": tru}", "10: this is not JSON: expected ident");
        check("{} {}", "3: this is not JSON: trailing characters");
        check(r#""\ud800\u0041""#, "12: this is not JSON: lone leading surrogate in hex escape");
        check(&"[".repeat(200), "127: nesting is deeper than 128 levels");
        check("\u{feff}{}", "0: this is not JSON: expected value");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\",:a1eé\\\\ -]{0,40}") {
            let ours = parse_strict(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match ours {
                Ok(value) => prop_assert_eq!(Some(value), theirs.ok()),
                Err(error) => prop_assert!(theirs.is_err() || error.duplicate_key, "{}", error),
            }
        }
    }
}
