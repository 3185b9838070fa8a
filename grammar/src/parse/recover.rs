//! What is kept of a file with mistakes. In: its tokens. Out: statements and reports. The file is cut into statements;
//! a statement that does not parse is cut again, into its head and its clauses, arms, steps or fields, and each of
//! these is parsed on its own. Every token is parsed a bounded number of times, so the whole stays linear.

mod body;
mod broken;

use self::body::Parts;
use super::cut::{self, Tokens};
use super::explain::{explain, unparsed};
use super::run::{Failure, run};
use super::{MAX_REPORTS, hopeless_nesting, repair, too_deep};
use crate::actions::{EDITION, Fragment, unbox};
use crate::ast::{
    Arm, Broken, Clause, ClauseKind, FieldDecl, Form, Item, ItemKind, Name, RecordType, Step, StepKind, Text,
};
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::Lexeme;
use crate::source::Span;
use crate::token::{Token, WordClass};

/// How many small mistakes of one statement are set right before it is cut up.
const REPAIRS: usize = 3;

/// Parses a file that does not parse in one piece.
/// `lexed` are the reports of the lexer: what they are about is not reported again.
pub(super) fn file(text: &str, tokens: &[Lexeme], lexed: &[SyntaxError]) -> (Vec<Item>, Vec<SyntaxError>) {
    let (repaired, errors) = repair::file(text, tokens);
    let tokens = Tokens { text, all: &repaired };
    let mut recovery = Recovery { text, lexed, errors, items: Vec::new(), broken: 0 };
    for range in cut::statements(tokens) {
        recovery.statement(tokens.get(range));
    }
    (recovery.items, recovery.errors)
}

/// The report for a statement that only a later edition knows.
fn later_statement(token: Token, span: Span) -> SyntaxError {
    let message = format!("`{}` statements are not part of edition {EDITION}", token.describe());
    let error = SyntaxError::new(SyntaxCode::LaterEdition, span, message);
    error.with_help("the word is reserved for a later edition; leave the statement out")
}

/// The report for a word that only a later edition knows.
pub(super) fn later_word(token: Token, span: Span) -> SyntaxError {
    let message = format!("`{}` is not part of edition {EDITION}", token.describe());
    let error = SyntaxError::new(SyntaxCode::LaterEdition, span, message);
    error.with_help("the word is reserved for a later edition; leave this part out")
}

/// Recovery under way.
struct Recovery<'s> {
    text: &'s str,
    /// What the lexer reported, in the order of the text.
    lexed: &'s [SyntaxError],
    errors: Vec<SyntaxError>,
    items: Vec<Item>,
    /// Statements that did not parse.
    broken: usize,
}

impl<'s> Recovery<'s> {
    fn statement(&mut self, tokens: Tokens<'_>) {
        let word = cut::statement_word(tokens);
        let first = tokens.all.get(word).copied();
        if let Some(first) = first.filter(|first| first.token.word_class() == Some(WordClass::Later)) {
            self.errors.push(later_statement(first.token, first.span()));
            return self.lose(tokens, word);
        }
        if let Some(place) = hopeless_nesting(tokens.all) {
            self.errors.push(too_deep(place));
            return self.lose(tokens, word);
        }
        let mut repaired = tokens.all.to_vec();
        let kind = first.map_or(Token::Bad, |first| first.token);
        let Some(failure) = self.whole(&mut repaired, word) else { return };
        if self.line_behind(Tokens { text: self.text, all: &repaired }, &failure) {
            return;
        }
        let tokens = Tokens { text: self.text, all: &repaired };
        let before = self.errors.len();
        match kind {
            Token::Rule | Token::Hide | Token::Append => self.clauses_of_statement(tokens, word),
            Token::Decide => self.decide(tokens, word),
            Token::Test => self.test(tokens, word),
            Token::Principal | Token::Session => self.record(tokens, word),
            _ => self.lose(tokens, word),
        }
        if self.errors.len() == before {
            self.explain(tokens, &failure);
        }
    }

