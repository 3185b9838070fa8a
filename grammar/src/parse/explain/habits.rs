//! What other languages write. In: where the parser stopped. Out: a report that names the form meant.

use super::Place;
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::source::Span;
use crate::token::Token;

/// The report for a form of another language, if that is what stands here.
pub(super) fn habit(place: &Place<'_>, found: Lexeme, text: &str) -> Option<SyntaxError> {
    let before = place.before();
    let (message, help) = match (before, found.token) {
        (Token::Quorum, Token::Decimal) => ("a quorum is a whole number".to_owned(), "write `quorum 2`"),
        (Token::Within, Token::Int | Token::Decimal) => {
            (format!("`{text}` has no unit"), "a duration is written `15m`, `4h` or `1h30m`")
        }
        (Token::Edition, Token::Str | Token::Colon) => {
            (format!("expected a number, found `{text}`"), "write `edition 2026`")
        }
        (Token::Policy, Token::Colon) => {
            ("this `policy` has no name".to_owned(), "write `policy NAME \"what it is for\"`")
        }
        (Token::Allow | Token::Ask | Token::Deny, Token::Str) => {
            ("expected a tool, found a string".to_owned(), "tools stand without quotes: `alias.tool`")
        }
        (Token::Allow | Token::Ask | Token::Deny, Token::BracketOpen) => {
            ("expected a tool, found `[`".to_owned(), "tools are listed without brackets: `a.b, a.c`")
        }
        (_, Token::Name) if text == "if" => ("`if` is not a word of the language".to_owned(), "write `when`"),
        (_, Token::FatArrow) if place.compares() => ("`=>` is not an operator".to_owned(), "write `>=`"),
        (Token::Equals, Token::Less) => ("`=<` is not an operator".to_owned(), "write `<=`"),
        (Token::Name, Token::ParenOpen) if place.is_method() => (
            "values have no methods".to_owned(),
            "operators are words: `x starts_with \"a\"`, `x contains \"b\"`; functions stand before: `lower(x)`",
        ),
        (_, Token::Comma) => return parenthesized_list(place),
        _ => return None,
    };
    Some(SyntaxError::new(SyntaxCode::Unexpected, found.span(), message).with_help(help))
}

/// `x in (1, 2)`.
fn parenthesized_list(place: &Place<'_>) -> Option<SyntaxError> {
    let mut open = Vec::new();
    for at in 0..place.at {
        match place.tokens.kind(at) {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => open.push(at),
            Token::ParenClose | Token::BracketClose | Token::BraceClose => _ = open.pop(),
            _ => {}
        }
    }
    let at = open.pop()?;
    if place.tokens.kind(at) != Token::ParenOpen || place.tokens.kind_before(at) != Some(Token::In) {
        return None;
    }
    let span: Span = place.tokens.all.get(at)?.span();
    let error = SyntaxError::new(SyntaxCode::Unexpected, span, "a list stands in square brackets");
    Some(error.with_help("write `[1, 2]`"))
}
