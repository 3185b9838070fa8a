//! P3 and P4 by hand: one table each, built before. In: a call and the host's values. Out: the decision.

use super::json::{Json, Read, Refused, Text};
use super::{Matched, Outcome, Seen, bit, context};
use policyc_runtime::{Call, Host};
use policyc_workload::{p3, p4};
use rustc_hash::FxHashMap;

/// P3: rules by the string that they name.
#[derive(Debug)]
pub struct P3 {
    rules: FxHashMap<Vec<u8>, u64>,
}

impl P3 {
    /// For `n` rules.
    pub fn new(n: u64) -> Self {
        Self { rules: (0..n).map(|i| (p3::key(i).into_bytes(), i)).collect() }
    }

    /// Decides. Only one rule can match; it is bit 0.
    pub fn decide(&self, call: &Call<'_>, host: &Host<'_>) -> Outcome {
        if (call.server, call.tool) != ("s", "transfer") {
            return Outcome::Refused;
        }
        let decide = || -> Read<Matched> {
            let (mut seen, mut account) = (Seen::default(), Text::default());
            let mut json = Json::new(call.args);
            json.object(|json, key| {
                key.with(|name| match name {
                    b"account" => {
                        seen.first(1)?;
                        account = json.text()?;
                        Ok(())
                    }
                    b"note" => seen.first(2).and_then(|()| json.text()).map(|_| ()),
                    _ => Err(Refused),
                })
            })?;
            json.end()?;
            seen.all(3)?;
            context(host.principal, host.session, b"")?;
            Ok(match account.with(|account| self.rules.get(account)) {
                Some(rule) if rule % 3 == 0 => Matched { deny: 1, ..Matched::default() },
                Some(rule) if rule % 3 == 1 => Matched { ask: 1, ..Matched::default() },
                Some(_) => Matched { allow: 1, ..Matched::default() },
                None => Matched::default(),
            })
        };
        decide().map_or(Outcome::Refused, Matched::outcome)
    }
}

/// P4: tools by name; the three globs of each are known.
#[derive(Debug)]
pub struct P4 {
    tools: FxHashMap<String, u64>,
}

impl P4 {
    /// For `n` rules.
    pub fn new(n: u64) -> Self {
        Self { tools: (0..n / 3).map(|i| (p4::name(i), i)).collect() }
    }

    /// Decides; rule `a` is bit 0, `b` 1, `c` 2.
    pub fn decide(&self, call: &Call<'_>, host: &Host<'_>) -> Outcome {
        let tool = if call.server == "s" { self.tools.get(call.tool) } else { None };
        let Some(tool) = tool else { return Outcome::Refused };
        let decide = || -> Read<Matched> {
            let (mut seen, mut some) = (Seen::default(), false);
            let mut json = Json::new(call.args);
            json.object(|json, key| {
                key.with(|name| match name {
                    b"note" => {
                        seen.first(1)?;
                        some = !json.text()?.is(b"");
                        Ok(())
                    }
                    _ => Err(Refused),
                })
            })?;
            json.end()?;
            seen.all(1)?;
            let host = context(host.principal, host.session, b"")?;
            let long = host.turn > i128::from(tool % 40) * 1_000_000_000;
            Ok(Matched { allow: bit(0, some), deny: bit(1, host.tainted), ask: bit(2, long) })
        };
        decide().map_or(Outcome::Refused, Matched::outcome)
    }
}
