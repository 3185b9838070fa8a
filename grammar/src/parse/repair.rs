//! Small mistakes that are set right before a file is cut up, so that the rest keeps its meaning. In: tokens. Out: an edit
//! and its report.

use super::cut::{Brackets, Tokens, begins_statement, foreign_word, is_clause};
use super::explain::{misspelled, misspelling, shown};
use super::run::Failure;
use super::suggest::nearest;
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::token::{KEYWORDS, Token, WordClass};

/// A change of one token.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    /// The word at the index is this one.
    Reword(usize, Token),
    /// The token at the index goes.
    Remove(usize),
}

impl Edit {
    pub(super) fn apply(self, tokens: &mut Vec<Lexeme>) {
        match self {
            Self::Reword(at, token) => {
                if let Some(lexeme) = tokens.get_mut(at) {
                    lexeme.token = token;
                }
            }
            Self::Remove(at) if at < tokens.len() => _ = tokens.remove(at),
            Self::Remove(_) => {}
        }
    }
}

/// What may be changed in a whole file: list dashes go, misspelled words that begin a statement are set right.
pub(super) fn file(text: &str, tokens: &[Lexeme]) -> (Vec<Lexeme>, Vec<SyntaxError>) {
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

/// What may be changed in a statement that the parser could not read; `closers`: also brackets that close nothing.
pub(super) fn statement(tokens: Tokens<'_>, closers: bool, failure: &Failure) -> Option<(Edit, SyntaxError)> {
    if let Some((meant, error)) = misspelling(tokens, failure) {
        return Some((Edit::Reword(failure.at, Token::of_word(meant)), error));
    }
    if let Some(at) = trailing_comma(tokens, failure.at) {
        let next = tokens.all.get(at + 1).map(|lexeme| shown(tokens.text, *lexeme)).unwrap_or_default();
        return Some((
            Edit::Remove(at),
            error_at(tokens, at, SyntaxCode::Unexpected, &format!("no comma stands before `{next}`")),
        ));
    }
    // Only where everything before it was read: an earlier mistake may be why it closes nothing.
    let at = stray_closer(tokens).filter(|at| closers && *at == failure.at)?;
    let text = tokens.kind(at).describe();
    let error = error_at(tokens, at, SyntaxCode::Unbalanced, &format!("`{text}` closes nothing"));
    Some((Edit::Remove(at), error.with_help(format!("remove the `{text}`"))))
}

fn error_at(tokens: Tokens<'_>, at: usize, code: SyntaxCode, message: &str) -> SyntaxError {
    let span = tokens.all.get(at).map_or_else(Default::default, |lexeme| lexeme.span());
    let error = SyntaxError::new(code, span, message);
    if tokens.kind(at) == Token::Comma { error.with_help("remove the `,`") } else { error }
}

/// A comma that ends a list before what comes after it. The parser takes `except` for a name and stops behind it.
fn trailing_comma(tokens: Tokens<'_>, failed: usize) -> Option<usize> {
    let comma = |at: usize| (tokens.kind(at) == Token::Comma).then_some(at);
    let part = |at: usize| matches!(tokens.kind(at), Token::Except | Token::Where | Token::Having);
    let (one, two) = (failed.checked_sub(1)?, failed.checked_sub(2));
    if is_clause(tokens.kind(failed)) || part(failed) {
        return comma(one);
    }
    two.filter(|_| part(one)).and_then(comma)
}

/// The first bracket that closes nothing.
pub(super) fn stray_closer(tokens: Tokens<'_>) -> Option<usize> {
    let mut brackets = Brackets::default();
    (0..tokens.all.len()).find(|at| !brackets.read(tokens.kind(*at)))
}

fn is_list_dash(tokens: Tokens<'_>, at: usize) -> bool {
    let next = tokens.kind(at + 1);
    let names_something = next.is_word() && tokens.kind(at + 2) == Token::Colon;
    let begins_something = next.word_class() == Some(WordClass::Statement) || next == Token::Call;
    (names_something || begins_something) && tokens.first_on_line(at)
}

/// The statement's word that a name in the first column is nearly, if what follows goes with it.
fn misspelled_statement(tokens: Tokens<'_>, at: usize) -> Option<&'static str> {
    if !foreign_word(tokens, at) {
        return None;
    }
    let next = tokens.kind(at + 1);
    let fits = |token: Token| match token {
        Token::Principal | Token::Session => next == Token::BraceOpen,
        Token::Edition => next == Token::Int,
        Token::Import => next.is_word() || next == Token::Str,
        Token::Rule | Token::Hide => {
            next.is_word() && !matches!(tokens.kind(at + 2), Token::Equals | Token::ParenOpen)
        }
        _ => next.is_word(),
    };
    let words =
        KEYWORDS.iter().map(|keyword| keyword.token).filter(|token| begins_statement(*token) && fits(*token));
    nearest(tokens.all.get(at)?.text(tokens.text), words.map(Token::describe))
}
