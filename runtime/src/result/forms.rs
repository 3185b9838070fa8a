//! The forms of a text in which a pattern is looked for (semantics.md 47). In: a text. Out: the text itself; with its escapes decoded;
//! and each of these without the characters that nobody sees. Each knows which part of the text a part of it stands for.
//!
//! This closes the cheap ways around a pattern, not all of them: base64, full-width letters and every other encoding get through.

use super::escapes::escape;
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// A form of a text.
#[derive(Debug)]
pub(super) struct Form<'t> {
    /// Its bytes; UTF-8 unless escapes of single bytes say otherwise.
    pub(super) bytes: Cow<'t, [u8]>,
    /// Where they come from, in order; empty for the text itself.
    pieces: Vec<Piece>,
}

/// Bytes of a form, up to the next piece.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// First byte in the form.
    start: usize,
    /// First byte in the text.
    origin: usize,
    /// Bytes of the text that all of it stands for; none: it is a copy, byte for byte.
    escape: Option<usize>,
}

/// The forms of `text` that differ: the text first.
pub(super) fn forms(text: &str) -> Vec<Form<'_>> {
    let mut forms = Vec::new();
    let plain = Form { bytes: Cow::Borrowed(text.as_bytes()), pieces: Vec::new() };
    let decoded = decoded(text.as_bytes());
    forms.extend(visible(&plain));
    if let Some(decoded) = decoded {
        forms.extend(visible(&decoded));
        forms.push(decoded);
    }
    forms.insert(0, plain);
    forms
}

/// The part of the text that `part` of the form stands for: whole escapes, and whole characters.
pub(super) fn origin(form: &Form<'_>, part: Range<usize>, text: &str) -> Range<usize> {
    let (start, end) = form.origin(part);
    let (mut start, mut end) = (start.min(text.len()), end.min(text.len()));
    while !text.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    while !text.is_char_boundary(end) {
        end = end.saturating_add(1);
    }
    start..end
}

impl Form<'_> {
    /// Where a part that is not empty comes from.
    fn origin(&self, part: Range<usize>) -> (usize, usize) {
        let (start, _) = self.byte_origin(part.start);
        let (_, end) = self.byte_origin(part.end.saturating_sub(1));
        (start, end)
    }

    /// The part of the text that one byte of the form stands for.
    fn byte_origin(&self, at: usize) -> (usize, usize) {
        let before = self.pieces.partition_point(|piece| piece.start <= at);
        let Some(piece) = before.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return (at, at.saturating_add(1));
        };
        match piece.escape {
            Some(len) => (piece.origin, piece.origin.saturating_add(len)),
            None => {
                let origin = piece.origin.saturating_add(at.saturating_sub(piece.start));
                (origin, origin.saturating_add(1))
            }
        }
    }

    /// Adds bytes that stand for `origin`.
    fn push(&mut self, bytes: &[u8], origin: Range<usize>) {
        let start = self.bytes.len();
        let copied = origin.len() == bytes.len();
        let goes_on = copied
            && self.pieces.last().is_some_and(|last| {
                let len = start.saturating_sub(last.start);
                last.escape.is_none() && last.origin.saturating_add(len) == origin.start
            });
        if !goes_on {
            let escape = (!copied).then_some(origin.len());
            self.pieces.push(Piece { start, origin: origin.start, escape });
        }
        self.bytes.to_mut().extend_from_slice(bytes);
    }
}

const fn empty<'t>() -> Form<'t> {
    Form { bytes: Cow::Owned(Vec::new()), pieces: Vec::new() }
}

/// The text with each escape decoded once; `None` if there is none.
fn decoded(text: &[u8]) -> Option<Form<'static>> {
    let mut form = empty();
    let (mut copied, mut at) = (0_usize, 0_usize);
    let special = |from: usize| memchr::memchr3(b'%', b'&', b'\\', text.get(from..)?);
    while let Some(step) = special(at) {
        at = at.saturating_add(step);
        let Some((len, decoded)) = escape(text.get(at..).unwrap_or_default()) else {
            at = at.saturating_add(1);
            continue;
        };
        if at > copied {
            form.push(text.get(copied..at).unwrap_or_default(), copied..at);
        }
        let after = at.saturating_add(len);
        form.push(decoded.bytes(), at..after);
        (copied, at) = (after, after);
    }
    if form.pieces.is_empty() {
        return None;
    }
    if text.len() > copied {
        form.push(text.get(copied..).unwrap_or_default(), copied..text.len());
    }
    Some(form)
}

/// The form without characters that nobody sees; `None` if there are none.
fn visible(form: &Form<'_>) -> Option<Form<'static>> {
    if form.bytes.is_ascii() || !chars(&form.bytes).any(|(_, c)| c.is_some_and(is_unseen)) {
        return None;
    }
    let mut out = empty();
    for (part, c) in chars(&form.bytes) {
        if !c.is_some_and(is_unseen) {
            let (start, end) = form.origin(part.clone());
            out.push(form.bytes.get(part).unwrap_or_default(), start..end);
        }
    }
    Some(out)
}

/// The characters of bytes, and the stretches between them that are none.
fn chars(bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, Option<char>)> + '_ {
    let mut at = 0_usize;
    let mut part = move |len: usize| {
        let start = at;
        at = at.saturating_add(len);
        start..at
    };
    let chunks = bytes.utf8_chunks().flat_map(|chunk| {
        let broken = Some((chunk.invalid().len(), None)).filter(|(len, _)| *len > 0);
        chunk.valid().chars().map(|c| (c.len_utf8(), Some(c))).chain(broken)
    });
    chunks.map(move |(len, c)| (part(len), c))
}

/// Of category Cf, or otherwise not shown: soft hyphens, zero-width and bidirectional characters, tags, variation selectors.
fn is_unseen(c: char) -> bool {
    !c.is_ascii()
        && (CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
}
