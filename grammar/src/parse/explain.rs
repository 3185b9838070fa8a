//! What to say where the parser stopped. In: a failure and its tokens. Out: one report that says what was expected, in a
//! reader's words, and where.

mod expected;
mod habits;

use super::cut::Tokens;
use super::recover::later_word;
use super::run::Failure;
use super::suggest::nearest;
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::source::Span;
use crate::token::{KEYWORDS, Token, WordClass};
use expected::Expected;

/// The report for a failure of a fragment that began with `start`.
pub(super) fn explain(tokens: Tokens<'_>, failure: &Failure) -> SyntaxError {
    let expected = Expected::new(&failure.expected);
    let before = failure.at.checked_sub(1).and_then(|at| tokens.all.get(at)).copied();
    let found = tokens.all.get(failure.at).copied();
    let place = Place { tokens, before, at: failure.at };
    if let Some(found) = found.filter(|found| found.start < found.end) {
        if let Some(error) = key_in_list(&place, found).or_else(|| special(&place, found, &expected)) {
            return error;
        }
        if let Some(before) = before.filter(|_| expected.is_empty()) {
            let (text, previous) = (shown(tokens.text, found), shown(tokens.text, before));
            let message = format!("unexpected `{text}` after `{previous}`");
            return SyntaxError::new(SyntaxCode::Unexpected, found.span(), message);
        }
        // Where a statement may begin, the one before is complete: what follows is the mistake.
        let complete =
            expected.has(Token::Rule) && expected.has(Token::Decide) && !expected.has(Token::Equals);
        let complete = complete && !place.lacks_comma(expected.has(Token::Comma));
        if complete || !place.on_later_line() {
            let message = format!("expected {}, found `{}`", expected.list(), shown(tokens.text, found));
            return SyntaxError::new(SyntaxCode::Unexpected, found.span(), message);
        }
    }
    missing(&place, &expected)
}

/// The report for something that parses but may not stand there.
pub(super) fn unparsed(span: Span, wanted: &str) -> SyntaxError {
    SyntaxError::new(SyntaxCode::Unexpected, span, format!("expected {wanted} here"))
}

/// The report for a word that is nearly one of the language's.
pub(super) fn misspelled(lexeme: Lexeme, text: &str, meant: &str) -> SyntaxError {
    let message = format!("unknown word `{}`; did you mean `{meant}`?", shown(text, lexeme));
    SyntaxError::new(SyntaxCode::Misspelled, lexeme.span(), message)
}

/// A name where a word of the language would fit that is spelled almost like it, and the report for it.
pub(super) fn misspelling(tokens: Tokens<'_>, failure: &Failure) -> Option<(&'static str, SyntaxError)> {
    let found = *tokens.all.get(failure.at)?;
    let before = failure.at.checked_sub(1).and_then(|at| tokens.all.get(at)).map(|lexeme| lexeme.token);
    let on_own_line = tokens.first_on_line(failure.at) && !tokens.in_first_column(failure.at);
    let names_arm = on_own_line && tokens.is_key(failure.at);
    if !found.token.is_ident() || names_arm || matches!(before, Some(Token::Dot | Token::DotDot)) {
        return None;
    }
    // Behind an expression the parser may have closed everything before it met the word; then it names too little.
    let behind = before.is_some_and(ends_operand);
    let behind = behind && !failure.expected.iter().any(|terminal| terminal == "\":\"");
    let more =
        KEYWORDS.iter().map(|keyword| keyword.token).filter(|token| behind && continues_operand(*token));
    let words = failure.expected.iter().filter_map(|terminal| expected::word(terminal)).chain(more);
    let meant = nearest(found.text(tokens.text), words.map(Token::describe))?;
    Some((meant, misspelled(found, tokens.text, meant)))
}

/// Whether an operand may end in the token.
pub(super) fn ends_operand(token: Token) -> bool {
    token.is_ident()
        || matches!(
            token,
            Token::ParenClose | Token::BracketClose | Token::BraceClose | Token::True | Token::False
        )
        || matches!(
            token,
            Token::Null | Token::Str | Token::Regex | Token::Int | Token::Decimal | Token::Duration
        )
        || matches!(token, Token::Date | Token::Timestamp | Token::Star | Token::Glob)
}

/// Whether a word may stand behind an operand, a tool or a clause.
fn continues_operand(token: Token) -> bool {
    let operator = token.word_class() == Some(WordClass::Operator);
    let prefix = matches!(token, Token::Any | Token::All | Token::Count | Token::Sum | Token::Known);
    let prefix = prefix || matches!(token, Token::Add | Token::Distinct);
    let clause = token.word_class() == Some(WordClass::Clause) && token != Token::On;
    (operator && !prefix) || clause
}

/// Where the parser stopped.
struct Place<'a> {
    tokens: Tokens<'a>,
    before: Option<Lexeme>,
    at: usize,
}

