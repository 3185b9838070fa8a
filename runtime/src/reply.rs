//! Replies: the host's own outgoing text. In: the text and the disclaimers that hold for it. Out: the text with those that are missing.
//!
//! Whether a reply may go out, and which disclaimers hold for it, are ordinary conditions, decided elsewhere.

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// What stands between a reply and a disclaimer, and between two of these.
const BLANK_LINE: &str = "\n\n";

/// A disclaimer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disclaimer<'p> {
    /// Qualified id: `not_advice`; of a guardrails file: `org/not_advice`.
    pub id: &'p str,
    /// Its text.
    pub text: &'p str,
}

/// The reply with the disclaimers, each after a blank line, sorted by id, each id and each text once.
///
/// A reply that ends with exactly what would be appended, or with a beginning of it, gets only the rest, so that appending
/// again changes nothing. An empty reply becomes the disclaimers alone.
#[must_use]
pub fn append<'r>(reply: &'r str, disclaimers: &[Disclaimer<'_>]) -> Cow<'r, str> {
    let texts = texts(disclaimers);
    let there = already_there(reply, &texts);
    let missing = texts.get(there..).unwrap_or_default();
    if missing.is_empty() {
        return Cow::Borrowed(reply);
    }
    let mut out = Cow::Borrowed(reply);
    for text in missing {
        let out = out.to_mut();
        if !out.is_empty() {
            out.push_str(BLANK_LINE);
        }
        out.push_str(text);
    }
    out
}

/// The texts to be appended, in order; empty ones say nothing.
fn texts<'p>(disclaimers: &[Disclaimer<'p>]) -> Vec<&'p str> {
    let mut sorted = disclaimers.to_vec();
    sorted.sort_unstable();
    let mut texts: Vec<&str> = Vec::new();
    for Disclaimer { text, .. } in sorted {
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// How many of the texts the reply ends with already, as appending leaves them.
fn already_there(reply: &str, texts: &[&str]) -> usize {
    let ends_with = |count: &usize| {
        let mut rest = Some(reply);
        for (place, text) in texts.iter().take(*count).enumerate().rev() {
            rest = rest.and_then(|rest| rest.strip_suffix(text));
            // What stands before the first one is the reply's own.
            if place > 0 {
                rest = rest.and_then(|rest| rest.strip_suffix(BLANK_LINE));
            }
        }
        rest.is_some()
    };
    (1..=texts.len()).rev().find(ends_with).unwrap_or(0)
}

#[cfg(test)]
mod tests;
