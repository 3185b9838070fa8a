//! Characters and tokens that the parser and servers end at different places. In: a text and its tokens. Out: whether all of
//! them agree.

use super::Dialect;
use sqlparser::tokenizer::{Token, TokenWithSpan, Whitespace};

/// Only controls that every server takes for white space: `\r` alone ends a line for some servers, other controls are white
/// space for some.
pub(super) fn has_plain_controls(text: &str) -> bool {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    !text.contains(odd) && text.split('\r').skip(1).all(|after| after.starts_with('\n'))
}

/// White space that is not ASCII stands in quotes alone: servers take it for a part of a name, the parser for white space
/// (after `--` even for the start of a comment).
pub(super) fn odd_spaces_are_quoted(text: &str, tokens: &[TokenWithSpan]) -> bool {
    if text.is_ascii() {
        return true;
    }
    let quoted: usize = tokens.iter().filter_map(|token| quoted(&token.token)).map(odd_spaces).sum();
    odd_spaces(text) == quoted
}

fn odd_spaces(text: &str) -> usize {
    text.chars().filter(|c| !c.is_ascii() && c.is_whitespace()).count()
}

/// What stands between the quotes of a token; of those alone that hold no escapes for other characters.
fn quoted(token: &Token) -> Option<&str> {
    match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::TripleSingleQuotedString(text)
        | Token::TripleDoubleQuotedString(text)
        | Token::NationalStringLiteral(text) => Some(text),
        Token::DollarQuotedString(text) => Some(&text.value),
        Token::Word(word) if word.quote_style.is_some() => Some(&word.value),
        _ => None,
    }
}

/// The server has comments and strings of this form.
pub(super) fn exists_in(token: &Token, dialect: Dialect) -> bool {
    match token {
        Token::DollarQuotedString(text) => match (dialect, &text.tag) {
            (Dialect::Postgres | Dialect::Snowflake, None) => true,
            (Dialect::Postgres, Some(tag)) => {
                let named = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                named && !tag.starts_with(|c: char| c.is_ascii_digit())
            }
            _ => false,
        },
        Token::Whitespace(Whitespace::SingleLineComment { prefix, .. }) => match prefix.as_str() {
            "--" => true,
            "#" => matches!(dialect, Dialect::Mysql | Dialect::Bigquery),
            "//" => dialect == Dialect::Snowflake,
            _ => false,
        },
        Token::DoubleQuotedByteStringLiteral(_)
        | Token::TripleSingleQuotedByteStringLiteral(_)
        | Token::TripleDoubleQuotedByteStringLiteral(_)
        | Token::SingleQuotedRawStringLiteral(_)
        | Token::DoubleQuotedRawStringLiteral(_) => dialect == Dialect::Bigquery,
        _ => true,
    }
}

/// In MySQL adjacent texts are one text; with `ANSI_QUOTES` one in double quotes is a name, and the next one its alias.
pub(super) fn texts_are_apart(tokens: &[TokenWithSpan]) -> bool {
    let mut tokens =
        tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_)));
    let text = |token: &Token| matches!(token, Token::SingleQuotedString(_) | Token::DoubleQuotedString(_));
    let double = |token: &Token| matches!(token, Token::DoubleQuotedString(_));
    let mut before: Option<&Token> = None;
    tokens.all(|token| {
        let neighbors = before.replace(token).filter(|before| text(before) && text(token));
        !neighbors.is_some_and(|before| double(before) || double(token))
    })
}

/// In SQLite a variable may end in `::name(any text)`.
pub(super) fn variables_are_plain(tokens: &[TokenWithSpan]) -> bool {
    let token = |index: usize| tokens.get(index).map(|token| &token.token);
    let marked = |index: usize| matches!(token(index), Some(Token::Colon | Token::AtSign));
    (0..tokens.len()).all(|index| {
        let variable = match token(index) {
            Some(Token::Placeholder(_)) => true,
            Some(Token::Word(word)) => {
                word.value.starts_with(['$', '@']) || index.checked_sub(1).is_some_and(marked)
            }
            _ => false,
        };
        let goes_on = matches!(token(index.saturating_add(1)), Some(Token::LParen | Token::DoubleColon));
        !(variable && goes_on)
    })
}
