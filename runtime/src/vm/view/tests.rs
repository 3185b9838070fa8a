//! What a receiver makes of events: lists of records with lists in them, in any position.

use super::{MAX_LISTS, Open, Receiver};
use crate::program::pool::ViewCall;
use crate::value::{Inputs, List, Slot, Source, Store, Text};
use crate::views::table::{Cost, MemberSpec, MemberType, Takes, ViewSpec};
use crate::views::{Event, ViewId, ViewSink as _};
use alloc::vec;

const fn member(name: &'static str, ty: MemberType) -> MemberSpec {
    MemberSpec { name, ty, optional: false, doc: "" }
}

/// `all`: a list of { words: list<string>, name: string, tail: list<string> }; `last`: text.
static SPEC: ViewSpec = ViewSpec {
    id: ViewId::Words,
    name: "test",
    takes: Takes::Nothing,
    members: &[
        member(
            "all",
            MemberType::Records(&[
                member("words", MemberType::Strings),
                member("name", MemberType::String),
                member("tail", MemberType::Strings),
            ]),
        ),
        member("last", MemberType::String),
    ],
    longest: usize::MAX,
    cost: Cost { fixed: 0, per_byte: 0 },
    doc: "",
};

#[test]
fn lists_in_records_do_not_mix_with_their_frames() {
    let input = "abcdefgh";
    let call = ViewCall { view: 0, param: None, zone: None, members: vec![(0, 0), (1, 1)] };
    let mut store = Store::new();
    store.clear(2);
    let text = Text { source: Source::Args, offset: 0, len: 8 };
    let mut receiver = Receiver {
        store: &mut store,
        call: &call,
        spec: &SPEC,
        text,
        input,
        member: None,
        lists: [Open::NONE; MAX_LISTS],
        depth: 0,
    };
    let part = |at: usize| Event::Str(input.get(at..=at).unwrap());
    for event in [
        Event::Member(0),
        Event::List(2),
        Event::Record(3),
        Event::List(2),
        part(0),
        part(1),
        part(2),
        Event::List(0),
        Event::Record(3),
        Event::List(0),
        part(3),
        // The last value of the last element: its own values still follow.
        Event::List(2),
        part(4),
        part(5),
        Event::Member(1),
        Event::Str("not in the input"),
    ] {
        receiver.put(event);
    }
    let inputs = Inputs { args: input.as_bytes(), ..Inputs::default() };
    let text = |slot: Slot| if let Slot::Text(text) = slot { store.str(&inputs, text) } else { "?" };
    let list = |slot: Slot| if let Slot::List(list) = slot { list } else { List::EMPTY };
    let all = list(store.register(0));
    assert_eq!((all.len, all.stride), (2, 3));
    let words = list(store.element(all, 0, 0));
    assert_eq!(
        (text(store.element(words, 0, 0)), text(store.element(words, 1, 0)), words.len),
        ("a", "b", 2)
    );
    assert_eq!((text(store.element(all, 0, 1)), list(store.element(all, 0, 2)).len), ("c", 0));
    assert_eq!((list(store.element(all, 1, 0)).len, text(store.element(all, 1, 1))), (0, "d"));
    let tail = list(store.element(all, 1, 2));
    assert_eq!((text(store.element(tail, 0, 0)), text(store.element(tail, 1, 0)), tail.len), ("e", "f", 2));
    assert_eq!(text(store.register(1)), "not in the input");
}
