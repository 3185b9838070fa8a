//! Policies that remember. In: a seed. Out: small policies over three tools, with facts of every kind, labels and limits, and rules that
//! read them.
//!
//! What they name comes from a small stock, so that keys, values and times collide.

use super::locks::{Server, lock_of};
use super::policy::{ItemKind, PolicyText, ROOT};
use super::rng::Rng;
use serde_json::{Value, json};

/// The server of all tools.
pub const SERVER: &str = "server-shop";
/// The tools.
pub(super) const TOOLS: [&str; 3] = ["look", "pay", "send"];

/// Facts that a policy may declare: name, keys, type.
const FACTS: [(&str, usize, Kind); 9] = [
    ("status", 1, Kind::Text),
    ("owner", 1, Kind::Text),
    ("current", 0, Kind::Text),
    ("pair", 2, Kind::Text),
    ("total", 1, Kind::Amount),
    ("order", 1, Kind::Record),
    ("seen", 0, Kind::Set),
    ("met", 1, Kind::Set),
    ("tries", 1, Kind::Counter),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Amount,
    Record,
    Set,
    Counter,
}

/// A random policy that remembers.
#[must_use]
pub fn stateful_policy(rng: &mut Rng) -> PolicyText {
    let mut out =
        PolicyText { paths: vec![ROOT.to_owned()], servers: vec![server(rng)], ..PolicyText::default() };
    let header = "edition 2026\npolicy remembers\n\nimport tools shop from \"shop.lock.json\"";
    let host =
        "principal { id: string }\nsession { id: string, customer: string }\napprovers default \"lead\"";
    for text in [header, host] {
        out.push(0, ItemKind::Frame, text.to_owned());
    }
    let mut facts: Vec<_> = FACTS.to_vec();
    rng.shuffle(&mut facts);
    facts.truncate(1 + rng.below(3));
    let mut writer = Stateful { rng, facts, labels: Vec::new() };
    let mut items = writer.results();
    items.extend(writer.facts());
    items.extend(writer.labels());
    items.extend(writer.limits());
    items.extend(writer.rules());
    for (kind, text) in items {
        out.push(0, kind, text);
    }
    out
}

/// Path of a guardrails file that remembers.
pub const SECURITY: &str = "org/security.policy";

/// The policy with a guardrails file that remembers things of its own, under the names that policies use.
#[must_use]
pub fn with_guardrails(rng: &mut Rng, policy: &PolicyText) -> PolicyText {
    let mut out = policy.clone();
    let file = out.paths.len();
    out.paths.push(SECURITY.to_owned());
    for item in out.items.iter_mut().filter(|item| item.text.starts_with("edition")) {
        item.text.push_str("\nimport guardrails \"org/security.policy\"");
    }
    let frame = "policy security\nimport tools shop from \"../shop.lock.json\"\nprincipal { id: string }\nsession { customer: string }";
    out.push(file, ItemKind::Frame, frame.to_owned());
    let mut facts: Vec<_> = FACTS.to_vec();
    rng.shuffle(&mut facts);
    facts.truncate(1 + rng.below(2));
    let mut writer = Stateful { rng, facts, labels: Vec::new() };
    let mut items = writer.results();
    items.extend(writer.facts());
    items.extend(writer.labels());
    items.extend(writer.limits());
    for number in 0..1 + writer.rng.below(3) {
        let (tools, when) = (writer.tools(), writer.restriction());
        let (effect, from) =
            writer.rng.pick(&[("deny", ""), ("ask", "\n  from \"security\"")]).copied().unwrap_or_default();
        items.push((ItemKind::Statement, format!("rule g{number}: {effect} {tools}\n  when {when}{from}")));
    }
    for (kind, text) in items {
        let from = if text.contains("exceeded ask") { "\n  from \"security\"" } else { "" };
        out.push(file, kind, text + from);
    }
    out
}

/// A server whose tools take an id, and perhaps more.
fn server(rng: &mut Rng) -> Server {
    let mut tool = |name: &str| {
        let mut required = vec!["id"];
        required.extend(["amount", "to"].into_iter().filter(|_| rng.chance(35)));
        json!({ "name": name, "inputSchema": { "type": "object", "required": required, "properties": {
            "id": { "type": "string" }, "amount": { "type": "number" }, "to": { "type": "string" },
            "flag": { "type": "boolean" } } } })
    };
    let listed: Vec<Value> = TOOLS.iter().map(|name| tool(name)).collect();
    let lock = lock_of(SERVER, &listed);
    Server {
        identity: SERVER.to_owned(),
        alias: "shop".to_owned(),
        tools: Vec::new(),
        shared: Vec::new(),
        lock,
    }
}

struct Stateful<'r> {
    rng: &'r mut Rng,
    facts: Vec<(&'static str, usize, Kind)>,
    labels: Vec<&'static str>,
}

type Items = Vec<(ItemKind, String)>;

