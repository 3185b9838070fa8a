//! What would have fitted. In: the terminals that the generated parser names. Out: a short list in a reader's words:
//! kinds of thing first, signs last.

use super::super::run::Failure;
use crate::token::{KEYWORDS, SIGNS, Token, WordClass};

/// The tokens that would fit.
#[derive(Debug)]
pub(super) struct Expected {
    terminals: Vec<String>,
    tokens: Vec<Token>,
}

/// The word of the language that a terminal stands for.
pub(super) fn word(terminal: &str) -> Option<Token> {
    let spelling = terminal.strip_prefix('"')?.strip_suffix('"')?;
    KEYWORDS.iter().find(|keyword| keyword.spelling == spelling).map(|keyword| keyword.token)
}

/// The token that a terminal of `policy.lalrpop` stands for.
fn token(terminal: &str) -> Option<Token> {
    let named = match terminal {
        "NAME" => Token::Name,
        "GLOB" => Token::Glob,
        "STR" => Token::Str,
        "REGEX" => Token::Regex,
        "INT" => Token::Int,
        "DECIMAL" => Token::Decimal,
        "DURATION" => Token::Duration,
        "DATE" => Token::Date,
        "TIMESTAMP" => Token::Timestamp,
        _ => {
            let sign = terminal.strip_prefix('"')?.strip_suffix('"')?;
            return word(terminal)
                .or_else(|| SIGNS.iter().find(|(text, _)| *text == sign).map(|(_, token)| *token));
        }
    };
    Some(named)
}

impl Expected {
    pub(super) fn new(terminals: &[String]) -> Self {
        let tokens = terminals.iter().filter_map(|terminal| token(terminal)).collect();
        Self { terminals: terminals.to_vec(), tokens }
    }

    pub(super) fn has(&self, token: Token) -> bool {
        self.tokens.contains(&token)
    }

    /// The failure this came from.
    pub(super) fn failure(&self, at: usize) -> Failure {
        Failure { at, expected: self.terminals.clone() }
    }

    /// `a clause, an operator or `)``.
    pub(super) fn list(&self) -> String {
        let mut left = self.tokens.clone();
        let mut words: Vec<String> = Vec::new();
        for (kind, shows, covers) in KINDS {
            if shows(self) && left.iter().any(|token| covers(*token)) {
                words.extend((!kind.is_empty()).then(|| (*kind).to_owned()));
                left.retain(|token| !covers(*token));
            }
        }
        words.extend(left.iter().map(|token| match token {
            Token::Name | Token::Glob | Token::Str | Token::Regex | Token::Int | Token::Decimal => {
                token.describe().to_owned()
            }
            Token::Duration | Token::Date | Token::Timestamp => token.describe().to_owned(),
            _ => format!("`{}`", token.describe()),
        }));
        match words.pop() {
            None => "nothing more".to_owned(),
            Some(last) if words.is_empty() => last,
            Some(last) => format!("{} or {last}", words.join(", ")),
        }
    }

    /// The parser names nothing: it had already closed everything when it met the token.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    fn is_key(&self) -> bool {
        self.has(Token::Name) && self.has(Token::Rule) && self.has(Token::And)
    }

    fn is_value(&self) -> bool {
        self.has(Token::Regex) && !self.is_key()
    }
}

/// A kind of thing: its name, when it is expected, and the tokens it covers.
type Kind = (&'static str, fn(&Expected) -> bool, fn(Token) -> bool);

/// In the order in which a message names them; one without a name goes unsaid.
const KINDS: &[Kind] = &[
    ("a clause", |e| e.has(Token::When) && e.has(Token::Within) && !e.is_key(), is_clause),
    ("a field name", Expected::is_key, |t| t.is_word() || t == Token::Str),
    ("a value", Expected::is_value, starts_value),
    ("an operator", |e| e.has(Token::EqEq) && e.has(Token::Less), is_operator),
    // Arithmetic may go on after any operand: naming it would hide what is missing.
    ("", |e| e.has(Token::Plus) && e.has(Token::Minus) && !e.has(Token::EqEq), is_operator),
    // What `deny` may be about besides tools is seldom meant.
    (
        "a tool",
        |e| e.has(Token::Glob) && e.has(Token::Star) && !e.is_value(),
        |t| {
            let other = matches!(t, Token::Result | Token::Reply);
            t.is_ident() || other || matches!(t, Token::Star | Token::Glob | Token::Str)
        },
    ),
    // A test may say what comes of a call before what is expected; most do not.
    (
        "",
        |e| e.has(Token::FatArrow) && e.has(Token::Returns) && !e.has(Token::Name),
        |t| matches!(t, Token::Returns | Token::Fails | Token::Lost),
    ),
    (
        "a type",
        |e| e.has(Token::BraceOpen) && e.has(Token::Str) && e.has(Token::Name) && !e.is_value(),
        |t| t.is_ident() || matches!(t, Token::BraceOpen | Token::Str | Token::Null),
    ),
    ("a name", |e| e.has(Token::Name) && !e.is_key(), |t| t.is_ident() || t == Token::Glob),
    ("a number", |e| e.has(Token::Int), |t| matches!(t, Token::Int | Token::Decimal)),
    (
        "a statement",
        |e| e.has(Token::Rule) && e.has(Token::Decide) && !e.is_key(),
        |t| {
            let root = t.word_class() == Some(WordClass::Root);
            let starts = root || t == Token::AtSign;
            starts || t.word_class() == Some(WordClass::Statement)
        },
    ),
];

fn is_clause(token: Token) -> bool {
    token.word_class() == Some(WordClass::Clause) && token != Token::On
}

fn starts_value(token: Token) -> bool {
    token.is_ident()
        || matches!(token.word_class(), Some(WordClass::Constant | WordClass::Root))
        || matches!(token, Token::Not | Token::Any | Token::All | Token::Has | Token::Known)
        || matches!(token, Token::Count | Token::Sum)
        || matches!(
            token,
            Token::Glob | Token::Str | Token::Regex | Token::Int | Token::Decimal | Token::Duration
        )
        || matches!(token, Token::Date | Token::Timestamp | Token::Minus | Token::ParenOpen)
        || matches!(token, Token::BracketOpen | Token::BraceOpen)
}

fn is_operator(token: Token) -> bool {
    let word = token.word_class() == Some(WordClass::Operator);
    word || matches!(
        token,
        Token::EqEq | Token::Equals | Token::NotEq | Token::Less | Token::LessEq | Token::Greater
    ) || matches!(token, Token::GreaterEq | Token::Plus | Token::PlusPlus | Token::Minus | Token::Star)
        || matches!(token, Token::Coalesce | Token::Dot | Token::BracketOpen | Token::ParenOpen)
}
