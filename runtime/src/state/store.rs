//! What a store of state has to do. In: keys and cells. Out: the trait that hosts implement; `policyc-store` has two.

use super::StateError;
use alloc::boxed::Box;

/// Names what a cell held at one time. 0: there is no cell. A store never gives one number to two contents of a key, even if
/// the cell was deleted in between.
pub type Version = u64;

/// Cells, and transactions over them. Shared between threads.
///
/// A host reads the cells that a decision needs, evaluates, and commits: the versions it read, and the cells it writes. If one
/// of them changed meanwhile it evaluates again. `policyc_store::suite` holds any implementation to this.
pub trait StateStore {
    /// Shows the cell of `key`, or `None` if there is none, and returns its version. `see` is called exactly once, unless there
    /// is an error; it must not use the store.
    ///
    /// # Errors
    /// The store cannot be read. `see` was not called then.
    fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError>;

    /// Writes all or nothing, if every version in `reads` is still current; a write of `None` deletes. `Ok(false)`: one is not
    /// current, and nothing was written; evaluate again. What was written is durable, as far as the store is, and visible to
    /// every later read when this returns. Of several writes of a key the last counts.
    ///
    /// # Errors
    /// The store cannot be written. Nothing was written, or everything (the answer was lost on its way): a charge may stand
    /// that no one knows of, but none is lost.
    fn commit(
        &self,
        reads: &mut dyn Iterator<Item = (&[u8], Version)>,
        writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
    ) -> Result<bool, StateError>;

    /// Shows every cell whose key begins with `prefix`, in the order of keys, until `see` says `false`. For recovery, listing
    /// and forgetting: what it shows may change at once, so read again what you mean to change. `see` must not use the store.
    ///
    /// # Errors
    /// The store cannot be read. Some cells may have been shown.
    fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError>;
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<S: StateStore + ?Sized> StateStore for $pointer {
            fn read(&self, key: &[u8], see: &mut dyn FnMut(Option<&[u8]>)) -> Result<Version, StateError> {
                (**self).read(key, see)
            }

            fn commit(
                &self,
                reads: &mut dyn Iterator<Item = (&[u8], Version)>,
                writes: &mut dyn Iterator<Item = (&[u8], Option<&[u8]>)>,
            ) -> Result<bool, StateError> {
                (**self).commit(reads, writes)
            }

            fn scan(&self, prefix: &[u8], see: &mut dyn FnMut(&[u8], &[u8]) -> bool) -> Result<(), StateError> {
                (**self).scan(prefix, see)
            }
        }
    )*};
}

through!(&S, Box<S>, alloc::sync::Arc<S>);
