//! A store that remembers much. In: the program of P6, a number of keys. Out: a store in memory that has learned so many.

use crate::Failure;
use crate::product::parts;
use policyc_runtime::gate::{Consent, Gate, Outcome};
use policyc_runtime::state::Who;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Vm};
use policyc_workload::{p2, p6};

/// When everything happens, UTC milliseconds.
pub const NOW: i64 = 1_798_761_600_000;
/// Whose memory decisions read.
pub const WHO: Who<'static> = Who { principal: b"agent-7", session: b"session-1" };
/// A session remembers so many; a host has many sessions.
const PER_SESSION: u64 = 1_000;

/// A store that has learned so many customers, a thousand of them in each session.
///
/// # Errors
/// A call that teaches is not admitted, or teaches nothing.
pub fn learned(pdp: &Pdp, keys: u64) -> Result<policyc_store::Memory, Failure> {
    let store = policyc_store::Memory::new();
    let gate = Gate { pdp, store: &store };
    let mut vm = Vm::new(pdp);
    let requests = p2::requests(6, 10, 1);
    let Some(request) = requests.first() else { return Ok(store) };
    let (_, host) = parts(request);
    let host = Host { now_ms: Some(NOW), ..host };
    for i in 0..keys {
        let other = format!("session-{}", 1 + i / PER_SESSION);
        let who = Who { session: other.as_bytes(), ..WHO };
        let (args, result) = (p6::args(i), p6::result(i));
        let call =
            Call { server: p6::SERVER, tool: p6::READ, args: args.as_bytes(), schema: LiveSchema::Locked };
        let admitted = gate.admit(&mut vm, &call, &host, &who, Consent::None).map_err(|e| e.to_string())?.1;
        let admitted = admitted.ok_or("a call that teaches is not admitted")?;
        let outcome = Outcome::Success { result: result.as_bytes(), text: b"" };
        let learned = gate.outcome(&mut vm, &admitted, &call, &host, &outcome).map_err(|e| e.to_string())?;
        if learned.changes.is_empty() {
            return Err(format!("customer {i} was not learned: {:?}", learned.unfit));
        }
    }
    Ok(store)
}
