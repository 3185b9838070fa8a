//! Where a broken file is cut. In: tokens. Out: ranges of tokens that are parsed on their own. A cut stands before a word
//! that begins something and cannot stand where it stands otherwise, so brackets that are never closed do not matter.
//! Where statements begin is in `statements`; this file cuts within them.

mod brackets;
mod statements;

use crate::lexer::Lexeme;
use crate::token::Token;
pub(super) use brackets::Brackets;
pub(super) use statements::{begins_statement, foreign_word, statements};
use std::ops::Range;

/// Tokens with the text they came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) all: &'a [Lexeme],
}

impl<'a> Tokens<'a> {
    pub(super) fn get(self, range: Range<usize>) -> Tokens<'a> {
        Tokens { text: self.text, all: self.all.get(range).unwrap_or_default() }
    }

    /// The kind of the token at `at`; [`Token::Bad`] outside.
    pub(super) fn kind(self, at: usize) -> Token {
        self.all.get(at).map_or(Token::Bad, |lexeme| lexeme.token)
    }

    pub(super) fn kind_before(self, at: usize) -> Option<Token> {
        at.checked_sub(1).and_then(|before| self.all.get(before)).map(|lexeme| lexeme.token)
    }

    /// A name, a colon and an effect.
    pub(super) fn is_arm_head(self, at: usize) -> bool {
        self.kind(at).is_word() && self.kind(at + 1) == Token::Colon && is_effect(self.kind(at + 2))
    }

    /// Nothing but blanks before it on its line.
    pub(super) fn first_on_line(self, at: usize) -> bool {
        self.before_on_line(at)
            .is_some_and(|before| before.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')))
    }

    /// Nothing at all before it on its line.
    pub(super) fn in_first_column(self, at: usize) -> bool {
        self.before_on_line(at).is_some_and(<[u8]>::is_empty)
    }

    fn before_on_line(self, at: usize) -> Option<&'a [u8]> {
        let start = self.all.get(at)?.start as usize;
        // Only blanks are of interest, and no token is shorter than a byte: looking back to the last token is enough.
        let floor =
            at.checked_sub(1).and_then(|before| self.all.get(before)).map_or(0, |lexeme| lexeme.end as usize);
        let gap = self.text.as_bytes().get(floor..start)?;
        match gap.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => gap.get(newline + 1..),
            None if floor == 0 && at == 0 => Some(gap),
            None => None,
        }
    }

    /// A word before a colon: a key, a field or the name of an arm.
    pub(super) fn is_key(self, at: usize) -> bool {
        match self.kind(at + 1) {
            Token::Colon => true,
            Token::Question => self.kind(at + 2) == Token::Colon,
            _ => false,
        }
    }
}

fn is_effect(token: Token) -> bool {
    matches!(token, Token::Allow | Token::Ask | Token::Deny)
}

/// Indices of tokens with the number of brackets open before each.
fn with_depth(tokens: Tokens<'_>) -> impl Iterator<Item = (usize, usize)> {
    (0..tokens.all.len()).scan(Brackets::default(), move |brackets, at| {
        let before = brackets.open();
        brackets.read(tokens.kind(at));
        Some((at, before))
    })
}

