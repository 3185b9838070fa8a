//! Decisions and their records, on programs written out: what determines them, in which order, and who is told what.

use super::asm::assemble;
use super::judge::{HOST, call, decide, load, text};
use super::{SAMPLE, random};
use policyc_runtime::program::verify::VerifyError;
use policyc_runtime::trace::{Event, Truth};
use policyc_runtime::{Call, Decision, Host, LiveSchema, LoadError, Pdp, Requirements, Vm};
use proptest::prelude::*;

/// A tool whose arguments switch statements on: `deny: true` lets `d` match, and so on.
const SWITCHES: &str = r#"
tool s.t { deny?: true -> r0, hide?: true -> r1, ask?: true -> r2, maybe?: true -> r3, allow?: true -> r4, rail_deny?: true -> r5, rail_ask?: true -> r6, shadow?: true -> r7 }
deny a_deny because "No."
deny b_hide hide
ask c_ask from "lead" quorum 2 within 5000 because "Ask first."
ask d_maybe from "boss" within 4000
allow e_allow
deny rail/deny guardrail
ask rail/ask guardrail from "security" within 6000
deny f_shadow shadow
code s.t
  present r5 s1
  match rail/deny
s1:
  present r0 s2
  match a_deny
s2:
  present r1 s3
  match b_hide
s3:
  present r7 s4
  match f_shadow
s4:
  end_denies
  present r6 s5
  match rail/ask
s5:
  present r2 s6
  match c_ask grants
s6:
  present r3 s7
  match d_maybe
s7:
  present r4 s8
  match e_allow
s8:
  end
list s.t
  match e_allow
  end
"#;

/// Which keys of `SWITCHES` are on, and the decision.
#[test]
fn effects_combine() {
    for (on, expected) in [
        ("", "deny by default_deny"),
        ("allow", "allow by e_allow"),
        ("ask", "ask by c_ask"),
        ("maybe", "deny by default_deny"),
        ("rail_ask", "deny by default_deny"),
        ("rail_ask maybe", "deny by default_deny"),
        ("deny", "deny by a_deny"),
        ("hide", "deny by b_hide"),
        ("shadow", "deny by default_deny"),
        ("allow shadow", "allow by e_allow"),
        ("allow ask", "ask by c_ask"),
        ("allow maybe", "ask by d_maybe"),
        ("ask maybe", "ask by c_ask, d_maybe"),
        ("allow rail_ask", "ask by rail/ask"),
        ("ask rail_ask", "ask by rail/ask, c_ask"),
        ("allow deny", "deny by a_deny"),
        ("allow rail_deny", "deny by rail/deny"),
        ("deny hide rail_deny ask allow rail_ask", "deny by rail/deny, a_deny, b_hide"),
    ] {
        let args: Vec<String> = on.split_whitespace().map(|key| format!("\"{key}\":true")).collect();
        assert_eq!(decide(SWITCHES, "s.t", &format!("{{{}}}", args.join(","))), expected, "{on}");
    }
}

#[test]
fn an_ask_states_the_terms_of_every_matching_ask() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let args = r#"{"ask":true,"maybe":true,"allow":true,"rail_ask":true}"#;
    let decided = vm.decide(&pdp, &call("s.t", args), &HOST);
    let terms: Vec<_> = decided
        .approvals()
        .map(|a| (a.statement.id.as_str(), a.terms.from.join("+"), a.terms.quorum, a.terms.within_ms))
        .collect();
    assert_eq!(
        terms,
        [
            ("rail/ask", "security".to_owned(), 1, Some(6000)),
            ("c_ask", "lead".to_owned(), 2, Some(5000)),
            ("d_maybe", "boss".to_owned(), 1, Some(4000)),
        ]
    );
    assert_eq!(decided.within_ms(), Some(4000));
    for args in [r#"{"allow":true}"#, r#"{"ask":true,"deny":true}"#, r#"{"maybe":true}"#] {
        let decided = vm.decide(&pdp, &call("s.t", args), &HOST);
        assert_eq!((decided.approvals().count(), decided.within_ms()), (0, None), "{args}");
    }
}

