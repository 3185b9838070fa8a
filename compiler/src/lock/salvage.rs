//! A tool list of which some entry cannot be read. In: its text. Out: the document without the entries that no two readers need agree
//! on, and a note on each: one bad tool is refused, and the others are not (semantics.md 51).

use super::document::{DECLARATIONS, ToolNote, ToolNoteKind, mcp_tool};
use super::error::Shown;
use super::prose::split;
use crate::json::{canonical, parse_strict};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// What is left of the document; `None` if it is broken around its entries.
pub(super) fn salvage(text: &str, notes: &mut Vec<ToolNote>) -> Option<Value> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    page(raw, notes)
}

fn page(raw: &RawValue, notes: &mut Vec<ToolNote>) -> Option<Value> {
    if raw.get().starts_with('[') {
        return entries(raw, notes);
    }
    let Members(members) = serde_json::from_str(raw.get()).ok()?;
    let mut out = Map::new();
    for (name, value) in members {
        let list = value.get().starts_with('[');
        let value = match name.as_str() {
            "result" => page(value, notes)?,
            "tools" | "functions" if list => entries(value, notes)?,
            name if list && DECLARATIONS.contains(&name) => entries(value, notes)?,
            _ => parse_strict(value.get()).ok()?,
        };
        out.insert(name, value);
    }
    Some(Value::Object(out))
}

fn entries(raw: &RawValue, notes: &mut Vec<ToolNote>) -> Option<Value> {
    let list: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let mut out = Vec::new();
    for (index, raw) in list.into_iter().enumerate() {
        let place = format!("#{}", index.saturating_add(1));
        match entry(raw.get()) {
            Ok(value) => out.push(value),
            // It may be a page of its own, with entries of its own.
            Err(reason) => match nested(raw, notes) {
                Some(value) => out.push(value),
                None => notes.push(refused(raw.get(), place, &reason)),
            },
        }
    }
    Some(Value::Array(out))
}

fn nested(raw: &RawValue, notes: &mut Vec<ToolNote>) -> Option<Value> {
    let Members(members) = serde_json::from_str(raw.get()).ok()?;
    let lists = |name: &str| ["result", "tools", "functions"].contains(&name) || DECLARATIONS.contains(&name);
    members.iter().any(|(name, _)| lists(name)).then(|| page(raw, notes))?
}

fn refused(text: &str, place: String, reason: &str) -> ToolNote {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    // Read only to say which tool it is: a name given twice or broken is none.
    let name = serde_json::from_str(text).map(|Named { name }| name);
    let tool = name.ok().filter(|name| !name.is_empty()).unwrap_or(place);
    let message = format!("the tool {} cannot be read: {reason}", Shown(&tool));
    ToolNote { tool, kind: ToolNoteKind::Refused, message }
}

/// Stands for half of a surrogate pair while an entry is looked at. No text has it: it is no character.
const HALF: &str = "\u{fdd0}";

/// One entry. Half of a surrogate pair in its prose becomes U+FFFD, as in most readers; anywhere else it is an error.
fn entry(text: &str) -> Result<Value, String> {
    let strict = match parse_strict(text) {
        Ok(value) => return Ok(value),
        Err(error) => error.message,
    };
    let Some(whole) = without_halves(text).filter(|_| !text.contains(HALF)) else { return Err(strict) };
    let value = parse_strict(&whole).map_err(|error| error.message)?;
    let tool = mcp_tool(&value).ok_or_else(|| strict.clone())?;
    if canonical(&Value::Object(split(&tool).0)).contains(HALF) {
        return Err("half of a surrogate pair stands in its name or schema".to_owned());
    }
    parse_strict(&whole.replace("\\ufdd0", "\\ufffd")).map_err(|error| error.message)
}

/// The text with [`HALF`], escaped, for each `\u` escape that is half of a pair; `None` if there is none.
fn without_halves(text: &str) -> Option<String> {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(text.len());
    let (mut at, mut copied, mut found) = (0, 0_usize, false);
    while let Some(skip) = text.get(at..)?.find('\\') {
        at = at.saturating_add(skip);
        let next = at.saturating_add(6);
        let length = match (unit(at), unit(next)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push_str(text.get(copied..at)?);
                out.push_str("\\ufdd0");
                (copied, found) = (next, true);
                6
            }
            (Some(_), _) => 6,
            // Another escape: the character after the backslash belongs to it, also where it is a backslash.
            (None, _) => 2,
        };
        at = at.saturating_add(length);
    }
    out.push_str(text.get(copied..)?);
    found.then_some(out)
}

/// The members of an object as they are written, no name twice.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom("a name twice"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}