/// Ranges of tokens, one per clause; what stands before the first clause is left out.
pub(super) fn clauses(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| clause_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

fn clause_starts(tokens: Tokens<'_>, at: usize) -> bool {
    is_clause(tokens.kind(at)) && !tokens.is_key(at)
}

/// Words that begin a clause.
pub(super) fn is_clause(token: Token) -> bool {
    matches!(
        token,
        Token::When
            | Token::Unless
            | Token::With
            | Token::Because
            | Token::From
            | Token::Quorum
            | Token::Within
    )
}

/// Ranges of tokens, one per arm of a `decide`'s body; what stands before the first arm is left out.
pub(super) fn arms(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| arm_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

/// Also where the name, its colon or the effect was forgotten, and at a `rule` before the name.
pub(super) fn arm_starts(tokens: Tokens<'_>, at: usize) -> bool {
    let (token, before) = (tokens.kind(at), at.checked_sub(1).map(|before| tokens.kind(before)));
    let first = at == 0 || tokens.first_on_line(at);
    if token == Token::Rule && tokens.is_arm_head(at + 1) {
        return true;
    }
    if tokens.is_arm_head(at) {
        return before != Some(Token::Rule);
    }
    if is_effect(token) && !tokens.is_key(at) {
        return first && before != Some(Token::Colon);
    }
    if tokens.kind(at + 1) == Token::Colon {
        return token.is_word() && first;
    }
    first && token.is_ident() && is_effect(tokens.kind(at + 1))
}

/// Ranges of tokens, one per step of a test's body; what stands before the first step is left out.
pub(super) fn steps(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    // Brackets open since the last cut.
    let mut brackets = Brackets::default();
    for at in 0..tokens.all.len() {
        if step_starts(tokens, at, brackets.open()) {
            starts.push(at);
            brackets = Brackets::default();
        }
        brackets.read(tokens.kind(at));
    }
    ranges_after(&starts, tokens.all.len())
}

/// Inside an open table only what no field looks like, even one without its colon.
pub(super) fn step_starts(tokens: Tokens<'_>, at: usize, open: usize) -> bool {
    let next = tokens.kind(at + 1);
    let word = match tokens.kind(at) {
        Token::Principal | Token::Session => open == 0 || next == Token::BraceOpen,
        Token::Call => {
            open == 0 || next.is_word() && matches!(tokens.kind(at + 2), Token::Dot | Token::BraceOpen)
        }
        Token::At | Token::After | Token::Label | Token::Reply => open == 0,
        Token::Approved | Token::Rejected => open == 0 && matches!(next, Token::By | Token::Str),
        // Misspelled, or of another language.
        Token::Name | Token::Calls => open == 0 && next.is_word(),
        _ => false,
    };
    word && !tokens.is_key(at) && (at == 0 || tokens.first_on_line(at))
}

/// Ranges of tokens, one per field of a record type's body.
pub(super) fn fields(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = with_depth(tokens)
        .filter(|(at, open)| *open == 0 && field_starts(tokens, *at))
        .map(|(at, _)| at)
        .collect();
    ranges_after(&starts, tokens.all.len())
}

fn field_starts(tokens: Tokens<'_>, at: usize) -> bool {
    if at == 0 {
        return true;
    }
    let before = tokens.kind_before(at);
    let unfinished = matches!(before, Some(Token::Colon | Token::Pipe | Token::Less));
    let named = tokens.kind(at).is_word() || (tokens.kind(at) == Token::Str && tokens.is_key(at));
    let apart = tokens.first_on_line(at) || (before == Some(Token::Comma) && tokens.is_key(at));
    named && apart && (tokens.is_key(at) || !unfinished)
}

fn ranges(starts: &[usize], end: usize) -> Vec<Range<usize>> {
    let mut all = Vec::with_capacity(starts.len() + 1);
    if end > 0 && starts.first() != Some(&0) {
        all.push(0..starts.first().copied().unwrap_or(end));
    }
    all.extend(ranges_after(starts, end));
    all
}

fn ranges_after(starts: &[usize], end: usize) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(end));
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Index of the word that says which statement this is, after annotations and `shadow`.
pub(super) fn statement_word(tokens: Tokens<'_>) -> usize {
    let mut at = 0;
    loop {
        match tokens.kind(at) {
            Token::Shadow => at += 1,
            Token::AtSign => {
                at += 2;
                if tokens.kind(at) == Token::ParenOpen {
                    let mut open = 0;
                    while at < tokens.all.len() {
                        match tokens.kind(at) {
                            Token::ParenOpen => open += 1,
                            Token::ParenClose => open -= 1,
                            _ => {}
                        }
                        at += 1;
                        if open == 0 {
                            break;
                        }
                    }
                }
            }
            _ => return at,
        }
    }
}
