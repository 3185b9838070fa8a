//! Canonical JSON (RFC 8785): the form that is judged, forwarded and hashed. In: bytes. Out: the same value with sorted keys, no
//! white space, one spelling per number and string.
//!
//! Numbers are those that semantics.md 30 accepts, so the spelling of RFC 8785 section 3.2.2.3 is exact for each of them.

use super::numbers::{Number, exact};
use super::reject::Reject;
use super::strings::{Str, decode_unit};
use super::walk::{string_at, value_end};
use super::work::{Canonical, Span};
use super::{bytes::byte, bytes::skip_space, strict};
use crate::program::Caps;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Replaces `out` by the canonical form of the JSON value in `input`.
///
/// Values that are equal (semantics.md 30) have equal canonical forms, whatever the order of members, the white space and the
/// spellings; the canonical form is its own canonical form.
///
/// # Errors
/// `bad_request`, if the bytes are not strict JSON within `caps`; `out` is then empty.
pub fn canonicalize(input: &[u8], caps: Caps, out: &mut Vec<u8>) -> Result<(), Reject> {
    write(input, caps, false, out)
}

/// [`canonicalize`] for values that may hold numbers which readers disagree about; those keep their spelling.
pub(crate) fn put_in_order(input: &[u8], caps: Caps, out: &mut Vec<u8>) -> Result<(), Reject> {
    write(input, caps, true, out)
}

fn write(input: &[u8], caps: Caps, lenient: bool, out: &mut Vec<u8>) -> Result<(), Reject> {
    out.clear();
    strict(input, caps, lenient)?;
    let mut buffers = Canonical { out: core::mem::take(out), ..Canonical::default() };
    Writer::new(&mut buffers).value(input, skip_space(input, 0));
    *out = buffers.out;
    Ok(())
}

/// Writes canonical text of values that a strict pass has accepted.
pub(super) struct Writer<'w> {
    buffers: &'w mut Canonical,
}

impl<'w> Writer<'w> {
    /// A writer over empty buffers.
    pub(super) fn new(buffers: &'w mut Canonical) -> Self {
        buffers.out.clear();
        buffers.members.clear();
        buffers.spans.clear();
        Self { buffers }
    }

    /// Writes one more element.
    pub(super) fn element(&mut self, text: &[u8]) {
        let start = self.buffers.out.len();
        self.value(text, skip_space(text, 0));
        let end = self.buffers.out.len();
        self.buffers.spans.push(Span { start, key_end: start, end });
    }

    /// Two of the elements written are equal.
    pub(super) fn has_equal_elements(self) -> bool {
        let Canonical { out, spans, .. } = self.buffers;
        let text = |span: &Span| out.get(span.start..span.end).unwrap_or_default();
        spans.sort_unstable_by(|left, right| text(left).cmp(text(right)));
        spans.iter().zip(spans.iter().skip(1)).any(|(left, right)| text(left) == text(right))
    }

    /// Writes the value at `at`; the position after it.
    pub(super) fn value(&mut self, input: &[u8], at: usize) -> usize {
        match byte(input, at) {
            b'"' => self.string(input, string_at(input, at.wrapping_add(1))),
            b'{' => self.object(input, at),
            b'[' => self.list(input, at),
            _ => {
                let end = value_end(input, at);
                let text = input.get(at..end).unwrap_or_default();
                match exact(text) {
                    Some(number) => write_number(number, &mut self.buffers.out),
                    // `true`, `false` or `null`; or a number that was let pass.
                    None => self.buffers.out.extend_from_slice(text),
                }
                end
            }
        }
    }

    fn list(&mut self, input: &[u8], open: usize) -> usize {
        self.buffers.out.push(b'[');
        let mut at = skip_space(input, open.wrapping_add(1));
        while at < input.len() && byte(input, at) != b']' {
            at = skip_space(input, self.value(input, at));
            if byte(input, at) == b',' {
                self.buffers.out.push(b',');
                at = skip_space(input, at.wrapping_add(1));
            }
        }
        self.buffers.out.push(b']');
        at.wrapping_add(1)
    }

    fn object(&mut self, input: &[u8], open: usize) -> usize {
        self.buffers.out.push(b'{');
        let (text, first) = (self.buffers.out.len(), self.buffers.members.len());
        let mut at = skip_space(input, open.wrapping_add(1));
        while at < input.len() && byte(input, at) != b'}' {
            let start = self.buffers.out.len();
            let key = string_at(input, at.wrapping_add(1));
            self.string(input, key);
            let key_end = self.buffers.out.len();
            self.buffers.out.push(b':');
            let colon = skip_space(input, key.end.wrapping_add(1));
            let value = skip_space(input, colon.wrapping_add(1));
            at = skip_space(input, self.value(input, value));
            let end = self.buffers.out.len();
            self.buffers.members.push(Span { start, key_end, end });
            if byte(input, at) == b',' {
                self.buffers.out.push(b',');
                at = skip_space(input, at.wrapping_add(1));
            }
        }
        self.put_in_order(text, first);
        self.buffers.out.push(b'}');
        at.wrapping_add(1)
    }

