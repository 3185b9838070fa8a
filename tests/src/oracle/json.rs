//! A strict JSON reader that keeps numbers exactly. In: bytes and caps. Out: a tree, or `None` for `bad_request`: what is not
//! strict JSON (RFC 8259, UTF-8, no byte order mark, no key twice in one object, no unpaired surrogate), a number that not every
//! reader reads alike (semantics.md 30), or more than the caps.

use super::number::Exact;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Json {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, exactly.
    Number(Exact),
    /// Text.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object; no key twice.
    Object(Vec<(String, Json)>),
}

/// Bounds on one value.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes.
    pub bytes: usize,
    /// Arrays and objects within each other.
    pub depth: usize,
    /// Elements and members in all.
    pub elements: usize,
}

impl Default for Caps {
    /// The caps that programs carry unless told otherwise.
    fn default() -> Self {
        Self { bytes: 4 << 20, depth: 64, elements: 1_000_000 }
    }
}

/// Reads one value; nothing but white space may stand around it.
#[must_use]
pub fn parse(input: &[u8], caps: Caps) -> Option<Json> {
    if input.len() > caps.bytes {
        return None;
    }
    let text = std::str::from_utf8(input).ok()?;
    let mut reader = Reader { chars: text.chars().collect(), at: 0, elements: 0, caps };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    (reader.at == reader.chars.len() && reader.elements <= caps.elements).then_some(value)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    elements: usize,
    caps: Caps,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        word.chars().try_for_each(|c| self.eat(c))?;
        Some(value)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    /// The value at hand, inside `depth` containers.
    fn value(&mut self, depth: usize) -> Option<Json> {
        match self.peek()? {
            'n' => self.word("null", Json::Null),
            't' => self.word("true", Json::Bool(true)),
            'f' => self.word("false", Json::Bool(false)),
            '"' => self.string().map(Json::Text),
            '[' if depth < self.caps.depth => self.array(depth + 1),
            '{' if depth < self.caps.depth => self.object(depth + 1),
            '-' | '0'..='9' => self.number(),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Json> {
        let mut text = String::new();
        while let Some(c @ ('0'..='9' | '+' | '-' | '.' | 'e' | 'E')) = self.peek() {
            text.push(c);
            self.at += 1;
        }
        Exact::parse(&text).filter(Exact::is_agreed).map(Json::Number)
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.items('[', ']', |reader| {
            items.push(reader.value(depth)?);
            Some(())
        })?;
        Some(Json::Array(items))
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut keys = std::collections::BTreeSet::new();
        self.items('{', '}', |reader| {
            let key = reader.string()?;
            reader.space();
            reader.eat(':')?;
            reader.space();
            let value = reader.value(depth)?;
            let fresh = keys.insert(key.clone());
            members.push((key, value));
            fresh.then_some(())
        })?;
        Some(Json::Object(members))
    }

    fn items(
        &mut self,
        open: char,
        close: char,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.eat(open)?;
        self.space();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            item(self)?;
            self.elements += 1;
            self.space();
            match self.next()? {
                ',' => self.space(),
                c if c == close => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat('"')?;
        let mut out = String::new();
        loop {
            match self.next()? {
                '"' => return Some(out),
                '\\' => out.push(self.escape()?),
                c if c < ' ' => return None,
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            c @ ('"' | '\\' | '/') => c,
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => match self.unit()? {
                high @ 0xD800..=0xDBFF => {
                    self.eat('\\')?;
                    self.eat('u')?;
                    let low = self.unit()?;
                    if !(0xDC00..=0xDFFF).contains(&low) {
                        return None;
                    }
                    char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?
                }
                unit => char::from_u32(unit)?,
            },
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit * 16 + self.next()?.to_digit(16)?))
    }
}
