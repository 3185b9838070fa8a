//! The rules of P2 in the Cedar language, as near as it comes. In: n. Out: policies and a schema as text.
//!
//! What it cannot say is said in the nearest form of the same size: recipients are a set of domains, the number of ids is a number,
//! amounts are whole numbers, the SQL shape is a `like` pattern.

use crate::p2::{Constants, name};

/// The `n` policies.
#[must_use]
pub fn policies(n: u64) -> String {
    let mut text = String::new();
    for i in 0..n / 10 {
        let c = Constants::new(i);
        let kinds = c.kinds.clone().map(|kind| format!("\"{kind}\"")).join(", ");
        let head = |effect: &str, id: &str| {
            format!(
                "@id(\"{id}_{i}\")\n{effect}(principal, action == Action::\"{}\", resource)\nwhen ",
                name(i)
            )
        };
        let rules = [
            (
                "permit",
                "small",
                format!("context.amount < {} && context.customer == principal.customer_id", c.small),
            ),
            ("forbid", "large", format!("context.amount >= {}", c.large)),
            (
                "forbid",
                "outside",
                format!("!([\"{}\", \"@acme.example\"].containsAll(context.to))", c.domain),
            ),
            ("permit", "kinds", format!("[{kinds}].contains(context.kind)")),
            ("forbid", "bulk", format!("context.ids > {}", c.most)),
            ("permit", "role", format!("principal.roles.contains(\"{}\")", c.role)),
            ("permit", "shape", format!("context.sql like \"SELECT * FROM {} LIMIT *\"", c.table)),
            ("permit", "prefix", format!("context.path like \"{}*\"", c.prefix)),
            ("forbid", "suffix", format!("context.path like \"*{}\"", c.suffix)),
            ("forbid", "leak", format!("context.session.tainted && context.channel == \"{}\"", c.channel)),
        ];
        for (effect, id, condition) in rules {
            text += &format!("{}{{ {condition} }};\n", head(effect, id));
        }
    }
    text
}

/// The schema of n/10 actions.
#[must_use]
pub fn schema(n: u64) -> String {
    let mut text = String::from(
        "entity Agent = { id: String, roles: Set<String>, customer_id: String };
entity Tool;
type Session = { id: String, turn: Long, tainted: Bool, env: String, model: String };
",
    );
    for i in 0..n / 10 {
        text += &format!(
            "action \"{}\" appliesTo {{ principal: [Agent], resource: [Tool], context: {{ amount: Long, customer: String, to: Set<String>, kind: String, ids: Long, path: String, sql: String, channel: String, note?: String, session: Session }} }};\n",
            name(i)
        );
    }
    text
}
