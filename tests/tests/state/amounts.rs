//! Amounts as an attacker would write them (semantics.md 3, 4, 30, 34): none widens a limit. In: arguments, and what they count for by
//! hand. Out: passes, if the limit holds exactly that much afterwards.

use super::world::{Agent, load};
use policyc_runtime::number::SCALE;
use policyc_runtime::state::StateStore;
use policyc_store::Memory;
use proptest::prelude::*;

const TYPED: &str = r#""amount":{"type":"number"},"to":{"type":"string"}"#;
const UNTYPED: &str = r#""amount":{},"to":{}"#;
const POLICY: &str = "
rule pay: allow s.pay
limit spend: 100 per 1h for everyone on s.pay counting args.amount
";

/// Amounts in JSON, and what they count for in units of 10⁻⁹. `None`: the call is not to run.
const AMOUNTS: [(&str, Option<i128>); 40] = [
    ("5", Some(5 * SCALE)),
    ("5.0", Some(5 * SCALE)),
    ("5e0", Some(5 * SCALE)),
    ("50e-1", Some(5 * SCALE)),
    ("0.5", Some(SCALE / 2)),
    ("0.000000001", Some(1)),
    ("33.333333333", Some(33_333_333_333)),
    ("1e-9", Some(1)),
    ("100", Some(100 * SCALE)),
    ("1e2", Some(100 * SCALE)),
    ("0", Some(0)),
    ("-0", Some(0)),
    ("0e5", Some(0)),
    // One unit too much.
    ("100.000000001", None),
    ("101", None),
    ("1e17", None),
    ("999999999999999999", None),
    ("1e18", None),
    ("1e300", None),
    ("1e400", None),
    ("-1e400", None),
    ("1e-10", None),
    ("0.0000000001", None),
    ("-5", None),
    ("-0.000000001", None),
    ("-1e17", None),
    ("-999999999999999999", None),
    ("9007199254740993", None),
    ("49.9999999999999999999", None),
    // No numbers.
    ("NaN", None),
    ("Infinity", None),
    ("-Infinity", None),
    ("05", None),
    ("+5", None),
    ("0x10", None),
    ("\"5\"", None),
    ("\"NaN\"", None),
    ("null", None),
    ("true", None),
    ("[5]", None),
];

fn used(store: &dyn StateStore, pdp: &policyc_runtime::Pdp) -> i128 {
    // Looked at with a call that counts nothing, since a call that is denied is not counted at all.
    Agent::new(pdp, store).used("pay", r#"{"amount":0}"#, "spend")
}

/// Whether the calls count as they should.
fn check(properties: &str, calls: impl Iterator<Item = (String, Option<i128>)>) {
    let pdp = load(&[("pay", properties)], POLICY);
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    let mut total = 0;
    for (args, units) in calls {
        let fits = units.is_some_and(|units| total + units <= 100 * SCALE);
        let admitted = agent.admit("pay", &args).is_some();
        assert_eq!(admitted, fits, "{args} after {total} units");
        total += units.filter(|_| fits).unwrap_or_default();
        assert_eq!(used(&store, &pdp), total, "{args}");
    }
}

#[test]
fn each_amount_counts_for_what_it_is_or_does_not_run() {
    for properties in [TYPED, UNTYPED] {
        for (amount, units) in AMOUNTS {
            check(properties, [(format!(r#"{{"amount":{amount}}}"#), units)].into_iter());
        }
        let odd = [
            "{}",
            r#"{"amount":5,"amount":1}"#,
            r#"{"Amount":5}"#,
            r#"{"amount ":5}"#,
            r#"{"amount":{"value":5}}"#,
            "[]",
            "",
        ];
        check(properties, odd.into_iter().map(|args| (args.to_owned(), None)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_amounts_widens_a_limit(picks in prop::collection::vec(0..AMOUNTS.len(), 1..30), untyped: bool) {
        let calls = picks.into_iter().map(|pick| (format!(r#"{{"amount":{}}}"#, AMOUNTS[pick].0), AMOUNTS[pick].1));
        check(if untyped { UNTYPED } else { TYPED }, calls);
    }
}

/// An amount that may be left out counts for the whole budget, by the policy's word.
#[test]
fn what_is_absent_counts_as_the_policy_says() {
    let pdp = load(&[("pay", TYPED)], &POLICY.replace("counting args.amount", "counting args.amount ?? 100"));
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    assert!(agent.admit("pay", r#"{"amount":1}"#).is_some());
    for args in ["{}", r#"{"amount":null}"#, r#"{"amount":-1}"#, r#"{"amount":"1"}"#] {
        assert!(agent.admit("pay", args).is_none(), "{args}");
    }
    assert_eq!(agent.used("pay", "{\"amount\":0}", "spend"), SCALE);
}

/// One value has one key, however it is written, and what is no scalar has none.
#[test]
fn a_key_is_a_value_not_a_spelling() {
    let policy = "
rule pay: allow s.pay
limit each: 1 per 1h for each args.amount on s.pay
limit spread: 3 per 1h for everyone on s.pay counting distinct args.to
";
    let pdp = load(&[("pay", r#""amount":{"type":"number"},"to":{"type":"string"}"#)], policy);
    let store = Memory::new();
    let mut agent = Agent::new(&pdp, &store);
    let mut pays =
        |amount: &str, to: &str| agent.admit("pay", &format!(r#"{{"amount":{amount},"to":{to}}}"#)).is_some();
    assert!(pays("1", "\"a\""));
    for same in ["1", "1.0", "1e0", "10e-1", "0.1e1"] {
        assert!(!pays(same, "\"a\""), "{same}");
    }
    for none in ["null", "\"1\"", "[1]", "{}"] {
        assert!(!pays(none, "\"a\""), "{none}");
        assert!(!pays("7", if none == "\"1\"" { "1" } else { none }), "{none}");
    }
    // Escapes are spelling as well.
    assert!(pays("2", r#""\u0061""#) && pays("3", "\"b\"") && pays("4", "\"c\""));
    assert!(!pays("5", "\"d\"") && pays("5", "\"a\""));
}
