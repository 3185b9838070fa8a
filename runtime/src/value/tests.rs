//! Slots, and what they point to.

use super::*;
use crate::number::{Decimal, LIMIT, SCALE};
use alloc::vec::Vec;
use proptest::prelude::*;

fn text(source: Source, offset: u32, len: u32) -> Text {
    Text { source, offset, len }
}

#[test]
fn a_slot_is_sixteen_bytes() {
    assert_eq!(core::mem::size_of::<Slot>(), 16);
}

#[test]
fn every_whole_number_is_inline() {
    let store = Store::new();
    for value in [i64::MIN, -1, 0, 1, 9_007_199_254_740_991, i64::MAX] {
        assert_eq!(store.units(Store::whole(value)), Some(i128::from(value) * SCALE));
    }
    for units in [LIMIT - 1, 1 - LIMIT] {
        assert_eq!(store.units(Store::decimal(Decimal::from_units(units).unwrap())), Some(units));
    }
}

#[test]
fn texts_point_into_their_source() {
    let inputs = Inputs {
        args: b"arguments",
        principal: b"who",
        session: b"where",
        strings: b"constant",
        ..Inputs::default()
    };
    let mut store = Store::new();
    let scratch = store.push_text("made").unwrap();
    for (at, want) in [
        (text(Source::Args, 0, 3), "arg"),
        (text(Source::Principal, 1, 2), "ho"),
        (text(Source::Session, 0, 5), "where"),
        (text(Source::Program, 0, 8), "constant"),
        (weekday(6).unwrap(), "sun"),
        (scratch, "made"),
        (scratch.part(1, 2).unwrap(), "ad"),
        (text(Source::Args, 5, 5), ""),
        (text(Source::Args, u32::MAX, u32::MAX), ""),
        (text(Source::Program, 8, 1), ""),
    ] {
        assert_eq!(store.str(&inputs, at), want, "{at:?}");
    }
    assert_eq!(weekday(7), None);
    assert_eq!(scratch.part(2, 3), None);
    assert_eq!(text(Source::Program, 0, 8).part(3, 2), Some(text(Source::Program, 3, 2)));
}

#[test]
fn lower_changes_ascii_alone_and_copies_only_what_changes() {
    let inputs = Inputs { args: "ÄBc abc".as_bytes(), ..Inputs::default() };
    let mut store = Store::new();
    let lower = store.lower(&inputs, text(Source::Args, 0, 4)).unwrap();
    assert_eq!(store.str(&inputs, lower), "Äbc");
    let same = store.lower(&inputs, text(Source::Args, 5, 3)).unwrap();
    assert_eq!(same, text(Source::Args, 5, 3));
    let made = store.push_text("MAde").unwrap();
    let lower = store.lower(&inputs, made).unwrap();
    assert_eq!((store.str(&inputs, made), store.str(&inputs, lower)), ("MAde", "made"));
}

#[test]
fn lists_are_frames() {
    let mut store = Store::new();
    let frames: Vec<Slot> = (0..6).map(Store::whole).collect();
    let list = store.push_list(&frames, 2).unwrap();
    assert_eq!(list, List { start: 0, len: 3, stride: 2 });
    assert_eq!(store.element(list, 2, 1), Store::whole(5));
    assert_eq!(store.element(list, 3, 0), Slot::Missing);
    assert_eq!(store.element(list, 0, 2), Slot::Missing);
    let both = store.concat(list, List { start: 0, len: 1, stride: 0 }).unwrap();
    let read: Vec<Slot> = (0..both.len).map(|index| store.element(both, index, 0)).collect();
    assert_eq!(read, [Store::whole(0), Store::whole(2), Store::whole(4), Slot::Missing]);
    assert_eq!(store.push_list(&frames, 4), None);
    assert_eq!(store.push_list(&frames, 0), None);
}

#[test]
fn a_mark_keeps_what_came_before_it() {
    let mut store = Store::new();
    store.clear(2);
    let name = store.push_text("agent-7").unwrap();
    store.set_register(1, Slot::Text(name));
    let mark = store.mark();
    for _ in 0..2 {
        store.rewind(mark, 4);
        assert_eq!(store.register(3), Slot::Missing);
        store.set_register(3, Slot::Null);
        store.push_text("more").unwrap();
        store.push_list(&[Slot::Null], 1).unwrap();
    }
    store.rewind(mark, 2);
    assert_eq!(store.mark(), mark);
    assert_eq!(store.register(1), Slot::Text(name));
    assert_eq!(store.register(2), Slot::Missing);
}

#[test]
fn scalars_compare_within_their_kind() {
    let inputs = Inputs { args: b"aa", ..Inputs::default() };
    let mut store = Store::new();
    let wide = store.number(i128::MAX);
    let wide_again = store.number(i128::MAX);
    let (left, right) = (Slot::Text(text(Source::Args, 0, 1)), Slot::Text(text(Source::Args, 1, 1)));
    assert_eq!(store.same(&inputs, left, right), Some(true));
    assert_eq!(store.same(&inputs, left, Store::whole(1)), None);
    assert_eq!(store.same(&inputs, wide, wide_again), Some(true));
    assert_eq!(store.same(&inputs, wide, Store::whole(1)), Some(false));
    assert_eq!(store.same(&inputs, Slot::Bool(true), Slot::Bool(false)), Some(false));
    assert_eq!(store.same(&inputs, Slot::Missing, Slot::Missing), None);
    assert_eq!(store.same(&inputs, Slot::Null, Slot::Null), None);
    assert_eq!(store.compare(wide, Store::whole(1)), Some(core::cmp::Ordering::Greater));
    assert_eq!(store.compare(left, right), None);
}

proptest! {
    #[test]
    fn numbers_come_back(units in any::<i128>()) {
        let mut store = Store::new();
        let slot = store.number(units);
        prop_assert_eq!(store.units(slot), Some(units));
    }

    #[test]
    fn code_points_are_chars(text in ".*") {
        prop_assert_eq!(code_points(text.as_bytes()), text.chars().count());
    }
}