    /// Tries a statement as it is, then with small mistakes set right. `None`: it parsed and was taken.
    fn whole(&mut self, tokens: &mut Vec<Lexeme>, word: usize) -> Option<Failure> {
        let mut tried = 0;
        loop {
            let failure = match run(self.text, Token::StartItems, tokens) {
                Ok((Fragment::Items(items), errors)) => {
                    self.errors.extend(errors);
                    self.items.extend(unbox(items));
                    return None;
                }
                Ok(_) => return None,
                Err(failure) => failure,
            };
            let view = Tokens { text: self.text, all: tokens };
            let closers = body::is_opened(view, word);
            let repair = repair::statement(view, closers, &failure).filter(|_| tried < REPAIRS);
            let Some((edit, error)) = repair else { return Some(failure) };
            self.errors.push(error);
            edit.apply(tokens);
            tried += 1;
        }
    }

    /// A statement that is complete, and lines behind it that are nothing: `true` if that is so and it was taken.
    fn line_behind(&mut self, tokens: Tokens<'_>, failure: &Failure) -> bool {
        let (before, rest) = (tokens.get(0..failure.at), tokens.get(failure.at..tokens.all.len()));
        // A list that lacks a comma, a body that is closed too early: what follows belongs to the statement.
        let goes_on = rest.kind(1) == Token::Dot && !tokens.in_first_column(failure.at);
        let closed = rest.all.last().is_some_and(|last| last.token == Token::BraceClose);
        let clauses = !cut::clauses(rest).is_empty();
        if !tokens.first_on_line(failure.at) || before.all.is_empty() || goes_on || closed || clauses {
            return false;
        }
        let Ok((Fragment::Items(items), errors)) = run(self.text, Token::StartItems, before.all) else {
            return false;
        };
        self.errors.extend(errors);
        self.items.extend(unbox(items));
        self.explain(tokens, failure);
        self.lose(rest, 0);
        true
    }

    /// Nothing of the statement is kept but what it would have defined.
    fn lose(&mut self, tokens: Tokens<'_>, word: usize) {
        self.push(tokens, broken::statement(tokens, word));
    }

    fn push(&mut self, tokens: Tokens<'_>, broken: Broken) {
        let span = span_of(tokens);
        self.broken += 1;
        if self.broken > MAX_REPORTS
            && let Some(last @ Item { kind: ItemKind::Error(_), .. }) = self.items.last_mut()
        {
            // Junk by the megabyte: one node for all of it.
            last.span.end = span.end;
            last.kind = ItemKind::Error(Broken { form: Form::File, names: Vec::new() });
            return;
        }
        self.items.push(Item {
            start: span.start,
            docs: Vec::new(),
            annotations: Vec::new(),
            shadow: None,
            kind: ItemKind::Error(broken),
            span,
        });
    }

    fn explain(&mut self, tokens: Tokens<'_>, failure: &Failure) {
        let begin = span_of(tokens).start;
        let end = tokens.all.get(failure.at).map_or(u32::MAX, |found| found.end);
        let end = end.min(span_of(tokens).end);
        let first = self.lexed.partition_point(|error| error.span.start < begin);
        // What the lexer could not read is why the parser stopped.
        let known = self.lexed.get(first).is_some_and(|error| error.span.start <= end && is_error(error));
        if !known && self.errors.len() < MAX_REPORTS {
            self.errors.push(explain(tokens, failure));
        }
    }

    /// Parses a fragment; a failure is reported.
    fn fragment(&mut self, start: Token, tokens: Tokens<'_>) -> Option<Fragment> {
        match run(self.text, start, tokens.all) {
            Ok((fragment, errors)) => {
                self.errors.extend(errors);
                Some(fragment)
            }
            Err(failure) => {
                self.explain(tokens, &failure);
                None
            }
        }
    }

