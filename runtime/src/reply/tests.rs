//! Replies and disclaimers.

use super::*;
use proptest::prelude::*;
use std::format;
use std::string::String;

/// Disclaimers from `id=text` pairs.
fn disclaimers<'p>(pairs: &[&'p str]) -> Vec<Disclaimer<'p>> {
    let pair = |pair: &&'p str| pair.split_once('=').map(|(id, text)| Disclaimer { id, text }).unwrap();
    pairs.iter().map(pair).collect()
}

#[track_caller]
fn check(reply: &str, pairs: &[&str], want: &str) {
    let disclaimers = disclaimers(pairs);
    let got = append(reply, &disclaimers);
    assert_eq!(got, want);
    assert_eq!(append(&got, &disclaimers), want, "appending again changes nothing");
}

#[test]
fn disclaimers_follow_after_blank_lines_sorted_by_id() {
    check("Hello.", &[], "Hello.");
    check("Hello.", &["b=No advice.", "a=Ask a lawyer."], "Hello.\n\nAsk a lawyer.\n\nNo advice.");
    check("", &["a=No advice."], "No advice.");
}

#[test]
fn each_comes_once() {
    check("Hello.", &["a=X", "a=X", "b=X"], "Hello.\n\nX");
    check("Hello.", &["a="], "Hello.");
}

#[test]
fn what_the_reply_ends_with_is_not_appended() {
    check("Hello. No advice.", &["a=No advice."], "Hello. No advice.");
    check("Hello.\n\nX", &["a=X", "b=Y"], "Hello.\n\nX\n\nY");
    check("Hello.\n\nX\n\nY", &["a=X", "b=Y"], "Hello.\n\nX\n\nY");
    // In the middle it says nothing.
    check("No advice. Hello.", &["a=No advice."], "No advice. Hello.\n\nNo advice.");
    // The order is that of the ids.
    check("Hello.\n\nY", &["a=X", "b=Y"], "Hello.\n\nY\n\nX\n\nY");
    check("Hello. X\nY", &["a=X", "b=Y"], "Hello. X\nY\n\nX\n\nY");
}

#[test]
fn nothing_to_append_is_no_copy() {
    assert!(matches!(append("Hello.", &[]), Cow::Borrowed(_)));
}

proptest! {
    #[test]
    fn appending_is_idempotent_and_knows_no_order(
        reply in "[XY. \n]{0,8}",
        texts in proptest::collection::vec("[XY\n]{0,3}", 0..4),
    ) {
        let ids: Vec<String> = (0..texts.len()).map(|id| format!("{id}")).collect();
        let mut disclaimers: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| Disclaimer { id, text }).collect();
        let once = append(&reply, &disclaimers).into_owned();
        prop_assert_eq!(append(&once, &disclaimers), once.clone());
        prop_assert!(once.starts_with(&reply));
        disclaimers.reverse();
        prop_assert_eq!(append(&reply, &disclaimers), once.clone());
        for text in texts.iter().filter(|text| !text.is_empty()) {
            prop_assert!(once.contains(text.as_str()));
        }
    }
}