#[test]
fn a_default_deny_names_the_asks_that_were_unknown() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let decided = vm.decide(&pdp, &call("s.t", r#"{"maybe":true,"rail_ask":true}"#), &HOST);
    assert_eq!(decided.unknown_asks().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["d_maybe"]);
}

#[test]
fn shadows_are_reported_apart() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let decided = vm.decide(&pdp, &call("s.t", r#"{"shadow":true,"allow":true}"#), &HOST);
    assert_eq!(decided.shadows().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["f_shadow"]);
    assert_eq!(text(&decided), "allow by e_allow");
}

#[test]
fn a_record_says_what_an_auditor_asks() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let decided = vm.decide(&pdp, &call("s.t", r#"{"deny":true}"#), &HOST);
    let reason = decided.reasons().next().unwrap();
    assert_eq!(
        (reason.id(), reason.kind(), reason.message(), reason.guardrail()),
        ("a_deny", "rule", "No.", false)
    );
    let position = pdp.program().position(reason.span().unwrap()).unwrap();
    assert_eq!(position.to_string(), "test.policy:1:1");
    assert_eq!((decided.policy(), decided.program()), ("test", pdp.digest()));
    assert!(decided.instructions() > 0 && decided.instructions() <= pdp.program().cost.bound(13 + 2 + 2));
}

#[test]
fn denies_end_the_decision_and_a_trace_goes_on() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let args = r#"{"deny":true,"allow":true}"#;
    let short = vm.decide(&pdp, &call("s.t", args), &HOST);
    let (used, matched) = (short.instructions(), short.matched().len());
    let mut events = Vec::new();
    let full = vm.decide_traced(&pdp, &call("s.t", args), &HOST, &mut |event| events.push(event));
    assert_eq!(text(&full), "deny by a_deny");
    assert!(full.instructions() > used);
    assert_eq!((matched, full.matched().len()), (1, 2));
    let matched = |event: &Event| matches!(event, Event::Matched { .. });
    assert_eq!(events.iter().filter(|event| matched(event)).count(), 2);
    assert_eq!(events.last(), Some(&Event::Decision(Decision::Deny)));
    assert!(events.contains(&Event::Test { pc: 0, value: Truth::False, holds: false }));
    assert!(events.iter().any(|event| matches!(event, Event::Statement { .. })));
}

#[test]
fn a_trace_shows_elements() {
    let pdp = load(
        "tool s.t { xs: [string -> r0] -> r0 }\nallow ok\ncode s.t\nloop r0 d0 - out\nin:\neq_string e0.0 \"b\" on\nmatch ok\njump out\non:\nnext d0 in\nout:\nend\nlist s.t\nend",
    );
    let mut events = Vec::new();
    let mut vm = Vm::new(&pdp);
    let args = r#"{"xs":["a","b","c"]}"#;
    vm.decide_traced(&pdp, &call("s.t", args), &HOST, &mut |event| events.push(event));
    let elements: Vec<_> = events
        .iter()
        .filter_map(
            |event| if let Event::Element { index, len, .. } = event { Some((*index, *len)) } else { None },
        )
        .collect();
    assert_eq!(elements, [(0, 3), (1, 3)]);
}

/// A program that declares principal, session and time.
const HOSTED: &str = r#"
principal { id: string -> r0, .. }
session { customer: string -> r1, .. }
now r2
tool s.t { amount: integer -> r3 }
allow ok
code s.t
  compare_number r2 >= 1000 no
  eq_string r0 "agent" no
  eq_string r1 "cus" no
  match ok
no:
  end
list s.t
  match ok
  end
"#;

#[test]
fn what_denies_before_the_policy_is_reported_in_order() {
    let pdp = load(HOSTED);
    let mut vm = Vm::new(&pdp);
    let good =
        Host { principal: br#"{"id":"agent"}"#, session: br#"{"customer":"cus"}"#, now_ms: Some(1000) };
    let bad = Host { principal: b"[]", session: b"", now_ms: None };
    let mut check = |tool: &str, schema: LiveSchema, args: &str, host: &Host<'_>, expected: &str| {
        let call = Call { schema, ..call(tool, args) };
        let decided = vm.decide(&pdp, &call, host);
        assert_eq!(text(&decided), expected, "{tool} {schema:?} {args} {host:?}");
        if expected.starts_with("deny by bad") {
            assert!(decided.detail().is_some_and(|detail| !detail.is_empty()), "{expected} without detail");
        }
    };
    let locked = LiveSchema::Locked;
    let (same, other) = (LiveSchema::Digest([1; 32]), LiveSchema::Digest([2; 32]));
    check("s.t", locked, r#"{"amount":1}"#, &good, "allow by ok");
    check("s.t", same, r#"{"amount":1}"#, &good, "allow by ok");
    check("s.u", other, "", &bad, "deny by unknown_tool");
    check("S.t", other, "", &bad, "deny by unknown_tool");
    check("s.t", other, "", &bad, "deny by schema_changed");
    check("s.t", LiveSchema::Unverified, "", &bad, "deny by schema_unverified");
    check("s.t", locked, r#"{"amount":1,"amount":1}"#, &bad, "deny by bad_request");
    check("s.t", locked, r#"{"amount":"1"}"#, &bad, "deny by bad_arguments");
    check("s.t", locked, r#"{"amount":1,"more":1}"#, &bad, "deny by bad_arguments");
    check("s.t", locked, "{}", &bad, "deny by bad_arguments");
    check("s.t", locked, r#"{"amount":1}"#, &bad, "deny by bad_context");
    let no_session = Host { session: b"{}", ..good };
    check("s.t", locked, r#"{"amount":1}"#, &no_session, "deny by bad_context");
    let no_time = Host { now_ms: None, ..good };
    check("s.t", locked, r#"{"amount":1}"#, &no_time, "deny by bad_context");
    let early = Host { now_ms: Some(999), ..good };
    check("s.t", locked, r#"{"amount":1}"#, &early, "deny by default_deny");
    // What the policy does not declare is the host's own business.
    let more = Host { principal: br#"{"id":"agent","role":[1,{}]}"#, ..good };
    check("s.t", locked, r#"{"amount":1}"#, &more, "allow by ok");
    // But it must be JSON that all readers agree on.
    let twice = Host { principal: br#"{"id":"agent","id":"agent"}"#, ..good };
    check("s.t", locked, r#"{"amount":1}"#, &twice, "deny by bad_context");
}

#[test]
fn bound_host_values_hold_for_every_call() {
    let pdp = load(HOSTED);
    let mut vm = Vm::new(&pdp);
    let (principal, session) = (br#"{"id":"\u0061gent"}"#, br#"{"customer":"cus"}"#);
    let mut bound = vm.bind(&pdp, principal, session);
    let good = call("s.t", r#"{"amount":1}"#);
    for _ in 0..3 {
        assert_eq!(text(&bound.decide(&good, Some(1000))), "allow by ok");
        assert_eq!(text(&bound.decide(&good, Some(999))), "deny by default_deny");
        assert_eq!(text(&bound.decide(&call("s.t", "{}"), Some(1000))), "deny by bad_arguments");
        assert_eq!(text(&bound.decide(&call("s.u", "{}"), Some(1000))), "deny by unknown_tool");
    }
    let mut bound = vm.bind(&pdp, b"{}", session);
    assert_eq!(text(&bound.decide(&call("s.t", "{}"), Some(1000))), "deny by bad_arguments");
    let decided = bound.decide(&good, Some(1000));
    assert_eq!(text(&decided), "deny by bad_context");
    assert_eq!(decided.detail().unwrap(), "principal field `id` is missing");
}

#[test]
fn the_budget_is_counted_in_instructions() {
    let mut program = assemble(
        "tool s.t { xs: [string -> r0] -> r0 }\nallow ok\ncode s.t\nloop r0 d0 - out\nin:\npresent e0.0 out\nnext d0 in\nout:\nmatch ok\nend\nlist s.t\nend",
    );
    // `loop`, three times `present` and `next`, `match`, `end`.
    for (cap, expected) in [(9, "allow by ok"), (8, "deny by budget_exceeded")] {
        program.caps.instructions = cap;
        let pdp = Pdp::from_program(program.clone(), &Requirements::default()).unwrap();
        let mut vm = Vm::new(&pdp);
        let decided = vm.decide(&pdp, &call("s.t", r#"{"xs":["a","b","c"]}"#), &HOST);
        assert_eq!(text(&decided), expected);
        assert_eq!(decided.instructions(), cap);
    }
}

#[test]
fn long_searches_cost_what_they_take() {
    let pdp = load(
        "tool s.t { text: string -> r0, parts: [string -> r0] -> r1 }\nallow ok\ncode s.t\nloop r1 d0 - out\nin:\ncontains_reg r0 e0.0 on\njump out\non:\nnext d0 in\nout:\nmatch ok\nend\nlist s.t\nend",
    );
    let mut vm = Vm::new(&pdp);
    let parts = vec!["\"b\""; 1000].join(",");
    let args = format!(r#"{{"text":"{}","parts":[{parts}]}}"#, "a".repeat(6400));
    let decided = vm.decide(&pdp, &call("s.t", &args), &HOST);
    // A thousand searches through 6,400 bytes.
    assert!(decided.instructions() >= 100_000, "{}", decided.instructions());
    assert!(decided.instructions() <= pdp.program().cost.bound(args.len() as u64 + 4));
}

/// A principal that may see one of three tools.
const LISTS: &str = r#"
principal { role?: string -> r0, .. }
tool s.seen { x?: number } registers 1
tool s.admin { x?: number } registers 1
tool s.hidden { x?: number } registers 1
tool s.rail { x?: number } registers 1
allow ok
ask admin_only from "lead"
deny gone hide
ask rail/x guardrail from "lead"
allow tried shadow
code s.seen s.admin s.hidden s.rail
  end
list s.seen
  match ok
  end
list s.admin
  present r0 other
  match admin_only
other:
  match tried
  end
list s.hidden
  match gone
  match ok
  end
list s.rail
  match rail/x
  end
"#;

#[test]
fn lists_show_what_can_be_permitted() {
    let pdp = load(LISTS);
    let mut vm = Vm::new(&pdp);
    let mut names = |principal: &str| -> Vec<String> {
        vm.list(&pdp, principal.as_bytes()).unwrap().iter().map(|tool| tool.name.clone()).collect()
    };
    assert_eq!(names("{}"), ["seen"]);
    assert_eq!(names(r#"{"role":"x"}"#), ["admin", "seen"]);
    let error = vm.list(&pdp, br#"{"role":1}"#).unwrap_err();
    assert_eq!(error.to_string(), "principal field `role` is a number where a string is required");
}

#[test]
fn what_cannot_be_seen_does_not_exist() {
    let pdp = load(LISTS);
    let mut vm = Vm::new(&pdp);
    let mut message = |tool: &str, args: &str, schema| {
        let call = Call { schema, ..call(tool, args) };
        vm.decide(&pdp, &call, &HOST).agent_message().into_owned()
    };
    let unknown = message("s.nothing", "{}", LiveSchema::Locked);
    assert_eq!(unknown, "unknown tool");
    for tool in ["s.hidden", "s.admin", "s.rail"] {
        for args in ["{}", r#"{"x":"1"}"#, "{"] {
            for schema in [LiveSchema::Locked, LiveSchema::Unverified, LiveSchema::Digest([9; 32])] {
                assert_eq!(message(tool, args, schema), unknown, "{tool} {args} {schema:?}");
            }
        }
    }
    assert_eq!(message("s.seen", "{}", LiveSchema::Locked), "denied by policy");
    assert_eq!(
        message("s.seen", r#"{"x":"1"}"#, LiveSchema::Locked),
        "argument `x` is a string where a number is required"
    );
    let unverified = message("s.seen", "{}", LiveSchema::Unverified);
    assert_eq!(unverified, "the tool's definition has not been seen on this connection");
}

#[test]
fn agents_hear_the_authors_words() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let mut message = |args: &str| vm.decide(&pdp, &call("s.t", args), &HOST).agent_message().into_owned();
    assert_eq!(message(r#"{"deny":true}"#), "denied by policy: No.");
    assert_eq!(message(r#"{"ask":true}"#), "this call waits for an approval: Ask first.");
    assert_eq!(message(r#"{"maybe":true,"allow":true}"#), "this call waits for an approval");
    assert_eq!(message(r#"{"allow":true}"#), "allowed");
}

#[test]
fn messages_are_read_strictly() {
    let pdp = load(SWITCHES);
    let mut vm = Vm::new(&pdp);
    let good = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\u0074","arguments":{"allow":true}}}"#;
    for (message, expected) in [
        (good.to_owned(), "allow by e_allow"),
        (good.replace("true", "true,\"allow\":true"), "deny by bad_request"),
        (good.replace("\"id\":1", "\"id\":1,\"id\":2"), "deny by bad_request"),
        (format!("[{good}]"), "deny by bad_request"),
        (good.replace("tools/call", "tools/list"), "deny by bad_request"),
        (good.replace("\\u0074", "u"), "deny by unknown_tool"),
        (good.replace("\"allow\":true", "\"other\":1"), "deny by bad_arguments"),
        (good.replace(r#","arguments":{"allow":true}"#, ""), "deny by default_deny"),
    ] {
        let decided = vm.decide_message(&pdp, "s", message.as_bytes(), LiveSchema::Locked, &HOST);
        assert_eq!(text(&decided), expected, "{message}");
        let refused = decided.built_in().is_some_and(|reason| reason.code().starts_with("bad"));
        assert_eq!(decided.detail().is_some(), refused, "{message}");
    }
    let decided = vm.decide_message(&pdp, "s", good.as_bytes(), LiveSchema::Locked, &HOST);
    assert_eq!(decided.args(), br#"{"allow":true}"#);
    // Whether the tool exists does not show in the answer to what cannot be read.
    for tool in ["t", "u"] {
        let message = good.replace("\\u0074", tool).replace("true", "true,\"allow\":true");
        let decided = vm.decide_message(&pdp, "s", message.as_bytes(), LiveSchema::Locked, &HOST);
        assert_eq!(decided.agent_message(), "member `params.arguments.allow` occurs twice");
    }
}

#[test]
fn what_is_forwarded_is_the_canonical_form() {
    let pdp = load(SWITCHES);
    let mut out = b"old".to_vec();
    pdp.canonical_args(br#" { "b" : 1.0, "a":"\u0078" } "#, &mut out).unwrap();
    assert_eq!(out, br#"{"a":"x","b":1}"#);
    assert!(pdp.canonical_args(br#"{"a":1,"a":1}"#, &mut out).is_err());
}

#[test]
fn a_host_can_require_guardrails() {
    let mut program = assemble(SWITCHES);
    program.guardrails = vec![[1; 32], [2; 32]];
    let bytes = program.to_bytes();
    let load = |guardrails: &[[u8; 32]]| Pdp::load(&bytes, &Requirements { guardrails }).map(|_| ());
    assert_eq!(load(&[]), Ok(()));
    assert_eq!(load(&[[2; 32], [1; 32]]), Ok(()));
    let error = load(&[[1; 32], [3; 32]]).unwrap_err();
    assert_eq!(error, LoadError::MissingGuardrails { digest: [3; 32] });
    assert!(error.to_string().contains(&"03".repeat(32)));
    program.cost.constant = 0;
    let error = Pdp::load(&program.to_bytes(), &Requirements::default()).unwrap_err();
    assert!(matches!(error, LoadError::Unverified(VerifyError { place: "header", .. })));
}

#[test]
fn a_loaded_program_is_shared_between_threads() {
    const fn shared<T: Send + Sync>() {}
    const fn sent<T: Send>() {}
    shared::<Pdp>();
    sent::<Vm>();
    let pdp = load(SWITCHES);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut vm = Vm::new(&pdp);
                for _ in 0..100 {
                    assert_eq!(
                        text(&vm.decide(&pdp, &call("s.t", r#"{"allow":true}"#), &HOST)),
                        "allow by e_allow"
                    );
                }
            });
        }
    });
}

#[test]
fn one_vm_serves_programs_of_any_size() {
    let (small, large) = (load(LISTS), load(SWITCHES));
    let mut vm = Vm::default();
    for _ in 0..3 {
        assert_eq!(text(&vm.decide(&small, &call("s.seen", "{}"), &HOST)), "deny by default_deny");
        assert_eq!(text(&vm.decide(&large, &call("s.t", r#"{"allow":true}"#), &HOST)), "allow by e_allow");
    }
    vm.release();
    assert_eq!(text(&vm.decide(&large, &call("s.t", r#"{"ask":true}"#), &HOST)), "ask by c_ask");
}

proptest! {
    #[test]
    fn records_do_not_depend_on_spelling(keys in prop::collection::btree_set(0..8_usize, 0..8), seed in any::<u64>()) {
        // T2: members in any order, white space, escapes.
        let names = ["deny", "hide", "ask", "maybe", "allow", "rail_deny", "rail_ask", "shadow"];
        let mut source = random::Source(seed);
        let mut members: Vec<String> = keys.iter().map(|key| format!("\"{}\":true", names[*key])).collect();
        let plain = format!("{{{}}}", members.join(","));
        for at in (1..members.len()).rev() {
            members.swap(at, source.below(at + 1));
        }
        let odd = members.join(" ,\t").replace('a', "\\u0061").replace(":", "\n: ");
        let pdp = load(SWITCHES);
        let (mut left, mut right) = (Vm::new(&pdp), Vm::new(&pdp));
        let odd = format!(" {{{odd}\r}}");
        let (left, right) = (left.decide(&pdp, &call("s.t", &plain), &HOST), right.decide(&pdp, &call("s.t", &odd), &HOST));
        prop_assert_eq!(text(&left), text(&right));
        prop_assert_eq!(left.matched(), right.matched());
        prop_assert_eq!(left.instructions(), right.instructions());
    }

    #[test]
    fn any_bytes_are_decided(args in prop::collection::vec(any::<u8>(), 0..60), principal in ".{0,20}", tool in 0..3_usize) {
        let pdp = load(SAMPLE);
        let mut vm = Vm::new(&pdp);
        let (server, tool) = [("shop", "refund"), ("web", "get"), ("x", "y")][tool];
        let call = Call { server, tool, args: &args, schema: LiveSchema::Locked };
        let host = Host { principal: principal.as_bytes(), session: b"{}", now_ms: None };
        let decided = vm.decide(&pdp, &call, &host);
        prop_assert_eq!(decided.decision(), Decision::Deny);
        prop_assert!(decided.reasons().count() == 1 && !decided.agent_message().is_empty());
    }
}