impl Stateful<'_> {
    fn word(&mut self, all: &[&'static str]) -> &'static str {
        self.rng.word(all)
    }

    fn maybe(&mut self, percent: usize, all: &[&'static str]) -> &'static str {
        if self.rng.chance(percent) { self.rng.word(all) } else { "" }
    }

    fn tools(&mut self) -> &'static str {
        self.word(&["shop.look", "shop.look", "shop.pay", "shop.send", "shop.look, shop.pay", "shop.*"])
    }

    fn results(&mut self) -> Items {
        let owner = self.word(&["owner", "owner?"]);
        let items = self.word(&["items", "items?"]);
        let text = format!(
            "result shop.*: {{ status: string, {owner}: string, total?: decimal, {items}: list<{{ id: string, status: string }}> }}"
        );
        vec![(ItemKind::Frame, text)]
    }

    fn facts(&mut self) -> Items {
        let mut out = Vec::new();
        for (name, keys, kind) in self.facts.clone() {
            let params = ["", "(k: string)", "(k: string, l: string)"].get(keys).copied().unwrap_or_default();
            let ty = match kind {
                Kind::Text => "string",
                Kind::Amount => "decimal",
                Kind::Record => "{ status: string, owner?: string }",
                Kind::Set => "set<string>",
                Kind::Counter => "int",
            };
            let life = if self.rng.chance(25) {
                self.word(&[" for principal for 10m", " for principal for 1h"])
            } else {
                self.maybe(35, &[" for 5m", " for 10m", " for 1h"])
            };
            let mut text = format!("fact {name}{params}: {ty}{life}");
            for _ in 0..1 + self.rng.below(3) {
                let after = self.after(name, keys, kind);
                text.push_str("\n  ");
                text.push_str(&after);
            }
            out.push((ItemKind::Statement, text));
        }
        out
    }

    fn after(&mut self, name: &str, keys: usize, kind: Kind) -> String {
        let tools = self.tools();
        let when = if kind == Kind::Counter {
            self.maybe(30, &[" when args.flag == true", " when args.amount > 1"])
        } else {
            self.maybe(
                35,
                &[
                    " when args.flag == true",
                    " when result.status == \"open\"",
                    " when result.owner == \"ann\"",
                    " when result.total > 2",
                    " unless args.to == \"bob\"",
                    " when has result.owner",
                ],
            )
        };
        let each = keys > 0 && kind != Kind::Counter && kind != Kind::Record && self.rng.chance(35);
        let (loops, key, value) = if each {
            let filter = self.maybe(40, &[" where x.status == \"open\"", " where x.id == args.id"]);
            (format!("each x in result.items{filter}: "), "x.id", "x.status")
        } else {
            let key = self.word(&["args.id", "args.id", "args.id", "args.to", "result.status"]);
            (String::new(), key, self.word(&["result.status", "result.owner", "args.to", "\"open\""]))
        };
        let key = if kind == Kind::Counter { self.word(&["args.id", "args.id", "args.to"]) } else { key };
        let target = match keys {
            0 => name.to_owned(),
            1 => format!("{name}({key})"),
            _ => format!("{name}({key}, {})", self.word(&["args.id", "args.to", "result.owner"])),
        };
        let action = match kind {
            _ if self.rng.chance(12) => format!("forget {target}"),
            Kind::Text => format!("{target} = {value}"),
            Kind::Amount => format!("{target} = {}", self.word(&["result.total", "args.amount"])),
            Kind::Record => format!(
                "{target} = {}",
                self.word(&["result", "{ status: result.status }", "{ status: \"open\", owner: args.to }"])
            ),
            Kind::Set if keys == 0 => format!("add {value}"),
            Kind::Set => format!("{target} add {value}"),
            Kind::Counter => format!("{target} += {}", self.word(&["1", "1", "args.amount", "2"])),
        };
        format!("after {tools}{when}: {loops}{action}")
    }

    fn labels(&mut self) -> Items {
        let mut out = Vec::new();
        for name in ["tainted", "marked"] {
            if !self.rng.chance(45) {
                continue;
            }
            self.labels.push(name);
            let owner = self.maybe(30, &[" for principal"]);
            if self.rng.chance(25) {
                out.push((ItemKind::Statement, format!("label {name}{owner}")));
                continue;
            }
            let tools = self.tools();
            let when = self.maybe(
                55,
                &[
                    " when args.flag == true",
                    " when result.status == \"held\"",
                    " when has result.owner",
                    " unless args.id == \"a\"",
                    " unless result.owner == \"ann\"",
                    " when (result.owner ?? \"ann\") == \"bob\"",
                ],
            );
            let lasts = self.maybe(60, &[" for 10m", " for 1 calls", " for 2 calls", " for 5m"]);
            out.push((ItemKind::Statement, format!("label {name}{owner}\n  after {tools}{when}{lasts}")));
        }
        out
    }

    fn limits(&mut self) -> Items {
        let mut out = Vec::new();
        for number in 0..self.rng.below(3) {
            let most = self.word(&["1", "2", "3", "5", "2.5", "0"]);
            let per = self.word(&[
                "10m",
                "1h",
                "1d",
                "session",
                "calendar day in \"Europe/London\"",
                "calendar hour in \"Europe/London\"",
                "calendar week in \"America/Havana\"",
                "calendar month in \"UTC\"",
            ]);
            let whose = match (per, self.rng.below(4)) {
                (_, 0) => " for each args.id",
                (_, 1) => " for each principal.id",
                ("session", _) => "",
                (_, 2) => " per session",
                _ => " for everyone",
            };
            let tools = self.tools();
            let counting = self.maybe(
                60,
                &[
                    " counting args.amount",
                    " counting args.amount ?? 2",
                    " counting distinct args.to",
                    " counting distinct args.id",
                    " counting args.amount * 0.5",
                ],
            );
            let mut text = format!("limit l{number}: {most} per {per}{whose} on {tools}{counting}");
            let when = self.when_limit();
            for line in [
                self.maybe(30, &["exceeded ask"]).to_owned(),
                self.maybe(25, &["failures count"]).to_owned(),
                when,
                self.maybe(20, &["because \"Enough.\""]).to_owned(),
            ] {
                if !line.is_empty() {
                    text.push_str("\n  ");
                    text.push_str(&line);
                }
            }
            out.push((ItemKind::Statement, text));
        }
        out
    }

    fn when_limit(&mut self) -> String {
        match self.rng.below(6) {
            0 => "when args.flag == true".to_owned(),
            1 => "unless args.to == \"ann\"".to_owned(),
            2 => match self.labels.first() {
                Some(label) => format!("when session has label {label}"),
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    fn rules(&mut self) -> Items {
        let mut out = Vec::new();
        for tool in TOOLS {
            let when = if self.rng.chance(55) { String::new() } else { format!("\n  when {}", self.grant()) };
            out.push((ItemKind::Statement, format!("rule may_{tool}: allow shop.{tool}{when}")));
        }
        for number in 0..1 + self.rng.below(4) {
            let tools = self.tools();
            let text = match self.rng.below(4) {
                0 => format!("rule g{number}: allow {tools}\n  when {}", self.grant()),
                1 => format!("rule a{number}: ask {tools}\n  when {}", self.restriction()),
                _ => format!("rule d{number}: deny {tools}\n  when {}", self.restriction()),
            };
            out.push((ItemKind::Statement, text));
        }
        out
    }

    fn grant(&mut self) -> String {
        let (first, second) = (self.atom(true), self.atom(true));
        match self.rng.below(3) {
            0 => format!("({first}) and ({second})"),
            1 => format!("({first}) or ({second})"),
            _ => first,
        }
    }

    fn restriction(&mut self) -> String {
        let (first, second) = (self.atom(false), self.atom(false));
        match self.rng.below(4) {
            0 => format!("({first}) and ({second})"),
            1 => format!("({first}) or ({second})"),
            _ => first,
        }
    }

    /// A condition that may stand where its truth grants, or where it restricts.
    fn atom(&mut self, grants: bool) -> String {
        let of_label = self.rng.chance(25);
        if let (true, Some(label)) = (of_label, self.labels.first().copied()) {
            let label = self.labels.get(1).copied().filter(|_| self.rng.chance(50)).unwrap_or(label);
            return if grants {
                format!("not (session has label {label})")
            } else {
                format!("session has label {label}")
            };
        }
        let fact = self.rng.pick(&self.facts).copied();
        let (Some((name, keys, kind)), true) = (fact, self.rng.chance(80)) else {
            return self
                .word(&["args.flag == true", "args.amount > 1", "args.to == \"ann\"", "has args.to"])
                .to_owned();
        };
        let key = self.word(&["args.id", "args.id", "args.to"]);
        let read = match keys {
            0 => name.to_owned(),
            1 => format!("{name}({key})"),
            _ => format!("{name}({key}, {})", self.word(&["args.id", "args.to"])),
        };
        let value = self.word(&["\"open\"", "\"held\"", "args.to", "session.customer"]);
        match (kind, grants) {
            (Kind::Counter, true) => format!("{read} < {}", self.word(&["1", "2", "3"])),
            (Kind::Counter, false) => format!("{read} >= {}", self.word(&["1", "2", "3"])),
            (Kind::Set, true) => {
                format!("{} in {read}", self.word(&["args.id", "args.to", "session.customer"]))
            }
            (Kind::Set, false) => format!("not ({} in {read})", self.word(&["args.id", "args.to"])),
            (Kind::Amount, _) => {
                format!("{read} {} {}", self.word(&["<", ">="]), self.word(&["1", "2.5", "args.amount"]))
            }
            (Kind::Record, true) if self.rng.chance(50) => format!("{read}.owner == {value}"),
            (Kind::Record, _) => format!("{read}.status == {value}"),
            (Kind::Text, true) => match self.rng.below(4) {
                0 => format!("known {read}"),
                1 => format!("age({read}) <= {}", self.word(&["1m", "5m", "10m"])),
                2 => format!("({read} ?? \"open\") == {value}"),
                _ => format!("{read} == {value}"),
            },
            (Kind::Text, false) => match self.rng.below(3) {
                0 => format!("not ({read} == {value})"),
                1 => format!("age({read}) > {}", self.word(&["1m", "5m", "10m"])),
                _ => format!("{read} == {value}"),
            },
        }
    }
}
