//! The decision. In: a policy, a call, host values. Out: decision, reasons and obligations by the definition of semantics.md section 0.

use super::condition::{Regexes, Scope};
use super::fits::{Fits, Verdict, judge_args};
use super::json::{Caps, parse};
use super::reads::{AllReads, Collector};
use super::schema_pattern::SchemaPatterns;
use super::truth::Truth;
use super::value::Value;
use policyc_compiler::ty::Definitions;
use policyc_compiler::typed::{ActionKind, Block, Expr, Policy, Statement};
use policyc_runtime::program::memory::Lasts;
use policyc_runtime::program::{ApprovalTerms, Digest, Effect, StatementKind};
use std::sync::Arc;

/// A call.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Identity of the server.
    pub server: &'a str,
    /// Exact name of the tool.
    pub tool: &'a str,
    /// The arguments' bytes.
    pub args: &'a [u8],
    /// What is known of the live definition: `None` not seen, otherwise its digest; `Some(None)`: the host vouches for it.
    pub live: Option<Option<Digest>>,
}

/// What the host knows.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// The principal's bytes.
    pub principal: &'a [u8],
    /// The session's bytes.
    pub session: &'a [u8],
    /// UTC milliseconds.
    pub now_ms: Option<i64>,
}

/// A reason: what the command line shows of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The statement's id, or the code of a built-in reason.
    pub id: String,
    /// `rule`, `arm`, `hide` or `built_in`.
    pub kind: &'static str,
    /// The author's `because`; empty for built-in reasons.
    pub because: String,
}

/// What an `ask` demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// The statement's id.
    pub id: String,
    /// Its terms.
    pub terms: ApprovalTerms,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Allow, ask or deny, as an effect.
    pub decision: Effect,
    /// Why, guardrails first, then by id.
    pub reasons: Vec<Reason>,
    /// The terms of all matching asks, if the decision is to ask.
    pub obligations: Vec<Obligation>,
}

/// The reference evaluator of one policy.
#[derive(Debug)]
pub struct Oracle<'p> {
    pub(super) policy: &'p Policy,
    pub(super) caps: Caps,
    pub(super) patterns: SchemaPatterns,
    pub(super) regexes: Regexes,
    /// What each tool's statements read; host values count over all tools.
    reads: Vec<AllReads>,
    host_reads: AllReads,
    pub(super) reads_now: bool,
}

static NO_DEFINITIONS: Definitions = Definitions(Vec::new());

/// A statement that matched.
pub(super) struct Matched<'p> {
    pub(super) statement: &'p Statement,
    pub(super) truth: Truth,
}

impl<'p> Oracle<'p> {
    /// For a checked policy.
    #[must_use]
    pub fn new(policy: &'p Policy) -> Self {
        let mut host = Collector::default();
        let mut reads = Vec::new();
        let mut reads_now = false;
        for (blocks, memory) in policy.rules.iter().zip(&policy.memory) {
            let mut own = Collector::default();
            own.add_memory(memory);
            host.add_memory(memory);
            for condition in blocks.iter().flat_map(conditions) {
                own.add(condition);
                host.add(condition);
                reads_now |= super::listing::reads_now(condition);
            }
            reads.push(own.reads);
        }
        Self {
            policy,
            caps: Caps::default(),
            patterns: SchemaPatterns::default(),
            regexes: Regexes::default(),
            reads,
            host_reads: host.reads,
            reads_now,
        }
    }

    /// A pattern of the policy that the evaluator could not read: then its decisions mean nothing.
    #[must_use]
    pub fn unread_pattern(&self) -> Option<String> {
        self.regexes.unread()
    }

    /// Decides a call.
    #[must_use]
    pub fn decide(&self, call: &Call<'_>, host: &Host<'_>) -> Outcome {
        let Some(tool) = self.tool(call) else { return built_in("unknown_tool") };
        match self.prepare(tool, call, host) {
            Err(reason) => built_in(reason),
            Ok(mut scope) => {
                let mut matched = Vec::new();
                for block in self.policy.rules.get(tool).into_iter().flatten() {
                    self.match_block(block, &mut scope, &mut matched);
                }
                combine(&matched)
            }
        }
    }

    /// The tool's index: server identity and exact name.
    pub(super) fn tool(&self, call: &Call<'_>) -> Option<usize> {
        self.policy.tools.iter().position(|tool| {
            let server = self.policy.servers.get(usize::from(tool.server));
            *tool.name == *call.tool && server.is_some_and(|server| *server.identity == *call.server)
        })
    }

    /// Everything that can deny before a statement is looked at.
    pub(super) fn prepare(
        &self,
        tool: usize,
        call: &Call<'_>,
        host: &Host<'_>,
    ) -> Result<Scope<'_>, &'static str> {
        let (info, reads) = self.policy.tools.get(tool).zip(self.reads.get(tool)).ok_or("unknown_tool")?;
        match call.live {
            None => return Err("schema_unverified"),
            Some(Some(digest)) if digest != info.digest => return Err("schema_changed"),
            Some(_) => {}
        }
        let args = parse(call.args, self.caps).ok_or("bad_request")?;
        match judge_args(&info.args, &args, &reads.args, &self.patterns) {
            Verdict::Fits => {}
            Verdict::BadRequest => return Err("bad_request"),
            Verdict::BadArguments => return Err("bad_arguments"),
        }
        let principal = self.principal(host.principal).ok_or("bad_context")?;
        let session = self.host(&self.policy.session, host.session, &self.host_reads.session);
        let session = session.ok_or("bad_context")?;
        if self.reads_now && host.now_ms.is_none() {
            return Err("bad_context");
        }
        Ok(self.scope(Value::of(&args), principal, session, host.now_ms))
    }

