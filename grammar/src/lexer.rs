//! Text to tokens. In: the text of one file. Out: [`Lexed`]: tokens, comments, and a report for each spot that is no
//! token. The lexer never stops: after a report it hands on the token that was most likely meant, so that the parser
//! does not stumble over the same spot again.

mod meant;
mod quoted;

use crate::error::{Severity, SyntaxCode, SyntaxError, short};
use crate::parse::MAX_REPORTS;
use crate::source::Span;
use crate::token::Token;
use crate::trivia::{Comment, CommentKind, Trivia};
use logos::{Lexer, Logos};
use meant::{meant_number, meant_sign, stray_character};
pub(crate) use quoted::{regex_parts, unquote};

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    /// Its kind.
    pub token: Token,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Lexeme {
    /// The token's place.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }

    /// The token's text in the file it came from.
    #[must_use]
    pub fn text(self, file: &str) -> &str {
        file.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// What lexing one file gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lexed {
    /// Tokens in the order of the text.
    pub tokens: Vec<Lexeme>,
    /// Comments and blank lines.
    pub trivia: Trivia,
    /// Reports, in the order found.
    pub errors: Vec<SyntaxError>,
}

/// The shapes that the scanner tells apart; words become tokens by the keyword table.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
#[logos(skip r"([ \t\n]|\r\n)+")]
enum Shape {
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")]
    Word,
    #[regex(r"[A-Za-z_][A-Za-z0-9_-]*\*[A-Za-z0-9_*-]*")]
    #[regex(r"\*[A-Za-z0-9_*-]+")]
    Glob,
    #[regex(r"[0-9]+(_[0-9]+)*", priority = 9)]
    Int,
    #[regex(r"[0-9]+(_[0-9]+)*\.[0-9]+", priority = 9)]
    Decimal,
    #[regex(r"([0-9]+(ms|s|m|h|d|w))+", priority = 9)]
    Duration,
    #[regex(r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]", priority = 9)]
    Date,
    #[regex(
        r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9](:[0-9][0-9](\.[0-9]+)?)?(Z|[+-][0-9][0-9]:[0-9][0-9])",
        priority = 9
    )]
    Timestamp,
    #[regex(r"[0-9][0-9A-Za-z_]*", priority = 1)]
    #[regex(r"[0-9]+\.[0-9][0-9A-Za-z_.]*", priority = 1)]
    #[regex(r"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9A-Za-z_]([:.]?[0-9A-Za-z_])*", priority = 1)]
    BadNumber,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    Str,
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#, priority = 1)]
    OpenStr,
    #[regex(r"'[^'\n]*'?")]
    SingleQuoted,
    #[regex(r"/([^/*\\\n]|\\[^\n])([^/\\\n]|\\[^\n])*/[a-z]*")]
    Regex,
    #[token("/")]
    Slash,
    #[token("/*")]
    BlockComment,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Hash,
    #[regex(r"--[ \t][^\n]*", allow_greedy = true)]
    Dashes,
    #[token("(", |_| Token::ParenOpen)]
    #[token(")", |_| Token::ParenClose)]
    #[token("[", |_| Token::BracketOpen)]
    #[token("]", |_| Token::BracketClose)]
    #[token("{", |_| Token::BraceOpen)]
    #[token("}", |_| Token::BraceClose)]
    #[token(",", |_| Token::Comma)]
    #[token(":", |_| Token::Colon)]
    #[token(".", |_| Token::Dot)]
    #[token("..", |_| Token::DotDot)]
    #[token("?", |_| Token::Question)]
    #[token("??", |_| Token::Coalesce)]
    #[token("|", |_| Token::Pipe)]
    #[token("@", |_| Token::AtSign)]
    #[token("=", |_| Token::Equals)]
    #[token("==", |_| Token::EqEq)]
    #[token("!=", |_| Token::NotEq)]
    #[token("<", |_| Token::Less)]
    #[token("<=", |_| Token::LessEq)]
    #[token(">", |_| Token::Greater)]
    #[token(">=", |_| Token::GreaterEq)]
    #[token("+", |_| Token::Plus)]
    #[token("++", |_| Token::PlusPlus)]
    #[token("+=", |_| Token::PlusEq)]
    #[token("-", |_| Token::Minus)]
    #[token("*", |_| Token::Star)]
    #[token("->", |_| Token::Arrow)]
    #[token("=>", |_| Token::FatArrow)]
    Sign(Token),
    #[token("&&", |_| Token::And)]
    #[token("&", |_| Token::And)]
    #[token("||", |_| Token::Or)]
    #[token("!", |_| Token::Not)]
    #[token("===", |_| Token::EqEq)]
    #[token("!==", |_| Token::NotEq)]
    #[token("<>", |_| Token::NotEq)]
    Foreign(Token),
    #[token(";")]
    Semicolon,
}