    /// Parses the head of a statement, completed by `closing` where the rest was cut off.
    fn head(&mut self, tokens: Tokens<'_>, closing: &[Token]) -> Option<Item> {
        let mut head = tokens.all.to_vec();
        let end = head.last().map_or(0, |last| last.end);
        head.extend(closing.iter().map(|token| Lexeme { token: *token, start: end, end }));
        match self.fragment(Token::StartItems, Tokens { text: self.text, all: &head })? {
            Fragment::Items(items) if items.len() == 1 => items.into_iter().next().map(|item| *item),
            _ => None,
        }
    }

    /// `rule`, `hide` and `append`: the head up to the first clause, then each clause.
    fn clauses_of_statement(&mut self, tokens: Tokens<'_>, word: usize) {
        let ranges = cut::clauses(tokens);
        let Some(end) = ranges.first().map(|range| range.start) else {
            // All of it is the head, which did not parse.
            return self.lose(tokens, word);
        };
        let head = self.head(tokens.get(0..end), &[]);
        let found = self.clauses(tokens, ranges);
        let Some(mut item) = head else { return self.lose(tokens, word) };
        match &mut item.kind {
            ItemKind::Rule { clauses, .. }
            | ItemKind::ResultRule { clauses, .. }
            | ItemKind::ReplyRule { clauses, .. }
            | ItemKind::Hide { clauses, .. }
            | ItemKind::Append { clauses, .. } => *clauses = found,
            _ => {}
        }
        item.span = span_of(tokens);
        self.items.push(item);
    }