    /// Sorts the members from `first` on, whose text begins at `text`, and forgets them.
    fn put_in_order(&mut self, text: usize, first: usize) {
        let Canonical { out, members, swap, .. } = &mut *self.buffers;
        let own = members.get_mut(first..).unwrap_or_default();
        let order = |left: &Span, right: &Span| compare_keys(key(out, left), key(out, right));
        if !own.is_sorted_by(|left, right| order(left, right).is_le()) {
            own.sort_unstable_by(order);
            swap.clear();
            swap.extend_from_slice(out.get(text..).unwrap_or_default());
            out.truncate(text);
            for member in own {
                if out.len() > text {
                    out.push(b',');
                }
                let range = member.start.wrapping_sub(text)..member.end.wrapping_sub(text);
                out.extend_from_slice(swap.get(range).unwrap_or_default());
            }
        }
        members.truncate(first);
    }

    /// Writes a string with the fewest escapes (RFC 8785 section 3.2.2.2); the position after its closing quote.
    fn string(&mut self, input: &[u8], string: Str) -> usize {
        let out = &mut self.buffers.out;
        let mut rest = input.get(string.start..string.end).unwrap_or_default();
        out.push(b'"');
        while let Some(at) = memchr::memchr(b'\\', rest) {
            let (plain, escape) = rest.split_at(at);
            out.extend_from_slice(plain);
            let (decoded, after) = decode_unit(escape);
            write_char(decoded, out);
            rest = after;
        }
        out.extend_from_slice(rest);
        out.push(b'"');
        string.end.wrapping_add(1)
    }
}

/// Appends one character of a string.
pub(super) fn write_char(decoded: char, out: &mut Vec<u8>) {
    let short = match decoded {
        '"' => b'"',
        '\\' => b'\\',
        '\u{8}' => b'b',
        '\u{C}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\0'..'\u{20}' => {
            let digit = |nibble: u32| char::from_digit(nibble & 15, 16).unwrap_or('0');
            for part in ['\\', 'u', '0', '0', digit((decoded as u32) >> 4), digit(decoded as u32)] {
                out.extend_from_slice(part.encode_utf8(&mut [0; 4]).as_bytes());
            }
            return;
        }
        _ => {
            out.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends the spelling that RFC 8785 section 3.2.2.3 prescribes: ECMAScript's `Number::toString`.
pub(super) fn write_number(number: Number, out: &mut Vec<u8>) {
    let number = number.shortest();
    if number.negative {
        out.push(b'-');
    }
    let mut buffer = [0; 20];
    let mut first = buffer.len();
    let mut left = number.digits;
    for (at, place) in buffer.iter_mut().enumerate().rev() {
        let digit = u8::try_from(left.checked_rem(10).unwrap_or_default()).unwrap_or_default();
        *place = b'0'.wrapping_add(digit);
        left = left.checked_div(10).unwrap_or_default();
        if left == 0 {
            first = at;
            break;
        }
    }
    let digits = buffer.get(first..).unwrap_or_default();
    // Where the decimal point stands, counted from the first digit.
    let count = i32::try_from(digits.len()).unwrap_or_default();
    let point = count.wrapping_add(number.exponent);
    let zeros = |out: &mut Vec<u8>, count: i32| {
        out.resize(out.len().wrapping_add(usize::try_from(count).unwrap_or_default()), b'0');
    };
    match point {
        _ if (count..=21).contains(&point) => {
            out.extend_from_slice(digits);
            zeros(out, number.exponent);
        }
        1..=21 => {
            let (whole, fraction) =
                digits.split_at_checked(usize::try_from(point).unwrap_or_default()).unwrap_or_default();
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        -5..=0 => {
            out.extend_from_slice(b"0.");
            zeros(out, point.wrapping_neg());
            out.extend_from_slice(digits);
        }
        _ => {
            // Accepted numbers are at most 2⁵³, so only small ones get here, with a negative exponent.
            let (head, tail) = digits.split_at_checked(1).unwrap_or_default();
            out.extend_from_slice(head);
            if !tail.is_empty() {
                out.push(b'.');
                out.extend_from_slice(tail);
            }
            let exponent = point.wrapping_sub(1);
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            let exponent =
                Number { negative: false, digits: u64::from(exponent.unsigned_abs()), exponent: 0 };
            write_number(exponent, out);
        }
    }
}

/// The quoted text of a member's key.
fn key<'o>(out: &'o [u8], member: &Span) -> &'o [u8] {
    out.get(member.start..member.key_end).unwrap_or_default()
}

/// Order of two keys, spelled canonically, by the UTF-16 code units of their text (RFC 8785 section 3.2.3).
fn compare_keys(left: &[u8], right: &[u8]) -> Ordering {
    // Without escapes, and without characters from U+E000 on, bytes have the order of code units.
    let simple = |key: &[u8]| key.iter().all(|byte| *byte < 0xEE && *byte != b'\\');
    if simple(left) && simple(right) {
        let inner = |key: &'_ [u8]| key.len().saturating_sub(1);
        return left.get(..inner(left)).cmp(&right.get(..inner(right)));
    }
    units(left).cmp(units(right))
}

/// The code units of a key's text.
fn units(key: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let inner = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
    let mut rest = core::str::from_utf8(inner).unwrap_or_default();
    let chars = core::iter::from_fn(move || {
        let mut chars = rest.chars();
        let next = chars.next()?;
        if next != '\\' {
            rest = chars.as_str();
            return Some(next);
        }
        let (decoded, after) = decode_unit(rest.as_bytes());
        rest = rest.get(rest.len().wrapping_sub(after.len())..).unwrap_or_default();
        Some(decoded)
    });
    chars.flat_map(|decoded| {
        let mut buffer = [0; 2];
        let len = decoded.encode_utf16(&mut buffer).len();
        buffer.into_iter().take(len)
    })
}
