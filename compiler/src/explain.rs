//! Why a call is decided as it is. In: a checked policy, its loaded program, one call. Out: [`Explanation`]: the decision, every statement
//! of the tool in order with what its conditions came to and what they read, and the nearest call that would be permitted.
//!
//! What decides is the VM alone: the decision is the program's own, the truth of each condition is asked of the VM (`probe`), and so is
//! every call that is suggested (`nearest`). The typed tree gives the shape, the sources give the words.

mod known;
mod nearest;
mod probe;
mod render;
mod seen;
mod spell;
mod statement;
mod subst;
mod tree;
mod unmet;
mod view;
mod why;

#[cfg(test)]
mod tests;

pub use nearest::{Action, Change, Nearest};
pub use render::render;
pub(crate) use statement::effect as effect_word;

use crate::author::Author;
use crate::emit::{EmitOptions, emit};
use crate::record::Record;
use crate::typed::Policy;
use known::Known;
use policyc_runtime::state::Memory;
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Call, Decided, Host, Pdp, Requirements, Vm};
use seen::Inputs;
use serde::Serialize;
use serde_json::Value;

/// Everything about one decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The decision, as `eval` records it.
    #[serde(flatten)]
    pub record: Record,
    /// The tool as the policy spells it; none if the policy has no such tool.
    pub tool: Option<String>,
    /// The arguments that were judged; none if they are no JSON.
    pub args: Option<Value>,
    /// Every statement that is about the tool, guardrails first; the arms of a `decide` in their order.
    pub statements: Vec<StatementView>,
    /// The smallest change of one argument that permits the call; none for a call that is allowed, or that no change of its
    /// arguments could help.
    pub nearest: Option<Nearest>,
    /// What else there is to know, one line each.
    pub notes: Vec<String>,
}

impl Explanation {
    /// Of bytes that are no call: there is nothing but the record.
    #[must_use]
    pub const fn refused(record: Record) -> Self {
        Self { record, tool: None, args: None, statements: Vec::new(), nearest: None, notes: Vec::new() }
    }
}

/// A statement in one decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementView {
    /// Its id.
    pub id: String,
    /// `allow`, `ask` or `deny`.
    pub effect: &'static str,
    /// `rule`, `arm` or `hide`.
    pub kind: &'static str,
    /// It comes from a guardrails file.
    pub guardrail: bool,
    /// It is evaluated and reported, never decisive.
    pub shadow: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// What its conditions come to together: `true`, `false` or `unknown`; none where nobody looked.
    #[serde(serialize_with = "truth")]
    pub value: Option<Truth>,
    /// The arm that matched before it, where it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_by: Option<String>,
    /// It is among the reasons of the decision.
    pub determining: bool,
    /// The author's reason, or empty.
    pub because: String,
    /// Its file, relative to the root policy's directory.
    pub file: String,
    /// Its first line, from 1.
    pub line: usize,
    /// Its text, from the beginning of its first line.
    pub source: String,
    /// Its conditions; none if it always matches.
    pub conditions: Vec<Clause>,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It matched.
    Matched,
    /// An ask of the policy whose condition is unknown: it restricts and permits nothing.
    Restricts,
    /// It did not match.
    NotMatched,
    /// An earlier arm of its `decide` matched.
    Skipped,
    /// The decision was made before any statement was looked at.
    NotReached,
}

/// A `when` or `unless`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clause {
    /// `when` or `unless`.
    pub clause: &'static str,
    /// The condition.
    #[serde(flatten)]
    pub condition: Condition,
}

/// A condition and what it came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// Its text, on one line.
    pub text: String,
    /// `true`, `false` or `unknown`; none where it has no value of its own.
    #[serde(serialize_with = "truth")]
    pub value: Option<Truth>,
    /// Why it is unknown, if it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    /// What it read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Read>,
    /// The operands of `and`, `or` and `not`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Condition>,
    /// Of `any` and `all`: the elements that made it so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<Element>,
}

pub use policyc_runtime::trace::Truth;

/// An element of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Element {
    /// Where it stands: `args.to[2]`.
    pub what: String,
    /// The element.
    pub value: Value,
    /// The body, for this element.
    pub body: Condition,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Read {
    /// What was read: `email(args.to).domain`.
    pub what: String,
    /// What stood there.
    pub value: Value,
}

fn truth<S: serde::Serializer>(value: &Option<Truth>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(truth) => serializer.serialize_str(word(*truth)),
        None => serializer.serialize_none(),
    }
}

/// `true`, `false` or `unknown`.
#[must_use]
pub const fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

