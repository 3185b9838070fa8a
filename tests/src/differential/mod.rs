//! The differential test: reference evaluator against VM, indexed and linear. In: a seed and a number of (policy, request) pairs. Out:
//! that all agree on decision, ids, reasons and obligations, or the smallest policy and request found on which they do not. Policies
//! that remember are run step by step through a gate ([`run_histories`]).

mod histories;
mod judge;
mod run;
mod shrink;
mod steps;

pub use histories::{RunPlan, RunSummary, run_histories};
pub use judge::{Judge, Mismatch, outcome};
pub use run::{Failure, Plan, Summary, run};
pub use steps::{Difference, Pair, Seen};
