//! A store that lies. In: edits of the cells that a gate reads. Laws: nothing panics; a decision has a reason; what cannot be read denies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::Compiler;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::gate::{Consent, Gate, Outcome};
use policyc_runtime::state::{StateError, StateStore, Version, Who};
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_store::Memory;
use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

const TOOLS: &str = r#"{"tools":[{"name":"read","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}},{"name":"write","inputSchema":{"type":"object","properties":{"id":{"type":"string"},"n":{"type":"number"}},"required":["id","n"]}}]}"#;
const POLICY: &str = r#"edition 2026
policy p
import tools s from "s.lock.json"
result s.read: { owner: string, n: int, rows: list<string> }
fact owner(id: string): { name: string, n: int } after s.read: owner(args.id) = { name: result.owner, n: result.n }
fact fresh: set<string> for 10m after s.read: each r in result.rows: add r
fact writes(id: string): int after s.write: writes(args.id) += 1
label odd after s.read for 5 calls
label late after s.read for 10m
limit few: 50 per 1h for each args.id on s.write counting args.n
limit days: 5 per calendar day in "Europe/Berlin" for everyone on s.write counting distinct args.id exceeded ask from "lead"
rule base: allow s.*
rule a: deny s.write when owner(args.id).n > 100 or writes(args.id) > 4
rule b: ask s.write from "lead" when session has label odd and session has label late
rule c: allow s.write when args.id in fresh
"#;

static PDP: LazyLock<Pdp> = LazyLock::new(|| {
    let lock = import_document(TOOLS, "s", &ImportOptions::default()).expect("a list").lock.to_text();
    let files = MemoryFiles::default().with("p.policy", POLICY).with("s.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let program = program.unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
    Pdp::load(&program.to_bytes(), &Requirements::default()).expect("it loads")
});

/// Shows cells edited: three bytes an edit, one of them how many reads pass before it.
struct Lying<'d> {
    store: Memory,
    edits: RefCell<std::slice::ChunksExact<'d, u8>>,
}

impl StateStore for Lying<'_> {
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
        let mut held = None;
        let version = self.store.read(key, &mut |cell| held = cell.map(<[u8]>::to_vec))?;
        for edit in self.edits.borrow_mut().by_ref().take(2) {
            match (edit[0] % 4, &mut held) {
                (0, _) => {}
                (1, Some(cell)) if !cell.is_empty() => {
                    let at = usize::from(edit[1]) % cell.len();
                    cell[at] = edit[2];
                }
                (2, Some(cell)) => cell.truncate(usize::from(edit[1]) % (cell.len() + 1)),
                (_, held) => held.get_or_insert_default().extend([edit[1], edit[2]]),
            }
        }
        see(held.as_deref());
        Ok(version)
    }

    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError> {
        self.store.commit(reads, writes)
    }

    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
        self.store.scan(prefix, see)
    }
}

fuzz_target!(|data: &[u8]| {
    let store = Lying { store: Memory::new(), edits: RefCell::new(data.chunks_exact(3)) };
    let (gate, mut vm) = (Gate { pdp: &PDP, store: &store }, Vm::new(&PDP));
    let who = Who { principal: b"a", session: b"s" };
    let result = br#"{"owner":"ann","n":7,"rows":["1","2"]}"#;
    for step in 0..6_i64 {
        let host = Host { principal: b"{}", session: b"{}", now_ms: Some(step * 1_000) };
        let (tool, args): (_, &[u8]) =
            if step % 2 == 0 { ("read", br#"{"id":"1"}"#) } else { ("write", br#"{"id":"1","n":10}"#) };
        let call = Call { server: "s", tool, args, schema: LiveSchema::Locked };
        let Ok((decided, admitted)) = gate.admit(&mut vm, &call, &host, &who, Consent::Given) else {
            continue;
        };
        assert!(decided.reasons().next().is_some(), "a decision without a reason");
        if let Some(admitted) = admitted {
            let outcome = Outcome::Success { result, text: b"" };
            let _ = gate.outcome(&mut vm, &admitted, &call, &host, &outcome);
        }
    }
});
