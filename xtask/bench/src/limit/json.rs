//! A strict JSON reader written for speed alone, for programs that know their schema. In: bytes. Out: texts, numbers, positions.
//!
//! It gives the guarantees that the product's scanner gives: RFC 8259, UTF-8, no unpaired surrogates, no duplicate keys at any level,
//! numbers that every reader takes alike, a depth cap. It keeps no reason for a refusal.

use policyc_runtime::number::Decimal;

/// The bytes are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// What reading gives.
pub type Read<T> = Result<T, Refused>;

/// Deepest nesting.
const DEPTH: u32 = 64;

/// A text as it is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text<'a> {
    raw: &'a [u8],
    escaped: bool,
}

impl Text<'_> {
    /// Calls `use_it` with the text's bytes, escapes decoded.
    pub fn with<T>(self, use_it: impl FnOnce(&[u8]) -> T) -> T {
        if self.escaped { use_it(&decoded(self.raw)) } else { use_it(self.raw) }
    }

    /// Whether it is this text.
    pub fn is(self, text: &[u8]) -> bool {
        self.with(|own| own == text)
    }
}

/// A reader at a position.
#[derive(Debug)]
pub struct Json<'a> {
    input: &'a [u8],
    at: usize,
    depth: u32,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks the lowest byte of `word` that is a quote, a backslash or a control character.
const fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * 0x22);
    let slash = word ^ (ONES * 0x5C);
    (quote.wrapping_sub(ONES) & !quote
        | slash.wrapping_sub(ONES) & !slash
        | word.wrapping_sub(ONES * 0x20) & !word)
        & HIGH
}

