//! Where statements begin in a file with mistakes. In: tokens. Out: ranges of tokens, one per statement as far as that
//! can be told: a word that begins a statement, or whatever stands in the first column where nothing goes on.

use super::{Brackets, Tokens, ranges};
use crate::parse::explain::ends_operand;
use crate::token::{Token, WordClass};
use std::ops::Range;

/// The statement that a token stands in, as far as it was read.
#[derive(Debug, Clone, Copy)]
struct Within {
    /// The word it began with.
    word: Token,
    /// Brackets open since its start.
    open: usize,
}

/// Ranges of tokens, one per statement as far as that can be told.
pub(in crate::parse) fn statements(tokens: Tokens<'_>) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    // Between `@` or `shadow` and the word of the statement they belong to.
    let mut in_prefix = false;
    let mut brackets = Brackets::default();
    let mut within = Within { word: Token::Bad, open: 0 };
    for at in 0..tokens.all.len() {
        let token = tokens.kind(at);
        let named_by_sign = tokens.kind_before(at) == Some(Token::AtSign);
        if in_prefix && !named_by_sign && within.open == 0 && begins_statement(token) {
            in_prefix = false;
            within.word = token;
        } else if !named_by_sign && (!in_prefix || within.open > 0) && starts_at(tokens, at, within) {
            starts.push(at);
            in_prefix = matches!(token, Token::AtSign | Token::Shadow);
            within.word = token;
            brackets = Brackets::default();
        }
        brackets.read(token);
        within.open = brackets.open();
    }
    ranges(&starts, tokens.all.len())
}

/// Words that begin a statement, of this edition or a later one.
pub(in crate::parse) fn begins_statement(token: Token) -> bool {
    match token {
        Token::Shadow => false,
        Token::Principal | Token::Session => true,
        Token::Prove | Token::Assume | Token::Accept | Token::Result => true,
        _ => token.word_class() == Some(WordClass::Statement),
    }
}

fn starts_at(tokens: Tokens<'_>, at: usize, within: Within) -> bool {
    let token = tokens.kind(at);
    let before = tokens.kind_before(at);
    let first_column = tokens.in_first_column(at);
    match token {
        Token::AtSign => tokens.first_on_line(at) || annotates(tokens, at),
        Token::Shadow => {
            let next = tokens.kind(at + 1);
            begins_statement(next) || matches!(next, Token::AtSign | Token::Shadow)
        }
        Token::Principal | Token::Session | Token::Result => {
            // They are roots of expressions, too, so on an indented line only a brace tells a declaration.
            let declares =
                tokens.kind(at + 1) == Token::BraceOpen && tokens.first_on_line(at) && within.open == 0;
            let free = (first_column || declares) && tokens.kind(at + 1) != Token::Dot && !continues(before);
            free && !tokens.is_key(at)
                && !(within.word == Token::Test && within.open > 0 && is_step(tokens, at))
        }
        Token::Label if before == Some(Token::Has) => false,
        Token::Allow | Token::Ask | Token::Deny => {
            let ends_something = !matches!(before, Some(Token::Colon | Token::FatArrow));
            first_column && ends_something && tokens.kind(at + 1) != Token::Colon
        }
        _ if begins_statement(token) => word_starts(tokens, at, within),
        _ => token.is_ident() && foreign_starts(tokens, at, within),
    }
}

/// Whether the annotation at `at` is followed by what annotations belong to.
fn annotates(tokens: Tokens<'_>, at: usize) -> bool {
    let mut brackets = Brackets::default();
    let mut end = at + 2;
    // Annotations are short: looking further would cost more than it tells.
    while end < at + 32 && (brackets.open() > 0 || (end == at + 2 && tokens.kind(end) == Token::ParenOpen)) {
        brackets.read(tokens.kind(end));
        end += 1;
    }
    let next = tokens.kind(end);
    brackets.open() == 0 && (begins_statement(next) || matches!(next, Token::Shadow | Token::AtSign))
}

/// Whether a word that may begin a statement does so here.
fn word_starts(tokens: Tokens<'_>, at: usize, within: Within) -> bool {
    let first_column = tokens.in_first_column(at);
    if tokens.is_key(at) {
        // A word and a colon are a field, unless they stand where only a statement without its name can.
        return first_column && within.open == 0;
    }
    if first_column {
        return true;
    }
    // `let limit = 3`: a reserved word where the author's own name belongs.
    if tokens.kind_before(at).is_some_and(takes_name) {
        return false;
    }
    if within.open > 0 {
        // `rule` before an arm's name; a field without its colon.
        return !braced(within.word) && is_whole_head(tokens, at);
    }
    tokens.first_on_line(at) || is_whole_head(tokens, at)
}

