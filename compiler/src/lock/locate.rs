//! Places in a JSON text. In: the text and a JSON pointer. Out: the bytes of the value that it names.

use policyc_grammar::source::Span;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The bytes of the value at `pointer` (RFC 6901) in a JSON text; `None` if there is none. The first of duplicate keys counts
/// for none: texts with duplicates are refused before.
///
/// Reads the text once per level of the pointer: for error messages, not for bulk work.
#[must_use]
pub fn locate(text: &str, pointer: &str) -> Option<Span> {
    let mut part: &str = serde_json::from_str::<&RawValue>(text).ok()?.get();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        part = match part.as_bytes().first()? {
            b'{' => serde_json::from_str::<BTreeMap<String, &RawValue>>(part).ok()?.get(&token)?.get(),
            b'[' => {
                serde_json::from_str::<Vec<&RawValue>>(part).ok()?.get(token.parse::<usize>().ok()?)?.get()
            }
            _ => return None,
        };
    }
    span_in(text, part)
}

/// The bytes of each element of the array under `tools`.
pub(super) fn tool_spans(text: &str) -> Vec<Span> {
    #[derive(Deserialize)]
    struct Document<'t> {
        #[serde(borrow)]
        tools: Vec<&'t RawValue>,
    }
    let document = serde_json::from_str::<Document<'_>>(text).ok();
    document
        .into_iter()
        .flat_map(|document| document.tools)
        .filter_map(|tool| span_in(text, tool.get()))
        .collect()
}

/// Where `part`, a slice of `text`, stands in it.
fn span_in(text: &str, part: &str) -> Option<Span> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    text.get(start..end)?;
    Some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{locate, tool_spans};
    use policyc_grammar::source::Span;

    fn cut(text: &str, span: Span) -> &str {
        text.get(span.start as usize..span.end as usize).unwrap()
    }

    fn check(text: &str, pointer: &str, expected: Option<&str>) {
        let found = locate(text, pointer).map(|span| cut(text, span));
        assert_eq!(found, expected, "{pointer}");
    }

    #[test]
    fn values_are_found_by_pointer() {
        let text = " {\"é\": [1, {\"a/b\": \"x\"}], \"c~\": null} ";
        check(text, "", Some(text.trim()));
        check(text, "/é/0", Some("1"));
        check(text, "/é/1/a~1b", Some("\"x\""));
        check(text, "/c~0", Some("null"));
        for nothing in ["/d", "/é/2", "/é/x", "/c~0/0"] {
            check(text, nothing, None);
        }
    }

    #[test]
    fn every_tool_has_a_place() {
        let text = r#"{"server": {}, "tools": [ {"a": 1} ,2]}"#;
        let found: Vec<&str> = tool_spans(text).into_iter().map(|span| cut(text, span)).collect();
        assert_eq!(found, [r#"{"a": 1}"#, "2"]);
        assert!(tool_spans("[]").is_empty());
    }
}