impl<'a> Json<'a> {
    /// Reads `input` from its beginning.
    pub const fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0, depth: 0 }
    }

    /// The byte at the position; 0, which is nowhere allowed, at the end.
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.input.get(self.at).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Read<()> {
        self.space();
        if self.peek() == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Only white space follows.
    pub fn end(&mut self) -> Read<()> {
        self.space();
        if self.at == self.input.len() { Ok(()) } else { Err(Refused) }
    }

    /// An object: `member` is called with each key and reads the value.
    #[inline(always)]
    pub fn object(&mut self, mut member: impl FnMut(&mut Self, Text<'a>) -> Read<()>) -> Read<()> {
        self.expect(b'{')?;
        self.deeper()?;
        self.space();
        if self.peek() == b'}' {
            self.at += 1;
        } else {
            loop {
                let key = self.text()?;
                self.expect(b':')?;
                member(self, key)?;
                self.space();
                match self.peek() {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return Err(Refused),
                }
            }
            self.at += 1;
        }
        self.depth -= 1;
        Ok(())
    }

    /// A list: `element` reads each.
    #[inline(always)]
    pub fn list(&mut self, mut element: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.expect(b'[')?;
        self.deeper()?;
        self.space();
        if self.peek() == b']' {
            self.at += 1;
        } else {
            loop {
                element(self)?;
                self.space();
                match self.peek() {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return Err(Refused),
                }
            }
            self.at += 1;
        }
        self.depth -= 1;
        Ok(())
    }

    const fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Refused) } else { Ok(()) }
    }

    /// A string.
    #[inline(always)]
    pub fn text(&mut self) -> Read<Text<'a>> {
        self.expect(b'"')?;
        let start = self.at;
        let mut high = 0;
        // Most strings are short.
        if let Some(bytes) = self.input.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*bytes);
            let found = special(word);
            if found != 0 {
                let length = (found.trailing_zeros() / 8) as usize;
                let below = word & (found ^ found.wrapping_sub(1)) & HIGH;
                if below == 0 && self.input.get(start + length) == Some(&b'"') {
                    self.at = start + length + 1;
                    return Ok(Text {
                        raw: self.input.get(start..start + length).unwrap_or_default(),
                        escaped: false,
                    });
                }
            } else {
                high = word;
                self.at += 8;
            }
        }
        self.long_text(start, high)
    }

    #[inline(never)]
    fn long_text(&mut self, start: usize, mut high: u64) -> Read<Text<'a>> {
        let mut escaped = false;
        loop {
            high |= self.plain();
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(Refused),
            }
        }
        let raw = self.input.get(start..self.at).unwrap_or_default();
        self.at += 1;
        if high & HIGH != 0 && std::str::from_utf8(raw).is_err() {
            return Err(Refused);
        }
        Ok(Text { raw, escaped })
    }

    /// Skips plain bytes; all of them or-ed together.
    #[inline(always)]
    fn plain(&mut self) -> u64 {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let mut seen = 0_u8;
        let (blocks, _) = rest.as_chunks::<32>();
        for block in blocks {
            let mut any = 0_u8;
            let mut union = 0_u8;
            for byte in block {
                any |= u8::from(*byte < 0x20) | u8::from(*byte == b'"') | u8::from(*byte == b'\\');
                union |= byte;
            }
            if any != 0 {
                break;
            }
            seen |= union;
            self.at += 32;
        }
        let mut high = u64::from(seen) << 56;
        let rest = self.input.get(self.at..).unwrap_or_default();
        for bytes in rest.as_chunks::<8>().0 {
            let word = u64::from_le_bytes(*bytes);
            let found = special(word);
            if found != 0 {
                self.at += (found.trailing_zeros() / 8) as usize;
                return high | word & (found ^ found.wrapping_sub(1));
            }
            high |= word;
            self.at += 8;
        }
        while !matches!(self.peek(), 0..0x20 | b'"' | b'\\') {
            high |= u64::from(self.peek()) << 56;
            self.at += 1;
        }
        high
    }

    fn escape(&mut self) -> Read<()> {
        self.at += 1;
        let kind = self.peek();
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.hex()? {
                0xD800..=0xDBFF => {
                    let pair = self.input.get(self.at..self.at + 2) == Some(b"\\u");
                    self.at += 2;
                    if pair && matches!(self.hex()?, 0xDC00..=0xDFFF) { Ok(()) } else { Err(Refused) }
                }
                0xDC00..=0xDFFF => Err(Refused),
                _ => Ok(()),
            },
            _ => Err(Refused),
        }
    }

    fn hex(&mut self) -> Read<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(self.peek()).to_digit(16).ok_or(Refused)?;
            self.at += 1;
        }
        Ok(value)
    }

    /// A number that a decimal holds, in units of 10⁻⁹.
    #[inline(always)]
    pub fn number(&mut self) -> Read<i128> {
        self.space();
        let start = self.at;
        let negative = self.peek() == b'-';
        self.at += usize::from(negative);
        let first = self.at;
        let mut digits = 0_u64;
        self.digits(&mut digits);
        let whole = self.at - first;
        if whole == 0 || whole > 1 && self.input.get(first) == Some(&b'0') {
            return Err(Refused);
        }
        let mut places = 0;
        if self.peek() == b'.' {
            self.at += 1;
            let point = self.at;
            self.digits(&mut digits);
            places = self.at - point;
            if places == 0 {
                return Err(Refused);
            }
        }
        if whole + places > 15 || places > 9 || self.peek() | 0x20 == b'e' {
            return self.odd_number(start);
        }
        const POWERS: [u64; 10] =
            [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
        let units = i128::from(digits) * i128::from(POWERS.get(places).copied().unwrap_or(0));
        Ok(if negative { -units } else { units })
    }

    #[inline(always)]
    fn digits(&mut self, value: &mut u64) {
        loop {
            let digit = self.peek().wrapping_sub(b'0');
            if digit > 9 {
                return;
            }
            *value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.at += 1;
        }
    }

    /// A number with an exponent or many digits, by way of the nearest double.
    #[inline(never)]
    fn odd_number(&mut self, start: usize) -> Read<i128> {
        self.at = start;
        while matches!(self.peek(), b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') {
            self.at += 1;
        }
        let text =
            std::str::from_utf8(self.input.get(start..self.at).unwrap_or_default()).map_err(|_| Refused)?;
        let exact = Decimal::parse_json(text).ok_or(Refused)?;
        let double: f64 = text.parse().map_err(|_| Refused)?;
        let alike = if exact.is_integer() {
            exact.units().abs() <= ((1_i128 << 53) - 1) * 1_000_000_000
        } else {
            Decimal::parse_json(&format!("{double:e}")) == Some(exact)
        };
        if alike { Ok(exact.units()) } else { Err(Refused) }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Read<bool> {
        self.space();
        if self.word(b"true").is_ok() { Ok(true) } else { self.word(b"false").map(|()| false) }
    }

    fn word(&mut self, word: &[u8]) -> Read<()> {
        if self.input.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Any value, checked.
    pub fn skip(&mut self) -> Read<()> {
        self.space();
        match self.peek() {
            b'{' => self.map(Self::skip),
            b'[' => self.list(Self::skip),
            b'"' => self.text().map(|_| ()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number().map(|_| ()),
        }
    }

    /// An object with any keys, each once; `value` reads the values.
    pub fn map(&mut self, mut value: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let mut keys = Keys::default();
        self.object(|json, key| {
            keys.add(key)?;
            value(json)
        })
    }
}

/// The keys of one object: the first eight without allocating.
#[derive(Debug, Default)]
pub struct Keys<'a> {
    first: [Text<'a>; 8],
    count: usize,
    more: Vec<Text<'a>>,
}

impl<'a> Keys<'a> {
    /// Adds a key that must be new.
    pub fn add(&mut self, key: Text<'a>) -> Read<()> {
        let first = self.first.get(..self.count.min(8)).unwrap_or_default();
        if first.iter().chain(&self.more).any(|other| same(*other, key)) {
            return Err(Refused);
        }
        match self.first.get_mut(self.count) {
            Some(free) => *free = key,
            None => self.more.push(key),
        }
        self.count += 1;
        Ok(())
    }
}

fn same(left: Text<'_>, right: Text<'_>) -> bool {
    if left.escaped || right.escaped { left.with(|left| right.is(left)) } else { left.raw == right.raw }
}

/// A checked string without its escapes.
fn decoded(raw: &[u8]) -> Vec<u8> {
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).unwrap_or_default().into_bytes()
}
