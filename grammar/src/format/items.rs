//! Layout of statements. In: the tree. Out: the document of the file.

use super::cursor::Cursor;
use super::doc::{Doc, concat, group, group_if, nest};
use crate::ast::{
    Arm, Ast, CallStep, Clause, ClauseKind, Expr, ExprKind, Item, ItemKind, Step, StepKind, ToolList,
    ToolPattern,
};
use crate::ast::{Name, ToolPatternKind, TypeExpr};
use crate::token::Token;

impl<'s> Cursor<'s> {
    /// The whole file.
    pub(super) fn file(&mut self, ast: &Ast) -> Doc<'s> {
        let mut docs = Vec::new();
        for (at, item) in ast.items.iter().enumerate() {
            docs.push(self.line_start(at == 0));
            docs.push(self.item(item));
        }
        docs.push(self.line_start(ast.items.is_empty()));
        Doc::Concat(docs)
    }

    fn item(&mut self, item: &Item) -> Doc<'s> {
        let mut docs = Vec::new();
        for annotation in &item.annotations {
            docs.push(concat([self.token(), self.token()]));
            if self.peek() == Some(Token::ParenOpen) {
                docs.push(self.bracketed(&annotation.args, false, Doc::Soft, Doc::Soft, Self::expr));
            }
            docs.push(Doc::Hard);
        }
        if item.shadow.is_some() {
            docs.extend([self.token(), Doc::Space]);
        }
        docs.push(self.statement(&item.kind));
        Doc::Concat(docs)
    }

    fn statement(&mut self, kind: &ItemKind) -> Doc<'s> {
        match kind {
            ItemKind::Error(_) => self.token(),
            ItemKind::Edition(..) | ItemKind::ImportFile(_) => self.words(2),
            ItemKind::Policy(_, None) => self.words(2),
            ItemKind::Policy(_, Some(_)) | ItemKind::ImportGuardrails(_) => self.words(3),
            ItemKind::ImportTools { alias: _, path: _, open } => self.import_tools(open),
            ItemKind::ImportStd { module: _, names } => {
                let head = concat([self.words(2), self.token(), self.token(), Doc::Space]);
                concat([head, self.bracketed(names, false, Doc::Line, Doc::Line, Self::name)])
            }
            ItemKind::Principal(record) | ItemKind::Session(record) => {
                concat([self.token(), Doc::Space, self.record(record)])
            }
            ItemKind::ApproversDefault(names) => {
                let head = concat([self.words(2), Doc::Line]);
                group(nest(concat([head, self.separated(names, |cursor, _| cursor.token())])))
            }
            ItemKind::Let(_, value) => {
                let head = self.words(3);
                self.defined(head, value)
            }
            ItemKind::Group(_, tools) => {
                let head = self.words(3);
                group(concat([head, nest(concat([Doc::Line, self.tools(tools)]))]))
            }
            ItemKind::Fn { name: _, params, result, body } => self.function(params, result, body),
            ItemKind::Rule { name: _, effect: _, effect_span: _, tools, clauses } => {
                self.rule(tools, clauses)
            }
            ItemKind::Hide { name: _, tools, clauses } => self.hide(tools, clauses),
            ItemKind::Decide { name: _, tools, with, arms } => self.decide(tools, with, arms),
            ItemKind::Result { tools, shape } => self.result_shape(tools, shape),
            ItemKind::Fact(fact) => self.fact(fact),
            ItemKind::Label(label) => self.label(label),
            ItemKind::Limit(limit) => self.limit(limit),
            ItemKind::ResultRule { name: _, effect: _, effect_span: _, tools, clauses } => {
                self.result_rule(tools, clauses)
            }
            ItemKind::ReplyRule { name: _, effect: _, effect_span: _, clauses } => self.reply_rule(clauses),
            ItemKind::Redact(redact) => self.redact(redact),
            ItemKind::Append { name: _, text: _, clauses } => self.append(clauses),
            ItemKind::Accept { what: _, tools } => {
                let head = self.words(3);
                group(concat([head, nest(concat([Doc::Line, self.tools(tools)]))]))
            }
            ItemKind::Test { name: _, steps } => {
                let head = concat([self.words(3)]);
                self.block(head, steps.len(), |cursor, at| steps.get(at).map(|step| cursor.step(step)))
            }
        }
    }

    /// So many tokens with blanks between them.
    pub(super) fn words(&mut self, count: usize) -> Doc<'s> {
        let mut docs = Vec::new();
        for at in 0..count {
            if at > 0 {
                docs.push(Doc::Space);
            }
            docs.push(self.token());
        }
        Doc::Concat(docs)
    }

    fn import_tools(&mut self, open: &[Expr]) -> Doc<'s> {
        let head = self.words(5);
        if open.is_empty() {
            return head;
        }
        let word = concat([Doc::Line, self.token(), Doc::Space]);
        group(concat([head, nest(concat([word, nest(self.separated(open, Self::expr))]))]))
    }

    /// `… = value`: lists and tables begin on the same line.
    pub(super) fn defined(&mut self, head: Doc<'s>, value: &Expr) -> Doc<'s> {
        if matches!(value.kind, ExprKind::List(_) | ExprKind::Table(_)) {
            return concat([head, Doc::Space, self.expr(value)]);
        }
        group(concat([head, nest(concat([Doc::Line, self.expr(value)]))]))
    }

    fn function(&mut self, params: &[(Name, TypeExpr)], result: &TypeExpr, body: &Expr) -> Doc<'s> {
        let name = self.words(2);
        let params = self.bracketed(params, false, Doc::Soft, Doc::Soft, |cursor, (_, ty)| {
            concat([cursor.token(), cursor.token(), Doc::Space, cursor.type_expr(ty)])
        });
        let arrow =
            concat([Doc::Space, self.token(), Doc::Space, self.type_expr(result), Doc::Space, self.token()]);
        self.defined(concat([name, params, arrow]), body)
    }

    /// `rule NAME: EFFECT TOOLS CLAUSES` on one line, or each part on its own.
    fn rule(&mut self, tools: &ToolList, clauses: &[Clause]) -> Doc<'s> {
        let head = concat([self.words(2), self.token()]);
        let broken = self.on_new_line();
        let target = concat([Doc::Line, self.token(), Doc::Space, nest(self.tools(tools))]);
        self.parts(head, target, clauses, broken)
    }

    fn hide(&mut self, tools: &ToolList, clauses: &[Clause]) -> Doc<'s> {
        let head = concat([self.words(2), self.token()]);
        let broken = self.on_new_line();
        let target = concat([Doc::Line, self.tools(tools)]);
        self.parts(head, target, clauses, broken)
    }

    pub(super) fn parts(
        &mut self,
        head: Doc<'s>,
        target: Doc<'s>,
        clauses: &[Clause],
        broken: bool,
    ) -> Doc<'s> {
        let (clauses, clause_broken) = self.clauses(clauses);
        group_if(concat([head, nest(concat([target, clauses]))]), broken || clause_broken)
    }

    /// Clauses, each after a possible line end, and whether the author broke the line before one.
    pub(super) fn clauses(&mut self, clauses: &[Clause]) -> (Doc<'s>, bool) {
        let mut docs = Vec::new();
        let mut broken = false;
        for clause in clauses {
            broken |= self.on_new_line();
            docs.extend([Doc::Line, self.clause(clause)]);
        }
        (Doc::Concat(docs), broken)
    }

    pub(super) fn clause(&mut self, clause: &Clause) -> Doc<'s> {
        match &clause.kind {
            ClauseKind::When(condition) | ClauseKind::Unless(condition) => {
                concat([self.token(), Doc::Space, self.expr(condition)])
            }
            ClauseKind::With(with) => self.with(&with.value),
            ClauseKind::Because(_) | ClauseKind::Quorum(_) | ClauseKind::Within(_) => self.words(2),
            ClauseKind::From(names) => {
                let word = concat([self.token(), Doc::Space]);
                group(nest(concat([word, self.separated(names, |cursor, _| cursor.token())])))
            }
        }
    }

    /// `with n = e`.
    fn with(&mut self, value: &Expr) -> Doc<'s> {
        let head = self.words(3);
        self.defined(head, value)
    }

    fn decide(&mut self, tools: &ToolList, with: &[crate::ast::With], arms: &[Arm]) -> Doc<'s> {
        let head = concat([self.words(3), Doc::Space, nest(self.tools(tools)), Doc::Space, self.token()]);
        self.block(head, with.len() + arms.len(), |cursor, at| match with.get(at) {
            Some(with) => Some(cursor.with(&with.value)),
            None => arms.get(at - with.len()).map(|arm| cursor.arm(arm)),
        })
    }

    /// A head that ends in `{`, lines, `}`.
    fn block(
        &mut self,
        head: Doc<'s>,
        count: usize,
        mut line: impl FnMut(&mut Self, usize) -> Option<Doc<'s>>,
    ) -> Doc<'s> {
        if count == 0 {
            return concat([head, self.close_empty()]);
        }
        let mut docs = Vec::new();
        for at in 0..count {
            docs.push(self.line_start(at == 0));
            docs.extend(line(self, at));
        }
        docs.push(self.comments(false));
        concat([head, nest(Doc::Concat(docs)), Doc::Hard, self.token()])
    }

    /// `name: EFFECT CLAUSES` on one line, or each clause on its own.
    fn arm(&mut self, arm: &Arm) -> Doc<'s> {
        let head = concat([self.token(), self.token(), Doc::Space, self.token()]);
        let (clauses, broken) = self.clauses(&arm.clauses);
        group_if(concat([head, nest(clauses)]), broken)
    }

    fn step(&mut self, step: &Step) -> Doc<'s> {
        match &step.kind {
            StepKind::Error => self.token(),
            StepKind::Principal(value) | StepKind::Session(value) | StepKind::At(value) => {
                concat([self.token(), Doc::Space, self.expr(value)])
            }
            StepKind::After(_) | StepKind::Label(_) => self.words(2),
            StepKind::Call(call) => {
                let CallStep { server, tool: _, args, outcome, expect: _, expect_span: _, by, shown } =
                    &**call;
                let word = concat([self.token(), Doc::Space]);
                let alias =
                    if server.text.is_empty() { concat([]) } else { concat([self.token(), self.token()]) };
                let called = concat([word, alias, self.token(), Doc::Space, self.expr(args), Doc::Space]);
                let outcome = self.outcome(outcome);
                let expected = self.expected(by);
                let shown = shown.iter().map(|shown| self.shown(shown)).collect();
                concat([called, outcome, group(concat([expected, nest(Doc::Concat(shown))]))])
            }
            StepKind::Answer { approved: _, by: _, from, expect, reasons } => {
                let head = self.answer(from);
                if expect.is_none() {
                    return head;
                }
                group(concat([head, nest(concat([Doc::Line, self.expected(reasons)]))]))
            }
            StepKind::Reply { text: _, expect: _, expect_span: _, by, appending } => {
                let head = self.words(2);
                let expected = self.expected(by);
                let appended = self.appending(appending);
                group(concat([head, nest(concat([Doc::Line, expected, appended]))]))
            }
        }
    }

    /// `=> EFFECT by ID, …`.
    fn expected(&mut self, by: &[Name]) -> Doc<'s> {
        let effect = concat([self.token(), Doc::Space, self.token()]);
        if by.is_empty() {
            return effect;
        }
        let word = concat([Doc::Space, self.token(), Doc::Space]);
        concat([effect, word, group(nest(self.separated(by, Self::id)))])
    }

    /// `refunds.small`: as many tokens as the id has parts.
    pub(super) fn id(&mut self, _: &Name) -> Doc<'s> {
        let mut docs = vec![self.token()];
        while self.peek() == Some(Token::Dot) {
            docs.extend([self.token(), self.token()]);
        }
        Doc::Concat(docs)
    }

    pub(super) fn tools(&mut self, tools: &ToolList) -> Doc<'s> {
        let mut docs = vec![group(self.separated(&tools.patterns, Self::pattern))];
        loop {
            docs.push(match self.peek() {
                Some(Token::Except) if !tools.except.is_empty() => {
                    let word = concat([Doc::Line, self.token(), Doc::Space]);
                    concat([word, group(nest(self.separated(&tools.except, Self::pattern)))])
                }
                Some(Token::Where) if tools.hints.is_some() => {
                    let word = concat([Doc::Line, self.token(), Doc::Space]);
                    let hints = tools.hints.as_ref().map(|hints| self.expr(hints));
                    concat([word, Doc::Concat(hints.into_iter().collect())])
                }
                Some(Token::Having) if !tools.having.is_empty() => {
                    let word = concat([Doc::Line, self.token(), Doc::Space]);
                    concat([word, group(nest(self.separated(&tools.having, Self::expr)))])
                }
                _ => break,
            });
        }
        group(Doc::Concat(docs))
    }

    fn pattern(&mut self, pattern: &ToolPattern) -> Doc<'s> {
        match &pattern.kind {
            ToolPatternKind::Every | ToolPatternKind::Group(_) => self.token(),
            ToolPatternKind::Exact(..) | ToolPatternKind::Glob(..) => {
                concat([self.token(), self.token(), self.token()])
            }
        }
    }
}
