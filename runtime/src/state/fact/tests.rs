//! Facts against the same calls run one after the other, as they were admitted (T8): the same value, or unknown.

use super::*;
use crate::state::scalar::{Scalar, encode};
use crate::state::wire::FORMAT;
use crate::state::{Kind, Outcome, StateError};
use alloc::vec::Vec;
use proptest::prelude::*;

fn value(n: u8) -> Vec<u8> {
    let mut out = Vec::new();
    encode([Some(Scalar::Text(&[b'a' + n])), None], &mut out).unwrap();
    out
}

fn id(n: usize) -> AdmissionId {
    AdmissionId::from_bytes([u8::try_from(n + 1).unwrap(); 16])
}

/// What a call does to the key in the end.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It teaches these values in one result.
    Teaches(u8, Option<u8>),
    /// It succeeds and says nothing about the key.
    Silent,
    Forgets,
    Fails,
    /// Nobody knows.
    Lost,
}

fn fates() -> impl Strategy<Value = (bool, Fate)> {
    let fate = prop_oneof![
        6 => (0_u8..3).prop_map(|n| Fate::Teaches(n, None)),
        1 => (0_u8..2, 0_u8..2).prop_map(|(a, b)| Fate::Teaches(a, Some(b))),
        1 => Just(Fate::Silent),
        1 => Just(Fate::Forgets),
        1 => Just(Fate::Fails),
        1 => Just(Fate::Lost),
    ];
    // Whether the key is computed from the arguments.
    (any::<bool>(), fate)
}

/// A history: each call is begun and ended once, and the key may be swept in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Call(usize),
    Sweep,
}

fn steps(calls: usize) -> impl Strategy<Value = Vec<Step>> {
    let all = (0..calls).chain(0..calls).map(Step::Call).chain([Step::Sweep]);
    Just(all.collect::<Vec<_>>()).prop_shuffle()
}

#[derive(Debug, Default)]
struct Run {
    cell: Option<Vec<u8>>,
    seq: Seq,
    floor: Seq,
    /// When each call was admitted and ended.
    calls: Vec<(Seq, Option<Seq>)>,
}

impl Run {
    fn change(&mut self, change: impl FnOnce(Option<&[u8]>, &mut Vec<u8>) -> Result<(), StateError>) {
        let mut out = Vec::new();
        change(self.cell.as_deref(), &mut out).unwrap();
        self.cell = (!out.is_empty()).then_some(out);
    }

    fn end(&mut self, call: usize, pended: bool, fate: Fate) {
        let teacher = Teacher { id: id(call), admitted: self.calls[call].0, outcome: self.seq };
        let floor = self.floor;
        match fate {
            Fate::Teaches(first, second) => {
                for n in core::iter::once(first).chain(second) {
                    self.change(|cell, out| assign(cell, teacher, &value(n), 0, None, floor, out));
                }
            }
            Fate::Forgets => self.change(|cell, out| forget(cell, teacher, Why::Forgotten, out)),
            // The key of a result that never came is not known, so nothing can be said about it.
            Fate::Lost if !pended => {}
            Fate::Lost => self.change(|cell, out| settle(cell, teacher, Outcome::Unknown, out)),
            Fate::Silent => self.change(|cell, out| settle(cell, teacher, Outcome::Success, out)),
            Fate::Fails => self.change(|cell, out| settle(cell, teacher, Outcome::Failure, out)),
        }
        self.calls[call].1 = Some(self.seq);
    }

    fn shown(&self) -> Option<Vec<u8>> {
        match read(self.cell.as_deref(), 0).unwrap() {
            Reading::Value(known) => {
                let mut out = Vec::new();
                encode(known.fields.iter(), &mut out).unwrap();
                Some(out)
            }
            Reading::Unknown(_) => None,
        }
    }
}

/// What the ended calls teach one after the other.
fn serial(run: &Run, fates: &[(bool, Fate)]) -> Option<Vec<u8>> {
    let mut calls: Vec<_> = run.calls.iter().zip(fates).filter(|((_, end), _)| end.is_some()).collect();
    calls.sort_by_key(|((admitted, _), _)| *admitted);
    calls.into_iter().fold(None, |before, (_, (pended, fate))| match fate {
        Fate::Teaches(first, second) if second.is_none_or(|second| second == *first) => Some(value(*first)),
        Fate::Teaches(..) | Fate::Forgets => None,
        Fate::Lost if *pended => None,
        Fate::Silent | Fate::Fails | Fate::Lost => before,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn whatever_answer_comes_first(fates in prop::collection::vec(fates(), 4), steps in steps(4)) {
        let mut run = Run { calls: [(0, None); 4].to_vec(), ..Run::default() };
        let (mut overlap, mut open, mut swept) = (false, 0, false);
        for step in steps {
            run.seq += 1;
            match step {
                Step::Call(call) if run.calls[call].0 == 0 => {
                    run.calls[call].0 = run.seq;
                    overlap |= open > 0;
                    open += 1;
                    if fates[call].0 {
                        run.change(|cell, out| pend(cell, id(call), out));
                    }
                }
                Step::Call(call) => {
                    open -= 1;
                    let (pended, fate) = fates[call];
                    run.end(call, pended, fate);
                }
                Step::Sweep => if run.cell.as_deref().is_some_and(|cell| idle(cell, 0).unwrap()) {
                    run.cell = None;
                    run.floor = run.seq;
                    swept = true;
                },
            }
            let pended = run.calls.iter().zip(&fates).any(|((at, end), (pended, _))| *at > 0 && end.is_none() && *pended);
            let (shown, serial) = (run.shown(), serial(&run, &fates));
            prop_assert!(!pended || shown.is_none(), "a key that waits is unknown");
            prop_assert!(shown.is_none() || shown == serial, "{:?} is not {:?}", shown, serial);
            // Without overlap nothing is lost.
            prop_assert!(overlap || swept || pended || shown == serial);
        }
    }

    #[test]
    fn other_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..120), head: bool) {
        let mut bytes = bytes;
        if head {
            bytes.splice(0..0, [FORMAT, Kind::Fact as u8, 0, 0]);
        }
        let teacher = Teacher { id: id(0), admitted: 1, outcome: 2 };
        let mut out = Vec::new();
        let readable = read(Some(&bytes), 0).is_ok();
        prop_assert_eq!(readable, settle(Some(&bytes), teacher, Outcome::Failure, &mut out).is_ok());
        prop_assert_eq!(readable, assign(Some(&bytes), teacher, &value(0), 0, None, 0, &mut out).is_ok());
        prop_assert_eq!(readable, idle(&bytes, 0).is_ok());
    }
}

