//! The nearest call that would be permitted, if changing one argument suffices. In: a policy, its program, a call. Out: one change.
//!
//! Candidates come from the constants and bounds of the conditions (`wishes`) and from the tool's schema (`schema`); each is a whole call
//! that the VM decides, so a suggestion is never wrong. What conditions read of principal and session is never a candidate: a suggestion
//! would tell it.

mod edit;
mod schema;
mod wishes;

use super::render::value_text;
use super::spell::member_of;
use crate::typed::Policy;
use edit::{Edit, Key, Op};
use policyc_runtime::number::Decimal;
use policyc_runtime::state::Memory;
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{BuiltIn, Call, Decision, Host, Pdp, Vm};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Calls that are tried at most.
const TRIES: usize = 20_000;
/// Longer texts are compared by their lengths.
const COMPARED: usize = 400;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    /// The change; none if no change of a single argument suffices.
    pub change: Option<Change>,
    /// Arguments that were left as they are, since conditions compare them with what the host knows of principal and session.
    pub host_bound: Vec<String>,
    /// The call as it stands waits for approval.
    #[serde(skip)]
    asked: bool,
}

/// A change of one argument.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Which: `args.amount`, `args.to[2]`.
    pub argument: String,
    /// What to do.
    pub action: Action,
    /// What stands there, if something does.
    pub from: Option<Value>,
    /// What should stand there, unless it is removed.
    pub to: Option<Value>,
    /// `allow`, or `ask` if the changed call would wait for approval.
    pub decision: &'static str,
    /// The reasons of that decision.
    pub by: Vec<String>,
}

/// Kinds of change, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Elements of a list are left out.
    Drop,
    /// Another value.
    Replace,
    /// The argument is left out.
    Remove,
    /// The argument is given.
    Add,
}

/// How large a change is; the order in which changes of one argument are preferred.
type Size = (Decision, Action, u128, String);

/// Searches. `None` for a call that is allowed, and where no argument is to blame.
pub(super) fn nearest(
    policy: &Policy,
    pdp: &Pdp,
    tool: usize,
    (call, host, memory): (&Call<'_>, &Host<'_>, &Memory<'_>),
) -> Option<Nearest> {
    let mut search = Search { pdp, call, host, memory, vm: Vm::new(pdp), tries: 0 };
    let (decision, built_in, reasons) = search.decide(call.args)?;
    let to_blame = matches!(built_in, None | Some(BuiltIn::DefaultDeny | BuiltIn::BadArguments));
    if decision == Decision::Allow || !to_blame {
        return None;
    }
    let args: Value = serde_json::from_slice(call.args).ok().filter(Value::is_object)?;
    // Numbers that JSON's doubles cannot carry would be changed by the search itself.
    if search.decide(args.to_string().as_bytes())? != (decision, built_in, reasons) {
        return None;
    }
    let info = policy.tools.get(tool)?;
    let wishes = wishes::of(policy.rules.get(tool)?);
    let mut edits = edit::from_wishes(&wishes, &args, &info.args);
    edits.extend(schema::edits(&args, &info.args, &wishes));
    edits.retain(|edit| !wishes.is_secret(&edit.path));
    for (path, list) in edit::lists(&args, &wishes) {
        edits.extend(search.lists(&path, &list, &args));
    }
    // Of arguments that do not fit their schema, what fits with the least change comes first, whether it is allowed or asked for.
    let alike = built_in == Some(BuiltIn::BadArguments);
    let mut best: BTreeMap<String, (Size, Change)> = BTreeMap::new();
    for edit in edits {
        search.offer(&edit, &args, (decision, alike), &mut best);
    }
    let least = best.into_values().min_by_key(|((decision, action, ..), change)| {
        (*decision, *action, distance(change.from.as_ref(), change.to.as_ref()), change.argument.clone())
    });
    Some(Nearest {
        change: least.map(|(_, change)| change),
        host_bound: wishes.secrets(),
        asked: decision == Decision::Ask,
    })
}

struct Search<'a, 'c> {
    pdp: &'a Pdp,
    call: &'a Call<'c>,
    host: &'a Host<'c>,
    memory: &'a Memory<'c>,
    vm: Vm,
    tries: usize,
}

impl Search<'_, '_> {
    /// Decides the call with other arguments; `None` once that was done too often.
    fn decide(&mut self, args: &[u8]) -> Option<(Decision, Option<BuiltIn>, Vec<String>)> {
        self.tries += 1;
        if self.tries > TRIES {
            return None;
        }
        let call = Call { args, ..*self.call };
        let decided = self.vm.decide_by(self.pdp, &call, self.host, self.memory, &mut NoTrace);
        let reasons = decided.reasons().map(|reason| reason.id().to_owned()).collect();
        Some((decided.decision(), decided.built_in(), reasons))
    }

    /// Tries an edit, and keeps it if it is the best of its argument.
    fn offer(
        &mut self,
        edit: &Edit,
        args: &Value,
        (before, alike): (Decision, bool),
        best: &mut BTreeMap<String, (Size, Change)>,
    ) {
        let Some(changed) = edit.apply(args).filter(|changed| changed != args) else { return };
        let Some((decision, _, by)) = self.decide(changed.to_string().as_bytes()) else { return };
        if decision >= before {
            return;
        }
        let from = edit::at(args, &edit.path).cloned();
        let to = match &edit.op {
            Op::Set(value) => Some(value.clone()),
            Op::Remove => None,
        };
        let action = action(from.as_ref(), to.as_ref());
        let text = to.as_ref().map(Value::to_string).unwrap_or_default();
        let rank = if alike { Decision::Allow } else { decision };
        let size = (rank, action, magnitude(from.as_ref(), to.as_ref()), text);
        let argument = label(&edit.path);
        if best.get(&argument).is_none_or(|(known, _)| size < *known) {
            let change =
                Change { argument: argument.clone(), action, from, to, decision: decision.code(), by };
            best.insert(argument, (size, change));
        }
    }

    /// The list with some elements left out: one, all but one, all that are refused by themselves.
    fn lists(&mut self, path: &[Key], list: &[Value], args: &Value) -> Vec<Edit> {
        let set = |list: Vec<Value>| Edit { path: path.to_vec(), op: Op::Set(Value::Array(list)) };
        let mut out = Vec::new();
        let mut kept: BTreeMap<Decision, Vec<Value>> = BTreeMap::new();
        for (index, element) in list.iter().enumerate().take(super::seen::ELEMENTS) {
            let rest = list.iter().enumerate().filter(|(other, _)| *other != index);
            out.push(set(rest.map(|(_, value)| value.clone()).collect()));
            let alone = set(vec![element.clone()]);
            let decided = alone.apply(args).and_then(|changed| self.decide(changed.to_string().as_bytes()));
            for limit in [Decision::Allow, Decision::Ask] {
                if decided.as_ref().is_some_and(|(decision, ..)| *decision <= limit) {
                    kept.entry(limit).or_default().push(element.clone());
                }
            }
            out.push(alone);
        }
        out.extend(kept.into_values().map(set));
        out
    }
}

fn action(from: Option<&Value>, to: Option<&Value>) -> Action {
    match (from, to) {
        (None, _) => Action::Add,
        (Some(_), None) => Action::Remove,
        (Some(Value::Array(from)), Some(Value::Array(to))) if to.len() < from.len() && is_part(to, from) => {
            Action::Drop
        }
        (Some(_), Some(_)) => Action::Replace,
    }
}

/// The elements of `part` stand in `whole` in this order.
fn is_part(part: &[Value], whole: &[Value]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|wanted| rest.any(|value| value == wanted))
}

