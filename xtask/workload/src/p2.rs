//! P2: n rules, ten on each of n/10 tools. In: n, a seed. Out: the policy, its tools, requests, and the constants for a decision by
//! hand.

use crate::rng::Rng;
use crate::text::words;
use crate::{HOST, Request, Workload, host, tool};

/// The name of tool `i`.
#[must_use]
pub fn name(i: u64) -> String {
    const VERBS: [&str; 7] = ["create", "update", "send", "archive", "search", "export", "move"];
    const NOUNS: [&str; 5] = ["invoice", "contact", "ticket", "file", "report"];
    let verb = VERBS.get((i % 7) as usize).copied().unwrap_or_default();
    let noun = NOUNS.get((i % 5) as usize).copied().unwrap_or_default();
    format!("{verb}_{noun}_{i}")
}

/// The constants of a tool's ten rules.
#[derive(Debug, Clone)]
pub struct Constants {
    /// An amount below this is small.
    pub small: u64,
    /// An amount from this on is large.
    pub large: u64,
    /// The domain, with `@`, that mail may go to.
    pub domain: String,
    /// Kinds of objects that are fine.
    pub kinds: [String; 4],
    /// More ids than this are too many.
    pub most: u64,
    /// The role that may do everything.
    pub role: String,
    /// The table that may be read.
    pub table: String,
    /// The folder that is open.
    pub prefix: String,
    /// Files that are not.
    pub suffix: String,
    /// The channel that leads out.
    pub channel: String,
}

impl Constants {
    /// Those of tool `i`.
    #[must_use]
    pub fn new(i: u64) -> Self {
        Self {
            small: 20 + i % 80,
            large: 500 + i,
            domain: format!("@d{i}.example"),
            kinds: ["contact", "deal", "quote", "task"].map(|kind| format!("{kind}_{i}")),
            most: 3 + i % 5,
            role: format!("role{}", i % 10),
            table: format!("t_{}", letters(i)),
            prefix: format!("/srv/{i}/"),
            suffix: format!(".key{}", i % 7),
            channel: format!("out-{i}"),
        }
    }
}

/// A number in letters, since the names of tables have no digits.
fn letters(mut i: u64) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b'a' + (i % 26) as u8));
        i /= 26;
        if i == 0 {
            return text;
        }
    }
}

/// The ids of tool `i`'s rules, sorted as decisions report them.
pub const RULES: [&str; 10] =
    ["bulk", "kinds", "large", "leak", "outside", "prefix", "role", "shape", "small", "suffix"];

/// The policy of `n` rules and its tools.
#[must_use]
pub fn workload(n: u64) -> Workload {
    let string = r#"{"type":"string"}"#;
    let strings = r#"{"type":"array","items":{"type":"string"}}"#;
    let some = r#"{"type":"array","items":{"type":"string"},"minItems":1}"#;
    let properties = [
        ("amount", r#"{"type":"number"}"#),
        ("customer", string),
        ("to", some),
        ("kind", string),
        ("ids", strings),
        ("path", string),
        ("sql", string),
        ("channel", string),
        ("note", string),
    ];
    let mut policy = String::from(
        "edition 2026\npolicy p2 \"Ten rules on each tool\"\n\nimport tools s from \"s.lock.json\"\n",
    );
    policy += HOST;
    let mut tools = Vec::new();
    for i in 0..n / 10 {
        let name = name(i);
        tools.push(tool(&name, &properties, 1));
        let c = Constants::new(i);
        let kinds = c.kinds.map(|kind| format!("\"{kind}\"")).join(", ");
        policy += &format!(
            r#"
rule small_{i}:   allow s.{name} when args.amount < {small} and args.customer == principal.customer_id
rule large_{i}:   ask   s.{name} when args.amount >= {large}
rule outside_{i}: deny  s.{name} when any a in args.to: not (a ends_with "{domain}" or a ends_with "@acme.example")
rule kinds_{i}:   allow s.{name} when args.kind in [{kinds}]
rule bulk_{i}:    deny  s.{name} when count(args.ids) > {most}
rule role_{i}:    allow s.{name} when "{role}" in principal.roles
rule shape_{i}:   allow s.{name} when args.sql matches /SELECT [a-z_, ]+ FROM {table} LIMIT [0-9]{{1,3}}/
rule prefix_{i}:  allow s.{name} when args.path starts_with "{prefix}"
rule suffix_{i}:  deny  s.{name} when args.path ends_with "{suffix}"
rule leak_{i}:    deny  s.{name} when session.tainted and args.channel == "{channel}"
"#,
            small = c.small,
            large = c.large,
            domain = c.domain,
            most = c.most,
            role = c.role,
            table = c.table,
            prefix = c.prefix,
            suffix = c.suffix,
            channel = c.channel,
        );
    }
    Workload { policy, servers: vec![("s".to_owned(), format!("{{\"tools\":[{}]}}", tools.join(",")))] }
}

/// Requests of this seed for the policy of `n` rules.
#[must_use]
pub fn requests(seed: u64, n: u64, count: u64) -> Vec<Request> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| request(&mut rng, n / 10)).collect()
}

fn request(rng: &mut Rng, tools: u64) -> Request {
    let i = rng.below(tools);
    let c = Constants::new(i);
    let (principal, session, customer) = host(rng);
    let customer = if rng.below(4) == 0 { customer + 1 } else { customer };
    let domain = |rng: &mut Rng| match rng.below(12) {
        0 => "@gmail.example".to_owned(),
        1..5 => c.domain.clone(),
        _ => "@acme.example".to_owned(),
    };
    let to = (0..=rng.below(3))
        .map(|_| format!("\"ann.{}{}\"", rng.below(1000), domain(rng)))
        .collect::<Vec<_>>()
        .join(",");
    let kind = match rng.below(4) {
        0 => c.kinds.get(rng.below(4) as usize).cloned().unwrap_or_default(),
        _ => format!("other_{}", rng.below(50)),
    };
    let ids = (0..rng.below(5))
        .map(|_| format!("\"{}\"", 100_000 + rng.below(900_000)))
        .collect::<Vec<_>>()
        .join(",");
    let folder = if rng.below(3) == 0 { c.prefix.clone() } else { "/home/agent/".to_owned() };
    let ending = if rng.below(8) == 0 { c.suffix.clone() } else { ".txt".to_owned() };
    let table = if rng.below(2) == 0 { c.table.clone() } else { "orders".to_owned() };
    let channel = if rng.below(5) == 0 { c.channel.clone() } else { "desk".to_owned() };
    let cents = rng.below(100);
    let args = format!(
        r#"{{"amount":{}.{cents:02},"customer":"cus_{customer:05}","to":[{to}],"kind":"{kind}","ids":[{ids}],"path":"{folder}{}{ending}","sql":"SELECT id, total FROM {table} LIMIT {}","channel":"{channel}","note":"{}"}}"#,
        rng.below(700),
        rng.below(100_000),
        1 + rng.below(200),
        words(rng, 30),
    );
    Request { server: "s".to_owned(), tool: name(i), args, principal, session }
}