/// Whether a statement's word is followed by what only a statement goes on with.
fn is_whole_head(tokens: Tokens<'_>, at: usize) -> bool {
    let (next, after) = (tokens.kind(at + 1), tokens.kind(at + 2));
    match tokens.kind(at) {
        Token::Rule | Token::Hide | Token::Limit => next.is_word() && after == Token::Colon,
        Token::Fact => next.is_word() && matches!(after, Token::Colon | Token::ParenOpen),
        Token::Label => next.is_word() && matches!(after, Token::After | Token::For),
        Token::Decide | Token::Redact | Token::Append | Token::Accept => next.is_word() && after == Token::On,
        Token::Test => next.is_word() && after == Token::BraceOpen,
        Token::Let | Token::Group => next.is_word() && after == Token::Equals,
        Token::Fn => next.is_word() && after == Token::ParenOpen,
        Token::Import => matches!(next, Token::Tools | Token::Guardrails | Token::Std | Token::Str),
        Token::Policy => next.is_ident() && after == Token::Str,
        Token::Edition => next == Token::Int,
        Token::Approvers => next == Token::Default,
        _ => false,
    }
}

/// Whether the `principal` or `session` at `at` gives values, as a step of a test does, and not types.
fn is_step(tokens: Tokens<'_>, at: usize) -> bool {
    if tokens.kind(at + 1) != Token::BraceOpen {
        return false;
    }
    let rest = tokens.all.get(at + 2..).unwrap_or_default();
    let colon = rest.iter().position(|lexeme| matches!(lexeme.token, Token::Colon | Token::BraceClose));
    let Some(colon) = colon.map(|offset| at + 2 + offset) else { return true };
    tokens.kind(colon) == Token::BraceClose || tokens.kind(colon + 1) != Token::Name
}

/// A name where no statement can go on: its word is missing, misspelled or of another language.
fn foreign_starts(tokens: Tokens<'_>, at: usize, within: Within) -> bool {
    if foreign_word(tokens, at) && !(within.open > 0 && braced(within.word)) {
        return true;
    }
    if within.open > 0 && braced(within.word) {
        return false;
    }
    let before = tokens.kind_before(at);
    if !tokens.in_first_column(at) {
        let ended = braced(within.word) && before == Some(Token::BraceClose);
        let head = tokens.is_arm_head(at) || tokens.kind(at + 1) == Token::On || is_import(tokens, at);
        let behind = ended && within.word != Token::Test && !tokens.is_key(at);
        let begins = behind || (head && (ended || !braced(within.word)));
        return begins && within.open == 0 && tokens.first_on_line(at) && !continues(before);
    }
    let goes_on =
        matches!(tokens.kind(at), Token::Except | Token::Where | Token::Having | Token::Open | Token::By);
    let defines = tokens.kind(at + 1) == Token::Equals && before.is_some_and(is_operator);
    !goes_on && (!continues(before) || defines)
}

/// What stands behind `import` or `approvers`.
fn is_import(tokens: Tokens<'_>, at: usize) -> bool {
    match tokens.kind(at) {
        Token::Std => tokens.kind(at + 1) == Token::Dot,
        Token::Guardrails | Token::Default => tokens.kind(at + 1) == Token::Str,
        Token::Tools => tokens.kind(at + 1).is_ident(),
        _ => false,
    }
}

/// A name in the first column followed by something that a statement's first word is followed by.
pub(in crate::parse) fn foreign_word(tokens: Tokens<'_>, at: usize) -> bool {
    let next = tokens.kind(at + 1);
    let follows = next.is_word() || matches!(next, Token::Str | Token::Int | Token::BraceOpen);
    tokens.kind(at) == Token::Name
        && follows
        && tokens.in_first_column(at)
        && !continues(tokens.kind_before(at))
}

/// Whether a token leaves the statement it stands in unfinished.
fn continues(token: Option<Token>) -> bool {
    let Some(token) = token else { return false };
    let goes_on = matches!(
        token,
        Token::Except
            | Token::Where
            | Token::Having
            | Token::Open
            | Token::By
            | Token::Tools
            | Token::Guardrails
            | Token::Default
            | Token::Std
    );
    goes_on || !(ends_operand(token) || matches!(token, Token::Allow | Token::Ask | Token::Deny))
}

fn is_operator(token: Token) -> bool {
    token.word_class() == Some(WordClass::Operator)
        || matches!(
            token,
            Token::EqEq | Token::NotEq | Token::Less | Token::LessEq | Token::Greater | Token::GreaterEq
        )
        || matches!(token, Token::Plus | Token::PlusPlus | Token::Minus | Token::Coalesce)
}

/// Words of statements whose body stands in braces.
fn braced(word: Token) -> bool {
    matches!(word, Token::Decide | Token::Test | Token::Principal | Token::Session)
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
            | Token::Fact
            | Token::Label
            | Token::Limit
            | Token::Redact
            | Token::Append
    )
}
