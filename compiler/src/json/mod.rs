//! JSON documents that the compiler reads and writes: tool lists and tool locks. In: text. Out: values without duplicate keys,
//! and their canonical text. Requests are never read here: the runtime has its own reader.

mod canonical;
mod pretty;
mod strict;

pub(crate) use canonical::canonical_object;
pub use canonical::{canonical, compare_keys};
pub use pretty::pretty;
pub use strict::{StrictError, parse_strict};
