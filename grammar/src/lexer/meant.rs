//! What is meant by text that is no token. In: digits with a strange unit, a character that begins no token. Out: the number, the sign,
//! the report with advice.

use crate::error::{SyntaxCode, SyntaxError};
use crate::source::Span;

/// The number or duration meant by digits with another unit: `4hours`, `10k`.
pub(super) fn meant_number(slice: &str) -> Option<String> {
    let end = slice.find(|c: char| c.is_ascii_alphabetic())?;
    let (digits, unit) = slice.split_at_checked(end)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let meant = match &*unit.to_ascii_lowercase() {
        "k" => "_000",
        "m" => "_000_000",
        "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => "w",
        _ => return None,
    };
    Some(format!("{}{meant}", if meant.starts_with('_') { grouped(digits) } else { digits.to_owned() }))
}

/// Digits in groups of three: `12_345`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// The sign that a character of typeset text stands for.
pub(super) fn meant_sign(character: char) -> Option<&'static str> {
    match character {
        '≥' => Some(">="),
        '≤' => Some("<="),
        '≠' => Some("!="),
        '–' | '—' | '−' => Some("-"),
        '×' => Some("*"),
        '→' => Some("->"),
        _ => None,
    }
}

/// What to do about a character that no token begins with.
fn advice(character: char) -> String {
    if let Some(sign) = meant_sign(character) {
        return format!("write `{sign}`");
    }
    match character {
        '$' => "a name with other characters than letters, digits, `_` and `-` stands in quotes: `args.\"$filter\"`".to_owned(),
        '~' => "a regular expression is tested by a word: `x matches /re/`".to_owned(),
        '%' => "there is no remainder".to_owned(),
        _ if character.is_alphanumeric() => {
            "names are made of ASCII letters, digits, `_` and `-`; other text goes into quotes".to_owned()
        }
        _ => "remove it".to_owned(),
    }
}

/// The report for a character that no token may begin with.
pub(super) fn stray_character(character: char, span: Span) -> SyntaxError {
    let number = u32::from(character);
    match character {
        '\r' => lone_carriage_return(span, ""),
        _ if super::quoted::is_bidi_control(character) => {
            let message = format!("U+{number:04X} changes the direction of the text around it");
            SyntaxError::new(SyntaxCode::BidiControl, span, message)
                .with_help("remove it: what is shown would differ from what is read")
        }
        _ if character.is_control() => {
            let message = format!("unexpected control character U+{number:04X}");
            SyntaxError::new(SyntaxCode::ControlCharacter, span, message).with_help("remove it")
        }
        '“' | '”' | '„' | '‘' | '’' => {
            let message = format!("`{character}` is not a quotation mark of the language");
            SyntaxError::new(SyntaxCode::UnexpectedCharacter, span, message).with_help("write `\"`")
        }
        _ => {
            let visible = character.is_alphanumeric() || character.is_ascii_graphic();
            let shown =
                if visible { format!("`{character}` (U+{number:04X})") } else { format!("U+{number:04X}") };
            SyntaxError::new(SyntaxCode::UnexpectedCharacter, span, format!("unexpected character {shown}"))
                .with_help(advice(character))
        }
    }
}

pub(super) fn lone_carriage_return(span: Span, place: &str) -> SyntaxError {
    let message = format!("a carriage return without a line feed{place}");
    SyntaxError::new(SyntaxCode::LoneCarriageReturn, span, message)
        .with_help("end lines with a line feed, or with a carriage return and a line feed")
}
