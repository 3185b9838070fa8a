//! What a decision reads of state allocates nothing, nor does a change of cells whose buffers have grown. The only test of its binary,
//! since the counter counts for the whole process.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use policyc_runtime::number::SCALE;
use policyc_runtime::state::fact::{self, Reading, Teacher};
use policyc_runtime::state::label::{self, Hold};
use policyc_runtime::state::scalar::encode;
use policyc_runtime::state::window::{CAP, Charge, Spec, Window, release, reserve, usage, would_exceed};
use policyc_runtime::state::{AdmissionId, Key, Kind, Scalar, Scope, set};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn id(n: i64) -> AdmissionId {
    let mut bytes = [0xaa; 16];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    AdmissionId::from_bytes(bytes)
}

fn spec(distinct: bool) -> Spec<'static> {
    Spec { max: 5_000 * SCALE, window: Window::Duration(10_000), distinct, cap: CAP }
}

/// A limit with a full cell.
fn full(distinct: bool) -> Vec<u8> {
    let (mut cell, mut out) = (Vec::new(), Vec::new());
    for n in 0..1_100_i64 {
        let value = (n % 300).to_be_bytes();
        let charge = if distinct { Charge::Value(&value) } else { Charge::Amount(SCALE) };
        let before = (n > 0).then_some(cell.as_slice());
        reserve(before, &spec(distinct), n, charge, id(n), &mut out).unwrap();
        std::mem::swap(&mut cell, &mut out);
    }
    cell
}

#[test]
fn state_is_read_without_allocating() {
    let (amounts, values) = (full(false), full(true));
    let (mut value, mut learned, mut marked, mut member) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    encode([Some(Scalar::Text(b"open")), Some(Scalar::Number(SCALE))], &mut value).unwrap();
    let teacher = Teacher { id: id(1), admitted: 1, outcome: 2 };
    fact::assign(None, teacher, &value, 0, None, 0, &mut learned).unwrap();
    label::set(None, 0, 1, Hold::Calls(5), &mut marked).unwrap();
    set::add(None, 1, 0, None, &mut member).unwrap();
    let (mut key, mut out) = (Vec::with_capacity(1_000), Vec::with_capacity(200_000));
    let region = Region::new(ALLOCATOR);
    for now in 1_100..1_110 {
        let whose = Scope::Session { principal: b"agent-7", session: b"s-1" };
        let key = Key::begin(&mut key, Kind::Limit, &whose, &[1; 16]).with(Scalar::Text(b"cus_1")).finish();
        assert!(!key.is_empty());
        for (cell, charge) in [(&amounts, Charge::Amount(SCALE)), (&values, Charge::Value(b"value"))] {
            let spec = spec(matches!(charge, Charge::Value(_)));
            assert!(usage(Some(cell), &spec, now).is_ok_and(|used| used > 0));
            assert_eq!(would_exceed(Some(cell), &spec, now, charge), Ok(false));
            assert!(reserve(Some(cell), &spec, now, charge, id(now), &mut out).is_ok());
            assert_eq!(release(Some(cell), spec.distinct, id(1_099), &mut out), Ok(true));
        }
        let Ok(Reading::Value(known)) = fact::read(Some(&learned), now) else { panic!("it is known") };
        assert_eq!(known.fields.get(1), Some(Scalar::Number(SCALE)));
        assert_eq!(label::is_set(Some(&marked), now, 3), Ok(true));
        assert_eq!(set::contains(None, Some(&member), now), Ok(true));
    }
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "{change:?}");
}
