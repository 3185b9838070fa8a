//! Strings, regular expressions and the characters that may not hide in text. In: slices of tokens. Out: their values,
//! and reports about what stands in them.

use super::{Run, to_offset};
use crate::ast::Text;
use crate::error::{SyntaxCode, SyntaxError};
use crate::source::Span;
use crate::token::Token;

impl Run<'_> {
    pub(super) fn open_string(&mut self, slice: &str, span: Span) {
        let shown = slice.strip_suffix('\r').unwrap_or(slice);
        let span = Span::new(span.start, span.start + to_offset(shown.len()));
        let message = "this string has no closing `\"`";
        let error = SyntaxError::new(SyntaxCode::UnterminatedString, span, message);
        self.report(error.with_help("a string ends on the line it begins on; write a line break as `\\n`"));
        self.push(Token::Str, span);
    }

    pub(super) fn single_quoted(&mut self, slice: &str, span: Span) {
        let shown = slice.strip_suffix('\r').unwrap_or(slice);
        let span = Span::new(span.start, span.start + to_offset(shown.len()));
        let message = "strings stand in double quotes";
        let error = SyntaxError::new(SyntaxCode::SingleQuotes, span, message);
        self.report(error.with_help("write `\"` instead of `'`"));
        self.push(Token::Str, span);
    }

    /// Reports unknown escapes, control characters and (as warnings) direction changes inside a string.
    pub(super) fn check_string(&mut self, slice: &str, span: Span) {
        let plain = |byte: &u8| (b' '..=b'~').contains(byte) && *byte != b'\\';
        if slice.as_bytes().iter().all(plain) {
            return;
        }
        let mut at = 1;
        let end = slice.len().saturating_sub(1);
        while let Some(rest) = slice.get(at..end).filter(|rest| !rest.is_empty()) {
            let (value, width) = next_character(rest);
            let here = Span::new(span.start + to_offset(at), span.start + to_offset(at + width));
            match value {
                Err(()) => self.report(bad_escape(rest.get(..width).unwrap_or_default(), here)),
                Ok(found) if width > found.len_utf8() => {}
                Ok(found) if is_bidi_control(found) => self.report(bidi_in_string(found, here)),
                Ok(found) if found.is_control() && found != '\t' => {
                    self.report(control_character(found, here, "a string"));
                }
                Ok(_) => {}
            }
            at += width;
        }
    }

    /// Reports control characters and direction changes where no warning is enough.
    pub(super) fn check_plain_characters(&mut self, slice: &str, span: Span, place: &str) {
        let plain = |byte: &u8| (b' '..=b'~').contains(byte) || *byte == b'\t';
        if slice.as_bytes().iter().all(plain) {
            return;
        }
        for (at, found) in slice.char_indices() {
            let start = span.start + to_offset(at);
            let here = Span::new(start, start + to_offset(found.len_utf8()));
            if is_bidi_control(found) {
                let message = format!(
                    "U+{:04X} in {place} changes the direction of the text around it",
                    u32::from(found)
                );
                let error = SyntaxError::new(SyntaxCode::BidiControl, here, message);
                self.report(error.with_help("remove it: what is shown would differ from what is read"));
            } else if found.is_control() && found != '\t' {
                self.report(control_character(found, here, place));
            }
        }
    }
}

/// Characters that reorder the text shown around them (Unicode Standard Annex 9: embeddings, overrides, isolates, marks).
pub(super) fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
}

/// The value of a string token: quotes taken off, escapes resolved; an unknown escape stands for the character after
/// the backslash (the lexer has reported it).
pub(crate) fn unquote(token: &str) -> Text {
    let quote = token.chars().next().filter(|first| matches!(first, '"' | '\''));
    let body = quote.map_or(token, |_| token.get(1..).unwrap_or_default());
    let body = quote.and_then(|quote| body.strip_suffix(quote)).unwrap_or(body);
    if quote == Some('\'') || !body.contains('\\') {
        return Text::new(body);
    }
    let mut value = Text::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let (found, width) = next_character(rest);
        match found {
            Ok(character) => value.push(character),
            Err(()) => value.push_str(rest.get(1..width).unwrap_or_default()),
        }
        rest = rest.get(width..).unwrap_or_default();
    }
    value
}

/// The first character that `rest` stands for (`Err`: an unknown escape) and how many bytes it takes, at least one.
/// Escapes are JSON's, and `\u{1F600}`.
fn next_character(rest: &str) -> (Result<char, ()>, usize) {
    let mut characters = rest.chars();
    let first = characters.next().unwrap_or_default();
    if first != '\\' {
        return (Ok(first), first.len_utf8().max(1));
    }
    let Some(second) = characters.next() else { return (Err(()), 1) };
    let value = match second {
        '"' | '\\' | '/' => second,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return unicode_escape(rest),
        _ => return (Err(()), 1 + second.len_utf8()),
    };
    (Ok(value), 2)
}

/// `\u{…}`, `\uXXXX`, or two of the latter that form one character.
fn unicode_escape(rest: &str) -> (Result<char, ()>, usize) {
    if let Some(braced) = rest.strip_prefix("\\u{") {
        let Some(length) = braced.find('}') else { return (Err(()), 2) };
        let digits = braced.get(..length).unwrap_or_default();
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| length <= 6).and_then(char::from_u32);
        return (value.ok_or(()), length + 4);
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let Some(high) = unit(rest) else { return (Err(()), 2) };
    if let Some(character) = char::from_u32(high) {
        return (Ok(character), 6);
    }
    let low = rest.get(6..).and_then(unit);
    match low {
        Some(low @ 0xdc00..=0xdfff) if high < 0xdc00 => {
            (char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(()), 12)
        }
        _ => (Err(()), 6),
    }
}

/// The pattern of a regular expression token (`\/` is already `/`) and its flags.
pub(crate) fn regex_parts(token: &str) -> (Text, Text) {
    let body = token.strip_prefix('/').unwrap_or(token);
    let (pattern, flags) = body.rsplit_once('/').unwrap_or((body, ""));
    let mut value = Text::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    while let Some(found) = characters.next() {
        if found == '\\' && characters.peek() == Some(&'/') {
            continue;
        }
        value.push(found);
        if found == '\\'
            && let Some(next) = characters.next()
        {
            value.push(next);
        }
    }
    (value, Text::new(flags))
}

fn bad_escape(shown: &str, span: Span) -> SyntaxError {
    let help = "escapes are `\\\"`, `\\\\`, `\\/`, `\\n`, `\\r`, `\\t`, `\\b`, `\\f`, `\\u00e9` and `\\u{1F600}`; \
                a backslash itself is `\\\\`";
    SyntaxError::new(SyntaxCode::BadEscape, span, format!("unknown escape `{shown}`")).with_help(help)
}

fn bidi_in_string(found: char, span: Span) -> SyntaxError {
    let number = u32::from(found);
    let message = format!("U+{number:04X} in a string changes the direction of the text around it");
    SyntaxError::new(SyntaxCode::BidiInString, span, message)
        .with_help(format!("write `\\u{{{number:x}}}` where it is meant"))
        .into_warning()
}

fn control_character(found: char, span: Span, place: &str) -> SyntaxError {
    if found == '\r' {
        return super::meant::lone_carriage_return(span, &format!(" in {place}"));
    }
    let message = format!("control character U+{:04X} in {place}", u32::from(found));
    let error = SyntaxError::new(SyntaxCode::ControlCharacter, span, message);
    error.with_help("remove it, or write it as an escape inside a string")
}
