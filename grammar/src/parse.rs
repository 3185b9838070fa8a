//! The one door into the parser. In: the text of one file. Out: [`Parse`]: a tree, reports, comments. Parsing never
//! fails: what cannot be read becomes an error node and a report.

mod cut;
mod explain;
mod recover;
mod repair;
mod run;
mod suggest;

use crate::actions::Fragment;
use crate::ast::spans::MapSpans;
use crate::ast::{Ast, Broken, Form, Item, ItemKind, Text};
use crate::error::{Severity, SyntaxCode, SyntaxError};
use crate::lexer::{Lexeme, lex};
use crate::source::Span;
use crate::token::Token;
use crate::trivia::Trivia;

/// The greatest height of an expression or a type. Walks over the tree may recurse: their depth is a small multiple.
pub const MAX_DEPTH: u16 = 256;

/// The largest file, in bytes, that is parsed.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// The most reports that one file gets.
pub const MAX_REPORTS: usize = 10_000;

/// Open brackets past which a statement is not parsed at all. Every bracket inside an expression adds to its height,
/// and statements add at most two, so nothing within [`MAX_DEPTH`] is refused.
const MAX_BRACKETS: usize = MAX_DEPTH as usize + 4;

/// Operators that may wait for an operand on their right. A tree within [`MAX_DEPTH`] can hold a product of a chain's
/// length and its operands' height, so the limit is the square.
const MAX_PENDING: usize = (MAX_DEPTH as usize) * (MAX_DEPTH as usize);

/// What parsing one file gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// The statements; those that did not parse are error nodes or hold some.
    pub ast: Ast,
    /// Reports by place, at most one error per line. Spans count from the first byte of the file.
    pub errors: Vec<SyntaxError>,
    /// Comments and blank lines. Spans count from the first byte of the file.
    pub trivia: Trivia,
}

impl Parse {
    /// Whether anything worse than a warning was reported.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors.iter().any(|error| error.severity == Severity::Error)
    }
}

/// Parses a file. Linear in its length; never fails, never panics.
#[must_use]
pub fn parse(text: &str) -> Parse {
    if text.len() > MAX_FILE_BYTES {
        return refused(too_large(text.len()));
    }
    let lexed = lex(text);
    let mut reports = Reports { found: lexed.errors };
    let mut items = whole(text, &lexed.tokens, &mut reports).unwrap_or_else(|| {
        let (items, errors) = recover::file(text, &lexed.tokens, &reports.found);
        reports.found.extend(errors);
        items
    });
    unread_paths(&mut items, &reports.found);
    let items = finish(text, items, &lexed.tokens, &lexed.trivia);
    Parse { ast: Ast { items }, errors: reports.folded(text), trivia: lexed.trivia }
}

