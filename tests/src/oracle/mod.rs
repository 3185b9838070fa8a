//! The reference evaluator: a slow walker over the typed tree. In: a checked policy, the bytes of a call, host values. Out: the
//! decision with ids, reasons and obligations, as semantics.md section 0 and the documentation of `compiler::typed` define them.
//!
//! It exists to disagree with the VM when one of the two is wrong, so it shares nothing with it but the typed views, which are
//! pure functions with tests of their own. Here the three truth values are values; nothing is lowered, planned or indexed, and
//! requests are read by a reader of their own.

mod changes;
mod combine;
mod condition;
mod fits;
mod glob;
mod json;
mod known;
mod life;
mod listing;
mod memory;
mod number;
mod reads;
mod regex;
mod schema_pattern;
mod text;
mod truth;
mod value;
mod values;
mod zone;

pub use combine::{Call, Host, Obligation, Oracle, Outcome, Reason};
pub use json::{Caps, Json, parse};
pub use life::{Admission, Told};
pub use memory::{Memory, Who};
pub use number::Exact;
pub use truth::Truth;
pub use value::{Number, Value};

#[cfg(test)]
mod tests;
