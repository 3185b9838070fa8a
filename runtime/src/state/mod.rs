//! What a policy remembers. In: cells (bytes under a key) of a store that the host brings, times and amounts of calls. Out:
//! whether a limit holds, what a fact says, whether an approval can be used, and the bytes of the cells that replace the old.
//!
//! All meaning is here, as pure functions over the bytes of single cells; a [`StateStore`] keeps bytes and commits
//! transactions, so any database will do. A function that reads gets `Option<&[u8]>` (`None`: no such cell) and allocates
//! nothing; one that changes a cell writes the whole new cell into `out`, a buffer that the caller reuses. **An empty `out`
//! means that the cell is not needed any more**: commit `None` for its key.
//!
//! Laws of this room:
//! - Doubt restricts. What cannot be read is a [`StateError`], and a decision that meets one denies (`state_unavailable`). What
//!   is too much to remember is counted in full, never forgotten.
//! - `now` is the host's time clamped by the [`clock`] of the scope, so that it never runs backwards; [`window`] cells clamp
//!   once more by themselves, since many scopes may share one.
//! - Cells begin with a format byte and are read to their last byte. Nothing here panics, whatever the bytes.

pub mod admission;
pub mod approval;
pub mod clock;
pub mod counter;
pub mod entries;
mod error;
pub mod fact;
pub mod forget;
pub mod key;
pub mod label;
#[cfg(test)]
mod map;
mod memory;
pub mod open;
pub mod pending;
pub mod recover;
pub mod scalar;
pub mod set;
mod store;
pub mod sweep;
pub mod transaction;
pub mod window;
mod wire;

pub use admission::{AdmissionId, Seq};
pub use error::StateError;
pub use key::{Key, Kind, Scope, Slot};
pub use memory::{Memory, Who};
pub use scalar::{Fields, Scalar, Value};
pub use store::{StateStore, Version};
pub use transaction::{Transaction, transact};

/// How a call ended (semantics.md section 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A final result that is no error.
    Success,
    /// The upstream itself answered an error.
    Failure,
    /// Timeout, lost connection, cancel, crash; and for facts a result that does not fit.
    Unknown,
}
