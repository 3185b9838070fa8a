//! Program loader, verifier and VM. In: bytes of a program, as they are and as edits of a valid one with a digest that fits; then
//! calls. Laws: a hostile file is refused, or runs without a panic to a decision with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use std::sync::{Arc, LazyLock};

const TOOLS: &str = r#"{"tools":[{"name":"send","annotations":{"destructiveHint":true},"inputSchema":{"type":"object","properties":{"to":{"type":"array","items":{"type":"string"}},"n":{"type":"number"},"i":{"type":"integer","minimum":0},"k":{"type":"string","enum":["a","b"]},"m":{"type":"object","additionalProperties":{"type":"string"}},"d":{}},"required":["to"]}},{"name":"get","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}]}"#;
const POLICY: &str = r#"edition 2026
policy p
import tools s from "s.lock.json"
import std.email { email }
principal { roles: set<string> }
approvers default "x"
rule a: allow s.send when count(args.to) > 0 and (all t in args.to: email(t).domain == "x.example")
rule b: deny s.send when args.n * 0.5 + 1 > 3
rule c: ask s.send when args.k == "a" or args.d.x matches /[a-z]+[0-9]{2}/
rule d: deny s.send when "z" in principal.roles
rule e: allow s.get when args.id in ["1", "2", "3"]
"#;

/// A valid program to edit.
static SEED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).expect("a list").lock.to_text();
    let files = MemoryFiles::default().with("p.policy", POLICY).with("s.lock.json", &lock);
    let (_, program) = Compiler::new(Arc::new(files)).build("p.policy");
    program.expect("a policy").to_bytes()
});

fuzz_target!(|data: &[u8]| {
    if let Ok(pdp) = Pdp::load(data, &Requirements::default()) {
        decide(&pdp, data);
    }
    let mut bytes = SEED.clone();
    for edit in data.chunks_exact(3).take(16) {
        let place = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % bytes.len();
        bytes[place] = edit[2];
    }
    // With a digest that fits, so that it is the verifier that has to refuse.
    let body = bytes.len() - 32;
    let digest = blake3::hash(&bytes[..body]);
    bytes[body..].copy_from_slice(digest.as_bytes());
    if let Ok(pdp) = Pdp::load(&bytes, &Requirements::default()) {
        decide(&pdp, data);
    }
});

fn decide(pdp: &Pdp, args: &[u8]) {
    let mut vm = Vm::new(pdp);
    let host = Host { principal: br#"{"roles":["z"]}"#, session: b"{}", now_ms: Some(0) };
    for args in [args, br#"{"to":["a@x.example","b"],"n":1.5,"k":"a","d":{"x":"ab12"}}"#] {
        let call = Call { server: "s", tool: "send", args, schema: LiveSchema::Locked };
        let decided = vm.decide(pdp, &call, &host);
        assert!(decided.reasons().next().is_some(), "a decision without a reason");
        let _ = decided.detail();
    }
    let _ = vm.list(pdp, host.principal);
}
