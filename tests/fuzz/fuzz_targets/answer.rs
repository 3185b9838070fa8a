//! The result phase. In: bytes of a server's answer, as result and as error. Laws: nothing panics; what is shown is JSON in which no
//! redacted text is left; what was learned decides the next call with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::gate::{Consent, Gate};
use policyc_runtime::result::{Body, Sent, Withheld};
use policyc_runtime::state::Who;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_store::Memory;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

const TOOLS: &str = r#"{"tools":[{"name":"read","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]},"outputSchema":{"type":"object","properties":{"owner":{"type":"string","maxLength":40},"n":{"type":"integer"},"rows":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":["number","null"]}}}}},"required":["owner"]}},{"name":"note","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},{"name":"write","inputSchema":{"type":"object","properties":{"id":{"type":"string"},"n":{"type":"number"}},"required":["id"]}}]}"#;
const POLICY: &str = r#"edition 2026
policy p
import tools s from "s.lock.json"
import std.text { words }
fact owner(id: string): { name: string, n: int } after s.read: owner(args.id) = { name: result.owner, n: result.n }
fact keys_seen: set<string> after s.read: each r in result.rows: add r.k
fact said: set<string> after s.note: each w in words(result.text): add w
label odd after s.read when result.n > 3
limit few: 5 per session on s.write counting args.n
rule base: allow s.*
rule a: deny s.write when owner(args.id).name != "ann"
rule b: deny s.write when session has label odd
rule c: allow s.write when args.id in keys_seen or args.id in said
rule large: deny result of s.* when length(result.text) > 400
redact secrets on s.*: patterns /secret-[0-9]{2}/ with "[gone]"
redact names on s.read: paths result..name with "[name]"
"#;

static PDP: LazyLock<Pdp> = LazyLock::new(|| {
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).expect("a list").lock.to_text();
    let files = MemoryFiles::default().with("p.policy", POLICY).with("s.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
    Pdp::load(&program.to_bytes(), &Requirements::default()).expect("it loads")
});

fuzz_target!(|data: &[u8]| {
    let (store, mut vm) = (Memory::new(), Vm::new(&PDP));
    let gate = Gate { pdp: &PDP, store: &store };
    let who = Who { principal: b"a", session: b"s" };
    let host = Host { principal: b"{}", session: b"{}", now_ms: Some(0) };
    let call = |tool| Call { server: "s", tool, args: br#"{"id":"1","n":1}"#, schema: LiveSchema::Locked };
    for tool in ["read", "note"] {
        for sent in [Sent::Result(data), Sent::Error(data)] {
            let args = Call { args: br#"{"id":"1"}"#, ..call(tool) };
            let (_, admitted) = gate.admit(&mut vm, &args, &host, &who, Consent::None).expect("memory");
            let admitted = admitted.expect("it is allowed");
            let answered = gate.answer(&mut vm, &admitted, &args, &host, sent).expect("memory");
            let shown = match answered.shown.body {
                Body::Result(shown) | Body::Error(shown) => shown,
                Body::Withheld(_) => Withheld::to_bytes(),
            };
            let shown: Value = serde_json::from_slice(&shown).expect("what is shown is JSON");
            assert!(!leaks(&shown), "{shown}");
        }
    }
    let (decided, _) = gate.admit(&mut vm, &call("write"), &host, &who, Consent::None).expect("memory");
    assert!(decided.reasons().next().is_some(), "a decision without a reason");
});

/// A text or key in which `secret-[0-9]{2}` is left.
fn leaks(value: &Value) -> bool {
    let found = |text: &str| {
        text.match_indices("secret-").any(|(at, word)| {
            text.as_bytes()[at + word.len()..].iter().take_while(|byte| byte.is_ascii_digit()).count() >= 2
        })
    };
    match value {
        Value::String(text) => found(text),
        Value::Array(all) => all.iter().any(leaks),
        Value::Object(all) => all.iter().any(|(key, value)| found(key) || leaks(value)),
        _ => false,
    }
}