/// Parses a file as it came from a disk. Bytes that are not UTF-8 give one report and no statements.
#[must_use]
pub fn parse_bytes(bytes: &[u8]) -> Parse {
    if bytes.len() > MAX_FILE_BYTES {
        return refused(too_large(bytes.len()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        Err(error) => {
            let start = error.valid_up_to();
            let width = error.error_len().unwrap_or(bytes.len() - start);
            let byte = bytes.get(start).copied().unwrap_or_default();
            let message = format!("byte 0x{byte:02X} at offset {start} is not UTF-8");
            let span = Span::new(offset(start), offset(start + width));
            refused(
                SyntaxError::new(SyntaxCode::InvalidUtf8, span, message).with_help("save the file as UTF-8"),
            )
        }
    }
}

/// The file in one piece, if it is free of mistakes that stop the parser.
fn whole(text: &str, tokens: &[Lexeme], reports: &mut Reports) -> Option<Vec<Item>> {
    if hopeless_nesting(tokens).is_some() {
        return None;
    }
    let Ok((Fragment::Items(items), errors)) = run::run(text, Token::StartItems, tokens) else { return None };
    reports.found.extend(errors);
    Some(crate::actions::unbox(items))
}

/// Imports whose path is a string that does not end: what it says is not what was meant.
fn unread_paths(items: &mut [Item], errors: &[SyntaxError]) {
    for error in errors.iter().filter(|error| error.code == SyntaxCode::UnterminatedString) {
        let after = items.partition_point(|item| item.start <= error.span.start);
        let Some(item) = after.checked_sub(1).and_then(|at| items.get_mut(at)) else { continue };
        let (form, names) = match &item.kind {
            ItemKind::ImportTools { alias, .. } => (Form::ImportTools, vec![alias.clone()]),
            ItemKind::ImportFile(_) | ItemKind::ImportGuardrails(_) => (Form::ImportFile, Vec::new()),
            _ => continue,
        };
        item.kind = ItemKind::Error(Broken { form, names });
    }
}

/// Attaches documentation and moves every item's spans to its own first byte.
fn finish(text: &str, mut items: Vec<Item>, tokens: &[Lexeme], trivia: &Trivia) -> Vec<Item> {
    for item in &mut items {
        let first = tokens.partition_point(|token| token.start < item.start);
        let after = first.checked_sub(1).and_then(|before| tokens.get(before)).map_or(0, |token| token.end);
        let docs = trivia.docs_above(after, item.start);
        item.docs = docs.iter().map(|comment| doc_text(text, comment.span)).collect();
        let base = i64::from(item.start);
        item.map_spans(&mut |span| span.shifted(-base));
    }
    items
}

fn doc_text(text: &str, span: Span) -> Text {
    let line = text.get(span.start as usize + 3..span.end as usize).unwrap_or_default();
    Text::new(line.strip_prefix(' ').unwrap_or(line).trim_end())
}

/// The place where nesting is certain to pass [`MAX_DEPTH`] by so much that parsing would only fill memory. What is merely
/// too deep is found where the tree is built.
fn hopeless_nesting(tokens: &[Lexeme]) -> Option<Span> {
    let (mut brackets, mut angles, mut pending) = (0_usize, 0_usize, 0_usize);
    // A comma ends an operand, except between the two names that `any` and `all` may bind.
    let mut binder = 0_u8;
    for lexeme in tokens {
        binder = binder.saturating_sub(1);
        match lexeme.token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => brackets += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                brackets = brackets.saturating_sub(1);
                (angles, pending) = (0, 0);
            }
            Token::And | Token::Or | Token::When | Token::Unless | Token::Rule => (angles, pending) = (0, 0),
            Token::Less => angles += 1,
            Token::Greater => angles = angles.saturating_sub(1),
            Token::Not | Token::Minus | Token::Coalesce => pending += 1,
            Token::Any | Token::All => {
                pending += 1;
                binder = 3;
            }
            Token::Comma if binder == 0 => pending = 0,
            _ => {}
        }
        if brackets > MAX_BRACKETS || angles > MAX_PENDING || pending > MAX_PENDING {
            return Some(lexeme.span());
        }
    }
    None
}

/// The report for a tree past [`MAX_DEPTH`].
pub(crate) fn too_deep(span: Span) -> SyntaxError {
    let message = format!("nested too deeply: the limit is {MAX_DEPTH} levels");
    SyntaxError::new(SyntaxCode::TooDeep, span, message).with_help("split it with `let`, `with` or `fn`")
}

fn too_large(length: usize) -> SyntaxError {
    let message = format!("the file has {length} bytes: the limit is {MAX_FILE_BYTES}");
    SyntaxError::new(SyntaxCode::TooLarge, Span::default(), message)
        .with_help("split it and `import` the parts")
}

fn refused(error: SyntaxError) -> Parse {
    let broken = Broken { form: Form::File, names: Vec::new() };
    let item = Item {
        start: 0,
        docs: Vec::new(),
        annotations: Vec::new(),
        shadow: None,
        kind: ItemKind::Error(broken),
        span: Span::default(),
    };
    Parse { ast: Ast { items: vec![item] }, errors: vec![error], ..Parse::default() }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Reports in the order found: the lexer's first, since they are the causes of others.
struct Reports {
    found: Vec<SyntaxError>,
}

impl Reports {
    /// By place; of the errors on one line only the first found.
    fn folded(self, text: &str) -> Vec<SyntaxError> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let breaks: Vec<u32> =
            text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| offset(at)).collect();
        let line = |error: &SyntaxError| breaks.partition_point(|at| *at < error.span.start);
        let mut keyed: Vec<(usize, Severity, SyntaxError)> =
            self.found.into_iter().map(|error| (line(&error), error.severity, error)).collect();
        // Stable: what was found first stays first within its line.
        keyed.sort_by_key(|(line, severity, _)| (*line, *severity));
        keyed.dedup_by(|later, first| {
            later.0 == first.0 && later.1 == Severity::Error && first.1 == Severity::Error
        });
        let mut errors: Vec<SyntaxError> = keyed.into_iter().map(|(_, _, error)| error).collect();
        errors.truncate(MAX_REPORTS);
        errors.sort_by_key(|error| error.span);
        errors
    }
}
