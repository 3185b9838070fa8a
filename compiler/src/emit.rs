//! Emitting: the decision IR to an executable program. In: the typed tree of a checked and linked policy. Out: [`Program`], with
//! what could not be enforced.
//!
//! Each tool is lowered (`ir::lower`), then coded (`tool`): denies first, then asks, then the rest, each arm as short-circuit tests
//! (`cond`, `value`) that fall through to its `match`. Where rules of one phase differ in a constant, `index` puts a switch in
//! front. The places that conditions read decide the registers (`layout`) and, with the types, the extraction plan (`plan`).
//!
//! Equal policies give equal bytes: constants are sorted (`pools`), everything else is in the order of the typed tree, which is
//! canonical. Tools with equal code share it.

mod asm;
mod cond;
mod index;
mod layout;
mod listing;
mod memory;
mod plan;
mod pools;
mod tool;
mod value;
mod zones;

pub use crate::ir::error::{EmitError, EmitErrorKind};
pub use zones::zone_table;

use crate::ir::lower::{self, Host, Patterns, Reads};
use crate::ir::{ActionIr, ToolIr};
use crate::typed::{self, Origin, Policy};
use layout::Layouts;
use plan::{Plans, Subject};
use policyc_grammar::source::Span;
use policyc_runtime::program::memory::{Fact, Label, Limit, Window};
use policyc_runtime::program::plan::NodeId;
use policyc_runtime::program::{
    Caps, Cost, Disclaimer, Learning, Program, ReplyCode, Server, Source, SourceSpan, Statement, Tool, cost,
    instr,
};
use pools::Pools;
use std::sync::Arc;
use tool::{Codes, ToolCode};

/// How to emit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmitOptions {
    /// Put switches in front of rules that differ in a constant. Without it every rule is tried in turn; the decisions are the same.
    pub index: bool,
}

impl Default for EmitOptions {
    fn default() -> Self {
        Self { index: true }
    }
}

/// A program, and what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// The program.
    pub program: Program,
    /// Schema constraints that are not enforced, sorted: a pattern too large for an automaton, for example.
    pub notes: Vec<String>,
}

/// Emits the program of a policy.
///
/// # Errors
/// What is too large or cannot be run, with its statement and the place in it.
pub fn emit(policy: &Policy, options: &EmitOptions) -> Result<Emitted, EmitError> {
    let Lowered { tools, reply, host } = lowered(policy)?;
    let mut pools = Pools::default();
    let mut plans = Plans::default();
    let mut layouts = Layouts::of_host(&host)?;
    let host_registers = layouts.host_registers;
    let principal = plans.host(&policy.principal, &host.principal, &layouts.principal, &mut pools);
    let session = plans.host(&policy.session, &host.session, &layouts.session, &mut pools);
    let mut codes = Codes::default();
    let mut emitted = Vec::with_capacity(tools.len());
    for (index, (info, (ir, reads))) in policy.tools.iter().zip(&tools).enumerate() {
        layouts.set_tool(reads)?;
        let subject = Subject { captures: &reads.args, layout: &layouts.args };
        let args = plans.args(&info.args, subject, &mut pools);
        let code =
            ToolCode { policy, layouts: &layouts, options: *options }.emit(ir, &mut pools, &mut codes)?;
        let learning = match (code.learn_entry, code.shown_entry) {
            (None, None) => None,
            (learn, shown_entry) => {
                let subject = Subject { captures: &reads.result, layout: &layouts.result };
                // Where nothing of a result is read, any result will do.
                let result = policy.memory.get(index).and_then(|memory| memory.result.as_deref());
                // What is left of a promised one must be it again.
                let redacted = policy.memory.get(index).is_some_and(|memory| redacts(policy, memory));
                let promised = redacted && result.is_some_and(|result| result.promised);
                let result = result.filter(|_| promised || reads.result.is_live(0));
                let result = result.map_or(NodeId(0), |result| plans.result(result, subject, &mut pools));
                // What only has to be set before the result is shown teaches nothing.
                let entry = learn.unwrap_or_else(|| codes.nothing());
                Some(Learning { result, text: layouts.text, entry, shown_entry, promised })
            }
        };
        emitted.push(Tool {
            server: info.server,
            name: info.name.to_string(),
            digest: info.digest,
            args,
            entry: code.entry,
            list_entry: code.list_entry,
            admit_entry: code.admit_entry,
            learning,
            input: info.input,
            registers: code.registers,
            memos: code.memos,
        });
    }
    let reply = match &reply {
        _ if policy.reply.is_empty() => None,
        (shown, reads) => {
            layouts.set_tool(reads)?;
            let coder = ToolCode { policy, layouts: &layouts, options: *options };
            let (entry, registers) = coder.reply(shown, &mut pools, &mut codes)?;
            Some(ReplyCode { text: layouts.text, entry, registers, memos: 0 })
        }
    };
    let limits: Vec<Limit> = policy.limits.iter().map(|limit| self::limit(limit, &mut pools)).collect();
    let notes = plans.notes();
    let mut program = Program {
        name: policy.name.to_string(),
        edition: policy.edition,
        caps: Caps::default(),
        cost: Cost::default(),
        guardrails: policy.guardrails.clone(),
        sources: policy.sources.iter().map(source).collect(),
        servers: policy.servers.iter().map(server).collect(),
        tools: emitted,
        statements: policy.statements.iter().map(statement).collect(),
        facts: policy.facts.iter().map(fact).collect(),
        labels: policy.labels.iter().map(label).collect(),
        limits,
        reply,
        plan: plans.finish(),
        principal,
        session,
        host_registers,
        now: layouts.now,
        ..Program::default()
    };
    seen(policy, &mut program, &mut pools)?;
    codes.finish(&mut program);
    pools.finish(&mut program)?;
    program.cost = cost::of(&program).map_err(|error| unbounded(error.to_string()))?;
    // INVARIANT: every emitted program verifies (`any_lock_gives_a_program_that_loads`). If one does not, the author hears of it
    // here and not the host.
    program.verify().map_err(|error| refused(error.to_string()))?;
    Ok(Emitted { program, notes })
}