/// Explains one call. `pdp` is the policy's program, as `eval` would load it.
#[must_use]
pub fn explain(
    policy: &Policy,
    pdp: &Pdp,
    call: &Call<'_>,
    host: &Host<'_>,
    memory: &Memory<'_>,
) -> Explanation {
    let mut vm = Vm::new(pdp);
    let decided = vm.decide_by(pdp, call, host, memory, &mut NoTrace);
    let record = Record::of(&decided, pdp);
    let index = tool_index(policy, call);
    let mut out = Explanation {
        record,
        tool: index.and_then(|index| tool_name(policy, index)),
        args: serde_json::from_slice(call.args).ok(),
        statements: Vec::new(),
        nearest: None,
        notes: Vec::new(),
    };
    let Some(index) = index else {
        out.notes.extend(similar_tools(policy, call));
        return out;
    };
    // Every statement is tried one by one, so that the trace is complete; the decision must be the same.
    let linear = emit(policy, &EmitOptions { index: false }).ok();
    let linear = linear.and_then(|one| Pdp::from_program(one.program, &Requirements::default()).ok());
    if let Some(linear) = &linear {
        let mut vm = Vm::new(linear);
        let traced = vm.decide_by(linear, call, host, memory, &mut |_| {});
        debug_assert_eq!(summary(&decided), summary(&traced), "a trace changes no decision");
        let author = Author::of(policy);
        let read = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Value::Null);
        let inputs = Inputs {
            args: read(call.args),
            principal: read(host.principal),
            session: read(host.session),
            now_ms: host.now_ms,
            known: Known { policy, pdp, memory: *memory, now_ms: host.now_ms.unwrap_or_default() },
        };
        let context = statement::Context { policy, author: &author, inputs: &inputs, tool: index };
        out.statements = statement::views(&context, &traced, call, host);
        out.notes.extend(notes(&traced));
    }
    out.nearest = nearest::nearest(policy, pdp, index, (call, host, memory));
    out
}

/// The decision and its reasons, to be compared.
fn summary(decided: &Decided<'_>) -> (policyc_runtime::Decision, Vec<String>) {
    (decided.decision(), decided.reasons().map(|reason| reason.id().to_owned()).collect())
}

fn tool_index(policy: &Policy, call: &Call<'_>) -> Option<usize> {
    policy.tools.iter().position(|tool| {
        let server = policy.servers.get(usize::from(tool.server));
        *tool.name == *call.tool && server.is_some_and(|server| *server.identity == *call.server)
    })
}

/// A tool as the policy spells it: alias (or identity, if only guardrails import the server), a dot, the name.
#[must_use]
pub fn tool_name(policy: &Policy, index: usize) -> Option<String> {
    let tool = policy.tools.get(index)?;
    let server = policy.servers.get(usize::from(tool.server))?;
    let alias = if server.alias.is_empty() { &server.identity } else { &server.alias };
    Some(spell::member_of(alias, &tool.name))
}

/// For a call of a tool that the policy does not have.
fn similar_tools(policy: &Policy, call: &Call<'_>) -> Option<String> {
    let names: Vec<String> = (0..policy.tools.len()).filter_map(|index| tool_name(policy, index)).collect();
    let exact = |index: &usize| policy.tools.get(*index).is_some_and(|tool| *tool.name == *call.tool);
    let same: Vec<&str> = (0..policy.tools.len())
        .filter(exact)
        .filter_map(|index| names.get(index))
        .map(String::as_str)
        .collect();
    if !same.is_empty() {
        return Some(format!("the policy has {}", crate::resolve::suggest::listing(same, 4)));
    }
    let wanted =
        if call.server.is_empty() { call.tool.to_owned() } else { format!("{}.{}", call.server, call.tool) };
    let near = crate::resolve::suggest::did_you_mean(&wanted, names.iter().map(String::as_str));
    near.or_else(|| {
        let tools = policy.tools.iter().map(|tool| &*tool.name);
        crate::resolve::suggest::did_you_mean(call.tool, tools)
    })
}

fn notes(decided: &Decided<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let list = |ids: Vec<&str>| crate::resolve::suggest::listing(ids, 8);
    let shadows: Vec<&str> = decided.shadows().map(|statement| &*statement.id).collect();
    if !shadows.is_empty() {
        out.push(format!("in shadow, so without effect: {} matched", list(shadows)));
    }
    let asks: Vec<&str> = decided.unknown_asks().map(|statement| &*statement.id).collect();
    if !asks.is_empty() && decided.decision() == policyc_runtime::Decision::Deny {
        out.push(format!("an `ask` consents only where its condition is true; unknown: {}", list(asks)));
    }
    out
}
