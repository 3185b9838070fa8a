//! What the measuring programs share: the product set up on a workload, the limit written by hand, clocks. In: workloads. Out: loaded
//! programs, decisions, times, stores.

pub mod clock;
pub mod limit;
pub mod product;
pub mod remembered;

/// Why measuring failed: one message for a person.
pub type Failure = String;
