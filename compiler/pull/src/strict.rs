//! JSON text in, a complaint out: finds what two readers of one text could understand differently.
//!
//! JSON parsers disagree on an object that has a key twice (RFC 8259 §4): some take the first, some the last.
//! A list that reads in two ways is refused rather than pinned.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Checks a whole text: well-formed, no object with a key twice, nested no deeper than 128 levels,
/// every string valid Unicode.
///
/// # Errors
/// The first complaint, with its line and column.
pub(crate) fn check(text: &str) -> Result<(), String> {
    serde_json::from_str::<Checked>(text).map(|Checked| ()).map_err(|error| error.to_string())
}

/// Checks the text of a `result`, but for the entries of its `tools`: each of them is judged on its own, by whoever pins it.
///
/// # Errors
/// The first complaint.
pub(crate) fn check_result(text: &str) -> Result<(), String> {
    let Ok(members) = members(text) else { return check(text) };
    for (name, value) in members {
        if name != "tools" || serde_json::from_str::<Vec<&RawValue>>(value.get()).is_err() {
            check(value.get())?;
        }
    }
    Ok(())
}

/// The members of an object as they are written.
///
/// # Errors
/// The text is no object, or has a key twice.
pub(crate) fn members(text: &str) -> Result<BTreeMap<String, &RawValue>, String> {
    let Members(members) = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(members)
}

struct Members<'t>(BTreeMap<String, &'t RawValue>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadMembers)
    }
}

struct ReadMembers;

impl<'de> Visitor<'de> for ReadMembers {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            let shown = crate::text::clean(&key, 80);
            if members.insert(key, value).is_some() {
                return Err(twice(&shown));
            }
        }
        Ok(Members(members))
    }
}

fn twice<E: Error>(shown: &str) -> E {
    E::custom(format!("an object has the key `{shown}` twice"))
}

/// A JSON value of which nothing is kept but that it passed.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Check)
    }
}

struct Check;

impl<'de> Visitor<'de> for Check {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Checked, A::Error> {
        while seq.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Checked, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<Checked>()?;
            if let Some(again) = seen.replace(key) {
                let shown = crate::text::clean(&again, 80);
                return Err(twice(&shown));
            }
        }
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn distinct_keys_pass_at_every_level() {
        assert_eq!(check(r#"{"a":{"a":[1,-2,3.5,null,true,"x",{"a":1}]},"b":{"a":1}}"#), Ok(()));
    }

    #[test]
    fn a_key_given_twice_is_named() {
        let complaint = check(r#"{"tools":[{"name":"echo","name":"get-env"}]}"#).unwrap_err();
        assert!(complaint.starts_with("an object has the key `name` twice"), "{complaint}");
    }

    #[test]
    fn two_spellings_of_one_key_are_one_key() {
        assert!(check(r#"{"name":1,"n\u0061me":2}"#).is_err());
    }

    #[test]
    fn hostile_nesting_is_an_error_not_an_overflow() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(check(&deep).is_err());
    }
}
