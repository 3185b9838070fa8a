//! Markers that a pattern would redact again (semantics.md 48).

use super::*;

fn clashes(rules: &str) -> Vec<Clash> {
    Setup::new(rules).redactor().clashes()
}

#[test]
fn a_marker_may_not_match_any_pattern() {
    assert_eq!(clashes("a: patterns /bob/\nb: paths result.x with \"[gone]\""), []);
    let of = |redaction, marker| Clash { redaction, marker };
    assert_eq!(clashes("a: patterns /red/"), [of(0, 0)]);
    assert_eq!(clashes("a: patterns /gone/\nb: paths result.x with \"[g%6Fne]\""), [of(0, 1)]);
    assert_eq!(clashes("a: patterns /xx/ with \"x\""), [of(0, 0)]);
    assert_eq!(clashes("z: patterns /[a-z]+/ with \"#\"\na: patterns /y/ with \"x\""), [of(0, 1)]);
}

#[test]
fn under_a_clash_a_hit_withholds_everything() {
    check(
        "a: patterns /red/",
        r#"{"content": [{"type": "text", "text": "blue"}]}"#,
        r#"{"content":[{"type":"text","text":"blue"}]}"#,
    );
    let withheld = "withheld: a pattern still matches what redaction leaves";
    check("a: patterns /red/", r#"{"content": [{"type": "text", "text": "red"}]}"#, withheld);
    check("a: patterns /red/", r#"{"content": [{"type": "image"}]}"#, withheld);
    check("a: patterns /red/\nb: paths result.x", r#"{"structuredContent": {"x": 1}}"#, withheld);
}
