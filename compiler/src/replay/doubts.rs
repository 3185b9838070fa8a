//! What verdicts rest on that nobody knows for sure (semantics.md 53). In: calls that taught something then and do not now, results that
//! are cut. Out: whether a later verdict may depend on them.
//!
//! Facts for a principal carry doubts from one session into the others.

use super::sessions::Session;
use policyc_runtime::pdp::Pdp;
use std::collections::BTreeMap;

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Grounds {
    /// What would have been learned from a call that this policy does not admit.
    pub(super) conditional: bool,
    /// A result that is cut or missing, or is not what was learned from then.
    pub(super) inconclusive: bool,
}

/// The doubts so far, by what shares a memory.
#[derive(Debug)]
pub(super) struct Doubts {
    by: BTreeMap<Box<[u8]>, Grounds>,
    everyone: Grounds,
    /// Something is remembered of principals.
    principals: bool,
}

impl Doubts {
    pub(super) fn new(pdp: &Pdp) -> Self {
        Self { by: BTreeMap::new(), everyone: Grounds::default(), principals: pdp.remembers_principals() }
    }

    pub(super) fn clear(&mut self) {
        self.by.clear();
        self.everyone = Grounds::default();
    }

    /// What a verdict rests on.
    pub(super) fn grounds(&self, session: &Session) -> Grounds {
        let own = self.by.get(self.shared(session)).copied().unwrap_or_default();
        Grounds {
            conditional: own.conditional || self.everyone.conditional,
            inconclusive: own.inconclusive || self.everyone.inconclusive,
        }
    }

    /// What is doubtful for all that share the memory of a session, from now on.
    pub(super) fn of(&mut self, session: &Session) -> &mut Grounds {
        self.by.entry(self.shared(session).into()).or_default()
    }

    /// What is doubtful for all calls from now on.
    pub(super) const fn of_everyone(&mut self) -> &mut Grounds {
        &mut self.everyone
    }

    const fn shared<'s>(&self, session: &'s Session) -> &'s [u8] {
        if self.principals { session.principal_handle.as_bytes() } else { session.handle() }
    }
}