    /// Something of the tool's results is learned, or sets a label, or is looked at before it is shown.
    pub(super) fn learns(&self, tool: usize) -> bool {
        let memory = self.policy.memory.get(tool);
        memory.is_some_and(|own| !own.learn.is_empty() || !own.shown.is_empty() || !own.shows.is_empty())
    }

    /// Some label lasts for a number of calls: then every call is one.
    pub(super) fn counts_calls(&self) -> bool {
        let actions = self.policy.memory.iter().flat_map(|own| own.admit.iter().chain(&own.shown));
        actions.into_iter().any(|action| matches!(action.kind, ActionKind::SetLabel(_, Lasts::Calls(_))))
    }

    /// What is read of the tool's results; `None` if nothing is, so that any result will do.
    pub(super) fn result_reads(&self, tool: usize) -> Option<&super::reads::Reads> {
        self.reads.get(tool).map(|reads| &reads.result).filter(|reads| reads.is_read())
    }

    pub(super) fn principal(&self, bytes: &[u8]) -> Option<Value> {
        self.host(&self.policy.principal, bytes, &self.host_reads.principal)
    }

    fn host(
        &self,
        ty: &policyc_compiler::ty::ObjectTy,
        bytes: &[u8],
        reads: &super::reads::Reads,
    ) -> Option<Value> {
        let json = parse(bytes, self.caps)?;
        Fits { definitions: &NO_DEFINITIONS, patterns: &self.patterns }.host(ty, &json, reads)
    }

    pub(super) fn scope(
        &self,
        args: Value,
        principal: Value,
        session: Value,
        now_ms: Option<i64>,
    ) -> Scope<'_> {
        Scope {
            args,
            principal,
            session,
            result: Value::Nothing,
            has_result: false,
            text: Value::Nothing,
            now_ms,
            known: None,
            variables: Vec::new(),
            regexes: &self.regexes,
        }
    }

    /// A deny or ask matches unless its condition is false, an allow if it is true. Arms after a matching one are not looked at.
    pub(super) fn match_block(&self, block: &Block, scope: &mut Scope<'_>, matched: &mut Vec<Matched<'p>>) {
        let mut look = |number: u32, condition: &Expr| {
            let Some(statement) = self.policy.statements.get(number as usize) else { return false };
            let truth = scope.truth(condition);
            let matches = match statement.effect {
                Effect::Allow => truth == Truth::True,
                Effect::Ask | Effect::Deny => truth != Truth::False,
            };
            if matches {
                matched.push(Matched { statement, truth });
            }
            matches
        };
        match block {
            Block::Rule(number, condition) => {
                look(*number, condition);
            }
            Block::Decide(arms) => {
                let _first = arms.iter().find(|(number, condition)| look(*number, condition));
            }
        }
    }
}

fn conditions(block: &Block) -> Vec<&Expr> {
    match block {
        Block::Rule(_, condition) => vec![&**condition],
        Block::Decide(arms) => arms.iter().map(|(_, condition)| &**condition).collect(),
    }
}

/// `Deny` if D ∪ Gd ≠ ∅ or K⁺ ∪ L = ∅; else `Ask` if K ∪ Gk ≠ ∅; else `Allow`.
pub(super) fn combine(matched: &[Matched<'_>]) -> Outcome {
    let decisive: Vec<&Matched<'_>> = matched.iter().filter(|one| !one.statement.shadow).collect();
    let of = |guardrail: bool, effect: Effect| {
        decisive
            .iter()
            .filter(move |one| one.statement.guardrail == guardrail && one.statement.effect == effect)
    };
    let denied = of(false, Effect::Deny).next().is_some() || of(true, Effect::Deny).next().is_some();
    let granted = of(false, Effect::Ask).any(|ask| ask.truth == Truth::True)
        || of(false, Effect::Allow).next().is_some();
    let asked = of(false, Effect::Ask).next().is_some() || of(true, Effect::Ask).next().is_some();
    let decision = match (denied || !granted, asked) {
        (true, _) => Effect::Deny,
        (false, true) => Effect::Ask,
        (false, false) => Effect::Allow,
    };
    let mut determining: Vec<&Statement> =
        decisive.iter().map(|one| one.statement).filter(|statement| statement.effect == decision).collect();
    determining.sort_by(|a, b| (!a.guardrail, &a.id).cmp(&(!b.guardrail, &b.id)));
    if determining.is_empty() {
        return built_in("default_deny");
    }
    let obligations = match decision {
        Effect::Ask => determining.iter().filter_map(|statement| obligation(statement)).collect(),
        Effect::Allow | Effect::Deny => Vec::new(),
    };
    Outcome {
        decision,
        reasons: determining.iter().map(|statement| reason(statement)).collect(),
        obligations,
    }
}

fn obligation(statement: &Statement) -> Option<Obligation> {
    Some(Obligation { id: statement.id.to_string(), terms: statement.terms.clone()? })
}

fn reason(statement: &Statement) -> Reason {
    let kind = match statement.kind {
        StatementKind::Rule => "rule",
        StatementKind::Arm => "arm",
        StatementKind::Hide => "hide",
        StatementKind::Limit => "limit",
        StatementKind::Result | StatementKind::Redact | StatementKind::Reply | StatementKind::Append => {
            "no call's"
        }
    };
    let text = |text: &Arc<str>| text.to_string();
    Reason { id: text(&statement.id), kind, because: text(&statement.because) }
}

pub(super) fn built_in(code: &str) -> Outcome {
    let reason = Reason { id: code.to_owned(), kind: "built_in", because: String::new() };
    Outcome { decision: Effect::Deny, reasons: vec![reason], obligations: Vec::new() }
}
