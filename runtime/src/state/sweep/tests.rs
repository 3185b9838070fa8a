//! Sweeping a limit and a fact.

use super::*;
use crate::number::SCALE;
use crate::state::AdmissionId;
use crate::state::fact::{self, Reading, Teacher, Why};
use crate::state::map::Map;
use crate::state::scalar::{Scalar, encode};
use crate::state::window::{CAP, Charge, Spec, Window, idle, reserve};

const SPEC: Spec<'static> = Spec { max: SCALE, window: Window::Duration(10), distinct: false, cap: CAP };
const LIMIT: Place<'static> = Place { kind: Kind::Limit, scope: Scope::Everyone, slot: &[1; 16] };

fn key(place: Place<'_>, n: i128) -> Vec<u8> {
    let mut bytes = Vec::new();
    Key::begin(&mut bytes, place.kind, &place.scope, place.slot).with(Scalar::Number(n)).finish().to_vec()
}

fn entries(map: &Map, place: Place<'_>) -> Entries {
    let key = Key::begin(&mut Vec::new(), Kind::Entries, &place.scope, place.slot).finish().to_vec();
    Entries::read(map.get(&key).as_deref()).unwrap()
}

fn enter(map: &Map, place: Place<'_>, key: &[u8], cell: &[u8]) {
    transact(map, &mut Transaction::new(), |t| {
        t.change(map, key, |_, out| {
            out.extend_from_slice(cell);
            Ok(())
        })?;
        let count = Key::begin(&mut Vec::new(), Kind::Entries, &place.scope, place.slot).finish().to_vec();
        t.change(map, &count, |cell, out| {
            let mut entries = Entries::read(cell)?;
            entries.enter(1_000)?;
            entries.write(out);
            Ok(())
        })
    })
    .unwrap();
}

#[test]
fn what_has_left_its_window_goes() {
    let map = Map::default();
    for n in 0..300 {
        let mut cell = Vec::new();
        let id = AdmissionId::from_bytes([1; 16]);
        reserve(None, &SPEC, n, Charge::Amount(SCALE), id, &mut cell).unwrap();
        enter(&map, LIMIT, &key(LIMIT, n.into()), &cell);
    }
    assert_eq!(entries(&map, LIMIT).count, 300);
    let run =
        |ms| sweep(&map, &mut Transaction::new(), LIMIT, ms, |_, cell, now| idle(cell, &SPEC, now)).unwrap();
    assert_eq!((run(100), run(100), run(1_000), run(50)), (91, 0, 209, 0));
    let left = entries(&map, LIMIT);
    assert_eq!((left.count, left.floor_ms), (0, 1_000));
    assert_eq!(map.get(&key(LIMIT, 0)), None);
}

#[test]
fn a_batch_is_bounded_and_errors_stop_it() {
    let map = Map::default();
    for n in 0..300 {
        enter(&map, LIMIT, &key(LIMIT, n), &[1]);
    }
    let mut t = Transaction::new();
    assert_eq!(
        sweep(&map, &mut t, LIMIT, 0, |_, _, _| Err(StateError::Unreadable)),
        Err(StateError::Unreadable)
    );
    assert_eq!(sweep(&map, &mut t, LIMIT, 0, |_, _, _| Ok(true)), Ok(256));
    assert_eq!(sweep(&map, &mut t, LIMIT, 0, |_, _, _| Ok(true)), Ok(44));
    assert_eq!(entries(&map, LIMIT).count, 0);
}

/// A call that was admitted before the sweep cannot teach what a call that was swept had made doubtful.
#[test]
fn a_swept_fact_is_not_taught_by_what_overlapped_it() {
    let map = Map::default();
    let scope = Scope::Session { principal: b"p", session: b"s" };
    let place = Place { kind: Kind::Fact, scope, slot: &[2; 16] };
    let key = key(place, 1);
    let mut value = Vec::new();
    encode([Some(Scalar::Bool(true))], &mut value).unwrap();
    let mut t = Transaction::new();
    let mut tick = || transact(&map, &mut t, |t| t.tick(&map, &scope, 0)).unwrap().0;
    let (slow, lost, end) = (tick(), tick(), tick());
    let teacher = |admitted, outcome| Teacher { id: AdmissionId::from_bytes([3; 16]), admitted, outcome };
    let mut cell = Vec::new();
    fact::forget(None, teacher(lost, end), Why::Doubt, &mut cell).unwrap();
    enter(&map, place, &key, &cell);
    let gone = sweep(&map, &mut Transaction::new(), place, 0, |_, cell, now| fact::idle(cell, now));
    assert_eq!((gone, map.get(&key)), (Ok(1), None));
    let outcome = tick();
    let floor = entries(&map, place).floor;
    fact::assign(None, teacher(slow, outcome), &value, 0, None, floor, &mut cell).unwrap();
    assert!(matches!(fact::read(Some(&cell), 0), Ok(Reading::Unknown(Why::NeverLearned))));
    fact::assign(None, teacher(outcome + 1, outcome + 2), &value, 0, None, floor, &mut cell).unwrap();
    assert!(matches!(fact::read(Some(&cell), 0), Ok(Reading::Value(_))));
}