    fn clauses(&mut self, tokens: Tokens<'_>, ranges: Vec<std::ops::Range<usize>>) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for range in ranges {
            let piece = tokens.get(range);
            match self.fragment(Token::StartClause, piece) {
                Some(Fragment::Clause(clause)) => clauses.push(*clause),
                _ => clauses.extend(broken::clause(piece)),
            }
        }
        clauses
    }

    fn decide(&mut self, tokens: Tokens<'_>, word: usize) {
        let Parts { head, body, rest } = self.braces(tokens, word);
        let before = self.errors.len();
        let kept = self.without_stray(body);
        let body = Tokens { text: self.text, all: &kept };
        let ranges = cut::arms(body);
        let end = ranges.first().map_or(body.all.len(), |range| range.start);
        let found = self.shared_with(body.get(0..end));
        let mut found_arms = Vec::new();
        for range in ranges {
            found_arms.push(self.arm(body.get(range)));
        }
        self.errors.extend(rest.filter(|_| self.errors.len() == before));
        let head = head.filter(|_| !found_arms.is_empty());
        let Some(mut item) = head else { return self.lose(tokens, word) };
        if let ItemKind::Decide { with, arms, .. } = &mut item.kind {
            *with = found;
            *arms = found_arms;
        }
        item.span = span_of(tokens);
        self.items.push(item);
    }

    /// The `with` lines before the first arm.
    fn shared_with(&mut self, tokens: Tokens<'_>) -> Vec<crate::ast::With> {
        let ranges = cut::clauses(tokens);
        let end = ranges.first().map_or(tokens.all.len(), |range| range.start);
        if end > 0 {
            self.fragment(Token::StartArm, tokens.get(0..end));
        }
        let mut found = Vec::new();
        for clause in self.clauses(tokens, ranges) {
            match clause.kind {
                ClauseKind::With(with) => found.push(with),
                _ => self.errors.push(unparsed(clause.span, "an arm or `with`")),
            }
        }
        found
    }

    fn arm(&mut self, tokens: Tokens<'_>) -> Arm {
        if tokens.kind(0) == Token::Rule
            && let Some(rule) = tokens.all.first()
        {
            let error = SyntaxError::new(SyntaxCode::Unexpected, rule.span(), "arms stand without `rule`");
            self.errors.push(error.with_help("remove the word: the `decide` is the statement"));
            return self.arm(tokens.get(1..tokens.all.len()));
        }
        if let Ok((Fragment::Arm(arm), errors)) = run(self.text, Token::StartArm, tokens.all) {
            self.errors.extend(errors);
            return *arm;
        }
        let ranges = cut::clauses(tokens);
        let end = ranges.first().map_or(tokens.all.len(), |range| range.start);
        let head = self.fragment(Token::StartArm, tokens.get(0..end));
        let clauses = self.clauses(tokens, ranges);
        let span = span_of(tokens);
        match head {
            Some(Fragment::Arm(arm)) => Arm { clauses, span, ..*arm },
            _ => Arm { name: first_name(tokens), effect: None, effect_span: span, clauses, span },
        }
    }

    fn test(&mut self, tokens: Tokens<'_>, word: usize) {
        let Parts { head, body, rest } = self.braces(tokens, word);
        let before = self.errors.len();
        let ranges = cut::steps(body);
        let end = ranges.first().map_or(body.all.len(), |range| range.start);
        if end > 0 {
            self.fragment(Token::StartStep, body.get(0..end));
        }
        let mut found = Vec::new();
        for range in ranges {
            let piece = body.get(range);
            found.push(match self.fragment(Token::StartStep, piece) {
                Some(Fragment::Step(step)) => *step,
                _ => Step { kind: StepKind::Error, span: span_of(piece) },
            });
        }
        self.errors.extend(rest.filter(|_| self.errors.len() == before));
        let Some(mut item) = head else { return self.lose(tokens, word) };
        if let ItemKind::Test { steps, .. } = &mut item.kind {
            *steps = found;
        }
        item.span = span_of(tokens);
        self.items.push(item);
    }

    fn record(&mut self, tokens: Tokens<'_>, word: usize) {
        let Parts { head, body, rest } = self.braces(tokens, word);
        let before = self.errors.len();
        let kept = self.without_stray(body);
        let body = Tokens { text: self.text, all: &kept };
        let ranges = cut::fields(body);
        let mut found: Vec<FieldDecl> = Vec::new();
        for range in ranges {
            // Several fields may share a line; a record of them is parsed the same way.
            found.extend(self.record_line(body.get(range)));
        }
        self.errors.extend(rest.filter(|_| self.errors.len() == before));
        let Some(mut item) = head else { return self.lose(tokens, word) };
        if let ItemKind::Principal(RecordType { fields, .. }) | ItemKind::Session(RecordType { fields, .. }) =
            &mut item.kind
        {
            *fields = found;
        }
        item.span = span_of(tokens);
        self.items.push(item);
    }

    fn record_line(&mut self, tokens: Tokens<'_>) -> Vec<FieldDecl> {
        let Some(first) = tokens.all.first() else { return Vec::new() };
        let place = |token, at| Lexeme { token, start: at, end: at };
        let mut record = vec![place(Token::Session, first.start), place(Token::BraceOpen, first.start)];
        record.extend_from_slice(tokens.all);
        record.push(place(Token::BraceClose, span_of(tokens).end));
        match run(self.text, Token::StartItems, &record) {
            Ok((Fragment::Items(items), errors)) => {
                self.errors.extend(errors);
                match items.into_iter().next().map(|item| item.kind) {
                    Some(ItemKind::Session(record)) => record.fields,
                    _ => Vec::new(),
                }
            }
            Ok(_) => Vec::new(),
            Err(failure) => {
                self.explain(Tokens { text: self.text, all: &record }, &failure);
                broken::fields(tokens)
            }
        }
    }
}

fn is_error(error: &SyntaxError) -> bool {
    error.severity == crate::error::Severity::Error
}

fn first_name(tokens: Tokens<'_>) -> Name {
    let text = tokens.all.first().map_or("", |lexeme| lexeme.text(tokens.text));
    let span = tokens.all.first().map_or_else(Span::default, |lexeme| lexeme.span());
    Name { text: Text::new(text), span }
}

fn span_of(tokens: Tokens<'_>) -> Span {
    let start = tokens.all.first().map_or(0, |lexeme| lexeme.start);
    Span::new(start, tokens.all.last().map_or(start, |lexeme| lexeme.end))
}
