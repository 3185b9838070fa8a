//! What recordings hold that a variant can be made of. In: whole recordings. Out: identifiers and whose they are, states that things are
//! in, the calls that were made.

use super::shapes::{identifies, is_status, plain};
use crate::replay::line::{CallLine, Event, OutcomeKind, ResultLine, read_line};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Values that a name has; more are no choice.
const CHOICES: usize = 16;

/// What recordings hold.
#[derive(Debug, Default)]
pub struct Pool {
    /// Identifiers by server and plain name, each with the principal that it was seen with; none: with several.
    ids: BTreeMap<(String, String), BTreeMap<String, Option<String>>>,
    /// States by server and plain name.
    states: BTreeMap<(String, String), BTreeSet<String>>,
    /// The numbers of calls by file, session, server, tool and arguments.
    calls: BTreeMap<[String; 5], Vec<u64>>,
    /// Calls that failed, by file, session and number.
    failed: BTreeSet<(String, String, u64)>,
}

impl Pool {
    /// Reads a recording; `key` is what a replay calls it. Lines that are broken are left out: the replay tells of them.
    pub fn read(&mut self, key: &str, recording: &[u8]) {
        let mut principals: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut servers: BTreeMap<(String, u64), String> = BTreeMap::new();
        for line in recording.split(|byte| *byte == b'\n') {
            match read_line(line) {
                Ok(Event::Session(session)) => {
                    principals.insert(session.session.to_string(), principal(session.principal));
                }
                Ok(Event::Call(call)) => {
                    let owner = principals.get(&*call.session).cloned().flatten();
                    self.call(key, &call, owner.as_deref());
                    servers.insert((call.session.to_string(), call.seq), call.server.to_string());
                }
                Ok(Event::Outcome(outcome)) => {
                    if matches!(outcome.kind, OutcomeKind::Failure | OutcomeKind::Unsent) {
                        self.failed.insert((key.to_owned(), outcome.session.to_string(), outcome.seq));
                    }
                    let owner = principals.get(&*outcome.session).cloned().flatten();
                    let server = servers.get(&(outcome.session.to_string(), outcome.seq));
                    if let (Some(server), Some(result)) = (server, &outcome.result) {
                        self.result(server, result, owner.as_deref());
                    }
                }
                Err(_) => {}
            }
        }
    }

    fn call(&mut self, key: &str, call: &CallLine<'_>, owner: Option<&str>) {
        let Ok(args) = serde_json::from_str::<Value>(call.args) else { return };
        self.value(&call.server, "", &args, owner);
        if let Some(result) = &call.result {
            self.result(&call.server, result, owner);
        }
        if call.result.as_ref().is_some_and(|result| result.is_error) {
            self.failed.insert((key.to_owned(), call.session.to_string(), call.seq));
        }
        self.calls.entry(name(key, call, &args)).or_default().push(call.seq);
    }

    fn result(&mut self, server: &str, result: &ResultLine<'_>, owner: Option<&str>) {
        let json = result.structured.unwrap_or(&result.text);
        if let Ok(value) = serde_json::from_str::<Value>(json) {
            self.value(server, "", &value, owner);
        }
    }

    fn value(&mut self, server: &str, name: &str, value: &Value, owner: Option<&str>) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.value(server, name, one, owner)),
            Value::Object(all) => all.iter().for_each(|(name, one)| self.value(server, name, one, owner)),
            leaf => {
                if let (true, Some(owner)) = (identifies(name, leaf), owner) {
                    let seen = self.ids.entry((server.to_owned(), plain(name))).or_default();
                    seen.entry(leaf.to_string())
                        .and_modify(|known| {
                            if known.as_deref() != Some(owner) {
                                *known = None;
                            }
                        })
                        .or_insert_with(|| Some(owner.to_owned()));
                }
                if let Value::String(text) = leaf
                    && is_status(name, text)
                {
                    self.states.entry((server.to_owned(), plain(name))).or_default().insert(text.clone());
                }
            }
        }
    }

    /// Identifiers under this name that were seen with one other principal only, those behind `own` first.
    pub(super) fn foreign(&self, server: &str, name: &str, own: &Value, principal: &str) -> Vec<Value> {
        let (Some(mine), Some(all)) =
            (self::principal(principal), self.ids.get(&(server.to_owned(), plain(name))))
        else {
            return Vec::new();
        };
        let own = own.to_string();
        let behind = all.range::<String, _>(own.clone()..).chain(all.range::<String, _>(..own.clone()));
        let foreign = behind
            .filter(|(value, owner)| **value != own && owner.as_ref().is_some_and(|owner| *owner != mine));
        foreign.filter_map(|(value, _)| serde_json::from_str(value).ok()).take(2).collect()
    }

    /// Other states that things of this name are in.
    pub(super) fn states(&self, server: &str, name: &str, own: &str) -> Vec<&str> {
        let all = self.states.get(&(server.to_owned(), plain(name)));
        let few = all.filter(|all| (2..=CHOICES).contains(&all.len()));
        few.into_iter().flatten().map(|state| &**state).filter(|state| *state != own).take(2).collect()
    }

    /// Whether the session makes this very call, and not in vain.
    pub(super) fn is_recorded(&self, key: &str, line: &CallLine<'_>, args: &str) -> bool {
        let Ok(args) = serde_json::from_str::<Value>(args) else { return false };
        let numbers = self.calls.get(&name(key, line, &args)).into_iter().flatten();
        numbers.into_iter().any(|seq| !self.has_failed(key, &line.session, *seq))
    }

    /// Whether the call failed.
    pub(super) fn has_failed(&self, key: &str, session: &str, seq: u64) -> bool {
        self.failed.contains(&(key.to_owned(), session.to_owned(), seq))
    }
}

/// What makes two calls of a recording the same.
fn name(key: &str, call: &CallLine<'_>, args: &Value) -> [String; 5] {
    let (session, server, tool) = (call.session.to_string(), call.server.to_string(), call.tool.to_string());
    [key.to_owned(), session, server, tool, args.to_string()]
}

/// A principal that is known.
fn principal(json: &str) -> Option<String> {
    let value = serde_json::from_str::<Value>(json).ok()?;
    value.as_object().is_some_and(|object| !object.is_empty()).then(|| value.to_string())
}
