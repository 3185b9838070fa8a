//! Host names. In: text between `@` or `//` and the next delimiter. Out: lower-case A-labels (RFC 5890 through UTS 46).
//!
//! A name is read only if it is already in the form that UTS 46 maps it to, letter case aside: what relies on mapping
//! (full-width letters, soft hyphens, ideographic full stops) is one host to a browser and none to a mail server.

use alloc::string::String;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// Longest name in octets without the root dot (RFC 1035 §2.3.4, RFC 1123 §2.1).
const MAX_NAME: usize = 253;
/// Longest label in octets.
const MAX_LABEL: usize = 63;

/// Which names are legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Mail: letters, digits, hyphens.
    Mail,
    /// The host of a URL: underscores too.
    Url,
}

/// The result of [`a_labels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    /// The name is in that form already.
    AsIs,
    /// The form was appended to the buffer.
    Appended,
}

/// Appends the lower-case A-label form of `name` to `out` unless `name` has that form already. `None` (and nothing of use in
/// `out`) if it is no host name: an empty label, a trailing dot, a numeric last label (an address in disguise).
pub(super) fn a_labels(name: &str, rule: Rule, out: &mut String) -> Option<Labels> {
    if name.is_ascii() && !has_punycode(name) {
        return ascii(name, rule, out);
    }
    let processor = Uts46::new();
    let deny = match rule {
        Rule::Mail => AsciiDenyList::STD3,
        Rule::Url => AsciiDenyList::URL,
    };
    let hyphens = Hyphens::CheckFirstLast;
    let ascii_form = processor.to_ascii(name.as_bytes(), deny, hyphens, DnsLength::Verify).ok()?;
    if name.is_ascii() {
        // A-labels in the input: valid, and unchanged by the round trip, letter case aside.
        if !ascii_form.eq_ignore_ascii_case(name) {
            return None;
        }
    } else {
        let (unicode, valid) = processor.to_unicode(ascii_form.as_bytes(), deny, hyphens);
        valid.ok()?;
        if !same_but_for_case(name, &unicode) {
            return None;
        }
    }
    ascii(&ascii_form, rule, out).map(|labels| {
        if labels == Labels::AsIs {
            out.push_str(&ascii_form);
        }
        Labels::Appended
    })
}

fn has_punycode(name: &str) -> bool {
    name.split('.').any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}

fn same_but_for_case(name: &str, unicode: &str) -> bool {
    name.chars().flat_map(char::to_lowercase).eq(unicode.chars())
}

fn ascii(name: &str, rule: Rule, out: &mut String) -> Option<Labels> {
    if name.len() > MAX_NAME || !name.split('.').all(|label| is_label(label, rule)) {
        return None;
    }
    if name.rsplit('.').next().is_none_or(is_number) {
        return None;
    }
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        out.extend(name.chars().map(|c| c.to_ascii_lowercase()));
        return Some(Labels::Appended);
    }
    Some(Labels::AsIs)
}

fn is_label(label: &str, rule: Rule) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || (b == b'_' && rule == Rule::Url))
}

/// What the URL standard reads as a number, and so the whole name as an IPv4 address (`127.1`, `0x7f000001`).
pub(super) fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    label.bytes().all(|b| b.is_ascii_digit())
        || hex.is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
