//! What the tree leaves out: comments and blank lines, by byte offset. In: filled by the lexer. Out: look-ups for the
//! formatter and for documentation.

use crate::source::Span;

/// Comments and blank lines of one file, each list in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trivia {
    /// Every comment, without its line end.
    pub comments: Vec<Comment>,
    /// For each run of blank lines: the offset of the token or comment (or end of file) that follows it.
    pub blank_lines: Vec<u32>,
}

/// One comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the first slash to the last character of the line.
    pub span: Span,
    /// What it is for.
    pub kind: CommentKind,
    /// Nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// The kinds of comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// `// …`
    Plain,
    /// `/// …`: documents the statement below.
    Doc,
}

impl Trivia {
    /// The comments that begin in `start..end`.
    #[must_use]
    pub fn comments_between(&self, start: u32, end: u32) -> &[Comment] {
        let from = self.comments.partition_point(|comment| comment.span.start < start);
        let to = self.comments.partition_point(|comment| comment.span.start < end);
        self.comments.get(from..to).unwrap_or_default()
    }

    /// Whether a blank line stands right above the token or comment at `offset`.
    #[must_use]
    pub fn blank_line_before(&self, offset: u32) -> bool {
        self.blank_lines.binary_search(&offset).is_ok()
    }

    /// The `///` lines right above the token at `offset` and not before `after`, the end of the token before it:
    /// adjacent to the token and to each other, no blank line and no other comment between.
    #[must_use]
    pub fn docs_above(&self, after: u32, offset: u32) -> &[Comment] {
        let before = self.comments_between(after, offset);
        let mut next = offset;
        let mut first = before.len();
        for comment in before.iter().rev() {
            let adjacent = !self.blank_line_before(next);
            if !adjacent || comment.kind != CommentKind::Doc || !comment.own_line {
                break;
            }
            next = comment.span.start;
            first -= 1;
        }
        before.get(first..).unwrap_or_default()
    }
}
