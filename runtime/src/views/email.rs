//! `email(s)` and `emails(s)`. In: text. Out: the parts of exactly one addr-spec, or a list of them (semantics.md 26).
//!
//! The reader is narrower than RFC 5322 on purpose: display names, comments, quoted local parts, address literals, folding
//! and obsolete forms are what mail software disagrees about, so they have no reading here.

use super::domain::{Labels, Rule, a_labels};
use super::screen::is_clean;
use super::sink::Scratch;

/// Longest local part in octets (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest address in octets (RFC 5321 §4.5.3.1.3, less the angle brackets).
const MAX_ADDRESS: usize = 254;

/// One address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Email<'a> {
    /// What stands before the `@`, as written (its letter case may matter to the receiving host).
    pub local: &'a str,
    /// The host name in lower-case A-labels.
    pub domain: &'a str,
    /// `local@domain` with that domain: what to compare addresses by.
    pub address: &'a str,
}

/// Reads one address; `None` unless the whole text is an unquoted `local@domain`.
#[must_use]
pub fn email<'a>(text: &'a str, scratch: &'a mut Scratch) -> Option<Email<'a>> {
    if text.len() > MAX_ADDRESS.saturating_mul(4) || !is_clean(text) {
        return None;
    }
    let (local, name) = text.split_once('@')?;
    if !is_local(local) {
        return None;
    }
    let out = &mut scratch.text;
    out.clear();
    out.push_str(local);
    out.push('@');
    let address = match a_labels(name, Rule::Mail, out)? {
        Labels::AsIs => text,
        Labels::Appended => out.as_str(),
    };
    let (_, domain) = address.split_once('@')?;
    (address.len() <= MAX_ADDRESS).then_some(Email { local, domain, address })
}

/// The addresses of a comma-separated list, spaces and tabs around each removed; `None` unless every element is one address
/// by [`email`]. An empty text is no list.
#[must_use]
pub fn emails<'a>(
    text: &'a str,
    scratch: &mut Scratch,
) -> Option<impl Iterator<Item = &'a str> + Clone + use<'a>> {
    let elements = text.split(',').map(|element| element.trim_matches([' ', '\t']));
    elements.clone().all(|element| email(element, scratch).is_some()).then_some(elements)
}

/// `dot-atom-text` of RFC 5322 §3.2.3 that no mail software rewrites: `user%other.example@host` and `other.example!user@host` are
/// routes to another host, `=?` begins an encoded word.
fn is_local(local: &str) -> bool {
    let routed = local.contains(['%', '!']) || local.contains("=?");
    local.len() <= MAX_LOCAL
        && !routed
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}
