//! `url(s)` and `urls(s)`. In: text. Out: the parts of one absolute URL that RFC 3986 and the URL standard (WHATWG) read alike.
//!
//! The two disagree wherever an attacker wants them to: backslashes, `http:host`, numeric and percent-encoded hosts, several
//! `@`, control characters. Such text has no reading here. The reader takes the intersection directly, without building
//! either parse; a test compares it with the `url` crate.

use super::domain::{Labels, Rule, a_labels, is_number};
use super::screen::is_clean;
use super::sink::Scratch;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::net::{Ipv4Addr, Ipv6Addr};

/// One URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// Lower-case, without the colon.
    pub scheme: &'a str,
    /// Lower-case A-labels, a dotted IPv4 address, or an IPv6 address in brackets (RFC 5952); `None` where the scheme has no
    /// host (`mailto:…`, `file:///…`).
    pub host: Option<&'a str>,
    /// The port, that of the scheme where none is written (http, https, ws, wss, ftp).
    pub port: Option<u16>,
    /// Percent-decoded; `None` if servers may read it differently: dot segments, an encoded `/`, double encoding, bytes
    /// that are not UTF-8.
    pub path: Option<&'a str>,
    /// What follows `?`, as written; empty if there is none.
    pub query: &'a str,
    /// What stands before `@`; `None` if there is none.
    pub userinfo: Option<&'a str>,
}

/// Schemes whose URLs always have a host (the URL standard's special schemes less `file`), with their ports.
const WITH_HOST: [(&str, u16); 5] = [("http", 80), ("https", 443), ("ws", 80), ("wss", 443), ("ftp", 21)];

/// Reads one URL.
#[must_use]
pub fn url<'a>(text: &'a str, scratch: &'a mut Scratch) -> Option<Url<'a>> {
    let Scratch { text: for_host, bytes: for_path, more: for_scheme, .. } = scratch;
    if !is_clean(text) {
        return None;
    }
    let (scheme, rest) = text.split_once(':')?;
    let (known, scheme) = read_scheme(scheme, for_scheme)?;
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !has_only(fragment, is_query_char) || !has_only(query, is_query_char) {
        return None;
    }
    let (authority, path) = split_authority(rest);
    if !has_only(path, is_path_char) {
        return None;
    }
    let mut parts = match authority {
        Some(authority) if scheme != "file" => read_authority(authority, known.is_some(), for_host)?,
        // Of two slashes at the head of a file's path, some readers drop one, and some read a host.
        Some("") if path.starts_with('/') && !path.starts_with("//") => Authority::default(),
        None if known.is_none() && scheme != "file" && !path.is_empty() => Authority::default(),
        _ => return None,
    };
    parts.port = parts.port.or(known);
    let path = if path.is_empty() && known.is_some() { "/" } else { path };
    Some(Url {
        scheme,
        host: parts.host,
        port: parts.port,
        path: plain_path(path, for_path),
        query,
        userinfo: parts.userinfo,
    })
}

/// The URLs of a list separated by white space, a comma before it aside; `None` unless every element is one URL by [`url`].
/// `https://a/,https://b/` might be one or two, so it is neither.
#[must_use]
pub fn urls<'a>(
    text: &'a str,
    scratch: &mut Scratch,
) -> Option<impl Iterator<Item = &'a str> + Clone + use<'a>> {
    let mut elements = text.split_ascii_whitespace().peekable();
    let mut some = false;
    while let Some(element) = elements.next() {
        let element = if elements.peek().is_some() { without_comma(element) } else { element };
        let doubtful = element.split(',').skip(1).any(|after| after.contains(':'));
        if doubtful || url(element, scratch).is_none() {
            return None;
        }
        some = true;
    }
    some.then(|| text.split_ascii_whitespace().map(without_comma))
}

fn without_comma(element: &str) -> &str {
    element.strip_suffix(',').unwrap_or(element)
}

/// The scheme in lower case, with its port if URLs of it always have a host.
fn read_scheme<'a>(scheme: &'a str, buffer: &'a mut Vec<u8>) -> Option<(Option<u16>, &'a str)> {
    if let Some((name, port)) = WITH_HOST.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name)) {
        return Some((Some(*port), name));
    }
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(legal) {
        return None;
    }
    if !scheme.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some((None, scheme));
    }
    buffer.clear();
    buffer.extend(scheme.bytes().map(|b| b.to_ascii_lowercase()));
    core::str::from_utf8(buffer).ok().map(|scheme| (None, scheme))
}

