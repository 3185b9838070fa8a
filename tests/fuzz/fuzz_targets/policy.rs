//! The whole compiler. In: bytes of a policy over a fixed server. Laws: nothing panics; a policy without errors compiles to a program that
//! loads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::{Pdp, Requirements};
use std::sync::{Arc, LazyLock};

const TOOLS: &str = r#"{"tools":[{"name":"send","annotations":{"destructiveHint":true},"inputSchema":{"type":"object","properties":{"to":{"type":"array","items":{"type":"string"}},"n":{"type":"number"},"i":{"type":"integer","minimum":0},"k":{"type":"string","enum":["a","b"]},"m":{"type":"object","additionalProperties":{"type":"string"}},"d":{}},"required":["to"]}},{"name":"get","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}]}"#;
const HEAD: &str = "edition 2026\npolicy p\nimport tools s from \"s.lock.json\"\nprincipal { id: string, roles: set<string> }\nsession { mode?: string }\napprovers default \"x\"\n";

static LOCK: LazyLock<String> =
    LazyLock::new(|| import_document(TOOLS, "s", &ImportOptions::default()).expect("a list").lock.to_text());

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let files = MemoryFiles::default().with("p.policy", &format!("{HEAD}{text}")).with("s.lock.json", &LOCK);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    assert!(report.diagnostics.iter().all(|found| !found.message.is_empty()));
    if let Some(program) = program {
        Pdp::load(&program.to_bytes(), &Requirements::default()).expect("a program that was built loads");
    }
});
