//! P1 by hand. In: a call and the host's values. Out: the decision, and the statements by their number in `p1::IDS`.

use super::json::{Json, Read, Refused};
use super::{Context, Matched, Outcome, Seen, bit, context, integer, is_select};
use policyc_runtime::{Call, Host};

const HUBSPOT_TYPES: u16 = 0;
const KNOWLEDGE: u16 = 1;
const MAIL_INSIDE: u16 = 2;
const MAIL_OUTSIDE: u16 = 3;
const MANY_UPDATES: u16 = 4;
const NO_BULK_DELETE: u16 = 5;
const NO_LEAK: u16 = 6;
const NO_SECRETS: u16 = 7;
const REFUNDS_OTHER: u16 = 8;
const REFUNDS_OWN: u16 = 9;
const SHARED_FILES: u16 = 10;
const SQL_SHAPE: u16 = 11;

/// Units in one.
const ONE: i128 = 1_000_000_000;

/// Decides.
pub fn decide(call: &Call<'_>, host: &Host<'_>) -> Outcome {
    let tool = match (call.server, call.tool) {
        ("stripe", "create_refund") => refund,
        ("gmail", "send") => mail,
        ("hubspot", "batch_archive_objects") => archive,
        ("hubspot", "batch_update_objects") => update,
        ("hubspot", "search_objects") => search_objects,
        ("db", "query") => query,
        ("files", "read") => read_file,
        ("files", "write") => write_file,
        ("kb", "search") => search,
        _ => return Outcome::Refused,
    };
    tool(&mut Json::new(call.args), host).map_or(Outcome::Refused, Matched::outcome)
}

fn of_host<'a>(host: &Host<'a>) -> Read<Context<'a>> {
    context(host.principal, host.session, b"support")
}

fn refund(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut amount, mut customer) = (Seen::default(), 0, Default::default());
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
            b"currency" => {
                seen.first(4)?;
                let known = json.text()?.with(|text| matches!(text, b"usd" | b"eur" | b"gbp"));
                if known { Ok(()) } else { Err(Refused) }
            }
            b"reason" => seen.first(8).and_then(|()| json.text()).map(|_| ()),
            b"metadata" => {
                seen.first(16)?;
                json.map(|json| json.text().map(|_| ()))
            }
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(7)?;
    let host = of_host(host)?;
    let own = amount > 0 && amount < 50 * ONE && customer.with(|customer| host.customer.is(customer));
    Ok(Matched { allow: bit(REFUNDS_OWN, own), ask: bit(REFUNDS_OTHER, !own), ..Matched::default() })
}

