//! The differential test: reference evaluator against VM, indexed and linear. In: a seed and a number of (policy, request) pairs. Out:
//! that all agree on decision, ids, reasons and obligations, or the smallest policy and request found on which they do not.

mod judge;
mod run;
mod shrink;

pub use judge::{Judge, Mismatch, outcome};
pub use run::{Failure, Plan, Summary, run};
