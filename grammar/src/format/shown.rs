//! Layout of what says what the agent sees: rules on results and replies, redactions, disclaimers. In: their trees. Out: documents.

use super::cursor::Cursor;
use super::doc::{Doc, concat, group, group_if, nest};
use crate::ast::{
    Clause, Name, PathStep, RedactDecl, RedactPart, RedactPartKind, ResultPath, Shown, StringLit, ToolList,
};

impl<'s> Cursor<'s> {
    /// `rule NAME: deny result of TOOLS CLAUSES`.
    pub(super) fn result_rule(&mut self, tools: &ToolList, clauses: &[Clause]) -> Doc<'s> {
        let head = concat([self.words(2), self.token()]);
        let broken = self.on_new_line();
        let target = concat([Doc::Line, self.words(3), Doc::Space, nest(self.tools(tools))]);
        self.parts(head, target, clauses, broken)
    }

    /// `rule NAME: deny reply CLAUSES`.
    pub(super) fn reply_rule(&mut self, clauses: &[Clause]) -> Doc<'s> {
        let head = concat([self.words(2), self.token()]);
        let broken = self.on_new_line();
        let target = concat([Doc::Line, self.words(2)]);
        self.parts(head, target, clauses, broken)
    }

    /// `append NAME on reply: "…" CLAUSES`.
    pub(super) fn append(&mut self, clauses: &[Clause]) -> Doc<'s> {
        let head = concat([self.words(4), self.token()]);
        let broken = self.on_new_line();
        let text = concat([Doc::Line, self.token()]);
        self.parts(head, text, clauses, broken)
    }

    /// Each part on its own line, unless the whole fits on one and was written so.
    pub(super) fn redact(&mut self, redact: &RedactDecl) -> Doc<'s> {
        let head = concat([self.words(3), Doc::Space, nest(self.tools(&redact.tools)), self.token()]);
        let mut broken = false;
        let mut docs = Vec::new();
        for part in &redact.parts {
            broken |= self.on_new_line();
            docs.extend([Doc::Line, self.redact_part(part)]);
        }
        group_if(concat([head, nest(Doc::Concat(docs))]), broken)
    }

    fn redact_part(&mut self, part: &RedactPart) -> Doc<'s> {
        match &part.kind {
            RedactPartKind::Paths(paths) => self.result_paths(paths),
            RedactPartKind::Patterns(patterns) => {
                let word = concat([self.token(), Doc::Space]);
                group(nest(concat([word, self.separated(patterns, Self::expr)])))
            }
            RedactPartKind::KeepImages | RedactPartKind::Marker(_) => self.words(2),
            RedactPartKind::Clause(clause) => self.clause(clause),
        }
    }

    /// A word, and paths behind it.
    fn result_paths(&mut self, paths: &[ResultPath]) -> Doc<'s> {
        let word = concat([self.token(), Doc::Space]);
        group(nest(concat([word, self.separated(paths, Self::result_path)])))
    }

    fn result_path(&mut self, path: &ResultPath) -> Doc<'s> {
        let tokens = path.steps.iter().map(|step| match step {
            PathStep::Key(_) | PathStep::Deep(_) => 2,
            PathStep::Every => 3,
        });
        let tokens = 1 + tokens.sum::<usize>();
        Doc::Concat((0..tokens).map(|_| self.token()).collect())
    }

    /// What a test expects of a result, after a possible line end.
    pub(super) fn shown(&mut self, shown: &Shown) -> Doc<'s> {
        let words = match shown {
            Shown::Redacting(paths) => self.result_paths(paths),
            Shown::Withheld(_) => self.token(),
        };
        concat([Doc::Line, words])
    }

    /// What a test expects to stand under a reply, after a possible line end.
    pub(super) fn appending(&mut self, names: &[Name]) -> Doc<'s> {
        if names.is_empty() {
            return concat([]);
        }
        let word = concat([Doc::Line, self.token(), Doc::Space]);
        concat([word, group(nest(self.separated(names, Self::id)))])
    }

    /// `approved by "x" from "role"`, without what is expected then.
    pub(super) fn answer(&mut self, from: &[StringLit]) -> Doc<'s> {
        let head = self.words(3);
        if from.is_empty() {
            return head;
        }
        let word = concat([Doc::Space, self.token(), Doc::Space]);
        concat([head, word, self.separated(from, |cursor, _| cursor.token())])
    }
}
