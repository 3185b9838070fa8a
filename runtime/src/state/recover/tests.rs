//! A crash between admission and outcome.

use super::*;
use crate::number::SCALE;
use crate::state::fact::{Reading, Why, assign, pend, read};
use crate::state::map::Map;
use crate::state::open::{self, Writer};
use crate::state::scalar::{Scalar, encode};
use crate::state::window::{CAP, Charge, Spec, Window, reserve, usage};
use crate::state::{AdmissionId, Key, key::NO_SLOT};

const SESSION: Scope<'static> = Scope::Session { principal: b"p", session: b"s" };
const SPEC: Spec<'static> =
    Spec { max: 5 * SCALE, window: Window::Duration(1_000), distinct: false, cap: CAP };

fn limit_key() -> Vec<u8> {
    Key::begin(&mut Vec::new(), Kind::Limit, &Scope::Everyone, &[1; 16]).finish().to_vec()
}

fn fact_key(scope: &Scope<'_>) -> Vec<u8> {
    Key::begin(&mut Vec::new(), Kind::Fact, scope, &[2; 16]).with(Scalar::Text(b"k")).finish().to_vec()
}

/// Admits a call that is charged and may change a fact of the session and one of the principal.
fn admit(map: &Map, now: i64) -> AdmissionId {
    let facts = [fact_key(&SESSION), fact_key(&Scope::Principal(b"p"))];
    transact(map, &mut Transaction::new(), |t| {
        let (session_seq, _) = t.tick(map, &SESSION, now)?;
        let (principal_seq, _) = t.tick(map, &Scope::Principal(b"p"), now)?;
        let id = AdmissionId::new(&SESSION, session_seq, now);
        let head = Head { id, program: [0; 32], tool: 0, at_ms: now, session_seq, principal_seq };
        let mut cell = Vec::new();
        let mut writer = Writer::begin(&head, &mut cell);
        t.change(map, &limit_key(), |cell, out| reserve(cell, &SPEC, now, Charge::Amount(SCALE), id, out))?;
        writer.mark(Mark::Charged, &limit_key())?;
        for key in &facts {
            t.change(map, key, |cell, out| pend(cell, id, out))?;
            writer.mark(Mark::Pended, key)?;
        }
        t.change(map, open::key(&mut Vec::new(), &SESSION, id), |_, out| {
            out.extend_from_slice(&cell);
            Ok(())
        })?;
        Ok(id)
    })
    .unwrap()
}

#[test]
fn charges_stay_and_keys_become_unknown() {
    let map = Map::default();
    let mut value = Vec::new();
    encode([Some(Scalar::Bool(true))], &mut value).unwrap();
    transact(&map, &mut Transaction::new(), |t| {
        let (admitted, _) = t.tick(&map, &SESSION, 0)?;
        let (outcome, _) = t.tick(&map, &SESSION, 0)?;
        let teacher = Teacher { id: AdmissionId::from_bytes([9; 16]), admitted, outcome };
        t.change(&map, &fact_key(&SESSION), |cell, out| assign(cell, teacher, &value, 0, None, 0, out))
    })
    .unwrap();
    let (lost, kept) = (admit(&map, 100), admit(&map, 200));
    assert_eq!(recover(&map, 300, |head| head.id == lost), Ok(1));
    assert_eq!(usage(map.get(&limit_key()).as_deref(), &SPEC, 300), Ok(2 * SCALE));
    let why = |scope| match read(map.get(&fact_key(scope)).as_deref(), 300).unwrap() {
        Reading::Unknown(why) => why,
        Reading::Value(_) => panic!("a value survived"),
    };
    assert_eq!(why(&SESSION), Why::InFlight, "the other call still waits");
    assert_eq!(recover(&map, 300, |_| true), Ok(1));
    assert_eq!((why(&SESSION), why(&Scope::Principal(b"p"))), (Why::Doubt, Why::Doubt));
    assert_eq!(recover(&map, 300, |_| true), Ok(0));
    assert_eq!(map.get(open::key(&mut Vec::new(), &SESSION, kept)), None);
    assert_eq!(usage(map.get(&limit_key()).as_deref(), &SPEC, 300), Ok(2 * SCALE));
}

#[test]
fn a_damaged_cell_is_reported_and_left() {
    let map = Map::default();
    let id = admit(&map, 0);
    let mut bytes = Vec::new();
    let key = open::key(&mut bytes, &SESSION, id);
    let cell = map.get(key).unwrap();
    let broken = &cell[..cell.len() - 1];
    assert_eq!(map.commit(&mut core::iter::empty(), &mut [(key, Some(broken))].into_iter()), Ok(true));
    assert_eq!(recover(&map, 0, |_| true), Err(StateError::Unreadable));
    assert_eq!(map.get(key).as_deref(), Some(broken));
    let clock = Key::begin(&mut Vec::new(), Kind::Clock, &SESSION, &NO_SLOT).finish().to_vec();
    assert!(map.get(&clock).is_some());
}
