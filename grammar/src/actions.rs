//! What the productions of `policy.lalrpop` do. In: places in the text and parts already built. Out: tree nodes with
//! spans that count from the first byte of the file, a bound on every node's height, and reports about text that
//! parses but is no policy.
#![expect(clippy::boxed_local, clippy::vec_box, reason = "the parser's stack holds boxes to stay small")]

mod exprs;
mod types;

use crate::ast::{
    Annotation, Arm, CallStep, Clause, ClauseKind, Effect, Expr, FactAfter, FactDecl, ForClause, Item,
    ItemKind, Name, Shown, Step, StepKind, StringLit, TestOutcome, Text, ToolList, ToolPattern,
    ToolPatternKind, TypeExpr,
};
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::unquote;
use crate::source::Span;

/// An expression under way; boxed, so that the parser's stack stays small.
pub(crate) type E = Box<Expr>;

/// A type under way, with its height.
pub(crate) type Ty = Box<Deep<TypeExpr>>;

/// A dotted id, `refunds.small`, as one name.
pub(crate) type Id = Name;

/// A part of a tool list after its patterns: the place of its word, and what it is.
pub(crate) type Tail = (Span, TailKind);

/// The edition this grammar belongs to.
pub(crate) const EDITION: &str = "2026";

/// A node with the height of the tree below.
#[derive(Debug)]
pub(crate) struct Deep<T> {
    pub(crate) node: T,
    pub(crate) depth: u16,
}

/// The forms of [`Tail`].
#[derive(Debug)]
pub(crate) enum TailKind {
    Except(Vec<Box<ToolPattern>>),
    Where(E),
    Having(Vec<E>),
}

/// What one run of the parser reads, by its start sign.
#[derive(Debug)]
pub(crate) enum Fragment {
    Items(Vec<Box<Item>>),
    Arm(Box<Arm>),
    Clause(Box<Clause>),
    Step(Box<Step>),
}

/// The same values without their boxes.
pub(crate) fn unbox<T>(boxed: Vec<Box<T>>) -> Vec<T> {
    boxed.into_iter().map(|value| *value).collect()
}

