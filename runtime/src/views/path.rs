//! `path(s)`. In: text that names a file the POSIX way. Out: its lexical parts, and whether it lies inside a root
//! (semantics.md 26). Symbolic links are the host's business: nothing here touches a file system.
//!
//! A server may decode percent-escapes once, often or never, before or after it resolves `..`. So a test is
//! known, and a member present, only if all of these readings agree. No escape may stand for a slash:
//! then decoding first resolves at least as many `..` as decoding last, so the readings that decode first are enough.

use super::percent::decode_once;
use super::screen::is_clean;
use super::sink::Scratch;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::swap;

/// How often escapes are decoded before the text is given up as hostile.
const MAX_ROUNDS: usize = 8;

/// One path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<'a> {
    /// It begins at the root (`/`).
    pub absolute: bool,
    /// With `.`, `..`, repeated and trailing slashes resolved: what `path(s) like` matches. `.` for the empty relative path.
    pub clean: &'a str,
    /// Everything before the last component: `/` or `.` if nothing is left.
    pub dir: &'a str,
    /// The last component; empty for `/` and `.`.
    pub name: &'a str,
    /// What follows the last dot of the name, in lower case ASCII; empty if there is no dot. `.env` has `env`.
    pub ext: &'a str,
}

/// Why a root cannot be used with `under`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootError {
    /// It does not begin with `/`.
    Relative,
    /// It has a component `.` or `..`, an empty one, a percent-escape, or one that is no legal path.
    NotClean,
}

/// Checks a root that a policy names: absolute and clean, a trailing slash aside.
///
/// # Errors
/// What is wrong with it.
pub fn check_root(root: &str) -> Result<(), RootError> {
    if !root.starts_with('/') {
        return Err(RootError::Relative);
    }
    let inner = root.strip_suffix('/').unwrap_or(root);
    let named = inner.split('/').skip(1).all(|part| !part.is_empty() && part != "." && part != "..");
    let plain = named && !root.contains('%') && is_legal(root);
    if plain { Ok(()) } else { Err(RootError::NotClean) }
}

/// The path is the root or lies inside it. `None` (unknown) if it is relative, no legal path, or inside in some readings alone:
/// neither may a rule that allows what is inside let it pass, nor one that denies it.
#[must_use]
pub fn under(text: &str, root: &str, scratch: &mut Scratch) -> Option<bool> {
    let mut found: Option<bool> = None;
    each_reading(text, scratch, |reading| {
        let inside = reading.starts_with('/').then(|| is_inside(reading, root))?;
        (*found.get_or_insert(inside) == inside).then_some(())
    })?;
    found
}

/// Reads one path, absolute or relative; `None` if it is illegal, climbs above its start, or has several readings.
#[must_use]
pub fn path<'a>(text: &'a str, scratch: &'a mut Scratch) -> Option<Path<'a>> {
    let mut readings = 0usize;
    each_reading(text, scratch, |_| {
        readings = readings.saturating_add(1);
        (readings == 1).then_some(())
    })?;
    let Scratch { text: for_clean, bytes: for_ext, .. } = scratch;
    let clean = clean(text, for_clean).filter(|clean| is_legal(clean))?;
    let absolute = clean.starts_with('/');
    let name = if clean == "." { "" } else { clean.rsplit('/').next().unwrap_or_default() };
    let before = clean.strip_suffix(name).unwrap_or_default();
    let dir = match before.strip_suffix('/').unwrap_or(before) {
        "" if absolute => "/",
        "" => ".",
        dir => dir,
    };
    let ext = name.rsplit_once('.').map_or("", |(_, ext)| ext);
    Some(Path { absolute, clean, dir, name, ext: lower(ext, for_ext)? })
}

