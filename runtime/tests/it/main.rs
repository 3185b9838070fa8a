//! Programs from text, through the file format, the verifier and the VM.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails there"
)]

mod asm;
mod decide;
mod format;
mod hostile;
mod judge;
mod listing;
mod memory;
mod ops;
mod random;
mod verify;

/// A program with something of everything: two tools that share code, host values, loops, a jump table, guardrails.
const SAMPLE: &str = r#"
principal { id: string -> r0, roles: [string -> r0] -> r1 }
session { customer?: string -> r2, .. }
now r3
tool shop.refund { amount?: number -> r4, customer: string -> r5, lines?: [{ sku: string -> r0, price: number -> r1 }] -> r6 } registers 10 memos 1
tool shop.void { amount?: number -> r4, customer: string -> r5, lines?: [{ sku: string -> r0, price: number -> r1 }] -> r6 } registers 10 memos 1
tool web.get { url: string -> r4, headers?: { * r5: string -> r1 } } registers 9
deny org/no_metadata guardrail because "The metadata service is off limits."
ask org/big guardrail from "security" quorum 2 within 3600000
allow small
ask large from "lead"
deny foreign
allow fetch
allow trial shadow
set trusted "a.example" "b.example"
numbers round 10 20.5
pattern home prefix "https://"
table allowance "gold" 3 "silver" true "tin" "none"
zone Europe/Berlin 3600 1000 7200 2000 3600 horizon 1893456000000
members link 3 1 r6
code shop.refund shop.void
  eq_regs r5 r2 deny_no not unknown
  match foreign
deny_no:
  end_denies
  compare_number r4 > 1000 no_big unknown
  match org/big
no_big:
  loop r6 d0 - lines_done
lines_in:
  compare_number e0.1 < 10.5 cheap not
  jump lines_done
cheap:
  next d0 lines_in
lines_done:
  in_numbers r4 round other
  match large grants
other:
  memo_test yes m0 no
  compare_number r4 < 50 unset
  memo_set true m0
  jump yes
unset:
  memo_set false m0
  jump no
yes:
  match small
no:
  end
list shop.refund shop.void web.get
  list_has_string r1 "triage" hidden
  match small
hidden:
  end
code web.get
  view r4 link
  eq_string r6 "169.254.169.254" elsewhere
  match org/no_metadata
elsewhere:
  switch r6 "a.example" fetch "b.example" fetch default done missing done
fetch:
  matches r4 home done
  weekday r7 r3 Europe/Berlin
  match fetch
  match trial
done:
  end
"#;
