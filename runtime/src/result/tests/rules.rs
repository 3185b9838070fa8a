//! Several redactions (semantics.md 17): all read the original, spans are united, order is nothing.

use super::*;

#[test]
fn semantics_17_where_spans_touch_the_guardrail_wins_then_the_smallest_id() {
    check_text("b: patterns /abc/ with \"[b]\"\na: patterns /cd/ with \"[a]\"", "xabcdx", "x[a]x");
    check_text("a: patterns /abc/ with \"[a]\"\norg/z: patterns /cd/ with \"[z]\"", "xabcdx", "x[z]x");
    check_text("a: patterns /abc/ with \"[a]\"\nb: patterns /de/ with \"[b]\"", "xabcdex", "x[a]x");
    check_text("a: patterns /abc/ with \"[a]\"\nb: patterns /de/ with \"[b]\"", "xabc dex", "x[a] [b]x");
}

#[test]
fn one_redaction_does_not_hide_text_from_another() {
    // Were the first applied first, the second would not find anything.
    check_text("a: patterns /bob/ with \"[a]\"\norg/z: patterns /bob@x/ with \"[z]\"", "to bob@x", "to [z]");
}

#[test]
fn a_place_takes_the_marker_of_what_is_found_inside_it() {
    check_text(
        "a: paths result.x with \"[a]\"\norg/z: patterns /bob/ with \"[z]\"",
        r#"{"x": {"y": ["bob"]}, "z": 1}"#,
        r#"{"x":"[z]","z":1}"#,
    );
}

#[test]
fn equal_keys_are_numbered() {
    check(
        EMAIL,
        r#"{"structuredContent": {"a@b.c": 1, "[redacted] 2": 2, "b@b.c": 3, "x": {"c@b.c": 4}, "c@b.c": 5}, "content": []}"#,
        r#"
        {"content":[],"structuredContent":{"[redacted]":1,"[redacted] 2":2,"[redacted] 3":3,"x":{"[redacted]":4},"[redacted] 4":5}}
        pii 4: result."[redacted]", result.x."[redacted]"
        "#,
    );
}

#[test]
fn a_key_whose_number_is_found_goes_with_its_member() {
    check(
        "a: patterns /[0-9]/ with \"#\"",
        r#"{"structuredContent": {"1": "x", "2": "y", "a": "z"}}"#,
        "{\"structuredContent\":{\"#\":\"x\",\"a\":\"z\"}}\na 2: result.\"#\"",
    );
}

#[test]
fn places_tell_no_key_that_was_redacted() {
    let setup = Setup::new("pii: patterns /bob/\nq: paths result..q");
    let shown = setup.redact(Sent::Result(br#"{"structuredContent": {"bob": {"q": "bob", "r": ["bob"]}}}"#));
    let told = format!("{:?}", shown.redacted);
    assert!(!told.contains("bob"), "{told}");
}

#[test]
fn which_redactions_hold_is_a_set() {
    let setup = Setup::new(
        "b: patterns /b+/ with \"[b]\"\na: patterns /ab/ with \"[a]\"\norg/c: paths result.x with \"[c]\"",
    );
    let sent = Sent::Result(br#"{"structuredContent": {"x": "ab", "y": "abb b"}}"#);
    let want = setup.redact(sent);
    for order in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        assert_eq!(setup.redact_by(sent, &order), want);
    }
    assert_eq!(setup.redact_by(sent, &[0, 1, 2, 0, 2]), want);
    assert_ne!(setup.redact_by(sent, &[0]), want);
    assert_eq!(setup.redact_by(sent, &[0, 3]).body, Body::Withheld(Withheld::Unknown));
}

#[test]
fn what_cannot_be_run_is_refused_at_load() {
    let setup = Setup::new(EMAIL);
    let refused = |change: &dyn Fn(&mut redact::Redaction)| {
        let mut rows = setup.rows.clone();
        change(&mut rows[0]);
        Redactor::new(&rows, &setup.strings, &setup.patterns).unwrap_err().to_string()
    };
    for change in [
        &(|row: &mut redact::Redaction| row.marker = StrId(99)) as &dyn Fn(&mut redact::Redaction),
        &|row| row.paths = vec![Path(vec![Step::Key(StrId(99))])],
        &|row| row.patterns = vec![PatternId(99)],
    ] {
        assert!(refused(change).starts_with("redaction 0 of the program cannot be run: it refers to a"));
    }
    let broken = [Pattern { source: String::new(), shape: PatternShape::Dfa(vec![1, 2, 3]) }];
    assert!(Redactor::new(&setup.rows, &setup.strings, &broken).is_err());
    let redactor = setup.redactor();
    assert!(redactor.len() == 1 && !redactor.is_empty());
}