impl Place<'_> {
    fn on_later_line(&self) -> bool {
        self.before.is_some() && self.tokens.first_on_line(self.at)
    }

    /// A list without brackets that goes on in the next line: `a.b ⏎ c.d`.
    fn lacks_comma(&self, in_list: bool) -> bool {
        let goes_on = self.tokens.kind(self.at).is_ident() && self.tokens.kind(self.at + 1) == Token::Dot;
        in_list && goes_on && !self.tokens.in_first_column(self.at)
    }

    /// Inside a condition: behind `when` or `unless`.
    fn compares(&self) -> bool {
        (0..self.at).any(|at| matches!(self.tokens.kind(at), Token::When | Token::Unless))
    }

    /// `x.startsWith` before a parenthesis.
    fn is_method(&self) -> bool {
        self.at.checked_sub(2).is_some_and(|dot| self.tokens.kind(dot) == Token::Dot)
    }

    fn before(&self) -> Token {
        self.before.map_or(Token::Bad, |lexeme| lexeme.token)
    }
}

/// Nothing that fits follows: say so behind the last token that did.
fn missing(place: &Place<'_>, expected: &Expected) -> SyntaxError {
    let Some(before) = place.before else {
        let at = place.tokens.all.get(place.at).map_or_else(Span::default, |lexeme| lexeme.span());
        return SyntaxError::new(SyntaxCode::Unexpected, at, format!("expected {}", expected.list()));
    };
    let wanted =
        if place.lacks_comma(expected.has(Token::Comma)) { "`,`".to_owned() } else { expected.list() };
    let message = format!("expected {wanted} after `{}`", shown(place.tokens.text, before));
    let here = Span::new(before.end, before.end);
    let error = SyntaxError::new(SyntaxCode::Unexpected, here, message);
    // What goes on behind a line's end more likely lacks a comma.
    let goes_on = place.tokens.all.get(place.at).is_some_and(|found| found.start < found.end);
    match unclosed(place) {
        Some(bracket) if expected.has(closing(bracket.token)) && !(goes_on && expected.has(Token::Comma)) => {
            not_closed(bracket, before.end)
        }
        _ => error,
    }
}

/// A field on a later line than a list that is not closed: `tags: ["a", ⏎ id: 1`.
fn key_in_list(place: &Place<'_>, found: Lexeme) -> Option<SyntaxError> {
    let bracket = unclosed(place).filter(|bracket| bracket.token != Token::BraceOpen)?;
    let key = place.at.checked_sub(1)?;
    if found.token != Token::Colon || !place.tokens.first_on_line(key) {
        return None;
    }
    let comma = usize::from(place.tokens.kind_before(key) == Some(Token::Comma));
    let last = place.tokens.all.get(key.checked_sub(1 + comma)?)?;
    Some(not_closed(bracket, last.end))
}

fn not_closed(bracket: Lexeme, at: u32) -> SyntaxError {
    let (open, close) = (bracket.token.describe(), closing(bracket.token).describe());
    let message = format!("expected `{close}` here: the `{open}` before is not closed");
    SyntaxError::new(SyntaxCode::Unbalanced, Span::new(at, at), message)
        .with_label(bracket.span(), format!("this `{open}` is not closed"))
}