/// Redactions and disclaimers.
fn seen(policy: &Policy, program: &mut Program, pools: &mut Pools) -> Result<(), EmitError> {
    let redactions = policy.redactions.iter().map(|one| pools.redaction(policy, one));
    program.redactions = redactions.collect::<Result<_, _>>()?;
    let disclaimer =
        |one: &typed::Disclaimer| Disclaimer { statement: one.statement, text: pools.str_id(&one.text) };
    program.disclaimers = policy.disclaimers.iter().map(disclaimer).collect();
    Ok(())
}

/// A policy, lowered.
struct Lowered {
    /// The IR and the captured places of every tool.
    tools: Vec<(ToolIr, Reads)>,
    /// What judges replies.
    reply: (Vec<ActionIr>, Reads),
    /// What is read of the host's values.
    host: Host,
}

/// Something is taken out of the tool's results.
fn redacts(policy: &Policy, memory: &typed::ToolMemory) -> bool {
    let of = |statement: &u32| policy.redactions.iter().any(|one| one.statement == *statement);
    memory.shows.iter().any(|(statement, _)| of(statement))
}

fn lowered(policy: &Policy) -> Result<Lowered, EmitError> {
    let mut patterns = Patterns::default();
    let mut seeds = vec![Reads::default(); policy.tools.len()];
    let mut host = Host::default();
    loop {
        let known = (seeds.clone(), host.clone());
        let mut tools = Vec::with_capacity(seeds.len());
        for (index, seed) in seeds.iter().enumerate() {
            tools.push(lower::tool(policy, index, seed.clone(), &mut host, &mut patterns)?);
        }
        let reply = lower::reply(policy, Reads::default(), &mut host, &mut patterns)?;
        // A map that is read as a list of entries has its members captured there. That shows only once everything was lowered,
        // so that the second pass, if there is one, starts with it.
        let entries: Vec<_> = tools.iter().map(|(_, reads)| reads.entry_maps()).collect();
        let host_entries =
            Host { principal: host.principal.entry_maps(), session: host.session.entry_maps(), now: false };
        if entries == known.0 && host_entries == known.1 {
            return Ok(Lowered { tools, reply, host });
        }
        seeds = entries;
        host = host_entries;
    }
}

pub(crate) fn unbounded(reason: String) -> EmitError {
    EmitError { kind: EmitErrorKind::Unbounded(reason), statement: None, span: Span::default() }
}

/// The runtime would not load the program.
fn refused(reason: String) -> EmitError {
    EmitError { kind: EmitErrorKind::Refused(reason), statement: None, span: Span::default() }
}

/// Registers ran out.
pub(crate) fn too_many_registers() -> EmitError {
    let kind = EmitErrorKind::TooManyRegisters { limit: instr::MAX_REGISTERS };
    EmitError { kind, statement: None, span: Span::default() }
}

fn source(source: &typed::PolicySource) -> Source {
    let starts = source.text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
    Source {
        path: source.path.to_string(),
        digest: *blake3::hash(source.text.as_bytes()).as_bytes(),
        lines: std::iter::once(0).chain(starts).collect(),
    }
}

fn server(server: &typed::ServerInfo) -> Server {
    Server { identity: server.identity.to_string(), alias: server.alias.to_string(), lock: server.lock }
}

fn statement(statement: &typed::Statement) -> Statement {
    Statement {
        id: statement.id.to_string(),
        effect: statement.effect,
        kind: statement.kind,
        guardrail: statement.guardrail,
        shadow: statement.shadow,
        because: statement.because.to_string(),
        span: absolute(statement.origin, statement.span),
        terms: statement.terms.clone(),
    }
}

fn fact(fact: &typed::Fact) -> Fact {
    Fact {
        id: fact.id.to_string(),
        slot: fact.slot,
        scope: fact.scope,
        kind: fact.kind,
        keys: fact.keys,
        expires_ms: fact.expires_ms,
    }
}

fn label(label: &typed::Label) -> Label {
    Label { id: label.id.to_string(), slot: label.slot, scope: label.scope, sourced: label.sourced }
}

fn limit(limit: &typed::Limit, pools: &mut Pools) -> Limit {
    Limit {
        statement: limit.statement,
        slot: limit.slot,
        scope: limit.scope,
        keys: limit.keys,
        max: limit.max,
        window: match &limit.window {
            typed::Window::Trailing(ms) => Window::Trailing(*ms),
            typed::Window::Session => Window::Session,
            typed::Window::Calendar(unit, zone) => {
                Window::Calendar(*unit, u16::try_from(pools.zone(zone)).unwrap_or(u16::MAX))
            }
        },
        counting: limit.counting,
        keeps_failures: limit.keeps_failures,
    }
}

/// A span in its file.
pub(crate) fn absolute(origin: Origin, span: Span) -> SourceSpan {
    SourceSpan {
        source: origin.source,
        start: origin.start.saturating_add(span.start),
        end: origin.start.saturating_add(span.end),
    }
}

/// Shared text.
pub(crate) type Text = Arc<str>;

#[cfg(test)]
mod tests;
