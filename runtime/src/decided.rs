//! A decision and its record. In: what the VM found. Out: the decision, why, on what terms, and what to tell whom.
//!
//! Reasons are never empty and in canonical order: guardrails first, then by id. Messages are made when asked for.

use crate::decision::{BuiltIn, Decision};
use crate::pdp::Pdp;
use crate::program::memory::Counting;
use crate::program::{ApprovalTerms, Digest, Effect, SourceSpan, Statement, StatementKind, Tool};
use crate::request::Host;
use crate::scan::{Reject, describe, describe_message};
use crate::value::Source;
use crate::vm::remembered::Remembered;
use crate::vm::{Matched, Vm};
use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What lies behind a built-in reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The reason says it all.
    None,
    /// The message was refused.
    Message(Reject),
    /// The arguments were refused.
    Args(Reject),
    /// The principal was refused.
    Principal(Reject),
    /// The session was refused.
    Session(Reject),
    /// The policy reads the time, and the host gave none.
    NoTime,
    /// The host gave an empty handle of a session or principal.
    NoHandle,
    /// What is remembered could not be read; the VM knows why.
    State,
}

/// The record of one decision. It borrows from the VM; take what you keep before the next decision.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    pub(crate) pdp: &'a Pdp,
    pub(crate) tool: Option<&'a Tool>,
    pub(crate) args: &'a [u8],
    pub(crate) host: Host<'a>,
    pub(crate) matched: &'a [Matched],
    pub(crate) remembered: &'a Remembered,
    pub(crate) decision: Decision,
    pub(crate) built_in: Option<BuiltIn>,
    pub(crate) cause: Cause,
    pub(crate) instructions: u64,
}

/// One reason of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'a> {
    /// A statement that matched with the decided effect.
    Statement(&'a Statement),
    /// None did; this is why.
    BuiltIn(BuiltIn),
}

impl<'a> Reason<'a> {
    /// The statement's qualified id, or the built-in reason's code.
    #[must_use]
    pub fn id(&self) -> &'a str {
        match self {
            Self::Statement(statement) => &statement.id,
            Self::BuiltIn(reason) => reason.code(),
        }
    }

    /// `rule`, `arm`, `hide` or `built_in`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Statement(statement) => statement.kind.word(),
            Self::BuiltIn(_) => "built_in",
        }
    }

    /// The author's `because` (empty without one), or what the built-in reason means.
    #[must_use]
    pub fn message(&self) -> &'a str {
        match self {
            Self::Statement(statement) => &statement.because,
            Self::BuiltIn(reason) => reason.message(),
        }
    }

    /// Where the statement stands; see [`crate::program::Program::position`].
    #[must_use]
    pub const fn span(&self) -> Option<SourceSpan> {
        match self {
            Self::Statement(statement) => Some(statement.span),
            Self::BuiltIn(_) => None,
        }
    }

    /// It comes from a guardrails file.
    #[must_use]
    pub const fn guardrail(&self) -> bool {
        match self {
            Self::Statement(statement) => statement.guardrail,
            Self::BuiltIn(_) => false,
        }
    }
}

/// What an Ask requires of one matching statement; every one must be met (semantics.md 44).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval<'a> {
    /// The statement; approvals name it by its id.
    pub statement: &'a Statement,
    /// Who may approve, how many of them, and for how long.
    pub terms: &'a ApprovalTerms,
}

/// How much of a limit is used. Amounts are in units of 10⁻⁹.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage<'a> {
    /// The limit.
    pub statement: &'a Statement,
    /// How much was used before the call.
    pub used: i128,
    /// How much the call counts; `None` for a value that is counted once.
    pub amount: Option<i128>,
    /// How much there is.
    pub max: i128,
    /// The call exceeds it.
    pub exceeded: bool,
}

impl<'a> Decided<'a> {
    /// The decision.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// Why: every statement that matched with the decided effect, or one built-in reason. At least one.
    pub fn reasons(&self) -> impl Iterator<Item = Reason<'a>> + use<'a> {
        let determining = if self.built_in.is_some() { &[] } else { self.matched };
        let effect = self.decision.effect();
        let statements = statements(self.pdp, determining)
            .map(|(_, statement)| statement)
            .filter(move |statement| !statement.shadow && statement.effect == effect);
        self.built_in.map(Reason::BuiltIn).into_iter().chain(statements.map(Reason::Statement))
    }

    /// The built-in reason, if no statement determines the decision.
    #[must_use]
    pub const fn built_in(&self) -> Option<BuiltIn> {
        self.built_in
    }

    /// The approvals that an Ask requires: those of every matching ask. None for Allow and Deny.
    pub fn approvals(&self) -> impl Iterator<Item = Approval<'a>> + use<'a> {
        let asked = if self.decision == Decision::Ask { self.matched } else { &[] };
        statements(self.pdp, asked)
            .filter(|(_, statement)| !statement.shadow)
            .filter_map(|(_, statement)| Some(Approval { statement, terms: statement.terms.as_ref()? }))
    }

    /// Milliseconds from the request for approval to its use: the earliest deadline of all approvals. `None` without one.
    #[must_use]
    pub fn within_ms(&self) -> Option<u64> {
        self.approvals().filter_map(|approval| approval.terms.within_ms).min()
    }

    /// Shadow statements that matched: reported, never decisive. Complete when the decision was traced; otherwise those that were
    /// met before it was certain.
    pub fn shadows(&self) -> impl Iterator<Item = &'a Statement> + use<'a> {
        statements(self.pdp, self.matched)
            .map(|(_, statement)| statement)
            .filter(|statement| statement.shadow)
    }