/// The innermost bracket open where the parser stopped.
fn unclosed(place: &Place<'_>) -> Option<Lexeme> {
    let mut open = Vec::new();
    for lexeme in place.tokens.all.get(..place.at)? {
        match lexeme.token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => open.push(*lexeme),
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

fn closing(bracket: Token) -> Token {
    match bracket {
        Token::ParenOpen => Token::ParenClose,
        Token::BracketOpen => Token::BracketClose,
        _ => Token::BraceClose,
    }
}

/// Mistakes that have a better report than what was expected.
fn special(place: &Place<'_>, found: Lexeme, expected: &Expected) -> Option<SyntaxError> {
    let text = &*shown(place.tokens.text, found);
    let span = found.span();
    let new = |code, message: String| SyntaxError::new(code, span, message);
    let class = found.token.word_class();
    if let Some(error) = habits::habit(place, found, &shown(place.tokens.text, found)) {
        return Some(error);
    }
    if let Some(error) = about_names(place, found, expected) {
        return Some(error);
    }
    if class == Some(WordClass::Later) && !place.on_later_line() {
        return Some(later_word(found.token, span));
    }
    if found.token.is_word() && place.tokens.is_arm_head(place.at) && expected.has(Token::Rule) {
        let error = new(SyntaxCode::Unexpected, format!("expected a statement, found `{text}`"));
        return Some(error.with_help(format!("a rule begins with its word: `rule {text}: …`")));
    }
    if let Some((_, error)) = misspelling(place.tokens, &expected.failure(place.at)) {
        return Some(error);
    }
    match found.token {
        Token::GreaterEq if expected.has(Token::Greater) && !expected.has(Token::GreaterEq) => {
            let error =
                new(SyntaxCode::Unexpected, "`>=` is one sign: the type before ends in `>`".to_owned());
            Some(error.with_help("put a space between `>` and `=`"))
        }
        Token::Glob
            if place.before.is_some_and(|before| ends_operand(before.token))
                && !expected.has(Token::Glob) =>
        {
            let error =
                new(SyntaxCode::StarNeedsSpaces, format!("`{text}` is a pattern of names, not a product"));
            Some(error.with_help("put spaces around `*`"))
        }
        Token::Dot if expected.has(Token::Decimal) => {
            let error = new(SyntaxCode::BadNumber, "a number does not begin with `.`".to_owned());
            Some(error.with_help("write `0.5`"))
        }
        Token::Regex if expected.has(Token::EqEq) => {
            let error = new(SyntaxCode::BadSlash, "there is no division".to_owned());
            Some(error.with_help("multiply by a constant: `x * 0.5`"))
        }
        Token::Equals if expected.has(Token::Colon) && !expected.has(Token::Equals) => {
            let error = new(SyntaxCode::Unexpected, format!("expected {}, found `=`", expected.list()));
            Some(error.with_help("a name is followed by `:`"))
        }
        Token::Colon
            if expected.has(Token::Equals) && !expected.has(Token::Colon) && !expected.has(Token::EqEq) =>
        {
            let error = new(SyntaxCode::Unexpected, format!("expected {}, found `:`", expected.list()));
            Some(error.with_help("`let`, `group`, `fn` and `with` define with `=`"))
        }
        Token::ParenClose | Token::BracketClose | Token::BraceClose if unclosed(place).is_none() => {
            Some(new(SyntaxCode::Unbalanced, format!("`{text}` closes nothing")))
        }
        _ => None,
    }
}

/// A name is missing, or a word of the language stands in its place.
fn about_names(place: &Place<'_>, found: Lexeme, expected: &Expected) -> Option<SyntaxError> {
    let text = found.text(place.tokens.text);
    let new = |code, message: String| SyntaxError::new(code, found.span(), message);
    let class = found.token.word_class();
    if matches!(found.token, Token::Allow | Token::Ask | Token::Deny) && place.before.is_none() {
        if !expected.has(Token::Rule) {
            let error = new(SyntaxCode::MissingName, "this arm has no name".to_owned());
            return Some(error.with_help(format!("write `NAME: {text} …`")));
        }
        let error = new(SyntaxCode::MissingName, format!("`{text}` does not begin a statement"));
        return Some(error.with_help(format!("write `rule NAME: {text} …`")));
    }
    if let Some(effect) = effect_in_capitals(text)
        && place.before.is_none()
        && expected.has(Token::Rule)
    {
        let error = new(SyntaxCode::MissingName, format!("`{text}` does not begin a statement"));
        return Some(error.with_help(format!("write `rule NAME: {effect} …`")));
    }
    let reserved = class.is_some_and(WordClass::is_reserved) && expected.has(Token::Name);
    let names_arm = place.before.is_none()
        && !expected.has(Token::Rule)
        && place.tokens.kind(place.at + 1) == Token::Colon;
    if reserved && names_arm {
        return Some(reserved_name(found, text));
    }
    if names_something(place.before()) {
        let goes_on = match place.before() {
            Token::Rule => matches!(found.token, Token::Colon | Token::Allow | Token::Ask | Token::Deny),
            Token::Decide => matches!(found.token, Token::Colon | Token::On),
            Token::Tools => found.token == Token::From,
            _ => matches!(found.token, Token::Colon | Token::Equals),
        };
        // `rule deny: …`: a name was meant, and it is taken.
        let named = found.token != Token::Colon && place.tokens.kind(place.at + 1) == Token::Colon;
        if goes_on && !named && expected.has(Token::Name) {
            let error =
                new(SyntaxCode::MissingName, format!("this `{}` has no name", place.before().describe()));
            let joint = match found.token {
                Token::Colon => ":".to_owned(),
                Token::Allow | Token::Ask | Token::Deny => format!(": {text}"),
                _ => format!(" {text}"),
            };
            return Some(error.with_help(format!("write `{} NAME{joint} …`", place.before().describe())));
        }
        if reserved && !place.on_later_line() {
            return Some(reserved_name(found, text));
        }
    }
    None
}

/// `DENY`: words are written in lower case.
fn effect_in_capitals(text: &str) -> Option<&'static str> {
    ["allow", "ask", "deny"].into_iter().find(|effect| effect.eq_ignore_ascii_case(text) && *effect != text)
}

fn reserved_name(found: Lexeme, text: &str) -> SyntaxError {
    let message = format!("`{text}` is a word of the language and cannot be a name of yours");
    SyntaxError::new(SyntaxCode::ReservedWord, found.span(), message)
        .with_help("choose another name; after a dot and as a field every word is free")
}

/// Words after which an author's name stands.
fn names_something(before: Token) -> bool {
    matches!(
        before,
        Token::Rule
            | Token::Decide
            | Token::Hide
            | Token::Test
            | Token::Let
            | Token::Group
            | Token::Fn
            | Token::Policy
            | Token::With
            | Token::Tools
            | Token::Fact
            | Token::Label
            | Token::Limit
            | Token::Redact
            | Token::Append
            | Token::Each
            | Token::Any
            | Token::All
    )
}

/// A token's text, cut short, free of characters that would spoil a line.
pub(super) fn shown(text: &str, lexeme: Lexeme) -> String {
    crate::error::short(lexeme.text(text))
}
