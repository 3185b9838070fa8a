//! A text with choices. In: a [`Doc`]: words, places where a line may end, groups that stand on one line if they fit.
//! Out: text. After Wadler, "A prettier printer"; comments are part of the document, so that none can end up inside a
//! line.

/// A document.
#[derive(Debug)]
pub(super) enum Doc<'s> {
    /// Text without a line end.
    Text(&'s str),
    /// A blank between two words; none at a line's start or end.
    Space,
    /// A blank, or a line end in a broken group.
    Line,
    /// Nothing, or a line end in a broken group.
    Soft,
    /// A line end.
    Hard,
    /// A line end and an empty line.
    Blank,
    /// A comment that stays on the line of what stands before it.
    Trailing(&'s str),
    /// A comment on a line of its own.
    OwnLine(&'s str),
    /// Text in a broken group only.
    IfBroken(&'static str),
    /// Text in an unbroken group only.
    IfFlat(&'static str),
    /// Lines inside begin further right.
    Nest(Box<Doc<'s>>),
    /// On one line if it fits and is not `broken` by what it holds.
    Group { doc: Box<Doc<'s>>, broken: bool },
    /// One after the other.
    Concat(Vec<Doc<'s>>),
}

/// The pieces one after the other.
pub(super) fn concat<'s>(pieces: impl IntoIterator<Item = Doc<'s>>) -> Doc<'s> {
    Doc::Concat(pieces.into_iter().collect())
}

/// The document with its lines further right.
pub(super) fn nest(doc: Doc<'_>) -> Doc<'_> {
    Doc::Nest(Box::new(doc))
}

/// On one line if it fits.
pub(super) fn group(doc: Doc<'_>) -> Doc<'_> {
    group_if(doc, false)
}

/// On one line if it fits and `broken` does not forbid it.
pub(super) fn group_if(doc: Doc<'_>, broken: bool) -> Doc<'_> {
    let broken = broken || doc.forces_lines();
    Doc::Group { doc: Box::new(doc), broken }
}

impl Doc<'_> {
    /// Whether it cannot stand on one line.
    fn forces_lines(&self) -> bool {
        match self {
            Doc::Hard | Doc::Blank | Doc::Trailing(_) | Doc::OwnLine(_) => true,
            Doc::Text(_) | Doc::Space | Doc::Line | Doc::Soft | Doc::IfBroken(_) | Doc::IfFlat(_) => false,
            Doc::Nest(doc) => doc.forces_lines(),
            Doc::Group { doc: _, broken } => *broken,
            Doc::Concat(docs) => docs.iter().any(Doc::forces_lines),
        }
    }
}

/// The document as text: lines of at most `width` characters where groups allow, each ended by a line feed.
pub(super) fn render(doc: &Doc<'_>, width: usize) -> String {
    let mut out =
        Writer { text: String::new(), column: 0, pending: Pending::Nothing, commented: false, width };
    let mut stack = vec![Frame { indent: 0, broken: true, doc }];
    while let Some(frame) = stack.pop() {
        let Frame { indent, broken, doc } = frame;
        match doc {
            Doc::Text(text) => out.word(text),
            Doc::Space => out.space(),
            Doc::Line if broken => out.line(indent, false),
            Doc::Line => out.space(),
            Doc::Soft if broken => out.line(indent, false),
            Doc::Soft => {}
            Doc::Hard => out.line(indent, false),
            Doc::Blank => out.line(indent, true),
            Doc::Trailing(text) => out.trailing(text, indent),
            Doc::OwnLine(text) => out.own_line(text, indent),
            Doc::IfBroken(text) if broken => out.word(text),
            Doc::IfFlat(text) if !broken => out.word(text),
            Doc::IfBroken(_) | Doc::IfFlat(_) => {}
            Doc::Nest(doc) => stack.push(Frame { indent: indent + INDENT, broken, doc }),
            Doc::Group { doc, broken: forced } => {
                let flat = Frame { indent, broken: false, doc };
                let fits = !forced && fits(flat, &stack, out.room());
                stack.push(Frame { broken: !fits, ..flat });
            }
            Doc::Concat(docs) => stack.extend(docs.iter().rev().map(|doc| Frame { indent, broken, doc })),
        }
    }
    out.finish()
}

/// Blanks per level.
const INDENT: usize = 2;

/// Part of a document that is still to be written.
#[derive(Debug, Clone, Copy)]
struct Frame<'d, 's> {
    indent: usize,
    broken: bool,
    doc: &'d Doc<'s>,
}

/// Whether `first`, and after it `rest` up to its first line end, needs at most `room` characters. Looks at no more
/// documents than fit.
fn fits<'d, 's>(first: Frame<'d, 's>, rest: &[Frame<'d, 's>], room: usize) -> bool {
    let mut room = room;
    let mut stack = vec![first];
    let mut rest = rest.iter().rev();
    loop {
        let Some(Frame { indent, broken, doc }) = stack.pop().or_else(|| rest.next().copied()) else {
            return true;
        };
        let needed = match doc {
            Doc::Text(text) => width_of(text),
            Doc::Space => 1,
            Doc::Line if !broken => 1,
            Doc::Soft if !broken => 0,
            Doc::Line | Doc::Soft | Doc::Hard | Doc::Blank | Doc::Trailing(_) | Doc::OwnLine(_) => {
                return true;
            }
            Doc::IfBroken(text) => {
                if broken {
                    width_of(text)
                } else {
                    0
                }
            }
            Doc::IfFlat(text) => {
                if broken {
                    0
                } else {
                    width_of(text)
                }
            }
            Doc::Nest(doc) => {
                stack.push(Frame { indent, broken, doc });
                0
            }
            // A group of the rest may still break, as one that the author broke will: both must look the same here,
            // or formatting twice would differ from formatting once.
            Doc::Group { doc, broken: _ } => {
                stack.push(Frame { indent, broken, doc });
                0
            }
            Doc::Concat(docs) => {
                stack.extend(docs.iter().rev().map(|doc| Frame { indent, broken, doc }));
                0
            }
        };
        match room.checked_sub(needed) {
            Some(left) => room = left,
            None => return false,
        }
    }
}

fn width_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// White space asked for and not yet written: a comment may still come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Space,
    Line { indent: usize, blank: bool },
}

struct Writer {
    text: String,
    column: usize,
    pending: Pending,
    /// The line ends in a comment: nothing more may stand on it.
    commented: bool,
    width: usize,
}

impl Writer {
    /// Characters left on the line.
    fn room(&self) -> usize {
        let column = match self.pending {
            Pending::Nothing => self.column,
            Pending::Space => self.column + 1,
            Pending::Line { indent, blank: _ } => indent,
        };
        self.width.saturating_sub(column)
    }

    fn space(&mut self) {
        if self.pending == Pending::Nothing {
            self.pending = Pending::Space;
        }
    }

    fn line(&mut self, indent: usize, blank: bool) {
        let blank = blank || matches!(self.pending, Pending::Line { indent: _, blank: true });
        self.pending = Pending::Line { indent, blank };
    }

    fn word(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pending {
            _ if self.text.is_empty() => {}
            Pending::Nothing => {}
            Pending::Space => self.put(" "),
            Pending::Line { indent, blank } => {
                self.text.push_str(if blank { "\n\n" } else { "\n" });
                self.text.extend(std::iter::repeat_n(' ', indent));
                self.column = indent;
                self.commented = false;
            }
        }
        self.pending = Pending::Nothing;
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += width_of(text);
    }

    fn trailing(&mut self, text: &str, indent: usize) {
        if self.text.is_empty() || self.commented {
            return self.own_line(text, indent);
        }
        self.commented = true;
        self.put("  ");
        self.put(text);
        self.pending = match self.pending {
            Pending::Nothing | Pending::Space => Pending::Line { indent, blank: false },
            line @ Pending::Line { .. } => line,
        };
    }

    fn own_line(&mut self, text: &str, indent: usize) {
        self.line(indent, false);
        self.word(text);
        self.commented = true;
        self.line(indent, false);
    }

    fn finish(mut self) -> String {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text
    }
}
