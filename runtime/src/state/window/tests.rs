//! Limits against a plain list of admissions: exact below the cap, never too little above it, and in no interval more than N (T7).

use super::*;
use crate::number::LIMIT;
use crate::state::AdmissionId;
use alloc::vec::Vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn id(n: usize) -> AdmissionId {
    let mut bytes = [0xaa; 16];
    bytes[..8].copy_from_slice(&u64::try_from(n).unwrap().to_be_bytes());
    AdmissionId::from_bytes(bytes)
}

fn spec(window: Window<'_>, max: i128, distinct: bool, cap: u32) -> Spec<'_> {
    Spec { max, window, distinct, cap }
}

/// What happens to a limit.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The host's clock moves, possibly backwards.
    Clock(i64),
    /// A call of so many units, or of such a value.
    Call(u8),
    /// An earlier call fails: the so-manieth that was admitted.
    Fail(prop::sample::Index),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => (-12_i64..25).prop_map(Event::Clock),
        5 => (0_u8..6).prop_map(Event::Call),
        1 => any::<prop::sample::Index>().prop_map(Event::Fail),
    ];
    prop::collection::vec(event, 1..80)
}

/// An admission as the model keeps it.
#[derive(Debug, Clone, Copy)]
struct Admitted {
    at: i64,
    amount: i128,
    value: u8,
    failed: bool,
}

/// A cell beside the list of all admissions.
struct Run<'z> {
    spec: Spec<'z>,
    cell: Option<Vec<u8>>,
    host: i64,
    last: i64,
    list: Vec<Admitted>,
}

impl<'z> Run<'z> {
    fn new(spec: Spec<'z>) -> Self {
        Self { spec, cell: None, host: 1_000, last: i64::MIN, list: Vec::new() }
    }

    /// What stands in (after, to], by the list.
    fn holds(&self, after: i64, to: i64) -> i128 {
        let inside = self.list.iter().filter(|a| !a.failed && a.at > after && a.at <= to);
        if self.spec.distinct {
            let values: BTreeSet<_> = inside.map(|a| a.value).collect();
            i128::try_from(values.len()).unwrap() * SCALE
        } else {
            inside.map(|a| a.amount).sum()
        }
    }

    fn usage(&self) -> i128 {
        usage(self.cell.as_deref(), &self.spec, self.host).unwrap()
    }

