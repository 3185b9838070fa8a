//! The braces of a statement that did not parse. In: its tokens. Out: where its head ends and its body begins and ends,
//! whatever is wrong with the braces; that is reported.

use super::{Recovery, span_of};
use crate::ast::Item;
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::parse::cut::{Tokens, arm_starts, step_starts};
use crate::parse::explain::shown;
use crate::source::Span;
use crate::token::Token;

/// A statement in its parts.
pub(super) struct Parts<'a> {
    /// Parsed over an empty body; `None` if it does not parse.
    pub(super) head: Option<Item>,
    pub(super) body: Tokens<'a>,
    /// What to say about the tokens behind the body, unless the body tells why they are there.
    pub(super) rest: Option<SyntaxError>,
}

impl Recovery<'_> {
    /// Splits `word … { body }`.
    pub(super) fn braces<'a>(&mut self, tokens: Tokens<'a>, word: usize) -> Parts<'a> {
        let open = body_start(tokens, word);
        let braced = tokens.kind(open) == Token::BraceOpen;
        let head = if braced {
            self.head(tokens.get(0..open + 1), &[Token::BraceClose])
        } else {
            let before = self.errors.len();
            let head = self.head(tokens.get(0..open), &[Token::BraceOpen, Token::BraceClose]);
            if self.errors.len() == before {
                self.errors.push(no_brace(tokens, open));
            }
            head
        };
        let start = if braced { open + 1 } else { open };
        let (end, rest) = self.body_end(tokens, word, start);
        Parts { head, body: tokens.get(start..end), rest }
    }

    /// Where the body that begins at `start` ends, and the report for what is left behind it.
    fn body_end(&mut self, tokens: Tokens<'_>, word: usize, start: usize) -> (usize, Option<SyntaxError>) {
        let count = tokens.all.len();
        let last = count.checked_sub(1).filter(|last| *last >= start);
        let closed_last = last.filter(|last| tokens.kind(*last) == Token::BraceClose);
        let close = matching(tokens, start);
        let rest = close.map_or(count, |close| close + 1);
        // A brace in the middle stands within the body, which is cut up around it.
        let within = closed_last.filter(|_| close.is_none() || tokens.kind(rest) != Token::BraceClose);
        match within.or(close) {
            Some(end) => (end, leftover(tokens, end + 1)),
            None => {
                self.unclosed(tokens, word);
                (count, None)
            }
        }
    }

    fn unclosed(&mut self, tokens: Tokens<'_>, word: usize) {
        let Some(last) = tokens.all.last() else { return };
        let opening = tokens.all.get(word).map_or("", |lexeme| lexeme.token.describe());
        let message = format!("expected `}}` here: the braces of this `{opening}` are not closed");
        let place = Span::new(last.end, last.end);
        self.errors.push(SyntaxError::new(SyntaxCode::Unbalanced, place, message));
    }

    /// Removes brackets from a body that close nothing in it; each is reported.
    pub(super) fn without_stray(&mut self, body: Tokens<'_>) -> Vec<Lexeme> {
        let mut kept = body.all.to_vec();
        for _ in 0..super::REPAIRS {
            let view = Tokens { text: self.text, all: &kept };
            let Some(at) = crate::parse::repair::stray_closer(view) else { break };
            self.errors.extend(leftover(view, at));
            kept.remove(at);
        }
        kept
    }
}

/// Index of the opening brace, or of the first token of a body that lacks it.
fn body_start(tokens: Tokens<'_>, word: usize) -> usize {
    let count = tokens.all.len();
    let after_name = if tokens.kind(word + 1).is_word() { word + 2 } else { word + 1 };
    match tokens.kind(word) {
        Token::Principal | Token::Session => (word + 1).min(count),
        Token::Test if tokens.kind(word + 1).is_word() && step_starts(tokens, word + 1, 0) => word + 1,
        Token::Test => after_name.min(count),
        _ => (word + 1..count)
            .find(|at| {
                let with = tokens.kind(*at) == Token::With && tokens.first_on_line(*at);
                let arm = *at > after_name && arm_starts(tokens, *at);
                tokens.kind(*at) == Token::BraceOpen || with || arm
            })
            .unwrap_or(count),
    }
}

/// Whether the statement's own braces were opened, or it has none: then a brace may be one too much.
pub(super) fn is_opened(tokens: Tokens<'_>, word: usize) -> bool {
    let braced = matches!(tokens.kind(word), Token::Decide | Token::Test | Token::Principal | Token::Session);
    !braced || tokens.kind(body_start(tokens, word)) == Token::BraceOpen
}

/// The report for what stands behind the last brace.
fn leftover(tokens: Tokens<'_>, at: usize) -> Option<SyntaxError> {
    let first = tokens.all.get(at)?;
    let text = shown(tokens.text, *first);
    if matches!(first.token, Token::BraceClose | Token::ParenClose | Token::BracketClose) {
        let error =
            SyntaxError::new(SyntaxCode::Unbalanced, first.span(), format!("`{text}` closes nothing"));
        return Some(error.with_help(format!("remove the `{text}`")));
    }
    let message = format!("expected a statement, found `{text}`");
    Some(SyntaxError::new(SyntaxCode::Unexpected, first.span(), message))
}

fn no_brace(tokens: Tokens<'_>, at: usize) -> SyntaxError {
    let head = tokens.get(0..at);
    let shown = head.all.last().map(|last| shown(tokens.text, *last)).unwrap_or_default();
    let end = span_of(head).end;
    SyntaxError::new(SyntaxCode::Unexpected, Span::new(end, end), format!("expected `{{` after `{shown}`"))
}

/// Index of the brace that closes the body.
fn matching(tokens: Tokens<'_>, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    for at in start..tokens.all.len() {
        match tokens.kind(at) {
            Token::BraceOpen => open += 1,
            Token::BraceClose if open == 0 => return Some(at),
            Token::BraceClose => open -= 1,
            _ => {}
        }
    }
    None
}
