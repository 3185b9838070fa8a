//! What is remembered: every instruction that reads or changes it, through a gate. In: a program, and a run as text. Out: its decisions.

use super::asm::assemble;
use super::judge::{call, load, text};
use policyc_runtime::gate::{Admitted, Consent, Gate, Outcome};
use policyc_runtime::state::Who;
use policyc_runtime::{Host, Vm};
use policyc_store::Memory;

/// A tool that is always allowed (`s.t`), and one that is allowed where `code` goes on (`s.read`).
fn source(declarations: &str, admit: &str, learn: &str, code: &str) -> String {
    let admit = if admit.is_empty() { String::new() } else { format!("admission s.t\n{admit}\nend") };
    let learn = if learn.is_empty() { String::new() } else { format!("learning s.t {learn}\nend") };
    format!(
        "now r0
tool s.t {{ k?: number | string -> r1, n?: number -> r2 }} registers 9
tool s.read {{ k?: number | string -> r1, n?: number -> r2 }} registers 9
allow yes
{declarations}
code s.t
match yes
end
{admit}
{learn}
code s.read
{code}
match yes
no:
end_statements
end
list s.t s.read
end"
    )
}

const WHO: Who<'static> = Who { principal: b"p", session: b"s" };

/// A run: one step per line. `1500: s.t {…} => ok {…}` calls at a time and tells the outcome (`ok` and a result, `fail`, `lost`, or
/// none: it is not told); a call that is decided otherwise than Allow must say `deny by …`.
fn check(source: &str, run: &str) {
    let pdp = load(source);
    let store = Memory::new();
    let gate = Gate { pdp: &pdp, store: &store };
    let mut vm = Vm::new(&pdp);
    let mut open: Vec<(String, Admitted)> = Vec::new();
    for line in run.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (at, rest) = line.split_once(": ").unwrap();
        let host = Host { principal: b"{}", session: b"{}", now_ms: Some(at.parse().unwrap()) };
        let (what, expected) = rest.split_once(" => ").unwrap();
        let told = |vm: &mut Vm, admitted: &Admitted, call: &policyc_runtime::Call<'_>| {
            let outcome = match expected.split_once(' ').unwrap_or((expected, "")) {
                ("ok", result) => {
                    Outcome::Success { result: result.as_bytes(), text: result.trim_matches('"').as_bytes() }
                }
                ("fail", _) => Outcome::Failure,
                ("lost", _) => Outcome::Unknown,
                _ => return,
            };
            gate.outcome(vm, admitted, call, &host, &outcome).unwrap();
        };
        if let Some(name) = what.strip_prefix("outcome of ") {
            let (line, admitted) = open.iter().find(|(line, _)| line.contains(name)).unwrap();
            let args = line.split_once("s.t ").unwrap().1.split_once(" => ").unwrap().0;
            told(&mut vm, admitted, &call("s.t", args));
            continue;
        }
        let (tool, args) = what.split_once(' ').unwrap();
        let call = call(tool, args);
        let (decided, admitted) = gate.admit(&mut vm, &call, &host, &WHO, Consent::None).unwrap();
        let decision = text(&decided);
        match admitted {
            Some(admitted) => {
                assert_eq!(decision, "allow by yes", "{line}");
                assert!(!expected.starts_with("deny") && !expected.starts_with("ask"), "{line}: allowed");
                told(&mut vm, &admitted, &call);
                open.push((line.to_owned(), admitted));
            }
            None => assert_eq!(decision, expected, "{line}"),
        }
    }
}

const DENIED: &str = "deny by default_deny";