/// State of one run of the parser.
#[derive(Debug)]
pub(crate) struct Builder<'s> {
    text: &'s str,
    /// Reports of actions; they count only if the run succeeds.
    pub(crate) errors: Vec<SyntaxError>,
    /// The statement under way has been reported as nested too deeply.
    deep: bool,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        Self { text, errors: Vec::new(), deep: false }
    }

    fn slice(&self, l: u32, r: u32) -> &'s str {
        self.text.get(l as usize..r as usize).unwrap_or_default()
    }

    fn report(&mut self, error: SyntaxError) {
        if self.errors.len() < crate::parse::MAX_REPORTS {
            self.errors.push(error);
        }
    }

    /// Reports, once per statement, that nesting passed the limit.
    fn too_deep(&mut self, l: u32) {
        if !self.deep {
            self.deep = true;
            self.report(crate::parse::too_deep(Span::new(l, l.saturating_add(1))));
        }
    }

    pub(crate) fn text(&self, l: u32, r: u32) -> Text {
        Text::new(self.slice(l, r))
    }

    pub(crate) fn name(&self, l: u32, r: u32) -> Name {
        Name { text: self.text(l, r), span: Span::new(l, r) }
    }

    pub(crate) fn quoted_name(&self, l: u32, r: u32) -> Name {
        Name { text: unquote(self.slice(l, r)), span: Span::new(l, r) }
    }

    pub(crate) fn string(&self, l: u32, r: u32) -> StringLit {
        StringLit { value: unquote(self.slice(l, r)), span: Span::new(l, r) }
    }

    /// The digits of a number without underscores.
    pub(crate) fn number(&self, l: u32, r: u32) -> Text {
        self.slice(l, r).chars().filter(|digit| *digit != '_').collect()
    }

    pub(crate) fn item(
        &mut self,
        l: u32,
        annotations: Vec<Box<Annotation>>,
        shadow: Option<Span>,
        kind: Box<ItemKind>,
        r: u32,
    ) -> Box<Item> {
        self.deep = false;
        let annotations = unbox(annotations);
        Box::new(Item { start: l, docs: Vec::new(), annotations, shadow, kind: *kind, span: Span::new(l, r) })
    }

    pub(crate) fn annotation(&mut self, l: u32, name: Name, args: Vec<E>, r: u32) -> Box<Annotation> {
        Box::new(Annotation { name, args: unbox(args), span: Span::new(l, r) })
    }

    pub(crate) fn hide(
        &mut self,
        name: Name,
        tools: Box<ToolList>,
        clauses: Vec<Box<Clause>>,
    ) -> Box<ItemKind> {
        for clause in &clauses {
            let word = match clause.kind {
                ClauseKind::When(_)
                | ClauseKind::Unless(_)
                | ClauseKind::With(_)
                | ClauseKind::Because(_) => continue,
                ClauseKind::From(_) => "from",
                ClauseKind::Quorum(_) => "quorum",
                ClauseKind::Within(_) => "within",
            };
            let message = format!("`hide` takes no `{word}`: it never asks anyone");
            let error = SyntaxError::new(SyntaxCode::ClauseNotAllowed, clause.span, message);
            self.report(error.with_help("its clauses are `when`, `unless`, `with` and `because`"));
        }
        Box::new(ItemKind::Hide { name, tools: *tools, clauses: unbox(clauses) })
    }

    pub(crate) fn tools(
        &mut self,
        l: u32,
        patterns: Vec<Box<ToolPattern>>,
        tails: Vec<Box<Tail>>,
        r: u32,
    ) -> Box<ToolList> {
        let patterns = unbox(patterns);
        let span = Span::new(l, r);
        let mut list = ToolList { patterns, except: Vec::new(), hints: None, having: Vec::new(), span };
        for tail in tails {
            let (span, kind) = *tail;
            let (word, repeated) = match kind {
                TailKind::Except(except) => {
                    ("except", !std::mem::replace(&mut list.except, unbox(except)).is_empty())
                }
                TailKind::Where(hints) => ("where", list.hints.replace(hints).is_some()),
                TailKind::Having(having) => {
                    ("having", !std::mem::replace(&mut list.having, unbox(having)).is_empty())
                }
            };
            if repeated {
                let message = format!("a second `{word}` in one tool list");
                let error = SyntaxError::new(SyntaxCode::RepeatedPart, span, message);
                self.report(error.with_help("join the two"));
            }
        }
        Box::new(list)
    }

    pub(crate) fn unqualified_pattern(&mut self, l: u32, r: u32) -> Box<ToolPatternKind> {
        let glob = self.slice(l, r);
        let message = format!("`{glob}` does not say which server's tools it means");
        let error = SyntaxError::new(SyntaxCode::UnqualifiedPattern, Span::new(l, r), message);
        self.report(error.with_help(format!("write `ALIAS.{glob}` for one import, `*.{glob}` for all")));
        let every = Name { text: Text::const_new("*"), span: Span::new(l, l) };
        Box::new(ToolPatternKind::Glob(every, Text::new(glob)))
    }

    /// `crm.get`, or `*.get`: the same name on every server is a pattern.
    pub(crate) fn exact_tool(&mut self, alias: Name, tool: Name) -> Box<ToolPatternKind> {
        if alias.text == "*" {
            return Box::new(ToolPatternKind::Glob(alias, tool.text));
        }
        Box::new(ToolPatternKind::Exact(alias, tool))
    }

    /// A called tool without its server; the checker reports it.
    pub(crate) fn unqualified_call(&mut self, tool: Name) -> Box<(Name, Name)> {
        let nowhere = Span::new(tool.span.start, tool.span.start);
        Box::new((Name { text: Text::default(), span: nowhere }, tool))
    }

    pub(crate) fn call_step(
        &mut self,
        (server, tool): CalledTool,
        args: E,
        outcome: Option<Box<TestOutcome>>,
        (expect, expect_span): (Effect, Span),
        by: Option<Vec<Id>>,
        shown: Vec<Shown>,
    ) -> Box<StepKind> {
        let by = by.unwrap_or_default();
        let outcome = outcome.map_or(TestOutcome::Silent, |outcome| *outcome);
        let call = CallStep { server, tool, args: *args, outcome, expect, expect_span, by, shown };
        Box::new(StepKind::Call(Box::new(call)))
    }

    pub(crate) fn answer(&mut self, approved: bool, answer: Box<Answer>) -> Box<StepKind> {
        let (by, from, expected) = *answer;
        let (expect, reasons) = match expected {
            Some((effect, span, reasons)) => (Some((effect, span)), reasons),
            None => (None, Vec::new()),
        };
        Box::new(StepKind::Answer { approved, by, from: from.unwrap_or_default(), expect, reasons })
    }

    pub(crate) fn fact(
        &mut self,
        name: Name,
        params: Vec<Box<(Name, TypeExpr)>>,
        ty: Ty,
        scope: Vec<Box<ForClause>>,
        after: Vec<Box<FactAfter>>,
    ) -> Box<ItemKind> {
        let (params, scope, after) = (unbox(params), unbox(scope), unbox(after));
        Box::new(ItemKind::Fact(Box::new(FactDecl { name, params, ty: ty.node, scope, after })))
    }

    pub(crate) fn join_id(&mut self, id: Id, part: Name) -> Id {
        let mut text = id.text;
        text.push('.');
        text.push_str(&part.text);
        Name { text, span: id.span.to(part.span) }
    }
}

type CalledTool = (Name, Name);

/// Who answered, in which roles, and what is expected then.
pub(crate) type Answer = (StringLit, Option<Vec<StringLit>>, Option<(Effect, Span, Vec<Id>)>);
