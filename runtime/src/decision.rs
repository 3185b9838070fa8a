//! From matching statements to a decision. In: what matched. Out: Allow, Ask or Deny, and which statements made it so.
//!
//! This is the one place where effects are combined. There is no order, no priority and no other rule (semantics.md section 0).

use crate::program::{Effect, StatementHead};
use core::fmt;

/// What the system says about a call. The order is that of restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Forward it.
    Allow,
    /// Forward it once people have approved it on the terms that the decision states.
    Ask,
    /// Do not forward it.
    Deny,
}

impl Decision {
    /// `allow`, `ask` or `deny`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }

    /// The effect of the statements that determine it.
    #[must_use]
    pub const fn effect(self) -> Effect {
        match self {
            Self::Allow => Effect::Allow,
            Self::Ask => Effect::Ask,
            Self::Deny => Effect::Deny,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What matched, summed up. D, K, L and K⁺ are the policy's matching denies (and hides), asks, allows, and the asks whose condition
/// is true; Gd and Gk the guardrails' denies and asks. Shadow statements are in none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Combination {
    /// D ∪ Gd is not empty.
    denied: bool,
    /// K ∪ Gk is not empty.
    asked: bool,
    /// K⁺ ∪ L is not empty.
    granted: bool,
}

impl Combination {
    /// Adds a matching statement. Order and repetition do not matter. `consents`: it is an ask, and its condition is true.
    pub const fn add(&mut self, statement: StatementHead, consents: bool) {
        if statement.shadow {
            return;
        }
        match statement.effect {
            Effect::Deny => self.denied = true,
            Effect::Ask => {
                self.asked = true;
                // A guardrail restricts and never permits, whatever its condition.
                self.granted |= consents && !statement.guardrail;
            }
            Effect::Allow => self.granted |= !statement.guardrail,
        }
    }

    /// `Deny` if D ∪ Gd ≠ ∅ or K⁺ ∪ L = ∅; else `Ask` if K ∪ Gk ≠ ∅; else `Allow`.
    #[must_use]
    pub const fn decision(self) -> Decision {
        if self.denied || !self.granted {
            Decision::Deny
        } else if self.asked {
            Decision::Ask
        } else {
            Decision::Allow
        }
    }

    /// Nothing denied, and nothing permitted either: the reason is `default_deny`.
    #[must_use]
    pub const fn is_default(self) -> bool {
        !self.denied && !self.granted
    }
}

/// A reason that no statement gives. All of them deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    /// Nothing permits the call.
    DefaultDeny,
    /// No tool of that name is pinned for that server.
    UnknownTool,
    /// The live definition of the tool is not the locked one.
    SchemaChanged,
    /// The live definition of the tool was not seen on this connection.
    SchemaUnverified,
    /// The arguments do not fit the tool's schema.
    BadArguments,
    /// The bytes are no strict JSON, or exceed a cap.
    BadRequest,
    /// The host's principal, session or time is missing or does not fit what the policy declares.
    BadContext,
    /// State, or a table that the program carries, has no answer.
    StateUnavailable,
    /// The instruction cap is exhausted.
    BudgetExceeded,
    /// An approval was granted under another program.
    ApprovalStale,
    /// An identical call was rejected.
    ApprovalRejected,
    /// The time in which an approval can be used is over.
    ApprovalExpired,
    /// Too many approvals are pending.
    ApprovalPending,
    /// The host has nobody to ask.
    NoApprover,
    /// A limit's amount is unknown or negative, or its key unknown.
    Unmeasurable,
}

impl BuiltIn {
    /// Every one of them.
    pub const ALL: [Self; 15] = [
        Self::DefaultDeny,
        Self::UnknownTool,
        Self::SchemaChanged,
        Self::SchemaUnverified,
        Self::BadArguments,
        Self::BadRequest,
        Self::BadContext,
        Self::StateUnavailable,
        Self::BudgetExceeded,
        Self::ApprovalStale,
        Self::ApprovalRejected,
        Self::ApprovalExpired,
        Self::ApprovalPending,
        Self::NoApprover,
        Self::Unmeasurable,
    ];

    /// Its stable code, for logs and scripts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DefaultDeny => "default_deny",
            Self::UnknownTool => "unknown_tool",
            Self::SchemaChanged => "schema_changed",
            Self::SchemaUnverified => "schema_unverified",
            Self::BadArguments => "bad_arguments",
            Self::BadRequest => "bad_request",
            Self::BadContext => "bad_context",
            Self::StateUnavailable => "state_unavailable",
            Self::BudgetExceeded => "budget_exceeded",
            Self::ApprovalStale => "approval_stale",
            Self::ApprovalRejected => "approval_rejected",
            Self::ApprovalExpired => "approval_expired",
            Self::ApprovalPending => "approval_pending",
            Self::NoApprover => "no_approver",
            Self::Unmeasurable => "unmeasurable",
        }
    }

    /// What it means, in one line.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::DefaultDeny => "no statement of the policy permits this call",
            Self::UnknownTool => "unknown tool",
            Self::SchemaChanged => "the tool's definition has changed since it was locked",
            Self::SchemaUnverified => "the tool's definition has not been seen on this connection",
            Self::BadArguments => "the arguments do not fit the tool's schema",
            Self::BadRequest => "the request is not strict JSON, or too large",
            Self::BadContext => "the host's principal, session or time does not fit what the policy declares",
            Self::StateUnavailable => "what the decision depends on is not available",
            Self::BudgetExceeded => "the decision would take more work than the policy's cap",
            Self::ApprovalStale => "the approval was granted under another version of the policy",
            Self::ApprovalRejected => "an identical call was rejected",
            Self::ApprovalExpired => "the approval was not used in time",
            Self::ApprovalPending => "too many approvals are pending",
            Self::NoApprover => "the call needs an approval, and there is nobody to ask",
            Self::Unmeasurable => "what a limit counts cannot be determined",
        }
    }
}

impl fmt::Display for BuiltIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests;
