//! Policies that remember, by the gate: what semantics.md promises of limits, facts, labels and approvals under any clock, interleaving
//! and crash. In: policies as text, stores. Out: passes; a failure shows the events that led to it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod amounts;
mod approvals;
mod clocks;
#[cfg(unix)]
mod crash;
mod map;
mod model;
mod moments;
mod reload;
mod results;
mod room;
mod rounds;
mod schedules;
mod threads;
mod world;