/// How far two values of one argument lie apart: numbers by their difference, others by the edits between their texts.
fn magnitude(from: Option<&Value>, to: Option<&Value>) -> u128 {
    if let (Some(from), Some(to)) = (from.and_then(units), to.and_then(units)) {
        return from.abs_diff(to);
    }
    distance(from, to) as u128
}

pub(super) fn units(value: &Value) -> Option<i128> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        // A number that was sent as text.
        Value::String(text) => text.clone(),
        _ => return None,
    };
    Decimal::parse_json(&text).map(Decimal::units)
}

fn distance(from: Option<&Value>, to: Option<&Value>) -> usize {
    let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
    let (from, to) = (text(from), text(to));
    if from.len() > COMPARED || to.len() > COMPARED {
        return from.len().abs_diff(to.len()).max(1);
    }
    strsim::levenshtein(&from, &to)
}

fn label(path: &[Key]) -> String {
    path.iter().fold("args".to_owned(), |label, key| match key {
        Key::Name(name) => member_of(&label, name),
        Key::Index(index) => format!("{label}[{index}]"),
    })
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(change) = &self.change else {
            let without = if self.asked { " without approval" } else { "" };
            write!(f, "no change of a single argument would make this call allowed{without}")?;
            if !self.host_bound.is_empty() {
                let bound = self.host_bound.join(", ");
                write!(f, "\n  {bound} aside: conditions compare that with what the host knows")?;
            }
            return Ok(());
        };
        let would = if change.decision == "ask" { "wait for approval" } else { "be allowed" };
        write!(f, "nearest call that would {would}: {change}, by {}", change.by.join(", "))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let argument = &self.argument;
        match (&self.action, &self.from, &self.to) {
            (Action::Drop, Some(Value::Array(from)), Some(Value::Array(to))) => {
                let mut left = to.iter().peekable();
                let gone = from.iter().filter(|value| left.next_if(|kept| kept == value).is_none());
                let gone: Vec<String> = gone.map(value_text).collect();
                write!(f, "leave {} out of {argument}", gone.join(", "))
            }
            (Action::Remove, ..) | (_, _, None) => write!(f, "leave out {argument}"),
            (_, Some(from), Some(to)) => {
                write!(f, "{argument} = {} in place of {}", value_text(to), value_text(from))
            }
            (_, None, Some(to)) => write!(f, "{argument} = {} in addition", value_text(to)),
        }
    }
}
