//! P1: twelve statements over six servers. In: a seed. Out: the policy, its tools, and requests in a mix of twelve slots.

use crate::rng::Rng;
use crate::text::{body, words};
use crate::{HOST, Request, Workload, host, tool};

const STRING: &str = r#"{"type":"string"}"#;
const STRINGS: &str = r#"{"type":"array","items":{"type":"string"}}"#;
const SOME_STRINGS: &str = r#"{"type":"array","items":{"type":"string"},"minItems":1}"#;
const LIMIT: &str = r#"{"type":"integer","minimum":1,"maximum":100}"#;
const TEXTS: &str = r#"{"type":"object","additionalProperties":{"type":"string"}}"#;
const INPUTS: &str = r#"{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"},"properties":{"type":"object","additionalProperties":{"type":"string"}}},"required":["id","properties"]}}"#;

const RULES: &str = r#"
decide refunds on stripe.create_refund {
  own:   allow when args.amount > 0 and args.amount < 50 and args.customer == principal.customer_id
  other: ask
}
decide mail on gmail.send {
  outside: deny when any a in args.to: not (a ends_with "@acme.example" or a ends_with "@acme.co.example")
  inside:  allow
}
rule no_bulk_delete: deny  hubspot.batch_archive_objects when count(args.ids) > 1
rule hubspot_types:  allow hubspot.* when args.type in ["contacts", "companies", "deals", "tickets"]
rule many_updates:   ask   hubspot.batch_update_objects when count(args.inputs) > 10
rule sql_shape:      allow db.query when args.sql matches /SELECT [a-z_, ]+ FROM [a-z_]+ LIMIT [0-9]{1,3}/
rule shared_files:   allow files.* when args.path starts_with "/srv/shared/"
rule no_secrets:     deny  files.* when args.path ends_with ".key" or args.path ends_with ".env"
rule knowledge:      allow kb.* when "support" in principal.roles
rule no_leak:        deny  *.send when session.tainted
"#;

/// The statements' ids, sorted: a decision's reasons are numbers in this list.
pub const IDS: [&str; 12] = [
    "hubspot_types",
    "knowledge",
    "mail.inside",
    "mail.outside",
    "many_updates",
    "no_bulk_delete",
    "no_leak",
    "no_secrets",
    "refunds.other",
    "refunds.own",
    "shared_files",
    "sql_shape",
];

/// The policy and its tools.
#[must_use]
pub fn workload() -> Workload {
    let refund = [
        ("amount", r#"{"type":"number"}"#),
        ("customer", STRING),
        ("currency", r#"{"enum":["usd","eur","gbp"]}"#),
        ("reason", STRING),
        ("metadata", TEXTS),
    ];
    let mail = [("to", SOME_STRINGS), ("subject", STRING), ("body", STRING), ("cc", STRINGS)];
    let servers = [
        ("db", vec![tool("query", &[("database", STRING), ("sql", STRING)], 0)]),
        (
            "files",
            vec![
                tool("read", &[("path", STRING), ("encoding", STRING)], 1),
                tool("write", &[("path", STRING), ("content", STRING)], 0),
            ],
        ),
        ("gmail", vec![tool("send", &mail, 1)]),
        (
            "hubspot",
            vec![
                tool("batch_archive_objects", &[("type", STRING), ("ids", SOME_STRINGS)], 0),
                tool("batch_update_objects", &[("type", STRING), ("inputs", INPUTS)], 0),
                tool("search_objects", &[("type", STRING), ("query", STRING), ("limit", LIMIT)], 1),
            ],
        ),
        ("kb", vec![tool("search", &[("query", STRING), ("limit", LIMIT), ("section", STRING)], 1)]),
        ("stripe", vec![tool("create_refund", &refund, 2)]),
    ];
    let mut policy = String::from("edition 2026\npolicy p1 \"Rules of many kinds\"\n\n");
    for (name, _) in &servers {
        policy += &format!("import tools {name} from \"{name}.lock.json\"\n");
    }
    policy += HOST;
    policy += RULES;
    let servers = servers
        .into_iter()
        .map(|(name, tools)| (name.to_owned(), format!("{{\"tools\":[{}]}}", tools.join(","))))
        .collect();
    Workload { policy, servers }
}

/// Requests of this seed, a multiple of twelve in number.
#[must_use]
pub fn requests(seed: u64, rounds: u64) -> Vec<Request> {
    let mut rng = Rng::new(seed);
    (0..rounds * 12).map(|number| request(&mut rng, number % 12)).collect()
}

/// Mails whose bodies have about so many bytes.
#[must_use]
pub fn large_mails(seed: u64, count: u64, bytes: u64) -> Vec<Request> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|_| {
            let text = words(&mut rng, bytes / 7);
            mail(&mut rng, true, &text)
        })
        .collect()
}

