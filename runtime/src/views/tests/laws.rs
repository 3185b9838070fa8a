//! Laws over all texts.

use super::show;
use crate::views::{
    Param, Scratch, VIEWS, Wanted, check_root, email, is_clean, mentions, number, path, under, url,
};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

/// Text that comes close to what views read: fragments that matter to them, and anything.
fn near_text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        8 => prop::sample::select(FRAGMENTS.to_vec()).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-zA-Z0-9]{1,8}",
    ];
    prop::collection::vec(fragment, 0..12).prop_map(|parts| parts.concat())
}

const FRAGMENTS: [&str; 58] = [
    "a",
    "b",
    "Z",
    "0",
    "1",
    "9",
    "@",
    ".",
    "..",
    "/",
    "//",
    "\\",
    ":",
    "?",
    "#",
    "%",
    "%2e",
    "%2F",
    "%25",
    "%00",
    "[",
    "]",
    "::1",
    "127.0.0.1",
    "10.0.0.1",
    "0x7f",
    "http",
    "https",
    "://",
    "file:",
    "mailto:",
    "xn--",
    "xn--bcher-kva",
    "bücher",
    ".com",
    "-",
    "_",
    ",",
    ";",
    " ",
    "\t",
    "\n",
    "\r",
    "\0",
    "\u{202E}",
    "\u{202C}",
    "\u{AD}",
    "\u{200D}",
    "ｅ",
    "。",
    "é",
    "аб",
    "+",
    "e5",
    "2027-01-01",
    "T09:00",
    "Z",
    "4111",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_view_panics_and_all_keep_the_tables_promise(text in near_text()) {
        for view in VIEWS {
            let shown = show(view.name, &text, Param::None, Wanted::ALL);
            let always = view.name == "script";
            prop_assert!(always || is_clean(&text) || shown == "absent", "{} read what is not clean: {}", view.name, shown);
        }
    }

    #[test]
    fn domains_are_lower_case_a_labels(text in near_text()) {
        let mut scratch = Scratch::new();
        if let Some(found) = email(&text, &mut scratch) {
            let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
            prop_assert!(found.domain.bytes().all(legal), "{}", found.domain);
            let again = idna::domain_to_ascii_strict(found.domain).ok();
            prop_assert_eq!(again.as_deref(), Some(found.domain));
            let address = String::from(found.address);
            let again = email(&address, &mut scratch).map(|again| String::from(again.address));
            prop_assert_eq!(again, Some(address), "reading is idempotent");
        }
    }

    #[test]
    fn urls_agree_with_the_url_standard(text in near_text(), host in "[a-zA-Z0-9.-]{1,12}", tail in near_text()) {
        for text in [text, format!("https://{host}{tail}"), format!("https://{tail}")] {
            check_url(&text)?;
        }
    }

    #[test]
    fn what_is_under_a_root_begins_with_it(text in near_text(), root in "(/[a-z]{1,2}){0,3}") {
        let root = if root.is_empty() { String::from("/") } else { root };
        prop_assert_eq!(check_root(&root), Ok(()));
        let mut scratch = Scratch::new();
        for text in [format!("{root}/{text}"), format!("/{text}")] {
            let inside = under(&text, &root, &mut scratch);
            if let (Some(inside), Some(found)) = (inside, path(&text, &mut scratch)) {
                let folder = format!("{}/", root.trim_end_matches('/'));
                prop_assert_eq!(inside, found.clean == root || found.clean.starts_with(&folder), "{} in {}", text, root);
            }
            if inside == Some(true) {
                for reading in all_readings(&text) {
                    prop_assert!(within(&reading, &root), "{:?} leads out of {} as {:?}", text, root, reading);
                }
            }
        }
    }

    #[test]
    fn a_clean_path_is_its_own_reading(text in near_text()) {
        let mut scratch = Scratch::new();
        if let Some(found) = path(&text, &mut scratch) {
            let clean = String::from(found.clean);
            prop_assert_eq!(path(&clean, &mut scratch).map(|again| String::from(again.clean)), Some(clean));
        }
    }

    #[test]
    fn numbers_agree_with_plain_arithmetic(whole in 0u64..1_000_000_000_000_000_000, fraction in 0u32..1_000_000_000, minus in any::<bool>()) {
        let text = format!("{}{whole}.{fraction:09}", if minus { "-" } else { "" });
        let size = i128::from(whole) * 1_000_000_000 + i128::from(fraction);
        prop_assert_eq!(number(&text).map(|value| value.units()), Some(if minus { -size } else { size }));
    }

    #[test]
    fn mentions_is_the_naive_search(text in "[ab\\-.é ]{0,24}", value in "[ab\\-.é ]{1,6}") {
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // A word goes on at once, or, if the value ends in one, behind joiners.
        let goes_on = |end: Option<char>, beyond: &str| {
            let behind = if word(end) { beyond.trim_start_matches(['-', '.']) } else { beyond };
            word(behind.chars().next())
        };
        let turned = |text: &str| text.chars().rev().collect::<String>();
        let naive = text.char_indices().any(|(at, _)| {
            let (before, from) = text.split_at(at);
            from.strip_prefix(&value).is_some_and(|after| {
                !goes_on(value.chars().next(), &turned(before)) && !goes_on(value.chars().next_back(), after)
            })
        });
        prop_assert_eq!(mentions(&text, &value, &mut Scratch::new()), Some(naive));
    }
}

/// Wherever ours reads a URL, the `url` crate reads the same one.
fn check_url(text: &str) -> Result<(), TestCaseError> {
    let mut scratch = Scratch::new();
    let Some(ours) = url(text, &mut scratch) else { return Ok(()) };
    let theirs = ::url::Url::parse(text).map_err(|e| TestCaseError::fail(format!("{text:?}: {e}")))?;
    prop_assert_eq!(ours.scheme, theirs.scheme());
    let v6 = |host: &str| host.trim_matches(['[', ']']).parse::<core::net::Ipv6Addr>().ok();
    let host = theirs.host_str().unwrap_or_default().to_ascii_lowercase();
    let same_host =
        ours.host.unwrap_or_default() == host || (v6(&host).is_some() && ours.host.and_then(v6) == v6(&host));
    prop_assert!(same_host, "{:?}: {:?} and {}", text, ours.host, host);
    prop_assert_eq!(ours.port, theirs.port_or_known_default(), "{:?}", text);
    prop_assert_eq!(
        ours.userinfo.is_some(),
        !theirs.username().is_empty() || theirs.password().is_some(),
        "{:?}",
        text
    );
    if let Some(path) = ours.path {
        let decoded: Vec<u8> = decode(theirs.path().as_bytes());
        prop_assert_eq!(path.as_bytes(), &decoded[..], "{:?}", text);
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    crate::views::percent::decode_once(bytes, &mut out);
    out
}

/// What servers may make of a path: decoded 0 to 3 times before and after `..` is resolved.
fn all_readings(text: &str) -> Vec<Vec<u8>> {
    let mut readings = Vec::new();
    for before in 0..4 {
        for after in 0..4 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..before {
                bytes = decode(&bytes);
            }
            bytes = resolve(&bytes);
            for _ in 0..after {
                bytes = decode(&bytes);
            }
            readings.push(resolve(&bytes));
        }
    }
    readings
}

fn resolve(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    [b"/", &parts.join(&b'/')[..]].concat()
}

fn within(path: &[u8], root: &str) -> bool {
    let folder = format!("{}/", root.trim_end_matches('/'));
    path == root.as_bytes() || path.starts_with(folder.as_bytes())
}
