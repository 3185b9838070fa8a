//! Where a broken file is cut. In: tokens. Out: ranges of tokens that are parsed on their own. A cut stands before a word
//! that begins something and cannot stand where it stands otherwise, so brackets that are never closed do not matter.

use super::suggest::nearest;
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::token::{KEYWORDS, Token, WordClass};
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

    fn kind_before(self, at: usize) -> Option<Token> {
        at.checked_sub(1).and_then(|before| self.all.get(before)).map(|lexeme| lexeme.token)
    }

    /// Nothing but blanks before it on its line.
    pub(super) fn first_on_line(self, at: usize) -> bool {
        self.before_on_line(at)
            .is_some_and(|before| before.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')))
    }

    /// Nothing at all before it on its line.
    fn in_first_column(self, at: usize) -> bool {
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
    fn is_key(self, at: usize) -> bool {
        match self.kind(at + 1) {
            Token::Colon => true,
            Token::Question => self.kind(at + 2) == Token::Colon,
            _ => false,
        }
    }
}

/// Repairs what can be repaired before cutting: list dashes go, misspelled words that begin a statement are set right.
pub(super) fn repair(text: &str, tokens: &[Lexeme]) -> (Vec<Lexeme>, Vec<SyntaxError>) {
    let all = Tokens { text, all: tokens };
    let mut repaired = Vec::with_capacity(tokens.len());
    let mut errors = Vec::new();
    for (at, lexeme) in tokens.iter().enumerate() {
        let mut lexeme = *lexeme;
        if lexeme.token == Token::Minus && is_list_dash(all, at) {
            let message = "statements, arms and steps stand without a dash";
            errors.push(
                SyntaxError::new(SyntaxCode::ListDash, lexeme.span(), message).with_help("remove the `-`"),
            );
            continue;
        }
        if let Some(meant) = misspelled_statement(all, at) {
            errors.push(misspelled(lexeme, text, meant));
            lexeme.token = Token::of_word(meant);
        }
        repaired.push(lexeme);
    }
    (repaired, errors)
}

/// The report for a word that is nearly one of the language's.
pub(super) fn misspelled(lexeme: Lexeme, text: &str, meant: &str) -> SyntaxError {
    let message = format!("unknown word `{}`; did you mean `{meant}`?", lexeme.text(text));
    SyntaxError::new(SyntaxCode::Misspelled, lexeme.span(), message)
}

fn is_list_dash(tokens: Tokens<'_>, at: usize) -> bool {
    let next = tokens.kind(at + 1);
    let names_something = next.is_word() && tokens.kind(at + 2) == Token::Colon;
    let begins_something = next.word_class() == Some(WordClass::Statement) || next == Token::Call;
    (names_something || begins_something) && tokens.first_on_line(at)
}

fn misspelled_statement(tokens: Tokens<'_>, at: usize) -> Option<&'static str> {
    if !foreign_statement(tokens, at) {
        return None;
    }
    let words =
        KEYWORDS.iter().filter(|keyword| begins_statement(keyword.token)).map(|keyword| keyword.spelling);
    nearest(tokens.all.get(at)?.text(tokens.text), words)
}

/// A name in the first column followed by something that a statement's first word is followed by.
fn foreign_statement(tokens: Tokens<'_>, at: usize) -> bool {
    let next = tokens.kind(at + 1);
    let follows = next.is_word() || matches!(next, Token::Str | Token::Int | Token::BraceOpen);
    tokens.kind(at) == Token::Name
        && follows
        && tokens.in_first_column(at)
        && !continues(tokens.kind_before(at))
}

/// A name and a colon in the first column, outside of braces: a statement as other languages write them (`default: allow`).
fn foreign_key(tokens: Tokens<'_>, at: usize, open: usize) -> bool {
    open == 0
        && tokens.is_key(at)
        && tokens.in_first_column(at)
        && !continues(tokens.kind_before(at))
        && tokens.kind_before(at) != Some(Token::In)
}

/// Whether a token leaves the statement it stands in unfinished.
fn continues(token: Option<Token>) -> bool {
    let Some(token) = token else { return false };
    matches!(
        token,
        Token::Comma
            | Token::Colon
            | Token::Dot
            | Token::Equals
            | Token::ParenOpen
            | Token::BracketOpen
            | Token::Pipe
    )
}

fn begins_statement(token: Token) -> bool {
    match token {
        Token::Shadow => false,
        Token::Principal | Token::Session => true,
        Token::Fact | Token::Label | Token::Limit | Token::Redact | Token::Prove | Token::Assume => true,
        Token::Result | Token::Append | Token::Accept => true,
        _ => token.word_class() == Some(WordClass::Statement),
    }
}

/// Ranges of tokens, one per statement as far as that can be told.
pub(super) fn statements(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    // Between `@` or `shadow` and the word of the statement they belong to.
    let mut in_prefix = false;
    // Brackets open since the last cut.
    let mut open = 0_usize;
    for at in 0..tokens.all.len() {
        let token = tokens.kind(at);
        let named_by_sign = tokens.kind_before(at) == Some(Token::AtSign);
        if in_prefix && !named_by_sign && open == 0 && begins_statement(token) {
            in_prefix = false;
        } else if statement_starts(tokens, at, open) && !named_by_sign && (!in_prefix || open > 0) {
            starts.push(at);
            in_prefix = matches!(token, Token::AtSign | Token::Shadow);
            open = 0;
        }
        match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => open += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => open = open.saturating_sub(1),
            _ => {}
        }
    }
    ranges(&starts, tokens.all.len())
}

fn statement_starts(tokens: Tokens<'_>, at: usize, open: usize) -> bool {
    let token = tokens.kind(at);
    let before = tokens.kind_before(at);
    let first_column = tokens.in_first_column(at);
    match token {
        Token::AtSign | Token::Shadow => true,
        Token::Principal | Token::Session | Token::Result => {
            first_column && tokens.kind(at + 1) != Token::Dot && !continues(before)
        }
        Token::Label if before == Some(Token::Has) => false,
        Token::Allow | Token::Ask | Token::Deny => {
            let ends_something = !matches!(before, Some(Token::Colon | Token::FatArrow));
            first_column && ends_something && tokens.kind(at + 1) != Token::Colon
        }
        Token::Name if foreign_statement(tokens, at) => true,
        _ if token.is_ident() && !begins_statement(token) => foreign_key(tokens, at, open),
        // A word and a colon are a field, unless they stand where only a statement without its name can.
        _ if tokens.is_key(at) => begins_statement(token) && first_column && open == 0,
        // `let limit = 3`: a reserved word where the author's own name belongs.
        _ if before.is_some_and(takes_name) && !first_column => false,
        _ => begins_statement(token),
    }
}

/// Words that an author's name follows.
fn takes_name(token: Token) -> bool {
    matches!(
        token,
        Token::Let
            | Token::Fn
            | Token::Group
            | Token::Rule
            | Token::Decide
            | Token::Hide
            | Token::Test
            | Token::Policy
    )
}

fn is_effect(token: Token) -> bool {
    matches!(token, Token::Allow | Token::Ask | Token::Deny)
}

/// Ranges of tokens, one per clause; what stands before the first clause is left out.
pub(super) fn clauses(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| clause_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

fn clause_starts(tokens: Tokens<'_>, at: usize) -> bool {
    let word = matches!(
        tokens.kind(at),
        Token::When
            | Token::Unless
            | Token::With
            | Token::Because
            | Token::From
            | Token::Quorum
            | Token::Within
    );
    word && !tokens.is_key(at)
}

/// Ranges of tokens, one per arm of a `decide`'s body; what stands before the first arm is left out.
pub(super) fn arms(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| arm_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

fn arm_starts(tokens: Tokens<'_>, at: usize) -> bool {
    let effect = |at: usize| is_effect(tokens.kind(at));
    if !tokens.kind(at).is_word() {
        return false;
    }
    let first = at == 0 || tokens.first_on_line(at);
    if tokens.kind(at + 1) != Token::Colon {
        // The colon was forgotten.
        return first && tokens.kind(at).is_ident() && effect(at + 1);
    }
    first || effect(at + 2)
}

/// Ranges of tokens, one per step of a test's body; what stands before the first step is left out.
pub(super) fn steps(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| step_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

fn step_starts(tokens: Tokens<'_>, at: usize) -> bool {
    let word = matches!(
        tokens.kind(at),
        Token::Principal | Token::Session | Token::At | Token::Call | Token::After | Token::Reply
    );
    let foreign = tokens.kind(at) == Token::Name && tokens.kind(at + 1).is_word();
    (word || foreign) && !tokens.is_key(at) && (at == 0 || tokens.first_on_line(at))
}

/// Ranges of tokens, one per field of a record type's body.
pub(super) fn fields(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = (0..tokens.all.len()).filter(|at| field_starts(tokens, *at)).collect();
    ranges_after(&starts, tokens.all.len())
}

fn field_starts(tokens: Tokens<'_>, at: usize) -> bool {
    if at == 0 {
        return true;
    }
    let unfinished = matches!(tokens.kind_before(at), Some(Token::Colon | Token::Pipe | Token::Less));
    let named = tokens.kind(at).is_word() || (tokens.kind(at) == Token::Str && tokens.is_key(at));
    named && tokens.first_on_line(at) && (tokens.is_key(at) || !unfinished)
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
