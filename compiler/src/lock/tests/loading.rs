//! What `load` accepts, and how it refuses.

use super::{import, lock, sample, short};
use crate::lock::{Digest, Lock, LockErrorKind, locate};
use policyc_grammar::source::Span;
use proptest::prelude::*;

fn cut(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap()
}

/// The kind of the error, the tool, and the text that its span covers (only its first line).
fn check(text: &str, kind: LockErrorKind, tool: Option<&str>, place: &str) {
    let error = Lock::load(text).unwrap_err();
    assert_eq!((error.kind, error.tool.as_deref()), (kind, tool), "{error}");
    let span = error.span.unwrap_or_default();
    let found = cut(text, span).lines().next().unwrap_or_default();
    assert_eq!(found, place, "{error}");
}

#[test]
fn what_was_written_is_read() {
    for written in [lock(&sample()), import(&sample(), &short()).lock] {
        let text = written.to_text();
        let read = Lock::load(&text).unwrap();
        assert_eq!(read, written);
        assert_eq!(read.to_text(), text);
        for tool in &read.tools {
            let part = cut(&text, tool.span);
            assert!(
                part.starts_with('{') && part.contains(&format!("\"name\": \"{}\"", tool.name)),
                "{part}"
            );
            let place = locate(part, "/inputSchema/type").unwrap();
            assert_eq!(cut(part, place), "\"object\"");
        }
    }
}

#[test]
fn an_edit_by_hand_is_noticed() {
    let edits = [
        ("\"required\": [\"to\"]", "\"required\": []"),
        ("\"pattern\": \"^.+@.+$\"", "\"pattern\": \"\""),
        ("readOnlyHint\": false", "readOnlyHint\": true"),
    ];
    for written in [lock(&sample()), import(&sample(), &short()).lock] {
        let text = written.to_text();
        for (from, to) in edits {
            assert!(text.contains(from));
            check(&text.replace(from, to), LockErrorKind::Edited, Some("send-mail"), "{");
        }
    }
    let text = lock(&sample()).to_text();
    check(&text.replace("Sends mail.", "Sends mail!"), LockErrorKind::Edited, Some("send-mail"), "{");
    check(
        &text.replace("\"name\": \"list\"", "\"name\": \"lost\""),
        LockErrorKind::Edited,
        Some("lost"),
        "{",
    );
    // Where the prose is not there, its digest and that of the whole tool are still bound to the facts.
    let stripped = import(&sample(), &short()).lock;
    let digests = &stripped.tools[0];
    let other = Digest::of(&serde_json::Value::Null).to_string();
    for digest in [digests.digest, digests.without_prose.unwrap().prose, digests.without_prose.unwrap().facts]
    {
        let text = stripped.to_text().replacen(&digest.to_string(), &other, 1);
        check(&text, LockErrorKind::Edited, Some("list"), "{");
    }
    let described =
        stripped.to_text().replace("\"name\": \"list\",", "\"name\": \"list\", \"description\": \"x\",");
    check(&described, LockErrorKind::Edited, Some("list"), "{");
}

#[test]
fn another_spelling_of_the_same_facts_is_no_edit() {
    let text = lock(&sample()).to_text();
    let squeezed = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    assert_eq!(Lock::load(&squeezed).unwrap().to_text(), text);
}