fn request(rng: &mut Rng, slot: u64) -> Request {
    match slot {
        0 => refund(rng, true),
        1 => refund(rng, false),
        2 | 4 => {
            let text = body(rng);
            mail(rng, true, &text)
        }
        3 => {
            let text = body(rng);
            mail(rng, false, &text)
        }
        5 => {
            let ids = (0..=rng.below(3))
                .map(|_| format!("\"{}\"", 100_000 + rng.below(900_000)))
                .collect::<Vec<_>>()
                .join(",");
            let args = format!(r#"{{"type":"{}","ids":[{ids}]}}"#, kind(rng));
            call(rng, "hubspot", "batch_archive_objects", args)
        }
        6 => {
            let args = format!(
                r#"{{"type":"{}","query":"{}","limit":{}}}"#,
                kind(rng),
                words(rng, 6),
                1 + rng.below(100)
            );
            call(rng, "hubspot", "search_objects", args)
        }
        7 => update(rng),
        8 => {
            let sql = match rng.below(4) {
                0 => "DELETE FROM orders",
                1 => "SELECT id, total FROM orders LIMIT 50; DROP TABLE orders",
                _ => "SELECT id, customer, total, created_at FROM open_orders LIMIT 100",
            };
            call(rng, "db", "query", format!(r#"{{"database":"reporting","sql":"{sql}"}}"#))
        }
        9 => {
            let path = path(rng);
            let text = body(rng);
            call(rng, "files", "write", format!(r#"{{"path":"{path}","content":"{text}"}}"#))
        }
        10 => {
            let args = format!(
                r#"{{"query":"{}","limit":{},"section":"returns"}}"#,
                words(rng, 9),
                1 + rng.below(20)
            );
            call(rng, "kb", "search", args)
        }
        _ => {
            let path = path(rng);
            call(rng, "files", "read", format!(r#"{{ "path": "{path}", "encoding": "utf-8" }}"#))
        }
    }
}

fn call(rng: &mut Rng, server: &str, tool: &str, args: String) -> Request {
    let (principal, session, _) = host(rng);
    Request { server: server.to_owned(), tool: tool.to_owned(), args, principal, session }
}

fn kind(rng: &mut Rng) -> &'static str {
    rng.pick(&["contacts", "companies", "deals", "tickets", "quotes", "line_items"])
}

fn path(rng: &mut Rng) -> String {
    let folder = rng.pick(&["/srv/shared/reports", "/srv/shared/mail", "/srv/private", "/etc"]);
    let file = rng.pick(&["june.csv", "notes.md", "server.key", "prod.env", "invoice.pdf"]);
    format!("{folder}/{}/{file}", rng.below(1000))
}

fn refund(rng: &mut Rng, small: bool) -> Request {
    let (principal, session, customer) = host(rng);
    let cents = rng.below(100);
    let amount = if small { rng.below(60) } else { 50 + rng.below(4_000) };
    let customer = if rng.below(8) == 0 { customer + 1 } else { customer };
    let args = format!(
        r#"{{"amount":{amount}.{cents:02},"customer":"cus_{customer:05}","currency":"{}","reason":"{}","metadata":{{"ticket":"{}","channel":"chat","agent":"a-{}"}}}}"#,
        rng.pick(&["usd", "eur", "gbp"]),
        words(rng, 20),
        rng.below(100_000),
        rng.below(90)
    );
    Request { server: "stripe".to_owned(), tool: "create_refund".to_owned(), args, principal, session }
}

fn mail(rng: &mut Rng, inside: bool, text: &str) -> Request {
    let count = 1 + rng.below(3);
    let mut to = Vec::new();
    for number in 0..count {
        let domain = if !inside && number == count - 1 {
            "gmail.example"
        } else {
            rng.pick(&["acme.example", "acme.co.example"])
        };
        to.push(format!("\"{}.{}@{domain}\"", rng.pick(&["ann", "bob", "eve", "li"]), rng.below(1000)));
    }
    let subject = words(rng, 5);
    let args = format!(r#"{{"to":[{}],"subject":"{subject}","body":"{text}"}}"#, to.join(","));
    call(rng, "gmail", "send", args)
}

fn update(rng: &mut Rng) -> Request {
    let count = 1 + rng.below(14);
    let inputs: Vec<String> = (0..count)
        .map(|_| {
            format!(
                r#"{{"id":"{}","properties":{{"lifecycle":"{}","owner":"o-{}"}}}}"#,
                100_000 + rng.below(900_000),
                rng.pick(&["lead", "customer", "other"]),
                rng.below(60)
            )
        })
        .collect();
    let args = format!(r#"{{"type":"{}","inputs":[{}]}}"#, kind(rng), inputs.join(","));
    call(rng, "hubspot", "batch_update_objects", args)
}