fn split_authority(rest: &str) -> (Option<&str>, &str) {
    let Some(rest) = rest.strip_prefix("//") else { return (None, rest) };
    match rest.find('/').and_then(|slash| rest.split_at_checked(slash)) {
        Some((authority, path)) => (Some(authority), path),
        None => (Some(rest), ""),
    }
}

#[derive(Default)]
struct Authority<'a> {
    userinfo: Option<&'a str>,
    host: Option<&'a str>,
    port: Option<u16>,
}

fn read_authority<'a>(text: &'a str, special: bool, buffer: &'a mut String) -> Option<Authority<'a>> {
    let (userinfo, host_and_port) = match text.split_once('@') {
        Some((userinfo, rest)) => (Some(userinfo), rest),
        None => (None, text),
    };
    // An empty name with an empty password is no userinfo to browsers.
    if userinfo.is_some_and(|text| matches!(text, "" | ":") || !has_only(text, is_userinfo_char)) {
        return None;
    }
    let end_of_v6 = host_and_port.find(']').map(|bracket| bracket.saturating_add(1));
    let (host, port) = match end_of_v6 {
        Some(end) => {
            let (host, port) = host_and_port.split_at_checked(end)?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => match host_and_port.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (host_and_port, None),
        },
    };
    let port = match port {
        Some(port) => Some(read_port(port)?),
        None => None,
    };
    Some(Authority { userinfo, host: Some(read_host(host, special, buffer)?), port })
}

fn read_port(port: &str) -> Option<u16> {
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (port == "0" || !port.starts_with('0'));
    if plain { port.parse().ok() } else { None }
}

fn read_host<'a>(host: &'a str, special: bool, buffer: &'a mut String) -> Option<&'a str> {
    buffer.clear();
    if let Some(v6) = host.strip_prefix('[') {
        let address: Ipv6Addr = v6.strip_suffix(']')?.parse().ok()?;
        write!(buffer, "[{address}]").ok()?;
        return Some(if buffer == host { host } else { buffer });
    }
    if host.rsplit('.').next().is_some_and(is_number) {
        return host.parse::<Ipv4Addr>().ok().map(|_| host);
    }
    if !special && !host.is_ascii() {
        return None;
    }
    match a_labels(host, Rule::Url, buffer)? {
        Labels::AsIs => Some(host),
        Labels::Appended => Some(buffer),
    }
}

/// The path if every server reads it alike.
fn plain_path<'a>(path: &'a str, buffer: &'a mut Vec<u8>) -> Option<&'a str> {
    let path = if path.contains('%') { decode(path, buffer)? } else { path };
    let climbs = |segment: &str| {
        let name = segment.split(';').next().unwrap_or_default();
        name == "." || name == ".."
    };
    (!path.split('/').any(climbs) && is_clean(path)).then_some(path)
}

/// Decodes every escape once; `None` if an escape hides a delimiter or a control, or if another escape comes out.
fn decode<'a>(path: &str, buffer: &'a mut Vec<u8>) -> Option<&'a str> {
    buffer.clear();
    if !super::percent::decode_once(path.as_bytes(), buffer) {
        return None;
    }
    let hidden = |b: &u8| b.is_ascii_control() || *b == b'\\';
    let count = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'/').count();
    let hides = buffer.iter().any(hidden) || count(buffer) != count(path.as_bytes());
    if hides || super::percent::has_escape(buffer) {
        return None;
    }
    core::str::from_utf8(buffer).ok()
}

/// Every character is legal and every `%` begins an escape.
fn has_only(text: &str, legal: fn(char) -> bool) -> bool {
    text.chars().all(|c| c == '%' || legal(c))
        && text.split('%').skip(1).all(|after| {
            let mut digits = after.bytes();
            let mut hex = || digits.next().is_some_and(|b| b.is_ascii_hexdigit());
            hex() && hex()
        })
}

/// `unreserved` and `sub-delims` of RFC 3986 §2, and `:`.
fn is_userinfo_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:".contains(c)
}

/// `pchar` of RFC 3986 §3.3 and `/`; beyond ASCII, letters and digits (RFC 3987 §2.2 allows more).
fn is_path_char(c: char) -> bool {
    is_userinfo_char(c) || c == '@' || c == '/' || (!c.is_ascii() && c.is_alphanumeric())
}

/// As in a path, and what both standards leave alone behind `?` although RFC 3986 wants it escaped.
fn is_query_char(c: char) -> bool {
    is_path_char(c) || "?[]{}|^`".contains(c)
}
