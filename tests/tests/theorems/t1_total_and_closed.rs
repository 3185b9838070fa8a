//! T1: for every request, host value and program that loads, evaluation halts within the cost that the header states, does not panic, and
//! gives exactly one decision with at least one reason. Allow and Ask mean that the request is strict JSON, fits the schema, names a
//! tool of the lock, and that the live definition is the locked one.

use crate::common::{Loaded, host, policies, requests, shown};
use policyc_compiler::schema::accepts;
use policyc_runtime::program::Effect;
use policyc_runtime::views::is_clean;
use policyc_runtime::{Call, LiveSchema, Pdp, Program, Requirements, Vm};
use policyc_tests::generate::Rng;
use policyc_tests::oracle::{Caps, parse};

#[test]
fn t1_decisions_are_total_bounded_and_closed() {
    let (mut decided, mut permitted) = (0, 0);
    for (built, mut rng) in policies(11, 100) {
        let mut loaded = Loaded::new(&built.indexed);
        let longest = built.indexed.strings.iter().map(String::len).max().unwrap_or(0);
        let mut vm = Vm::default();
        for request in requests(&built.source, &mut rng, 80) {
            let call = Call {
                server: &request.server,
                tool: &request.tool,
                args: &request.args,
                schema: LiveSchema::Locked,
            };
            let record = vm.decide(&loaded.pdp, &call, &host(&request));
            let bytes = request.args.len() + request.principal.len() + request.session.len() + longest;
            let bound = built.indexed.cost.bound(u64::try_from(bytes).unwrap());
            assert!(
                record.instructions() <= bound,
                "{} > {bound}: {}",
                record.instructions(),
                shown(&request)
            );
            assert!(record.reasons().count() >= 1);
            decided += 1;
            if record.decision().effect() == Effect::Deny {
                continue;
            }
            permitted += 1;
            let tool = built.tool(&request.server, &request.tool).unwrap();
            assert!(parse(&request.args, Caps::default()).is_some(), "{}", shown(&request));
            let value = serde_json::from_slice(&request.args).unwrap();
            assert!(accepts(&tool.args, &value), "{}", shown(&request));
            let digest = tool.digest;
            let mut other = digest;
            other[0] ^= 1;
            for (schema, reason) in [
                (LiveSchema::Unverified, Some("schema_unverified")),
                (LiveSchema::Digest(other), Some("schema_changed")),
                (LiveSchema::Digest(digest), None),
            ] {
                let again = loaded.decide_as(&request, schema);
                assert_eq!(again.decision == Effect::Deny, reason.is_some());
                assert!(reason.is_none_or(|reason| again.reasons[0].id == reason));
            }
        }
    }
    println!("T1: {decided} decisions, {permitted} permitted");
    assert!(permitted > 1_000);
}

/// Random bytes as arguments and host values.
#[test]
fn t1_any_bytes_are_decided() {
    let mut decided = 0;
    for (built, mut rng) in policies(12, 30) {
        let mut loaded = Loaded::new(&built.indexed);
        for mut request in requests(&built.source, &mut rng, 60) {
            for part in [&mut request.args, &mut request.principal, &mut request.session] {
                if rng.chance(50) {
                    scramble(part, &mut rng);
                }
            }
            let outcome = loaded.decide(&request);
            assert!(!outcome.reasons.is_empty());
            decided += 1;
        }
    }
    println!("T1: {decided} decisions on scrambled bytes");
    assert!(decided > 1_000);
}

fn scramble(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(bytes.len());
        let any = u8::try_from(rng.below(256)).unwrap();
        let structural = *rng.pick(b"{}[]\":,\\0-e.ntf").unwrap();
        match rng.below(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, structural),
            2 if at < bytes.len() => bytes[at] = any,
            3 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.insert(at, any),
        }
    }
}

/// Program files with changed bytes and a digest that is made to fit: refused, or harmless.
#[test]
fn t1_mutants_of_programs_are_refused_or_harmless() {
    let (mut refused, mut loaded) = (0, 0);
    for (built, mut rng) in policies(13, 25) {
        let bytes = built.indexed.to_bytes();
        let requests = requests(&built.source, &mut rng, 12);
        for _ in 0..120 {
            let mut mutant = bytes.clone();
            for _ in 0..1 + rng.below(3) {
                let at = 10 + rng.below(mutant.len() - 42);
                mutant[at] = if rng.chance(50) {
                    mutant[at] ^ (1 << rng.below(8))
                } else {
                    u8::try_from(rng.below(256)).unwrap()
                };
            }
            let body = mutant.len() - 32;
            let digest = *blake3::hash(&mutant[..body]).as_bytes();
            mutant[body..].copy_from_slice(&digest);
            let Ok(pdp) = Pdp::load(&mutant, &Requirements::default()) else {
                refused += 1;
                continue;
            };
            loaded += 1;
            harmless(&pdp, &requests);
        }
        // Without a fitting digest nothing loads.
        let mut broken = bytes.clone();
        let at = rng.below(broken.len());
        broken[at] ^= 1 << rng.below(8);
        assert!(Pdp::load(&broken, &Requirements::default()).is_err());
    }
    println!("T1: {refused} mutants refused, {loaded} loaded and harmless");
    assert!(refused > 300 && loaded > 150);
}

fn harmless(pdp: &Pdp, requests: &[policyc_tests::generate::Request]) {
    let mut vm = Vm::new(pdp);
    let program: &Program = pdp.program();
    let longest = program.strings.iter().map(String::len).max().unwrap_or(0);
    for request in requests {
        let call = Call {
            server: &request.server,
            tool: &request.tool,
            args: &request.args,
            schema: LiveSchema::Locked,
        };
        let record = vm.decide(pdp, &call, &host(request));
        let bytes = request.args.len() + request.principal.len() + request.session.len() + longest;
        let bound = program.cost.bound(u64::try_from(bytes).unwrap());
        assert!(record.instructions() <= bound.min(program.caps.instructions));
        // Whatever is said to people is text that can be shown.
        assert!(record.reasons().count() >= 1 && !record.agent_message().is_empty());
        let _shown = is_clean(&record.detail().unwrap_or_default());
        let _listed = vm.list(pdp, &request.principal);
    }
}
