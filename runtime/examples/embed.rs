//! Decides one call and prints why. Make the program with `policyc build support.policy -o support.plcy`, then
//! `cargo run --example embed -- support.plcy SERVER TOOL '{"amount": 5}' '{"id": "agent-7"}' '{"customer_id": "cus_1"}'`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [path, server, tool, args, principal, session] = args.as_slice() else {
        return Err("usage: embed PROGRAM SERVER TOOL ARGS PRINCIPAL SESSION".into());
    };
    let pdp = Pdp::load(&std::fs::read(path)?, &Requirements::default())?;
    let mut vm = Vm::new(&pdp);
    // A gateway passes the digest of the tool's live definition instead of `Locked`.
    let call = Call { server, tool, args: args.as_bytes(), schema: LiveSchema::Locked };
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis()).ok();
    let host = Host { principal: principal.as_bytes(), session: session.as_bytes(), now_ms };
    let decided = vm.decide(&pdp, &call, &host);
    println!("{}", decided.decision());
    for reason in decided.reasons() {
        let place = reason.span().and_then(|span| pdp.program().position(span));
        let place = place.map_or(String::new(), |place| format!(" ({place})"));
        println!("  {} `{}`{place}: {}", reason.kind(), reason.id(), reason.message());
    }
    decided.detail().iter().for_each(|detail| println!("  {detail}"));
    for approval in decided.approvals() {
        println!("  approval: {} of {}", approval.terms.quorum, approval.terms.from.join(" or "));
    }
    if decided.decision() != Decision::Deny {
        let mut forward = Vec::new();
        pdp.canonical_args(decided.args(), &mut forward).map_err(|_| "refused")?;
        println!("  forward {}", String::from_utf8_lossy(&forward));
    }
    let listed = vm.list(&pdp, principal.as_bytes())?;
    println!("listed: {}", listed.iter().map(|tool| &*tool.name).collect::<Vec<_>>().join(", "));
    Ok(())
}
