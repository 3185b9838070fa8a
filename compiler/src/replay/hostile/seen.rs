//! What one session has seen so far. In: what the host said, and results. Out: recipients that stand in text alone.
//!
//! A recipient that is the whole of a value is one that a system wrote there; one inside a longer text is whatever the text's author
//! wants.

use super::shapes::{Recipient, recipients};
use serde_json::Value;
use std::collections::BTreeSet;

/// The texts of a session.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the host or a system said.
    known: BTreeSet<String>,
    /// What stands inside text.
    mentioned: BTreeSet<(Recipient, String)>,
}

impl Seen {
    /// A session in which the host knows this.
    pub(super) fn new(context: &str) -> Self {
        let mut seen = Self::default();
        if let Ok(context) = serde_json::from_str::<Value>(context) {
            texts(&context, &mut |text| {
                seen.known.extend(recipients(text).map(|(_, word)| word.to_ascii_lowercase()));
            });
        }
        seen
    }

    /// A result.
    pub(super) fn result(&mut self, structured: Option<&str>, text: &str) {
        let value = structured.or(Some(text)).and_then(|json| serde_json::from_str::<Value>(json).ok());
        match value {
            Some(value) => texts(&value, &mut |text| self.text(text)),
            None => self.text(text),
        }
    }

    fn text(&mut self, text: &str) {
        if Recipient::of(text).is_some() {
            self.known.insert(text.to_ascii_lowercase());
        } else {
            self.mentioned.extend(recipients(text).map(|(form, word)| (form, word.to_owned())));
        }
    }

    /// Recipients of this form that stand in text alone.
    pub(super) fn untrusted(&self, form: Recipient) -> impl Iterator<Item = &str> {
        let of_form = self.mentioned.iter().filter(move |(own, _)| *own == form);
        of_form.map(|(_, word)| &**word).filter(|word| !self.known.contains(&word.to_ascii_lowercase()))
    }
}

/// Every text in a value, names of members too: a map may have recipients as its keys.
fn texts(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(all) => all.iter().for_each(|one| texts(one, see)),
        Value::Object(all) => {
            for (name, one) in all {
                see(name);
                texts(one, see);
            }
        }
        _ => {}
    }
}
