//! Strings of the input. In: the position after the opening quote. Out: where the string ends, all of it checked; decoded text
//! where someone reads it.

use super::bytes::{BLOCK, HIGH, block, byte, not_utf8, specials, word};
use super::reject::What;
use super::{Scan, Stop};
use alloc::vec::Vec;

/// A checked string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Str {
    /// First byte.
    pub(super) start: usize,
    /// The closing quote.
    pub(super) end: usize,
    /// Contains an escape.
    pub(super) escaped: bool,
}

impl Scan<'_> {
    /// Reads the string whose first byte is at `start`.
    #[inline(always)]
    pub(super) fn string(&mut self, start: usize) -> Result<Str, Stop> {
        // Most strings are short: two words without a loop.
        let mut at = start;
        let mut high = 0;
        for _ in 0..2 {
            let Some(word) = word(self.input, at) else { break };
            let found = specials(word);
            if found != 0 {
                // The bytes below the special one, which is itself ASCII.
                high |= word & (found ^ found.wrapping_sub(1));
                at = at.wrapping_add((found.trailing_zeros() >> 3) as usize);
                if high & HIGH == 0 && byte(self.input, at) == b'"' {
                    return Ok(Str { start, end: at, escaped: false });
                }
                break;
            }
            high |= word;
            at = at.wrapping_add(8);
        }
        self.long_string(start, at, high)
    }

    /// The rest of a string of which `start..at` is plain, or not ASCII where `high` says so.
    #[inline(never)]
    fn long_string(&mut self, start: usize, mut at: usize, mut high: u64) -> Result<Str, Stop> {
        let input = self.input;
        let mut escaped = false;
        // What lies before it is ASCII, so that only the rest has to be checked for UTF-8.
        let mut ascii = if high & HIGH == 0 { at } else { start };
        loop {
            (at, high, ascii) = plain_run(input, at, high, ascii);
            match byte(input, at) {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                _ if at < input.len() => return Err(self.stop(What::ControlCharacter, at)),
                _ => return Err(self.stop(What::UnexpectedEnd, at)),
            }
        }
        if high & HIGH != 0
            && let Some(wrong) = not_utf8(input.get(ascii..at).unwrap_or_default())
        {
            return Err(self.stop(What::InvalidUtf8, ascii.wrapping_add(wrong)));
        }
        Ok(Str { start, end: at, escaped })
    }

    /// Checks the escape at `at`; the position after it (after both halves of a surrogate pair).
    fn escape(&mut self, at: usize) -> Result<usize, Stop> {
        let after = at.wrapping_add(2);
        match byte(self.input, at.wrapping_add(1)) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(after),
            b'u' => {
                let Some(unit) = hex4(self.input, after) else { return Err(self.bad_escape(at)) };
                let after = after.wrapping_add(4);
                match unit {
                    0xD800..=0xDBFF => match self.input.get(after..after.wrapping_add(2)) {
                        Some(b"\\u") => match hex4(self.input, after.wrapping_add(2)) {
                            Some(0xDC00..=0xDFFF) => Ok(after.wrapping_add(6)),
                            Some(_) => Err(self.stop(What::UnpairedSurrogate, at)),
                            None => Err(self.bad_escape(after)),
                        },
                        _ => Err(self.stop(What::UnpairedSurrogate, at)),
                    },
                    0xDC00..=0xDFFF => Err(self.stop(What::UnpairedSurrogate, at)),
                    _ => Ok(after),
                }
            }
            _ => Err(self.bad_escape(at)),
        }
    }

    fn bad_escape(&mut self, at: usize) -> Stop {
        let rest = self.input.get(at..).unwrap_or_default();
        // An escape of which everything up to the end of the bytes is right is cut, not wrong.
        let cut = match rest {
            [] | [b'\\'] => true,
            [b'\\', b'u', digits @ ..] => digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit),
            _ => false,
        };
        self.stop(if cut { What::UnexpectedEnd } else { What::InvalidEscape }, at)
    }
}

/// The end of the run of plain bytes from `at` on, `high` with what those contain, and `ascii` moved over the blocks before the
/// first byte that is not ASCII.
#[inline(always)]
fn plain_run(input: &[u8], mut at: usize, mut high: u64, mut ascii: usize) -> (usize, u64, usize) {
    for bytes in input.get(at..).unwrap_or_default().as_chunks().0 {
        let (special, union) = block(bytes);
        if special {
            break;
        }
        high |= union;
        at = at.wrapping_add(BLOCK);
        if high & HIGH == 0 {
            ascii = at;
        }
    }
    for bytes in input.get(at..).unwrap_or_default().as_chunks().0 {
        let word = u64::from_le_bytes(*bytes);
        let found = specials(word);
        if found != 0 {
            // The bytes below the special one, which is itself ASCII.
            high |= word & (found ^ found.wrapping_sub(1));
            return (at.wrapping_add((found.trailing_zeros() >> 3) as usize), high, ascii);
        }
        high |= word;
        at = at.wrapping_add(8);
    }
    // The last bytes of the input.
    loop {
        match byte(input, at) {
            0..0x20 | b'"' | b'\\' => return (at, high, ascii),
            other => high |= u64::from(other),
        }
        at = at.wrapping_add(1);
    }
}

/// The value of four hexadecimal digits.
fn hex4(input: &[u8], at: usize) -> Option<u16> {
    let digits: &[u8; 4] = input.get(at..)?.first_chunk()?;
    digits.iter().try_fold(0_u16, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit.wrapping_shl(4) | u16::try_from(digit).ok()?)
    })
}

/// Appends the text of a checked string, given without its quotes, to `out`.
pub(super) fn decode(mut string: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'\\', string) {
        let (plain, escape) = string.split_at(at);
        out.extend_from_slice(plain);
        let (decoded, rest) = decode_unit(escape);
        out.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
        string = rest;
    }
    out.extend_from_slice(string);
}

/// The character that the checked escape at the head of `string` stands for, and the rest after it.
pub(super) fn decode_unit(string: &[u8]) -> (char, &[u8]) {
    let rest = |len: usize| string.get(len..).unwrap_or_default();
    let decoded = match string.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = u32::from(hex4(string, 2).unwrap_or_default());
            if let Some(single) = char::from_u32(unit) {
                return (single, rest(6));
            }
            let low = u32::from(hex4(string, 8).unwrap_or_default());
            // The bits of both halves, above the first plane.
            let pair = ((unit & 0x3FF) << 10 | (low & 0x3FF)).wrapping_add(0x1_0000);
            return (char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER), rest(12));
        }
        Some(other) => char::from(*other),
        None => return (char::REPLACEMENT_CHARACTER, &[]),
    };
    (decoded, rest(2))
}
