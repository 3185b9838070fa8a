//! An admitted call, as the host keeps it until its outcome. In: an admission. Out: names and places in the order of events.

use crate::state::{AdmissionId, Scope, Seq, Who};
use alloc::vec::Vec;

/// A call that may run. Tell its outcome exactly once ([`super::Gate::outcome`]); a call whose outcome is never told counts as lost.
///
/// What it reserved stands in the store beside it, so that nothing is lost with the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Its name; `None` if nothing remembers it.
    pub(super) id: Option<AdmissionId>,
    /// The session's handle.
    pub(super) session: Vec<u8>,
    /// The principal's handle.
    pub(super) principal: Vec<u8>,
    /// Its place in the order of its session.
    pub(super) session_seq: Seq,
    /// Its place in the order of its principal; 0 if nothing is remembered of principals.
    pub(super) principal_seq: Seq,
}

impl Admitted {
    pub(super) fn new(who: &Who<'_>) -> Self {
        let (session, principal) = (who.session.to_vec(), who.principal.to_vec());
        Self { id: None, session, principal, session_seq: 0, principal_seq: 0 }
    }

    /// Whose call it is.
    #[must_use]
    pub fn who(&self) -> Who<'_> {
        Who { principal: &self.principal, session: &self.session }
    }

    /// Its name, for logs; `None` if nothing remembers the call, and telling its outcome changes nothing.
    #[must_use]
    pub const fn id(&self) -> Option<&AdmissionId> {
        self.id.as_ref()
    }

    /// Its number among the admissions and outcomes of its session, for logs; 0 if nothing remembers the call.
    #[must_use]
    pub const fn number(&self) -> Seq {
        self.session_seq
    }

    /// Its place in the order of a scope.
    pub(super) const fn seq(&self, scope: &Scope<'_>) -> Seq {
        match scope {
            Scope::Principal(_) => self.principal_seq,
            Scope::Everyone | Scope::Session { .. } => self.session_seq,
        }
    }
}
