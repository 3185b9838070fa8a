//! T17 and its kin, over random policies: with and without index a program decides alike and lists the same tools; what is not
//! listed is always denied (T10); emitting is deterministic.

use super::{Both, policy, program, tool};
use proptest::prelude::*;

const PROPERTIES: &str = r#"
"a": {"type": "string"}, "b": {}, "r": {"enum": ["x", "y", "z"]}, "n": {"type": "number"},
"xs": {"type": "array", "items": {"type": "string"}}
"#;

/// A condition; many compare `a`, `b` or `r` with a constant, so that switches arise.
fn condition() -> impl Strategy<Value = String> {
    let place = prop::sample::select(vec!["args.a", "args.b", "args.r"]);
    let text = prop::sample::select(vec!["x", "y", "z"]);
    let equality = (place.clone(), text.clone()).prop_map(|(place, text)| format!("{place} == \"{text}\""));
    let texts = prop::sample::subsequence(vec!["\"x\"", "\"y\"", "\"z\""], 1..=3);
    let membership = (place, texts).prop_map(|(place, texts)| format!("{place} in [{}]", texts.join(", ")));
    let other = prop::sample::select(vec![
        "args.n < 5",
        "has args.b",
        "args.b is string",
        "\"lead\" in principal.roles",
        "principal.id == \"agent\"",
        "args.a starts_with \"x\"",
        "args.b matches /[xy]+/",
        "(args.a ?? \"x\") == \"x\"",
        "(any v in args.xs: v == args.a)",
        "count(args.xs) > 1",
    ]);
    let other = other.prop_map(str::to_owned);
    let atom = prop_oneof![4 => equality, 2 => membership, 3 => other];
    let literal = (atom, prop::bool::weighted(0.2))
        .prop_map(|(atom, negated)| if negated { format!("not ({atom})") } else { atom });
    let conjunction = prop::collection::vec(literal.clone(), 1..4).prop_map(|parts| parts.join(" and "));
    let disjunction = prop::collection::vec(literal, 2..4).prop_map(|parts| parts.join(" or "));
    prop_oneof![4 => conjunction, 1 => disjunction]
}

/// Rules and decides.
fn rules() -> impl Strategy<Value = String> {
    let effect = prop::sample::select(vec!["allow", "ask", "deny"]);
    let rule = (effect.clone(), condition(), prop::bool::weighted(0.1))
        .prop_map(|(effect, condition, shadow)| (format!("{effect} s.t when {condition}"), shadow));
    let arms = prop::collection::vec((effect, condition()), 1..4);
    let decides = prop::collection::vec(arms, 0..3);
    (prop::collection::vec(rule, 1..16), decides).prop_map(|(rules, decides)| {
        let mut text = String::new();
        for (index, (rule, shadow)) in rules.iter().enumerate() {
            let shadow = if *shadow { "shadow " } else { "" };
            text += &format!("{shadow}rule r{index}: {rule}\n");
        }
        for (index, arms) in decides.iter().enumerate() {
            text += &format!("decide d{index} on s.t {{\n");
            for (arm, (effect, condition)) in arms.iter().enumerate() {
                text += &format!("  a{arm}: {effect} when {condition}\n");
            }
            text += "}\n";
        }
        text
    })
}

fn args() -> impl Strategy<Value = String> {
    let string = || prop::sample::select(vec!["\"x\"", "\"y\"", "\"z\"", "\"w\""]).prop_map(str::to_owned);
    let any = prop_oneof![3 => string(), 1 => Just("null".to_owned()), 1 => Just("5".to_owned()), 1 => Just("[]".to_owned())];
    let kind = prop::sample::select(vec!["\"x\"", "\"y\"", "\"z\""]).prop_map(str::to_owned);
    let number = prop::sample::select(vec!["4", "5"]).prop_map(str::to_owned);
    let list = prop::collection::vec(string(), 0..3).prop_map(|items| format!("[{}]", items.join(",")));
    let member = |key: &'static str, value: BoxedStrategy<String>| {
        prop::option::of(value).prop_map(move |value| value.map(|value| format!("\"{key}\":{value}")))
    };
    (
        member("a", string().boxed()),
        member("b", any.boxed()),
        kind,
        member("n", number.boxed()),
        member("xs", list.boxed()),
    )
        .prop_map(|(a, b, r, n, xs)| {
            let members: Vec<_> = [a, b, Some(format!("\"r\":{r}")), n, xs].into_iter().flatten().collect();
            format!("{{{}}}", members.join(","))
        })
}

fn principal() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec!["agent", "other"]);
    let roles = prop::sample::subsequence(vec!["\"lead\"", "\"x\""], 0..=2);
    (id, roles).prop_map(|(id, roles)| format!(r#"{{"id":"{id}","roles":[{}]}}"#, roles.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn t17_an_index_changes_no_decision(
        rules in rules(),
        calls in prop::collection::vec((args(), principal()), 40),
    ) {
        let text = format!(
            "principal {{ id: string roles: set<string> }}\napprovers default \"lead\"\n{rules}"
        );
        let tools = tool("t", PROPERTIES, &["r"]);
        let report = super::report(&tools, &text);
        // A condition that can never hold (`args.r == "x" and args.r == "y"` is fine, a contradiction by type is not) is an error.
        prop_assume!(report.policy.is_some());
        let policy = policy(&tools, &text);
        prop_assert_eq!(program(&policy, true).digest(), program(&policy, true).digest());
        let both = Both::new(&policy);
        for (args, principal) in &calls {
            let decision = both.decide("t", args, principal, "{}");
            prop_assert!(!decision.contains("bad_"), "{}: {}", args, decision);
            if !both.lists("t", principal) {
                prop_assert!(decision.starts_with("deny"), "{} is not listed for {}: {}", text, principal, decision);
            }
        }
    }
}
