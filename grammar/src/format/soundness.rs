//! The proof that a formatted file is the same policy. In: the file, its tree, the formatted text. Out: nothing, or
//! what differs. Compared are the trees without places and parentheses, and the comments word for word.

use crate::ast::spans::MapSpans;
use crate::ast::{
    Arm, Ast, Clause, ClauseKind, Expr, ExprKind, FactAction, FactAfter, Item, ItemKind, LimitPart,
    LimitPartKind, RedactPartKind, Step, StepKind, TestOutcome, ToolList,
};
use crate::error::Severity;
use crate::parse::Parse;
use crate::source::Span;

/// The file as its author wrote it.
#[derive(Debug)]
pub(super) struct Original<'s> {
    comments: Vec<&'s str>,
    items: Vec<Item>,
}

impl<'s> Original<'s> {
    pub(super) fn new(text: &'s str, parsed: Parse) -> Self {
        Self { comments: comments(text, &parsed), items: bare(parsed.ast) }
    }

    /// `Err`: what differs in `formatted`, of which `again` is the tree.
    pub(super) fn check(&self, formatted: &str, again: Parse) -> Result<(), String> {
        if let Some(error) = again.errors.iter().find(|error| error.severity == Severity::Error) {
            let line =
                formatted.get(..error.span.start as usize).map_or(0, |before| before.matches('\n').count());
            let shown = formatted.lines().nth(line).unwrap_or_default().trim();
            return Err(format!("the result does not parse ({} in `{shown}`)", error.message));
        }
        if let Some(lost) = difference(&self.comments, &comments(formatted, &again)) {
            return Err(format!("the comment `{lost}` would move past another or be lost"));
        }
        let after = bare(again.ast);
        if self.items.len() != after.len() {
            return Err(format!("{} statements would become {}", self.items.len(), after.len()));
        }
        match self.items.iter().zip(&after).find(|(before, after)| before != after) {
            None => Ok(()),
            Some((before, _)) => Err(format!("this statement would differ: {before}")),
        }
    }
}

fn comments<'a>(text: &'a str, parsed: &Parse) -> Vec<&'a str> {
    let slice = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default().trim_end();
    parsed.trivia.comments.iter().map(|comment| slice(comment.span)).collect()
}

