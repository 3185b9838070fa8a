//! The theorems of semantics.md section 10 as properties of generated policies and requests, one test per theorem. In: fixed
//! seeds. Out: passes, with the number of cases; a failure shows the policy and the request.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails there"
)]

mod common;
mod history;
mod t10_list;
mod t12_one_reading;
mod t13_non_interference;
mod t14_replay;
mod t16_lock_growth;
mod t17_agreement;
mod t1_total_and_closed;
mod t2_order;
mod t3_guardrails;
mod t3_memory;
mod t4_monotone;
mod t5_ignorance;
mod t6_taint;
