//! Requests. In: a generated policy. Out: calls that fit its tools, nearly fit them, or are no requests at all, with host values.

use super::policy::PolicyText;
use super::pool;
use super::rng::Rng;
use super::shape::{Field, ToolShape};
use super::tree::Tree;
use super::values::{anything, members};
use std::collections::BTreeMap;

/// A call with what the host says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Identity of the server.
    pub server: String,
    /// Name of the tool.
    pub tool: String,
    /// Bytes of the arguments.
    pub args: Vec<u8>,
    /// Bytes of the principal.
    pub principal: Vec<u8>,
    /// Bytes of the session.
    pub session: Vec<u8>,
    /// UTC milliseconds.
    pub now_ms: Option<i64>,
}

/// Makes requests for one policy.
#[derive(Debug)]
pub struct Requests<'p> {
    policy: &'p PolicyText,
    tools: BTreeMap<usize, &'p ToolShape>,
}

impl<'p> Requests<'p> {
    /// For a policy.
    #[must_use]
    pub fn new(policy: &'p PolicyText) -> Self {
        Self { policy, tools: policy.tools().enumerate().collect() }
    }

    /// One request.
    pub fn next(&self, rng: &mut Rng) -> Request {
        let index = rng.below(self.tools.len());
        let Some(tool) = self.tools.get(&index) else { return Self::empty() };
        let args = self.args(&tool.fields, rng);
        let principal = self.host(&self.policy.principal, rng);
        let session = self.host(&self.policy.session, rng);
        let (server, name) = match rng.below(100) {
            0 => (tool.server.clone(), format!("{}x", tool.name)),
            1 => ("server-9".to_owned(), tool.name.clone()),
            _ => (tool.server.clone(), tool.name.clone()),
        };
        let now_ms = if rng.chance(2) { None } else { Some(moment(rng)) };
        Request { server, tool: name, args, principal, session, now_ms }
    }

    fn empty() -> Request {
        Request {
            server: String::new(),
            tool: String::new(),
            args: b"{}".to_vec(),
            principal: b"{}".to_vec(),
            session: b"{}".to_vec(),
            now_ms: None,
        }
    }

    fn args(&self, fields: &[Field], rng: &mut Rng) -> Vec<u8> {
        let mut tree = Tree::Object(members(fields, &self.policy.constants, rng, 0));
        let kind = rng.below(100);
        if (82..96).contains(&kind) {
            for _ in 0..1 + rng.below(2) {
                self.disturb(&mut tree, rng);
            }
        }
        let text = tree.spelled(rng);
        if kind < 96 { text.into_bytes() } else { spoiled(text.into_bytes(), rng) }
    }

    /// A host value: fitting but for a few, its texts mostly not empty.
    fn host(&self, fields: &[Field], rng: &mut Rng) -> Vec<u8> {
        let mut tree = Tree::Object(members(fields, &self.policy.constants, rng, 0));
        if !rng.chance(2) {
            tree.each(&mut |value| match value {
                Tree::Text(text) if text.is_empty() => "x".clone_into(text),
                Tree::Number(text) if pool::ODD_NUMBERS.contains(&text.as_str()) => "7".clone_into(text),
                _ => {}
            });
        }
        if rng.chance(10)
            && let Some(members) = tree.members()
        {
            members.push(("undeclared".to_owned(), anything(&self.policy.constants, rng, 2)));
        }
        match rng.below(200) {
            0..=2 => self.disturb(&mut tree, rng),
            3 => return spoiled(tree.spelled(rng).into_bytes(), rng),
            _ => {}
        }
        tree.spelled(rng).into_bytes()
    }

    /// Changes one place.
    fn disturb(&self, tree: &mut Tree, rng: &mut Rng) {
        let mut places = 0;
        tree.each(&mut |_| places += 1);
        let target = rng.below(places);
        let mut at = 0;
        let constants = &self.policy.constants;
        tree.each(&mut |value| {
            if at == target {
                change(value, rng, &mut |rng| anything(constants, rng, 1));
            }
            at += 1;
        });
    }
}

fn change(value: &mut Tree, rng: &mut Rng, any: &mut dyn FnMut(&mut Rng) -> Tree) {
    match value {
        Tree::Object(members) => match rng.below(4) {
            0 if !members.is_empty() => {
                let index = rng.below(members.len());
                members.remove(index);
            }
            1 if !members.is_empty() => {
                let index = rng.below(members.len());
                if let Some((_, member)) = members.get_mut(index) {
                    *member = Tree::Null;
                }
            }
            2 => members.push((rng.word(pool::NAMES).to_owned(), any(rng))),
            _ => *value = any(rng),
        },
        Tree::List(items) => match rng.below(3) {
            0 => items.clear(),
            1 => {
                let again = items.clone();
                items.extend(again);
            }
            _ => items.push(any(rng)),
        },
        Tree::Number(text) => {
            let all = if rng.chance(50) { pool::ODD_NUMBERS } else { pool::NUMBERS };
            *text = rng.word(all).to_owned();
        }
        Tree::Text(text) if rng.chance(30) => *text = text.repeat(20),
        _ => *value = any(rng),
    }
}

/// Bytes that are no strict JSON any more, mostly.
fn spoiled(mut bytes: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    let at = rng.below(bytes.len());
    match rng.below(12) {
        0 => bytes.truncate(at),
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(rng.below(256)).unwrap_or(0);
            }
        }
        2 => bytes.splice(0..0, *b"\xEF\xBB\xBF").for_each(drop),
        3 => bytes.extend_from_slice(b" x"),
        4 => return inserted(bytes, b"\"id\":1,\"id\":2,"),
        5 => return inserted(bytes, b"\"\\u0069d\":1,\"id\":2,"),
        6 => return inserted(bytes, b"\"id\":\"\\ud800\","),
        7 => return inserted(bytes, b"\"id\":01,"),
        8 => return inserted(bytes, b"\"id\":1e400,"),
        9 => return inserted(bytes, format!("\"id\":{}{},", "[".repeat(70), "]".repeat(70)).as_bytes()),
        10 => return inserted(bytes, b"\"id\":\"\x01\","),
        _ => return format!("[{}]", String::from_utf8_lossy(&bytes)).into_bytes(),
    }
    bytes
}

/// Puts members at the head of the object.
fn inserted(bytes: Vec<u8>, members: &[u8]) -> Vec<u8> {
    let Some(brace) = bytes.iter().position(|b| *b == b'{') else { return bytes };
    let (head, tail) = bytes.split_at(brace + 1);
    let mut out = [head, members, tail].concat();
    // An object without further members must not end in a comma.
    if tail.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'}') {
        let comma = brace + members.len();
        out.remove(comma);
    }
    out
}

/// A moment between 2020 and 2035.
fn moment(rng: &mut Rng) -> i64 {
    if rng.chance(40) {
        1_798_794_000_000 + rng.between(-100_000_000, 100_000_000)
    } else {
        rng.between(1_577_836_800_000, 2_051_222_400_000)
    }
}
