//! The changes of small policies, listed; and laws of the changes of any.

use super::*;
use std::fmt::Write as _;

fn report(text: &str) -> Report {
    let file = FileText { path: "p.policy".into(), text: text.into() };
    Report { files: vec![file], ..Report::default() }
}

/// The changes of a text, one line each.
fn listed(text: &str) -> String {
    let found = mutants(&report(text));
    let mut out = format!("{text}\n\n");
    for mutant in &found {
        let line = text.get(..mutant.at as usize).unwrap_or_default().matches('\n').count() + 1;
        let (kind, name) = (mutant.kind.name(), &mutant.statement);
        let _ = writeln!(out, "{line} {kind} {name}: {} → {}", mutant.before, mutant.after);
    }
    out
}

#[test]
fn a_rule_and_its_condition() {
    insta::assert_snapshot!(listed(
        "rule small: allow shop.refund, shop.pay except shop.pay_all\n  when args.amount < 50.00 and args.to == session.to // and so on\n    and has args.id"
    ));
}

#[test]
fn arms_change_places_and_lose_their_terms() {
    insta::assert_snapshot!(listed(
        "decide refunds on shop.refund {\n  with all_of = args.to ++ (args.cc ?? [])\n  big: ask when not (count(all_of) > 10) from \"lead\" within 1h\n  rest: allow unless any t in all_of: t not in [\"a\", \"b\"]\n}"
    ));
}

#[test]
fn definitions() {
    insta::assert_snapshot!(listed(
        "let days = [\"mon\", \"tue\"]\nlet top = { gold: 3, silver: 2 }\ngroup reads = shop.get_*, shop.list\nfn ours(a: string) -> bool = a ends_with \".example\" or lower(a) finds /acme/i\nfn due(t: timestamp) -> timestamp = t + 2h\nshadow rule x: deny shop.pay"
    ));
}

#[test]
fn what_is_remembered() {
    insta::assert_snapshot!(listed(
        "fact owner(id: string): string for 7d after shop.list when args.full: each t in result.xs where t.ok: owner(t.id) = t.by\nlabel seen after shop.get for 5 calls after shop.list\nlimit pace: 500 per 1h for each session.id, principal.id on shop.pay counting args.amount, shop.get counting distinct args.id exceeded ask failures count when args.amount > 0"
    ));
}

#[test]
fn results_replies_and_terms() {
    insta::assert_snapshot!(listed(
        "redact contact on crm.get, crm.list: paths result..email, result.items[*].phone patterns phone, /x+/i keep images with \"-\"\nrule big: deny result of crm.get when length(result.text) > 10\nrule rude: deny reply when reply.text finds /bad/\nappend note on reply: \"Thanks\" unless session.quiet\nrule pay: ask shop.pay from \"a\", \"b\" quorum 2 within 1h30m"
    ));
}

#[test]
fn a_change_is_what_is_shown_of_it() {
    let text = "rule a: allow shop.get when args.x >= 5\nrule b: deny shop.get unless args.y is string or (args.y ?? 3) in [1, 2]";
    for mutant in mutants(&report(text)) {
        let changed = mutant.apply(text);
        assert_ne!(changed, text);
        let flat = crate::author::one_line(&changed);
        assert!(flat.contains(&mutant.after), "{mutant:?}");
    }
}

#[test]
fn a_file_that_is_imported_is_changed_guardrails_are_not() {
    let mut report = report("import \"more.policy\"\nimport guardrails \"org.policy\"");
    for path in ["more.policy", "org.policy"] {
        report.files.push(FileText { path: path.into(), text: "rule a: deny shop.get".into() });
    }
    let files: BTreeSet<Arc<str>> = mutants(&report).into_iter().map(|mutant| mutant.file).collect();
    assert_eq!(files, BTreeSet::from(["more.policy".into()]));
}
