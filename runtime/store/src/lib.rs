//! Where the state of policies is kept. In: keys and cells of the runtime. Out: two stores, and the laws of any other.
//!
//! [`Memory`] lasts as long as its process, [`Durable`] is a file that survives it. A host with a database of its own implements
//! [`policyc_runtime::state::StateStore`] over it and holds it to [`suite`].

/// The README's examples are compiled as tests.
#[cfg(all(doctest, feature = "durable"))]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// So are those of the book's page on embedding, whose hosts have a store.
#[cfg(all(doctest, feature = "durable"))]
#[doc = include_str!("../../../docs/embedding.md")]
pub struct Embedding;

mod memory;
pub mod suite;

#[cfg(feature = "durable")]
mod durable;

#[cfg(feature = "durable")]
pub use durable::Durable;
pub use memory::Memory;
