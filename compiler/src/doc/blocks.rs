//! What a document is made of: a few kinds of block that HTML and Markdown both have. In: the writers of content. Out: [`Document`], which
//! the two forms are written from.

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title, as plain text.
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading of the second or third level.
    Heading(u8, Line),
    Paragraph(Line),
    List(Vec<Line>),
    Table(Table),
}

/// A table; the first column names the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// What it shows, in one sentence.
    pub(super) caption: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<Line>>,
}

/// Text with some of it marked.
pub(super) type Line = Vec<Piece>;

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// Source text, ids, names.
    Code(String),
    /// `allow`, `ask` or `deny`, with what stands beside it: `allow, if`.
    Effect(&'static str, String),
    /// What matters less.
    Small(String),
    /// A new line in a cell or an item.
    Break,
}

/// Plain text.
pub(super) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// Source text.
pub(super) fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

/// Codes with commas between them.
pub(super) fn codes<S: AsRef<str>>(all: impl IntoIterator<Item = S>) -> Line {
    joined(all.into_iter().map(|one| vec![code(one.as_ref())]), ", ")
}

/// Lines with a separator between them.
pub(super) fn joined(lines: impl IntoIterator<Item = Line>, separator: &str) -> Line {
    let mut out = Line::new();
    for line in lines {
        if !out.is_empty() {
            out.push(text(separator));
        }
        out.extend(line);
    }
    out
}

/// Lines below each other.
pub(super) fn stacked(lines: impl IntoIterator<Item = Line>) -> Line {
    let mut out = Line::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push(Piece::Break);
        }
        out.extend(line);
    }
    out
}

impl Document {
    pub(super) const fn new(title: String) -> Self {
        Self { title, blocks: Vec::new() }
    }

    pub(super) fn section(&mut self, title: &str) {
        self.blocks.push(Block::Heading(2, vec![text(title)]));
    }

    pub(super) fn heading(&mut self, level: u8, line: Line) {
        self.blocks.push(Block::Heading(level, line));
    }

    pub(super) fn paragraph(&mut self, line: Line) {
        self.blocks.push(Block::Paragraph(line));
    }

    pub(super) fn list(&mut self, items: Vec<Line>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    pub(super) fn table(&mut self, caption: &str, head: &[&str], rows: Vec<Vec<Line>>) {
        let head = head.iter().map(|one| (*one).to_owned()).collect();
        self.blocks.push(Block::Table(Table { caption: caption.to_owned(), head, rows }));
    }
}
