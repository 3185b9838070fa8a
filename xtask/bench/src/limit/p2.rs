//! P2 by hand. In: the constants of every tool, a call and the host's values. Out: the decision, and the rules by their number in
//! `p2::RULES`.

use super::json::{Json, Read, Refused, Text};
use super::{Matched, Outcome, Seen, bit, context, is_select};
use policyc_runtime::{Call, Host};
use policyc_workload::p2::{Constants, name};
use rustc_hash::FxHashMap;

const BULK: u16 = 0;
const KINDS: u16 = 1;
const LARGE: u16 = 2;
const LEAK: u16 = 3;
const OUTSIDE: u16 = 4;
const PREFIX: u16 = 5;
const ROLE: u16 = 6;
const SHAPE: u16 = 7;
const SMALL: u16 = 8;
const SUFFIX: u16 = 9;

/// The tools by name.
#[derive(Debug)]
pub struct Limit {
    tools: FxHashMap<String, Constants>,
}

impl Limit {
    /// For the policy of `n` rules.
    pub fn new(n: u64) -> Self {
        Self { tools: (0..n / 10).map(|i| (name(i), Constants::new(i))).collect() }
    }

    /// Decides.
    pub fn decide(&self, call: &Call<'_>, host: &Host<'_>) -> Outcome {
        let tool = if call.server == "s" { self.tools.get(call.tool) } else { None };
        let Some(tool) = tool else { return Outcome::Refused };
        decide(tool, call.args, host).map_or(Outcome::Refused, Matched::outcome)
    }
}

fn decide(tool: &Constants, args: &[u8], host: &Host<'_>) -> Read<Matched> {
    let mut seen = Seen::default();
    let (mut amount, mut customer, mut channel) = (0, Text::default(), Text::default());
    let (mut recipients, mut ids) = (0_u64, 0_u64);
    let mut matched = Matched::default();
    let mut json = Json::new(args);
    json.object(|json, key| {
        key.with(|name| match name {
            b"amount" => {
                seen.first(1)?;
                amount = json.number()?;
                Ok(())
            }
            b"customer" => {
                seen.first(2)?;
                customer = json.text()?;
                Ok(())
            }
            b"to" => {
                seen.first(4)?;
                json.list(|json| {
                    recipients += 1;
                    let inside =
                        |to: &[u8]| to.ends_with(tool.domain.as_bytes()) || to.ends_with(b"@acme.example");
                    matched.deny |= bit(OUTSIDE, !json.text()?.with(inside));
                    Ok(())
                })
            }
            b"kind" => {
                seen.first(8)?;
                let kind = json.text()?;
                let known = kind.with(|kind| tool.kinds.iter().any(|known| known.as_bytes() == kind));
                matched.allow |= bit(KINDS, known);
                Ok(())
            }
            b"ids" => {
                seen.first(16)?;
                json.list(|json| {
                    ids += 1;
                    json.text().map(|_| ())
                })
            }
            b"path" => {
                seen.first(32)?;
                json.text()?.with(|path| {
                    matched.allow |= bit(PREFIX, path.starts_with(tool.prefix.as_bytes()));
                    matched.deny |= bit(SUFFIX, path.ends_with(tool.suffix.as_bytes()));
                });
                Ok(())
            }
            b"sql" => {
                seen.first(64)?;
                let shape = json.text()?.with(|sql| is_select(sql, |table| table == tool.table.as_bytes()));
                matched.allow |= bit(SHAPE, shape);
                Ok(())
            }
            b"channel" => {
                seen.first(128)?;
                channel = json.text()?;
                Ok(())
            }
            b"note" => seen.first(256).and_then(|()| json.text()).map(|_| ()),
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(255)?;
    let host = context(host.principal, host.session, tool.role.as_bytes())?;
    if recipients == 0 {
        return Err(Refused);
    }
    let one = 1_000_000_000;
    let small = amount < i128::from(tool.small) * one && customer.with(|customer| host.customer.is(customer));
    matched.allow |= bit(SMALL, small) | bit(ROLE, host.role);
    matched.ask |= bit(LARGE, amount >= i128::from(tool.large) * one);
    matched.deny |=
        bit(BULK, ids > tool.most) | bit(LEAK, host.tainted && channel.is(tool.channel.as_bytes()));
    Ok(matched)
}
