//! Laws that a policy relies on: threads that admit calls.

use super::threads::race;
use super::{Shared, expect};
use policyc_runtime::number::SCALE;
use policyc_runtime::program::{ApprovalTerms, Digest};
use policyc_runtime::state::approval::{Answer, Approver, Ask, Use, request, take, vote};
use policyc_runtime::state::window::{CAP, Charge, Spec, Window, release, reserve, usage, would_exceed};
use policyc_runtime::state::{AdmissionId, StateError, Transaction, transact};

const SPEC: Spec<'static> =
    Spec { max: 20 * SCALE, window: Window::Duration(1_000), distinct: false, cap: CAP };
const KEY: &[u8] = b"limit";

fn id(thread: usize, call: usize) -> AdmissionId {
    let number = u64::try_from(thread.saturating_mul(10_000).saturating_add(call)).unwrap_or(u64::MAX);
    let mut bytes = [0x11; 16];
    bytes.iter_mut().zip(number.to_be_bytes()).for_each(|(place, byte)| *place = byte);
    AdmissionId::from_bytes(bytes)
}

/// Attempts until others let it through.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, StateError>) -> Result<T, String> {
    loop {
        match attempt() {
            Err(StateError::Conflicts) => std::thread::yield_now(),
            done => return done.map_err(|error| error.to_string()),
        }
    }
}

/// Clocks of the threads differ and jump; every third admitted call fails. Whoever commits has not exceeded the limit.
pub(super) fn threads(store: &Shared) -> Result<(), String> {
    let kept = race(|thread| {
        let (mut transaction, mut kept) = (Transaction::new(), 0_i128);
        for call in 0..12_usize {
            let id = id(thread, call);
            let now = i64::try_from(call.wrapping_mul(37).wrapping_add(thread) % 50).unwrap_or_default();
            let admitted = patiently(|| {
                transact(store, &mut transaction, |t| {
                    let full = would_exceed(t.read(store, KEY)?, &SPEC, now, Charge::Amount(SCALE))?;
                    if full {
                        return Ok(None);
                    }
                    let charge = Charge::Amount(SCALE);
                    t.change(store, KEY, |cell, out| reserve(cell, &SPEC, now, charge, id, out)).map(Some)
                })
            })?;
            let Some(used) = admitted else { continue };
            expect(used <= SPEC.max, || format!("{used} units are used"))?;
            if call % 3 == 2 {
                patiently(|| {
                    transact(store, &mut transaction, |t| {
                        t.change(store, KEY, |cell, out| release(cell, false, id, out))
                    })
                })?;
            } else {
                kept = kept.saturating_add(SCALE);
            }
        }
        Ok(kept)
    })?;
    let kept: i128 = kept.into_iter().sum();
    let used = patiently(|| usage(Transaction::new().read(store, KEY)?, &SPEC, 100))?;
    expect(used == kept && kept <= SPEC.max, || format!("{used} units are used, {kept} were kept"))
}

/// One is granted, eight want it.
pub(super) fn approval(store: &Shared) -> Result<(), String> {
    const PROGRAM: Digest = [1; 32];
    let terms = ApprovalTerms { from: vec!["lead".to_owned()], quorum: 1, within_ms: None };
    let asks = [Ask { id: "p.ask", terms: &terms }];
    let mut transaction = Transaction::new();
    patiently(|| {
        transact(store, &mut transaction, |t| {
            let asks = asks.into_iter();
            t.change(store, KEY, |cell, out| request(cell, &PROGRAM, b"p", asks, 0, out).map(|_| ()))?;
            let approver = Approver { id: b"ann", roles: &["lead"] };
            t.change(store, KEY, |cell, out| {
                vote(cell.unwrap_or_default(), approver, Answer::Approve, &[], 1, out).map(|_| ())
            })
        })
    })?;
    let used = race(|thread| {
        let mut transaction = Transaction::new();
        patiently(|| {
            transact(store, &mut transaction, |t| {
                let asks = asks.into_iter();
                t.change(store, KEY, |cell, out| take(cell, &PROGRAM, asks, 2, id(thread, 0), out))
            })
        })
    })?;
    let forwarded = used.iter().filter(|used| **used == Use::Forward).count();
    expect(forwarded == 1, || format!("{forwarded} calls were forwarded"))
}
