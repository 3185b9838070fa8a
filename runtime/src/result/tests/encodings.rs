//! Disguises of what a pattern finds (semantics.md 47): escapes, unseen characters, text that goes on in the next block.

use super::*;
use crate::result::forms::{forms, origin};
use proptest::prelude::*;

#[test]
fn semantics_47_escapes_are_seen_through() {
    for text in [
        "bob%40example.com",
        "bob&#64;example.com",
        "bob&#x40;example.com",
        "bob&#X0040;example.com",
        "bob&#064example.com",
        "bob&commat;example.com",
        r"bob\u0040example.com",
        r"bob\u{40}example.com",
        r"bob\x40example.com",
        "b%6Fb%40example.com",
        "bob@ex\u{AD}ample.com",
        "bo\u{200B}b\u{2060}@example.com",
        "bob\u{FE0F}@example.com",
        "bob\u{E0041}@example.com",
        "bob%E2%80%8B@example.com",
        "bob&shy;&#8203;%40example.com",
        "bob\\u200b@example.com",
    ] {
        check_text(EMAIL, &format!("mail {text}, please"), "mail [redacted], please");
    }
}

#[test]
fn what_is_no_escape_stays() {
    for text in [
        "100% of it",
        "%4",
        "%zz",
        "a & b",
        "&#;",
        "&#x;",
        "&#xD800;",
        "&#9999999999;",
        "&unknown;",
        r"\u12",
        r"\ud83d x",
        r"\u{}",
        r"\u{1234567}",
        r"\q",
    ] {
        check_text(EMAIL, text, text);
    }
}

#[test]
fn an_escape_goes_as_a_whole() {
    check_text("a: patterns /b/", "a%62c &#98; \\u0062", "a[redacted]c [redacted] [redacted]");
    check_text("a: patterns /😀/", r"x\ud83d\ude00y", "x[redacted]y");
    check_text("a: patterns /é/", "%C3%A9!", "[redacted]!");
    // Half of the character cannot be cut out of the escapes; all of it goes.
    check_text("a: patterns /x\u{200D}?y/", "x%E2%80%8Dy", "[redacted]");
}

#[test]
fn the_text_itself_is_searched_too() {
    check_text("a: patterns /%41/", "x%41", "x[redacted]");
    check_text("a: patterns /\u{200B}/", "x\u{200B}y", "x[redacted]y");
    check_text("a: patterns /&amp;/", "x&amp;", "x[redacted]");
}

#[test]
fn texts_that_follow_each_other_are_read_as_one() {
    let two = |first: &str, second: &str| {
        let block = |text: &str| serde_json::json!({"type": "text", "text": text});
        serde_json::json!({"content": [block(first), block(second)]}).to_string()
    };
    check(
        EMAIL,
        &two("mail bob@", "example.com, or amy@x.org"),
        r#"
        {"content":[{"type":"text","text":"mail [redacted]"},{"type":"text","text":"[redacted], or [redacted]"}]}
        pii 3: result
        "#,
    );
    check(
        CARD,
        &two("4111 1111 ", "11111111"),
        "{\"content\":[{\"type\":\"text\",\"text\":\"[redacted]\"},{\"type\":\"text\",\"text\":\"[redacted]\"}]}\ncards 2: result",
    );
    // A structure has no place for a part: all of it goes.
    check(
        r#"a: patterns /end.{0,3}begin/"#,
        &two("the end", "{\"begin\": 1}"),
        "{\"content\":[{\"type\":\"text\",\"text\":\"the [redacted]\"},{\"type\":\"text\",\"text\":\"[redacted]\"}]}\na 2: result",
    );
    check(
        EMAIL,
        r#"{"content": [{"type": "text", "text": "bob@"}, {"type": "image"}, {"type": "text", "text": "example.com"}]}"#,
        r#"
        {"content":[{"type":"text","text":"bob@"},{"type":"text","text":"[redacted]"},{"type":"text","text":"example.com"}]}
        pii 1: block
        "#,
    );
}

#[test]
fn a_pattern_sees_where_a_text_begins_and_ends() {
    check_text("a: patterns /^a|a$/", "aba", "[redacted]b[redacted]");
    check_text("a: patterns /\\bab\\b/", "ab cab ab", "[redacted] cab [redacted]");
}

#[test]
fn of_overlapping_matches_nothing_stays() {
    check_text("a: patterns /aba/", "xababax", "x[redacted]x");
    check_text("a: patterns /a|ab/ with \"-\"", "xabx", "x-x");
    check_text("a: patterns /abcd/, /bc/, /cde/", "xabcdex", "x[redacted]x");
}

#[test]
fn should_what_is_left_match_all_of_it_goes() {
    check_text("a: patterns /xy/ with \"\"", "axxyyb", "");
    check_text("a: patterns /b|\\]c/", "abc", "[redacted]");
}

proptest! {
    /// The part that a part of a form stands for is whole, and has the same form.
    #[test]
    fn parts_of_forms_come_from_parts_of_the_text(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("%40"), Just("%C3%A9"), Just("%E2"), Just("&amp;"), Just("&#233;"), Just("\\u00e9"), Just("\\ud83d\\ude00"),
                Just("\u{AD}"), Just("\u{200B}"), Just("é"), Just("😀"), Just("a"), Just("%"), Just("&"), Just("\\"), Just("u0"),
            ],
            0..8,
        ),
        from in 0_usize..24,
        len in 1_usize..6,
    ) {
        let text = pieces.concat();
        for form in forms(&text) {
            let part = from.min(form.bytes.len())..(from + len).min(form.bytes.len());
            if part.is_empty() {
                continue;
            }
            let came = origin(&form, part.clone(), &text);
            prop_assert!(text.get(came.clone()).is_some_and(|came| !came.is_empty()), "{came:?} of {text:?}");
            let whole = origin(&form, 0..form.bytes.len(), &text);
            prop_assert!(whole.start <= came.start && came.end <= whole.end);
            // Neighbors do not come from before.
            if part.start > 0 {
                let before = origin(&form, part.start - 1..part.start, &text);
                prop_assert!(before.start <= came.start);
            }
        }
    }
}
