//! The limit: what a patient person would write by hand for each workload, once, knowing every rule. In: the same bytes that the product
//! gets. Out: the same decisions.
//!
//! It checks and reads in one pass, keeps what rules need in local variables, and says the rules as straight code. Nothing in it is
//! general, so nothing of it could be a product; it says how near one can come.

pub mod json;
pub mod p1;
pub mod p2;
pub mod small;

use json::{Json, Keys, Read, Refused, Text};
use policyc_runtime::Decision;

/// What was decided, and by which statements: bits by their number in sorted order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Bytes or arguments were refused: denied.
    Refused,
    /// A decision. No bits: denied since nothing matched.
    Decided(Decision, u16),
}

/// Matching statements, per effect.
#[derive(Debug, Default, Clone, Copy)]
pub struct Matched {
    /// Of `deny`.
    pub deny: u16,
    /// Of `ask`.
    pub ask: u16,
    /// Of `allow`.
    pub allow: u16,
}

impl Matched {
    /// The most restrictive effect decides.
    pub const fn outcome(self) -> Outcome {
        if self.deny != 0 {
            Outcome::Decided(Decision::Deny, self.deny)
        } else if self.ask != 0 {
            Outcome::Decided(Decision::Ask, self.ask)
        } else if self.allow != 0 {
            Outcome::Decided(Decision::Allow, self.allow)
        } else {
            Outcome::Decided(Decision::Deny, 0)
        }
    }
}

/// A bit if so.
pub const fn bit(number: u16, holds: bool) -> u16 {
    (holds as u16) << number
}

/// What the host says.
#[derive(Debug, Default)]
pub struct Context<'a> {
    /// The principal's customer.
    pub customer: Text<'a>,
    /// Whether it has the role asked for.
    pub role: bool,
    /// Whether the session is tainted.
    pub tainted: bool,
    /// How many turns it has, in units of 10⁻⁹.
    pub turn: i128,
}

/// Reads principal and session. `role` is the one of interest.
#[inline(always)]
pub fn context<'a>(principal: &'a [u8], session: &'a [u8], role: &[u8]) -> Read<Context<'a>> {
    let mut context = Context::default();
    let mut seen = Seen::default();
    let mut json = Json::new(principal);
    json.object(|json, key| {
        key.with(|name| match name {
            b"id" => seen.first(1).and_then(|()| json.text()).map(|_| ()),
            b"roles" => {
                seen.first(2)?;
                json.list(|json| {
                    context.role |= json.text()?.is(role);
                    Ok(())
                })
            }
            b"customer_id" => {
                seen.first(4)?;
                context.customer = json.text()?;
                Ok(())
            }
            _ => seen.other(key).and_then(|()| json.skip()),
        })
    })?;
    json.end()?;
    seen.all(7)?;
    let mut seen = Seen::default();
    let mut json = Json::new(session);
    json.object(|json, key| {
        key.with(|name| match name {
            b"id" => seen.first(1).and_then(|()| json.text()).map(|_| ()),
            b"turn" => {
                seen.first(2)?;
                context.turn = integer(json)?;
                Ok(())
            }
            b"tainted" => {
                seen.first(4)?;
                context.tainted = json.boolean()?;
                Ok(())
            }
            b"env" => seen.first(8).and_then(|()| json.text()).map(|_| ()),
            b"model" => seen.first(16).and_then(|()| json.text()).map(|_| ()),
            _ => seen.other(key).and_then(|()| json.skip()),
        })
    })?;
    json.end()?;
    seen.all(31)?;
    Ok(context)
}

/// A number without a fraction.
pub fn integer(json: &mut Json<'_>) -> Read<i128> {
    let units = json.number()?;
    if units % 1_000_000_000 == 0 { Ok(units) } else { Err(Refused) }
}

/// The keys that an object had: known ones as bits, others as they are.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    bits: u32,
    others: Option<Keys<'a>>,
}

impl<'a> Seen<'a> {
    /// A known key, for the first time.
    #[inline(always)]
    pub const fn first(&mut self, bit: u32) -> Read<()> {
        let new = self.bits & bit == 0;
        self.bits |= bit;
        if new { Ok(()) } else { Err(Refused) }
    }

    /// Some other key, for the first time.
    pub fn other(&mut self, key: Text<'a>) -> Read<()> {
        self.others.get_or_insert_default().add(key)
    }

    /// Every key of these was there.
    pub const fn all(&self, bits: u32) -> Read<()> {
        if self.bits & bits == bits { Ok(()) } else { Err(Refused) }
    }
}

/// `SELECT [a-z_, ]+ FROM TABLE LIMIT [0-9]{1,3}`, where `table` says what the table may be.
pub fn is_select(sql: &[u8], table: impl FnOnce(&[u8]) -> bool) -> bool {
    let Some(rest) = sql.strip_prefix(b"SELECT ") else { return false };
    let columns =
        rest.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'_' | b',' | b' ')).unwrap_or(rest.len());
    // The last blank belongs to ` FROM `.
    let (listed, rest) = rest.split_at(columns);
    let ([_, .., b' '], Some(rest)) = (listed, rest.strip_prefix(b"FROM ")) else { return false };
    let Some(end) = rest.iter().position(|byte| *byte == b' ') else { return false };
    let (name, rest) = rest.split_at(end);
    let Some(digits) = rest.strip_prefix(b" LIMIT ") else { return false };
    (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && table(name)
}
