//! Takes one call through a gate, from decision to outcome. The state is a file, so that the next run remembers this one:
//! `cargo run -p policyc-store --example gate -- orders.plcy state.redb shop cancel_order '{"id": "7"}' '{"id": "agent-7"}' '{}' '{"content": []}'`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use policyc_runtime::gate::{Asked, Consent, Gate};
use policyc_runtime::number::Decimal;
use policyc_runtime::result::{Body, Sent};
use policyc_runtime::state::Who;
use policyc_runtime::state::recover::recover;
use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_store::Durable;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [program, state, server, tool, args, principal, session, result] = args.as_slice() else {
        return Err("usage: gate PROGRAM STATE SERVER TOOL ARGS PRINCIPAL SESSION RESULT".into());
    };
    let pdp = Pdp::load(&std::fs::read(program)?, &Requirements::default())?;
    let store = Durable::open_or_create(state)?;
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    // Whatever was in flight when this host stopped has an outcome that nobody knows.
    recover(&store, now_ms, |_| true)?;
    let (gate, mut vm) = (Gate { pdp: &pdp, store: &store }, Vm::new(&pdp));
    // A gateway passes the digest of the tool's live definition instead of `Locked`, and handles that it has minted.
    let call = Call { server, tool, args: args.as_bytes(), schema: LiveSchema::Locked };
    let host = Host { principal: principal.as_bytes(), session: session.as_bytes(), now_ms: Some(now_ms) };
    let who = Who { principal: principal.as_bytes(), session: session.as_bytes() };

    let (decided, admitted) = gate.admit(&mut vm, &call, &host, &who, Consent::None)?;
    println!("{}", decided.decision());
    decided.reasons().for_each(|reason| println!("  by {}: {}", reason.id(), reason.message()));
    for usage in decided.usage() {
        let number = |units| Decimal::from_units(units).unwrap_or_default();
        println!("  {}: {} of {} before it", usage.statement.id, number(usage.used), number(usage.max));
    }
    let asks = decided.decision() == Decision::Ask;
    let Some(admitted) = admitted else {
        if asks
            && let Asked::Waiting { deadline_ms, .. } = gate.ask(&mut vm, &call, &host, &who, b"agent-7")?
        {
            println!("  people are asked until {deadline_ms}");
        }
        return Ok(());
    };
    // Here a gateway sends the canonical arguments, and waits.
    let answered = gate.answer(&mut vm, &admitted, &call, &host, Sent::Result(result.as_bytes()))?;
    answered.learned.unfit.iter().for_each(|why| println!("  it teaches nothing: {why}"));
    match answered.shown.body {
        Body::Result(bytes) | Body::Error(bytes) => println!("  shown: {}", String::from_utf8_lossy(&bytes)),
        Body::Withheld(why) => println!("  withheld: {why}"),
    }
    Ok(())
}
