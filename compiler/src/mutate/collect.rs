//! What the walks over a tree have in common. In: pieces of an item's text and what is to replace them. Out: [`Mutant`]s, in order.

use super::{Edit, Kind, Mutant, applied};
use crate::author::one_line;
use crate::report::FileText;
use policyc_grammar::source::Span;

/// Collects the changes of one file.
#[derive(Debug)]
pub(super) struct Collector<'t> {
    file: &'t FileText,
    /// Where the item being walked begins; its spans count from there.
    start: u32,
    /// The statement being walked.
    pub(super) statement: String,
    /// The comparison being walked: what people see of a literal's change.
    around: Option<Span>,
    out: Vec<Mutant>,
}

impl<'t> Collector<'t> {
    pub(super) const fn new(file: &'t FileText) -> Self {
        Self { file, start: 0, statement: String::new(), around: None, out: Vec::new() }
    }

    /// Begins an item.
    pub(super) fn begin(&mut self, start: u32, name: &str) {
        self.start = start;
        name.clone_into(&mut self.statement);
    }

    /// Walks what is shown as a whole.
    pub(super) fn within(&mut self, whole: Span, walk: impl FnOnce(&mut Self)) {
        let before = self.around.replace(whole);
        walk(self);
        self.around = before;
    }

    /// The whole that a piece is shown in.
    pub(super) fn shown(&self, piece: Span) -> Span {
        self.around.unwrap_or(piece)
    }

    /// By place, then by kind; changes of one kind at one place as they were found.
    pub(super) fn finish(mut self) -> Vec<Mutant> {
        self.out.sort_by_key(|mutant| (mutant.at, mutant.kind));
        self.out
    }

    /// The text of a piece of the item.
    pub(super) fn text(&self, span: Span) -> &'t str {
        let span = span.shifted(i64::from(self.start));
        self.file.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// A piece is replaced; `shown` is what people see of it.
    pub(super) fn replace(&mut self, kind: Kind, shown: Span, span: Span, text: impl Into<String>) {
        self.change(kind, shown, vec![Edit { span, text: text.into() }]);
    }

    /// A piece is dropped.
    pub(super) fn drop(&mut self, kind: Kind, span: Span) {
        self.replace(kind, span, span, "");
    }

    /// Pieces are replaced at once.
    pub(super) fn change(&mut self, kind: Kind, shown: Span, mut edits: Vec<Edit>) {
        let here = i64::from(self.start);
        for edit in &mut edits {
            edit.span = edit.span.shifted(here);
        }
        edits.sort_by_key(|edit| edit.span);
        let shown = shown.shifted(here);
        let before = one_line(&applied(&self.file.text, shown, &[]));
        let after = one_line(&applied(&self.file.text, shown, &edits));
        self.push(kind, before, after, edits);
    }

    /// Two pieces change places.
    pub(super) fn swap(&mut self, kind: Kind, names: (&str, &str), spans: (Span, Span)) {
        let texts = (self.text(spans.0).to_owned(), self.text(spans.1).to_owned());
        let here = i64::from(self.start);
        let edits = vec![
            Edit { span: spans.0.shifted(here), text: texts.1 },
            Edit { span: spans.1.shifted(here), text: texts.0 },
        ];
        self.push(kind, format!("{}, {}", names.0, names.1), format!("{}, {}", names.1, names.0), edits);
    }

    fn push(&mut self, kind: Kind, before: String, after: String, edits: Vec<Edit>) {
        let Some(first) = edits.first() else { return };
        self.out.push(Mutant {
            file: self.file.path.clone(),
            kind,
            statement: self.statement.clone(),
            before,
            after,
            at: first.span.start,
            edits,
        });
    }

    /// Each of several pieces is dropped, with what parts it from the next or the one before; `shown` is the whole.
    pub(super) fn drop_each(&mut self, kind: Kind, shown: Span, spans: &[Span]) {
        if spans.len() < 2 {
            return;
        }
        for (number, span) in spans.iter().enumerate() {
            let next = spans.get(number + 1);
            let before = number.checked_sub(1).and_then(|number| spans.get(number));
            let piece = match (next, before) {
                (Some(next), _) => Span::new(span.start, next.start),
                (None, Some(before)) => Span::new(before.end, span.end),
                (None, None) => *span,
            };
            self.replace(kind, shown, piece, "");
        }
    }

    /// A literal that a clause ends with is moved.
    pub(super) fn at_end(&mut self, kind: Kind, clause: Span, literal: &str, texts: &[String]) {
        let Some(at) = self.text(clause).rfind(literal) else { return };
        let start = clause.start.saturating_add(u32::try_from(at).unwrap_or(0));
        for text in texts {
            self.replace(kind, clause, Span::new(start, clause.end), text.clone());
        }
    }
}