#[test]
fn other_documents_are_refused() {
    let text = lock(&sample()).to_text();
    check("", LockErrorKind::NotJson, None, "");
    check("{\n\"a\"", LockErrorKind::NotJson, None, "\"");
    check(&format!("\u{feff}{text}"), LockErrorKind::NotJson, None, "\u{feff}");
    check("[]", LockErrorKind::WrongFormat, None, "");
    check("{\"format\": \"x\"}", LockErrorKind::WrongFormat, None, "\"x\"");
    check(&text.replace("\"version\": 1", "\"version\": 2"), LockErrorKind::WrongVersion, None, "2");
    check(&text.replace("\"version\": 1", "\"version\": \"1\""), LockErrorKind::WrongVersion, None, "\"1\"");
    check(&text.replace("\"version\": 1,", ""), LockErrorKind::WrongVersion, None, "");
    check(
        &text.replace("\"version\": 1,", "\"version\": 1, \"version\": 1,"),
        LockErrorKind::DuplicateKey,
        None,
        "\"",
    );
    check(
        &text.replace("\"required\"", "\"type\": \"object\", \"required\""),
        LockErrorKind::DuplicateKey,
        None,
        "\"",
    );
    check(
        &text.replace("\"version\": 1,", "\"version\": 1, \"extra\": 1,"),
        LockErrorKind::BadMember,
        None,
        "{",
    );
    check(&text.replace("\"identity\": \"mail\"", "\"identity\": \"\""), LockErrorKind::BadMember, None, "{");
    check(
        &text.replace("\"identity\": \"mail\"", "\"identity\": \"mail\", \"token\": \"t\""),
        LockErrorKind::BadMember,
        None,
        "{",
    );
    check(&text.replace("\"tools\": [", "\"tool\": ["), LockErrorKind::BadMember, None, "{");
}

#[test]
fn tools_that_the_format_does_not_have_are_refused() {
    let text = lock(&sample()).to_text();
    check(
        &text.replacen("\"digest\": \"blake3:", "\"digest\": \"sha256:", 1),
        LockErrorKind::BadMember,
        Some("list"),
        "{",
    );
    check(
        &text.replacen("\"name\": \"list\"", "\"name\": \"send-mail\"", 1),
        LockErrorKind::Edited,
        Some("send-mail"),
        "{",
    );
    check(
        &text.replacen("\"name\": \"list\"", "\"names\": \"list\"", 1),
        LockErrorKind::BadMember,
        None,
        "{",
    );
    check(
        &text.replacen("\"title\"", "\"icons\": [], \"title\"", 1),
        LockErrorKind::BadMember,
        Some("send-mail"),
        "{",
    );
    check(
        &text.replacen("\"digest\"", "\"volatile\": [\"/inputSchema\"], \"digest\"", 1),
        LockErrorKind::BadMember,
        Some("list"),
        "{",
    );
    check(
        &text.replacen("\"digest\"", "\"facts_digest\": \"x\", \"digest\"", 1),
        LockErrorKind::BadMember,
        Some("list"),
        "{",
    );
    check(
        &text.replacen("\"inputSchema\"", "\"outputSchema\"", 1),
        LockErrorKind::NoSchema,
        Some("list"),
        "{",
    );
    check(
        &text.replacen("\"properties\": {}", "\"$ref\": \"x.json\"", 1),
        LockErrorKind::ExternalRef,
        Some("list"),
        "{",
    );
    check(
        &text.replacen("\"properties\": {}", &format!("\"a\": {}{}", "[".repeat(200), "]".repeat(200)), 1),
        LockErrorKind::NotJson,
        None,
        "[",
    );
}

#[test]
fn two_tools_of_one_name_are_refused() {
    let text = lock(&sample()).to_text();
    let tool = locate(&text, "/tools/0").unwrap();
    let copy = cut(&text, tool);
    check(
        &text.replacen("\"tools\": [", &format!("\"tools\": [{copy},"), 1),
        LockErrorKind::DuplicateTool,
        Some("list"),
        "{",
    );
}

proptest! {
    /// No single changed byte goes unnoticed, unless it changes nothing that the lock says.
    #[test]
    fn mutations_never_panic_and_never_pass(at in 0_usize..900, byte in any::<u8>(), short in any::<bool>()) {
        let options = crate::lock::ImportOptions { no_descriptions: short, ..Default::default() };
        let written = import(&sample(), &options).lock;
        let mut bytes = written.to_text().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes)
            && let Ok(read) = Lock::load(&text)
        {
            let tools = |lock: &Lock| lock.to_text().split_once("\"tools\"").map(|(_, tools)| tools.to_owned());
            prop_assert_eq!(tools(&read), tools(&written));
        }
    }
}
