//! Once its buffers have grown, a VM decides without allocating, whatever the decision, with every view except `sql` and `shell`
//! (and names of hosts that are not ASCII). The only test of its binary, since the
//! counter counts for the whole process.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails there"
)]

#[path = "it/asm/mod.rs"]
mod asm;

use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Loops, views, patterns, escapes, computed text and numbers: everything that needs room.
const PROGRAM: &str = r#"
principal { id: string -> r0, roles: [string -> r0] -> r1 }
session { customer?: string -> r2, .. }
now r3
tool s.t { mail: string -> r4, to: [string -> r0] -> r5, amounts?: [number -> r0] -> r6, extra?: { * r7: string -> r1 } } registers 23 memos 1
deny outside
ask large from "lead"
allow ok
pattern home between "https://" ".example"
zone Z 3600 horizon 1893456000000
members mail 1 1 r8
members parts 11 0 r9
members many 2 0 r14
members address 3 1 r15
members addresses 4 0 r16
members file 5 1 r17
members host 6 1 r18
members account 7 0 r19
members card 8 0 r20
members hidden 9 0 r21
members rows 10 0 r22
members amount 12 0 r8
members day 13 0 r8
members moment 14 0 r8
code s.t
  loop r5 d0 - checked
in:
  view e0.0 mail
  eq_string r8 "corp.example" next not unknown
  match outside
  jump checked
next:
  next d0 in
checked:
  end_denies
  lower r10 r4
  contains r10 "urgent" calm
  memo_set true m0
calm:
  view r4 parts
  list_has_string r9 "refund" words
  hour r11 r3 Z
words:
  view r4 many
  view r4 address
  view r4 addresses
  view r4 file
  view r4 host
  view r4 account
  view r4 card
  view r4 hidden
  view r4 rows
  view r4 amount
  view r4 day
  view r4 moment
  load_number r12 100000000000000000.5
  loop r6 d0 - summed
sum:
  add_scaled r12 e0.0 170000000000
  next d0 sum
summed:
  load_string r13 "k"
  map_get r13 r7 1
  matches r13 home plain
plain:
  compare_number r12 > 1000000000000 small unknown
  match large grants
small:
  list_has_string r1 "agent" no
  match ok
no:
  end
list s.t
  match ok
  end
"#;

#[test]
fn deciding_allocates_nothing() {
    let pdp = Pdp::from_program(asm::assemble(PROGRAM), &Requirements::default()).unwrap();
    let bytes = asm::assemble(PROGRAM).to_bytes();
    assert!(Pdp::load(&bytes, &Requirements::default()).is_ok());
    let mut vm = Vm::new(&pdp);
    let principal = br#"{"id":"agent-7","roles":["\u0061gent","triage"]}"#;
    let host = Host { principal, session: br#"{"customer":"c\n1"}"#, now_ms: Some(1_700_000_000_000) };
    let args = [
        (
            r#"{"mail":"An URGENT refund\n","to":["a@Corp.example","b@corp.example"],"amounts":[1,2,3.5]}"#,
            "ask",
        ),
        (
            r#"{"mail":"hello","to":["a@\u0063orp.example"],"amounts":[0],"extra":{"j":"x","k":"https://a.example"}}"#,
            "ask",
        ),
        (r#"{"mail":"hello","to":["a@evil.example"]}"#, "deny"),
        (r#"{"mail":"hello","to":[]}"#, "ask"),
        (r#"{"mail":"a@B.example, c@d.example","to":[]}"#, "ask"),
        (r#"{"mail":"HTTPS://A.example:443/x?y#z","to":[]}"#, "ask"),
        (r#"{"mail":"/srv/./app/../%61/X.PEM","to":[]}"#, "ask"),
        (r#"{"mail":"::ffff:10.0.0.1","to":[]}"#, "ask"),
        (r#"{"mail":"GB82 WEST 1234 5698 7654 32","to":[]}"#, "ask"),
        (r#"{"mail":"4111 1111 1111 1111","to":[]}"#, "ask"),
        (r#"{"mail":"2026-01-02T03:04:05Z","to":[]}"#, "ask"),
        (r#"{"mail":"1,234.5","to":[]}"#, "ask"),
        (r#"{"mail":1,"to":[]}"#, "deny"),
        (r#"{"mail":"x","mail":"y"}"#, "deny"),
        (r#"{"unknown":{"x":[1,2,{"y":null}]},"mail":"x","to":[]}"#, "deny"),
    ];
    let mut decide = |args: &str| {
        let call = Call { server: "s", tool: "t", args: args.as_bytes(), schema: LiveSchema::Locked };
        let decided = vm.decide(&pdp, &call, &host);
        assert!(decided.reasons().count() > 0 && decided.approvals().count() < 2);
        decided.decision().code()
    };
    for (args, expected) in args {
        assert_eq!(decide(args), expected, "{args}");
    }
    for (args, _) in args {
        let region = Region::new(ALLOCATOR);
        for _ in 0..100 {
            decide(args);
        }
        let change = region.change();
        assert_eq!((change.allocations, change.reallocations), (0, 0), "{args}");
    }
}
