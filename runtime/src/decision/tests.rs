//! The laws of combination: it does not depend on order or repetition, and restricting never permits more (T2, T3, T4).

use super::{BuiltIn, Combination, Decision};
use crate::program::{Effect, SourceSpan, Statement, StatementKind};
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

/// A statement and whether its condition is true.
type Item = (Effect, bool, bool, bool);

fn combine(items: &[Item]) -> Combination {
    let mut combination = Combination::default();
    for (effect, guardrail, shadow, consents) in items {
        let statement = Statement {
            id: String::new(),
            effect: *effect,
            kind: StatementKind::Rule,
            guardrail: *guardrail,
            shadow: *shadow,
            because: String::new(),
            span: SourceSpan::default(),
            terms: None,
        };
        combination.add(statement.head(), *consents);
    }
    combination
}

/// Semantics.md section 0, word for word, over sets.
fn specified(items: &[Item]) -> Decision {
    let live: Vec<&Item> = items.iter().filter(|(_, _, shadow, _)| !shadow).collect();
    let any = |test: &dyn Fn(&Item) -> bool| live.iter().any(|item| test(item));
    let d = any(&|(effect, ..)| *effect == Effect::Deny);
    let k_plus = any(&|(effect, guardrail, _, consents)| *effect == Effect::Ask && !guardrail && *consents);
    let l = any(&|(effect, guardrail, ..)| *effect == Effect::Allow && !guardrail);
    let k = any(&|(effect, ..)| *effect == Effect::Ask);
    if d || !(k_plus || l) {
        Decision::Deny
    } else if k {
        Decision::Ask
    } else {
        Decision::Allow
    }
}

fn effect() -> impl Strategy<Value = Effect> {
    prop_oneof![Just(Effect::Allow), Just(Effect::Ask), Just(Effect::Deny)]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec((effect(), any::<bool>(), prop::bool::weighted(0.2), any::<bool>()), 0..6)
}

#[test]
fn nothing_matching_denies() {
    assert_eq!(combine(&[]).decision(), Decision::Deny);
    assert!(combine(&[]).is_default());
}

#[test]
fn a_guardrail_that_asks_permits_nothing() {
    // Semantics.md 1: otherwise the guardrail would widen what the policy denies by default.
    let guardrail = (Effect::Ask, true, false, true);
    assert_eq!(combine(&[guardrail]).decision(), Decision::Deny);
    assert!(combine(&[guardrail]).is_default());
    assert_eq!(combine(&[guardrail, (Effect::Allow, false, false, true)]).decision(), Decision::Ask);
}

#[test]
fn an_unknown_ask_restricts_and_permits_nothing() {
    let unknown = (Effect::Ask, false, false, false);
    assert_eq!(combine(&[unknown]).decision(), Decision::Deny);
    assert_eq!(combine(&[unknown, (Effect::Allow, false, false, true)]).decision(), Decision::Ask);
}

#[test]
fn codes_are_distinct_snake_case() {
    let codes: BTreeSet<&str> = BuiltIn::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), BuiltIn::ALL.len());
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
}

proptest! {
    #[test]
    fn it_is_as_specified(items in items()) {
        prop_assert_eq!(combine(&items).decision(), specified(&items));
    }

    #[test]
    fn order_and_repetition_do_not_matter(items in items(), seed in any::<u64>()) {
        let mut shuffled: Vec<Item> = items.iter().chain(&items).copied().collect();
        shuffled.sort_by_key(|item| {
            let (effect, guardrail, shadow, consents) = *item;
            seed.wrapping_mul(effect as u64 * 8 + u64::from(guardrail) * 4 + u64::from(shadow) * 2 + u64::from(consents) + 1)
        });
        prop_assert_eq!(combine(&items), combine(&shuffled));
    }

    #[test]
    fn a_restriction_never_permits_more(items in items(), guardrail in any::<bool>(), ask in any::<bool>()) {
        // A deny, or an ask that does not consent.
        let restriction = (if ask { Effect::Ask } else { Effect::Deny }, guardrail, false, false);
        let more: Vec<Item> = items.iter().copied().chain([restriction]).collect();
        prop_assert!(combine(&more).decision() >= combine(&items).decision());
    }

    #[test]
    fn a_grant_changes_only_default_denies(items in items()) {
        let more: Vec<Item> = items.iter().copied().chain([(Effect::Allow, false, false, true)]).collect();
        let before = combine(&items);
        if before.is_default() {
            prop_assert!(combine(&more).decision() < Decision::Deny);
        } else {
            prop_assert_eq!(combine(&more).decision(), before.decision());
        }
    }

    #[test]
    fn guardrails_add_their_own_most_restrictive_word(items in items(), rails in items()) {
        // T3: dec(P + G) = max(dec(P), g(G)).
        let rails: Vec<Item> = rails.into_iter().filter(|item| item.0 != Effect::Allow).map(|(e, _, s, c)| (e, true, s, c)).collect();
        let policy: Vec<Item> = items.into_iter().map(|(e, _, s, c)| (e, false, s, c)).collect();
        let both: Vec<Item> = policy.iter().chain(&rails).copied().collect();
        let live = rails.iter().filter(|(_, _, shadow, _)| !shadow);
        let g = live.map(|(effect, ..)| if *effect == Effect::Deny { Decision::Deny } else { Decision::Ask }).max();
        prop_assert_eq!(combine(&both).decision(), combine(&policy).decision().max(g.unwrap_or(Decision::Allow)));
    }
}
