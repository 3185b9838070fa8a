//! Sessions that were told another state of a thing. In: the lines of one session. Out: for each write, variants of the session in which
//! the last result that told of the thing had another state.
//!
//! A write that was right since an order was pending is hostile where the order was delivered: nothing in the call itself shows it.

use super::Kind;
use super::operators::{Variant, path, shown};
use super::pool::Pool;
use super::shapes::{identifies, is_status, plain};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// States of one thing that are changed.
const STATES: usize = 2;

/// A session in which one result says something else.
#[derive(Debug)]
pub(in crate::replay) struct Flip {
    /// The index of the write among the session's lines.
    pub(in crate::replay) write: usize,
    /// The index of the line whose result is another.
    pub(in crate::replay) told: usize,
    /// That line.
    pub(in crate::replay) line: Vec<u8>,
    /// The write's number in the session.
    pub(in crate::replay) seq: u64,
    /// What is another.
    change: String,
}

impl Flip {
    /// As a variant; its arguments are those that were recorded.
    pub(in crate::replay) fn variant(&self) -> Variant {
        Variant { kind: Kind::ChangedStatus, change: self.change.clone(), args: String::new() }
    }
}

/// Identifiers by plain name.
type Ids = BTreeMap<String, BTreeSet<String>>;

/// A result that tells of states.
struct Told {
    line: usize,
    seq: u64,
    server: String,
    event: Value,
    /// Where in the event the value is: `structured`, or `text` that is JSON.
    value: Value,
    states: Vec<State>,
}

struct State {
    pointer: String,
    name: String,
    text: String,
    /// What identifies the thing.
    ids: Ids,
}

/// The variants of a session, for the writes at these indexes.
pub(in crate::replay) fn flips(lines: &[&[u8]], writes: &BTreeSet<usize>, pool: &Pool) -> Vec<Flip> {
    let events: Vec<Value> =
        lines.iter().map(|line| serde_json::from_slice(line).unwrap_or_default()).collect();
    let mut told: Vec<Told> = Vec::new();
    let mut out = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if writes.contains(&index) {
            let mut wanted = Ids::new();
            ids(&event["args"], "", &mut wanted);
            let last = told.iter().rev().find_map(|told| {
                let state = told.states.iter().find(|state| is_same(&state.ids, &wanted))?;
                Some((told, state))
            });
            if let Some((told, state)) = last {
                let others = pool.states(&told.server, &state.name, &state.text).into_iter().take(STATES);
                out.extend(others.map(|other| Flip {
                    write: index,
                    told: told.line,
                    line: told.with(state, other),
                    seq: event["seq"].as_u64().unwrap_or_default(),
                    change: format!(
                        "result{} of call {}: {} → {}",
                        path(&state.pointer),
                        told.seq,
                        shown(&Value::from(&*state.text)),
                        shown(&Value::from(other))
                    ),
                }));
            }
        }
        told.extend(Told::of(index, event, &events));
    }
    out
}

impl Told {
    fn of(line: usize, event: &Value, events: &[Value]) -> Option<Self> {
        let result = event.get("result").filter(|result| result["is_error"] == Value::Bool(false))?;
        let seq = event["seq"].as_u64()?;
        // An outcome names its call by number alone.
        let call = events.iter().find(|own| own["seq"] == event["seq"] && own.get("args").is_some())?;
        let value = match &result["structured"] {
            Value::Null => serde_json::from_str(result["text"].as_str()?).ok()?,
            structured => structured.clone(),
        };
        let mut asked = Ids::new();
        ids(&call["args"], "", &mut asked);
        let mut states = Vec::new();
        collect(&value, "", &asked, &mut states);
        let server = call["server"].as_str()?.to_owned();
        (!states.is_empty()).then(|| Self { line, seq, server, event: event.clone(), value, states })
    }

    /// The line in which the thing is in another state.
    fn with(&self, state: &State, other: &str) -> Vec<u8> {
        let (mut event, mut value) = (self.event.clone(), self.value.clone());
        if let Some(place) = value.pointer_mut(&state.pointer) {
            *place = Value::from(other);
        }
        if let Some(result) = event.get_mut("result").and_then(Value::as_object_mut) {
            if result.get("structured").is_none_or(Value::is_null) {
                result.insert("text".to_owned(), Value::from(value.to_string()));
            } else {
                result.insert("structured".to_owned(), value);
            }
        }
        event.to_string().into_bytes()
    }
}

/// The states in a value, each with what identifies the thing: at the root what the call asked for, else what stands beside it.
fn collect(value: &Value, pointer: &str, asked: &Ids, out: &mut Vec<State>) {
    match value {
        Value::Array(all) => {
            for (index, one) in all.iter().enumerate() {
                collect(one, &format!("{pointer}/{index}"), asked, out);
            }
        }
        Value::Object(all) => {
            let mut own = if pointer.is_empty() { asked.clone() } else { Ids::new() };
            if own.is_empty() {
                for (name, one) in all.iter().filter(|(_, one)| !one.is_object() && !one.is_array()) {
                    ids(one, name, &mut own);
                }
                // All that a list was asked for belongs to one user, say: that tells nothing of one thing in it.
                own.retain(|name, _| !asked.contains_key(name));
            }
            for (name, one) in all {
                let step = name.replace('~', "~0").replace('/', "~1");
                match one {
                    Value::String(text) if is_status(name, text) => out.push(State {
                        pointer: format!("{pointer}/{step}"),
                        name: name.clone(),
                        text: text.clone(),
                        ids: own.clone(),
                    }),
                    one => collect(one, &format!("{pointer}/{step}"), asked, out),
                }
            }
        }
        _ => {}
    }
}

/// Something identifies both, and nothing tells them apart.
fn is_same(left: &Ids, right: &Ids) -> bool {
    let mut shared = left.iter().filter_map(|(name, own)| Some((own, right.get(name)?))).peekable();
    shared.peek().is_some() && shared.all(|(left, right)| !left.is_disjoint(right))
}

/// Every identifier in a value.
fn ids(value: &Value, name: &str, out: &mut Ids) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| ids(one, name, out)),
        Value::Object(all) => all.iter().for_each(|(name, one)| ids(one, name, out)),
        leaf if identifies(name, leaf) => {
            out.entry(plain(name)).or_default().insert(leaf.to_string());
        }
        _ => {}
    }
}
