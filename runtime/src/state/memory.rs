//! What a decision may read. In: a store and the handles of a principal and a session. Out: [`Memory`], and the scopes that keys need.

use super::{Scope, StateStore};
use crate::program::memory;

/// Whose state a call is about. The host mints both handles and binds a session to its principal: a handle that an agent can choose
/// would give it a fresh memory (semantics.md 41).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who<'a> {
    /// The principal's handle: never empty.
    pub principal: &'a [u8],
    /// The session's handle: never empty.
    pub session: &'a [u8],
}

impl<'a> Who<'a> {
    /// The handles that a declaration's scope stands for.
    #[must_use]
    pub const fn scope(&self, scope: memory::Scope) -> Scope<'a> {
        match scope {
            memory::Scope::Everyone => Scope::Everyone,
            memory::Scope::Principal => Scope::Principal(self.principal),
            memory::Scope::Session => Scope::Session { principal: self.principal, session: self.session },
        }
    }

    /// The session itself.
    #[must_use]
    pub const fn session(&self) -> Scope<'a> {
        self.scope(memory::Scope::Session)
    }
}

/// A store, and whose state in it a call is about.
#[derive(Clone, Copy)]
pub struct Memory<'m> {
    /// Where it is kept.
    pub store: &'m dyn StateStore,
    /// Whose it is.
    pub who: Who<'m>,
}

impl core::fmt::Debug for Memory<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory").field("who", &self.who).finish_non_exhaustive()
    }
}
