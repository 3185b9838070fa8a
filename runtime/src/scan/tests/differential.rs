//! The scanner against serde_json: whatever we accept it accepts too, as the same value.

use super::*;
use crate::program::Caps;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A reading of the bytes by serde_json that notices duplicate keys, which serde_json itself does not.
fn serde(input: &[u8]) -> Option<(Value, bool)> {
    struct Seen(Value, bool);
    struct Visitor;
    impl<'de> serde::Deserialize<'de> for Seen {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Visitor)
        }
    }
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Seen;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any value")
        }
        fn visit_unit<E>(self) -> Result<Seen, E> {
            Ok(Seen(Value::Null, false))
        }
        fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
            Ok(Seen(value.into(), false))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Seen, E> {
            Ok(Seen(value.into(), false))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
            Ok(Seen(value.into(), false))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Seen, E> {
            Ok(Seen(value.into(), false))
        }
        fn visit_str<E>(self, value: &str) -> Result<Seen, E> {
            Ok(Seen(value.into(), false))
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Seen, A::Error> {
            let (mut items, mut twice) = (Vec::new(), false);
            while let Some(Seen(item, inner)) = access.next_element()? {
                items.push(item);
                twice |= inner;
            }
            Ok(Seen(Value::Array(items), twice))
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Seen, A::Error> {
            let (mut members, mut twice) = (Map::new(), false);
            while let Some((key, Seen(item, inner))) = access.next_entry::<String, Seen>()? {
                twice |= inner | members.insert(key, item).is_some();
            }
            Ok(Seen(Value::Object(members), twice))
        }
    }
    serde_json::from_slice::<Seen>(input).ok().map(|Seen(value, twice)| (value, twice))
}

/// Numbers as doubles, which is what most readers make of them.
fn doubles(value: &Value) -> Value {
    match value {
        // Adding zero makes `-0.0` the zero that it is here.
        Value::Number(number) => Value::from(number.as_f64().unwrap() + 0.0),
        Value::Array(items) => Value::Array(items.iter().map(doubles).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, item)| (key.clone(), doubles(item))).collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

/// Compares the two readings of `input`; whether both accept it.
fn compare(input: &[u8]) -> Result<bool, TestCaseError> {
    let mut canonical = Vec::new();
    let ours = canonicalize(input, Caps::default(), &mut canonical);
    let theirs = serde(input);
    match (ours, theirs) {
        (Ok(()), None) => {
            return Err(TestCaseError::fail(format!(
                "serde_json refuses {}",
                String::from_utf8_lossy(input)
            )));
        }
        (Ok(()), Some((value, twice))) => {
            prop_assert!(!twice, "a duplicate key passed");
            let (judged, _) = serde(&canonical).unwrap();
            prop_assert_eq!(doubles(&value), doubles(&judged));
        }
        (Err(reject), Some((_, twice))) => {
            let numbers = matches!(reject.what, What::UnsafeInteger | What::InexactNumber);
            let stricter =
                numbers || reject.what == What::TooDeep || (reject.what == What::DuplicateKey && twice);
            prop_assert!(stricter, "{:?} refuses {}", reject, String::from_utf8_lossy(input));
        }
        (Err(_), None) => {}
    }
    Ok(ours.is_ok())
}

/// Every plan gives the same answer about what is strict JSON.
fn plans_agree(input: &[u8]) -> Result<(), TestCaseError> {
    let plans = [
        "{}",
        r#"{"k": "o", "object": {"keys": {"a": {"c": 0}, "b": {"c": 1, "object": {"keys": {"c": {"k": "s"}}}}}, "rest": "open"}}"#,
        r##"{"k": "o", "object": {"rest": {"k": "s#ol", "c": 1, "list": {"unique": true, "stride": 1, "items": {"k": "s", "c": 0}}}, "entries": [0, 2]}}"##,
    ];
    let mut seen = BTreeSet::new();
    for plan in plans {
        let program = build::program(plan);
        let scanner = Scanner::new(&program).unwrap();
        let mut store = Store::new();
        store.clear(REGISTERS);
        let result = scan(&scanner, NodeId(1), input, Source::Args, &mut store);
        let strict = match result {
            Err(reject) if reject.what == What::NotDecimal => continue,
            Err(reject) => reject.kind() == RejectKind::BadArguments,
            Ok(()) => true,
        };
        seen.insert(strict);
        if let Err(reject) = result {
            let message = describe(&scanner, NodeId(1), Source::Args, input, reject);
            prop_assert!(!message.is_empty() && !message.contains('\n'));
        }
    }
    prop_assert!(seen.len() <= 1, "plans disagree about {}", String::from_utf8_lossy(input));
    Ok(())
}

#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index),
    Insert(Index, u8),
    Replace(Index, u8),
    Copy(Index, Index),
    Cut(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let byte = || {
        prop_oneof![
            proptest::sample::select(
                b"{}[],:\"\\\\eE+-.0123456789truefalsn \t\n\r/ub\x00\x1f\x7f\x80\xc3\xbc\xed\xa0\xff"
                    .to_vec()
            ),
            any::<u8>(),
        ]
    };
    prop_oneof![
        any::<Index>().prop_map(Mutation::Delete),
        (any::<Index>(), byte()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        (any::<Index>(), byte()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        any::<Index>().prop_map(Mutation::Cut),
    ]
}

fn mutate(text: &mut Vec<u8>, mutation: &Mutation) {
    let len = text.len();
    match mutation {
        _ if len == 0 => text.push(b'{'),
        Mutation::Delete(at) => drop(text.remove(at.index(len))),
        Mutation::Insert(at, byte) => text.insert(at.index(len + 1), *byte),
        Mutation::Replace(at, byte) => text[at.index(len)] = *byte,
        Mutation::Copy(from, to) => {
            let piece = text[from.index(len)..].iter().take(12).copied().collect::<Vec<_>>();
            let at = to.index(len);
            text.splice(at..at, piece);
        }
        Mutation::Cut(at) => text.truncate(at.index(len)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn random_bytes(input in proptest::collection::vec(any::<u8>(), 0..40)) {
        compare(&input)?;
        plans_agree(&input)?;
    }

    #[test]
    fn random_structure(input in "[{}\\[\\],:\"\\\\ae10.\\-]{0,24}") {
        compare(input.as_bytes())?;
        plans_agree(input.as_bytes())?;
    }

    #[test]
    fn all_json_is_accepted(value in canonical::value(), whims: canonical::Whims) {
        let mut text = String::new();
        canonical::write(&value, &mut whims.into_iter(), &mut text);
        prop_assert!(compare(text.as_bytes())?, "{}", text);
        plans_agree(text.as_bytes())?;
    }

    #[test]
    fn mutated_json(value in canonical::value(), whims: canonical::Whims, mutations in proptest::collection::vec(mutation(), 1..4)) {
        let mut text = String::new();
        canonical::write(&value, &mut whims.into_iter(), &mut text);
        let mut text = text.into_bytes();
        for mutation in &mutations {
            mutate(&mut text, mutation);
            compare(&text)?;
            plans_agree(&text)?;
        }
    }

    /// Theorem T12: whichever of two equal keys a reader takes, whatever it makes of letters' case and of numbers, it reads
    /// the judged value.
    #[test]
    fn one_reading(value in canonical::value(), whims: canonical::Whims, mutations in proptest::collection::vec(mutation(), 0..3)) {
        let mut text = String::new();
        canonical::write(&value, &mut whims.into_iter(), &mut text);
        let mut text = text.into_bytes();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        let mut judged = Vec::new();
        if canonicalize(&text, Caps::default(), &mut judged).is_ok() {
            let (first, last) = (reading(&text, true), reading(&text, false));
            prop_assert_eq!(&first, &last);
            prop_assert_eq!(doubles(&first), doubles(&reading(&judged, true)));
        }
    }

    /// Theorem T2 for one request: order, white space and spellings change neither registers nor refusals.
    #[test]
    fn spelling_changes_nothing(members in proptest::collection::vec(("[a-d]", canonical::value()), 0..5), whims: canonical::Whims, others: canonical::Whims) {
        let value = Value::Object(members.into_iter().collect());
        let program = build::program(r##"{"k": "o", "object": {"keys": {
            "a": {"k": "s#nbl", "c": 0, "list": {"unique": true, "stride": 1, "items": {"k": "s#", "c": 0}}},
            "b": {"k": "sb", "c": 1, "string": {"max": 6}},
            "c": {"k": "#o", "c": 2, "number": {"min": 0, "integer": true}, "object": {"rest": {"k": "s", "c": 1}, "entries": [3, 2]}}}}}"##);
        let mut results = Vec::new();
        for whims in [whims, others] {
            let mut text = String::new();
            canonical::write(&value, &mut whims.into_iter(), &mut text);
            results.push(regardless_of_order(&outcome(&program, text.as_bytes())));
        }
        prop_assert_eq!(&results[0], &results[1]);
    }
}

/// An outcome without what follows the order of the text: which misfit of several was met first and where (the message names
/// the same one always), and the entries of a map in register 3.
fn regardless_of_order(outcome: &str) -> String {
    if outcome.starts_with("bad_") {
        let (kind, rest) = outcome.split_once(' ').unwrap();
        return format!("{kind}: {}", rest.split_once(": ").unwrap().1);
    }
    let registers = format!(" {outcome}");
    registers.split_once(" 3=").map_or(registers.as_str(), |(before, _)| before).to_owned()
}

/// The value as a reader sees it that keeps the first, or the last, of equal keys.
fn reading(text: &[u8], first: bool) -> Value {
    struct Reader {
        first: bool,
    }
    impl<'de> serde::de::DeserializeSeed<'de> for Reader {
        type Value = Value;
        fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
            deserializer.deserialize_any(self)
        }
    }
    impl<'de> serde::de::Visitor<'de> for Reader {
        type Value = Value;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any value")
        }
        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }
        fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
            Ok(value.into())
        }
        fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
            Ok(value.into())
        }
        fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
            Ok(value.into())
        }
        fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
            Ok(value.into())
        }
        fn visit_str<E>(self, value: &str) -> Result<Value, E> {
            Ok(value.into())
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = access.next_element_seed(Self { first: self.first })? {
                items.push(item);
            }
            Ok(Value::Array(items))
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
            let mut members = Map::new();
            while let Some(key) = access.next_key::<String>()? {
                let item = access.next_value_seed(Self { first: self.first })?;
                if !(self.first && members.contains_key(&key)) {
                    members.insert(key, item);
                }
            }
            Ok(Value::Object(members))
        }
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    serde::de::DeserializeSeed::deserialize(Reader { first }, &mut deserializer).unwrap()
}