fn mail(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut count, mut outside) = (Seen::default(), 0, false);
    json.object(|json, key| {
        key.with(|name| match name {
            b"to" => {
                seen.first(1)?;
                json.list(|json| {
                    count += 1;
                    outside |= json
                        .text()?
                        .with(|to| !to.ends_with(b"@acme.example") && !to.ends_with(b"@acme.co.example"));
                    Ok(())
                })
            }
            b"subject" => seen.first(2).and_then(|()| json.text()).map(|_| ()),
            b"body" => seen.first(4).and_then(|()| json.text()).map(|_| ()),
            b"cc" => {
                seen.first(8)?;
                json.list(|json| json.text().map(|_| ()))
            }
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(7)?;
    let host = of_host(host)?;
    if count == 0 {
        return Err(Refused);
    }
    let deny = bit(MAIL_OUTSIDE, outside) | bit(NO_LEAK, host.tainted);
    Ok(Matched { deny, allow: bit(MAIL_INSIDE, !outside), ..Matched::default() })
}

fn is_known_type(kind: &[u8]) -> bool {
    matches!(kind, b"contacts" | b"companies" | b"deals" | b"tickets")
}

fn archive(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut count, mut known) = (Seen::default(), 0, false);
    json.object(|json, key| {
        key.with(|name| match name {
            b"type" => {
                seen.first(1)?;
                known = json.text()?.with(is_known_type);
                Ok(())
            }
            b"ids" => {
                seen.first(2)?;
                json.list(|json| {
                    count += 1;
                    json.text().map(|_| ())
                })
            }
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(3)?;
    of_host(host)?;
    if count == 0 {
        return Err(Refused);
    }
    Ok(Matched {
        deny: bit(NO_BULK_DELETE, count > 1),
        allow: bit(HUBSPOT_TYPES, known),
        ..Matched::default()
    })
}

fn update(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut count, mut known) = (Seen::default(), 0, false);
    json.object(|json, key| {
        key.with(|name| match name {
            b"type" => {
                seen.first(1)?;
                known = json.text()?.with(is_known_type);
                Ok(())
            }
            b"inputs" => {
                seen.first(2)?;
                json.list(|json| {
                    count += 1;
                    let mut seen = Seen::default();
                    json.object(|json, key| {
                        key.with(|name| match name {
                            b"id" => seen.first(1).and_then(|()| json.text()).map(|_| ()),
                            b"properties" => {
                                seen.first(2)?;
                                json.map(|json| json.text().map(|_| ()))
                            }
                            _ => Err(Refused),
                        })
                    })?;
                    seen.all(3)
                })
            }
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(3)?;
    of_host(host)?;
    Ok(Matched { ask: bit(MANY_UPDATES, count > 10), allow: bit(HUBSPOT_TYPES, known), ..Matched::default() })
}

/// `1 ..= 100`.
fn limit(json: &mut Json<'_>) -> Read<()> {
    let limit = integer(json)?;
    if (ONE..=100 * ONE).contains(&limit) { Ok(()) } else { Err(Refused) }
}

fn search_objects(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut known) = (Seen::default(), false);
    json.object(|json, key| {
        key.with(|name| match name {
            b"type" => {
                seen.first(1)?;
                known = json.text()?.with(is_known_type);
                Ok(())
            }
            b"query" => seen.first(2).and_then(|()| json.text()).map(|_| ()),
            b"limit" => seen.first(4).and_then(|()| limit(json)),
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(3)?;
    of_host(host)?;
    Ok(Matched { allow: bit(HUBSPOT_TYPES, known), ..Matched::default() })
}

fn query(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let (mut seen, mut shape) = (Seen::default(), false);
    let table = |name: &[u8]| !name.is_empty() && name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
    json.object(|json, key| {
        key.with(|name| match name {
            b"database" => seen.first(1).and_then(|()| json.text()).map(|_| ()),
            b"sql" => {
                seen.first(2)?;
                shape = json.text()?.with(|sql| is_select(sql, table));
                Ok(())
            }
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(3)?;
    of_host(host)?;
    Ok(Matched { allow: bit(SQL_SHAPE, shape), ..Matched::default() })
}

fn path_rules(path: &[u8]) -> Matched {
    let secret = path.ends_with(b".key") || path.ends_with(b".env");
    let shared = path.starts_with(b"/srv/shared/");
    Matched { deny: bit(NO_SECRETS, secret), allow: bit(SHARED_FILES, shared), ..Matched::default() }
}

fn read_file(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    file(json, host, b"encoding", 1)
}

fn write_file(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    file(json, host, b"content", 3)
}

#[inline(always)]
fn file(json: &mut Json<'_>, host: &Host<'_>, other: &[u8], required: u32) -> Read<Matched> {
    let (mut seen, mut matched) = (Seen::default(), Matched::default());
    json.object(|json, key| {
        key.with(|name| {
            if name == b"path" {
                seen.first(1)?;
                matched = json.text()?.with(path_rules);
                Ok(())
            } else if name == other {
                seen.first(2).and_then(|()| json.text()).map(|_| ())
            } else {
                Err(Refused)
            }
        })
    })?;
    json.end()?;
    seen.all(required)?;
    of_host(host)?;
    Ok(matched)
}

fn search(json: &mut Json<'_>, host: &Host<'_>) -> Read<Matched> {
    let mut seen = Seen::default();
    json.object(|json, key| {
        key.with(|name| match name {
            b"query" => seen.first(1).and_then(|()| json.text()).map(|_| ()),
            b"limit" => seen.first(2).and_then(|()| limit(json)),
            b"section" => seen.first(4).and_then(|()| json.text()).map(|_| ()),
            _ => Err(Refused),
        })
    })?;
    json.end()?;
    seen.all(3)?;
    Ok(Matched { allow: bit(KNOWLEDGE, of_host(host)?.role), ..Matched::default() })
}
