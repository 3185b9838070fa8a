//! Byte offsets to lines and columns. In: a text. Out: [`Positions`], which answers in constant time however long a line is.
//!
//! Columns count code points. `line-index` walks the wide characters of a line at every question, which is quadratic for a minified
//! lock in one line; here a count of code points is kept per block of bytes instead. A property test holds both to one answer.

/// Bytes per block of the code point count.
const BLOCK: usize = 256;

/// A place for people: both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line; only `\n` ends one.
    pub line: u32,
    /// Column in code points.
    pub column: u32,
}

/// The index of one text.
#[derive(Debug)]
pub struct Positions<'a> {
    text: &'a str,
    /// Byte offset at which each line starts.
    lines: Vec<u32>,
    /// Code points before each block, and in all.
    blocks: Vec<u32>,
}

/// A text is at most `u32::MAX` bytes long, as spans are; what lies beyond has the last place.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether a byte starts a code point.
const fn starts_char(byte: &u8) -> bool {
    *byte & 0xC0 != 0x80
}

impl<'a> Positions<'a> {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        lines.extend(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| narrow(at + 1)));
        let mut count = 0_usize;
        let mut blocks = Vec::with_capacity(bytes.len() / BLOCK + 1);
        for block in bytes.chunks(BLOCK) {
            blocks.push(narrow(count));
            count += block.iter().filter(|b| starts_char(b)).count();
        }
        blocks.push(narrow(count));
        Self { text, lines, blocks }
    }

    /// The text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The offset, moved back into the text and to the start of the code point it lies in.
    #[must_use]
    pub fn floor(&self, offset: u32) -> u32 {
        narrow(self.text.floor_char_boundary(offset as usize))
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn at(&self, offset: u32) -> Position {
        let offset = self.floor(offset);
        let line = self.line_index(offset);
        let column = self.chars_before(offset) - self.chars_before(self.line_start(line));
        Position { line: narrow(line + 1), column: column + 1 }
    }

    /// Code points before a byte offset.
    #[must_use]
    pub fn chars_before(&self, offset: u32) -> u32 {
        let offset = self.floor(offset) as usize;
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.blocks.get(block).copied().unwrap_or(0) + narrow(rest.iter().filter(|b| starts_char(b)).count())
    }

    /// Bytes of the line (counted from 0) without its end: `\n` or `\r\n`.
    #[must_use]
    pub fn line_span(&self, line: usize) -> (u32, u32) {
        let start = self.line_start(line);
        let end = self.lines.get(line + 1).map_or(narrow(self.text.len()), |next| next - 1);
        let text = self.text.get(start as usize..end as usize).unwrap_or_default();
        (start, if text.ends_with('\r') { end - 1 } else { end })
    }

    /// The line of an offset, counted from 0.
    #[must_use]
    pub fn line_index(&self, offset: u32) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> u32 {
        self.lines.get(line).copied().unwrap_or(narrow(self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use line_index::{LineIndex, TextSize, WideEncoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_line_index(text in "([a-z€𝄞]{0,40}[\n\r]{0,2}){0,30}[x\n]{0,600}") {
            let index = LineIndex::new(&text);
            let positions = Positions::new(&text);
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let narrow = index.try_line_col(TextSize::from(offset as u32)).unwrap();
                let wide = index.to_wide(WideEncoding::Utf32, narrow).unwrap();
                let ours = positions.at(offset as u32);
                prop_assert_eq!((ours.line, ours.column), (wide.line + 1, wide.col + 1));
                prop_assert_eq!(positions.chars_before(offset as u32) as usize, text.get(..offset).unwrap().chars().count());
            }
        }
    }

    #[test]
    fn offsets_outside_or_inside_a_character_move_back() {
        let positions = Positions::new("a€\r\nb");
        assert_eq!(positions.at(2), Position { line: 1, column: 2 });
        assert_eq!(positions.at(99), Position { line: 2, column: 2 });
        assert_eq!(positions.line_span(0), (0, 4));
        assert_eq!(positions.line_span(1), (6, 7));
        assert_eq!(positions.line_span(9), (7, 7));
        assert_eq!(Positions::new("").at(3), Position { line: 1, column: 1 });
    }

    #[test]
    fn a_long_line_costs_no_more_than_a_short_one() {
        let text = "€".repeat(1 << 20);
        let positions = Positions::new(&text);
        for at in 0..100_000_u32 {
            assert_eq!(positions.at(at * 3).column, at + 1);
        }
    }
}