/// Lexes a whole file. Linear in its length; `text` is at most [`crate::parse::MAX_FILE_BYTES`] long.
#[must_use]
pub fn lex(text: &str) -> Lexed {
    let mut run = Run {
        text,
        out: Lexed::default(),
        after_dot: false,
        open: 0,
        error_line_end: 0,
        warning_line_end: 0,
    };
    run.out.tokens.reserve(text.len() / 5);
    let mut shapes = Shape::lexer(text);
    if text.starts_with('\u{feff}') {
        run.report_byte_order_mark();
        shapes.bump('\u{feff}'.len_utf8());
    }
    let mut previous_end = 0;
    while let Some(shape) = shapes.next() {
        let start = shapes.span().start;
        run.line_breaks(previous_end, start);
        match shape {
            Ok(shape) => run.shape(shape, &mut shapes),
            Err(()) => run.stray(&mut shapes),
        }
        previous_end = shapes.span().end;
    }
    run.line_breaks(previous_end, text.len());
    run.out
}

/// Lexing under way.
struct Run<'s> {
    text: &'s str,
    out: Lexed,
    /// The last token was `.` or `..`: a word on the same line is a plain name.
    after_dot: bool,
    /// Parentheses and square brackets that the line has opened.
    open: u32,
    /// Where the line of the last error ends.
    error_line_end: u32,
    /// Where the line of the last warning ends.
    warning_line_end: u32,
}

impl<'s> Run<'s> {
    fn shape(&mut self, shape: Shape, shapes: &mut Lexer<'s, Shape>) {
        let span = to_span(shapes.span());
        let slice = shapes.slice();
        match shape {
            Shape::Word if self.after_dot => self.push(Token::Name, span),
            Shape::Word => self.push(Token::of_word(slice), span),
            Shape::Glob => self.push(Token::Glob, span),
            Shape::Int => self.push(Token::Int, span),
            Shape::Decimal => self.push(Token::Decimal, span),
            Shape::Duration => self.push(Token::Duration, span),
            Shape::Date => self.push(Token::Date, span),
            Shape::Timestamp => self.push(Token::Timestamp, span),
            Shape::BadNumber => self.bad_number(slice, span),
            Shape::Str => {
                self.check_string(slice, span);
                self.push(Token::Str, span);
            }
            Shape::OpenStr => self.open_string(slice, span),
            Shape::SingleQuoted => self.single_quoted(slice, span),
            Shape::Regex => {
                self.check_plain_characters(slice, span, "a regular expression");
                self.push(Token::Regex, span);
            }
            Shape::Slash => self.slash(span, shapes),
            Shape::BlockComment => self.block_comment(span, shapes),
            Shape::Comment => self.comment(slice, span),
            Shape::Hash => self.foreign_comment("#", span),
            Shape::Dashes => self.foreign_comment("--", span),
            Shape::Sign(Token::Minus) if self.is_dashes(span.start) => {
                let line = shapes.remainder().split('\n').next().unwrap_or_default();
                shapes.bump(line.len());
                self.foreign_comment("--", to_span(shapes.span()));
            }
            Shape::Sign(token) => self.push(token, span),
            Shape::Foreign(token) => self.foreign(token, slice, span),
            Shape::Semicolon => self.semicolon(span),
        }
    }

