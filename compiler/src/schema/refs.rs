//! References inside one schema document. In: the text of a `$ref`. Out: the canonical JSON pointer of its target.
//!
//! Only the document itself is read; what lies outside it is named as such and never loaded.

/// What a reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A JSON pointer (RFC 6901), decoded from the fragment.
    Pointer(String),
    /// An anchor in the document (`#name`).
    Anchor,
    /// Another document.
    External,
}

/// Reads a reference; `base` is the root's `$id`, which may precede the fragment.
pub(super) fn target(reference: &str, base: Option<&str>) -> Target {
    let fragment = match reference.split_once('#') {
        Some((document, fragment)) if document.is_empty() || names_base(document, base) => fragment,
        None if names_base(reference, base) => "",
        _ => return Target::External,
    };
    match percent_decoded(fragment) {
        Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => Target::Pointer(pointer),
        _ => Target::Anchor,
    }
}

fn names_base(document: &str, base: Option<&str>) -> bool {
    base.is_some_and(|base| base.strip_suffix('#').unwrap_or(base) == document)
}

/// A pointer extended by one token.
pub(super) fn step(pointer: &str, token: &str) -> String {
    let mut out = String::with_capacity(pointer.len().saturating_add(token.len()).saturating_add(1));
    out.push_str(pointer);
    out.push('/');
    for character in token.chars() {
        match character {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            other => out.push(other),
        }
    }
    out
}

/// Percent-decoding of a URI fragment (RFC 3986 section 2.1); `None` if malformed or not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return String::from_utf8(bytes).ok(),
            [b'%', high, low, tail @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let value = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
                bytes.push(u8::try_from(value).ok()?);
                tail
            }
            [b'%', ..] => return None,
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, step, target};

    fn check(reference: &str, expected: &str) {
        assert_eq!(target(reference, Some("https://a.example/s.json")), Target::Pointer(expected.to_owned()));
    }

    #[test]
    fn local_references_become_pointers() {
        check("#", "");
        check("#/$defs/A", "/$defs/A");
        check("#/properties/a%20b/anyOf/1", "/properties/a b/anyOf/1");
        check("#/$defs/a~1b~0c", "/$defs/a~1b~0c");
        check("https://a.example/s.json#/$defs/A", "/$defs/A");
        check("https://a.example/s.json", "");
    }

    #[test]
    fn other_references_are_told_apart() {
        assert_eq!(target("#here", None), Target::Anchor);
        assert_eq!(target("#/a%2", None), Target::Anchor);
        assert_eq!(target("https://b.example/s.json#/a", None), Target::External);
        assert_eq!(target("other.json", None), Target::External);
        assert_eq!(target("", None), Target::External);
    }

    #[test]
    fn steps_are_escaped() {
        assert_eq!(step("/a", "b/c~d"), "/a/b~1c~0d");
    }
}