#[test]
fn a_fact_is_what_a_result_said() {
    let program = source(
        "fact seen session keys 1 fields 2\npart status seen 0\npart total seen 1\npart known seen known\npart learned seen learned",
        "pend r1 seen",
        "{ status?: string -> r3, total?: number -> r4 }\nlearn r3 r1 seen",
        "fact_get r5 r1 status\neq_string r5 \"open\" no\nfact_get r6 r1 total\ncompare_number r6 > 5 no\nfact_get r7 r1 known\nis_true r7 no\nfact_get r8 r1 learned\ncompare_number r8 == 1001 no",
    );
    check(
        &program,
        &format!(
            r#"1000: s.read {{"k":1}} => {DENIED}
1000: s.t {{"k":1}} => -
1001: s.read {{"k":1}} => {DENIED}
1001: outcome of s.t => ok {{"status":"open","total":6}}
1002: s.read {{"k":1}} => ok
1002: s.read {{"k":2}} => {DENIED}
1002: s.read {{"k":"1"}} => {DENIED}
1003: s.t {{"k":1}} => fail
1004: s.read {{"k":1}} => ok
1005: s.t {{"k":1}} => lost
1006: s.read {{"k":1}} => {DENIED}"#
        ),
    );
    // A result that is not what is declared of it leaves the key unknown.
    for result in [r#"{"status":1}"#, "{", r#"{"status":"open","total":"6"}"#, ""] {
        check(
            &program,
            &format!(
                r#"1001: s.t {{"k":1}} => ok {{"status":"open","total":6}}
1002: s.read {{"k":1}} => ok
1003: s.t {{"k":1}} => ok {result}
1004: s.read {{"k":1}} => {DENIED}"#
            ),
        );
    }
}

#[test]
fn what_is_unlearned_or_forgotten_is_unknown() {
    let reads = "fact_get r5 r1 value\neq_string r5 \"x\" no";
    let fact = "fact seen session keys 1 fields 1\npart value seen 0";
    for op in ["unlearn", "forget"] {
        let learn = format!(
            "{{ x?: string -> r3, key: number -> r4 }}\npresent r3 gone\nlearn r3 r4 seen\njump out\ngone:\n{op} r4 seen\nout:"
        );
        check(
            &source(fact, "", &learn, reads),
            &format!(
                r#"1: s.t {{}} => ok {{"x":"x","key":7}}
2: s.read {{"k":7}} => ok
3: s.t {{}} => ok {{"key":7}}
4: s.read {{"k":7}} => {DENIED}"#
            ),
        );
    }
}

#[test]
fn a_set_holds_what_joined_it() {
    let program = source(
        "fact known session keys 0 set expires 1000",
        "",
        "{ from?: [number | string -> r0] -> r3, clear?: bool -> r4 }\npresent r4 keep\nforget r5 known\nkeep:\nloop r3 d0 - out\nin:\njoin e0.0 r5 known\nnext d0 in\nout:",
        "in_set r1 r5 known no",
    );
    check(
        &program,
        &format!(
            r#"1: s.read {{"k":"a"}} => {DENIED}
2: s.t {{}} => ok {{"from":["a","b",3]}}
3: s.read {{"k":"a"}} => ok
3: s.read {{"k":3}} => ok
3: s.read {{"k":"3"}} => {DENIED}
3: s.read {{}} => {DENIED}
1002: s.read {{"k":"a"}} => {DENIED}
1003: s.t {{}} => ok {{"from":["a"]}}
1004: s.read {{"k":"a"}} => ok
1005: s.t {{}} => ok {{"clear":true}}
1006: s.read {{"k":"a"}} => {DENIED}"#
        ),
    );
}

#[test]
fn a_counter_is_charged_at_admission() {
    let program = source(
        "fact uses session keys 1 counter\npart uses_now uses 0",
        "load_number r3 2\ntally r3 r1 uses",
        "{ .. }",
        "fact_get r5 r1 uses_now\ncompare_number r5 < 4 no",
    );
    check(
        &program,
        &format!(
            r#"1: s.read {{"k":1}} => ok
2: s.t {{"k":1}} => -
3: s.t {{"k":1}} => fail
4: s.read {{"k":1}} => ok
5: s.t {{"k":1}} => lost
6: s.read {{"k":1}} => {DENIED}
6: s.read {{"k":2}} => ok
7: s.t {{}} => deny by unmeasurable"#
        ),
    );
}

#[test]
fn labels_are_set_at_admission() {
    for (lasts, run) in [
        (
            "forever",
            "1: s.read {} => ok\n2: s.t {} => -\n3: s.read {} => deny by default_deny\n9999: s.read {} => deny by default_deny",
        ),
        ("time 10", "2: s.t {} => -\n11: s.read {} => deny by default_deny\n12: s.read {} => ok"),
        (
            "calls 1",
            "2: s.t {} => fail\n3: s.read {} => deny by default_deny\n4: s.t {\"k\":1} => -\n5: s.read {} => deny by default_deny",
        ),
    ] {
        let labels = format!("label mail session\nset_for brief mail {lasts}");
        check(&source(&labels, "set_label brief", "", "has_label mail no not"), run);
    }
}

