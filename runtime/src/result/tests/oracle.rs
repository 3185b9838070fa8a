//! What may not be in what is shown, looked for independently: with another JSON reader, and with patterns run by another search.

use super::*;
use crate::result::forms::forms;
use crate::scan::canonicalize;
use regex_automata::Input;
use serde_json::Value;

/// Searches of all patterns of the rules, written independently: unanchored, leftmost, by another automaton.
pub(super) struct Oracle(Vec<dense::DFA<Vec<u32>>>);

impl Oracle {
    pub(super) fn new(setup: &Setup) -> Self {
        let syntax = regex_automata::util::syntax::Config::new().dot_matches_new_line(true);
        let build =
            |pattern: &Pattern| dense::Builder::new().syntax(syntax).build(&ascii(&pattern.source)).unwrap();
        Self(setup.patterns.iter().map(build).collect())
    }

    /// Some form of the text matches some pattern.
    fn finds(&self, text: &str) -> bool {
        use regex_automata::dfa::Automaton;
        forms(text).iter().any(|form| {
            self.0.iter().any(|dfa| dfa.try_search_fwd(&Input::new(&*form.bytes)).unwrap().is_some())
        })
    }

    fn finds_in(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) if self.finds(text) => Some(text.clone()),
            Value::String(text) => match serde_json::from_str::<Value>(text) {
                Ok(inner @ (Value::Array(_) | Value::Object(_))) => self.finds_in(&inner),
                _ => None,
            },
            Value::Number(number) => {
                let mut canonical = Vec::new();
                canonicalize(number.to_string().as_bytes(), Caps::default(), &mut canonical).unwrap();
                let text = String::from_utf8(canonical).unwrap();
                self.finds(&text).then_some(text)
            }
            Value::Array(items) => items.iter().find_map(|item| self.finds_in(item)),
            Value::Object(members) => members.iter().find_map(|(key, value)| {
                self.finds(key).then(|| key.clone()).or_else(|| self.finds_in(value))
            }),
            Value::Null | Value::Bool(_) => None,
        }
    }

    /// What matches in a text that is shown.
    fn finds_in_text(&self, text: &str) -> Option<String> {
        match serde_json::from_str::<Value>(text) {
            Ok(_) if text == WITHHELD => None,
            Ok(json) => self.finds_in(&json),
            Err(_) => (text != WITHHELD && self.finds(text)).then(|| text.to_string()),
        }
    }
}

/// What the agent reads of what is shown: texts by block, and the structure.
pub(super) fn violations(oracle: &Oracle, shown: &Value) -> Vec<String> {
    let mut found = vec![];
    let blocks = shown["content"].as_array().cloned().unwrap_or_default();
    for block in &blocks {
        match block["type"].as_str().unwrap() {
            "text" => found.extend(oracle.finds_in_text(block["text"].as_str().unwrap())),
            "resource" => {
                let resource = &block["resource"];
                found.extend(oracle.finds_in_text(resource["text"].as_str().unwrap()));
                found.extend(oracle.finds_in(&resource["uri"]));
                found.extend(oracle.finds_in(&resource["mimeType"]));
            }
            "image" => found.extend(oracle.finds_in(&block["mimeType"])),
            other => found.push(format!("block {other}")),
        }
        let known = ["type", "text", "resource", "data", "mimeType", "annotations"];
        found.extend(block.as_object().unwrap().keys().filter(|key| !known.contains(&&***key)).cloned());
    }
    for pair in blocks.windows(2) {
        let text =
            |block: &Value| (block["type"] == "text").then(|| block["text"].as_str().unwrap().to_string());
        let (Some(left), Some(right)) = (text(&pair[0]), text(&pair[1])) else { continue };
        let plain = |text: &str| serde_json::from_str::<Value>(text).is_err();
        if plain(&left) && plain(&right) && oracle.finds(&format!("{left}{right}")) {
            found.push(format!("{left} + {right}"));
        }
    }
    found.extend(oracle.finds_in(&shown["structuredContent"]));
    let known = ["content", "structuredContent", "isError"];
    found.extend(shown.as_object().unwrap().keys().filter(|key| !known.contains(&&***key)).cloned());
    found
}