/// Calls `f` with the text and with each further result of decoding its escapes, until nothing is left to decode. `None` if
/// a reading is illegal or `f` says so.
fn each_reading(text: &str, scratch: &mut Scratch, mut f: impl FnMut(&str) -> Option<()>) -> Option<()> {
    let mut legal = |reading: &str| if is_legal(reading) { f(reading) } else { None };
    legal(text)?;
    if !text.contains('%') {
        return Some(());
    }
    let Scratch { bytes: now, more: next, .. } = scratch;
    now.clear();
    now.extend_from_slice(text.as_bytes());
    for _ in 0..MAX_ROUNDS {
        next.clear();
        if !decode_once(now, next) {
            return Some(());
        }
        if slashes(next) != slashes(now) {
            return None;
        }
        legal(core::str::from_utf8(next).ok()?)?;
        swap(now, next);
    }
    None
}

fn slashes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'/').count()
}

/// No character that another system reads as a separator or a dot, no control, no component that Windows would trim.
fn is_legal(text: &str) -> bool {
    let odd = |c: char| {
        c == '\\'
            || c.is_control()
            || matches!(c, '\u{2024}' | '\u{2025}' | '\u{FE30}' | '\u{FE52}' | '\u{FF0E}')
            || matches!(c, '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{29F5}' | '\u{29F8}' | '\u{29F9}')
            || matches!(c, '\u{FE68}' | '\u{FF0F}' | '\u{FF3C}')
    };
    // Windows trims dots and spaces at the end; servers of Java drop what follows a semicolon.
    let dots = |part: &str| part == "." || part == "..";
    let trimmed =
        |part: &str| !dots(part) && (part.ends_with(['.', ' ']) || part.split(';').next().is_some_and(dots));
    // `%u002e`: an escape that only some servers have.
    let wide = |rest: &str| {
        rest.starts_with(['u', 'U'])
            && rest.bytes().skip(1).take(4).filter(u8::is_ascii_hexdigit).count() == 4
    };
    // `~` is a home to some servers, `C:` a drive, `file:` a scheme; POSIX leaves two leading slashes to the system.
    let first = text.split('/').next().unwrap_or_default();
    !text.is_empty()
        && !text.starts_with("//")
        && !first.starts_with('~')
        && !first.contains(':')
        && !text.contains(odd)
        && !text.split('/').any(trimmed)
        && !text.split('%').skip(1).any(wide)
        && is_clean(text)
}

/// The components of `path`, resolved, begin with those of `root`; counts how many lead, so that nothing need be stored.
fn is_inside(path: &str, root: &str) -> bool {
    let root_parts = || root.split('/').filter(|part| !part.is_empty());
    let (mut depth, mut leading) = (0usize, 0usize);
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                depth = depth.saturating_sub(1);
                leading = leading.min(depth);
            }
            _ => {
                if leading == depth && root_parts().nth(depth) == Some(part) {
                    leading = leading.saturating_add(1);
                }
                depth = depth.saturating_add(1);
            }
        }
    }
    leading == root_parts().count()
}

/// The resolved path: the text itself if it is clean already. `None` if a relative path climbs above its start.
fn clean<'a>(text: &'a str, out: &'a mut String) -> Option<&'a str> {
    let absolute = text.starts_with('/');
    let body = if absolute { text.get(1..)? } else { text };
    let odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if text == "/" || text == "." || !body.split('/').any(odd) {
        return Some(text);
    }
    out.clear();
    for part in body.split('/') {
        match part {
            "" | "." => {}
            ".." => match out.rfind('/') {
                Some(slash) => out.truncate(slash),
                None if absolute => {}
                None => return None,
            },
            _ => {
                out.push('/');
                out.push_str(part);
            }
        }
    }
    let relative = out.strip_prefix('/').unwrap_or(out);
    Some(match (absolute, relative.is_empty()) {
        (true, true) => "/",
        (true, false) => out,
        (false, true) => ".",
        (false, false) => relative,
    })
}

fn lower<'a>(text: &'a str, out: &'a mut Vec<u8>) -> Option<&'a str> {
    if !text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some(text);
    }
    out.clear();
    out.extend(text.bytes().map(|b| b.to_ascii_lowercase()));
    core::str::from_utf8(out).ok()
}
