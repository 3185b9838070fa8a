//! Escapes that readers of text undo. In: text that may begin with one. Out: its length and what it stands for.
//!
//! `%40`, `&#64;`, `&#x40;`, `&commat;`, `\u0040` (with surrogate pairs), `\u{40}`, `\x40`. Of the named entities of HTML those are
//! known that stand for ASCII or for something unseen: words need no disguise.

/// What an escape stands for, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decoded {
    bytes: [u8; 4],
    len: usize,
}

impl Decoded {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl From<char> for Decoded {
    fn from(c: char) -> Self {
        let mut bytes = [0; 4];
        let len = c.encode_utf8(&mut bytes).len();
        Self { bytes, len }
    }
}

/// The escape at the head of `text`. Looks at most at the escape and a few bytes after it, save that leading zeros count.
pub(super) fn escape(text: &[u8]) -> Option<(usize, Decoded)> {
    match text {
        [b'%', rest @ ..] => Some((3, byte(rest)?)),
        [b'\\', b'x', rest @ ..] => Some((4, char::from(*byte(rest)?.bytes().first()?).into())),
        [b'\\', b'u', b'{', rest @ ..] => braced(rest),
        [b'\\', b'u', rest @ ..] => unit(rest),
        [b'&', b'#', b'x' | b'X', rest @ ..] => numbered(rest, 16, 3),
        [b'&', b'#', rest @ ..] => numbered(rest, 10, 2),
        [b'&', rest @ ..] => named(rest),
        _ => None,
    }
}

/// Two hexadecimal digits, as one byte: it may be a part of a character.
fn byte(text: &[u8]) -> Option<Decoded> {
    let value = u8::try_from(hex(text.first_chunk::<2>()?)?).ok()?;
    Some(Decoded { bytes: [value, 0, 0, 0], len: 1 })
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |value, digit| Some(value.wrapping_shl(4) | char::from(*digit).to_digit(16)?))
}

/// After `\u`: a code unit, or both halves of a pair.
fn unit(text: &[u8]) -> Option<(usize, Decoded)> {
    let high = hex(text.first_chunk::<4>()?)?;
    if let Some(c) = char::from_u32(high) {
        return Some((6, c.into()));
    }
    let low = text.get(4..)?.strip_prefix(b"\\u")?;
    let low = hex(low.first_chunk::<4>()?)?;
    if high > 0xDBFF || !(0xDC00..=0xDFFF).contains(&low) {
        return None;
    }
    let pair = ((high & 0x3FF).wrapping_shl(10) | (low & 0x3FF)).wrapping_add(0x1_0000);
    Some((12, char::from_u32(pair)?.into()))
}

/// After `\u{`.
fn braced(text: &[u8]) -> Option<(usize, Decoded)> {
    let len = text.iter().take(7).position(|byte| *byte == b'}').filter(|len| *len > 0)?;
    let c = char::from_u32(hex(text.get(..len)?)?)?;
    Some((len.checked_add(4)?, c.into()))
}

/// After `&#` or `&#x`, which take `before` bytes; the semicolon may be missing, as browsers read it.
fn numbered(text: &[u8], radix: u32, before: usize) -> Option<(usize, Decoded)> {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix);
    let len = text.iter().take_while(|byte| digit(byte).is_some()).count();
    let digits = text.get(..len).filter(|digits| !digits.is_empty())?;
    let value = digits.iter().fold(0_u32, |value, byte| {
        value.saturating_mul(radix).saturating_add(digit(byte).unwrap_or_default())
    });
    let c = char::from_u32(value)?;
    let semicolon = usize::from(text.get(len) == Some(&b';'));
    Some((before.checked_add(len)?.checked_add(semicolon)?, c.into()))
}

/// After `&`.
fn named(text: &[u8]) -> Option<(usize, Decoded)> {
    let entity = NAMED.iter().find(|(name, _)| text.starts_with(name.as_bytes()))?;
    Some((entity.0.len().checked_add(1)?, entity.1.into()))
}

/// Entities; those that HTML also reads without a semicolon stand a second time, after their own name with one.
const NAMED: [(&str, char); 71] = [
    ("Tab;", '\t'),
    ("NewLine;", '\n'),
    ("excl;", '!'),
    ("quot;", '"'),
    ("quot", '"'),
    ("QUOT;", '"'),
    ("QUOT", '"'),
    ("num;", '#'),
    ("dollar;", '$'),
    ("percnt;", '%'),
    ("amp;", '&'),
    ("amp", '&'),
    ("AMP;", '&'),
    ("AMP", '&'),
    ("apos;", '\''),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("ast;", '*'),
    ("midast;", '*'),
    ("plus;", '+'),
    ("comma;", ','),
    ("period;", '.'),
    ("sol;", '/'),
    ("colon;", ':'),
    ("semi;", ';'),
    ("lt;", '<'),
    ("lt", '<'),
    ("LT;", '<'),
    ("LT", '<'),
    ("equals;", '='),
    ("gt;", '>'),
    ("gt", '>'),
    ("GT;", '>'),
    ("GT", '>'),
    ("quest;", '?'),
    ("commat;", '@'),
    ("lsqb;", '['),
    ("lbrack;", '['),
    ("bsol;", '\\'),
    ("rsqb;", ']'),
    ("rbrack;", ']'),
    ("Hat;", '^'),
    ("lowbar;", '_'),
    ("UnderBar;", '_'),
    ("grave;", '`'),
    ("DiacriticalGrave;", '`'),
    ("lcub;", '{'),
    ("lbrace;", '{'),
    ("verbar;", '|'),
    ("vert;", '|'),
    ("VerticalLine;", '|'),
    ("rcub;", '}'),
    ("rbrace;", '}'),
    ("hyphen;", '\u{2010}'),
    ("dash;", '\u{2010}'),
    ("nbsp;", '\u{A0}'),
    ("nbsp", '\u{A0}'),
    ("NonBreakingSpace;", '\u{A0}'),
    ("shy;", '\u{AD}'),
    ("shy", '\u{AD}'),
    ("ZeroWidthSpace;", '\u{200B}'),
    ("NegativeThinSpace;", '\u{200B}'),
    ("NegativeMediumSpace;", '\u{200B}'),
    ("NegativeThickSpace;", '\u{200B}'),
    ("NegativeVeryThinSpace;", '\u{200B}'),
    ("zwnj;", '\u{200C}'),
    ("zwj;", '\u{200D}'),
    ("lrm;", '\u{200E}'),
    ("rlm;", '\u{200F}'),
    ("NoBreak;", '\u{2060}'),
    ("InvisibleComma;", '\u{2063}'),
];
