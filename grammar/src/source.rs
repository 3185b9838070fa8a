//! Places in source text. In: text. Out: the one span type every later stage uses, and lines and columns.

/// A half-open range of bytes `start..end` in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span moved by `delta` bytes, saturating at the ends of `u32`.
    #[must_use]
    pub fn shifted(self, delta: i64) -> Self {
        let shift = |at: u32| u32::try_from((i64::from(at) + delta).max(0)).unwrap_or(u32::MAX);
        Self { start: shift(self.start), end: shift(self.end) }
    }
}

/// A place as editors and people count it; both numbers start at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineCol {
    /// Line: the number of line feeds before.
    pub line: u32,
    /// Bytes (or code units, see [`LineIndex`]) from the start of the line.
    pub column: u32,
}

/// Lines of one text. Built once per text; each look-up is a binary search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    lines: line_index::LineIndex,
    /// Length of the text; later offsets mean its end.
    length: u32,
}

impl LineIndex {
    /// Reads the line ends of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { lines: line_index::LineIndex::new(text), length }
    }

    /// Line and column in bytes of an offset. An offset inside a character counts from the character's first byte.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> LineCol {
        let mut at = offset.min(self.length);
        loop {
            if let Some(place) = self.lines.try_line_col(at.into()) {
                return LineCol { line: place.line, column: place.col };
            }
            // Inside a character: at most three steps back.
            let Some(before) = at.checked_sub(1) else { return LineCol::default() };
            at = before;
        }
    }

    /// Line and column in UTF-16 code units, as the Language Server Protocol counts.
    #[must_use]
    pub fn line_col_utf16(&self, offset: u32) -> LineCol {
        let bytes = self.line_col(offset);
        let place = line_index::LineCol { line: bytes.line, col: bytes.column };
        let wide = self.lines.to_wide(line_index::WideEncoding::Utf16, place);
        wide.map_or(bytes, |wide| LineCol { line: wide.line, column: wide.col })
    }

    /// Offset of a place in bytes; `None` outside the text.
    #[must_use]
    pub fn offset(&self, place: LineCol) -> Option<u32> {
        let place = line_index::LineCol { line: place.line, col: place.column };
        self.lines.offset(place).map(u32::from).filter(|at| *at <= self.length)
    }

    /// Offset of a place in UTF-16 code units; `None` outside the text.
    #[must_use]
    pub fn offset_utf16(&self, place: LineCol) -> Option<u32> {
        let wide = line_index::WideLineCol { line: place.line, col: place.column };
        let bytes = self.lines.to_utf8(line_index::WideEncoding::Utf16, wide)?;
        self.lines.offset(bytes).map(u32::from).filter(|at| *at <= self.length)
    }
}