    /// Asks, and admits what does not exceed the limit.
    fn step(&mut self, event: Event) {
        let mut out = Vec::new();
        match event {
            Event::Clock(by) => self.host += by,
            Event::Call(n) => {
                let (amount, value) = (i128::from(n) * SCALE / 2, [n]);
                let charge = if self.spec.distinct { Charge::Value(&value) } else { Charge::Amount(amount) };
                if would_exceed(self.cell.as_deref(), &self.spec, self.host, charge).unwrap() {
                    return;
                }
                let before = self.usage();
                let name = id(self.list.len());
                let after =
                    reserve(self.cell.as_deref(), &self.spec, self.host, charge, name, &mut out).unwrap();
                self.last = self.last.max(self.host);
                assert!(before <= after && after <= self.spec.max);
                self.list.push(Admitted { at: self.last, amount, value: n, failed: false });
                self.cell = Some(out);
                assert_eq!(self.usage(), after);
            }
            Event::Fail(which) if !self.list.is_empty() => {
                let index = which.index(self.list.len());
                let before = self.usage();
                let found = release(self.cell.as_deref(), self.spec.distinct, id(index), &mut out).unwrap();
                self.list[index].failed |= found;
                self.cell = Some(out);
                assert!(self.usage() <= before);
            }
            Event::Fail(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_trailing_window_is_exact_below_the_cap(events in events(), distinct: bool) {
        let mut run = Run::new(spec(Window::Duration(20), 4 * SCALE, distinct, CAP));
        for event in events {
            run.step(event);
            let now = run.host.max(run.last);
            prop_assert_eq!(run.usage(), run.holds(now - 20, now));
        }
    }

    #[test]
    fn no_interval_holds_more_than_the_limit(events in events(), distinct: bool, cap in 2_u32..6) {
        let mut run = Run::new(spec(Window::Duration(20), 4 * SCALE, distinct, cap));
        for event in events {
            run.step(event);
            let now = run.host.max(run.last);
            // Merging counts too much at worst.
            prop_assert!(run.usage() >= run.holds(now - 20, now));
        }
        for end in run.list.iter().flat_map(|a| [a.at, a.at + 7, a.at + 19]) {
            prop_assert!(run.holds(end - 20, end) <= 4 * SCALE);
        }
    }

    #[test]
    fn a_session_never_forgets(events in events(), distinct: bool, cap in 2_u32..100) {
        let mut run = Run::new(spec(Window::Session, 4 * SCALE, distinct, cap));
        for event in events {
            run.step(event);
            prop_assert!(run.usage() >= run.holds(i64::MIN, i64::MAX));
            prop_assert!(cap < 80 || run.usage() == run.holds(i64::MIN, i64::MAX));
        }
    }

    /// Some other bytes: an error or a number, never a panic, and no sum below zero.
    #[test]
    fn other_bytes_never_panic(
        events in events(),
        distinct: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        now: i64,
    ) {
        let mut run = Run::new(spec(Window::Duration(20), 4 * SCALE, distinct, CAP));
        events.into_iter().for_each(|event| run.step(event));
        let Some(mut cell) = run.cell else { return Ok(()) };
        for len in 0..cell.len() {
            prop_assert!(usage(cell.get(..len), &run.spec, now).is_err());
        }
        for (index, byte) in changes {
            let index = index.index(cell.len());
            cell[index] = byte;
        }
        poke(&cell, &run.spec, now);
    }

    #[test]
    fn random_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400), distinct: bool, now: i64) {
        let spec = spec(Window::Duration(20), 4 * SCALE, distinct, 3);
        poke(&bytes, &spec, now);
        let count = bytes.len().saturating_sub(15) / cell::entry_size(distinct);
        bytes.truncate(15 + count * cell::entry_size(distinct));
        let head = [1, 2, u8::from(distinct)].into_iter();
        let head: Vec<u8> = head.chain(i64::MAX.to_be_bytes()).chain(u32::try_from(count).unwrap().to_be_bytes()).collect();
        bytes.iter_mut().zip(head).for_each(|(place, byte)| *place = byte);
        poke(&bytes, &spec, now);
    }
}

/// Runs everything on a cell that may be broken.
fn poke(cell: &[u8], spec: &Spec<'_>, now: i64) {
    let mut out = Vec::new();
    let charge = if spec.distinct { Charge::Value(b"x") } else { Charge::Amount(SCALE) };
    if let Ok(units) = usage(Some(cell), spec, now) {
        assert!((0..LIMIT).contains(&units));
    }
    let _ = would_exceed(Some(cell), spec, now, charge);
    let _ = idle(cell, spec, now);
    let _ = release(Some(cell), spec.distinct, id(0), &mut out);
    if let Ok(units) = reserve(Some(cell), spec, now, charge, id(1), &mut out) {
        assert_eq!(usage(Some(&out), spec, now), Ok(units), "what is written is consistent");
    }
}

#[test]
fn the_window_is_half_open() {
    let spec = spec(Window::Duration(1_000), SCALE, false, CAP);
    let mut cell = Vec::new();
    reserve(None, &spec, 5_000, Charge::Amount(SCALE), id(1), &mut cell).unwrap();
    let full = |now| would_exceed(Some(&cell), &spec, now, Charge::Amount(1)).unwrap();
    assert_eq!((full(5_000), full(5_999), full(6_000)), (true, true, false));
    assert!(full(-1_000_000), "time that runs backwards frees nothing");
    let value = |now| idle(&cell, &spec, now).unwrap();
    assert_eq!((value(4_000), value(5_999), value(6_000)), (false, false, true));
}

#[test]
fn a_value_that_comes_again_stays_longer() {
    let spec = spec(Window::Duration(10), SCALE, true, CAP);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    reserve(None, &spec, 0, Charge::Value(b"v"), id(1), &mut first).unwrap();
    assert!(!would_exceed(Some(&first), &spec, 9, Charge::Value(b"v")).unwrap());
    reserve(Some(&first), &spec, 9, Charge::Value(b"v"), id(2), &mut second).unwrap();
    assert!(
        would_exceed(Some(&second), &spec, 18, Charge::Value(b"w")).unwrap(),
        "(8, 18] would hold v and w"
    );
    assert!(!would_exceed(Some(&second), &spec, 19, Charge::Value(b"w")).unwrap());
    release(Some(&second), true, id(2), &mut first).unwrap();
    assert_eq!(usage(Some(&first), &spec, 9), Ok(SCALE), "the first call stands");
    assert_eq!(usage(Some(&first), &spec, 10), Ok(0));
}

#[test]
fn amounts_out_of_range_are_refused() {
    let spec = spec(Window::Session, LIMIT, false, CAP);
    let (mut cell, mut out) = (Vec::new(), Vec::new());
    for (amount, result) in
        [(-1, Err(StateError::OutOfRange)), (LIMIT, Err(StateError::OutOfRange)), (LIMIT - 1, Ok(false))]
    {
        assert_eq!(would_exceed(None, &spec, 0, Charge::Amount(amount)), result);
        assert_eq!(reserve(None, &spec, 0, Charge::Amount(amount), id(1), &mut cell).is_ok(), result.is_ok());
    }
    let more = Charge::Amount(1);
    assert_eq!(would_exceed(Some(&cell), &spec, 0, more), Err(StateError::OutOfRange));
    assert_eq!(reserve(Some(&cell), &spec, 0, more, id(2), &mut out), Err(StateError::OutOfRange));
    assert_eq!(would_exceed(Some(&cell), &spec, 0, Charge::Value(b"v")), Err(StateError::Unreadable));
    assert_eq!(usage(Some(&cell), &Spec { distinct: true, ..spec }, 0), Err(StateError::Unreadable));
}

#[test]
fn windows_longer_than_time_hold_everything() {
    let spec = spec(Window::Duration(u64::MAX), SCALE, false, CAP);
    let mut cell = Vec::new();
    reserve(None, &spec, i64::MIN, Charge::Amount(SCALE), id(1), &mut cell).unwrap();
    assert_eq!(usage(Some(&cell), &spec, i64::MAX - 1), Ok(SCALE));
}

/// Fifteen hundred calls and never more than the cap's entries.
#[test]
fn cells_stay_short() {
    let spec = spec(Window::Duration(86_400_000), 1_000_000 * SCALE, false, CAP);
    let (mut cell, mut out) = (None::<Vec<u8>>, Vec::new());
    for n in 0..1_500 {
        let now = i64::try_from(n).unwrap();
        reserve(cell.as_deref(), &spec, now, Charge::Amount(SCALE), id(n), &mut out).unwrap();
        let old = cell.get_or_insert_default();
        core::mem::swap(old, &mut out);
    }
    let cell = cell.unwrap();
    assert_eq!(cell.len(), 15 + 40 * 1_024);
    assert_eq!(usage(Some(&cell), &spec, 1_500), Ok(1_500 * SCALE));
    assert_eq!(release(Some(&cell), false, id(10), &mut out), Ok(false), "merged");
    assert_eq!(release(Some(&cell), false, id(1_490), &mut out), Ok(true));
    assert_eq!(usage(Some(&out), &spec, 1_500), Ok(1_499 * SCALE));
}
