//! Seeded generators: tool locks, policies as source text, requests. In: a seed. Out: the same things for the same seed, on every
//! machine.
//!
//! Policies are built so that the checker accepts nearly all statements; what it refuses is dropped and counted ([`build`]).

pub mod build;
mod condition;
mod guardrail;
mod leaf;
mod list;
mod locks;
mod numeric;
mod policy;
mod pool;
mod request;
mod rng;
mod runs;
mod scope;
mod shape;
mod stateful;
mod textual;
pub mod tree;
mod values;
mod writer;

pub use build::{Built, build, compile};
pub use policy::{Item, ItemKind, PolicyText, policy};
pub use request::{Request, Requests};
pub use rng::Rng;
pub use runs::{Ending, STARTS, Step, random_run};
pub use shape::{Field, Shape, ToolShape};
pub use stateful::{SECURITY, SERVER, stateful_policy, with_guardrails};
