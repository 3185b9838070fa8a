//! Keys: one per value, none the beginning of another, ordered as their numbers.

use super::*;
use crate::number::Decimal;
use proptest::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(Vec<u8>),
    Number(i128),
    Bool(bool),
}

impl Value {
    fn scalar(&self) -> Scalar<'_> {
        match self {
            Self::Text(text) => Scalar::Text(text),
            Self::Number(units) => Scalar::Number(*units),
            Self::Bool(value) => Scalar::Bool(*value),
        }
    }
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let text = prop_oneof![
        prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(255), any::<u8>()], 0..6),
        prop::collection::vec(Just(b'x'), 126..132),
    ];
    let value = prop_oneof![
        text.prop_map(Value::Text),
        (-3_i128..3).prop_map(Value::Number),
        any::<i128>().prop_map(Value::Number),
        any::<bool>().prop_map(Value::Bool),
    ];
    prop::collection::vec(value, 2)
}

fn handles() -> impl Strategy<Value = (u8, Vec<u8>, Vec<u8>)> {
    let handle = || prop::collection::vec(prop_oneof![Just(0_u8), Just(1), any::<u8>()], 0..5);
    (0_u8..3, handle(), handle())
}

fn scope(of: &(u8, Vec<u8>, Vec<u8>)) -> Scope<'_> {
    match of.0 {
        0 => Scope::Everyone,
        1 => Scope::Principal(&of.1),
        _ => Scope::Session { principal: &of.1, session: &of.2 },
    }
}

fn key(kind: Kind, whose: &Scope<'_>, values: &[Value]) -> Vec<u8> {
    let mut bytes = b"left from before".to_vec();
    let key = Key::begin(&mut bytes, kind, whose, &[7; 16]);
    values.iter().fold(key, |key, value| key.with(value.scalar())).finish().to_vec()
}

proptest! {
    #[test]
    fn one_key_for_one_thing(a in handles(), b in handles(), x in values(), y in values()) {
        let (first, second) = (key(Kind::Limit, &scope(&a), &x), key(Kind::Limit, &scope(&b), &y));
        let same = scope(&a) == scope(&b) && x == y;
        prop_assert_eq!(first == second, same);
        prop_assert_eq!(first.starts_with(&second), same);
        prop_assert!(key(Kind::Fact, &scope(&a), &x) != first);
    }

    #[test]
    fn keys_come_apart(of in handles(), values in values()) {
        let whole = key(Kind::Member, &scope(&of), &values);
        let found = parts(&whole).unwrap();
        prop_assert_eq!((found.kind, found.scope), (Kind::Member, scope(&of)));
        prop_assert!(found.rest.starts_with(&[7; 16]));
        let mut begin = Vec::new();
        prefix(&mut begin, Kind::Member, &scope(&of));
        prop_assert!(whole.starts_with(&begin));
        prop_assert!(whole.len() < 400);
    }

    #[test]
    fn numbers_keep_their_order(a: i128, b: i128) {
        let of = |units| key(Kind::Limit, &Scope::Everyone, &[Value::Number(units)]);
        prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
    }

    #[test]
    fn other_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = parts(&bytes);
    }
}

#[test]
fn one_number_has_one_key_however_it_is_written() {
    let of = |text| {
        key(Kind::Limit, &Scope::Everyone, &[Value::Number(Decimal::parse_json(text).unwrap().units())])
    };
    for same in ["1.0", "1e0", "10e-1", "1.000000000"] {
        assert_eq!(of(same), of("1"));
    }
    assert_eq!(of("-0"), of("0"));
}

#[test]
fn a_buffer_that_has_grown_is_not_grown_again() {
    let mut bytes = Vec::with_capacity(400);
    let before = bytes.as_ptr();
    for n in 0..100 {
        let whose = Scope::Session { principal: b"p", session: b"s" };
        let _ = Key::begin(&mut bytes, Kind::Fact, &whose, &NO_SLOT)
            .with(Scalar::Number(n))
            .with(Scalar::Text(&[0; 500]))
            .finish();
    }
    assert_eq!(bytes.as_ptr(), before);
}