    fn push(&mut self, token: Token, span: Span) {
        match token {
            Token::ParenOpen | Token::BracketOpen => self.open += 1,
            Token::ParenClose | Token::BracketClose => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.after_dot = matches!(token, Token::Dot | Token::DotDot);
        self.out.tokens.push(Lexeme { token, start: span.start, end: span.end });
    }

    /// Notes a report, the first of its severity on its line only: input of any kind makes a bounded number of them.
    fn report(&mut self, error: SyntaxError) {
        let line_end = match error.severity {
            Severity::Error => &mut self.error_line_end,
            Severity::Warning => &mut self.warning_line_end,
        };
        let start = error.span.start;
        if start < *line_end || self.out.errors.len() >= MAX_REPORTS {
            return;
        }
        let rest = self.text.as_bytes().get(start as usize..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        *line_end = start + to_offset(length);
        self.out.errors.push(error);
    }

    fn line_breaks(&mut self, previous_end: usize, start: usize) {
        let gap = self.text.as_bytes().get(previous_end..start).unwrap_or_default();
        if gap.is_empty() || gap == b" " {
            return;
        }
        // A comment ends before its line feed, so one line feed always ends the line before.
        let breaks = gap.iter().filter(|byte| **byte == b'\n').count();
        if breaks > 0 {
            // A dot at a line's end is a mistake, and the word that begins the next line a place to recover.
            self.after_dot = false;
            self.open = 0;
        }
        if breaks > 1 {
            self.out.trivia.blank_lines.push(to_offset(start));
        }
    }

    /// What begins a comment elsewhere: the line ends with it here as well.
    fn foreign_comment(&mut self, sign: &str, span: Span) {
        let message = format!("`{sign}` does not begin a comment");
        self.report(SyntaxError::new(SyntaxCode::HashComment, span, message).with_help("write `//`"));
    }

    /// Two dashes in the first column, where no expression goes on.
    fn is_dashes(&self, start: u32) -> bool {
        let (before, rest) = self.text.split_at_checked(start as usize).unwrap_or_default();
        rest.starts_with("--") && (before.is_empty() || before.ends_with('\n'))
    }

    /// Between elements a comma is meant; at a line's end, nothing.
    fn semicolon(&mut self, span: Span) {
        let rest = self.text.get(span.end as usize..).unwrap_or_default();
        let mut after = rest.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        if self.open > 0 && after.next().is_some_and(|byte| byte != b'\n') {
            let error = SyntaxError::new(SyntaxCode::Semicolon, span, "`;` parts nothing");
            self.report(error.with_help("write `,`"));
            self.push(Token::Comma, span);
        } else {
            let error = SyntaxError::new(SyntaxCode::Semicolon, span, "statements do not end in `;`");
            self.report(error.with_help("remove it"));
        }
    }

    fn comment(&mut self, slice: &str, span: Span) {
        let body = slice.strip_suffix('\r').unwrap_or(slice);
        let span = Span::new(span.start, span.start + to_offset(body.len()));
        self.check_plain_characters(body, span, "a comment");
        let kind = match body.strip_prefix("///") {
            Some(rest) if !rest.starts_with('/') => CommentKind::Doc,
            _ => CommentKind::Plain,
        };
        let own_line = self.first_on_line(span.start);
        self.out.trivia.comments.push(Comment { span, kind, own_line });
    }

    fn first_on_line(&self, start: u32) -> bool {
        let before = self.text.as_bytes().get(..start as usize).unwrap_or_default();
        let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
        before.iter().rev().find(|byte| !blank(byte)).is_none_or(|byte| *byte == b'\n')
    }

    fn foreign(&mut self, token: Token, slice: &str, span: Span) {
        let meant = token.describe();
        let message = format!("`{slice}` is not an operator");
        let error = SyntaxError::new(SyntaxCode::ForeignOperator, span, message);
        self.report(error.with_help(format!("write `{meant}`")));
        self.push(token, span);
    }

    fn bad_number(&mut self, slice: &str, span: Span) {
        let message = format!("`{}` is not a number, a duration or a date", short(slice));
        let forms = "numbers are written `50`, `4_000` or `0.01`, durations `15m` or `1h30m`, dates `2027-01-31`, \
                     times `2027-01-31T09:00Z`";
        let help = meant_number(slice).map_or_else(|| forms.to_owned(), |meant| format!("write `{meant}`"));
        self.report(SyntaxError::new(SyntaxCode::BadNumber, span, message).with_help(help));
        let ends_in_unit = slice.ends_with(|last: char| last.is_ascii_alphabetic());
        self.push(if ends_in_unit { Token::Duration } else { Token::Int }, span);
    }

    fn slash(&mut self, span: Span, shapes: &mut Lexer<'s, Shape>) {
        let rest = shapes.remainder();
        let line = rest.split('\n').next().unwrap_or_default();
        let message = "`/` begins a regular expression, which must end in `/` on the same line";
        let help = "there is no division; a comment begins with `//`, and a slash inside an expression is written `\\/`";
        self.report(SyntaxError::new(SyntaxCode::BadSlash, span, message).with_help(help));
        shapes.bump(line.len());
        self.push(Token::Regex, to_span(shapes.span()));
    }

    fn block_comment(&mut self, span: Span, shapes: &mut Lexer<'s, Shape>) {
        let rest = shapes.remainder();
        let to_line_end = || rest.find('\n').unwrap_or(rest.len());
        let length = rest.find("*/").map_or_else(to_line_end, |at| at + 2);
        shapes.bump(length);
        let message = "there are no block comments";
        let error = SyntaxError::new(SyntaxCode::BlockComment, span, message);
        self.report(error.with_help("begin each line of the comment with `//`"));
    }

    /// Takes characters that begin no token.
    fn stray(&mut self, shapes: &mut Lexer<'s, Shape>) {
        let span = to_span(shapes.span());
        let slice = shapes.slice();
        let Some(first) = slice.chars().next() else { return };
        let width = to_offset(first.len_utf8());
        self.report(stray_character(first, Span::new(span.start, span.start + width)));
        match first {
            '\r' => {}
            _ => self.push(meant_sign(first).map_or(Token::Bad, Token::of_sign), span),
        }
    }

    fn report_byte_order_mark(&mut self) {
        let message = "the file begins with a byte order mark";
        let error = SyntaxError::new(SyntaxCode::ByteOrderMark, Span::new(0, 3), message);
        self.report(error.with_help("save it as UTF-8 without a byte order mark"));
    }
}

/// Whether digits are no number, duration, date or time: reported where they were read.
#[must_use]
pub fn is_bad_number(written: &str) -> bool {
    matches!(Shape::lexer(written).next(), Some(Ok(Shape::BadNumber)))
}

fn to_offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn to_span(range: std::ops::Range<usize>) -> Span {
    Span::new(to_offset(range.start), to_offset(range.end))
}
