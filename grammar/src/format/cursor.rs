//! The file's tokens, taken in order, each with the comments before it. In: a walk over the tree that takes them. Out:
//! documents. What the walk forgets to take is missing from the result, and the check after printing sees that.

use super::doc::{Doc, concat, nest};
use crate::lexer::Lexeme;
use crate::source::Span;
use crate::token::Token;
use crate::trivia::Trivia;

/// A place in the stream of tokens.
#[derive(Debug)]
pub(super) struct Cursor<'s> {
    text: &'s str,
    tokens: &'s [Lexeme],
    trivia: &'s Trivia,
    /// Index of the next token.
    next: usize,
    /// Comments before this offset have been taken.
    commented: u32,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(text: &'s str, tokens: &'s [Lexeme], trivia: &'s Trivia) -> Self {
        Self { text, tokens, trivia, next: 0, commented: 0 }
    }

    /// The kind of the next token, if there is one.
    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.next).map(|lexeme| lexeme.token)
    }

    /// Where the next token begins; the file's end after the last.
    fn next_start(&self) -> u32 {
        let end = || u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.tokens.get(self.next).map_or_else(end, |lexeme| lexeme.start)
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default().trim_end()
    }

    /// Whether the author began a new line before the next token.
    pub(super) fn on_new_line(&self) -> bool {
        let before =
            self.next.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |lexeme| lexeme.end);
        let gap = self.text.get(before as usize..self.next_start() as usize).unwrap_or_default();
        gap.contains('\n')
    }

    /// Whether the author began a new line after the next token.
    pub(super) fn breaks_after_next(&self) -> bool {
        let Some(lexeme) = self.tokens.get(self.next) else { return false };
        let after = self.tokens.get(self.next + 1).map_or(self.text.len(), |lexeme| lexeme.start as usize);
        self.text.get(lexeme.end as usize..after).unwrap_or_default().contains('\n')
    }

    /// The next token and the comments before it.
    pub(super) fn token(&mut self) -> Doc<'s> {
        let comments = self.comments(false);
        let Some(lexeme) = self.tokens.get(self.next) else { return comments };
        self.next += 1;
        let text = Doc::Text(lexeme.text(self.text));
        match comments {
            Doc::Concat(docs) if docs.is_empty() => text,
            comments => concat([comments, text]),
        }
    }

    /// The next token if it is a `token`; only its comments are kept, the caller writes what stands in its place.
    pub(super) fn skip(&mut self, token: Token) -> Doc<'s> {
        if self.peek() != Some(token) {
            return concat([]);
        }
        let comments = self.comments(false);
        self.next += 1;
        comments
    }

    /// The comments before the next token that were not taken yet. Blank lines above comments are kept, except above
    /// the first thing in a block.
    pub(super) fn comments(&mut self, first_in_block: bool) -> Doc<'s> {
        let end = self.next_start();
        let found = self.trivia.comments_between(self.commented, end);
        self.commented = end;
        let mut docs = Vec::new();
        let mut first = first_in_block;
        for comment in found {
            let text = self.slice(comment.span);
            if comment.own_line {
                if !first && self.trivia.blank_line_before(comment.span.start) {
                    docs.push(Doc::Blank);
                }
                docs.push(Doc::OwnLine(text));
                first = false;
            } else {
                docs.push(Doc::Trailing(text));
            }
        }
        Doc::Concat(docs)
    }

    /// The comments before the next token, and the author's blank line above it.
    pub(super) fn comments_and_blank(&mut self, first_in_block: bool) -> Doc<'s> {
        let start = self.next_start();
        let has_comments = self.trivia.comments_between(self.commented, start).iter().any(|c| c.own_line);
        let comments = self.comments(first_in_block);
        if self.trivia.blank_line_before(start) && (has_comments || !first_in_block) {
            return concat([comments, Doc::Blank]);
        }
        comments
    }

    /// The start of something that begins a line: a line end, comments, and the author's blank line.
    pub(super) fn line_start(&mut self, first_in_block: bool) -> Doc<'s> {
        concat([Doc::Hard, self.comments_and_blank(first_in_block)])
    }

    /// The closing token of empty brackets, and the comments inside.
    pub(super) fn close_empty(&mut self) -> Doc<'s> {
        let start = self.next_start();
        if self.trivia.comments_between(self.commented, start).is_empty() {
            return self.token();
        }
        concat([nest(concat([Doc::Hard, self.comments(true)])), Doc::Hard, self.token()])
    }
}
