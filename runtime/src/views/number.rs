//! `number(s)`. In: text. Out: the exact decimal that it spells, if it spells one as JSON does (RFC 8259 §6).

use crate::number::Decimal;

/// Reads one number: no leading `+`, no leading zeros, no separators, no white space, no digits beyond ASCII (`1,000` is a
/// thousand to some and one to others). `None` too for what a decimal cannot hold exactly: nothing is rounded.
#[must_use]
pub fn number(text: &str) -> Option<Decimal> {
    Decimal::parse_json(text)
}
