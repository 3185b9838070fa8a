//! What other languages write. In: where the parser stopped. Out: a report that names the form meant.

use super::{Place, ends_operand, unclosed};
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::source::Span;
use crate::token::Token;

/// The report for a form of another language, if that is what stands here.
pub(super) fn habit(place: &Place<'_>, found: Lexeme, text: &str) -> Option<SyntaxError> {
    let before = place.before();
    if let Some(error) = parenthesized_list(place, found).or_else(|| grouped_digits(place, found)) {
        return Some(error);
    }
    if is_dashes(place, found) {
        let message = "`--` does not begin a comment";
        let error = SyntaxError::new(SyntaxCode::HashComment, found.span(), message);
        return Some(error.with_help("write `//`"));
    }
    if let Some(meant) = operator_meant(text).filter(|_| place.compares() && ends_operand(before)) {
        let error =
            SyntaxError::new(SyntaxCode::Unexpected, found.span(), format!("`{text}` is not an operator"));
        return Some(error.with_help(format!("write `{meant}`")));
    }
    let (message, help) = match (before, found.token) {
        (Token::Quorum, Token::Decimal) => ("a quorum is a whole number".to_owned(), "write `quorum 2`"),
        (Token::Within, Token::Int | Token::Decimal) => {
            (format!("`{text}` has no unit"), "a duration is written `15m`, `4h` or `1h30m`")
        }
        (Token::Fails, Token::Str | Token::BraceOpen) => (
            format!("expected `=>`, found {}", if found.token == Token::Str { "a string" } else { "`{`" }),
            "`fails` stands alone: `call a.b {} fails => allow`",
        ),
        (_, Token::Guardrails) if place.before.is_none() => (
            "`guardrails` does not begin a file or statement".to_owned(),
            "guardrails are a policy that is imported: write `policy NAME` here, and `import guardrails \"this.policy\"` where they hold",
        ),
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
        (_, Token::ParenOpen) if is_called(place) => (
            "the arguments of a call stand in braces".to_owned(),
            "write `call shop.refund { amount: 5 } => allow`",
        ),
        (_, Token::Comma) if ends_arm(place) => {
            ("arms are not separated by `,`".to_owned(), "remove it: the next arm begins with its name")
        }
        (Token::Name, Token::ParenOpen) if place.is_method() => (
            "values have no methods".to_owned(),
            "operators are words: `x starts_with \"a\"`, `x contains \"b\"`; functions stand before: `lower(x)`",
        ),
        _ => return None,
    };
    Some(SyntaxError::new(SyntaxCode::Unexpected, found.span(), message).with_help(help))
}

/// Behind an arm of a `decide`, where the next one follows or nothing does. Arms that do not read are parsed one by one.
fn ends_arm(place: &Place<'_>) -> bool {
    let open = unclosed(place).map(|bracket| bracket.token);
    let in_decide = match (place.tokens.kind(0), place.tokens.kind(1)) {
        (Token::Decide, _) => open == Some(Token::BraceOpen),
        (Token::Rule, _) => false,
        (_, second) => open.is_none() && second == Token::Colon,
    };
    let next = place.tokens.all.get(place.at + 1).filter(|next| next.start < next.end);
    let ends = next.is_none_or(|next| next.token == Token::BraceClose);
    in_decide && (ends || place.tokens.kind(place.at + 2) == Token::Colon)
}

/// `--note`.
fn is_dashes(place: &Place<'_>, found: Lexeme) -> bool {
    let next = place.tokens.all.get(place.at + 1).filter(|next| next.start == found.end);
    found.token == Token::Minus && next.is_some_and(|next| next.token == Token::Minus)
}

/// The operator that a word of other languages stands for.
fn operator_meant(word: &str) -> Option<&'static str> {
    match word {
        "starts" | "begins" | "begins_with" => Some("starts_with"),
        "ends" => Some("ends_with"),
        "includes" => Some("contains"),
        "equals" | "eq" => Some("=="),
        _ => None,
    }
}

/// `call a.b(`, `call b(`.
fn is_called(place: &Place<'_>) -> bool {
    let back = |steps: usize| place.at.checked_sub(steps).map_or(Token::Bad, |at| place.tokens.kind(at));
    back(2) == Token::Call || (back(2) == Token::Dot && back(4) == Token::Call)
}

/// `1,000`.
fn grouped_digits(place: &Place<'_>, found: Lexeme) -> Option<SyntaxError> {
    let first = place.before.filter(|before| before.token == Token::Int && before.end - before.start <= 3)?;
    let (mut end, mut meant) = (first.end, first.text(place.tokens.text).to_owned());
    let mut rest = place.tokens.all.get(place.at..)?;
    while let [comma, group, after @ ..] = rest
        && (comma.token, group.token) == (Token::Comma, Token::Int)
        && (comma.start, comma.end, group.end - group.start) == (end, group.start, 3)
    {
        meant = format!("{meant}_{}", group.text(place.tokens.text));
        (end, rest) = (group.end, after);
    }
    let span = Span::new(first.start, end);
    let error = SyntaxError::new(SyntaxCode::BadNumber, span, "digits are not grouped by `,`");
    (end > first.end && found.token == Token::Comma).then(|| error.with_help(format!("write `{meant}`")))
}

/// `x in (1, 2)`.
fn parenthesized_list(place: &Place<'_>, found: Lexeme) -> Option<SyntaxError> {
    if found.token != Token::Comma {
        return None;
    }
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
