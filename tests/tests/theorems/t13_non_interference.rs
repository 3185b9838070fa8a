//! T13: principal, session and time do not depend on the request. Where no statement reads the arguments, arguments that fit change nothing;
//! and members of a message that are named like the host's values are never read.

use crate::common::{Loaded, host, policies, requests, shown, text};
use policyc_runtime::{LiveSchema, Vm};
use policyc_tests::differential::outcome;
use policyc_tests::generate::{ItemKind, build};

#[test]
fn t13_arguments_that_nothing_reads_change_nothing() {
    let (mut compared, mut built_count) = (0, 0);
    for (built, mut rng) in policies(6, 50) {
        let mut source = built.source.clone();
        source.items.retain(|item| item.kind == ItemKind::Frame || !item.text.contains("args"));
        let Some(bare) = build(source) else { continue };
        built_count += 1;
        let mut loaded = Loaded::new(&bare.indexed);
        let all = requests(&bare.source, &mut rng, 40);
        for request in &all {
            let first = loaded.decide(request);
            for other in
                all.iter().filter(|other| other.tool == request.tool && other.server == request.server)
            {
                let mut mixed = request.clone();
                mixed.args.clone_from(&other.args);
                let second = loaded.decide(&mixed);
                let of_args = |id: &str| matches!(id, "bad_request" | "bad_arguments");
                if of_args(&first.reasons[0].id) || of_args(&second.reasons[0].id) {
                    continue;
                }
                assert_eq!(first, second, "{}\n{}", shown(request), text(&other.args));
                compared += 1;
            }
        }
    }
    println!("T13: {compared} pairs of arguments decided alike under {built_count} policies");
    assert!(compared > 5_000);
}

#[test]
fn t13_host_values_in_a_message_are_not_read() {
    let mut compared = 0;
    for (built, mut rng) in policies(7, 40) {
        let mut loaded = Loaded::new(&built.indexed);
        let mut vm = Vm::default();
        let all = requests(&built.source, &mut rng, 40);
        for (request, foreign) in all.iter().zip(all.iter().rev()) {
            let Ok(args) = std::str::from_utf8(&request.args) else { continue };
            let (principal, session) = (text(&foreign.principal), text(&foreign.session));
            // Host values that break the message's JSON would be refused for that.
            if serde_json::from_str::<serde_json::Value>(&principal).is_err()
                || serde_json::from_str::<serde_json::Value>(&session).is_err()
            {
                continue;
            }
            let tool = serde_json::Value::from(request.tool.as_str());
            let message = |extra: &str| {
                format!(
                    "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":{tool},\"arguments\":{args}{extra}}}}}"
                )
            };
            let forged = message(&format!(
                ",\"_meta\":{{\"principal\":{principal}}},\"principal\":{principal},\"session\":{session},\"now\":0"
            ));
            let plain = message("");
            let mut decide = |message: &str| {
                let record = vm.decide_message(
                    &loaded.pdp,
                    &request.server,
                    message.as_bytes(),
                    LiveSchema::Locked,
                    &host(request),
                );
                outcome(&record)
            };
            let (honest, lying) = (decide(&plain), decide(&forged));
            // Numbers that readers disagree about and keys that stand twice are refused wherever they stand.
            if lying.reasons[0].id != "bad_request" {
                assert_eq!(honest, lying, "{plain}\n{forged}");
                compared += 1;
            }
            // The message decides as its arguments do, unless it is no message at all.
            let direct = loaded.decide(request);
            if honest.reasons[0].id != "bad_request" {
                assert_eq!(honest, direct, "{plain}");
            }
        }
    }
    println!("T13: {compared} messages with forged host values decided as without them");
    assert!(compared > 800);
}
