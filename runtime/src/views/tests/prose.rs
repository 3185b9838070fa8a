//! `script`, `lines`, `words`, `length`, `lower`, `mentions`.

use super::{check, check_absent, show};
use crate::views::{Param, Scratch, Wanted, length, lower, mentions};

#[track_caller]
fn check_script(mixed: bool, hidden: bool, inputs: &[&str]) {
    for input in inputs {
        let shown = show("script", input, Param::None, Wanted(0b11));
        assert_eq!(shown, alloc::format!("mixed={mixed} hidden={hidden}"), "{input:?}");
    }
}

#[test]
fn words_of_one_script_are_not_mixed() {
    check_script(
        false,
        false,
        &[
            "",
            "plain text\r\n\ttab",
            "Привет world",
            "naïve café e\u{301}",
            "日本語のテキスト",
            "한국어 漢字",
            "Ελλάδα",
            "١٢٣ abc",
            "👍 👩‍👩‍👧 ❤️ 1️⃣ 👍🏽",
            "می‌خواهم",
            "क्‍ष",
            "wait… «ok» — €5",
        ],
    );
    assert_eq!(show("script", "abc", Param::None, Wanted::only(2)), "ascii=true");
    assert_eq!(show("script", "äbc", Param::None, Wanted::only(2)), "ascii=false");
}

#[test]
fn look_alikes_are_mixed() {
    check_script(true, false, &["pаypal", "my аdmin", "раypal.com", "micrоsoft", "Ωmega1a", "scοpe"]);
}

#[test]
fn what_cannot_be_seen_is_hidden() {
    check_script(
        false,
        true,
        &[
            "a\0b",
            "a\u{1B}[0m",
            "a\u{7F}",
            "a\u{200B}b",
            "a\u{200D}b",
            "a\u{200C}b",
            "\u{202E}abc",
            "\u{2066}abc\u{2069}",
            "a\u{AD}b",
            "x\u{E0041}",
            "\u{FEFF}abc",
            "a\u{FE0F}",
            "가\u{3164}",
            "a\u{2060}b",
            "a\u{2028}b",
            "می\u{200C}\u{200C}خ",
        ],
    );
}

#[test]
fn lines_and_words() {
    check(
        "lines",
        &[
            ("", "[]"),
            ("a", "[a]"),
            ("a\n", "[a]"),
            ("a\n\nb", "[a||b]"),
            ("a\r\nb\rc\n", "[a|b|c]"),
            ("\n", "[]"),
            ("\n\n", "[|]"),
        ],
    );
    check(
        "words",
        &[
            ("", "[]"),
            (" - ", "[]"),
            ("Don't stop, 2nd_time!", "[Don|t|stop|2nd|time]"),
            ("naïve cafe\u{301} 東京", "[naïve|cafe\u{301}|東京]"),
        ],
    );
    check_absent("lines", &["a\0b", "\u{202E}x"]);
    check_absent("words", &["a\0b", "x\u{E0020}"]);
}

#[test]
fn code_points_and_letters() {
    assert_eq!(length("aé👍🏽"), 4);
    assert_eq!(length(""), 0);
    let mut scratch = Scratch::new();
    assert_eq!(lower("already", &mut scratch), "already");
    assert_eq!(lower("MiXed ÄÖ", &mut scratch), "mixed ÄÖ");
}

#[track_caller]
fn check_mentions(text: &str, value: &str, expected: Option<bool>) {
    assert_eq!(mentions(text, value, &mut Scratch::new()), expected, "mentions({text:?}, {value:?})");
}

#[test]
fn whole_words_are_mentioned() {
    for (text, value) in [
        ("order 42 is late", "42"),
        ("42", "42"),
        ("(ORD-42).", "ORD-42"),
        ("x42 and 42", "42"),
        ("naïve", "naïve"),
        ("see a b c", "a b"),
        ("aXa a", "a"),
        ("a-a- -a-", "-a-"),
        ("...", "."),
        ("See (42). Then", "42"),
        ("Pay 42: soon", "42"),
        ("to ann@acme.example.", "ann@acme.example"),
        ("https://acme.example/a", "acme.example"),
        ("<ann@acme.example>, \"42\"", "42"),
        ("- 42 -", "42"),
        ("42...", "42"),
        ("evil-bob@x.io or bob@x.io", "bob@x.io"),
    ] {
        check_mentions(text, value, Some(true));
    }
}

#[test]
fn parts_of_words_are_not() {
    for (text, value) in [
        ("", "42"),
        ("order 421", "42"),
        ("order 142", "42"),
        ("ORD42", "42"),
        ("cafe\u{301}", "cafe"),
        ("naïve", "na"),
        ("über", "ber"),
        ("42", "4 2"),
        ("-aa-a-", "-a-"),
        ("aaaa", "aa"),
        ("Order", "order"),
        ("evil-bob@x.io", "bob@x.io"),
        ("evil--bob@x.io", "bob@x.io"),
        ("acme.example.evil.io", "acme.example"),
        ("2027-03-13", "13"),
        ("13:30", "13"),
        ("1.500", "500"),
        ("a_b", "b"),
        ("a+b", "a"),
        ("50%25", "50"),
        ("ü-b", "b"),
        ("b-e\u{301}", "b"),
    ] {
        check_mentions(text, value, Some(false));
    }
    check_mentions("anything", "", None);
    check_mentions("", "", None);
}

#[test]
fn mentions_takes_linear_time() {
    let text = alloc::format!("x{}", "-a".repeat(200_000));
    let value = "-a".repeat(100_000);
    check_mentions(&text, &alloc::format!("{value}-"), Some(false));
    let joined = alloc::format!("a{}", "-".repeat(1_000)).repeat(1_000);
    check_mentions(&joined, "a", Some(false));
}