#[test]
fn limits_count_what_is_admitted() {
    for (limit, run) in [
        // Calls: three at most in ten milliseconds, failures given back.
        (
            "session keys 0 max 3 trailing 10 sum",
            "1: s.t {} => -\n1: s.t {} => fail\n2: s.t {} => -\n3: s.t {} => -\n4: s.t {} => deny by lim\n10: s.t {} => deny by lim\n11: s.t {} => -\n12: s.t {} => -\n12: s.t {} => deny by lim",
        ),
        ("session keys 0 max 1 whole sum keeps", "1: s.t {} => fail\n2: s.t {} => deny by lim"),
        (
            "session keys 1 max 1 calendar day Z sum",
            "0: s.t {\"k\":1} => -\n0: s.t {\"k\":2} => -\n82799999: s.t {\"k\":1} => deny by lim\n82800000: s.t {\"k\":1} => -\n1: s.t {} => deny by unmeasurable",
        ),
    ] {
        let declarations = format!("limit deny lim {limit}\nzone Z 3600 horizon 9000000000");
        let source = source(&declarations, "", "", "end_statements").replace(
            "code s.t\nmatch yes",
            "code s.t\nmatch yes\nend_statements\nload_number r3 1\ncharge r3 r1 lim",
        );
        check(&source, run);
    }
}

#[test]
fn limits_sum_amounts_and_count_values() {
    let source = |limit: &str, amount: &str| {
        source(&format!("limit deny lim {limit}"), "", "", "end_statements").replace(
            "code s.t\nmatch yes",
            &format!("code s.t\nmatch yes\nend_statements\ncharge {amount} r1 lim"),
        )
    };
    let sum = source("principal keys 0 max 10.5 trailing 100 sum", "r2");
    check(
        &sum,
        r#"1: s.t {"n":10} => -
2: s.t {"n":0.6} => deny by lim
2: s.t {"n":0.5} => -
3: s.t {"n":0} => -
4: s.t {"n":0.000000001} => deny by lim
5: s.t {"n":-1} => deny by unmeasurable
6: s.t {} => deny by unmeasurable
101: s.t {"n":10} => -"#,
    );
    let distinct = source("session keys 0 max 2 whole distinct", "r1");
    check(
        &distinct,
        r#"1: s.t {"k":"a"} => -
2: s.t {"k":"b"} => -
3: s.t {"k":"c"} => deny by lim
4: s.t {"k":"a"} => -
5: s.t {} => deny by unmeasurable"#,
    );
}

#[test]
fn units_are_written_out_again() {
    let program = source("", "", "", "load_number r3 12345\nunscale r3 2\ncompare_number r3 == 123.45 no");
    check(&program, "1: s.read {} => ok");
    let program = source("", "", "", "load_number r3 0.5\nunscale r3 9\npresent r3 no not");
    check(&program, "1: s.read {} => ok");
}

#[test]
fn a_principal_s_memory_is_not_another_s() {
    let program = assemble(&source(
        "label mail principal\nset_for brief mail forever",
        "set_label brief",
        "",
        "has_label mail no",
    ));
    let pdp = policyc_runtime::Pdp::from_program(program, &policyc_runtime::Requirements::default()).unwrap();
    let store = Memory::new();
    let gate = Gate { pdp: &pdp, store: &store };
    let mut vm = Vm::new(&pdp);
    let host = Host { principal: b"{}", session: b"{}", now_ms: Some(1) };
    let mut decide = |tool, principal: &'static [u8], session: &'static [u8]| {
        let who = Who { principal, session };
        text(&gate.admit(&mut vm, &call(tool, "{}"), &host, &who, Consent::None).unwrap().0)
    };
    assert_eq!(decide("s.t", b"p", b"s"), "allow by yes");
    assert_eq!(decide("s.read", b"p", b"other"), "allow by yes");
    assert_eq!(decide("s.read", b"q", b"s"), DENIED);
}