    /// Asks of the policy that matched, but only because their condition is unknown: they restrict and permit nothing. They
    /// explain a `default_deny`.
    pub fn unknown_asks(&self) -> impl Iterator<Item = &'a Statement> + use<'a> {
        statements(self.pdp, self.matched)
            .filter(|(matched, statement)| {
                !matched.grants
                    && !statement.shadow
                    && !statement.guardrail
                    && statement.effect == Effect::Ask
                    && statement.kind != StatementKind::Limit
            })
            .map(|(_, statement)| statement)
    }

    /// The limits that count the call, with how much of each is used before it and by it. Complete unless the call is denied.
    pub fn usage(&self) -> impl Iterator<Item = Usage<'a>> + use<'a> {
        let program = self.pdp.program();
        self.remembered.charges.iter().filter_map(|charge| {
            let limit = program.limits.get(charge.limit as usize)?;
            let statement = program.statements.get(limit.statement as usize)?;
            let distinct = limit.counting == Counting::Distinct;
            Some(Usage {
                statement,
                used: charge.used,
                amount: if distinct { None } else { Some(charge.amount) },
                max: limit.max,
                exceeded: charge.exceeded,
            })
        })
    }

    /// It depends on what was remembered: a fact, a label or a limit was looked at.
    #[must_use]
    pub fn reads_memory(&self) -> bool {
        let remembered = self.remembered;
        let kinds = remembered.reads.iter().filter_map(|(key, _)| remembered.slice(key).first());
        kinds.into_iter().any(|kind| *kind != crate::state::Kind::Clock as u8)
    }

    /// Every statement that matched, whatever its effect. Complete when the decision was traced.
    #[must_use]
    pub const fn matched(&self) -> &'a [Matched] {
        self.matched
    }

    /// The tool, if there is one.
    #[must_use]
    pub const fn tool(&self) -> Option<&'a Tool> {
        self.tool
    }

    /// The bytes of the arguments that were judged; of a message that could not be read, the whole message. Forward their canonical form: [`Pdp::canonical_args`].
    #[must_use]
    pub const fn args(&self) -> &'a [u8] {
        self.args
    }

    /// The policy's name.
    #[must_use]
    pub fn policy(&self) -> &'a str {
        &self.pdp.program().name
    }

    /// The program's digest.
    #[must_use]
    pub const fn program(&self) -> &'a Digest {
        self.pdp.digest()
    }

    /// Instructions charged. The same call costs the same everywhere.
    #[must_use]
    pub const fn instructions(&self) -> u64 {
        self.instructions
    }

    /// What exactly is wrong, where a built-in reason has more to say than its message: for example
    /// ``argument `amount` is a string where a number is required``. Shows no values of the request.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        let program = self.pdp.program();
        let scanner = self.pdp.scanner();
        match self.cause {
            Cause::None => None,
            Cause::Message(reject) => Some(describe_message(self.args, reject)),
            Cause::Args(reject) => {
                self.tool.map(|tool| describe(scanner, tool.args, Source::Args, self.args, reject))
            }
            Cause::Principal(reject) => {
                let (node, source) = (program.principal, Source::Principal);
                Some(describe(scanner, node, source, self.host.principal, reject))
            }
            Cause::Session(reject) => {
                Some(describe(scanner, program.session, Source::Session, self.host.session, reject))
            }
            Cause::NoTime => Some("the policy reads the time, and the host gave none".into()),
            Cause::NoHandle => Some("the host gave an empty handle of the principal or session".into()),
            Cause::State => self.remembered.error.as_ref().map(ToString::to_string),
        }
    }

    /// What the agent may be told. It never learns of tools that it cannot see: denials of a hidden tool, of one that is not
    /// listed and of one that does not exist are the same bytes (semantics.md 50). Nor does it learn ids or the host's values.
    #[must_use]
    pub fn agent_message(&self) -> Cow<'a, str> {
        match self.decision {
            Decision::Allow => "allowed".into(),
            Decision::Ask => self.because("this call waits for an approval"),
            // A message that cannot be read names no tool.
            Decision::Deny if matches!(self.cause, Cause::Message(_)) => {
                self.detail().unwrap_or_default().into()
            }
            Decision::Deny if !self.is_listed() => BuiltIn::UnknownTool.message().into(),
            Decision::Deny => match (self.built_in, self.cause) {
                (Some(BuiltIn::DefaultDeny) | None, _) => self.because("denied by policy"),
                (Some(_), Cause::Args(_)) => self.detail().unwrap_or_default().into(),
                (Some(reason), _) => reason.message().into(),
            },
        }
    }

    fn is_listed(&self) -> bool {
        self.tool.is_some_and(|tool| Vm::default().is_listed(self.pdp, self.host.principal, tool))
    }

    /// `what`, and what the determining statements say.
    fn because(&self, what: &'static str) -> Cow<'a, str> {
        let mut texts: Vec<&str> = Vec::new();
        for reason in self.reasons() {
            let Reason::Statement(statement) = reason else { continue };
            if !statement.because.is_empty() && !texts.contains(&&*statement.because) {
                texts.push(&statement.because);
            }
        }
        if texts.is_empty() { what.into() } else { alloc::format!("{what}: {}", texts.join(" ")).into() }
    }
}

/// The statements that matched.
fn statements<'a>(
    pdp: &'a Pdp,
    matched: &'a [Matched],
) -> impl Iterator<Item = (&'a Matched, &'a Statement)> + use<'a> {
    matched.iter().filter_map(|matched| {
        let statement = pdp.program().statements.get(matched.statement as usize)?;
        Some((matched, statement))
    })
}