/// The first comment that has no twin in its place.
fn difference<'a>(before: &[&'a str], after: &[&'a str]) -> Option<&'a str> {
    let differs = before.iter().zip(after).find(|(before, after)| before != after).map(|(before, _)| *before);
    differs.or_else(|| before.get(after.len()).or_else(|| after.get(before.len())).copied())
}

/// The statements without places, heights and parentheses.
fn bare(ast: Ast) -> Vec<Item> {
    let mut items = ast.items;
    for item in &mut items {
        item.start = 0;
        item.map_spans(&mut |_| Span::default());
        item.annotations.iter_mut().flat_map(|annotation| &mut annotation.args).for_each(bare_expr);
        bare_kind(&mut item.kind);
    }
    items
}

fn bare_kind(kind: &mut ItemKind) {
    match kind {
        ItemKind::Error(_)
        | ItemKind::Edition(..)
        | ItemKind::Policy(..)
        | ItemKind::ImportGuardrails(_)
        | ItemKind::ImportFile(_)
        | ItemKind::ImportStd { .. }
        | ItemKind::Principal(_)
        | ItemKind::Session(_)
        | ItemKind::ApproversDefault(_) => {}
        ItemKind::ImportTools { alias: _, path: _, open } => open.iter_mut().for_each(bare_expr),
        ItemKind::Let(_, value) => bare_expr(value),
        ItemKind::Group(_, tools) => bare_tools(tools),
        ItemKind::Fn { name: _, params: _, result: _, body } => bare_expr(body),
        ItemKind::Rule { name: _, effect: _, effect_span: _, tools, clauses }
        | ItemKind::ResultRule { name: _, effect: _, effect_span: _, tools, clauses }
        | ItemKind::Hide { name: _, tools, clauses } => {
            bare_tools(tools);
            clauses.iter_mut().for_each(bare_clause);
        }
        ItemKind::Decide { name: _, tools, with, arms } => {
            bare_tools(tools);
            with.iter_mut().for_each(|with| bare_expr(&mut with.value));
            arms.iter_mut().flat_map(|arm: &mut Arm| &mut arm.clauses).for_each(bare_clause);
        }
        ItemKind::Result { tools, shape: _ } | ItemKind::Accept { what: _, tools } => bare_tools(tools),
        ItemKind::Fact(fact) => fact.after.iter_mut().for_each(bare_fact_after),
        ItemKind::Label(label) => {
            for after in &mut label.after {
                bare_tools(&mut after.tools);
                after.clauses.iter_mut().for_each(bare_clause);
            }
        }
        ItemKind::Limit(limit) => {
            bare_expr(&mut limit.quantity);
            limit.parts.iter_mut().for_each(bare_limit_part);
        }
        ItemKind::ReplyRule { name: _, effect: _, effect_span: _, clauses }
        | ItemKind::Append { name: _, text: _, clauses } => clauses.iter_mut().for_each(bare_clause),
        ItemKind::Redact(redact) => {
            bare_tools(&mut redact.tools);
            for part in &mut redact.parts {
                match &mut part.kind {
                    RedactPartKind::Paths(_) | RedactPartKind::KeepImages | RedactPartKind::Marker(_) => {}
                    RedactPartKind::Patterns(patterns) => patterns.iter_mut().for_each(bare_expr),
                    RedactPartKind::Clause(clause) => bare_clause(clause),
                }
            }
        }
        ItemKind::Test { name: _, steps } => steps.iter_mut().for_each(bare_step),
    }
}

fn bare_fact_after(after: &mut FactAfter) {
    bare_tools(&mut after.tools);
    after.clauses.iter_mut().for_each(bare_clause);
    for each in &mut after.each {
        bare_expr(&mut each.domain);
        each.filter.iter_mut().for_each(bare_expr);
    }
    match &mut after.action {
        FactAction::Assign(target, value)
        | FactAction::Charge(target, value)
        | FactAction::Add(Some(target), value) => {
            bare_expr(target);
            bare_expr(value);
        }
        FactAction::Add(None, value) | FactAction::Forget(value) => bare_expr(value),
    }
}

fn bare_limit_part(part: &mut LimitPart) {
    match &mut part.kind {
        LimitPartKind::Per(_)
        | LimitPartKind::ForEveryone
        | LimitPartKind::Exceeded(..)
        | LimitPartKind::FailuresCount => {}
        LimitPartKind::ForEach(keys) => keys.iter_mut().for_each(bare_expr),
        LimitPartKind::On(groups) => {
            for group in groups {
                bare_tools(&mut group.tools);
                group.counting.iter_mut().for_each(|counting| bare_expr(&mut counting.value));
            }
        }
        LimitPartKind::Clause(clause) => bare_clause(clause),
    }
}

fn bare_tools(tools: &mut ToolList) {
    tools.hints.iter_mut().for_each(|hints| bare_expr(hints));
    tools.having.iter_mut().for_each(bare_expr);
}

fn bare_clause(clause: &mut Clause) {
    match &mut clause.kind {
        ClauseKind::When(condition) | ClauseKind::Unless(condition) => bare_expr(condition),
        ClauseKind::With(with) => bare_expr(&mut with.value),
        ClauseKind::Because(_) | ClauseKind::From(_) | ClauseKind::Quorum(_) | ClauseKind::Within(_) => {}
    }
}

fn bare_step(step: &mut Step) {
    match &mut step.kind {
        StepKind::Error => {}
        StepKind::Principal(value) | StepKind::Session(value) | StepKind::At(value) => bare_expr(value),
        StepKind::After(_) | StepKind::Label(_) | StepKind::Answer { .. } | StepKind::Reply { .. } => {}
        StepKind::Call(call) => {
            bare_expr(&mut call.args);
            if let TestOutcome::Returns(value) = &mut call.outcome {
                bare_expr(value);
            }
        }
    }
}

fn bare_expr(expr: &mut Expr) {
    while let ExprKind::Paren(inner) = &mut expr.kind {
        let inner = std::mem::replace(&mut inner.kind, ExprKind::Error);
        expr.kind = inner;
    }
    expr.depth = 0;
    match &mut expr.kind {
        ExprKind::Error
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Number(_)
        | ExprKind::Str(_)
        | ExprKind::Regex { .. }
        | ExprKind::Duration(_)
        | ExprKind::Date(_)
        | ExprKind::Timestamp(_)
        | ExprKind::Name(_) => {}
        ExprKind::Field(inner, _)
        | ExprKind::Unary(_, inner)
        | ExprKind::Has(inner)
        | ExprKind::Known(inner)
        | ExprKind::HasLabel(inner, _)
        | ExprKind::Is(inner, _)
        | ExprKind::Paren(inner) => bare_expr(inner),
        ExprKind::Index(left, right) | ExprKind::Binary(_, _, left, right) => {
            bare_expr(left);
            bare_expr(right);
        }
        ExprKind::Call(_, exprs) | ExprKind::List(exprs) | ExprKind::And(exprs) | ExprKind::Or(exprs) => {
            exprs.iter_mut().for_each(bare_expr);
        }
        ExprKind::Table(entries) => entries.iter_mut().for_each(|(_, value)| bare_expr(value)),
        ExprKind::Quantifier { kind: _, vars: _, domain, body }
        | ExprKind::Aggregate { kind: _, var: _, domain, body } => {
            bare_expr(domain);
            bare_expr(body);
        }
    }
}