fn teacher(admitted: Seq, outcome: Seq) -> Teacher {
    Teacher { id: id(usize::try_from(admitted).unwrap()), admitted, outcome }
}

fn why(cell: &[u8], now: i64) -> Option<Why> {
    match read(Some(cell), now).unwrap() {
        Reading::Unknown(why) => Some(why),
        Reading::Value(_) => None,
    }
}

#[test]
fn a_late_read_does_not_undo_a_cancellation() {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    // The read is admitted first, the cancellation second; the cancellation's answer comes first.
    assign(None, teacher(2, 3), &value(0), 0, None, 0, &mut a).unwrap();
    assign(Some(&a), teacher(1, 4), &value(1), 0, None, 0, &mut b).unwrap();
    assert_eq!(why(&b, 0), Some(Why::Conflict));
    // One that begins after both teaches again.
    assign(Some(&b), teacher(5, 6), &value(1), 0, None, 0, &mut a).unwrap();
    assert_eq!(why(&a, 0), None);
}

#[test]
fn an_earlier_value_is_remembered_for_those_that_saw_it() {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    assign(None, teacher(2, 3), &value(0), 0, None, 0, &mut a).unwrap();
    assign(Some(&a), teacher(4, 5), &value(1), 0, None, 0, &mut b).unwrap();
    // It overlaps the first call, which taught another value than it does.
    assign(Some(&b), teacher(1, 6), &value(1), 0, None, 0, &mut a).unwrap();
    assert_eq!(why(&a, 0), Some(Why::Conflict));
}

#[test]
fn facts_expire_and_have_an_age() {
    let mut cell = Vec::new();
    assign(None, teacher(1, 2), &value(0), 100, Some(10), 0, &mut cell).unwrap();
    assert_eq!((why(&cell, 109), why(&cell, 110)), (None, Some(Why::Expired)));
    assert!(!idle(&cell, 109).unwrap() && idle(&cell, 110).unwrap());
    let Reading::Value(known) = read(Some(&cell), 105).unwrap() else { panic!("it is known") };
    assert_eq!((known.learned_ms, known.expires_ms, known.admitted, known.outcome), (100, 110, 1, 2));
    assert_eq!(known.fields.get(0), Some(Scalar::Text(b"a")));
    assert_eq!(known.fields.get(1), None);
}

#[test]
fn too_much_in_flight_is_refused_and_too_long_a_value_is_not_learned() {
    let (mut cell, mut out) = (None::<Vec<u8>>, Vec::new());
    for n in 0..64 {
        pend(cell.as_deref(), id(n), &mut out).unwrap();
        cell = Some(out.clone());
    }
    assert_eq!(pend(cell.as_deref(), id(64), &mut out), Err(StateError::Capped));
    assert_eq!(pend(cell.as_deref(), id(3), &mut out), Ok(()), "it waits already");
    let mut long = Vec::new();
    encode([Some(Scalar::Text(&[b'x'; 70_000]))], &mut long).unwrap();
    assign(None, teacher(1, 2), &long, 0, None, 0, &mut out).unwrap();
    assert_eq!(why(&out, 0), Some(Why::Doubt));
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let (mut cell, mut out) = (Vec::new(), Vec::new());
    pend(None, id(1), &mut cell).unwrap();
    assert_eq!(why(&cell, 0), Some(Why::InFlight));
    settle(Some(&cell), teacher(1, 2), Outcome::Failure, &mut out).unwrap();
    assert!(out.is_empty());
}

#[test]
fn cut_cells_are_refused() {
    let (mut cell, mut out) = (Vec::new(), Vec::new());
    assign(None, teacher(1, 2), &value(0), 0, None, 0, &mut out).unwrap();
    pend(Some(&out), id(5), &mut cell).unwrap();
    for len in 0..cell.len() {
        assert!(read(cell.get(..len), 0).is_err(), "{len}");
    }
    cell.push(0);
    assert_eq!(read(Some(&cell), 0).err(), Some(StateError::Unreadable));
    assert_eq!(read(Some(&[FORMAT + 1, 3, 0]), 0).err(), Some(StateError::OtherFormat));
}
