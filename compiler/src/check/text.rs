//! Text tests, patterns and `under`. In: operands. Out: conditions, or the complaint that no text passes.

use super::cx::Cx;
use super::form::{Classes, Form, Value, describe, expr};
use crate::diagnostics::Code;
use crate::ir::pattern;
use crate::resolve::types;
use crate::ty::Alphabet;
use crate::typed::{Const, ExprKind, Pattern, PatternKind, TextTest};
use policyc_grammar::ast::{self, BinaryOp};
use policyc_grammar::source::Span;
use policyc_runtime::views::table::{TestId, ViewId};

impl Cx<'_> {
    /// A text operand.
    pub(crate) fn text(&mut self, form: Form, span: Span) -> Option<Value> {
        let value = self.scalar(form, span)?;
        if Classes::of(&value.ty, self.definitions()).has(Classes::TEXT) {
            return Some(value);
        }
        let message = format!("{} is {}, not a text", self.named(&value), describe(&value.ty));
        self.error(Code::E0401, span, message);
        None
    }

    /// `starts_with`, `ends_with`, `contains`.
    pub(crate) fn text_test(&mut self, op: BinaryOp, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        if op == BinaryOp::Contains
            && let Form::Value(value) = &left
            && Classes::of(&value.ty, self.definitions()).only(Classes::LIST)
        {
            return self.error_help(
                Code::E0401,
                span,
                "`contains` is about text",
                "membership is written the other way round: `x in list`",
            );
        }
        let (Some(subject), Some(pattern)) = (self.text(left, a.span), self.text(right, b.span)) else {
            return Form::Error;
        };
        let test = match op {
            BinaryOp::StartsWith => TextTest::StartsWith,
            BinaryOp::EndsWith => TextTest::EndsWith,
            _ => TextTest::Contains,
        };
        if let Some(Const::Text(part)) = pattern.as_const() {
            self.admits_part(&subject, test, part, b.span);
        }
        let kind = ExprKind::TextTest(test, Box::new(subject.expr), Box::new(pattern.expr));
        Form::Condition(expr(kind, self.span(span)))
    }

    /// `like`, `matches`, `finds`.
    pub(crate) fn pattern(&mut self, op: BinaryOp, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        if matches!(left, Form::Error) {
            return Form::Error;
        }
        let (value, path) = match left {
            Form::View { view, subject, param } if view == ViewId::Path as u16 && op == BinaryOp::Like => {
                let member = super::call::member_number(view, "clean");
                let kind =
                    ExprKind::View(crate::typed::View { view, member, subject: Box::new(subject), param });
                (Value { expr: expr(kind, self.span(a.span)), ty: types::text(), absent: true }, true)
            }
            other => match self.text(other, a.span) {
                Some(value) => (value, false),
                None => return Form::Error,
            },
        };
        let pattern = match (op, right) {
            (_, Form::Error) => return Form::Error,
            (BinaryOp::Like, Form::Value(value)) => match value.as_const() {
                Some(Const::Text(text)) => Pattern {
                    kind: if path { PatternKind::PathLike } else { PatternKind::Like },
                    source: text.clone(),
                    ignore_case: false,
                },
                _ => return self.error(Code::E0410, b.span, "the pattern of `like` is a constant text"),
            },
            (BinaryOp::Like, _) => {
                return self.error_help(
                    Code::E0408,
                    b.span,
                    "`like` takes a glob",
                    "write `like \"feat/*\"`; a regex goes with `matches` or `finds`",
                );
            }
            (_, Form::Regex { pattern, ignore_case }) => Pattern {
                kind: if op == BinaryOp::Matches { PatternKind::Matches } else { PatternKind::Finds },
                source: pattern,
                ignore_case,
            },
            (_, _) => {
                let help = format!("write `{} /regex/`; a glob goes with `like \"…\"`", op.spelling());
                return self.error_help(
                    Code::E0408,
                    b.span,
                    format!("`{}` takes a regex between slashes", op.spelling()),
                    help,
                );
            }
        };
        if let Some(problem) = super::pattern::problem(&pattern) {
            return self.error_help(Code::E0408, b.span, problem.0, problem.1);
        }
        if let Ok(read) = pattern::read(&pattern) {
            if !read.can_match(Alphabet::ALL) {
                let message = format!("no text matches `{}`", pattern::spelled(&pattern));
                let help = "`^` is the beginning of the text and `$` its end; as characters they are `\\^` and `\\$`";
                return self.error_help(Code::E0408, b.span, message, help);
            }
            self.admits_pattern(&value, &read, &pattern::spelled(&pattern), b.span);
        }
        Form::Condition(expr(ExprKind::Matches(Box::new(value.expr), pattern), self.span(span)))
    }

    /// `path(x) under "/srv"`.
    pub(crate) fn under(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        let subject = match left {
            Form::View { view, subject, .. } if view == ViewId::Path as u16 => subject,
            Form::Error => return Form::Error,
            _ => {
                return self.error_help(
                    Code::E0401,
                    a.span,
                    "`under` is about paths",
                    "write `path(x) under \"/srv/app\"`",
                );
            }
        };
        let root = match right {
            Form::Value(value) => match value.as_const() {
                Some(Const::Text(text)) => text.clone(),
                _ => return self.error(Code::E0410, b.span, "the root of `under` is a constant text"),
            },
            Form::Error => return Form::Error,
            _ => return self.error(Code::E0410, b.span, "the root of `under` is a constant text"),
        };
        if policyc_runtime::views::check_operand(TestId::PathUnder, &root).is_err() {
            return self.error_help(
                Code::E0409,
                b.span,
                format!("`{root}` is no root for `under`"),
                "a root is an absolute path without `..`, for example `/srv/app`",
            );
        }
        Form::Condition(expr(ExprKind::Under(Box::new(subject), root), self.span(span)))
    }
}
