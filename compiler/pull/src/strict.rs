//! JSON text in, a complaint out: finds what two readers of one text could understand differently.
//!
//! JSON parsers disagree on an object that has a key twice (RFC 8259 §4): some take the first, some the last.
//! A list that reads in two ways is refused rather than pinned.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Checks a whole text: well-formed, no object with a key twice, nested no deeper than 128 levels,
/// every string valid Unicode.
///
/// # Errors
/// The first complaint, with its line and column.
pub(crate) fn check(text: &str) -> Result<(), String> {
    serde_json::from_str::<Checked>(text).map(|Checked| ()).map_err(|error| error.to_string())
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
            if let Some(twice) = seen.replace(key) {
                let shown = crate::text::clean(&twice, 80);
                return Err(A::Error::custom(format!("an object has the key `{shown}` twice")));
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
