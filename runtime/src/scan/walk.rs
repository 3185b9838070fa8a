//! Walking bytes that a strict pass has accepted. In: positions. Out: where values end, and the members of objects.
//!
//! On bytes that were not accepted the answers are meaningless but harmless: every step goes forward or ends.

use super::bytes::{byte, skip_space, specials, word};
use super::strings::{Str, decode};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// The string whose first byte is at `start`.
pub(super) fn string_at(input: &[u8], start: usize) -> Str {
    let (mut at, mut escaped) = (start, false);
    while at < input.len() {
        match byte(input, at) {
            b'"' => break,
            b'\\' => {
                escaped = true;
                at = at.wrapping_add(2);
            }
            _ => {
                at = match word(input, at).map(specials) {
                    Some(0) => at.wrapping_add(8),
                    Some(found) if found & 0x80 == 0 => {
                        at.wrapping_add((found.trailing_zeros() >> 3) as usize)
                    }
                    _ => at.wrapping_add(1),
                };
            }
        }
    }
    Str { start, end: at.min(input.len()), escaped }
}

/// The position after the value at `at`.
pub(super) fn value_end(input: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < input.len() {
        match byte(input, at) {
            b'"' => at = string_at(input, at.wrapping_add(1)).end,
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E' => {
                while matches!(byte(input, at.wrapping_add(1)), b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E')
                {
                    at = at.wrapping_add(1);
                }
            }
            _ => {}
        }
        at = at.wrapping_add(1);
        if depth == 0 {
            break;
        }
    }
    at.min(input.len())
}

/// The members of an object, in order: the key, and the range of the value.
pub(super) struct Members<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Members<'a> {
    /// Of the object whose brace is at `open`.
    pub(super) fn new(input: &'a [u8], open: usize) -> Self {
        Self { input, at: skip_space(input, open.wrapping_add(1)) }
    }
}

impl Iterator for Members<'_> {
    type Item = (Str, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        if byte(self.input, self.at) == b',' {
            self.at = skip_space(self.input, self.at.wrapping_add(1));
        }
        if byte(self.input, self.at) != b'"' {
            return None;
        }
        let key = string_at(self.input, self.at.wrapping_add(1));
        let colon = skip_space(self.input, key.end.wrapping_add(1));
        let value = skip_space(self.input, colon.wrapping_add(1));
        let end = value_end(self.input, value);
        self.at = skip_space(self.input, end);
        Some((key, value..end))
    }
}

/// The text of a string.
pub(super) fn text(input: &[u8], string: Str) -> Cow<'_, str> {
    let raw = input.get(string.start..string.end).unwrap_or_default();
    if !string.escaped {
        return Cow::Borrowed(core::str::from_utf8(raw).unwrap_or_default());
    }
    let mut decoded = Vec::new();
    decode(raw, &mut decoded);
    Cow::Owned(String::from_utf8(decoded).unwrap_or_default())
}
