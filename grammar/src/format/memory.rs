//! Layout of what is remembered: facts, labels, limits. In: their trees. Out: documents.

use super::cursor::Cursor;
use super::doc::{Doc, concat, group, group_if, nest};
use crate::ast::{
    Each, Expr, FactAction, FactAfter, FactDecl, ForClause, ForKind, LabelAfter, LabelDecl, LimitDecl,
    LimitOn, LimitPart, LimitPartKind, LimitWindow, TestOutcome, ToolList, TypeExpr,
};
use crate::token::Token;

impl<'s> Cursor<'s> {
    pub(super) fn result_shape(&mut self, tools: &ToolList, shape: &TypeExpr) -> Doc<'s> {
        let head = concat([self.token(), Doc::Space, nest(self.tools(tools)), self.token(), Doc::Space]);
        concat([head, self.type_expr(shape)])
    }

    /// A line of its own for each `after`, unless the whole fits on one.
    pub(super) fn fact(&mut self, fact: &FactDecl) -> Doc<'s> {
        let name = self.words(2);
        let params = if self.peek() == Some(Token::ParenOpen) {
            self.bracketed(&fact.params, false, Doc::Soft, Doc::Soft, |cursor, (_, ty)| {
                concat([cursor.token(), cursor.token(), Doc::Space, cursor.type_expr(ty)])
            })
        } else {
            concat([])
        };
        let ty = concat([self.token(), Doc::Space, self.type_expr(&fact.ty)]);
        let scope = self.for_clauses(&fact.scope);
        self.after_blocks(concat([name, params, ty, scope]), &fact.after, Self::fact_after)
    }

    /// A head, and blocks that begin with `after` behind it.
    fn after_blocks<T>(
        &mut self,
        head: Doc<'s>,
        blocks: &[T],
        lay_out: impl Fn(&mut Self, &T) -> Doc<'s>,
    ) -> Doc<'s> {
        let mut broken = blocks.len() > 1;
        let mut docs = Vec::new();
        for block in blocks {
            broken |= self.on_new_line();
            // A comment above a block is no reason to break the block.
            docs.extend([Doc::Line, self.comments(false), lay_out(self, block)]);
        }
        group_if(concat([head, nest(Doc::Concat(docs))]), broken)
    }

    fn fact_after(&mut self, after: &FactAfter) -> Doc<'s> {
        let tools = concat([self.token(), Doc::Space, nest(self.tools(&after.tools))]);
        let (clauses, _) = self.clauses(&after.clauses);
        // Further right than the body, if both are broken.
        let head = group(concat([tools, nest(nest(clauses)), self.token()]));
        let mut body = Vec::new();
        for each in &after.each {
            body.extend([Doc::Line, self.each(each)]);
        }
        body.extend([Doc::Line, self.fact_action(&after.action)]);
        group(concat([head, nest(Doc::Concat(body))]))
    }

    fn each(&mut self, each: &Each) -> Doc<'s> {
        let mut docs = vec![self.words(3), Doc::Space, self.expr(&each.domain)];
        if let Some(filter) = &each.filter {
            docs.extend([Doc::Space, self.token(), Doc::Space, self.expr(filter)]);
        }
        docs.push(self.token());
        Doc::Concat(docs)
    }

    fn fact_action(&mut self, action: &FactAction) -> Doc<'s> {
        match action {
            FactAction::Assign(target, value) => {
                let head = concat([self.expr(target), Doc::Space, self.token()]);
                self.defined(head, value)
            }
            FactAction::Charge(target, value) | FactAction::Add(Some(target), value) => {
                concat([self.expr(target), Doc::Space, self.token(), Doc::Space, self.expr(value)])
            }
            FactAction::Add(None, value) | FactAction::Forget(value) => {
                concat([self.token(), Doc::Space, self.expr(value)])
            }
        }
    }

    /// `for principal for 7d`: on one line with what stands before, if it fits.
    fn for_clauses(&mut self, scope: &[ForClause]) -> Doc<'s> {
        let mut docs = Vec::new();
        for clause in scope {
            let words = if matches!(clause.kind, ForKind::Calls(_)) { 3 } else { 2 };
            docs.extend([Doc::Line, self.words(words)]);
        }
        group(nest(Doc::Concat(docs)))
    }

    pub(super) fn label(&mut self, label: &LabelDecl) -> Doc<'s> {
        let head = concat([self.words(2), self.for_clauses(&label.scope)]);
        self.after_blocks(head, &label.after, Self::label_after)
    }

    fn label_after(&mut self, after: &LabelAfter) -> Doc<'s> {
        let tools = concat([self.token(), Doc::Space, nest(self.tools(&after.tools))]);
        let (clauses, _) = self.clauses(&after.clauses);
        group(concat([tools, nest(clauses), self.for_clauses(&after.scope)]))
    }

    /// `limit NAME: 5 per 1d …` on one line, or each part on its own; whose number it is and over which time stands with
    /// the number.
    pub(super) fn limit(&mut self, limit: &LimitDecl) -> Doc<'s> {
        let head = concat([self.words(2), self.token()]);
        let mut broken = self.on_new_line();
        let measures = |part: &&LimitPart| {
            use LimitPartKind::{ForEach, ForEveryone, Per};
            matches!(part.kind, Per(_) | ForEach(_) | ForEveryone)
        };
        let measured = limit.parts.iter().take_while(measures).count();
        let (measures, others) = limit.parts.split_at_checked(measured).unwrap_or_default();
        let mut quantity = vec![self.expr(&limit.quantity)];
        if let Some((first, rest)) = measures.split_first() {
            broken |= self.on_new_line();
            quantity.extend([Doc::Space, self.limit_part(first)]);
            let (rest, rest_broken) = self.limit_parts(rest);
            broken |= rest_broken;
            quantity.push(group(nest(rest)));
        }
        let (others, others_broken) = self.limit_parts(others);
        broken |= others_broken;
        let quantity = Doc::Concat(quantity);
        group_if(concat([head, nest(concat([Doc::Line, quantity, others]))]), broken)
    }

    /// Parts, each after a possible line end, and whether the author broke the line before one.
    fn limit_parts(&mut self, parts: &[LimitPart]) -> (Doc<'s>, bool) {
        let mut broken = false;
        let mut docs = Vec::new();
        for part in parts {
            broken |= self.on_new_line();
            docs.extend([Doc::Line, self.limit_part(part)]);
        }
        (Doc::Concat(docs), broken)
    }

    fn limit_part(&mut self, part: &LimitPart) -> Doc<'s> {
        match &part.kind {
            LimitPartKind::Per(LimitWindow::Duration(_) | LimitWindow::Session) => self.words(2),
            LimitPartKind::Per(LimitWindow::Calendar(_, None)) => self.words(3),
            LimitPartKind::Per(LimitWindow::Calendar(_, Some(_))) => self.words(5),
            LimitPartKind::ForEach(keys) => {
                let words = concat([self.words(2), Doc::Space]);
                group(nest(concat([words, self.separated(keys, Self::expr)])))
            }
            LimitPartKind::ForEveryone | LimitPartKind::Exceeded(..) | LimitPartKind::FailuresCount => {
                self.words(2)
            }
            LimitPartKind::On(groups) => {
                let word = concat([self.token(), Doc::Space]);
                group(nest(concat([word, self.separated(groups, Self::limit_on)])))
            }
            LimitPartKind::Clause(clause) => self.clause(clause),
        }
    }

    fn limit_on(&mut self, on: &LimitOn) -> Doc<'s> {
        let tools = self.tools(&on.tools);
        let Some(counting) = &on.counting else { return tools };
        let words = self.words(1 + usize::from(counting.distinct.is_some()));
        concat([tools, Doc::Space, words, Doc::Space, self.expr(&counting.value)])
    }

    /// What comes of a call in a test, with a blank behind it.
    pub(super) fn outcome(&mut self, outcome: &TestOutcome) -> Doc<'s> {
        match outcome {
            TestOutcome::Silent => concat([]),
            TestOutcome::Returns(value) => self.returned(value),
            TestOutcome::Fails | TestOutcome::Lost => concat([self.token(), Doc::Space]),
        }
    }

    fn returned(&mut self, value: &Expr) -> Doc<'s> {
        concat([self.token(), Doc::Space, self.expr(value), Doc::Space])
    }
}
