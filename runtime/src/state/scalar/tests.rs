//! Values of facts: read as written, strictly.

use super::*;
use crate::number::LIMIT;
use proptest::prelude::*;
use std::string::String;

#[derive(Debug, Clone)]
enum Owned {
    Text(String),
    Number(i128),
    Bool(bool),
}

fn scalar(owned: &Owned) -> Scalar<'_> {
    match owned {
        Owned::Text(text) => Scalar::Text(text.as_bytes()),
        Owned::Number(units) => Scalar::Number(*units),
        Owned::Bool(value) => Scalar::Bool(*value),
    }
}

fn owned() -> impl Strategy<Value = Option<Owned>> {
    prop::option::of(prop_oneof![
        ".{0,8}".prop_map(Owned::Text),
        (1 - LIMIT..LIMIT).prop_map(Owned::Number),
        any::<bool>().prop_map(Owned::Bool),
    ])
}

proptest! {
    #[test]
    fn fields_are_read_as_written(fields in prop::collection::vec(owned(), 0..6)) {
        let mut out = b"left from before".to_vec();
        encode(fields.iter().map(|field| field.as_ref().map(scalar)), &mut out).unwrap();
        let read = Fields::read(&out).unwrap();
        prop_assert_eq!((read.len(), read.is_empty()), (fields.len(), fields.is_empty()));
        for (index, field) in fields.iter().enumerate() {
            prop_assert_eq!(read.get(index), field.as_ref().map(scalar));
        }
        prop_assert_eq!(read.get(fields.len()), None);
        for len in 0..out.len() {
            prop_assert!(Fields::read(&out[..len]).is_err());
        }
    }

    #[test]
    fn what_is_read_has_one_spelling(mut bytes in prop::collection::vec(prop_oneof![0_u8..6, any::<u8>()], 2..60), count in 0_u8..5) {
        bytes[0] = 0;
        bytes[1] = count;
        if let Ok(fields) = Fields::read(&bytes) {
            let mut out = Vec::new();
            encode(fields.iter(), &mut out).unwrap();
            prop_assert_eq!(out, bytes);
        }
    }
}

#[test]
fn what_no_decision_could_read_is_refused() {
    let mut out = Vec::new();
    assert_eq!(encode([Some(Scalar::Number(LIMIT))], &mut out), Err(StateError::OutOfRange));
    assert_eq!(encode(core::iter::repeat_n(None, 65_536), &mut out), Err(StateError::Capped));
    encode([Some(Scalar::Text(&[0xff]))], &mut out).unwrap();
    assert_eq!(Fields::read(&out).err(), Some(StateError::Unreadable), "no UTF-8");
}
